import type { LocalisedText } from '#shared/text.ts';
import { readOrderFile } from '../order-file.ts';
import type { NumberedRow } from '../order-file.ts';
import { readOutcomes } from '../outcomes.ts';
import type { ArrivalOutcome, Label, OutcomeFormat } from '../outcomes.ts';
import type { RowFormat } from '../readers/row.ts';
import type { OrderTrace } from '../tally.ts';
import { replayByWord } from './by-word.ts';
import type { WordCalls } from './by-word.ts';
import { forecastFigures } from './figures.ts';
import type { ForecastFigures } from './figures.ts';
import { replayDelays } from './late.ts';
import { learnAndMeasure } from './learning-loop.ts';
import type { HeldOut } from './learning-loop.ts';
import { replayReturns } from './returns.ts';
import type { Scores } from './scores.ts';
import { replaySignal } from './signal.ts';
import type { Signal } from './signal.ts';

/** The forecasts of a file and what the learning loop made of its first part. */
export interface Foresight {
  late: (ForecastFigures & { byWord: WordCalls | null }) | null;
  returns: ForecastFigures | null;
  /** Inside the orders that share a word, where the outcome file says so; null: it does not. */
  signal: Signal | null;
  heldOut: HeldOut | null;
}

export interface ForesightFiles {
  orders: string;
  outcomes: string | null;
  /** Earlier orders and what became of them: learnt from, not measured; null: there are none. */
  history: string | null;
  historyOutcomes: string | null;
  format: RowFormat;
  /** Rows after this moment (epoch ms) are not read. */
  until: number | null;
  /** More false kills than now, as a share of good orders, that a proposal of the learning loop may cost. */
  mostFalseKills: number;
}

/** Share of the orders that the loop may learn from. */
const FIRST_PART = 0.6;

interface Known {
  format: OutcomeFormat;
  arrivals: Map<string, ArrivalOutcome>;
  bad: Map<string, boolean>;
}

/**
 * Carries the forecasts through the file once more, after every decision was made: each order is forecast from what was recorded
 * before it alone. Then the learning loop is applied to the first part and measured on the rest.
 */
export async function foresee(files: ForesightFiles, traces: ReadonlyMap<string, OrderTrace>): Promise<Foresight> {
  const { placed, returning, ...moments } = await readPlaces(files);
  const { splitAt } = moments;
  const known = await readKnown(files, placed);
  const nothing: Foresight = { late: null, returns: null, signal: null, heldOut: null };
  if (!known) return nothing;
  const { format, arrivals, bad } = known;
  const late = arrivals.size > 0 ? await replayDelays(rowsOf(files), files.format, arrivals, moments) : null;
  const word = format.lateByWord;
  const byWord = word === null ? null : await replayByWord(rowsOf(files), word, arrivals, moments);
  const returns = format.tellsReturns ? await replayReturns(rowsOf(files), moments) : null;
  const label = format.labels.find(({ id }) => id === format.main);
  const badOf = (id: string): boolean | null => bad.get(id) ?? null;
  const signal =
    format.within === null || !label
      ? null
      : await replaySignal(rowsOf(files), files.format, format.within, { bad: badOf, knownAfterMs: label.knownAfterMs, splitAt });
  const lateFigures = late && forecastFigures(late, (id) => arrivals.get(id)?.late ?? null, splitAt);
  return {
    late: lateFigures && { ...lateFigures, byWord },
    returns: returns && forecastFigures(returns, badOf, splitAt),
    signal,
    heldOut: label ? loopOf(traces, { label, splitAt, badOf, returning, returns, signal, mostFalseKills: files.mostFalseKills }) : null,
  };
}

/** The rows of the history, then of the file itself; `isHistory` tells them apart. */
async function* rowsOf({ history, orders, format, until }: ForesightFiles): AsyncGenerator<NumberedRow & { isHistory: boolean }> {
  const reader = format.open();
  if (history !== null)
    for await (const numbered of readOrderFile(history, format, undefined, reader)) yield { ...numbered, isHistory: true };
  for await (const numbered of readOrderFile(orders, format, undefined, reader)) {
    if (until !== null && numbered.row.kind !== 'refused' && numbered.row.at > until) return;
    yield { ...numbered, isHistory: false };
  }
}

