import { stageOf } from '#shared/pulse.ts';
import type { Stage } from '#shared/pulse.ts';
import type { FeatureRow } from '#main/learning/boosting/table.ts';
import type { Forecast } from '#main/learning/forecast.ts';
import type { OrderRecord } from '#main/model/record.ts';

/** An order that has not reached its buyer, with what was read of it when it was first seen. */
export interface WatchedOrder {
  orderNo: string;
  channel: OrderRecord['channel'];
  shopId: string;
  paidMinor: number;
  currency: string;
  paidAt: number;
  stage: Stage;
  row: FeatureRow;
  /** Null: there is no model yet. */
  probability: number | null;
}

const MOST_WATCHED = 5_000;
/** Of too many the least likely share is let go at once, so that it happens seldom. */
const LET_GO = 1 / 4;

/** Orders on their way of which something may come back: while something can still be done about it. Bounded. */
export class ReturnWatch {
  readonly #keeper: { readonly model: Pick<Forecast, 'probability'> | null };
  readonly #most: number;
  readonly #orders = new Map<string, WatchedOrder>();

  constructor(keeper: { readonly model: Pick<Forecast, 'probability'> | null }, most = MOST_WATCHED) {
    this.#keeper = keeper;
    this.#most = most;
  }

  get size(): number {
    return this.#orders.size;
  }

  /** An order was first seen, with its row of that moment. */
  put(record: OrderRecord, row: FeatureRow): void {
    const stage = stageOfWatched(record);
    if (stage === null || record.paidAt === null) return;
    const { orderNo, channel, shopId, paidMinor, currency, paidAt } = record;
    const probability = this.#keeper.model?.probability(row) ?? null;
    this.#orders.set(orderNo, { orderNo, channel, shopId, paidMinor, currency, paidAt, stage, row, probability });
    if (this.#orders.size > this.#most) this.#letGo();
  }

  /** An order changed: it stands elsewhere, or reached its buyer, or ended. */
  moved(record: OrderRecord): void {
    const watched = this.#orders.get(record.orderNo);
    if (!watched) return;
    const stage = stageOfWatched(record);
    if (stage === null) this.#orders.delete(record.orderNo);
    else watched.stage = stage;
  }

  /** A new model is in service: every order is asked about again, by what was read of it then. */
  askAgain(): void {
    const { model } = this.#keeper;
    for (const watched of this.#orders.values()) watched.probability = model?.probability(watched.row) ?? null;
  }

  /** Orders something is said of, likeliest first. */
  likeliest(): WatchedOrder[] {
    return [...this.#orders.values()]
      .filter(({ probability }) => probability !== null)
      .sort((a, b) => (b.probability ?? 0) - (a.probability ?? 0) || a.paidAt - b.paidAt);
  }

  #letGo(): void {
    // Without a model the oldest go: they stand first, and nothing tells them apart.
    const sorted = [...this.#orders.values()].sort((a, b) => (a.probability ?? 0) - (b.probability ?? 0));
    for (const { orderNo } of sorted.slice(0, Math.ceil(this.#most * LET_GO))) this.#orders.delete(orderNo);
  }
}

/** The stage of an order that was paid and has not arrived; null otherwise. */
function stageOfWatched({ status, hold }: OrderRecord): Stage | null {
  const stage = stageOf(status, hold !== null);
  return stage === 'delivered' || stage === 'pending_payment' ? null : stage;
}
