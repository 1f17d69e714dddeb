import type { Rule, RuleResult, RuleSet, WindowSpec } from '#shared/rule.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldValue, Hit } from '#main/model/verdict.ts';
import { compileCondition, type CompileContext, type CompiledCondition } from './condition.ts';
import { TRUE, truthOf, type Decided } from './decided.ts';
import { weigh } from './evidence.ts';
import { explainRule, hitSentence } from './explain-rule.ts';
import { vectorOf } from './vector.ts';

/** A rule set ready to judge. Everything it needs of an order is the vector of `fields`. */
export interface CompiledRuleSet {
  version: number;
  rules: readonly Rule[];
  lists: Readonly<Record<string, readonly string[]>>;
  /** What each place of the input vector holds; the first is always the currency. */
  fields: string[];
  /** Sliding windows behind the `window:…` fields; the hub counts exactly these. */
  windows: WindowSpec[];
  /**
   * The hot path: rules that hit, in the order of the set; the same empty array whenever nothing hits.
   * `values` follow `fields`; `at` is the moment of judgement (effective dates); cleared evidence does not hit (M6).
   */
  judge(values: readonly FieldValue[], at: number, clearances: readonly Clearance[]): readonly Hit[];
  /**
   * `judge`, and for every rule what it said and which comparison decided it, written into `trace` (one number a rule, in the
   * order of the set; see trace.ts). Why and why-not of any rule follow from it and the vector.
   */
  trace(values: readonly FieldValue[], at: number, clearances: readonly Clearance[], trace: Int32Array): readonly Hit[];
  /** What every rule said and why, in the order of the set. Its `hit` results are exactly `judge`'s. */
  explain(values: readonly FieldValue[], at: number, clearances: readonly Clearance[]): RuleResult[];
}

/** What a rule said about an order, as kept in a trace. */
export const SAID = { noHit: 0, hit: 1, relaxed: 2, cleared: 3, silent: 4 } as const;
export type Said = (typeof SAID)[keyof typeof SAID];

/** One number of a trace: what was said, and the comparison that decided it. */
export function tracedSaid(traced: number): Said {
  return (traced & 7) as Said;
}
export function tracedDecision(traced: number): Decided {
  return traced >> 3;
}

const NO_HITS: readonly Hit[] = Object.freeze([]);

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

function createRunner(rule: Rule, context: CompileContext): Runner {
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
    relax,
    dated: rule.effectiveFrom !== null || rule.effectiveTo !== null,
    narrowing: relax.every(({ factor }) => factor === null || (factor >= 1 && when.narrowing)),
  };
}

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

/** Compiles a parsed rule set once; judging afterwards only runs closures over the vector. */
export function compileRuleSet(ruleSet: RuleSet): CompiledRuleSet {
  const { fields, windows } = vectorOf(ruleSet.rules);
  const context: CompileContext = { index: new Map(fields.map((id, at) => [id, at])), lists: ruleSet.lists, leaves: [] };
  const runners = ruleSet.rules.map((rule) => (rule.enabled ? createRunner(rule, context) : null));
  const words = { index: context.index, leaves: context.leaves };
  const outcome: Outcome = { said: SAID.noHit, factor: 0, decided: 0 };

  function hitOf({ rule, when }: Runner, values: readonly FieldValue[], factor: number, clearances: readonly Clearance[]): Hit | null {
    const tree = when.describe(values, factor);
    const { evidence, cleared, news } = weigh(rule.id, tree, clearances, String(values[0] ?? ''));
    if (cleared) return null;
    return {
      ruleId: rule.id,
      ruleVersion: rule.version,
      severity: rule.severity,
      action: rule.action,
      role: rule.role,
      stock: rule.stock,
      ...(rule.hold ? { hold: rule.hold } : {}),
      sentence: hitSentence(rule, tree, values, words, news),
      evidence,
    };
  }

  function judge(
    values: readonly FieldValue[],
    at: number,
    clearances: readonly Clearance[],
    trace: Int32Array | null = null,
  ): readonly Hit[] {
    let hits: Hit[] | null = null;
    for (let position = 0; position < runners.length; position++) {
      const runner = runners[position];
      if (!runner || (runner.dated && !isInForce(runner.rule, at))) {
        if (trace) trace[position] = SAID.silent;
        continue;
      }
      run(runner, values, outcome);
      let said: Said = outcome.said;
      if (said === SAID.hit) {
        const hit = hitOf(runner, values, outcome.factor, clearances);
        if (hit) (hits ??= []).push(hit);
        else said = SAID.cleared;
      }
      if (trace) trace[position] = (outcome.decided << 3) | said;
    }
    return hits ?? NO_HITS;
  }

  return {
    version: ruleSet.version,
    rules: ruleSet.rules,
    lists: ruleSet.lists,
    fields,
    windows,
    judge: (values, at, clearances) => judge(values, at, clearances),
    trace: judge,
    explain: (values, at, clearances) =>
      ruleSet.rules.map((rule, position) => explainRule({ rule, runner: runners[position] ?? null, values, at, clearances, words })),
  };
}
