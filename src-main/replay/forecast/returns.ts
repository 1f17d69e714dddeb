import { DAY } from '#shared/time.ts';
import { PURCHASE_FEATURES, purchaseRow } from '#main/learning/history/purchase-features.ts';
import { PurchaseHistory } from '#main/learning/history/purchases.ts';
import { destinationOf, purchaseOf } from '#main/hub/forecast/order-view.ts';
import { RETURN_REFIT } from '#main/hub/forecast/recipes.ts';
import type { NumberedRow } from '../order-file.ts';
import { Agenda } from './agenda.ts';
import type { Scores } from './scores.ts';
import { Walk } from './walk.ts';
import type { WalkOptions } from './walk.ts';

/** Returns come weeks later: whether an order had one is known after this long, returned or not. */
export const RETURN_FOLLOW_UP = 30 * DAY;

/**
 * The return forecast carried through a file. What it learns are the credit notes of the file itself, as they come; the outcome file
 * is not needed. Orders of nobody are read but teach nothing, since no return can be told of them.
 */
export async function replayReturns(rows: AsyncIterable<NumberedRow>, options: WalkOptions): Promise<Scores> {
  const history = new PurchaseHistory();
  const walk = new Walk(PURCHASE_FEATURES, RETURN_REFIT, options);
  const followed = new Agenda<{ id: string; knownAt: number }>();
  const buyers = new Map<string, { buyer: string | null; region: string; returned: boolean }>();
  for await (const { row } of rows) {
    if (row.kind !== 'order' && row.kind !== 'refund') continue;
    for (const { id, knownAt } of followed.before(row.at)) walk.outcome(id, buyers.get(id)?.returned ?? false, knownAt);
    if (row.kind === 'refund') {
      for (const { channelOrderId, refund } of row.refunds) {
        const known = buyers.get(channelOrderId);
        if (!known) continue;
        known.returned = true;
        const { lines, amountMinor } = refund;
        history.observeReturn({ at: row.at, buyer: known.buyer, orderId: channelOrderId, totalMinor: amountMinor, lines }, known.region);
      }
      continue;
    }
    const { order } = row;
    const purchase = purchaseOf(order, order.channelOrderId);
    walk.order(purchase.orderId, purchaseRow(history, purchase), row.at);
    history.observeOrder(purchase);
    if (purchase.buyer === null) continue;
    buyers.set(purchase.orderId, { buyer: purchase.buyer, region: destinationOf(order) ?? '', returned: false });
    followed.add(row.at + RETURN_FOLLOW_UP, { id: purchase.orderId, knownAt: row.at + RETURN_FOLLOW_UP });
  }
  return walk.result;
}
