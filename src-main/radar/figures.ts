import { chanceOf } from '#main/learning/random.ts';
import type { RadarPoint } from '#shared/contract/radar.ts';
import type { RadarRow } from './encode.ts';
import { READY_ORDERS } from './learn.ts';

/** A labelled order with the score of a model that did not know it. */
export interface ScoredRow extends Pick<RadarRow, 'disputed' | 'weight' | 'buyer'> {
  score: number;
}

export interface RecentScores {
  scores: readonly number[];
  /** One in so many orders was scored. */
  every: number;
  days: number;
}

const THRESHOLDS = 101;
/** Of the fine orders at most this share may be held by the threshold that is suggested. */
const FEW_FALSE = 0.01;

/** What the model does at every threshold from 0 to 100. One pass: scores are counted from the top down. */
export function curveOf(rows: readonly ScoredRow[], recent: RecentScores): RadarPoint[] {
  const zero = () => new Float64Array(THRESHOLDS);
  const [disputed, disputedWeight, fine, fineWeight, held] = [zero(), zero(), zero(), zero(), zero()];
  const add = (to: Float64Array, score: number, value: number) => {
    const at = Math.min(THRESHOLDS - 1, Math.max(0, Math.floor(score)));
    to[at] = (to[at] as number) + value;
  };
  for (const row of rows) {
    add(row.disputed ? disputed : fine, row.score, 1);
    add(row.disputed ? disputedWeight : fineWeight, row.score, row.weight);
  }
  for (const score of recent.scores) add(held, score, 1);
  for (const counts of [disputed, disputedWeight, fine, fineWeight, held]) {
    for (let at = THRESHOLDS - 2; at >= 0; at -= 1) counts[at] = (counts[at] as number) + (counts[at + 1] as number);
  }
  return Array.from({ length: THRESHOLDS }, (_, threshold): RadarPoint => {
    const [bad, good] = [disputedWeight[threshold] as number, fineWeight[threshold] as number];
    const stopped = (held[threshold] as number) * recent.every;
    return {
      threshold,
      precision: bad + good > 0 ? bad / (bad + good) : null,
      recall: ratio(bad, disputedWeight[0] as number),
      falseShare: ratio(good, fineWeight[0] as number),
      disputed: disputed[threshold] as number,
      fine: fine[threshold] as number,
      held: stopped,
      perDay: stopped / Math.max(1, recent.days),
    };
  });
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/**
 * The threshold that finds most disputes while it holds few of the fine orders. Where several find as many, the middle one: it keeps its
 * distance from the fine orders below and from the disputed ones above.
 */
export function suggestedThreshold(curve: readonly RadarPoint[]): number {
  const lowest = curve.find(({ threshold, falseShare }) => threshold > 0 && falseShare <= FEW_FALSE);
  if (!lowest) return THRESHOLDS - 1;
  if (lowest.recall === 0) return lowest.threshold;
  const highest = curve.findLast(({ recall }) => recall === lowest.recall) ?? lowest;
  return Math.floor((lowest.threshold + highest.threshold) / 2);
}

export interface Area {
  value: number;
  low: number;
  high: number;
}

const RESAMPLES = 400;

/**
 * Area under the ROC curve, with the interval that holds it in 95 of 100 cases: buyers are drawn again and again with putting back
 * (Efron 1979), whole buyers because their orders are alike.
 */
export function areaOf(rows: readonly ScoredRow[], seed: number): Area {
  const order = rows.map((_, index) => index).sort((a, b) => (rows[a] as ScoredRow).score - (rows[b] as ScoredRow).score || a - b);
  const buyers = new Map<string, number>();
  const buyerOf = Int32Array.from(rows, ({ buyer }) => {
    const known = buyers.get(buyer) ?? buyers.size;
    buyers.set(buyer, known);
    return known;
  });
  const times = new Float64Array(buyers.size).fill(1);
  const area = () => weightedArea(rows, order, (row) => (rows[row] as ScoredRow).weight * (times[buyerOf[row] as number] as number));
  const value = area() ?? 0.5;
  const chance = chanceOf(seed);
  const drawn: number[] = [];
  for (let sample = 0; sample < RESAMPLES; sample += 1) {
    times.fill(0);
    for (let draw = 0; draw < times.length; draw += 1) {
      const buyer = Math.floor(chance() * times.length);
      times[buyer] = (times[buyer] as number) + 1;
    }
    const one = area();
    if (one !== null) drawn.push(one);
  }
  drawn.sort((a, b) => a - b);
  const at = (share: number) => drawn[Math.min(drawn.length - 1, Math.floor(drawn.length * share))] ?? value;
  return { value, low: Math.min(value, at(0.025)), high: Math.max(value, at(0.975)) };
}

/** @param order row numbers, lowest score first. Null without both kinds. */
function weightedArea(rows: readonly ScoredRow[], order: readonly number[], weightOf: (row: number) => number): number | null {
  let [below, disputed, fine, area] = [0, 0, 0, 0];
  for (let start = 0; start < order.length;) {
    let [end, tiedDisputed, tiedFine] = [start, 0, 0];
    const { score } = rows[order[start] as number] as ScoredRow;
    for (; end < order.length && (rows[order[end] as number] as ScoredRow).score === score; end += 1) {
      const row = order[end] as number;
      if ((rows[row] as ScoredRow).disputed) tiedDisputed += weightOf(row);
      else tiedFine += weightOf(row);
    }
    area += tiedDisputed * (below + tiedFine / 2);
    below += tiedFine;
    disputed += tiedDisputed;
    fine += tiedFine;
    start = end;
  }
  return disputed > 0 && fine > 0 ? area / (disputed * fine) : null;
}

/** May it be switched on, and with what warning? */
export function readinessOf(counts: { disputed: number; fine: number }, area: Area): 'ready' | 'no-signal' | 'too-little' {
  if (counts.disputed < READY_ORDERS || counts.fine < READY_ORDERS) return 'too-little';
  return area.low <= 0.5 ? 'no-signal' : 'ready';
}
