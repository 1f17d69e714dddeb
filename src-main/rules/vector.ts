import { fieldIdOf, type Compare, type Condition, type Rule, type WindowSpec } from '#shared/rule.ts';
import { CURRENCY_FIELD, FIELDS, parseWindowFieldId } from './catalogue.ts';
import { placeholdersOf } from './sentence.ts';

/** Every comparison of a condition, in the order written. */
export function* comparisons(condition: Condition): Generator<Compare> {
  if ('all' in condition) for (const child of condition.all) yield* comparisons(child);
  else if ('any' in condition) for (const child of condition.any) yield* comparisons(child);
  else if ('not' in condition) yield* comparisons(condition.not);
  else yield condition;
}

/** Every comparison of a rule, relaxations included. */
export function* ruleComparisons(rule: Rule): Generator<Compare> {
  yield* comparisons(rule.when);
  for (const relaxation of rule.relax) yield* comparisons(relaxation.when);
}

/**
 * What a rule set reads: the order of the input vector, and the sliding windows behind it. Fields of sources that are not connected
 * are in it too and stay unknown, so that connecting one changes no vector.
 */
export function vectorOf(rules: readonly Rule[]): { fields: string[]; windows: WindowSpec[] } {
  const fields = new Set([CURRENCY_FIELD]);
  const windows = new Map<string, WindowSpec>();
  for (const rule of rules) {
    if (!rule.enabled) continue;
    for (const compare of ruleComparisons(rule)) {
      const id = fieldIdOf(compare);
      fields.add(id);
      if (compare.window) windows.set(id, compare.window);
    }
    for (const name of placeholdersOf(rule.sentence)) if (FIELDS.has(name) || parseWindowFieldId(name)) fields.add(name);
  }
  for (const id of [...fields]) for (const other of FIELDS.get(id)?.beside ?? []) fields.add(other);
  for (const id of fields) {
    const window = windows.has(id) ? null : parseWindowFieldId(id);
    if (window) windows.set(id, window);
  }
  return { fields: [...fields], windows: [...windows.values()] };
}
