import { CallCounter } from '../statistics.ts';
import type { ArrivalOutcome } from '../outcomes.ts';
import type { NumberedRow } from '../order-file.ts';
import { Agenda } from './agenda.ts';
import type { WalkOptions } from './walk.ts';

/** Known outcomes of a word before it is believed, and the share of late ones from which its orders are called. */
const LEAST_KNOWN = 20;
const CALLED_FROM = 0.7;

export interface WordCalls {
  word: string;
  called: number;
  precision: number | null;
  recall: number | null;
  /** The same of the orders after the split alone. */
  afterSplit: { precision: number | null; recall: number | null };
}

/**
 * The plainest forecast there is, to measure the other against: an order is called late when most orders with the same word
 * (shipping mode) were late, as far as was known when it came in.
 */
export async function replayByWord(
  rows: AsyncIterable<NumberedRow>,
  word: string,
  arrivals: ReadonlyMap<string, ArrivalOutcome>,
  { splitAt, judgedFrom }: WalkOptions,
): Promise<WordCalls> {
  const seen = new Map<string, { known: number; late: number }>();
  const agenda = new Agenda<{ value: string; late: boolean }>();
  const calls = new CallCounter();
  const later = new CallCounter();
  for await (const { row } of rows) {
    if (row.kind !== 'order') continue;
    for (const { value, late } of agenda.before(row.at)) {
      const counts = seen.get(value) ?? { known: 0, late: 0 };
      seen.set(value, { known: counts.known + 1, late: counts.late + (late ? 1 : 0) });
    }
    const value = row.order.facets?.[word];
    const told = arrivals.get(row.order.channelOrderId);
    if (typeof value !== 'string' || !told) continue;
    const counts = seen.get(value);
    const called = counts !== undefined && counts.known >= LEAST_KNOWN && counts.late >= counts.known * CALLED_FROM;
    if (row.at >= judgedFrom) calls.add(called, told.late);
    if (row.at >= splitAt) later.add(called, told.late);
    agenda.add(told.toldAt, { value, late: told.late });
  }
  const { held, precision, recall } = calls.figures();
  const rest = later.figures();
  return { word, called: held, precision, recall, afterSplit: { precision: rest.precision, recall: rest.recall } };
}
