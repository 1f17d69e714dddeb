import { DAY, MINUTE } from '#shared/time.ts';
import { BoundedMap } from '#shared/bounded-map.ts';
import type { Purchase, PurchaseLine } from './purchases.ts';
import { FadingShare } from './share.ts';
import { RunningSpread } from './spread.ts';

/**
 * What slips of the keyboard look like before anybody noticed: goods that were refunded once are booked again just as they were, or an order
 * of nothing but articles whose price is entered by hand. Found on the first 60 % of a wholesaler's orders (docs/learning.md). Their reading
 * is a percentage: of a hundred orders that bear the sign, how many were wholly taken back within a day.
 */
export const SLIP_SIGNS = ['rebooked-refund', 'open-price-order'] as const;
export type SlipSign = (typeof SLIP_SIGNS)[number];

/** What an order bears as it comes in; 0 throughout for nearly all. */
export interface SlipReading extends Readonly<Record<SlipSign, number>> {
  /** The largest line against the largest that is usual in this shop, as a multiple; 0 below two. */
  'quantity-vs-shop': number;
}
export const SLIP_FIELDS = [...SLIP_SIGNS, 'quantity-vs-shop'] as const satisfies (keyof SlipReading)[];

/** Part of a refund. Parts that share `refundId` are one refund over several orders. */
export interface RefundedLines {
  /** When it became known, epoch ms. */
  at: number;
  buyer: string;
  refundId: string;
  orderId: string;
  amountMinor: number;
  lines: readonly { sku: string; quantity: number }[];
}

export interface SlipLimits {
  buyers: number;
  articles: number;
  ordersOfBuyer: number;
  refundsOfBuyer: number;
}

/** Some 1 kB a buyer with ten orders: 50,000 buyers are about 50 MB. */
export const DEFAULT_SLIP_LIMITS: SlipLimits = { buyers: 50_000, articles: 50_000, ordersOfBuyer: 30, refundsOfBuyer: 20 };

/** An article has no fixed price when the logarithms of its prices spread by more than this: a factor of three either way. */
const OPEN_PRICE = 1.2;
const FEWEST_PRICES = 3;
/** Below this share of the buyer's mean order an open-priced order is a small extra, not an order booked by hand. */
const LEAST_OF_USUAL = 0.25;
/** The largest usual quantity lies this many deviations above the mean of the logarithms: about one line in 700 is larger. */
const USUAL_LARGEST = 3;
const FEWEST_QUANTITIES = 200;
/** A shop of single pieces sells a dozen now and then: quantities spread at least by this much. */
const LEAST_SPREAD = 1;
/** Who ordered just before is still ordering: what is booked again then is meant. */
const STILL_ORDERING = 15 * MINUTE;
/** What is taken back wholly within this time was a slip. */
const SLIP_WITHIN = DAY;
const WHOLLY = 0.999;
/** What is believed of a sign before the shop's own outcomes say more: as if so many cases had gone like this. */
const BELIEF: Readonly<Record<SlipSign, { share: number; cases: number }>> = {
  'rebooked-refund': { share: 0.3, cases: 8 },
  'open-price-order': { share: 0.5, cases: 8 },
};
/** A sign more than this share of the latest orders bear is how this shop works, and no sign. */
const BUDGET = 0.005;
/** The latest orders: half-life, counted in orders, and as many more without the sign. */
const LATEST = 2_000;

/** What an order is made of, whatever the order of its lines: two sums of hashes, so that parts of a refund can be added. */
class Content {
  one = 0;
  two = 0;

  add(text: string): this {
    const [one, two] = hashed(text);
    this.one = (this.one + one) >>> 0;
    this.two = (this.two + two) >>> 0;
    return this;
  }

  get key(): number {
    return this.one * 2 ** 21 + (this.two >>> 11);
  }
}

/** FNV-1a (Fowler, Noll, Vo; public domain) with two starting values. */
function hashed(text: string): [number, number] {
  let one = 0x811c9dc5;
  let two = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    one = Math.imul(one ^ text.charCodeAt(index), 0x01000193);
    two = Math.imul(two ^ text.charCodeAt(index), 0x01000193);
  }
  return [one, two];
}

function goodsOf(lines: readonly { sku: string; quantity: number }[], content = new Content()): Content {
  for (const { sku, quantity } of lines) content.add(`${sku}\n${quantity}`);
  return content;
}

function pricedGoodsOf(lines: readonly PurchaseLine[]): Content {
  const content = new Content();
  for (const { sku, quantity, unitPriceMinor } of lines) content.add(`${sku}\n${quantity}\n${unitPriceMinor}`);
  return content;
}

class BuyerPast {
  readonly totals = new RunningSpread();
  /** Orders with goods, quantities and prices: order number to content. */
  readonly orders: BoundedMap<string, number>;
  readonly refunds: BoundedMap<string, Content>;
  lastAt = Number.NEGATIVE_INFINITY;

  constructor(limits: SlipLimits) {
    this.orders = new BoundedMap(limits.ordersOfBuyer);
    this.refunds = new BoundedMap(limits.refundsOfBuyer);
  }
}

/** An order with a sign, until the day is over. */
interface Watched {
  at: number;
  sign: SlipSign;
  totalMinor: number;
  returnedMinor: number;
}

const NO_SIGN: Readonly<Record<SlipSign, number>> = { 'rebooked-refund': 0, 'open-price-order': 0 };

