import type { Warehouse } from '#shared/stock.ts';
import type { Counted } from './jobs/warehouse-stock.ts';
import type { Clock, Logger, Store } from './ports.ts';
import type { HotState } from './hot-state.ts';
import type { Stockroom } from './stockroom.ts';

export interface ShelfParts {
  store: Store;
  hot: HotState;
  stockroom: Stockroom;
  warehouses: readonly Warehouse[];
  clock: Clock;
  logger: Logger;
  wakeOutbox(): void;
}

/** Books what the warehouse counts, as the difference to what is known; a count below what is promised to buyers becomes a task. */
export function shelfBooking({ store, hot, stockroom, warehouses, clock, logger, wakeOutbox }: ShelfParts): (counted: Counted) => void {
  const strangers = new Set<string>();
  return ({ sku, warehouse, spot }) => {
    if (!warehouses.some(({ id }) => id === warehouse)) {
      if (!strangers.has(warehouse)) logger.warn({ warehouse }, 'the warehouse system speaks of a warehouse that is not configured');
      strangers.add(warehouse);
      return;
    }
    const known = hot.pool.level(sku, warehouse);
    const difference = spot - (known?.spot ?? 0);
    const key = `shelf:${sku}@${warehouse}`;
    if (difference === 0) return;
    const detail = { counted: spot, known: known?.spot ?? 0 };
    const booking = { sku, warehouse, quantity: difference, kind: 'adjust', note: 'WMS' } as const;
    if (stockroom.adjust(booking, { actor: 'wms', detail })) {
      store.transaction(() => store.tasks.settle(key, clock.now(), 'wms'));
      wakeOutbox();
      return;
    }
    const title = {
      zh: `仓库盘点 ${sku} 只有 ${spot} 件，少于已预占的 ${known?.reserved ?? 0} 件，请核实并处理相关订单`,
      en: `The warehouse counts ${spot} of ${sku}, fewer than the ${known?.reserved ?? 0} reserved; check it and settle the orders`,
    };
    store.transaction(() =>
      store.tasks.open({ key, kind: 'replenish', severity: 'high', role: 'warehouse', title, dueAt: null }, null, clock.now()),
    );
  };
}
