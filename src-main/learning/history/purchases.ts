import { DAY } from '#shared/time.ts';
import { BoundedMap } from '#shared/bounded-map.ts';
import { FadingShare } from './share.ts';
import { RunningSpread } from './spread.ts';

export interface PurchaseLine {
  sku: string;
  quantity: number;
  unitPriceMinor: number;
}

/** An order as it came in. */
export interface Purchase {
  orderId: string;
  /** When it was placed, epoch ms. */
  at: number;
  /** Who buys: the platform's key or a keyed hash; null: unknown. */
  buyer: string | null;
  /** Where it goes. */
  region: string;
  totalMinor: number;
  lines: readonly PurchaseLine[];
}

/** Goods that came back, or were cancelled after they were ordered. */
export interface ReturnedGoods {
  /** When it became known, epoch ms. */
  at: number;
  buyer: string | null;
  /** The order they are from; null: the buyer's latest with that article. */
  orderId: string | null;
  /** Told again under the same id it counts once; then only where the order is still remembered. */
  refundId?: string;
  totalMinor: number;
  lines: readonly { sku: string; quantity: number }[];
}

export interface PurchaseLimits {
  buyers: number;
  articles: number;
  regions: number;
  /** Articles remembered of one buyer, and orders a return can still be told of. */
  articlesOfBuyer: number;
  ordersOfBuyer: number;
}

/** Some 2 kB a buyer with twenty articles: 50,000 buyers are about 100 MB at most. */
export const DEFAULT_PURCHASE_LIMITS: PurchaseLimits = {
  buyers: 50_000,
  articles: 50_000,
  regions: 2_000,
  articlesOfBuyer: 200,
  ordersOfBuyer: 30,
};

/** What is remembered of an article a buyer had before. */
export interface ArticleOfBuyer {
  orderId: string;
  at: number;
  quantity: number;
  unitPriceMinor: number;
  times: number;
  returnedAt: number | null;
  returnedQuantity: number;
}

export interface OrderOfBuyer {
  at: number;
  returned: boolean;
  skus: readonly string[];
  /** Refunds told so far, by id. */
  refunds?: string[];
}

/** What is remembered of one buyer. */
export class BuyerPast {
  readonly totals = new RunningSpread();
  readonly lines = new RunningSpread();
  readonly articles: BoundedMap<string, ArticleOfBuyer>;
  readonly orders: BoundedMap<string, OrderOfBuyer>;
  firstAt: number;
  lastAt: number;
  lastOrder: OrderOfBuyer | null = null;
  /** Orders of which something came back. */
  returnedOrders = 0;
  lastReturn: { at: number; totalMinor: number } | null = null;
  readonly #gaps = new RunningSpread();

  constructor(at: number, limits: PurchaseLimits) {
    this.firstAt = at;
    this.lastAt = at;
    this.articles = new BoundedMap(limits.articlesOfBuyer);
    this.orders = new BoundedMap(limits.ordersOfBuyer);
  }

  /** Mean days between two orders; null before the second. */
  get usualGapDays(): number | null {
    return this.#gaps.mean;
  }

  ordered(purchase: Purchase): void {
    const { at, orderId, lines } = purchase;
    if (this.totals.count > 0) this.#gaps.add(Math.max(0, at - this.lastAt) / DAY);
    this.totals.add(purchase.totalMinor);
    this.lines.add(lines.length);
    this.lastAt = Math.max(this.lastAt, at);
    this.lastOrder = { at, returned: false, skus: lines.map(({ sku }) => sku) };
    this.orders.use(orderId, () => this.lastOrder!);
    for (const { sku, quantity, unitPriceMinor } of lines) {
      const article = this.articles.use(sku, () => ({
        orderId,
        at,
        quantity,
        unitPriceMinor,
        times: 0,
        returnedAt: null,
        returnedQuantity: 0,
      }));
      Object.assign(article, { orderId, at, quantity, unitPriceMinor, times: article.times + 1 });
    }
  }
}

/** What is remembered of an article over all buyers. */
export class ArticlePast {
  /** Natural logarithms of quantity and of unit price: both are skewed by nature. */
  readonly quantities = new RunningSpread();
  readonly prices = new RunningSpread();
  readonly returns = new FadingShare(180 * DAY);
}

/**
 * The running memory of what was ordered and what came back (pure, bounded). Feed it in the order things became known, and
 * read features before an order is observed: `purchaseRow` in purchase-features.ts then sees only what was recorded before it.
 */
export class PurchaseHistory {
  readonly buyers: BoundedMap<string, BuyerPast>;
  readonly articles: BoundedMap<string, ArticlePast>;
  readonly regions: BoundedMap<string, FadingShare>;
  /** Orders with a return, and lines returned, over the whole shop. */
  readonly orders = new FadingShare(90 * DAY);
  readonly lines = new FadingShare(90 * DAY);
  readonly #limits: PurchaseLimits;

  constructor(limits: Partial<PurchaseLimits> = {}) {
    this.#limits = { ...DEFAULT_PURCHASE_LIMITS, ...limits };
    this.buyers = new BoundedMap(this.#limits.buyers);
    this.articles = new BoundedMap(this.#limits.articles);
    this.regions = new BoundedMap(this.#limits.regions);
  }

  observeOrder(purchase: Purchase): void {
    const { at, buyer, region, lines } = purchase;
    for (const { sku, quantity, unitPriceMinor } of lines) {
      const article = this.articles.use(sku, () => new ArticlePast());
      article.quantities.add(Math.log(Math.max(1, quantity)));
      article.prices.add(Math.log(Math.max(1, unitPriceMinor)));
      // Without a buyer no return can be told of the order, so it says nothing about returns.
      if (buyer === null) continue;
      article.returns.add(false, at);
      this.lines.add(false, at);
    }
    if (buyer === null) return;
    this.orders.add(false, at);
    this.regions.use(region, () => new FadingShare(365 * DAY)).add(false, at);
    this.buyers.use(buyer, () => new BuyerPast(at, this.#limits)).ordered(purchase);
  }

  /** Whether this order was observed and is remembered. */
  knows(buyer: string, orderId: string): boolean {
    return this.buyers.peek(buyer)?.orders.peek(orderId) !== undefined;
  }

  observeReturn(returned: ReturnedGoods, region: string): void {
    const { at, buyer, totalMinor, lines } = returned;
    const past = buyer === null ? undefined : this.buyers.peek(buyer);
    if (!past || !this.#isNews(past, returned)) return;
    past.lastReturn = { at, totalMinor };
    for (const { sku, quantity } of lines) {
      const had = past.articles.peek(sku);
      if (!had) continue;
      had.returnedAt = at;
      had.returnedQuantity = quantity;
      this.articles.peek(sku)?.returns.hit(at);
      this.lines.hit(at);
      this.#orderReturned(past, returned.orderId ?? had.orderId, region, at);
    }
  }

  #isNews(past: BuyerPast, { orderId, refundId }: ReturnedGoods): boolean {
    if (refundId === undefined || orderId === null) return true;
    const order = past.orders.peek(orderId);
    if (!order || order.refunds?.includes(refundId)) return false;
    (order.refunds ??= []).push(refundId);
    return true;
  }

  #orderReturned(past: BuyerPast, orderId: string, region: string, at: number): void {
    const order = past.orders.peek(orderId);
    if (!order || order.returned) return;
    order.returned = true;
    past.returnedOrders += 1;
    this.orders.hit(at);
    this.regions.peek(region)?.hit(at);
  }
}
