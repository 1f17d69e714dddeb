import type { RuleResult } from '#shared/rule.ts';
import { severityRank, type LocalisedText } from '#shared/text.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldValue, Hit, VerdictRecord } from '#main/model/verdict.ts';
import type { CompiledRuleSet } from './compile.ts';

/** What a stored verdict says, derived again from its inputs. */
export interface VerdictExplanation {
  /** What stopped the order, or that nothing did. */
  sentence: LocalisedText;
  /** Hits first, gravest first; then the others, those that came closest to mattering first. */
  results: RuleResult[];
  /** True when the evaluation of the stored inputs gave exactly the stored hits (M5). */
  rederived: boolean;
}

const RESULT_ORDER: Record<RuleResult['result'], number> = { hit: 0, error: 1, cleared: 2, snoozed: 3, 'no-hit': 4, waiting: 5 };

/** The sentence of a set of hits: gravest first, all of them. */
export function verdictSentence(hits: readonly Pick<Hit, 'severity' | 'sentence'>[]): LocalisedText {
  if (hits.length === 0) return { zh: '全部检查通过，没有规则拦截', en: 'Every check passed; no rule stopped the order' };
  const sorted = [...hits].sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
  return { zh: sorted.map((hit) => hit.sentence.zh).join('；'), en: sorted.map((hit) => hit.sentence.en).join('; ') };
}

/** Puts stored inputs into the order of another vector; fields it never had are unknown. */
function alignInputs(compiled: CompiledRuleSet, verdict: Pick<VerdictRecord, 'fields' | 'inputs'>): FieldValue[] {
  const stored = new Map(verdict.fields.map((id, at) => [id, verdict.inputs[at] ?? null]));
  return compiled.fields.map((id) => stored.get(id) ?? null);
}

function sameHits(a: readonly Hit[], b: readonly Hit[]): boolean {
  const essence = (hits: readonly Hit[]) => JSON.stringify(hits.map((hit) => [hit.ruleId, hit.ruleVersion, hit.evidence]));
  return essence(a) === essence(b);
}

/** What was released before the decision counted then. Of the same millisecond it is the evaluation that tells which came first. */
function clearancesThen(
  compiled: CompiledRuleSet,
  values: readonly FieldValue[],
  verdict: VerdictRecord,
  clearances: readonly Clearance[],
): readonly Clearance[] {
  const earlier = clearances.filter((clearance) => clearance.at < verdict.at);
  const upTo = clearances.filter((clearance) => clearance.at <= verdict.at);
  if (earlier.length === upTo.length) return earlier;
  return sameHits(compiled.judge(values, verdict.at, earlier), verdict.hits) ? earlier : upTo;
}

/** A stored verdict judged again. */
export interface Rederivation {
  /** True when the evaluation gave exactly the stored hits: the same rules, versions and facts. */
  agrees: boolean;
  /** What the evaluation gives. */
  hits: readonly Hit[];
}

/**
 * Judges the stored inputs again, without the trees: what a proof over a whole database runs (M5).
 * `compiled` must be the set of `verdict.ruleSetVersion`.
 */
export function rederive(compiled: CompiledRuleSet, verdict: VerdictRecord, clearances: readonly Clearance[]): Rederivation {
  const values = alignInputs(compiled, verdict);
  const hits = compiled.judge(values, verdict.at, clearancesThen(compiled, values, verdict, clearances));
  return { agrees: compiled.version === verdict.ruleSetVersion && sameHits(hits, verdict.hits), hits };
}

/**
 * Runs the stored inputs through the rule set again: the reason shown is the derivation itself (B4, M5).
 * `compiled` must be the set of `verdict.ruleSetVersion`; with another one `rederived` tells the difference.
 */
export function explainVerdict(compiled: CompiledRuleSet, verdict: VerdictRecord, clearances: readonly Clearance[]): VerdictExplanation {
  const values = alignInputs(compiled, verdict);
  const known = clearancesThen(compiled, values, verdict, clearances);
  const again = compiled.judge(values, verdict.at, known);
  const results = compiled.explain(values, verdict.at, known);
  results.sort((a, b) => RESULT_ORDER[a.result] - RESULT_ORDER[b.result] || severityRank(b.severity) - severityRank(a.severity));
  return {
    sentence: verdictSentence(verdict.hits),
    results,
    rederived: compiled.version === verdict.ruleSetVersion && sameHits(again, verdict.hits),
  };
}