/**
 * The running memory behind the signs of a slip (pure, bounded). Feed it in the order things became known, and read an order before it is
 * observed. It learns by itself how often each sign was right in this shop, and keeps silent about one that is common here.
 */
export class SlipHistory {
  readonly #limits: SlipLimits;
  readonly #buyers: BoundedMap<string, BuyerPast>;
  readonly #prices: BoundedMap<string, RunningSpread>;
  readonly #watched = new BoundedMap<string, Watched>(10_000);
  readonly #right = new Map<SlipSign, FadingShare>(SLIP_SIGNS.map((sign) => [sign, new FadingShare(365 * DAY)]));
  /** Time here is the count of orders. */
  readonly #borne = new Map<SlipSign, FadingShare>(SLIP_SIGNS.map((sign) => [sign, new FadingShare(LATEST)]));
  /** Natural logarithms of the quantities of all lines. */
  readonly #quantities = new RunningSpread();
  #orders = 0;

  constructor(limits: Partial<SlipLimits> = {}) {
    this.#limits = { ...DEFAULT_SLIP_LIMITS, ...limits };
    this.#buyers = new BoundedMap(this.#limits.buyers);
    this.#prices = new BoundedMap(this.#limits.articles);
  }

  /** What is known of an order as it comes in. */
  read(purchase: Purchase): SlipReading {
    const sign = this.#signOf(purchase);
    const chances = sign === null ? NO_SIGN : { ...NO_SIGN, [sign]: this.#chanceOf(sign, purchase.at) };
    return { ...chances, 'quantity-vs-shop': this.#quantityOf(purchase) };
  }

  observeOrder(purchase: Purchase): void {
    const { orderId, at, buyer, lines, totalMinor } = purchase;
    const sign = this.#signOf(purchase);
    this.#orders += 1;
    for (const one of SLIP_SIGNS) this.#borne.get(one)!.add(one === sign, this.#orders);
    if (sign !== null) {
      this.#right.get(sign)!.add(false, at);
      this.#watched.use(orderId, () => ({ at, sign, totalMinor, returnedMinor: 0 }));
    }
    for (const { sku, quantity, unitPriceMinor } of lines) {
      this.#prices.use(sku, () => new RunningSpread()).add(Math.log(Math.max(1, unitPriceMinor)));
      this.#quantities.add(Math.log(Math.max(1, quantity)));
    }
    if (buyer === null) return;
    const past = this.#buyers.use(buyer, () => new BuyerPast(this.#limits));
    past.totals.add(totalMinor);
    past.lastAt = Math.max(past.lastAt, at);
    past.orders.use(orderId, () => pricedGoodsOf(lines).key);
  }

  observeRefund({ at, buyer, refundId, orderId, amountMinor, lines }: RefundedLines): void {
    const past = this.#buyers.peek(buyer);
    if (past)
      goodsOf(
        lines,
        past.refunds.use(refundId, () => new Content()),
      );
    const watched = this.#watched.peek(orderId);
    if (!watched) return;
    watched.returnedMinor += amountMinor;
    if (watched.returnedMinor < watched.totalMinor * WHOLLY) return;
    if (at - watched.at <= SLIP_WITHIN) this.#right.get(watched.sign)!.hit(watched.at);
    this.#watched.delete(orderId);
  }

  #signOf({ at, buyer, lines, totalMinor }: Purchase): SlipSign | null {
    const past = buyer === null ? undefined : this.#buyers.peek(buyer);
    // Of a buyer never seen nothing can be booked again, and a first order by hand is a new customer by telephone.
    if (!past || past.totals.mean === null || lines.length === 0) return null;
    if (lines.every(({ sku }) => this.#isOpenPriced(sku))) {
      return totalMinor >= past.totals.mean * LEAST_OF_USUAL ? 'open-price-order' : null;
    }
    return at - past.lastAt > STILL_ORDERING && isRebooked(past, lines) ? 'rebooked-refund' : null;
  }

  #quantityOf({ lines }: Purchase): number {
    const { count, mean, deviation } = this.#quantities;
    if (count < FEWEST_QUANTITIES || mean === null || deviation === null) return 0;
    const usualLargest = Math.exp(mean + USUAL_LARGEST * Math.max(LEAST_SPREAD, deviation));
    const times = lines.reduce((most, { quantity }) => Math.max(most, quantity), 0) / usualLargest;
    return times < 2 ? 0 : Number(times.toFixed(1));
  }

  #isOpenPriced(sku: string): boolean {
    const prices = this.#prices.peek(sku);
    return prices !== undefined && prices.count >= FEWEST_PRICES && (prices.deviation ?? 0) > OPEN_PRICE;
  }

  #chanceOf(sign: SlipSign, at: number): number {
    if (this.#borne.get(sign)!.shareAt(this.#orders, 0, LATEST) > BUDGET) return 0;
    const { share, cases } = BELIEF[sign];
    return this.#right.get(sign)!.shareAt(at, share, cases) * 100;
  }
}

/**
 * The goods and quantities of exactly one refund, and not simply the same order again: two like refunds are one booked twice by mistake, and
 * an order placed a second time after it was cancelled is meant.
 */
function isRebooked({ refunds, orders }: BuyerPast, lines: readonly PurchaseLine[]): boolean {
  if (refunds.size === 0) return false;
  const { key } = goodsOf(lines);
  let like = 0;
  for (const refund of refunds.values()) if (refund.key === key) like += 1;
  if (like !== 1) return false;
  const priced = pricedGoodsOf(lines).key;
  for (const order of orders.values()) if (order === priced) return false;
  return true;
}
