import type { Rule } from '#shared/rule.ts';
import type { DraftRule } from './body.ts';

export type RuleMark = 'added' | 'changed';

/** Which rules of a draft differ from those of the set it started from. The number of a rule's version grows by publishing, not here. */
export function marksOf(rules: readonly DraftRule[], base: readonly Rule[]): Map<string, RuleMark> {
  const before = new Map(base.map((rule) => [rule.id, written(rule)]));
  const marks = new Map<string, RuleMark>();
  for (const { id, rule, raw } of rules) {
    const known = before.get(id);
    if (known === undefined) marks.set(id, 'added');
    else if (known !== written(rule ?? raw)) marks.set(id, 'changed');
  }
  return marks;
}

const texts = new WeakMap<object, string>();

/** A rule as one text, whatever order its parts were written in; remembered, for rules are never changed but written anew. */
function written(rule: unknown): string {
  const known = typeof rule === 'object' && rule !== null ? texts.get(rule) : undefined;
  if (known !== undefined) return known;
  const text = JSON.stringify(rule, (key, value: unknown) => {
    if (key === 'version') return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
  if (typeof rule === 'object' && rule !== null) texts.set(rule, text);
  return text;
}
