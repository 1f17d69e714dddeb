import type { HubConfigInput } from '#main/hub/config.ts';
import warehouses from '#resources/warehouses.json' with { type: 'json' };
import { CATALOGUE } from './catalogue.ts';
import type { Product } from './catalogue.ts';
import type { Random } from './random.ts';
import { seededRandom } from './random.ts';

type OpeningStock = NonNullable<HubConfigInput['openingStock']>[number];

/** How much of the goods each warehouse holds; Suzhou is the largest and serves the large orders. */
const WAREHOUSE_SHARE: Record<string, number> = { suzhou: 1.5, hefei: 0.8, guangzhou: 1.2, tianjin: 0.9 };
/** Cold goods lie where there is a cold store. */
const COLD_STORES = ['suzhou', 'guangzhou'];
/** Limited gifts (D10) and the article that sells out: pieces in Suzhou, Hefei, Guangzhou, Tianjin. */
const LIMITED: Record<string, Record<string, number>> = {
  'GF01-00': { suzhou: 60 },
  'GF02-00': { suzhou: 120, guangzhou: 80 },
  'GF03-00': { suzhou: 150, tianjin: 70 },
  [CATALOGUE.hot.sku]: { suzhou: 52, hefei: 26, guangzhou: 44, tianjin: 30 },
};
/** Places that are in alarm at the start: a few empty, some nearly so. */
const EMPTY_PLACES = 5;
const SHORT_PLACES = 7;
const LOW_PLACES = 9;
/** Articles of which Suzhou has less than its safety level but enough to sell: their orders go to Hefei (E1). */
const BELOW_SAFETY_PLACES = 30;

function everyday(product: Product, warehouse: string, random: Random): OpeningStock {
  const safety = Math.round((60 + product.popularity * 110) * (WAREHOUSE_SHARE[warehouse] ?? 1));
  return {
    sku: product.sku,
    name: product.name,
    warehouse,
    // Well above the 50 pieces at which an alarm would ring: the alarms of the start are chosen below.
    spot: Math.max(90, Math.round(safety * random.between(1.3, 3.4))),
    presaleQuota: 0,
    safety,
  };
}

function presale(product: Product, random: Random): OpeningStock {
  return { sku: product.sku, name: product.name, warehouse: 'suzhou', spot: 0, presaleQuota: random.int(15, 40) * 20, safety: 0 };
}

function rowsOf(product: Product, random: Random): OpeningStock[] {
  const limited = LIMITED[product.sku];
  if (limited) {
    return Object.entries(limited).map(([warehouse, spot]) => ({
      sku: product.sku,
      name: product.name,
      warehouse,
      spot,
      presaleQuota: 0,
      safety: 0,
    }));
  }
  if (product.presale) return [presale(product, random)];
  const places = product.storage === 'cold' ? COLD_STORES : warehouses.map(({ id }) => id);
  return places.map((warehouse) => everyday(product, warehouse, random));
}

/** The pieces on the shelves when the demo opens; the same seed fills them the same. */
export function openingStock(seed: string): OpeningStock[] {
  const random = seededRandom(seed).fork('opening stock');
  const rows = CATALOGUE.products.flatMap((product) => rowsOf(product, random));
  const shelves = rows.filter(({ safety, sku }) => (safety ?? 0) > 0 && CATALOGUE.product(sku).storage === 'normal');
  const chosen = new Set<OpeningStock>();
  const spoil = (count: number, spot: (safety: number) => number, warehouse: string | null = null): void => {
    const places = shelves.filter((row) => warehouse === null || row.warehouse === warehouse);
    for (let left = count; left > 0;) {
      const row = random.pick(places);
      // One alarm for an article: the other warehouses can help out.
      if ([...chosen].some(({ sku }) => sku === row.sku)) continue;
      row.spot = spot(row.safety ?? 0);
      chosen.add(row);
      left -= 1;
    }
  };
  spoil(EMPTY_PLACES, () => 0);
  spoil(SHORT_PLACES, (safety) => Math.max(1, Math.floor(safety * random.between(0.04, 0.14))));
  spoil(LOW_PLACES, (safety) => Math.min(49, Math.ceil(safety * random.between(0.16, 0.2))));
  spoil(BELOW_SAFETY_PLACES, (safety) => Math.max(60, Math.round(safety * random.between(0.6, 0.8))), 'suzhou');
  return rows;
}

/** Pieces of each SKU in all warehouses, presale quota included. */
export function existingPieces(rows: readonly OpeningStock[]): Map<string, number> {
  const pieces = new Map<string, number>();
  for (const { sku, spot, presaleQuota } of rows) pieces.set(sku, (pieces.get(sku) ?? 0) + spot + (presaleQuota ?? 0));
  return pieces;
}
