import type { Rule } from '#shared/rule.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { compileCondition, type CompileContext, type CompiledCondition } from './condition.ts';
import { TRUE, truthOf, type Decided } from './decided.ts';
import { compileSentence, type FillSentence } from './sentence.ts';
import { SAID } from './trace.ts';

export interface CompiledRelaxation {
  id: string;
  when: CompiledCondition;
  /** Multiplier of the thresholds, or null to skip the rule. */
  factor: number | null;
  why: { zh: string; en: string };
}

/** A rule ready to run. */
export interface Runner {
  rule: Rule;
  dated: boolean;
  when: CompiledCondition;
  sentence: FillSentence;
  relax: CompiledRelaxation[];
  /** Relaxations can only take hits away, so they are looked at only after the rule as written hit. */
  narrowing: boolean;
}

/** How a rule came out: the multiplier under which it hits (0: not), what to call that, and what decided it. */
export interface Outcome {
  said: typeof SAID.noHit | typeof SAID.hit | typeof SAID.relaxed;
  factor: number;
  decided: Decided;
}

/** Compiles the condition and the relaxations of a checked rule. */
export function createRunner(rule: Rule, context: CompileContext): Runner {
  const when = compileCondition(rule.when, context);
  const relax = rule.relax.map(({ id, when: condition, effect, why }) => ({
    id,
    why,
    when: compileCondition(condition, context),
    factor: 'skip' in effect ? null : effect.multiplyThreshold,
  }));
  return {
    rule,
    when,
    sentence: compileSentence(rule.sentence),
    relax,
    dated: rule.effectiveFrom !== null || rule.effectiveTo !== null,
    narrowing: relax.every(({ factor }) => factor === null || (factor >= 1 && when.narrowing)),
  };
}

/** Do its dates include a moment (epoch ms)? The first is included, the last is not. */
export function isInForce(rule: Rule, at: number): boolean {
  return (rule.effectiveFrom === null || at >= rule.effectiveFrom) && (rule.effectiveTo === null || at < rule.effectiveTo);
}

/** Runs one rule; `into` is filled instead of a new object, for this is the hot path. */
export function run(runner: Runner, values: readonly FieldValue[], into: Outcome): void {
  const written = runner.when.test(values, 1);
  const hits = truthOf(written) === TRUE;
  into.decided = written;
  if (runner.relax.length === 0 || (runner.narrowing && !hits)) {
    into.said = hits ? SAID.hit : SAID.noHit;
    into.factor = hits ? 1 : 0;
    return;
  }
  let factor = 0;
  for (const relaxation of runner.relax) {
    const decided = relaxation.when.test(values, 1);
    if (truthOf(decided) !== TRUE) continue;
    if (relaxation.factor === null) {
      into.said = hits ? SAID.relaxed : SAID.noHit;
      into.factor = 0;
      if (hits) into.decided = decided;
      return;
    }
    if (relaxation.factor > factor) factor = relaxation.factor;
  }
  const inForce = factor === 0 ? 1 : factor;
  const decided = inForce === 1 ? written : runner.when.test(values, inForce);
  into.decided = decided;
  const stays = truthOf(decided) === TRUE;
  into.said = stays ? SAID.hit : hits ? SAID.relaxed : SAID.noHit;
  into.factor = stays ? inForce : 0;
}
