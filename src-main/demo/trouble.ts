import { HOUR, MINUTE, SECOND } from '#shared/time.ts';
import { basket, line, priced } from './basket.ts';
import { CATALOGUE } from './catalogue.ts';
import type { DemoOrder } from './order.ts';
import { choosePlace, PEOPLE_WORDS, personName, street } from './people.ts';
import type { Customer } from './people.ts';
import type { Random } from './random.ts';

/** One kind of trouble that spoils a single order. */
export interface Trouble {
  name: string;
  /** Orders of a thousand that have it. */
  perThousand: number;
  /** Whose order it is: anybody's, a first one, or one of a buyer with a history of at least three orders. */
  buyer: 'any' | 'newcomer' | 'regular' | 'remote';
  spoil(order: DemoOrder, customer: Customer, random: Random): DemoOrder;
}

function withLines(order: DemoOrder, lines: DemoOrder['lines'], discountShare: number): DemoOrder {
  return { ...order, lines, ...priced(lines, discountShare) };
}

/** An address of the test network 203.0.113.0/24 (RFC 5737), where the demo's risky orders come from. */
function riskyAddress(random: Random): string {
  return `203.0.113.${random.int(1, 200)}`;
}

/** On the black list of the shipped rule pack (resources/rules.json). */
const LISTED_ADDRESS = '203.0.113.250';

/** Each rule of the shipped pack that needs only one order and its history meets its case here. */
export const TROUBLES: readonly Trouble[] = [
  {
    name: 'coupon-abuse',
    perThousand: 2.5,
    buyer: 'any',
    spoil: (order, _customer, random) => withLines(order, order.lines, random.between(0.93, 0.985)),
  },
  {
    name: 'vague-address',
    perThousand: 5,
    buyer: 'newcomer',
    spoil: (order, _customer, random) => ({
      ...order,
      receiver: { ...order.receiver, address: random.pick(PEOPLE_WORDS.vagueAddresses) },
    }),
  },
  {
    name: 'malformed-phone',
    perThousand: 4,
    buyer: 'newcomer',
    spoil: (order, _customer, random) => ({
      ...order,
      receiver: { ...order.receiver, phone: random.pick(PEOPLE_WORDS.malformedPhones) },
    }),
  },
  {
    name: 'big-first-order',
    perThousand: 2.5,
    buyer: 'newcomer',
    spoil(order, _customer, random) {
      const large = CATALOGUE.everyday.filter(({ category, priceMinor }) => category === 'strollers' && priceMinor > 100_000);
      const lines = [line(random.pick(large), random.int(3, 4)), ...order.lines.slice(0, 1)];
      return withLines(order, lines, 0.05);
    },
  },
  {
    name: 'far-above-average',
    perThousand: 3,
    buyer: 'regular',
    spoil(order, customer, random) {
      const shelf = CATALOGUE.everyday.filter(({ category }) => category === 'formula' || category === 'diapers');
      return withLines(order, basket(random, Math.round(customer.usualMinor * random.between(4, 10)), shelf), 0);
    },
  },
  {
    name: 'far-from-usual-area',
    perThousand: 3,
    buyer: 'regular',
    spoil(order, customer, random) {
      let place = choosePlace(random);
      for (let attempt = 0; attempt < 20 && place.province === customer.home.province; attempt += 1) place = choosePlace(random);
      return { ...order, receiver: { ...customer.home, ...place, name: personName(random), address: street(random) } };
    },
  },
  {
    name: 'black-listed-words',
    perThousand: 1.5,
    buyer: 'any',
    spoil: (order, _customer, random) => ({ ...order, buyerMessage: random.pick(PEOPLE_WORDS.blackListedWords) }),
  },
  {
    name: 'improper-invoice',
    perThousand: 2,
    buyer: 'any',
    spoil(order, _customer, random) {
      const content = random.pick(PEOPLE_WORDS.improperInvoices);
      const title = order.invoice?.title ?? random.pick(PEOPLE_WORDS.companies);
      return { ...order, buyerMessage: `发票开成${content}`, invoice: { title, taxNumber: '91DEMO000000000000', content } };
    },
  },
  {
    name: 'incomplete-invoice',
    perThousand: 2.5,
    buyer: 'any',
    spoil: (order, _customer, random) => ({
      ...order,
      buyerMessage: '需要开公司发票',
      invoice: { title: random.pick(PEOPLE_WORDS.companies), taxNumber: null, content: '明细' },
    }),
  },
  // The words come with a later message; see the life of an order.
  { name: 'complaint', perThousand: 2.5, buyer: 'any', spoil: (order) => order },
  {
    name: 'cold-and-normal',
    perThousand: 3,
    buyer: 'any',
    spoil(order, _customer, random) {
      const lines = [line(random.pick(CATALOGUE.cold), random.int(1, 2)), ...order.lines.slice(0, 2)];
      return withLines(order, lines, 0);
    },
  },
  { name: 'remote-region', perThousand: 2.5, buyer: 'remote', spoil: (order) => order },
  {
    name: 'listed-address',
    perThousand: 1,
    buyer: 'newcomer',
    spoil: (order) => ({ ...order, ip: LISTED_ADDRESS }),
  },
  {
    name: 'malicious-returns',
    perThousand: 1.5,
    buyer: 'any',
    spoil: (order) => ({ ...order, buyer: { ...order.buyer, tags: [...order.buyer.tags, 'malicious-returns'] } }),
  },
];

