import type { StockLevel } from '#shared/stock.ts';
import type { AuditDraft } from '#main/model/outcome.ts';
import type { HubConfig } from './config.ts';
import type { Batch } from './batch.ts';
import type { Decider } from './decider.ts';
import type { HotState } from './hot-state.ts';
import type { Store } from './ports.ts';

export interface StockBooking {
  sku: string;
  warehouse: string;
  /** Signed pieces. */
  quantity: number;
  kind: 'adjust' | 'replenish' | 'return';
  note: string;
}

/** Orders judged again in one transaction. */
const REJUDGED_TOGETHER = 100;

/** Books stock by hand, and lets the orders that waited for it be judged again. */
export class Stockroom {
  readonly #store: Store;
  readonly #hot: HotState;
  readonly #decider: Decider;

  constructor(store: Store, hot: HotState, decider: Decider) {
    this.#store = store;
    this.#hot = hot;
    this.#decider = decider;
  }

  /** Books what the configuration says is there, once per place; later openings of the same place change nothing. */
  openShelves(opening: HubConfig['openingStock'], at: number): number {
    let opened = 0;
    this.#store.transaction(() => {
      for (const row of opening) if (this.#store.stock.open(row, at)) opened += 1;
    });
    return opened;
  }

  /**
   * Books pieces and judges the orders again that were short of the SKU, oldest first. Null, and nothing booked, where the
   * shelf would fall below what is reserved.
   */
  adjust(booking: StockBooking, audit: Omit<AuditDraft, 'subject' | 'action'>): StockLevel | null {
    const { sku, warehouse, quantity, kind, note } = booking;
    const booked = this.#decider.run((batch) => {
      if (!this.#store.stock.adjust(sku, warehouse, kind, quantity, batch.now, note)) return false;
      this.#hot.pool.adjust({ kind, sku, warehouse, quantity }, batch.now);
      this.#store.audit.append({ ...audit, action: `stock.${kind}`, subject: `${sku}@${warehouse}` }, batch.now);
      return true;
    });
    if (!booked) return null;
    if (quantity > 0) this.#rejudge(sku);
    return this.#hot.pool.level(sku, warehouse);
  }

  #rejudge(sku: string): void {
    const waiting = this.#hot.short.waitingFor(sku);
    const again = (batch: Batch, orderNo: string) =>
      this.#decider.onOrder(batch, orderNo, { kind: 'rejudge', why: `${sku} 到货 / ${sku} arrived` });
    for (let from = 0; from < waiting.length; from += REJUDGED_TOGETHER) {
      const group = waiting.slice(from, from + REJUDGED_TOGETHER);
      this.#decider.run((batch) => group.forEach((orderNo) => again(batch, orderNo)));
    }
  }
}
