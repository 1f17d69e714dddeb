import { join } from 'node:path';
import { areaUnderCurve } from '#main/learning/metrics.ts';
import { replayDelays } from '#main/replay/forecast/late.ts';
import { replayReturns } from '#main/replay/forecast/returns.ts';
import type { Score, Scores } from '#main/replay/forecast/scores.ts';
import type { WalkOptions } from '#main/replay/forecast/walk.ts';
import { readOrderFile, recogniseFile } from '#main/replay/order-file.ts';
import type { NumberedRow } from '#main/replay/order-file.ts';
import { readOutcomes } from '#main/replay/outcomes.ts';
import type { ArrivalOutcome } from '#main/replay/outcomes.ts';
import type { RowFormat } from '#main/replay/readers/row.ts';
import { digits } from './figures.ts';

interface Set {
  title: string;
  orders: string;
  outcomes: string;
}

interface Known {
  rows: NumberedRow[];
  format: RowFormat;
  arrivals: Map<string, ArrivalOutcome>;
  came: Map<string, boolean>;
  /** Moments at which a tenth of the orders begins. */
  tenths: number[];
}

async function read({ orders, outcomes }: Set): Promise<Known> {
  const format = await recogniseFile(orders);
  const rows: NumberedRow[] = [];
  for await (const numbered of readOrderFile(orders, format)) if (numbered.row.kind !== 'refused') rows.push(numbered);
  const placed = new Map(rows.flatMap(({ row }) => (row.kind === 'order' ? [[row.order.channelOrderId, row] as const] : [])));
  const moments = [...placed.values()].map(({ at }) => at).sort((a, b) => a - b);
  const arrivals = new Map<string, ArrivalOutcome>();
  const came = new Map<string, boolean>();
  for await (const { format: kind, row } of readOutcomes(outcomes)) {
    const order = placed.get(row.order_id ?? '')?.order;
    const arrival = order ? kind.arrival(row, order.createdAt) : null;
    const bad = kind.labels.find(({ id }) => id === kind.main)?.isBad(row) ?? null;
    if (arrival) arrivals.set(row.order_id ?? '', arrival);
    if (arrival ?? bad !== null) came.set(row.order_id ?? '', arrival ? arrival.late : (bad as boolean));
  }
  return {
    rows,
    format,
    arrivals,
    came,
    tenths: Array.from({ length: 10 }, (_, tenth) => moments[Math.floor((tenth * moments.length) / 10)]!),
  };
}

function areaOf(scores: readonly Score[], came: ReadonlyMap<string, boolean>): { area: number | null; orders: number } {
  const judged = scores.filter(({ id }) => came.has(id));
  const outcomes = judged.map(({ id }) => (came.get(id) ? 1 : 0));
  const area = areaUnderCurve(
    judged.map(({ ranking }) => ranking),
    outcomes,
  );
  return { area, orders: judged.length };
}

function walk({ rows, format, arrivals }: Known, from: number): Promise<Scores> {
  async function* since(): AsyncGenerator<NumberedRow> {
    for (const numbered of rows) if (numbered.row.kind !== 'refused' && numbered.row.at >= from) yield numbered;
  }
  const options: WalkOptions = { splitAt: Infinity, judgedFrom: -Infinity };
  return arrivals.size > 0 ? replayDelays(since(), format, arrivals, options) : replayReturns(since(), options);
}

/** The area of what comes after each of several cut points: with all of the past, and by a hub that knew nothing before the cut. */
export async function cutsStudy(data: string): Promise<void> {
  const file = (set: string, name: string): string => join(data, set, `${set}-${name}`);
  const sets: Set[] = [
    { title: 'scms, late', orders: file('scms', 'shipments-dev.jsonl.gz'), outcomes: file('scms', 'outcomes-dev.csv.gz') },
    {
      ...{ title: 'online-retail, any return', orders: file('online-retail', 'events-dev.jsonl.gz') },
      outcomes: file('online-retail', 'outcomes-dev.csv.gz'),
    },
  ];
  for (const set of sets) {
    const known = await read(set);
    const { scores } = await walk(known, -Infinity);
    console.info(set.title);
    const tenths = known.tenths.map((from, tenth) => {
      const until = known.tenths[tenth + 1] ?? Infinity;
      return areaOf(
        scores.filter(({ at }) => at >= from && at < until),
        known.came,
      );
    });
    for (const cut of [3, 4, 5, 6, 7, 8]) {
      const from = known.tenths[cut]!;
      const after = areaOf(
        scores.filter(({ at }) => at >= from),
        known.came,
      );
      const cold = cut % 3 === 0 ? areaOf((await walk(known, from)).scores, known.came) : null;
      const alone = cold === null ? '' : `; known nothing before: ${digits(cold.area)} (${cold.orders})`;
      console.info(
        `  after ${cut * 10} %: ${digits(after.area)} (${after.orders} orders); the next tenth ${digits(tenths[cut]!.area)}${alone}`,
      );
    }
    const areas = tenths.slice(3).flatMap(({ area, orders }) => (area === null || orders < 200 ? [] : [area]));
    const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length;
    const spread = Math.sqrt(areas.reduce((sum, area) => sum + (area - mean) ** 2, 0) / (areas.length - 1));
    console.info(`  tenths from 30 % on: mean ${digits(mean)}, standard deviation ${digits(spread)}, least ${digits(Math.min(...areas))}`);
  }
}
