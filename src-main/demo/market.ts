import { DAY } from '#shared/time.ts';
import { basket, draft, line, priced, wantedAmount, withGift } from './basket.ts';
import { CATALOGUE, popularProduct } from './catalogue.ts';
import type { Product } from './catalogue.ts';
import type { Listing } from './listing.ts';
import type { DemoLine, DemoOrder } from './order.ts';
import type { Customer, People } from './people.ts';
import type { Random } from './random.ts';
import { SHOPS, shopKey, shopOf } from './shops.ts';
import { isNight } from './timetable.ts';
import { chooseTrouble, REST_BETWEEN_ORDERS } from './trouble.ts';
import type { Series, Trouble } from './trouble.ts';

export interface MarketParts {
  random: Random;
  people: People;
  listing: Listing;
  /** Start of this run in epoch seconds; opens the order numbers. */
  run: number;
}

export interface EverydayOptions {
  /** How many times as often as usual something is wrong; 0 for never. */
  troubled?: number;
  /** The buyer lives in a remote region. */
  remote?: boolean;
  /** What is wrong with it; null for nothing. Otherwise chance decides. */
  trouble?: Trouble | null;
}

/** Share of everyday orders that come from customers who bought before, and of those in a flash sale. */
const REGULAR_SHARE = 0.62;
/** Earlier orders from which an average and a usual area are known. */
const KNOWN_WELL = 3;
const FLASH_REGULAR_SHARE = 0.3;
const DISCOUNTED_SHARE = 0.45;
const COLD_SHARE = 0.04;
/** Articles above this, in fen, are bought on purpose and not beside others. */
const SHELF_LIMIT = 60_000;
/** A cold box holds no more than this, in fen. */
const COLD_LIMIT = 16_000;
const DEPOSIT_SHARE = 0.1;

/** Buyers and what they put in their baskets. */
export class Market {
  readonly #random: Random;
  readonly #people: People;
  readonly #listing: Listing;
  readonly #run: number;
  #orders = 0;

  constructor({ random, people, listing, run }: MarketParts) {
    this.#random = random;
    this.#people = people;
    this.#listing = listing;
    this.#run = run;
  }

