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

/** Which of what happened in the millisecond of a decision came before it. */
type Tie = (version: number | undefined) => boolean;

/** Clearances, with the changes since, as a decision found them. */
function clearancesAt(clearances: readonly Clearance[], at: number, released: Tie, changed: Tie): Clearance[] {
  return clearances.flatMap(({ changes, ...clearance }) => {
    if (clearance.at > at || (clearance.at === at && !released(clearance.version))) return [];
    const then = changes?.filter((change) => change.at < at || (change.at === at && changed(change.version))) ?? [];
    return [then.length > 0 ? { ...clearance, changes: then } : clearance];
  });
}

/**
 * What was released before the decision counted then, and what changed of the order since. Of the same millisecond the versions of the
 * order tell which came first; where none was kept, it is the evaluation that tells.
 */
function clearancesThen(
  compiled: CompiledRuleSet,
  values: readonly FieldValue[],
  verdict: VerdictRecord,
  clearances: readonly Clearance[],
): readonly Clearance[] {
  const { at, orderVersion } = verdict;
  const earlier: Tie = (version) => version !== undefined && version < orderVersion;
  const upTo: Tie = (version) => version !== undefined && version <= orderVersion;
  const usual = clearancesAt(clearances, at, earlier, upTo);
  const [all, none] = [() => true, () => false];
  const others = [clearancesAt(clearances, at, all, upTo), clearancesAt(clearances, at, none, upTo)];
  if (others.every(({ length }) => length === usual.length)) return usual;
  const agrees = (known: readonly Clearance[]) => sameHits(compiled.judge(values, at, known), verdict.hits);
  return agrees(usual) ? usual : (others.find(agrees) ?? usual);
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
