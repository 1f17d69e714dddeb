import { popularProduct } from './catalogue.ts';
import type { Product } from './catalogue.ts';
import type { DemoLine, DemoOrder } from './order.ts';
import type { Customer } from './people.ts';
import { PEOPLE_WORDS } from './people.ts';
import type { Random } from './random.ts';

/** Orders above this get a gift while the merchant believes there are gifts left. */
const GIFT_FROM_MINOR = 39_900;
/** Free shipping from here; below it the freight is charged. */
const FREE_FREIGHT_FROM_MINOR = 5_900;
const FREIGHT_MINOR = 800;
const MOST_LINES = 5;
const MOST_PIECES = 4;

export type Price = Pick<DemoOrder, 'goodsMinor' | 'freightMinor' | 'discountMinor' | 'couponMinor' | 'totalMinor'>;

export function line(product: Product, quantity: number): DemoLine {
  const { sku, name, priceMinor, storage, gift } = product;
  return { sku, name, quantity, unitPriceMinor: priceMinor, storage, gift };
}

/** Fills a basket until it comes near the wanted amount. */
export function basket(random: Random, wantedMinor: number, products: readonly Product[]): DemoLine[] {
  const lines: DemoLine[] = [];
  const cheapest = [...products].sort((left, right) => left.priceMinor - right.priceMinor).slice(0, 5);
  for (let left = wantedMinor; lines.length < MOST_LINES && (left > wantedMinor * 0.25 || lines.length === 0);) {
    const free = products.filter(({ sku, priceMinor }) => priceMinor <= left * 1.15 && !lines.some((other) => other.sku === sku));
    if (free.length === 0 && lines.length > 0) break;
    const product = popularProduct(random, free.length > 0 ? free : cheapest);
    const most = Math.max(1, Math.min(MOST_PIECES, Math.floor(left / product.priceMinor)));
    const item = line(product, random.int(1, most));
    lines.push(item);
    left -= item.quantity * item.unitPriceMinor;
  }
  return lines;
}

/** Goods, freight, discount (a share of the goods, 0 to 1) and what is to be paid. */
export function priced(lines: readonly DemoLine[], discountShare: number): Price {
  const goodsMinor = lines.reduce((sum, item) => sum + item.quantity * item.unitPriceMinor, 0);
  const discountMinor = Math.floor((goodsMinor * discountShare) / 10) * 10;
  const freightMinor = goodsMinor >= FREE_FREIGHT_FROM_MINOR ? 0 : FREIGHT_MINOR;
  return { goodsMinor, freightMinor, discountMinor, couponMinor: discountMinor, totalMinor: goodsMinor + freightMinor - discountMinor };
}

export interface DraftOptions extends Price {
  shop: string;
  id: string;
  now: number;
  customer: Customer;
  lines: DemoLine[];
}

/** A new, unpaid order with nothing wrong with it. */
export function draft(random: Random, { customer, now, ...given }: DraftOptions): DemoOrder {
  const title = customer.company ?? (random.chance(0.03) ? customer.home.name : null);
  return {
    ...given,
    status: 'pending_payment',
    createdAt: now,
    paidAt: null,
    updatedAt: now,
    buyer: { key: customer.key, name: customer.home.name, tags: customer.tags },
    receiver: customer.home,
    paidMinor: 0,
    buyerMessage: random.chance(0.14) ? random.pick(PEOPLE_WORDS.buyerMessages) : '',
    sellerMemo: '',
    // A tax number of the right length that no authority would give out.
    invoice: title ? { title, taxNumber: customer.company ? `91DEMO${customer.home.phone}0` : null, content: '明细' } : null,
    ip: customer.ip,
    deviceId: customer.deviceId,
    presale: null,
    refunds: [],
    carrier: null,
    trackingNumber: null,
    tags: [],
    trouble: null,
    stuck: false,
    revision: 0,
  };
}

/** Adds a gift to an order that earned one. Gifts cost nothing and count against a quota. */
export function withGift(order: DemoOrder, gift: Product | null): DemoOrder {
  return gift && order.totalMinor >= GIFT_FROM_MINOR ? { ...order, lines: [...order.lines, line(gift, 1)] } : order;
}

/** A first order is a try. */
const FIRST_ORDER_LIMIT = 30_000;

/** The wanted amount of a customer's next order in fen, near what they usually spend. */
export function wantedAmount(random: Random, customer: Customer): number {
  const wanted = Math.round(customer.usualMinor * random.between(0.7, 1.35));
  return customer.orders === 0 ? Math.min(wanted, FIRST_ORDER_LIMIT) : wanted;
}
