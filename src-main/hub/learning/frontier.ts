import type { FrontierEffect, FrontierPoint, MeasuredShare, ThresholdChange } from '#shared/contract/reports.ts';
import { shareInterval } from '#main/learning/interval.ts';
import { PRESENT } from './stop-patterns.ts';
import type { StopCounts, StopPatterns, ThresholdSet } from './stop-patterns.ts';

/** A point before it has a number of its own and a draft. */
export type FoundPoint = Omit<FrontierPoint, 'id' | 'draft' | 'outdated'>;

/**
 * What a bad order that gets through may weigh against a good one stopped: from those who mind false kills most to those who mind
 * misses most. Each weight leads to the set that is best by it.
 */
const WEIGHTS = [0.25, 0.5, 1, 2, 3, 5, 8, 13, 21, 34];

export interface SearchParts {
  /** Of the orders thresholds are found on. */
  patterns: StopPatterns;
  /** Candidates that may be taken. */
  isFree(candidate: number): boolean;
  /** Of the good orders, the share that may be stopped beyond now, and what a miss weighs in choosing. */
  mostFalseKills: number;
  missWeight: number;
  turn(): Promise<void>;
}

/** Sets of thresholds worth looking at, the one in force first, and the best one within the bound; null: none gains anything. */
export async function searchSets(parts: SearchParts): Promise<{ sets: ThresholdSet[]; best: ThresholdSet | null }> {
  const { patterns, mostFalseKills, missWeight, turn } = parts;
  const present = patterns.present();
  const now = patterns.count(present);
  const mostGood = mostFalseKills * patterns.good;
  const sets = new Map<string, ThresholdSet>([[present.join(), present]]);
  const keep = (set: ThresholdSet) => sets.set(set.join(), set);
  for (const weight of WEIGHTS) keep(await climb(parts, weight, Infinity));
  keep(await climb(parts, missWeight, mostGood));
  let best: { set: ThresholdSet; gain: number } | null = null;
  for (const set of sets.values()) {
    await turn();
    const { bad, good } = patterns.count(set);
    const gain = missWeight * (bad - now.bad) - (good - now.good);
    if (good - now.good <= mostGood && gain > (best?.gain ?? 0)) best = { set, gain };
  }
  return { sets: [...sets.values()], best: best?.set ?? null };
}

/** From the set in force, one change after another, each the one that gains most, until none gains anything. */
async function climb({ patterns, isFree, turn }: SearchParts, weight: number, mostGood: number): Promise<ThresholdSet> {
  const set = patterns.present();
  const goodNow = patterns.count(set).good;
  for (;;) {
    const { candidates, present } = patterns.gains(set);
    const left = mostGood - (patterns.count(set).good - goodNow);
    let best = { gain: 0, rule: PRESENT, to: PRESENT };
    const consider = (rule: number, to: number, { bad, good }: { bad: number; good: number }): void => {
      const gain = weight * bad - good;
      if (set[rule] !== to && good <= left && gain > best.gain) best = { gain, rule, to };
    };
    for (const [index, counts] of candidates.entries()) if (isFree(index)) consider(patterns.ruleOf(index), index, counts);
    for (const [rule, counts] of present.entries()) consider(rule, PRESENT, counts);
    if (best.rule === PRESENT) return set;
    set[best.rule] = best.to;
    await turn();
  }
}

/** One part of the orders: how they are stopped, and how many days they stand for. */
export interface Part {
  patterns: StopPatterns;
  days: number;
}

function effectOf({ patterns, days }: Part, { orders, bad, good, newReturning }: StopCounts, now: StopCounts): FrontierEffect {
  return {
    stopped: orders,
    perDay: orders / days,
    precision: shareOf(bad, bad + good),
    recall: shareOf(bad, patterns.bad),
    falseKills: shareOf(good, patterns.good),
    moreFalseKills: patterns.good === 0 ? 0 : (good - now.good) / patterns.good,
    newReturning,
  };
}

function shareOf(part: number, whole: number): MeasuredShare {
  const { low, high } = shareInterval(part, whole) ?? { low: null, high: null };
  return { part, whole, value: whole === 0 ? null : part / whole, low, high };
}

export interface Measurement {
  /** Each with the same set as the later part numbers its candidates. */
  sets: readonly { found: ThresholdSet; measured: ThresholdSet; changes: ThresholdChange[] }[];
  best: ThresholdSet | null;
  found: Part;
  measured: Part;
  mostFalseKills: number;
  missWeight: number;
  turn(): Promise<void>;
}

/** The sets with what they did on both parts, those with the fewest false kills first. */
export async function frontierOf(measurement: Measurement): Promise<FoundPoint[]> {
  const { sets, best, found, measured, mostFalseKills, missWeight, turn } = measurement;
  const before = found.patterns.count(found.patterns.present());
  const now = measured.patterns.count(measured.patterns.present());
  const points: FoundPoint[] = [];
  for (const set of sets) {
    await turn();
    const later = measured.patterns.count(set.measured);
    const effects = { found: effectOf(found, found.patterns.count(set.found), before), measured: effectOf(measured, later, now) };
    const withinBound = Math.max(effects.found.moreFalseKills, effects.measured.moreFalseKills) <= mostFalseKills;
    const gains = missWeight * (later.bad - now.bad) - (later.good - now.good) > 0;
    // What was best where it was looked for has to be so on orders it was not looked for on.
    const chosen = set.found === best && withinBound && gains && later.newReturning === 0;
    points.push({ changes: set.changes, ...effects, withinBound, chosen });
  }
  const isChosen = points.some(({ chosen }) => chosen);
  return points
    .map((point) => ({ ...point, chosen: isChosen ? point.chosen : point.changes.length === 0 }))
    .sort((a, b) => a.measured.falseKills.part - b.measured.falseKills.part || a.measured.recall.part - b.measured.recall.part);
}
