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

function written(rule: unknown): string {
  return JSON.stringify(rule, (key, value: unknown) => (key === 'version' ? undefined : value));
}
