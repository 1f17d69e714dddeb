import { CATALOGUE } from './catalogue.ts';
import type { Product } from './catalogue.ts';
import type { DemoLine } from './order.ts';

/** What the merchant's shops still offer. The platforms do not know the warehouse: they count what they sold. */
export interface Listing {
  offered(product: Product): boolean;
  sell(lines: readonly DemoLine[]): void;
  sold(): Record<string, number>;
}

/** The hot article and the gifts are sold a little beyond what exists, as happens when several shops share one shelf. */
const OVERSOLD_PIECES = 8;
/** Everything else is taken off the shelf while a few pieces are left. */
const SELL_UP_TO = 0.95;

/** `existing`: pieces of each SKU in all warehouses at the start, presale quota included. `sold`: what earlier runs sold. */
export function createListing(existing: ReadonlyMap<string, number>, sold: Record<string, number>): Listing {
  const count = new Map(Object.entries(sold));
  return {
    offered(product) {
      const pieces = existing.get(product.sku) ?? 0;
      const limit = product === CATALOGUE.hot || product.gift ? pieces + OVERSOLD_PIECES : pieces * SELL_UP_TO;
      return (count.get(product.sku) ?? 0) < limit;
    },
    sell(lines) {
      for (const { sku, quantity } of lines) count.set(sku, (count.get(sku) ?? 0) + quantity);
    },
    sold: () => Object.fromEntries(count),
  };
}
