import type { AppliedRelaxation, EvaluationNode, Rule, RuleResult, RuleSet, WindowSpec } from '#shared/rule.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldValue, Hit } from '#main/model/verdict.ts';
import { CURRENCY_FIELD } from './catalogue.ts';
import { compileCondition, TRUE, type CompileContext, type CompiledCondition } from './condition.ts';
import { coveringClearance, evidenceOf } from './evidence.ts';
import { fillSentence } from './sentence.ts';
import { canJudge, vectorOf } from './vector.ts';
import { whyCleared, whyNotHit, whyRelaxed, whySilent } from './why-not.ts';

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
  /** What every rule said and why, in the order of the set. Its `hit` results are exactly `judge`'s. */
  explain(values: readonly FieldValue[], at: number, clearances: readonly Clearance[]): RuleResult[];
}

const NO_HITS: readonly Hit[] = Object.freeze([]);

interface Relaxation {
  id: string;
  when: CompiledCondition;
  /** Multiplier of the thresholds, or null to skip the rule. */
  factor: number | null;
  why: { zh: string; en: string };
}

interface Runner {
  rule: Rule;
  dated: boolean;
  when: CompiledCondition;
  relax: Relaxation[];
  /** Relaxations can only take hits away, so they are looked at only after the rule as written hit. */
  narrowing: boolean;
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

function isInForce(rule: Rule, at: number): boolean {
  return (rule.effectiveFrom === null || at >= rule.effectiveFrom) && (rule.effectiveTo === null || at < rule.effectiveTo);
}

/** Multiplier in force: the most generous relaxation that holds; 0 when one of them skips the rule. */
function factorInForce(runner: Runner, values: readonly FieldValue[]): number {
  let factor = 0;
  for (const relaxation of runner.relax) {
    if (relaxation.when.test(values, 1) !== TRUE) continue;
    if (relaxation.factor === null) return 0;
    if (relaxation.factor > factor) factor = relaxation.factor;
  }
  return factor === 0 ? 1 : factor;
}

/** The multiplier under which the rule hits, or 0 when it does not. */
function hitFactor(runner: Runner, values: readonly FieldValue[]): number {
  if (runner.relax.length === 0) return runner.when.test(values, 1) === TRUE ? 1 : 0;
  if (runner.narrowing && runner.when.test(values, 1) !== TRUE) return 0;
  const factor = factorInForce(runner, values);
  if (factor === 0) return 0;
  return runner.when.test(values, factor) === TRUE ? factor : 0;
}

/** Compiles a parsed rule set once; judging afterwards only runs closures over the vector. */
export function compileRuleSet(ruleSet: RuleSet): CompiledRuleSet {
  const { fields, windows } = vectorOf(ruleSet.rules);
  const index = new Map(fields.map((id, at) => [id, at]));
  const context: CompileContext = { index, lists: ruleSet.lists };
  const runners = new Map<Rule, Runner>();
  for (const rule of ruleSet.rules) if (canJudge(rule)) runners.set(rule, createRunner(rule, context));
  const active = [...runners.values()];

  const sentenceFor = (rule: Rule, tree: EvaluationNode, values: readonly FieldValue[]) =>
    fillSentence(rule.sentence, {
      tree,
      currency: String(values[index.get(CURRENCY_FIELD) ?? 0] ?? ''),
      valueOf: (id) => values[index.get(id) ?? -1] ?? null,
    });

  function hitOf({ rule, when }: Runner, values: readonly FieldValue[], factor: number, clearances: readonly Clearance[]): Hit | null {
    const tree = when.describe(values, factor);
    const evidence = evidenceOf(tree);
    if (coveringClearance(rule.id, evidence, clearances)) return null;
    return {
      ruleId: rule.id,
      ruleVersion: rule.version,
      severity: rule.severity,
      action: rule.action,
      role: rule.role,
      stock: rule.stock,
      sentence: sentenceFor(rule, tree, values),
      evidence,
    };
  }

  function judge(values: readonly FieldValue[], at: number, clearances: readonly Clearance[]): readonly Hit[] {
    let hits: Hit[] | null = null;
    for (let position = 0; position < active.length; position++) {
      const runner = active[position] as Runner;
      if (runner.dated && !isInForce(runner.rule, at)) continue;
      const factor = hitFactor(runner, values);
      if (factor === 0) continue;
      const hit = hitOf(runner, values, factor, clearances);
      if (hit) (hits ??= []).push(hit);
    }
    return hits ?? NO_HITS;
  }

  function explainRule(rule: Rule, values: readonly FieldValue[], at: number, clearances: readonly Clearance[]): RuleResult {
    const about = { ruleId: rule.id, ruleVersion: rule.version, name: rule.name, severity: rule.severity, action: rule.action };
    const runner = runners.get(rule);
    if (!runner || !isInForce(rule, at)) {
      const result = rule.enabled && rule.source !== 'order' ? 'waiting' : 'snoozed';
      const why = whySilent(rule, at);
      return { ...about, result, sentence: why, tree: null, relaxed: [], whyNot: why };
    }
    const written = runner.when.describe(values, 1);
    const applied = runner.relax.filter((relaxation) => relaxation.when.test(values, 1) === TRUE);
    const relaxed = applied.map(appliedOf);
    const factor = factorInForce(runner, values);
    const tree = factor === 0 || factor === 1 ? written : runner.when.describe(values, factor);
    const currency = String(values[0] ?? '');
    if (factor === 0 || tree.outcome !== 'true') {
      const away = written.outcome === 'true';
      const whyNot = away ? whyRelaxed(relaxed, tree, currency) : whyNotHit(tree, currency);
      return { ...about, result: away ? 'snoozed' : 'no-hit', sentence: whyNot, tree, relaxed, whyNot };
    }
    const sentence = sentenceFor(rule, tree, values);
    const clearance = coveringClearance(rule.id, evidenceOf(tree), clearances);
    if (clearance) return { ...about, result: 'cleared', sentence, tree, relaxed, whyNot: whyCleared(clearance) };
    return { ...about, result: 'hit', sentence, tree, relaxed, whyNot: null };
  }

  return {
    version: ruleSet.version,
    rules: ruleSet.rules,
    lists: ruleSet.lists,
    fields,
    windows,
    judge,
    explain: (values, at, clearances) => ruleSet.rules.map((rule) => explainRule(rule, values, at, clearances)),
  };
}

function appliedOf(relaxation: Relaxation): AppliedRelaxation {
  return { id: relaxation.id, effect: relaxation.factor === null ? 'skip' : `×${relaxation.factor}`, why: relaxation.why };
}