interface Places {
  placed: Map<string, number>;
  /** Orders whose buyer had ordered before. */
  returning: Set<string>;
  splitAt: number;
  judgedFrom: number;
}

/** When each order was placed, and the moments the file begins at and is parted at. */
async function readPlaces(files: ForesightFiles): Promise<Places> {
  const placed = new Map<string, number>();
  const returning = new Set<string>();
  const buyers = new Set<string>();
  const moments: number[] = [];
  for await (const { row, isHistory } of rowsOf(files)) {
    if (row.kind !== 'order') continue;
    const { channelOrderId, createdAt, buyer } = row.order;
    placed.set(channelOrderId, createdAt);
    if (!isHistory) moments.push(row.at);
    if (buyer.key === null) continue;
    if (buyers.has(buyer.key)) returning.add(channelOrderId);
    buyers.add(buyer.key);
  }
  moments.sort((a, b) => a - b);
  return { placed, returning, splitAt: moments[Math.floor(moments.length * FIRST_PART)] ?? 0, judgedFrom: moments[0] ?? 0 };
}

async function readKnown({ outcomes, historyOutcomes }: ForesightFiles, placed: ReadonlyMap<string, number>): Promise<Known | null> {
  const arrivals: Known['arrivals'] = new Map();
  const bad: Known['bad'] = new Map();
  let known: OutcomeFormat | null = null;
  for (const path of [historyOutcomes, outcomes]) {
    if (path === null) continue;
    for await (const { format, row } of readOutcomes(path)) {
      known = format;
      const id = row.order_id ?? '';
      const placedAt = placed.get(id);
      if (placedAt === undefined) continue;
      const arrival = format.arrival(row, placedAt);
      if (arrival) arrivals.set(id, arrival);
      const main = format.labels.find((label) => label.id === format.main)?.isBad(row) ?? null;
      if (main !== null) bad.set(id, main);
    }
  }
  return known && { format: known, arrivals, bad };
}

interface LoopParts {
  label: Label;
  splitAt: number;
  badOf(id: string): boolean | null;
  returning: ReadonlySet<string>;
  returns: Scores | null;
  signal: Signal | null;
  mostFalseKills: number;
}

function loopOf(traces: ReadonlyMap<string, OrderTrace>, parts: LoopParts): HeldOut {
  const { label, splitAt, badOf, returning, returns, signal, mostFalseKills } = parts;
  const scores = new Map((returns?.scores ?? []).map((score) => [score.id, score]));
  const orders = [...traces].map(([id, { at, hold, stoppedBy }]) => {
    const score = scores.get(id);
    const stoppedLater = hold !== 'none' && stoppedBy.length === 0;
    return {
      ...{ at, stoppedBy, stoppedLater, bad: badOf(id), returning: returning.has(id) },
      ...{ probability: score?.probability ?? null, frozen: score?.frozen ?? null },
    };
  });
  const { knownAfterMs, id } = label;
  const about = { label: id, splitAt, knownAfterMs, field: 'return-probability', mostFalseKills };
  return learnAndMeasure(orders, { ...about, noSignal: signal && noSignal(signal) });
}

function noSignal({ found, word, value, auc, interval }: Signal): LocalisedText | null {
  if (found) return null;
  const area = auc === null ? '–' : auc.toFixed(2);
  const between = interval === null ? '' : ` (${interval[0].toFixed(2)} – ${interval[1].toFixed(2)})`;
  return {
    zh: `在 ${word} = ${value} 的订单中，没有任何字段能区分好坏：AUC ${area}${between}，0.5 即为随机，因此不提任何建议`,
    en: `Inside ${word} = ${value} no field tells bad orders from good ones: AUC ${area}${between}, 0.5 is chance; so nothing is proposed`,
  };
}