const TROUBLED_PER_THOUSAND = TROUBLES.reduce((sum, trouble) => sum + trouble.perThousand, 0);

/** What is wrong with the next order, usually nothing; `times` as often as usual. */
export function chooseTrouble(random: Random, times = 1): Trouble | null {
  if (!random.chance((times * TROUBLED_PER_THOUSAND) / 1_000)) return null;
  return random.weighted(TROUBLES, ({ perThousand }) => perThousand);
}

/** What a series needs of the market to make its orders. */
export interface SeriesMarket {
  random: Random;
  newcomer(shop: string): Customer;
  regular(shop: string): Customer | null;
  order(shop: string, customer: Customer): DemoOrder;
}

/** Trouble that only several orders together show: when it first comes, how often, and the orders with their delays in ms. */
export interface Series {
  name: string;
  firstAfterMs: number;
  everyMs: number;
  make(market: SeriesMarket, shop: string): { afterMs: number; order: DemoOrder }[];
}

function spread(random: Random, count: number, gapMs: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.round(index * gapMs * random.between(0.8, 1.2)));
}

export const SERIES: readonly Series[] = [
  {
    name: 'brushing-one-account',
    firstAfterMs: 35 * SECOND,
    everyMs: 9 * MINUTE,
    make(market, shop) {
      const customer = market.newcomer(shop);
      return spread(market.random, 5, 20 * SECOND).map((afterMs) => ({ afterMs, order: market.order(shop, customer) }));
    },
  },
  {
    name: 'brushing-one-phone',
    firstAfterMs: 4 * MINUTE,
    everyMs: 11 * MINUTE,
    make(market, shop) {
      const { phone } = market.newcomer(shop).home;
      return spread(market.random, 5, 25 * SECOND).map((afterMs) => {
        const order = market.order(shop, market.newcomer(shop));
        return { afterMs, order: { ...order, receiver: { ...order.receiver, phone } } };
      });
    },
  },
  {
    name: 'accounts-on-one-address',
    firstAfterMs: 75 * SECOND,
    everyMs: 10 * MINUTE,
    make(market, shop) {
      const ip = riskyAddress(market.random);
      return spread(market.random, 4, 30 * SECOND).map((afterMs) => {
        const order = market.order(shop, market.newcomer(shop));
        return { afterMs, order: { ...order, ip } };
      });
    },
  },
  {
    name: 'forgotten-article',
    firstAfterMs: 20 * SECOND,
    everyMs: 4 * MINUTE,
    make(market, shop) {
      const customer = market.regular(shop) ?? market.newcomer(shop);
      return spread(market.random, 2, 100 * SECOND).map((afterMs) => ({ afterMs, order: market.order(shop, customer) }));
    },
  },
  {
    name: 'double-click',
    firstAfterMs: 2 * MINUTE,
    everyMs: 12 * MINUTE,
    make(market, shop) {
      const customer = market.newcomer(shop);
      const first = market.order(shop, customer);
      const { lines, goodsMinor, freightMinor, discountMinor, couponMinor, totalMinor } = first;
      const again = { ...market.order(shop, customer), lines, goodsMinor, freightMinor, discountMinor, couponMinor, totalMinor };
      return [
        { afterMs: 0, order: first },
        { afterMs: 6 * SECOND, order: again },
      ];
    },
  },
  {
    name: 'corporate-branches',
    firstAfterMs: 3 * MINUTE,
    everyMs: 14 * MINUTE,
    make(market, shop) {
      const customer = market.newcomer(shop);
      customer.company = market.random.pick(PEOPLE_WORDS.companies);
      customer.tags = ['corporate'];
      return spread(market.random, 5, 15 * SECOND).map((afterMs) => {
        const order = market.order(shop, customer);
        const branch = market.newcomer(shop).home;
        return {
          afterMs,
          order: {
            ...order,
            receiver: { ...branch, city: customer.home.city, province: customer.home.province, district: customer.home.district },
          },
        };
      });
    },
  },
];

/** A customer rests this long between two everyday orders, so that merge candidates come only from the series above. */
export const REST_BETWEEN_ORDERS = HOUR;
