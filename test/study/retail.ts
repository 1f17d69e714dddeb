import { join } from 'node:path';
import type { FeatureRow, Sample } from '#main/learning/boosting/table.ts';
import { purchaseRow } from '#main/learning/history/purchase-features.ts';
import { PurchaseHistory } from '#main/learning/history/purchases.ts';
import type { Purchase } from '#main/learning/history/purchases.ts';
import { DAY, HOUR } from '#shared/time.ts';
import { csvByKey, jsonLines, timeOf } from './files.ts';

interface Event {
  event: 'order' | 'cancel' | 'stock_adjust' | 'ledger_adjust';
  order_id: string;
  at: string;
  customer_id: string | null;
  country: string;
  items: { sku: string; qty: number; unit_price_minor: number }[];
  total_minor: number;
}

/** An order with what was known when it came in, and what became of it. */
export interface JudgedOrder {
  purchase: Purchase;
  row: FeatureRow;
  /** False: it has no customer, so no return can be told of it. */
  attributable: boolean;
  firstReturnAt: number | null;
  followUpDays: number;
  /** Wholly returned within 24 hours. */
  slip: boolean;
  /** Nothing of it came back. */
  kept: boolean;
  /** The same customer ordered within the ten minutes before. */
  repeat: boolean;
}

/** Orders of the Online Retail set in order of time, each read before it was observed. */
export async function readOrders(data: string): Promise<JudgedOrder[]> {
  const directory = join(data, 'online-retail');
  const outcomes = await csvByKey(join(directory, 'online-retail-outcomes-dev.csv.gz'), 'order_id');
  const history = new PurchaseHistory();
  const orders: JudgedOrder[] = [];
  for await (const event of jsonLines<Event>(join(directory, 'online-retail-events-dev.jsonl.gz'))) {
    const at = timeOf(event.at);
    if (event.event === 'cancel') {
      const lines = event.items.map(({ sku, qty }) => ({ sku, quantity: -qty }));
      history.observeReturn({ at, buyer: event.customer_id, orderId: null, totalMinor: -event.total_minor, lines }, event.country);
    }
    if (event.event !== 'order') continue;
    const lines = event.items.filter(({ qty }) => qty > 0);
    const purchase: Purchase = {
      orderId: event.order_id,
      at,
      buyer: event.customer_id,
      region: event.country,
      totalMinor: event.total_minor,
      lines: lines.map(({ sku, qty, unit_price_minor }) => ({ sku, quantity: qty, unitPriceMinor: unit_price_minor })),
    };
    const before = event.customer_id === null ? undefined : history.buyers.peek(event.customer_id);
    const outcome = outcomes.get(event.order_id)!;
    orders.push({
      purchase,
      row: purchaseRow(history, purchase),
      attributable: outcome.matchable === '1',
      firstReturnAt: outcome.first_return_at ? timeOf(outcome.first_return_at) : null,
      followUpDays: Number(outcome.follow_up_days),
      slip: outcome.fully_returned === '1' && Number(outcome.first_return_hours) * HOUR <= DAY,
      kept: outcome.matchable === '1' && Number(outcome.returned_value_minor) === 0,
      repeat: before !== undefined && at - before.lastAt <= 10 * 60_000,
    });
    history.observeOrder(purchase);
  }
  return orders;
}

/** Returns come weeks later: an order without one is a sample once it was followed for this long. */
const FOLLOWED = 30 * DAY;

/** Samples of "something came back", as known at a moment: only returns seen by then count. */
export function returnSamples(orders: readonly JudgedOrder[], known: number): Sample[] {
  return orders
    .filter(({ attributable, purchase }) => attributable && purchase.at + FOLLOWED < known)
    .map(({ row, purchase, firstReturnAt }) => ({
      row,
      at: purchase.at,
      outcome: firstReturnAt !== null && firstReturnAt < known,
      // Not before the thirty days are over, returned or not: else the latest samples would be returns alone.
      knownAt: purchase.at + FOLLOWED,
    }));
}
