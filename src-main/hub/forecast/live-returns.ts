import { DAY } from '#shared/time.ts';
import { purchaseRow } from '#main/learning/history/purchase-features.ts';
import { PurchaseHistory } from '#main/learning/history/purchases.ts';
import { Waiting } from '#main/learning/history/waiting.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { ModelKeeper } from './model-keeper.ts';
import { destinationOf, purchaseOf } from './order-view.ts';
import type { ForecastOrder } from './order-view.ts';

/** Whether something came back is known after this long, returned or not. */
const FOLLOWED = 30 * DAY;

interface Followed {
  buyer: string;
  region: string;
  /** Refunds that were told already. */
  refunds: Set<string>;
}

/** The return forecast over the orders of the hub: read once when an order is paid, taught thirty days later. */
export class LiveReturns {
  readonly #history = new PurchaseHistory();
  readonly #keeper: ModelKeeper;
  readonly #followed = new Map<string, Followed>();
  readonly #waiting = new Waiting();

  constructor(keeper: ModelKeeper) {
    this.#keeper = keeper;
  }

  observe(record: OrderRecord, at: number): void {
    this.passTime(at);
    const { orderNo, keys } = record;
    if (record.paidAt === null || keys.buyer === null || at - record.createdAt > FOLLOWED) return;
    let followed = this.#followed.get(orderNo);
    if (!followed) {
      const purchase = { ...purchaseOf(record, orderNo), buyer: keys.buyer };
      this.#keeper.read(orderNo, purchaseRow(this.#history, purchase), at);
      this.#history.observeOrder(purchase);
      followed = { buyer: keys.buyer, region: destinationOf(record) ?? '', refunds: new Set() };
      this.#followed.set(orderNo, followed);
      this.#waiting.add(record.createdAt + FOLLOWED, orderNo);
    }
    this.#refunded(record, followed, at);
  }

  /** Orders followed long enough teach what became of them. */
  passTime(at: number): void {
    for (let id = this.#waiting.takeBefore(at); id !== null; id = this.#waiting.takeBefore(at)) {
      const followed = this.#followed.get(id);
      if (!followed) continue;
      this.#keeper.learn(id, followed.refunds.size > 0, at);
      this.#followed.delete(id);
    }
  }

  /** What the model says of an order as it comes in; null without a model. */
  foretell(order: ForecastOrder, buyer: string | null): number | null {
    const { model } = this.#keeper;
    return model ? model.probability(purchaseRow(this.#history, { ...purchaseOf(order, ''), buyer })) : null;
  }

  #refunded({ orderNo, refunds, lines }: OrderRecord, followed: Followed, at: number): void {
    for (const refund of refunds) {
      if (refund.state !== 'succeeded' || followed.refunds.has(refund.id)) continue;
      followed.refunds.add(refund.id);
      // A refund that names no goods is of all of them.
      const back = refund.lines.length > 0 ? refund.lines : lines;
      this.#history.observeReturn(
        { at, buyer: followed.buyer, orderId: orderNo, totalMinor: refund.amountMinor, lines: back },
        followed.region,
      );
    }
  }
}
