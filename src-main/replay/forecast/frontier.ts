import { CallCounter, ratio } from '../statistics.ts';
import type { LoopOrder } from './learning-loop.ts';

/** A threshold of the model, what it would have done on the first part, and what it does on the rest. */
export interface FrontierPoint {
  /** Of all orders, the likeliest share that was to be stopped, and the probability that share begins at. */
  share: number;
  from: number;
  /** On the first part: orders the model alone stops, those that went bad, and how many more good orders are stopped than before. */
  found: { stopped: number; bad: number; precision: number | null; moreFalseKills: number };
  /** On the rest, by all rules together; not looked at when one is chosen. */
  rest: { precision: number | null; recall: number | null; falseKillRate: number | null };
  chosen: boolean;
}

export interface FrontierParts {
  /** Orders of the first part whose outcome was known by its end, in order of time, and the orders after it. */
  known: readonly LoopOrder[];
  /** Orders before the split of which its model says something: they tell how its probabilities lie, though no outcome is known. */
  lately: readonly LoopOrder[];
  rest: readonly LoopOrder[];
  wasStopped(order: LoopOrder): boolean;
  /** Stopped by the rules that stay. */
  stoppedWithout(order: LoopOrder): boolean;
  mostFalseKills: number;
  leastCases: number;
}

/** Shares of all orders a model may stop: from very few up to what people can just look at. */
const SHARES = [0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03];
/** Worth stopping: at least this share of the stopped went bad, and this many times as many as anyway. */
const LEAST_PRECISION = 0.3;
const LEAST_LIFT = 2;
/** Fewer latest orders tell too little about how a model's probabilities lie. */
const FEWEST_LATELY = 200;

/** Whether the model stops an order from a probability on. */
export function stopsFrom(probability: number | null, from: number | undefined): boolean {
  return probability !== null && from !== undefined && probability >= from;
}

/**
 * Thresholds of a model from strict to loose. Chosen is the loosest that is worth it and costs at most so many more false kills.
 *
 * What a share is worth is found on known orders, by what each order's own model said. Where it begins in the model of the split is read
 * off the latest orders, whose outcomes nobody knows yet: a model that learnt more says larger probabilities, and a threshold carried over
 * from its predecessors would stop twice as many.
 */
export function frontierOf(parts: FrontierParts): FrontierPoint[] {
  const { known, lately, rest, stoppedWithout, mostFalseKills, leastCases } = parts;
  const scored = known.filter(({ probability }) => probability !== null);
  const baseRate = ratio(known.filter(({ bad }) => bad).length, known.length);
  if (baseRate === null || scored.length === 0) return [];
  const said = scored.map(({ probability }) => probability ?? 0);
  const saysNow = lately.flatMap(({ frozen }) => frozen ?? []);
  const points = SHARES.map((share): FrontierPoint => {
    const from = beginningOf(saysNow.length >= FEWEST_LATELY ? saysNow : said, share);
    const calls = new CallCounter();
    for (const order of rest) if (order.bad !== null) calls.add(stoppedWithout(order) || stopsFrom(order.frozen, from), order.bad);
    const { precision, recall, falseKillRate } = calls.figures();
    const found = foundBy(parts, scored, beginningOf(said, share));
    return { share, from, found, rest: { precision, recall, falseKillRate }, chosen: false };
  });
  const best = points.findLast(
    ({ found }) =>
      found.stopped >= leastCases &&
      (found.precision ?? 0) >= Math.max(LEAST_PRECISION, LEAST_LIFT * baseRate) &&
      found.moreFalseKills <= mostFalseKills,
  );
  return points.map((point) => ({ ...point, chosen: point === best }));
}

/** The probability at which the likeliest share of some orders begins. */
function beginningOf(probabilities: readonly number[], share: number): number {
  const sorted = probabilities.toSorted((a, b) => b - a);
  return sorted[Math.max(0, Math.floor(sorted.length * share) - 1)] ?? Infinity;
}

function foundBy({ wasStopped, stoppedWithout }: FrontierParts, orders: readonly LoopOrder[], from: number): FrontierPoint['found'] {
  const byModel = orders.filter(({ probability }) => stopsFrom(probability, from));
  const bad = byModel.filter((order) => order.bad).length;
  const good = orders.filter((order) => order.bad === false);
  const before = good.filter(wasStopped).length;
  const after = good.filter((order) => stoppedWithout(order) || stopsFrom(order.probability, from)).length;
  return {
    stopped: byModel.length,
    bad,
    precision: ratio(bad, byModel.length),
    moreFalseKills: good.length === 0 ? 0 : (after - before) / good.length,
  };
}
