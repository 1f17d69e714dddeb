import type { StockLevel } from '#shared/stock.ts';
import type { ShopKey } from '../feed-ports.ts';
import type { Clock, Logger, Store, Timers } from '../ports.ts';
import type { StoreCondition } from '../condition.ts';
import type { Shop, Shops } from '../shops.ts';
import { targetOf } from './channel-deliverer.ts';
import type { Listings } from './listings.ts';
import { canWriteBack } from './offers.ts';

export interface StockPushParts {
  store: Store;
  listings: Listings;
  shops: Shops;
  levelsOf(sku: string): readonly StockLevel[];
  clock: Clock;
  timers: Timers;
  condition: StoreCondition;
  logger: Logger;
  wakeOutbox(): void;
}

/** Changes of a level are collected this long: a busy SKU changes with every order. */
const COLLECT_MS = 5_000;

/**
 * Keeps the platforms' stock levels at ours (D7), for shops that want it and platforms that take absolute levels. What goes
 * out is one pending row per shop and SKU; its figure is taken at delivery, so that a repeat or a late one does no harm.
 */
export class StockPush {
  readonly #parts: StockPushParts;
  readonly #changed = new Set<string>();
  /** `target/sku` of rows that wait for delivery. */
  readonly #waiting = new Set<string>();
  #planned: (() => void) | null = null;

  constructor(parts: StockPushParts) {
    this.#parts = parts;
  }

  /** Told after every commit what levels moved. */
  changed(levels: readonly StockLevel[]): void {
    if (levels.length === 0 || !this.#parts.shops.all.some((shop) => this.#wants(shop))) return;
    for (const { sku } of levels) this.#changed.add(sku);
    this.#planned ??= this.#parts.timers.after(COLLECT_MS, () => {
      this.#planned = null;
      this.flush();
    });
  }

  /** What was being collected is queued now: nothing would tell of it after a restart. */
  stop(): void {
    if (!this.#planned) return;
    this.#planned();
    this.#planned = null;
    this.flush();
  }

  /** Puts what changed into the outbox. */
  flush(): void {
    const { store, listings, shops, clock, condition, logger } = this.#parts;
    const now = clock.now();
    const rows: { shop: ShopKey; sku: string; itemId: string; skuId: string | null }[] = [];
    try {
      for (const sku of this.#changed) {
        for (const { channel, shopId, itemId, skuId } of listings.of(sku)) {
          const shop = shops.find(channel, shopId);
          const waits = this.#waiting.has(`${targetOf(channel, shopId)}/${sku}`);
          if (shop && this.#wants(shop) && !waits) rows.push({ shop: { channel, shopId }, sku, itemId, skuId });
        }
      }
      store.transaction(() => {
        for (const { shop, ...payload } of rows) {
          const key = `channel.stock:${shop.channel}/${shop.shopId}:${payload.sku}:${now}`;
          store.outbox.add(
            { topic: 'channel.stock', key, payload: { ...shop, ...payload } },
            targetOf(shop.channel, shop.shopId),
            null,
            now,
          );
        }
      });
    } catch (error) {
      if (!condition.failed(error)) logger.error({ err: error }, 'stock levels could not be queued; they are with the next change');
      return;
    }
    this.#changed.clear();
    for (const { shop, sku } of rows) this.#waiting.add(`${targetOf(shop.channel, shop.shopId)}/${sku}`);
    if (rows.length > 0) this.#parts.wakeOutbox();
  }

  /** Pieces a shop may sell of a SKU now: its share of what is free over all warehouses; null where it is not managed here. */
  available({ channel, shopId }: ShopKey, sku: string): number | null {
    // Changes from here on are not in this figure: they get a row of their own.
    this.#waiting.delete(`${targetOf(channel, shopId)}/${sku}`);
    const levels = this.#parts.levelsOf(sku);
    if (levels.length === 0) return null;
    const free = levels.reduce((sum, level) => sum + Math.max(0, level.available), 0);
    const share = Number(this.#parts.shops.find(channel, shopId)?.options['stockShare'] ?? 100);
    return Math.floor((free * Math.min(100, Math.max(0, share))) / 100);
  }

  #wants(shop: Shop): boolean {
    return canWriteBack(shop, 'channel.stock');
  }
}
