import type { RadarScorer } from '#main/model/radar.ts';
import type { FieldValue, Hit, VerdictRecord } from '#main/model/verdict.ts';
import { openScorer, RadarDocumentError } from '#main/radar/scorer.ts';
import { compileRuleSet, parseRuleSet, RADAR_MODEL, RADAR_REASONS, RADAR_SCORE, radarModelNumber, rederive } from '#main/rules/index.ts';
import type { CompiledRuleSet } from '#main/rules/index.ts';
import type { ProofSource } from '#main/storage/proof-source.ts';

/** A verdict that does not come out again. */
export interface Disagreement {
  orderNo: string;
  orderVersion: number;
  /** When it was decided, epoch ms. */
  at: number;
  ruleSetVersion: number;
  /** `other-score`: the radar model gives another score or other reasons than what is stored; `stored` and `derived` are those. */
  why: 'other-hits' | 'no-rule-set' | 'other-score';
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

/** Scores of the radar, given again by the stored model from the values that stand beside them (B8). */
class StoredScores {
  readonly #source: ProofSource;
  readonly #scorers = new Map<string, RadarScorer | null>();

  constructor(source: ProofSource) {
    this.#source = source;
  }

  /** Null: there is no score, or it comes out as stored. */
  otherThanStored({ fields, inputs }: VerdictRecord): Pick<Disagreement, 'stored' | 'derived'> | null {
    const value = (id: string): FieldValue => inputs[fields.indexOf(id)] ?? null;
    const [score, model] = [value(RADAR_SCORE), value(RADAR_MODEL)];
    if (score === null && model === null) return null;
    const reasons = value(RADAR_REASONS);
    const stored = [String(score), ...(Array.isArray(reasons) ? reasons : [])];
    const scorer = typeof model === 'string' ? this.#scorer(model) : null;
    if (!scorer) return { stored, derived: [] };
    const read = scorer.read(scorer.inputs.map(value));
    const derived = [String(read.score), ...read.reasons];
    return JSON.stringify(stored) === JSON.stringify(derived) ? null : { stored, derived };
  }

  #scorer(name: string): RadarScorer | null {
    const known = this.#scorers.get(name);
    if (known !== undefined) return known;
    let scorer: RadarScorer | null = null;
    try {
      scorer = openScorer(name, this.#source.radarModel(radarModelNumber(name) ?? 0));
    } catch (error) {
      if (!(error instanceof RadarDocumentError)) throw error;
    }
    this.#scorers.set(name, scorer);
    return scorer;
  }
}

/** Read as the hub reads it: a rule of another program is left out, and what it decided does not come out. Null: it is no set of rules. */
function compiledSet(document: unknown, version: number): CompiledRuleSet | null {
  const { ruleSet, issues } = parseRuleSet(document);
  return ruleSet.rules.length === 0 && issues.length > 0 ? null : compileRuleSet({ ...ruleSet, version });
}

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
    const fresh = compiledSet(source.ruleSet(version), version);
    if (compiled.size >= SETS_IN_MEMORY) compiled.delete(compiled.keys().next().value as number);
    compiled.set(version, fresh);
    return fresh;
  };
  const scores = new StoredScores(source);
  let [verdicts, agree] = [0, 0];
  for (const { verdict, clearances } of source.verdicts()) {
    const { orderNo, orderVersion, at, ruleSetVersion } = verdict;
    verdicts += 1;
    versions.add(ruleSetVersion);
    const set = setOf(ruleSetVersion);
    const again = set && rederive(set, verdict, clearances);
    const score = again?.agrees ? scores.otherThanStored(verdict) : null;
    if (score) tell({ orderNo, orderVersion, at, ruleSetVersion, why: 'other-score', ...score });
    else if (again?.agrees) agree += 1;
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
