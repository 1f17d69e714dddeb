import type { Rule, RuleSet } from '#shared/rule.ts';
import { severityRank } from '#shared/text.ts';
import { ruleComparisons } from '../vector.ts';
import { listNames, namesList } from '../words.ts';
import type { Report, Subject } from './finding.ts';
import { covers } from './normal-form.ts';

/** Pairs of rules compared at most, so that a set of many thousand is still linted while somebody types. */
const MOST_PAIRS = 2_000_000;

const RANKS: Record<Rule['action'], number> = { task: 0, hold: 1, freeze: 2 };

/** Does the first do at least what the second does, for everybody and whenever the second is in force? */
function doesAtLeast(first: Rule, second: Rule): boolean {
  if (RANKS[first.action] < RANKS[second.action] || severityRank(first.severity) < severityRank(second.severity)) return false;
  if (first.role !== second.role || first.stock !== second.stock) return false;
  if (JSON.stringify(first.hold ?? null) !== JSON.stringify(second.hold ?? null)) return false;
  const from = (first.effectiveFrom ?? -Infinity) <= (second.effectiveFrom ?? -Infinity);
  const to = (first.effectiveTo ?? Infinity) >= (second.effectiveTo ?? Infinity);
  if (!from || !to) return false;
  return first.relax.length === 0 || JSON.stringify(first.relax) === JSON.stringify(second.relax);
}

/** Rules that decide nothing beside another one: the other hits whenever they do and does at least as much. */
export function lintShadows(subjects: readonly Subject[], report: Report): void {
  const active = subjects.filter(({ rule, form }) => rule.enabled && form !== null && form.length > 0);
  const byField = new Map<string, Subject[]>();
  for (const subject of active) {
    // Whatever a rule covers names every field of one of its ways; one of them is enough to find it by.
    const field = subject.form?.[0]?.keys().next().value ?? '';
    for (const way of subject.form ?? []) {
      const key = way.has(field) ? field : (way.keys().next().value ?? '');
      const known = byField.get(key) ?? [];
      if (known.at(-1) !== subject) known.push(subject);
      byField.set(key, known);
    }
  }
  let pairs = 0;
  const reported = new Set<string>();
  for (const narrow of active) {
    const fields = new Set(narrow.form?.flatMap((way) => [...way.keys()]));
    for (const field of fields) {
      for (const wide of byField.get(field) ?? []) {
        if (wide === narrow || reported.has(narrow.rule.id)) continue;
        if ((pairs += 1) > MOST_PAIRS) return;
        if (!doesAtLeast(wide.rule, narrow.rule) || !covers(narrow.form ?? [], wide.form ?? [])) continue;
        const same = doesAtLeast(narrow.rule, wide.rule) && covers(wide.form ?? [], narrow.form ?? []);
        // Of two that are the same the later one is named.
        if (same && subjects.indexOf(wide) > subjects.indexOf(narrow)) continue;
        reported.add(narrow.rule.id);
        const { zh, en } = wide.rule.name;
        report({
          ...{ ruleId: narrow.rule.id, path: `${narrow.place}.when`, kind: same ? 'duplicate' : 'shadowed', level: 'warning' },
          other: wide.rule.id,
          zh: same ? `与规则「${zh}」完全相同` : `被规则「${zh}」覆盖：凡命中本规则的订单，它也命中，且处置不轻于本规则`,
          en: same ? `The same as the rule "${en}"` : `Shadowed by the rule "${en}": it hits whenever this one does, and does no less`,
        });
      }
    }
  }
}

/** Lists that nothing names, that are empty where they are searched, or hold blank words. */
export function lintLists(rules: readonly Rule[], lists: RuleSet['lists'], report: Report): void {
  const users = new Map<string, string>();
  for (const rule of rules) {
    for (const { op, value } of ruleComparisons(rule)) if (namesList(op, value) && !users.has(value)) users.set(value, rule.id);
  }
  for (const [id, words] of Object.entries(lists)) {
    const name = listNames(id);
    const about = { path: `lists.${id}`, ruleId: null };
    const user = users.get(id);
    if (user === undefined) {
      report({
        ...about,
        kind: 'unused-list',
        level: 'hint',
        zh: `没有规则使用名单「${name.zh}」`,
        en: `No rule uses the list "${name.en}"`,
      });
    } else if (words.length === 0) {
      const text = {
        zh: `名单「${name.zh}」为空，使用它的条件不起作用`,
        en: `The list "${name.en}" is empty, so what asks it decides nothing`,
      };
      report({ ...about, kind: 'blank', level: 'warning', other: user, ...text });
    }
    if (words.some((word) => word.trim() === '')) {
      const text = {
        zh: `名单「${name.zh}」含空白词，会匹配任何文本`,
        en: `The list "${name.en}" holds a blank word, which matches every text`,
      };
      report({ ...about, kind: 'blank', level: 'error', ...text });
    }
  }
}
