import type { MethodOutput, MethodParams } from '#shared/contract/index.ts';
import type { StockLevel } from '#shared/stock.ts';
import { Refusal } from '#main/gateway/dispatch.ts';
import type { Handlers } from '#main/gateway/dispatch.ts';
import type { HubContext } from '../context.ts';
import { notFound } from './lookup.ts';

type StockHandlers = Pick<Handlers, Extract<keyof Handlers, `stock.${string}`>>;

/** The inventory pool (D). */
export function stockHandlers(context: HubContext): StockHandlers {
  const { store, hot, clock, warehouses, stockroom, wakeOutbox } = context;
  return {
    'stock.list': (filter) => listed(context, filter),
    'stock.map': () => {
      const now = clock.now();
      hot.pool.advance(now);
      const { flows, demand } = hot.flows.read(now);
      return {
        at: now,
        warehouses: warehouses.map((warehouse) => {
          const { skus, available, reserved, alarms, health, coverDays } = hot.pool.totals(warehouse.id);
          return { ...warehouse, skus, available, reserved, alarms, health, coverDays, load: hot.loadOf(warehouse.id, now) };
        }),
        flows,
        demand,
        alarms: hot.pool.alarms(),
      };
    },
    'stock.movements': (filter) => store.queries.movements(filter),
    'stock.adjust': ({ sku, warehouse, quantity, kind, note }, { operator }) => {
      if (!warehouses.some(({ id }) => id === warehouse)) throw notFound(warehouse);
      if (kind !== 'adjust' && quantity <= 0) {
        throw new Refusal('bad_request', { zh: '到货和退货的数量必须大于零', en: 'Received and returned pieces must be more than zero' });
      }
      const level = stockroom.adjust({ sku, warehouse, quantity, kind, note }, { actor: operator, detail: { quantity, note } });
      if (!level) {
        throw new Refusal('illegal_move', {
          zh: '调整后在架数量会低于已预占数量，请先处理相关订单',
          en: 'The shelf would fall below what is reserved; settle the orders first',
        });
      }
      wakeOutbox();
      return level;
    },
  };
}

function listed({ hot, clock }: HubContext, filter: MethodParams<'stock.list'>): MethodOutput<'stock.list'> {
  const wanted = (level: StockLevel) =>
    (filter.warehouse === undefined || level.warehouse === filter.warehouse) &&
    (filter.sku === undefined || level.sku === filter.sku) &&
    (filter.alarm === undefined || (level.alarm !== 'none') === filter.alarm) &&
    (!filter.text || matches(level, filter.text));
  hot.pool.advance(clock.now());
  // The place of a level never changes while the hub runs, so the last place shown is a cursor.
  const items: StockLevel[] = [];
  let skipping = filter.after !== null;
  for (const level of hot.pool.list()) {
    const place = `${level.sku}@${level.warehouse}`;
    if (skipping) {
      skipping = place !== filter.after;
      continue;
    }
    if (!wanted(level)) continue;
    const last = items.at(-1);
    if (items.length === filter.limit && last) return { items, next: `${last.sku}@${last.warehouse}` };
    items.push(level);
  }
  return { items, next: null };
}

function matches(level: StockLevel, text: string): boolean {
  const wanted = text.toLowerCase();
  return level.sku.toLowerCase().includes(wanted) || level.name.toLowerCase().includes(wanted);
}
