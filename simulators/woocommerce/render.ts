import { decimalText } from '../kit/words.ts';
import type { TruthLine, TruthOrder } from '../kit/types.ts';

export interface OrderMeta {
  key: string;
  value: string;
}

function gmt(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().slice(0, 19);
}
/** The twin in the zone of the store, eight hours ahead and without saying so. */
function local(at: number | null): string | null {
  return gmt(at === null ? null : at + 28_800_000);
}

function refunded(order: TruthOrder): number {
  return order.refunds.filter(({ state }) => state === 'done').reduce((sum, refund) => sum + refund.amountMinor, 0);
}

/** Core has no state for "on its way": a shipped order is completed. */
function statusOf(order: TruthOrder): string {
  if (order.paidAt !== null && refunded(order) >= order.totalMinor && refunded(order) > 0) return 'refunded';
  switch (order.stage) {
    case 'unpaid':
      return order.lines.length % 2 === 0 ? 'on-hold' : 'pending';
    case 'cancelled':
      return 'cancelled';
    case 'shipped':
    case 'received':
    case 'done':
      return 'completed';
    default:
      return 'processing';
  }
}

function lineItem(line: TruthLine): object {
  return {
    id: Number(line.lineId),
    name: line.name,
    product_id: Number(line.itemId),
    variation_id: Number(line.skuId),
    sku: line.sku,
    quantity: line.quantity,
    subtotal: decimalText(line.quantity * line.unitMinor),
    total: decimalText(line.paidMinor),
    // A float, rounded by the store: nobody should count with it.
    price: line.paidMinor / line.quantity / 100,
    meta_data: [],
  };
}

/** The order of the REST API, which webhooks carry too. */
export function orderResource(order: TruthOrder, meta: readonly OrderMeta[]): object {
  const { receiver } = order;
  const place = {
    first_name: [...receiver.name].slice(1).join(''),
    last_name: [...receiver.name][0] ?? '',
    company: '',
    address_1: receiver.address,
    address_2: receiver.district,
    city: receiver.city,
    state: receiver.province,
    postcode: '215000',
    country: 'CN',
  };
  const tracked = order.tracking ? [{ key: '_tracking_number', value: order.tracking.number }] : [];
  return {
    id: Number(order.id),
    number: order.id,
    parent_id: 0,
    status: statusOf(order),
    currency: order.currency,
    prices_include_tax: false,
    date_created: local(order.createdAt),
    date_created_gmt: gmt(order.createdAt),
    date_modified: local(order.updatedAt),
    date_modified_gmt: gmt(order.updatedAt),
    date_paid: local(order.paidAt),
    date_paid_gmt: gmt(order.paidAt),
    date_completed: statusOf(order) === 'completed' ? local(order.updatedAt) : null,
    date_completed_gmt: statusOf(order) === 'completed' ? gmt(order.updatedAt) : null,
    total: decimalText(order.totalMinor),
    discount_total: decimalText(order.discountMinor),
    shipping_total: decimalText(order.freightMinor),
    total_tax: '0.00',
    customer_id: customerOf(order.buyer.key),
    customer_note: order.buyerMessage,
    billing: { ...place, email: `${order.buyer.key}@example.com`, phone: receiver.phone },
    shipping: { ...place, phone: receiver.phone },
    payment_method: 'bacs',
    payment_method_title: 'Direct bank transfer',
    transaction_id: '',
    line_items: order.lines.map(lineItem),
    coupon_lines: order.discountMinor > 0 ? [{ id: 1, code: 'summer', discount: decimalText(order.discountMinor) }] : [],
    shipping_lines: order.freightMinor > 0 ? [{ id: 2, method_title: 'Flat rate', total: decimalText(order.freightMinor) }] : [],
    fee_lines: [],
    tax_lines: [],
    refunds: order.refunds
      .filter(({ state }) => state === 'done')
      .map((refund) => ({ id: Number(refund.id), reason: '', total: `-${decimalText(refund.amountMinor)}` })),
    meta_data: [...tracked, ...meta].map((entry, index) => ({ id: index + 1, ...entry })),
  };
}

/** Every fifth buyer ordered as a guest and is customer 0, as all guests are; the others have a number of their own. */
function customerOf(buyerKey: string): number {
  const number = Number(buyerKey.replaceAll(/\D/g, ''));
  return number % 5 === 0 ? 0 : number;
}
