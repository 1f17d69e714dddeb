import type { LocationQuery, LocationQueryRaw } from 'vue-router';
import type { RuleRow } from '#shared/contract/operations.ts';
import { SEVERITIES, severityRank, type Severity } from '#shared/text.ts';

export const STATES = ['on', 'off', 'waiting'] as const;

/** What the rule list is narrowed to; null means any. */
export interface RuleFilter {
  state: RuleRow['state'] | null;
  severity: Severity | null;
  text: string;
}

export const NO_FILTER: RuleFilter = { state: null, severity: null, text: '' };

function text(query: LocationQuery, name: string): string {
  const value = query[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}

/** Reads the filter from an address; what it does not know, it leaves out. */
export function readRuleFilter(query: LocationQuery): RuleFilter {
  return {
    state: STATES.find((state) => state === text(query, 'state')) ?? null,
    severity: SEVERITIES.find((severity) => severity === text(query, 'severity')) ?? null,
    text: text(query, 'q'),
  };
}

/** The address of a filter and of the rule that is open: only what is set. */
export function writeRuleFilter(filter: RuleFilter, ruleId: string | null): LocationQueryRaw {
  const all = { state: filter.state, severity: filter.severity, q: filter.text, rule: ruleId };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null && value !== ''));
}

/** Rules that fail first, then those in force, then by severity and by what they stopped in seven days. */
export function sortRules(rows: readonly RuleRow[]): RuleRow[] {
  return rows.toSorted(
    (one, other) =>
      Number(other.failing !== null) - Number(one.failing !== null) ||
      Number(other.state === 'on') - Number(one.state === 'on') ||
      severityRank(other.rule.severity) - severityRank(one.rule.severity) ||
      other.hits7d - one.hits7d,
  );
}

/** Whether a rule belongs to the narrowed list; the words may stand anywhere, in either language. */
export function matchesRule({ rule, state, conditionText }: RuleRow, filter: RuleFilter): boolean {
  if (filter.state !== null && state !== filter.state) return false;
  if (filter.severity !== null && rule.severity !== filter.severity) return false;
  const texts = [rule.name, rule.about, conditionText, rule.sentence].flatMap(({ zh, en }) => [zh, en]);
  const searched = [rule.id, rule.role, ...texts].join('\n').toLowerCase();
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word));
}
