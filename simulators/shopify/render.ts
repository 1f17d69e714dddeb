import { decimalText, isoAt } from '../kit/words.ts';
import type { TruthLine, TruthOrder, TruthRefund } from '../kit/types.ts';

/** What the store knows beside the order: the note its staff edits. */
export interface StoreNotes {
  noteOf(order: TruthOrder): string;
}

const CARRIER: Record<string, string> = { sf: 'SF Express', yto: 'YTO Express', zto: 'ZTO Express', sto: 'STO Express' };

function number(id: string): bigint | string {
  return /^\d+$/.test(id) ? BigInt(id) : id;
}
function stamp(at: number | null): string | null {
  return at === null ? null : isoAt(at, 8);
}
/** The shop's own money first; what the buyer saw was another currency. */
function moneySet(minor: number, currency: string): object {
  return {
    shop_money: { amount: decimalText(minor), currency_code: currency },
    presentment_money: { amount: decimalText(Math.round(minor / 7)), currency_code: 'USD' },
  };
}

function done(order: TruthOrder): TruthRefund[] {
  return order.refunds.filter((refund) => refund.state === 'done');
}
function refundedMinor(order: TruthOrder): number {
  return done(order).reduce((sum, refund) => sum + refund.amountMinor, 0);
}

function financialStatus(order: TruthOrder): string {
  const refunded = refundedMinor(order);
  if (refunded > 0) return refunded >= order.totalMinor ? 'refunded' : 'partially_refunded';
  if (order.stage === 'cancelled') return order.paidAt === null ? 'voided' : 'refunded';
  if (order.stage === 'review') return 'authorized';
  return order.paidAt === null ? 'pending' : 'paid';
}

function fulfillmentStatus(order: TruthOrder): string | null {
  if (order.stage === 'part-shipped') return 'partial';
  return ['shipped', 'received', 'done'].includes(order.stage) && order.paidAt !== null ? 'fulfilled' : null;
}

function lineItem(line: TruthLine, order: TruthOrder): object {
  const refunded = done(order)
    .flatMap((refund) => refund.lines)
    .filter((part) => part.lineId === line.lineId)
    .reduce((sum, part) => sum + part.quantity, 0);
  const off = line.quantity * line.unitMinor - line.paidMinor;
  return {
    id: number(line.lineId),
    product_id: number(line.itemId),
    variant_id: number(line.skuId),
    sku: line.sku,
    title: line.name,
    variant_title: null,
    quantity: line.quantity,
    current_quantity: Math.max(0, line.quantity - refunded),
    fulfillable_quantity: fulfillmentStatus(order) === null ? line.quantity : 0,
    price: decimalText(line.unitMinor),
    total_discount: '0.00',
    discount_allocations: off > 0 ? [{ amount: decimalText(off), discount_application_index: 0 }] : [],
    fulfillment_status: fulfillmentStatus(order),
    gift_card: false,
  };
}

export function refundResource(order: TruthOrder, refund: TruthRefund): object {
  return {
    id: number(refund.id),
    order_id: number(order.id),
    created_at: stamp(refund.createdAt),
    processed_at: stamp(refund.updatedAt),
    note: '',
    refund_line_items: refund.lines.map((part, index) => ({
      id: index + 1,
      line_item_id: number(part.lineId),
      quantity: part.quantity,
      subtotal: decimalText(part.amountMinor),
      line_item: { sku: part.sku },
    })),
    order_adjustments: [],
    transactions: [
      { id: number(`${refund.id}9`), kind: 'refund', status: 'success', amount: decimalText(refund.amountMinor), currency: order.currency },
    ],
  };
}

function fulfillments(order: TruthOrder): object[] {
  if (order.tracking === null) return [];
  return [
    {
      id: number(`${order.id}1`),
      status: 'success',
      shipment_status: order.stage === 'received' ? 'delivered' : null,
      tracking_number: order.tracking.number,
      tracking_company: CARRIER[order.tracking.carrier] ?? order.tracking.carrier,
    },
  ];
}

/** The Order resource as the Admin API and the order webhooks carry it. */
export function orderResource(order: TruthOrder, notes: StoreNotes): object {
  const { receiver, currency } = order;
  const discounted = order.discountMinor > 0;
  return {
    id: number(order.id),
    admin_graphql_api_id: `gid://shopify/Order/${order.id}`,
    name: `#${order.id.slice(-6)}`,
    order_number: Number(order.id.slice(-6)),
    financial_status: financialStatus(order),
    fulfillment_status: fulfillmentStatus(order),
    cancelled_at: order.stage === 'cancelled' ? stamp(order.updatedAt) : null,
    cancel_reason: order.stage === 'cancelled' ? 'customer' : null,
    closed_at: order.stage === 'done' ? stamp(order.updatedAt) : null,
    created_at: stamp(order.createdAt),
    updated_at: stamp(order.updatedAt),
    processed_at: stamp(order.paidAt ?? order.createdAt),
    currency,
    presentment_currency: 'USD',
    total_price: decimalText(order.totalMinor),
    total_price_set: moneySet(order.totalMinor, currency),
    current_total_price: decimalText(order.totalMinor - refundedMinor(order)),
    subtotal_price: decimalText(order.goodsMinor - order.discountMinor),
    total_line_items_price: decimalText(order.goodsMinor),
    total_discounts: decimalText(order.discountMinor),
    total_tax: '0.00',
    total_shipping_price_set: moneySet(order.freightMinor, currency),
    discount_codes: discounted ? [{ code: 'SUMMER', amount: decimalText(order.discountMinor), type: 'fixed_amount' }] : [],
    note: notes.noteOf(order) || null,
    note_attributes: [],
    tags: '',
    email: null,
    phone: null,
    customer: { id: number(String(7_000_000_000_000 + hash(order.buyer.key))), first_name: order.buyer.name, last_name: null },
    shipping_address: {
      name: receiver.name,
      phone: `+86${receiver.phone}`,
      address1: receiver.address,
      address2: receiver.district,
      city: receiver.city,
      province: receiver.province,
      zip: '215000',
      country_code: 'CN',
    },
    line_items: order.lines.map((line) => lineItem(line, order)),
    shipping_lines: order.freightMinor > 0 ? [{ title: 'Standard', price: decimalText(order.freightMinor) }] : [],
    fulfillments: fulfillments(order),
    refunds: done(order).map((refund) => refundResource(order, refund)),
    payment_terms: null,
    test: false,
  };
}

/** A number of its own for every buyer. */
function hash(text: string): number {
  let sum = 11;
  for (const letter of text) sum = (sum * 33 + (letter.codePointAt(0) ?? 0)) % 999_999_937;
  return sum;
}
