import type { LintFinding } from '#shared/contract/rule-work.ts';
import type { Rule, RuleSet } from '#shared/rule.ts';
import { normalForm, type NormalForm } from './normal-form.ts';

/** A rule on its way through lint, with what several checks ask of it. */
export interface Subject {
  rule: Rule;
  /** `rules.3`. */
  place: string;
  /** Ways the condition is true with thresholds as written; null: too many to look at. */
  form: NormalForm | null;
  /** Multipliers under which the condition may be tested: 1 and those of its relaxations. */
  factors: readonly number[];
}

export type Report = (finding: Omit<LintFinding, 'text' | 'other'> & { zh: string; en: string; other?: string }) => void;

export interface LintSurroundings {
  lists: RuleSet['lists'];
  /** Epoch ms. */
  now: number;
  /** Sources that are connected; `order` always is. */
  connected: ReadonlySet<Rule['source']>;
}

/** Works out once what several checks ask of a rule. */
export function subjectOf(rule: Rule, place: string, lists: RuleSet['lists']): Subject {
  const factors = rule.relax.map(({ effect }) => ('skip' in effect ? 1 : effect.multiplyThreshold));
  return { rule, place, form: normalForm(rule.when, { lists, factor: 1 }), factors: [...new Set([1, ...factors])] };
}
