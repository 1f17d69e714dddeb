import { businessHour, businessWeekday, DAY, HOUR } from '#shared/time.ts';
import type { Route } from '#shared/order.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import type { Purchase } from '#main/learning/history/purchases.ts';

/** The part of an order a forecast looks at; incoming and stored orders both have it. */
export type ForecastOrder = Pick<
  IncomingOrder,
  'channel' | 'shopId' | 'createdAt' | 'paidMinor' | 'goodsMinor' | 'lines' | 'buyer' | 'carrier' | 'facets'
> & {
  receiver: Pick<IncomingOrder['receiver'], 'country' | 'province'>;
  route?: Pick<Route, 'warehouse'> | null;
};

/** Words every order has beside those its source tells. */
export const OWN_WORDS = ['shop', 'warehouse', 'carrier', 'destination', 'buyer', 'article'] as const;

/** Where an order goes: a province at home, else a country. */
export function destinationOf({ receiver }: Pick<ForecastOrder, 'receiver'>): string | null {
  const { country, province } = receiver;
  return (country === 'CN' || country === '' ? province : country) || null;
}

/** The word of an order by its name: one of its own, or what its source told; null where it is unknown. */
export function wordOf(order: ForecastOrder, name: string): string | null {
  switch (name) {
    case 'shop':
      return `${order.channel}/${order.shopId}`;
    case 'warehouse':
      return order.route?.warehouse ?? null;
    case 'carrier':
      return order.carrier ?? null;
    case 'destination':
      return destinationOf(order);
    case 'buyer':
      return order.buyer.key;
    case 'article':
      return order.lines[0]?.sku ?? null;
    default: {
      const told = order.facets?.[name];
      return typeof told === 'string' ? told : null;
    }
  }
}

/** A number its source told; null where it did not. */
export function toldNumber(order: ForecastOrder, name: string): number | null {
  const told = order.facets?.[name];
  return typeof told === 'number' ? told : null;
}

/** Numbers every order has. `at` is when it is looked at, `dueAt` its promise; epoch ms. Sums are log(1 + n). */
export const OWN_NUMBERS = [
  'hour-of-day',
  'weekday',
  'day-of-month',
  'month',
  'days-promised',
  'order-amount',
  'lines',
  'pieces',
  'dearest-unit-price',
] as const;

/** The numbers of an order by name; null where unknown. */
export function ownNumbers(
  order: ForecastOrder,
  placedAt: number | null,
  dueAt: number,
): Record<(typeof OWN_NUMBERS)[number], number | null> {
  const moment = placedAt ?? dueAt;
  const date = new Date(dueAt + 8 * HOUR);
  return {
    'hour-of-day': businessHour(moment),
    weekday: businessWeekday(dueAt),
    'day-of-month': date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    'days-promised': placedAt === null ? null : (dueAt - placedAt) / DAY,
    'order-amount': Math.log1p(Math.max(0, order.paidMinor || order.goodsMinor)),
    lines: order.lines.length,
    pieces: Math.log1p(order.lines.reduce((sum, { quantity }) => sum + quantity, 0)),
    'dearest-unit-price': Math.log1p(order.lines.reduce((most, { unitPriceMinor }) => Math.max(most, unitPriceMinor), 0)),
  };
}

/** The order as the memory of returns sees it. */
export function purchaseOf(order: ForecastOrder, orderId: string): Purchase {
  return {
    orderId,
    at: order.createdAt,
    buyer: order.buyer.key,
    region: destinationOf(order) ?? '',
    totalMinor: order.paidMinor || order.goodsMinor,
    lines: order.lines.map(({ sku, quantity, unitPriceMinor }) => ({ sku, quantity, unitPriceMinor })),
  };
}
