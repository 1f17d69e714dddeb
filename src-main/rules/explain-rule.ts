import type { AppliedRelaxation, EvaluationNode, Rule, RuleResult } from '#shared/rule.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { CURRENCY_FIELD, fieldOf } from './catalogue.ts';
import type { Leaf } from './condition.ts';
import { leafOf, TRUE, truthOf, type Decided } from './decided.ts';
import { weigh } from './evidence.ts';
import { maskedTree } from './personal.ts';
import { isInForce, run, type CompiledRelaxation, type Outcome, type Runner } from './runner.ts';
import type { FillSentence } from './sentence.ts';
import { SAID } from './trace.ts';
import { WHY_FAILED, whyCleared, whyNotHit, whyRelaxed, whySilent, whyWaiting } from './why-not.ts';

/** What turns places of the vector and numbers of comparisons into words. */
export interface Words {
  index: ReadonlyMap<string, number>;
  leaves: readonly Leaf[];
}

/** The rule's sentence for these values; after a release with what is new against it (M6). */
export function hitSentence(
  fill: FillSentence,
  tree: EvaluationNode,
  values: readonly FieldValue[],
  { index }: Words,
  news: LocalisedText | null,
): LocalisedText {
  const sentence = fill({
    tree,
    currency: String(values[index.get(CURRENCY_FIELD) ?? 0] ?? ''),
    valueOf: (id) => values[index.get(id) ?? -1] ?? null,
  });
  return news === null ? sentence : { zh: `${sentence.zh}（${news.zh}）`, en: `${sentence.en} (${news.en})` };
}

function appliedOf(relaxation: CompiledRelaxation): AppliedRelaxation {
  return { id: relaxation.id, effect: relaxation.factor === null ? 'skip' : `×${relaxation.factor}`, why: relaxation.why };
}

/** Multiplier of the thresholds in force for these values; 1 where none of the relaxations multiplies. */
function factorOf(applied: readonly CompiledRelaxation[]): number {
  const factors = applied.map(({ factor }) => factor).filter((factor) => factor !== null);
  return factors.length > 0 ? Math.max(...factors) : 1;
}

interface Question {
  rule: Rule;
  /** Null: the rule is switched off. */
  runner: Runner | null;
  values: readonly FieldValue[];
  at: number;
  clearances: readonly Clearance[];
  words: Words;
}

function headOf({
  id,
  version,
  name,
  severity,
  action,
}: Rule): Pick<RuleResult, 'ruleId' | 'ruleVersion' | 'name' | 'severity' | 'action'> {
  return { ruleId: id, ruleVersion: version, name, severity, action };
}

/** A rule that threw: what it would have said nobody knows. */
export function failedResult(rule: Rule): RuleResult {
  return { ...headOf(rule), result: 'error', sentence: WHY_FAILED, tree: null, relaxed: [], whyNot: WHY_FAILED };
}

/** What one rule says about one vector, with the tree, and why not where it does not hit (M1). The very run that judges. */
export function explainRule({ rule, runner, values, at, clearances, words }: Question): RuleResult {
  const about = headOf(rule);
  if (!runner || !isInForce(rule, at)) {
    const why = whySilent(rule, at);
    return { ...about, result: 'snoozed', sentence: why, tree: null, relaxed: [], whyNot: why };
  }
  const outcome: Outcome = { said: SAID.noHit, factor: 0, decided: 0 };
  run(runner, values, outcome);
  const applied = runner.relax.filter((relaxation) => truthOf(relaxation.when.test(values, 1)) === TRUE);
  const relaxed = applied.map(appliedOf);
  const skipped = applied.some(({ factor }) => factor === null);
  const factor = skipped ? 1 : factorOf(applied);
  const evaluated = runner.when.describe(values, factor);
  const tree = maskedTree(evaluated);
  const currency = String(values[0] ?? '');
  if (outcome.said !== SAID.hit) {
    const [leaf, node] = decidedBy(outcome.decided, values, factor, words);
    const source = fieldOf(node.field ?? '')?.source ?? 'order';
    if (outcome.said === SAID.noHit && node.outcome === 'unknown' && source !== 'order' && source !== 'customs') {
      const whyNot = whyWaiting(node, source);
      return { ...about, result: 'waiting', sentence: whyNot, tree, relaxed, whyNot };
    }
    const away = outcome.said === SAID.relaxed;
    const whyNot = away ? whyRelaxed(relaxed, leaf, node, currency) : whyNotHit(leaf, node, currency);
    return { ...about, result: away ? 'snoozed' : 'no-hit', sentence: whyNot, tree, relaxed, whyNot };
  }
  const { cleared, news } = weigh(rule.id, evaluated, clearances, currency);
  const sentence = hitSentence(runner.sentence, evaluated, values, words, news);
  if (cleared) return { ...about, result: 'cleared', sentence, tree, relaxed, whyNot: whyCleared(cleared) };
  return { ...about, result: 'hit', sentence, tree, relaxed, whyNot: null };
}

function decidedBy(decided: Decided, values: readonly FieldValue[], factor: number, words: Words): [Leaf, EvaluationNode] {
  const leaf = words.leaves[leafOf(decided)] as Leaf;
  return [leaf, maskedTree(leaf.describe(values, factor))];
}
