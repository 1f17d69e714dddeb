import { businessDayOfYear, businessHour, businessWeekday, DAY, HOUR } from '#shared/time.ts';
import type { FeatureRow, FeatureSpec, FeatureValue } from '../boosting/table.ts';
import type { ArticlePast, BuyerPast, Purchase, PurchaseHistory, PurchaseLine } from './purchases.ts';

/** What a model reads of an order at the moment it comes in. Amounts are natural logarithms of minor units; times are hours unless named, and of day, week and year in Asia/Shanghai. */
const FEATURES = {
  'order-amount': 'number',
  lines: 'number',
  pieces: 'number',
  'largest-line-pieces': 'number',
  'dearest-unit-price': 'number',
  'largest-line-share': 'number',
  'hour-of-day': 'number',
  weekday: 'number',
  'day-of-year': 'number',
  region: 'category',
  'region-return-share': 'number',
  'shop-return-share': 'number',
  'buyer-orders': 'number',
  'buyer-days-known': 'number',
  'buyer-return-share': 'number',
  'buyer-returned-orders': 'number',
  'buyer-hours-since-order': 'number',
  'buyer-hours-since-return': 'number',
  'buyer-gap-against-usual': 'number',
  'amount-against-buyer-mean': 'number',
  'amount-against-buyer-largest': 'number',
  'amount-away-from-buyer-mean': 'number',
  'amount-away-from-last-return': 'number',
  'lines-against-buyer-mean': 'number',
  'articles-bought-before-share': 'number',
  'articles-returned-before': 'number',
  'hours-since-same-article': 'number',
  'hours-since-same-article-returned': 'number',
  'shared-with-last-order': 'number',
  'repeats-order-share': 'number',
  'repeats-return-share': 'number',
  'fewer-than-before-share': 'number',
  'price-changed-share': 'number',
  'article-return-share-largest': 'number',
  'article-return-share-mean': 'number',
  'article-return-chance': 'number',
  'quantity-against-article-usual': 'number',
  'quantity-against-article-largest': 'number',
  'quantity-against-own-usual': 'number',
  'price-against-article-usual': 'number',
  'article-price-spread-least': 'number',
  'rarest-article-orders': 'number',
  'new-articles': 'number',
} as const satisfies Record<string, FeatureSpec['kind']>;

export type PurchaseFeature = keyof typeof FEATURES;

export const PURCHASE_FEATURES: readonly FeatureSpec[] = Object.entries(FEATURES).map(([name, kind]) => ({ name, kind }));

/** Rows a share is drawn to what is usual by. */
const FEW = 8;

/** The features of an order before it is observed, in the order of PURCHASE_FEATURES. Null: not known, or there is no past to compare with. */
export function purchaseRow(history: PurchaseHistory, purchase: Purchase): FeatureRow {
  const past = purchase.buyer === null ? undefined : history.buyers.peek(purchase.buyer);
  const features: Record<PurchaseFeature, FeatureValue> = {
    ...orderFeatures(purchase),
    ...placeFeatures(history, purchase),
    ...buyerFeatures(history, purchase, past),
    ...sameAgainFeatures(purchase, past),
    ...articleFeatures(history, purchase, past),
  };
  return PURCHASE_FEATURES.map(({ name }) => features[name as PurchaseFeature]);
}

type Part<Names extends PurchaseFeature> = Record<Names, FeatureValue>;

function log(value: number): number {
  return Math.log(Math.max(1, value));
}

function orderFeatures({ at, lines, totalMinor }: Purchase) {
  const worth = lines.map(({ quantity, unitPriceMinor }) => quantity * unitPriceMinor);
  return {
    'order-amount': log(totalMinor),
    lines: lines.length,
    pieces: log(lines.reduce((sum, { quantity }) => sum + quantity, 0)),
    'largest-line-pieces': log(largest(lines.map(({ quantity }) => quantity)) ?? 0),
    'dearest-unit-price': log(largest(lines.map(({ unitPriceMinor }) => unitPriceMinor)) ?? 0),
    'largest-line-share': totalMinor > 0 ? (largest(worth) ?? 0) / totalMinor : null,
    'hour-of-day': businessHour(at),
    weekday: businessWeekday(at),
    'day-of-year': businessDayOfYear(at),
  } satisfies Partial<Record<PurchaseFeature, FeatureValue>>;
}

function placeFeatures(history: PurchaseHistory, { at, region }: Purchase): Part<'region' | 'region-return-share' | 'shop-return-share'> {
  const shop = history.orders.shareAt(at, 0.05, 20);
  return { region, 'region-return-share': history.regions.peek(region)?.shareAt(at, shop, 20) ?? shop, 'shop-return-share': shop };
}

