import type { TruthOrder, TruthRefund } from './types.ts';

const BUCKET_MS = 60_000;
export type TimeOf = 'updated' | 'created' | 'paid';
export interface RefundRow {
  order: TruthOrder;
  refund: TruthRefund;
}

/** Ids by a time, in minutes, so that a window is found without looking at every order. */
class TimeIndex {
  readonly #buckets = new Map<number, Set<string>>();

  move(id: string, from: number | null, to: number | null): void {
    if (from !== null) this.#buckets.get(Math.floor(from / BUCKET_MS))?.delete(id);
    if (to === null) return;
    const key = Math.floor(to / BUCKET_MS);
    const bucket = this.#buckets.get(key);
    if (bucket) bucket.add(id);
    else this.#buckets.set(key, new Set([id]));
  }

  /** Ids that may lie in the window; the caller looks at the exact time. */
  *near(from: number, to: number): Iterable<string> {
    const last = Math.floor(to / BUCKET_MS);
    for (let key = Math.floor(from / BUCKET_MS); key <= last; key += 1) yield* this.#buckets.get(key) ?? [];
  }
}

const timeOf: Record<TimeOf, (order: TruthOrder) => number | null> = {
  updated: (order) => order.updatedAt,
  created: (order) => order.createdAt,
  paid: (order) => order.paidAt,
};

/** All orders of a shop as they are now. Every question is answered from the state at the moment it is asked. */
export class Books {
  readonly #orders = new Map<string, TruthOrder>();
  readonly #ofRefund = new Map<string, string>();
  readonly #index: Record<TimeOf, TimeIndex> = { updated: new TimeIndex(), created: new TimeIndex(), paid: new TimeIndex() };

  put(order: TruthOrder): void {
    const known = this.#orders.get(order.id);
    for (const by of ['updated', 'created', 'paid'] as const) {
      this.#index[by].move(order.id, known ? timeOf[by](known) : null, timeOf[by](order));
    }
    this.#orders.set(order.id, order);
    for (const refund of order.refunds) this.#ofRefund.set(refund.id, order.id);
  }

  get(id: string): TruthOrder | null {
    return this.#orders.get(id) ?? null;
  }

  refund(id: string): RefundRow | null {
    const order = this.get(this.#ofRefund.get(id) ?? '');
    const refund = order?.refunds.find((entry) => entry.id === id);
    return order && refund ? { order, refund } : null;
  }

  all(): Iterable<TruthOrder> {
    return this.#orders.values();
  }

  /** Orders with that time in [from, to], both inclusive, ordered by it and then by id. */
  inWindow(by: TimeOf, from: number, to: number, order: 'asc' | 'desc' = 'asc'): TruthOrder[] {
    const found: TruthOrder[] = [];
    for (const id of this.#index[by].near(from, to)) {
      const candidate = this.#orders.get(id);
      const at = candidate ? timeOf[by](candidate) : null;
      if (candidate && at !== null && at >= from && at <= to) found.push(candidate);
    }
    const sign = order === 'asc' ? 1 : -1;
    return found.sort((a, b) => sign * ((timeOf[by](a) ?? 0) - (timeOf[by](b) ?? 0) || (a.id < b.id ? -1 : 1)));
  }

  /**
   * Refunds created or changed in [from, to], both inclusive, oldest first. A refund never changes after its order's last
   * change and never before its order was placed, so the orders' own index bounds the search.
   */
  refundsInWindow(by: 'updated' | 'created', from: number, to: number, until: number): RefundRow[] {
    const at = (refund: TruthRefund) => (by === 'updated' ? refund.updatedAt : refund.createdAt);
    return this.inWindow('updated', from, Math.max(to, until))
      .flatMap((order) => order.refunds.map((refund) => ({ order, refund })))
      .filter(({ refund }) => at(refund) >= from && at(refund) <= to)
      .sort((a, b) => at(a.refund) - at(b.refund) || (a.refund.id < b.refund.id ? -1 : 1));
  }
}
