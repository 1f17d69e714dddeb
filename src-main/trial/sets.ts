import type { Rule, RuleSet } from '#shared/rule.ts';
import { severityRank } from '#shared/text.ts';
import { compileRuleSet, radarModelFor, readsRadar, type CompiledRuleSet } from '#main/rules/index.ts';

export type RuleChange = 'same' | 'added' | 'removed' | 'changed';

/** A rule as it stands in one or both of the sets. */
export interface TrialRule {
  /** The draft's where it has it. */
  rule: Rule;
  change: RuleChange;
}

/** Rules that are judged together, and what a hit of each means, by its place among them. */
export interface TrialPart {
  compiled: CompiledRuleSet;
  /** Its place among the rules of the trial. */
  ruleOf: Int32Array;
  rankOf: Uint8Array;
  /** What it does to the order. */
  stopOf: Uint8Array;
}

/** What a rule that hits does: 0 opens a task, 1 holds, 2 freezes. */
const STOPS = { task: 0, hold: 1, freeze: 2 } as const;

/**
 * Two rule sets made ready to be judged side by side. Rules that read the same in both, the lists they name included, hit the
 * same orders: they are judged once, as `common`. The places of `rules` follow the set in force, then what the draft adds.
 */
export interface TrialSets {
  rules: TrialRule[];
  common: TrialPart;
  /** Rules of the set in force that the draft has otherwise or not at all. */
  before: TrialPart;
  after: TrialPart;
}

/** Named lists a rule looks into. */
function listsOf(rule: Rule, lists: RuleSet['lists']): Record<string, readonly string[]> {
  const named: Record<string, readonly string[]> = {};
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
    else if (typeof value === 'string' && Object.hasOwn(lists, value)) named[value] = lists[value] ?? [];
  };
  visit(rule.when);
  rule.relax.forEach(({ when }) => visit(when));
  return named;
}

/** Everything that decides what a rule says, as one text. Its version is only its name; a score depends on the model of the set. */
function meaningOf(rule: Rule, lists: RuleSet['lists'], radar: string | null): string {
  return JSON.stringify([sortedKeys({ ...rule, version: 0 }), sortedKeys(listsOf(rule, lists)), readsRadar(rule) ? radar : null]);
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sortedKeys(entry)]),
  );
}

/**
 * A trial asks what the set would have done, so a rule that begins only after the trial is looked at as though it had begun
 * already; one whose time lies in the span, or is over, keeps its dates.
 */
function begun(rule: Rule, startedAt: number): Rule {
  return rule.effectiveFrom !== null && rule.effectiveFrom > startedAt ? { ...rule, effectiveFrom: null, effectiveTo: null } : rule;
}

/** Makes two sets ready to be judged side by side. @param startedAt when the trial began, epoch ms */
export function compareSets(current: RuleSet, draft: RuleSet, startedAt: number): TrialSets {
  const models = { current: radarModelFor(current), draft: radarModelFor(draft) };
  const now = new Map(current.rules.map((rule) => [rule.id, rule]));
  const then = new Map(draft.rules.map((rule) => [rule.id, rule]));
  const rules: TrialRule[] = [];
  const parts: Record<'common' | 'before' | 'after', Rule[]> = { common: [], before: [], after: [] };
  for (const [id, rule] of now) {
    const other = then.get(id);
    if (!other) {
      rules.push({ rule, change: 'removed' });
      parts.before.push(rule);
    } else if (meaningOf(rule, current.lists, models.current) === meaningOf(other, draft.lists, models.draft)) {
      rules.push({ rule: other, change: 'same' });
      parts.common.push(other);
    } else {
      rules.push({ rule: other, change: 'changed' });
      parts.before.push(rule);
      parts.after.push(other);
    }
  }
  for (const [id, rule] of then) {
    if (now.has(id)) continue;
    rules.push({ rule, change: 'added' });
    parts.after.push(rule);
  }
  const placeOf = new Map(rules.map(({ rule }, place) => [rule.id, place]));
  const part = (of: Rule[], { lists }: RuleSet): TrialPart => ({
    compiled: compileRuleSet({ version: current.version, rules: of.map((rule) => begun(rule, startedAt)), lists }),
    ruleOf: Int32Array.from(of, ({ id }) => placeOf.get(id) ?? -1),
    rankOf: Uint8Array.from(of, ({ severity }) => severityRank(severity)),
    stopOf: Uint8Array.from(of, ({ action }) => STOPS[action]),
  });
  return { rules, common: part(parts.common, draft), before: part(parts.before, current), after: part(parts.after, draft) };
}
