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
  outcomes: string;
  format: RowFormat;
  /** Rows after this moment (epoch ms) are not read. */
  until: number | null;
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
  const { placed, splitAt } = await readPlaces(files);
  const known = await readKnown(files.outcomes, placed);
  const nothing: Foresight = { late: null, returns: null, signal: null, heldOut: null };
  if (!known) return nothing;
  const { format, arrivals, bad } = known;
  const late = arrivals.size > 0 ? await replayDelays(rowsOf(files), files.format, arrivals, { splitAt }) : null;
  const word = format.lateByWord;
  const byWord = word === null ? null : await replayByWord(rowsOf(files), word, arrivals, splitAt);
  const returns = format.tellsReturns ? await replayReturns(rowsOf(files), { splitAt }) : null;
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
    heldOut: label ? loopOf(traces, { label, splitAt, badOf, returns, signal }) : null,
  };
}

async function* rowsOf({ orders, format, until }: ForesightFiles): AsyncGenerator<NumberedRow> {
  for await (const numbered of readOrderFile(orders, format)) {
    if (until !== null && numbered.row.kind !== 'refused' && numbered.row.at > until) return;
    yield numbered;
  }
}

/** When each order was placed, and the moment that parts the file. */
async function readPlaces(files: ForesightFiles): Promise<{ placed: Map<string, number>; splitAt: number }> {
  const placed = new Map<string, number>();
  const moments: number[] = [];
  for await (const { row } of rowsOf(files)) {
    if (row.kind !== 'order') continue;
    placed.set(row.order.channelOrderId, row.order.createdAt);
    moments.push(row.at);
  }
  moments.sort((a, b) => a - b);
  return { placed, splitAt: moments[Math.floor(moments.length * FIRST_PART)] ?? 0 };
}

async function readKnown(path: string, placed: ReadonlyMap<string, number>): Promise<Known | null> {
  const arrivals: Known['arrivals'] = new Map();
  const bad: Known['bad'] = new Map();
  let known: OutcomeFormat | null = null;
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
  return known && { format: known, arrivals, bad };
}

interface LoopParts {
  label: Label;
  splitAt: number;
  badOf(id: string): boolean | null;
  returns: Scores | null;
  signal: Signal | null;
}

function loopOf(traces: ReadonlyMap<string, OrderTrace>, { label, splitAt, badOf, returns, signal }: LoopParts): HeldOut {
  const scores = new Map((returns?.scores ?? []).map((score) => [score.id, score]));
  const orders = [...traces].map(([id, { at, hold, stoppedBy }]) => {
    const score = scores.get(id);
    const stoppedLater = hold !== 'none' && stoppedBy.length === 0;
    return { at, stoppedBy, stoppedLater, bad: badOf(id), probability: score?.probability ?? null, frozen: score?.frozen ?? null };
  });
  const { knownAfterMs, id } = label;
  return learnAndMeasure(orders, { label: id, splitAt, knownAfterMs, field: 'return-probability', noSignal: signal && noSignal(signal) });
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
