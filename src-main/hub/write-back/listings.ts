import type { Listing } from '#main/model/incoming.ts';
import type { ListingStore, ShopKey } from '../feed-ports.ts';

/** SKUs remembered as written, so that an order of a known listing costs a look into memory. */
const REMEMBERED = 50_000;

/** Where each SKU is listed, learnt from the orders themselves. */
export class Listings {
  readonly #store: ListingStore;
  readonly #known = new Map<string, string>();

  constructor(store: ListingStore) {
    this.#store = store;
    for (const { channel, shopId, ...listing } of store.all()) this.#remember({ channel, shopId }, listing);
  }

  /** Keeps what is new or moved; call inside the transaction of the order. */
  learn(shop: ShopKey, listings: readonly Listing[], at: number): void {
    for (const listing of listings) {
      if (listing.sku === '' || listing.itemId === '') continue;
      if (this.#known.get(keyOf(shop, listing)) === placeOf(listing)) continue;
      this.#store.put(shop, listing, at);
      this.#remember(shop, listing);
    }
  }

  /** What was kept since may not be in the store: everything is written again when it comes again. */
  forget(): void {
    this.#known.clear();
  }

  of(sku: string): (ShopKey & Listing)[] {
    return this.#store.of(sku);
  }

  #remember(shop: ShopKey, listing: Listing): void {
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(keyOf(shop, listing), placeOf(listing));
  }
}

function keyOf({ channel, shopId }: ShopKey, { sku }: Listing): string {
  return `${channel}/${shopId}/${sku}`;
}
function placeOf({ itemId, skuId }: Listing): string {
  return `${itemId}/${skuId ?? ''}`;
}
