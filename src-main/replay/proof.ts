import type { Hit } from '#main/model/verdict.ts';
import { compileRuleSet, rederive } from '#main/rules/index.ts';
import type { CompiledRuleSet } from '#main/rules/index.ts';
import type { ProofSource } from '#main/storage/proof-source.ts';

/** A verdict that does not come out again. */
export interface Disagreement {
  orderNo: string;
  orderVersion: number;
  /** When it was decided, epoch ms. */
  at: number;
  ruleSetVersion: number;
  why: 'other-hits' | 'no-rule-set';
  /** Rules as `id@version`: what is stored, and what the evaluation gives. */
  stored: string[];
  derived: string[];
}

export interface ProofSummary {
  verdicts: number;
  agree: number;
  disagree: number;
  ruleSets: number;
  seconds: number;
  verdictsPerSecond: number;
}

/** Compiled sets kept at once; a workspace that published more compiles some of them again. */
const SETS_IN_MEMORY = 8;
const namesOf = (hits: readonly Hit[]) => hits.map(({ ruleId, ruleVersion }) => `${ruleId}@${ruleVersion}`);

/**
 * M5: judges every stored verdict again from its rule version and inputs, one after the other in bounded memory.
 * @param tell is called with each that does not come out as stored
 */
export function prove(source: ProofSource, tell: (disagreement: Disagreement) => void): ProofSummary {
  const started = performance.now();
  const compiled = new Map<number, CompiledRuleSet | null>();
  const versions = new Set<number>();
  const setOf = (version: number): CompiledRuleSet | null => {
    const known = compiled.get(version);
    if (known !== undefined) return known;
    const ruleSet = source.ruleSet(version);
    const fresh = ruleSet && compileRuleSet(ruleSet);
    if (compiled.size >= SETS_IN_MEMORY) compiled.delete(compiled.keys().next().value as number);
    compiled.set(version, fresh);
    return fresh;
  };
  let [verdicts, agree] = [0, 0];
  for (const { verdict, clearances } of source.verdicts()) {
    const { orderNo, orderVersion, at, ruleSetVersion } = verdict;
    verdicts += 1;
    versions.add(ruleSetVersion);
    const set = setOf(ruleSetVersion);
    const again = set && rederive(set, verdict, clearances);
    if (again?.agrees) agree += 1;
    else {
      const why = again ? 'other-hits' : 'no-rule-set';
      tell({ orderNo, orderVersion, at, ruleSetVersion, why, stored: namesOf(verdict.hits), derived: namesOf(again?.hits ?? []) });
    }
  }
  const seconds = (performance.now() - started) / 1_000;
  return {
    verdicts,
    agree,
    disagree: verdicts - agree,
    ruleSets: versions.size,
    seconds,
    verdictsPerSecond: verdicts / Math.max(seconds, 1e-6),
  };
}