function buyerFeatures({ orders }: PurchaseHistory, { at, totalMinor, lines }: Purchase, past: BuyerPast | undefined) {
  const shop = orders.shareAt(at, 0.05, 20);
  const count = past?.totals.count ?? 0;
  const sinceOrder = past ? at - past.lastAt : null;
  const gap = past?.usualGapDays ?? null;
  return {
    'buyer-orders': log(count + 1),
    'buyer-days-known': past ? (at - past.firstAt) / DAY : null,
    'buyer-return-share': past ? (past.returnedOrders + FEW * shop) / (count + FEW) : null,
    'buyer-returned-orders': past?.returnedOrders ?? 0,
    'buyer-hours-since-order': sinceOrder === null ? null : Math.log1p(sinceOrder / HOUR),
    'buyer-hours-since-return': past?.lastReturn ? Math.log1p((at - past.lastReturn.at) / HOUR) : null,
    'buyer-gap-against-usual': sinceOrder === null || gap === null ? null : Math.log((sinceOrder / DAY + 0.5) / (gap + 0.5)),
    'amount-against-buyer-mean': past?.totals.mean == null ? null : log(totalMinor) - log(past.totals.mean),
    'amount-against-buyer-largest': past?.totals.largest == null ? null : log(totalMinor) - log(past.totals.largest),
    'amount-away-from-buyer-mean': past?.totals.mean == null ? null : Math.abs(log(totalMinor) - log(past.totals.mean)),
    'amount-away-from-last-return': past?.lastReturn ? Math.abs(log(totalMinor) - log(past.lastReturn.totalMinor)) : null,
    'lines-against-buyer-mean': past?.lines.mean == null ? null : Math.log(Math.max(1, lines.length) / Math.max(1, past.lines.mean)),
  } satisfies Partial<Record<PurchaseFeature, FeatureValue>>;
}

/** The same goods again: what a correction, a double click or a habit looks like. */
function sameAgainFeatures({ at, lines }: Purchase, past: BuyerPast | undefined) {
  const again = lines.flatMap((line) => {
    const before = past?.articles.peek(line.sku);
    return before ? [{ line, before }] : [];
  });
  const had = again.map(({ before }) => before);
  const returned = had.flatMap(({ returnedAt }) => returnedAt ?? []);
  const sinceSame = smallest(had.map((article) => at - article.at));
  const shareOf = (like: (pair: (typeof again)[number]) => boolean): number | null =>
    past ? again.filter(like).length / Math.max(1, lines.length) : null;
  const sinceReturned = smallest(returned.map((moment) => at - moment));
  const last = new Set(past?.lastOrder?.skus);
  return {
    'articles-bought-before-share': past ? had.length / Math.max(1, lines.length) : null,
    'articles-returned-before': returned.length,
    'hours-since-same-article': sinceSame === null ? null : Math.log1p(sinceSame / HOUR),
    'hours-since-same-article-returned': sinceReturned === null ? null : Math.log1p(sinceReturned / HOUR),
    'repeats-order-share': shareOf(({ line, before }) => line.quantity === before.quantity),
    'repeats-return-share': shareOf(({ line, before }) => before.returnedAt !== null && line.quantity === before.returnedQuantity),
    'fewer-than-before-share': shareOf(({ line, before }) => line.quantity < before.quantity),
    'price-changed-share': shareOf(({ line, before }) => line.unitPriceMinor !== before.unitPriceMinor),
    'shared-with-last-order': past ? lines.filter(({ sku }) => last.has(sku)).length / Math.max(1, lines.length) : null,
  } satisfies Partial<Record<PurchaseFeature, FeatureValue>>;
}

function articleFeatures(history: PurchaseHistory, { at, lines }: Purchase, past: BuyerPast | undefined) {
  const usual = history.lines.shareAt(at, 0.02, 50);
  const articles = lines.map((line) => ({ line, article: history.articles.peek(line.sku) }));
  const shares = articles.map(({ article }) => article?.returns.shareAt(at, usual, 20) ?? usual);
  return {
    'article-return-share-largest': largest(shares),
    'article-return-share-mean': shares.length > 0 ? shares.reduce((sum, share) => sum + share, 0) / shares.length : null,
    'article-return-chance': 1 - shares.reduce((none, share) => none * (1 - share), 1),
    'quantity-against-article-usual': largest(articles.flatMap(({ line, article }) => unusual(line, article) ?? [])),
    'quantity-against-article-largest': largest(
      articles.flatMap(({ line, article }) => (article?.quantities.largest == null ? [] : log(line.quantity) - article.quantities.largest)),
    ),
    'quantity-against-own-usual': largest(
      lines.flatMap(({ sku, quantity }) => {
        const had = past?.articles.peek(sku);
        return had ? log(quantity) - log(had.quantity) : [];
      }),
    ),
    'price-against-article-usual': largest(
      articles.flatMap(({ line, article }) =>
        article?.prices.mean == null ? [] : Math.abs(log(line.unitPriceMinor) - article.prices.mean),
      ),
    ),
    'article-price-spread-least': smallest(articles.map(({ article }) => article?.prices.deviation ?? 0)),
    'rarest-article-orders': smallest(articles.map(({ article }) => log((article?.quantities.count ?? 0) + 1))),
    'new-articles': articles.filter(({ article }) => !article).length,
  } satisfies Partial<Record<PurchaseFeature, FeatureValue>>;
}

function unusual({ quantity }: PurchaseLine, article: ArticlePast | undefined): number | null {
  return article?.quantities.deviations(log(quantity), 0.3) ?? null;
}

function largest(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((most, value) => Math.max(most, value)) : null;
}

function smallest(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((least, value) => Math.min(least, value)) : null;
}
