import { DAY } from '#shared/time.ts';
import { DeliveryHistory } from '#main/learning/history/deliveries.ts';
import { delayFeatures, delayRow, facetNames, planOf, promisedOrder } from '#main/hub/forecast/delay-plan.ts';
import { DELAY_REFIT } from '#main/hub/forecast/recipes.ts';
import type { NumberedRow } from '../order-file.ts';
import type { ArrivalOutcome } from '../outcomes.ts';
import type { RowFormat } from '../readers/row.ts';
import { Agenda } from './agenda.ts';
import type { Scores } from './scores.ts';
import { Walk } from './walk.ts';
import type { WalkOptions } from './walk.ts';

type News =
  { kind: 'arrival'; id: string; toldAt: number; arrivedAt: number } | { kind: 'late'; id: string; late: boolean; knownAt: number };

/**
 * The delay forecast carried through a file: each shipment is read as it comes in, arrivals and lateness are told when they became
 * known, and never before. Shipments without a promise are left out; so are outcomes nobody told.
 */
export async function replayDelays(
  rows: AsyncIterable<NumberedRow>,
  format: RowFormat,
  arrivals: ReadonlyMap<string, ArrivalOutcome>,
  options: WalkOptions,
): Promise<Scores> {
  const plan = planOf(['destination', 'buyer'], format.told);
  const history = new DeliveryHistory(facetNames(plan));
  const walk = new Walk(delayFeatures(plan), DELAY_REFIT, options);
  const agenda = new Agenda<News>();
  let clock = Number.NEGATIVE_INFINITY;
  for await (const { row } of rows) {
    if (row.kind !== 'order' || row.promisedAt === null) continue;
    clock = Math.max(clock, row.at);
    for (const news of agenda.before(clock)) {
      if (news.kind === 'late') walk.outcome(news.id, news.late, news.knownAt);
      else history.observeArrival({ id: news.id, at: news.toldAt, arrivedAt: news.arrivedAt });
    }
    const { order, promisedAt } = row;
    const id = order.channelOrderId;
    const placedAt = placedOf(order.createdAt, promisedAt, order.facets);
    const promised = promisedOrder(plan, order, id, placedAt, promisedAt);
    walk.order(id, delayRow(plan, history, order, promised, clock), clock);
    history.observeOrder(promised, clock);
    const told = arrivals.get(id);
    if (!told) continue;
    const toldAt = Math.max(clock, told.toldAt);
    agenda.add(toldAt, { kind: 'arrival', id, toldAt, arrivedAt: told.arrivedAt });
    // That it is late is known as soon as the promised day is over without it; how late, when it arrives.
    const knownAt = told.late ? Math.max(clock, promisedAt + DAY - 1) : toldAt;
    agenda.add(knownAt, { kind: 'late', id, late: told.late, knownAt });
  }
  return walk.result;
}

/** When a shipment was placed; null where its source names neither a day of order nor of quotation. */
function placedOf(createdAt: number, promisedAt: number, facets: Readonly<Record<string, string | number>> | undefined): number | null {
  const tells = facets !== undefined && ('ordered-at' in facets || 'quoted-at' in facets);
  return tells || createdAt < promisedAt ? createdAt : null;
}
