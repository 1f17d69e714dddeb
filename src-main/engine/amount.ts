import type { OrderRecord } from '#main/model/record.ts';

type Money = Pick<OrderRecord, 'paidMinor' | 'goodsMinor' | 'freightMinor' | 'discountMinor'>;

/** Minor units the order is about: what was paid, or while unpaid what is to be paid. */
export function orderAmount(order: Money): number {
  return order.paidMinor > 0 ? order.paidMinor : Math.max(0, order.goodsMinor + order.freightMinor - order.discountMinor);
}