  chooseShop(now: number): string {
    const night = isNight(now);
    return shopKey(this.#random.weighted(SHOPS, ({ share, nightShare }) => (night ? nightShare : share)));
  }

  /** An everyday order, now and then with something wrong. */
  everyday(now: number, options: EverydayOptions = {}): DemoOrder {
    const shop = this.chooseShop(now);
    const trouble = options.trouble === undefined ? chooseTrouble(this.#random, options.troubled ?? 1) : options.trouble;
    const customer = this.#customer(shop, now, trouble?.buyer ?? 'any', options.remote ?? false);
    const order = this.#plain(now, shop, customer);
    // Without a history there is nothing to be far from; such a customer just buys.
    const spoils = trouble && (trouble.buyer !== 'regular' || customer.orders >= KNOWN_WELL);
    return this.#sold(customer, spoils ? { ...trouble.spoil(order, customer, this.#random), trouble: trouble.name } : order);
  }

  /** An order of the article on sale; null when it is gone. */
  flash(now: number, shop: string, sku: string): DemoOrder | null {
    const random = this.#random;
    const product = CATALOGUE.product(sku);
    if (!this.#listing.offered(product)) return null;
    const regular = random.chance(FLASH_REGULAR_SHARE) ? this.#people.regular(shop, now, REST_BETWEEN_ORDERS) : null;
    const customer = regular ?? this.#people.newcomer(shop);
    const order = this.#draft(now, shop, customer, [line(product, random.chance(0.8) ? 1 : 2)], random.between(0.3, 0.45));
    return this.#sold(customer, { ...order, tags: ['flash-sale'] });
  }

  /** What the next flash sale offers: first of all the article of which there is too little. */
  flashArticle(): Product {
    if (this.#listing.offered(CATALOGUE.hot)) return CATALOGUE.hot;
    const offered = CATALOGUE.flashSales.filter((item) => this.#listing.offered(item));
    return this.#random.pick(offered.length > 0 ? offered : CATALOGUE.everyday);
  }

  /** Deposit first, balance later; null when nothing is on presale any more. */
  presale(now: number): DemoOrder | null {
    const products = CATALOGUE.presale.filter((item) => this.#listing.offered(item));
    if (products.length === 0) return null;
    // The one shop with its platform's own door has no word for a deposit.
    const shop = shopKey(this.#random.pick(SHOPS.filter(({ channel }) => channel !== 'shopify')));
    const customer = this.#customer(shop, now, 'any', false);
    const order = this.#draft(now, shop, customer, [line(popularProduct(this.#random, products), 1)], 0);
    const depositMinor = Math.round((order.totalMinor * DEPOSIT_SHARE) / 100) * 100;
    const balanceDueAt = Math.round(now + this.#random.between(0.6, 2) * DAY);
    const presale = { depositMinor, balanceMinor: order.totalMinor - depositMinor, balanceDueAt, balancePaidAt: null };
    return this.#sold(customer, { ...order, tags: ['presale'], presale });
  }

  /** The orders of a series, with their delays from now on in ms. */
  series(now: number, series: Series): { afterMs: number; order: DemoOrder }[] {
    return series.make(
      {
        random: this.#random,
        newcomer: (shop) => this.#people.newcomer(shop),
        regular: (shop) => this.#people.regular(shop, now, REST_BETWEEN_ORDERS),
        order: (shop, customer) => ({ ...this.#sold(customer, this.#plain(now, shop, customer)), trouble: series.name }),
      },
      this.chooseShop(now),
    );
  }

  #customer(shop: string, now: number, buyer: Trouble['buyer'], remote: boolean): Customer {
    if (buyer === 'remote' || remote) return this.#people.newcomer(shop, true);
    if (buyer === 'newcomer') return this.#people.newcomer(shop);
    if (buyer === 'regular') return this.#people.regular(shop, now, REST_BETWEEN_ORDERS, KNOWN_WELL) ?? this.#people.newcomer(shop);
    const before = this.#random.chance(REGULAR_SHARE);
    return (before ? this.#people.regular(shop, now, REST_BETWEEN_ORDERS) : null) ?? this.#people.newcomer(shop);
  }

  #draft(now: number, shop: string, customer: Customer, lines: DemoLine[], discountShare: number): DemoOrder {
    const id = shopOf(shop).orderId(this.#run, (this.#orders += 1));
    return draft(this.#random, { shop, id, now, customer, lines, ...priced(lines, discountShare) });
  }

  /** Cold goods travel alone, so an everyday basket is of one storage class. */
  #plain(now: number, shop: string, customer: Customer): DemoOrder {
    const random = this.#random;
    const cold = random.chance(COLD_SHARE);
    const shelf = (cold ? CATALOGUE.cold : CATALOGUE.everyday).filter(
      (item) => item.priceMinor < SHELF_LIMIT && this.#listing.offered(item),
    );
    const wanted = wantedAmount(random, customer);
    const lines = basket(random, cold ? Math.min(wanted, COLD_LIMIT) : wanted, shelf);
    const discountShare = random.chance(DISCOUNTED_SHARE) ? random.between(0.03, 0.25) : 0;
    const order = this.#draft(now, shop, customer, lines, discountShare);
    const gift = CATALOGUE.gifts.find((item) => this.#listing.offered(item)) ?? null;
    return cold ? order : withGift(order, gift);
  }

  #sold(customer: Customer, order: DemoOrder): DemoOrder {
    customer.orders += 1;
    customer.lastOrderAt = Math.max(customer.lastOrderAt, order.createdAt);
    this.#listing.sell(order.lines);
    return order;
  }
}
