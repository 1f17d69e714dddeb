import type { Purchase } from '#main/learning/history/purchases.ts';
import { RunningSpread } from '#main/learning/history/spread.ts';
import { DAY, HOUR } from '#shared/time.ts';

/** Signs an order bears, by name. */
export type Oddities = string[];

interface Past {
  totals: Set<number>;
  /** What was last paid for an article, and when it was last ordered. */
  articles: Map<string, { price: number; at: number }>;
  refunds: Set<string>[];
  refundAt: number;
}

/**
 * Everything that can look unusual about an order as it comes in, far broader than any rule: to see which slips look like nothing at all.
 * Orders of buyers nobody knows have only the signs of their goods.
 */
export function oddities(): {
  read(purchase: Purchase): Oddities;
  ordered(purchase: Purchase): void;
  returned(buyer: string, at: number, lines: readonly { sku: string }[]): void;
} {
  const pasts = new Map<string, Past>();
  const prices = new Map<string, RunningSpread>();
  const largest = new Map<string, { orders: number; pieces: number }>();
  const pastOf = (buyer: string): Past => {
    const past = pasts.get(buyer) ?? { totals: new Set(), articles: new Map(), refunds: [], refundAt: -Infinity };
    pasts.set(buyer, past);
    return past;
  };
  const ofGoods = ({ lines }: Purchase): Record<string, boolean> => ({
    'open-priced articles only': lines.every(({ sku }) => (prices.get(sku)?.count ?? 0) >= 3 && (prices.get(sku)?.deviation ?? 0) > 1.2),
    'three times the largest quantity of an article': lines.some(({ sku, quantity }) => {
      const had = largest.get(sku);
      return had !== undefined && had.orders >= 5 && quantity >= 3 * had.pieces;
    }),
    '5,000 pieces or more': lines.some(({ quantity }) => quantity >= 5_000),
  });
  const ofBuyer = ({ at, lines, totalMinor }: Purchase, past: Past): Record<string, boolean> => ({
    'all of its articles in one refund': past.refunds.some((refund) => lines.every(({ sku }) => refund.has(sku))),
    'a refund within two hours before': at - past.refundAt < 2 * HOUR,
    'nearly all at another price than before':
      lines.filter(({ sku, unitPriceMinor }) => {
        const had = past.articles.get(sku);
        return had !== undefined && had.price !== unitPriceMinor;
      }).length >=
      lines.length * 0.9,
    'every article ordered within the week': lines.every(({ sku }) => at - (past.articles.get(sku)?.at ?? -Infinity) < 7 * DAY),
    'the amount of an earlier order': past.totals.has(totalMinor),
  });
  return {
    read(purchase) {
      const past = purchase.buyer === null ? undefined : pasts.get(purchase.buyer);
      const signs = { ...ofGoods(purchase), ...(past ? ofBuyer(purchase, past) : {}) };
      return Object.entries(signs).flatMap(([name, borne]) => (borne ? [name] : []));
    },
    ordered({ at, buyer, lines, totalMinor }) {
      for (const { sku, quantity, unitPriceMinor } of lines) {
        const spread = prices.get(sku) ?? new RunningSpread();
        spread.add(Math.log(Math.max(1, unitPriceMinor)));
        prices.set(sku, spread);
        const had = largest.get(sku) ?? { orders: 0, pieces: 0 };
        largest.set(sku, { orders: had.orders + 1, pieces: Math.max(had.pieces, quantity) });
      }
      if (buyer === null) return;
      const past = pastOf(buyer);
      past.totals.add(totalMinor);
      for (const { sku, unitPriceMinor } of lines) past.articles.set(sku, { price: unitPriceMinor, at });
    },
    returned(buyer, at, lines) {
      const past = pastOf(buyer);
      past.refunds.push(new Set(lines.map(({ sku }) => sku)));
      past.refundAt = at;
    },
  };
}
