import { z } from 'zod';
import source from '#resources/demo/catalogue.json' with { type: 'json' };
import type { Random } from './random.ts';

export const CATEGORIES = [
  'diapers',
  'formula',
  'feeding',
  'clothing',
  'toys',
  'strollers',
  'skincare',
  'food',
  'cold-chain',
  'mother',
  'gifts',
] as const;
export type Category = (typeof CATEGORIES)[number];

const catalogueSchema = z.strictObject({
  brand: z.strictObject({ zh: z.string(), en: z.string() }),
  /** Each variant: code, name, price factor. */
  variantSets: z.record(z.string(), z.array(z.tuple([z.string(), z.string(), z.number().positive()])).min(1)),
  families: z.array(
    z.strictObject({
      code: z.string(),
      category: z.enum(CATEGORIES),
      zh: z.string(),
      en: z.string(),
      priceMinor: z.number().int().nonnegative(),
      variants: z.string(),
      popularity: z.number().positive(),
      storage: z.enum(['normal', 'cold']).default('normal'),
      presale: z.boolean().default(false),
      gift: z.boolean().default(false),
    }),
  ),
  flashSales: z.array(z.string()).min(1),
  /** The article whose opening stock is too small for its next flash sale. */
  hot: z.string(),
});

/** One stock-keeping unit of the demo merchant. Prices in fen. */
export interface Product {
  sku: string;
  name: string;
  category: Category;
  priceMinor: number;
  storage: 'normal' | 'cold';
  presale: boolean;
  gift: boolean;
  popularity: number;
}

export interface Catalogue {
  brand: { zh: string; en: string };
  products: readonly Product[];
  /** Everything a normal basket is filled from. */
  everyday: readonly Product[];
  cold: readonly Product[];
  presale: readonly Product[];
  gifts: readonly Product[];
  flashSales: readonly Product[];
  hot: Product;
  product(sku: string): Product;
}

/** Prices end in 0.90 or 0.00 yuan like a shop's. */
function shelfPrice(minor: number): number {
  return minor < 10_000 ? Math.max(90, Math.round(minor / 100) * 100 - 10) : Math.round(minor / 1_000) * 1_000 - 100;
}

function build(): Catalogue {
  const catalogue = catalogueSchema.parse(source);
  const products = catalogue.families.flatMap((family): Product[] => {
    const variants = catalogue.variantSets[family.variants];
    if (!variants) throw new RangeError(`Demo catalogue: ${family.code} names the unknown variant set ${family.variants}`);
    return variants.map(([code, name, factor]) => ({
      sku: `${family.code}-${code}`,
      name: name ? `${family.zh} ${name}` : family.zh,
      category: family.category,
      priceMinor: family.gift ? 0 : shelfPrice(family.priceMinor * factor),
      storage: family.storage,
      presale: family.presale,
      gift: family.gift,
      popularity: family.popularity / variants.length,
    }));
  });
  const bySku = new Map(products.map((product) => [product.sku, product]));
  const product = (sku: string): Product => {
    const found = bySku.get(sku);
    if (!found) throw new RangeError(`Demo catalogue: unknown SKU ${sku}`);
    return found;
  };
  const hot = product(catalogue.hot);
  return {
    brand: catalogue.brand,
    products,
    everyday: products.filter((item) => !item.gift && !item.presale && item.storage === 'normal' && item !== hot),
    cold: products.filter((item) => item.storage === 'cold'),
    presale: products.filter((item) => item.presale),
    gifts: products.filter((item) => item.gift),
    flashSales: catalogue.flashSales.map(product),
    hot,
    product,
  };
}

/** The merchant's goods, from resources/demo/catalogue.json. */
export const CATALOGUE: Catalogue = build();

export function popularProduct(random: Random, products: readonly Product[]): Product {
  return random.weighted(products, (product) => product.popularity);
}
