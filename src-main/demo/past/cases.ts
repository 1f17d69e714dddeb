import { businessHour } from '#shared/time.ts';
import { basket, line, priced } from '../basket.ts';
import { CATALOGUE } from '../catalogue.ts';
import { isBargain } from '../order.ts';
import type { DemoOrder } from '../order.ts';
import { choosePlace, isRemote, PEOPLE_WORDS, personName, street } from '../people.ts';
import type { Customer } from '../people.ts';
import type { Random } from '../random.ts';
import type { Trouble } from '../trouble.ts';

/** An order that some rule may stop, and how likely it is to turn out badly. The demo's own assumptions. */
export interface PastCase {
  name: string;
  /** Orders of a thousand that are of this kind. */
  perThousand: number;
  buyer: Trouble['buyer'];
  make(order: DemoOrder, customer: Customer, random: Random): { order: DemoOrder; risk: number };
}

const ORDINARY = CATALOGUE.everyday.filter(({ priceMinor }) => priceMinor < 60_000);
const STROLLERS = CATALOGUE.everyday.filter(({ category, priceMinor }) => category === 'strollers' && priceMinor > 60_000);
const SUPPLIES = CATALOGUE.everyday.filter(({ category }) => category === 'formula' || category === 'diapers');
const YUAN = 100;

function filled(order: DemoOrder, lines: DemoOrder['lines'], discountShare = 0): DemoOrder {
  return { ...order, lines, ...priced(lines, discountShare) };
}

/** Where between two numbers risk goes over from one level to another, and both levels. */
interface Slope {
  from: number;
  to: number;
  low: number;
  high: number;
}

function riskAt(value: number, { from, to, low, high }: Slope): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return low + (high - low) * share;
}

/**
 * The kinds of trouble of the past. Where a rule has a threshold, the orders lie on both sides of it, and the bad ones begin
 * elsewhere than the shipped threshold says: that is what there is to learn.
 */
export const PAST_CASES: readonly PastCase[] = [
  {
    // Parents furnish a nursery with their first order; only far larger ones are made to be sent back.
    name: 'nursery-first-order',
    perThousand: 40,
    buyer: 'newcomer',
    make(order, _customer, random) {
      const made = filled(order, basket(random, random.int(520, 2_600) * YUAN, CATALOGUE.everyday));
      return { order: made, risk: riskAt(made.totalMinor, { from: 1_150 * YUAN, to: 1_400 * YUAN, low: 0.03, high: 0.85 }) };
    },
  },
  {
    name: 'large-first-order',
    perThousand: 7,
    buyer: 'newcomer',
    make(order, _customer, random) {
      const made = filled(order, [line(random.pick(STROLLERS), random.int(2, 4)), ...order.lines.slice(0, 1)], 0.05);
      return { order: made, risk: 0.78 };
    },
  },
  {
    // A good customer stocks up before a holiday; ten times the usual is somebody else's account.
    name: 'stocking-up',
    perThousand: 80,
    buyer: 'regular',
    make(order, customer, random) {
      const times = random.between(2.6, 9);
      const made = filled(order, basket(random, Math.round(customer.usualMinor * times), SUPPLIES));
      return { order: made, risk: riskAt(times, { from: 5.2, to: 6, low: 0.02, high: 0.85 }) };
    },
  },
  {
    // Presents for grandparents go far and are kept.
    name: 'sent-elsewhere',
    perThousand: 10,
    buyer: 'regular',
    make(order, customer, random) {
      let place = choosePlace(random);
      for (let attempt = 0; attempt < 20 && place.province === customer.home.province; attempt += 1) place = choosePlace(random);
      const receiver = { ...customer.home, ...place, name: personName(random), address: street(random) };
      return { order: { ...order, receiver }, risk: 0.3 };
    },
  },
  {
    // Coupons are collected and combined long before they reach nine tenths of the price.
    name: 'deep-discount',
    perThousand: 66,
    buyer: 'newcomer',
    make(order, _customer, random) {
      const share = random.between(0.78, 0.985);
      const made = filled(order, basket(random, random.int(180, 420) * YUAN, ORDINARY), share);
      return { order: made, risk: riskAt(share, { from: 0.81, to: 0.84, low: 0.05, high: 0.85 }) };
    },
  },
  {
    // Always for the warehouse and never the buyer's fault.
    name: 'cold-and-normal',
    perThousand: 6,
    buyer: 'any',
    make(order, _customer, random) {
      return { order: filled(order, [line(random.pick(CATALOGUE.cold), 1), ...order.lines.slice(0, 2)]), risk: 0.02 };
    },
  },
  {
    name: 'improper-invoice',
    perThousand: 6,
    buyer: 'any',
    make(order, _customer, random) {
      const content = random.pick(PEOPLE_WORDS.improperInvoices);
      const title = random.pick(PEOPLE_WORDS.companies);
      return {
        order: { ...order, buyerMessage: `发票开成${content}`, invoice: { title, taxNumber: '91DEMO000000000000', content } },
        risk: 0.3,
      };
    },
  },
  {
    name: 'black-listed-words',
    perThousand: 5,
    buyer: 'any',
    make: (order, _customer, random) => ({ order: { ...order, buyerMessage: random.pick(PEOPLE_WORDS.blackListedWords) }, risk: 0.86 }),
  },
  {
    name: 'malicious-returns',
    perThousand: 3,
    buyer: 'any',
    make: (order) => ({ order: { ...order, buyer: { ...order.buyer, tags: [...order.buyer.tags, 'malicious-returns'] } }, risk: 0.82 }),
  },
];

/** The chance that an order no case was made of turns out badly: what is bought late at a live stream, cheap or sent far comes back more often. */
export function plainRisk(order: DemoOrder): number {
  const hour = businessHour(order.createdAt);
  if (order.shop.startsWith('douyin/') && (hour >= 21 || hour < 6)) return 0.16;
  if (isRemote(order.receiver.province)) return 0.3;
  return isBargain(order) ? 0.055 : 0.018;
}
