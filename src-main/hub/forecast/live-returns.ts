import { DAY } from '#shared/time.ts';
import { purchaseRow } from '#main/learning/history/purchase-features.ts';
import { PurchaseHistory } from '#main/learning/history/purchases.ts';
import type { Purchase } from '#main/learning/history/purchases.ts';
import { Waiting } from '#main/learning/history/waiting.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { FairSample } from './fair-sample.ts';
import type { ModelKeeper } from './model-keeper.ts';
import { destinationOf, purchaseOf } from './order-view.ts';
import type { ReturnWatch } from './return-watch.ts';
import type { ForecastOrder } from './order-view.ts';

/** Whether something came back is known after this long, returned or not. */
const FOLLOWED = 30 * DAY;

/** Orders followed at once, some 600 bytes each: more than a model learns from, and bounded on the busiest day. */
const MOST_FOLLOWED = 100_000;

type Keeper = Pick<ModelKeeper, 'model' | 'read' | 'learn' | 'forget'>;

/** The return forecast over the orders of the hub: read once when an order is paid, taught thirty days later. */
export class LiveReturns {
  readonly #history = new PurchaseHistory();
  readonly #keeper: Keeper;
  readonly #watch: Pick<ReturnWatch, 'put' | 'moved'> | null;
  /** Orders that will teach the model, and whether something of them came back already. */
  readonly #followed = new Map<string, boolean>();
  readonly #sample: FairSample;
  readonly #waiting = new Waiting();

  constructor(keeper: Keeper, mostFollowed = MOST_FOLLOWED, watch: Pick<ReturnWatch, 'put' | 'moved'> | null = null) {
    this.#keeper = keeper;
    this.#watch = watch;
    this.#sample = new FairSample(mostFollowed);
  }

  observe(record: OrderRecord, at: number): void {
    this.passTime(at);
    this.#watch?.moved(record);
    const { orderNo, keys } = record;
    if (record.paidAt === null || keys.buyer === null || at - record.createdAt > FOLLOWED) return;
    if (!this.#history.knows(keys.buyer, orderNo)) {
      const purchase = { ...purchaseOf(record, orderNo), buyer: keys.buyer };
      if (this.#sample.takes(orderNo)) this.#follow(purchase, record, at);
      this.#history.observeOrder(purchase);
    }
    this.#refunded(record, keys.buyer, at);
  }

  /** Orders followed long enough teach what became of them. */
  passTime(at: number): void {
    for (let id = this.#waiting.takeBefore(at); id !== null; id = this.#waiting.takeBefore(at)) {
      const returned = this.#followed.get(id);
      if (returned === undefined) continue;
      this.#keeper.learn(id, returned, at);
      this.#followed.delete(id);
    }
  }

  /** What the model says of an order as it comes in; null without a model. */
  foretell(order: ForecastOrder, buyer: string | null): number | null {
    const { model } = this.#keeper;
    return model ? model.probability(purchaseRow(this.#history, { ...purchaseOf(order, ''), buyer })) : null;
  }

  #follow(purchase: Purchase, record: OrderRecord, at: number): void {
    const id = purchase.orderId;
    if (this.#followed.has(id)) return;
    const row = purchaseRow(this.#history, purchase);
    this.#keeper.read(id, row, at);
    this.#watch?.put(record, row);
    this.#followed.set(id, false);
    this.#waiting.add(record.createdAt + FOLLOWED, id);
    if (!this.#sample.holds(this.#followed.size)) return;
    for (const one of this.#followed.keys()) {
      if (this.#sample.takes(one)) continue;
      this.#keeper.forget(one);
      this.#followed.delete(one);
    }
  }

  #refunded(record: OrderRecord, buyer: string, at: number): void {
    const { orderNo, refunds, lines } = record;
    for (const refund of refunds) {
      if (refund.state !== 'succeeded') continue;
      if (this.#followed.has(orderNo)) this.#followed.set(orderNo, true);
      // A refund that names no goods is of all of them.
      const back = refund.lines.length > 0 ? refund.lines : lines;
      const goods = { at, buyer, orderId: orderNo, refundId: refund.id, totalMinor: refund.amountMinor, lines: back };
      this.#history.observeReturn(goods, destinationOf(record) ?? '');
    }
  }
}
