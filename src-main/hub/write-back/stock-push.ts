import type { StockLevel } from '#shared/stock.ts';
import type { Listing } from '#main/model/incoming.ts';
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
/** SKUs queued in one transaction: a shop that was just connected has tens of thousands. */
const MOST_TOGETHER = 1_000;

/**
 * Keeps the platforms' stock levels at ours (D7), for shops that want it and platforms that take absolute levels. What goes
 * out is one pending row per shop and SKU; its figure is taken at delivery, so that a repeat or a late one does no harm.
 */
export class StockPush {
  readonly #parts: StockPushParts;
  readonly #changed = new Set<string>();
  /** `target/sku` of rows that wait for delivery. */
  readonly #waiting = new Set<string>();
  /** The share of what is free that each shop is told of, while it wants to be told. */
  readonly #shares = new Map<string, number>();
  #planned: (() => void) | null = null;

  constructor(parts: StockPushParts) {
    this.#parts = parts;
    for (const shop of parts.shops.all) if (this.#wants(shop)) this.#shares.set(targetOf(shop.channel, shop.shopId), shareOf(shop));
  }

  /** What was being collected when a run ended without a word is collected again: its figure is taken at delivery, so once more does no harm. */
  resume(): void {
    if (this.#shares.size > 0) this.#collect(this.#parts.store.stock.lastMoved(COLLECT_MS));
  }

  /** A shop that wants levels from now on, or another share of them, is told of all it lists: nothing else would, until each of them moves. */
  shopChanged({ channel, shopId }: ShopKey): void {
    const { shops, store } = this.#parts;
    const [shop, target] = [shops.find(channel, shopId), targetOf(channel, shopId)];
    const share = shop && this.#wants(shop) ? shareOf(shop) : null;
    if (share === (this.#shares.get(target) ?? null)) return;
    if (share === null) return void this.#shares.delete(target);
    this.#shares.set(target, share);
    this.#collect(store.listings.all().flatMap((listing) => (targetOf(listing.channel, listing.shopId) === target ? listing.sku : [])));
  }

  /** Told after every commit what levels moved. */
  changed(levels: readonly StockLevel[]): void {
    if (levels.length > 0 && this.#shares.size > 0) this.#collect(levels.map(({ sku }) => sku));
  }

  #collect(skus: readonly string[]): void {
    for (const sku of skus) this.#changed.add(sku);
    if (this.#changed.size > 0) this.#plan();
  }

  #plan(): void {
    this.#planned ??= this.#parts.timers.after(COLLECT_MS, () => {
      this.#planned = null;
      this.#flush();
      // The rest, and what could not be written.
      if (this.#changed.size > 0) this.#plan();
    });
  }

  /** What was being collected is queued now. */
  stop(): void {
    this.#planned?.();
    this.#planned = null;
    while (this.#changed.size > 0 && this.#flush());
  }

  /** Puts what changed into the outbox, so many SKUs at a time. False: the store took nothing, and all of it is kept. */
  #flush(): boolean {
    const { store, clock, condition, logger } = this.#parts;
    const now = clock.now();
    const skus = [...this.#changed].slice(0, MOST_TOGETHER);
    try {
      const rows = skus.flatMap((sku) => this.#rowsOf(sku));
      store.transaction(() => {
        for (const { target, ...payload } of rows) {
          const key = `channel.stock:${payload.channel}/${payload.shopId}:${payload.sku}:${now}`;
          store.outbox.add({ topic: 'channel.stock', key, payload }, target, null, now);
        }
      });
      for (const { target, sku } of rows) this.#waiting.add(`${target}/${sku}`);
      if (rows.length > 0) this.#parts.wakeOutbox();
    } catch (error) {
      if (!condition.failed(error)) logger.error({ err: error }, 'stock levels could not be queued; they are tried again');
      return false;
    }
    for (const sku of skus) this.#changed.delete(sku);
    return true;
  }

  /** Where a SKU is listed and nothing waits to be told of it yet. */
  #rowsOf(sku: string): (ShopKey & Listing & { target: string })[] {
    const { listings, shops } = this.#parts;
    return listings.of(sku).flatMap(({ channel, shopId, itemId, skuId }) => {
      const [shop, target] = [shops.find(channel, shopId), targetOf(channel, shopId)];
      if (!shop || !this.#wants(shop) || this.#waiting.has(`${target}/${sku}`)) return [];
      return [{ channel, shopId, sku, itemId, skuId, target }];
    });
  }

  /** Pieces a shop may sell of a SKU now: its share of what is free over all warehouses; null where it is not managed here. */
  available({ channel, shopId }: ShopKey, sku: string): number | null {
    // Changes from here on are not in this figure: they get a row of their own.
    this.#waiting.delete(`${targetOf(channel, shopId)}/${sku}`);
    const levels = this.#parts.levelsOf(sku);
    if (levels.length === 0) return null;
    const free = levels.reduce((sum, level) => sum + Math.max(0, level.available), 0);
    const shop = this.#parts.shops.find(channel, shopId);
    return Math.floor((free * (shop ? shareOf(shop) : 100)) / 100);
  }

  #wants(shop: Shop): boolean {
    return canWriteBack(shop, 'channel.stock');
  }
}

/** In percent. */
function shareOf({ options }: Shop): number {
  return Math.min(100, Math.max(0, Number(options['stockShare'] ?? 100)));
}
