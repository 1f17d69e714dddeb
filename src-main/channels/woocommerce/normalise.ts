import { createHash } from 'node:crypto';
import type { OrderLine } from '#shared/order.ts';
import type { IncomingOrder, Listing, Receiver, RefundEntry } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { facets } from '../kit/facets.ts';
import { decimal, fields, hidden, list, optional, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { meaningOf } from '../kit/words.ts';

/** Carts that are not orders yet. */
const DRAFTS = new Set(['draft', 'checkout-draft', 'auto-draft']);
const PAID = new Set(['awaiting_shipment', 'shipped', 'delivered', 'completed', 'refunded', 'refunding']);
/** Where shipment plugins keep the parcel's number; the last one is ours. */
const TRACKING_KEYS = ['_tracking_number', 'tracking_number', '_orderpulse_tracking_number'];
const TRACKING_LIST = '_wc_shipment_tracking_items';

/** Reads an order of the REST resource, as webhooks and calls carry it. Source: woocommerce-rest-api-docs, _orders and _webhooks. */
export function normaliseWooCommerce({ topic, body, observedAt }: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(body);
  if (!parsed.ok) return parsed;
  const order = fields(parsed.value);
  const id = text(order['id']);
  if (topic !== '' && topic !== 'order' && !topic.startsWith('order.')) return { ok: true, items: [] };
  if (id === '') return { ok: false, reason: { zh: 'id：缺少此项', en: 'id: is missing' } };
  const word = text(order['status']);
  // order.deleted tells the id alone; what became of the order is asked for.
  if (word === '') return { ok: true, items: [], wanted: [{ kind: 'order', id, because: 'push' }] };
  if (DRAFTS.has(word)) return { ok: true, items: [] };
  const createdAt = moment(order, 'date_created');
  const updatedAt = moment(order, 'date_modified') ?? moment(order, 'date_paid') ?? createdAt;
  if (updatedAt === null) return { ok: false, reason: { zh: 'date_modified_gmt：缺少此项', en: 'date_modified_gmt: is missing' } };
  return {
    ok: true,
    items: [{ kind: 'order', order: toOrder(order, { id, word, observedAt, createdAt: createdAt ?? updatedAt, updatedAt }, shop) }],
  };
}

/** `*_gmt` without a zone is UTC. The local twin is in a zone nobody told; it is only better than nothing. */
function moment(order: Fields, name: string): number | null {
  const gmt = text(order[`${name}_gmt`]);
  return gmt === '' ? time(order[name]) : time(/(?:Z|[+-]\d{2}:?\d{2})$/.test(gmt) ? gmt : `${gmt}Z`);
}

interface Frame {
  id: string;
  observedAt: number | null;
  word: string;
  createdAt: number;
  updatedAt: number;
}

function toOrder(order: Fields, { id, word, observedAt, createdAt, updatedAt }: Frame, shop: ReadingShop): IncomingOrder {
  const currency = /^[A-Z]{3}$/.test(text(order['currency'])) ? text(order['currency']) : 'CNY';
  const minor = (value: unknown) => decimal(value, currency) ?? 0;
  const meaning = meaningOf(shop.mapping.statuses, word);
  const lines = list(order['line_items']).map(fields);
  const paidAt = moment(order, 'date_paid') ?? (meaning && PAID.has(meaning.status) ? createdAt : null);
  const parcel = parcelOf(order);
  const incoming: IncomingOrder = {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: id,
    status: meaning?.status ?? null,
    rawStatus: word,
    partiallyShipped: meaning?.partiallyShipped ?? false,
    currency,
    goodsMinor: lines.reduce((sum, line) => sum + minor(line['subtotal']), 0),
    freightMinor: minor(order['shipping_total']),
    discountMinor: minor(order['discount_total']),
    paidMinor: paidAt === null ? 0 : minor(order['total']),
    createdAt,
    paidAt,
    updatedAt,
    buyer: buyerOf(order),
    receiver: receiverOf(order),
    buyerMessage: text(order['customer_note']),
    sellerMemo: '',
    presale: null,
    lines: lines.map((line) => lineOf(line, minor)).filter((line) => line.quantity > 0),
    refunds: refundsOf(order['refunds'], minor, paidAt ?? createdAt),
    invoice: null,
    ip: optional(order['customer_ip_address']),
    deviceId: null,
    couponMinor: list(order['coupon_lines']).reduce((sum: number, coupon) => sum + minor(fields(coupon)['discount']), 0),
    trackingNumber: parcel.number,
    carrier: parcel.carrier,
    sourceTags: [],
    listings: listingsOf(lines),
    ...facets({ 'shipping-mode': text(fields(list(order['shipping_lines'])[0])['method_title']) }),
  };
  if (observedAt !== null) incoming.observedAt = observedAt;
  if (meaning?.platformHold) incoming.platformHold = meaning.platformHold;
  if (meaning === undefined) incoming.unknown = [{ kind: 'status', word }];
  return incoming;
}

function skuOf(line: Fields): string {
  const ids = [text(line['variation_id']), text(line['product_id']), text(line['id'])];
  return text(line['sku']) || ids.find((id) => id !== '' && id !== '0') || 'unknown';
}

/** Goods sold by weight or length have a part of a piece; the line must not vanish for it. */
function quantityOf(line: Fields): number {
  const pieces = Number(text(line['quantity']) || 0);
  return pieces > 0 && Number.isFinite(pieces) ? Math.ceil(pieces) : 0;
}

/** `subtotal` is the line before coupons; `price` is after them and a float, so it is not used. */
function lineOf(line: Fields, minor: (value: unknown) => number): OrderLine {
  const quantity = quantityOf(line);
  const unitPriceMinor = quantity > 0 ? Math.round(minor(line['subtotal']) / quantity) : 0;
  return { sku: skuOf(line), name: text(line['name']), quantity, unitPriceMinor };
}

function listingsOf(lines: readonly Fields[]): Listing[] {
  return lines
    .filter((line) => !['', '0'].includes(text(line['product_id'])))
    .map((line) => ({
      sku: skuOf(line),
      itemId: text(line['product_id']),
      skuId: ['', '0'].includes(text(line['variation_id'])) ? null : text(line['variation_id']),
    }));
}

/** Null where the message says nothing of refunds. */
function refundsOf(told: unknown, minor: (value: unknown) => number, at: number): RefundEntry[] | null {
  if (typeof told !== 'object' || told === null) return null;
  return list(told)
    .map((refund) => refundOf(fields(refund), minor, at))
    .filter(({ id }) => id !== '');
}

/** A refund is a resource of its own with a negative total; it exists only once the money went back. Its time is not told in the order. */
function refundOf(refund: Fields, minor: (value: unknown) => number, at: number): RefundEntry {
  return {
    id: text(refund['id']),
    amountMinor: Math.abs(minor(refund['total'])),
    at,
    state: 'succeeded',
    lines: [],
    reason: text(refund['reason']),
    rawState: 'refund',
  };
}

/** Guests have no number; the same mail address is the same buyer. */
function buyerOf(order: Fields): IncomingOrder['buyer'] {
  const billing = fields(order['billing']);
  const customer = text(order['customer_id']);
  const mail = text(billing['email']).toLowerCase();
  const guest = mail === '' ? null : `mail:${createHash('sha256').update(mail).digest('hex').slice(0, 32)}`;
  return { key: customer === '' || customer === '0' ? guest : customer, name: hidden(nameOf(billing), maskName), tags: [] };
}

/** Family name first where the address is Chinese. */
function nameOf(address: Fields): string {
  const [first, last] = [text(address['first_name']), text(address['last_name'])];
  const parts = [first, last].filter((part) => part !== '');
  return /^[\u4e00-\u9fff]+$/.test(first + last) ? parts.toReversed().join('') : parts.join(' ');
}

/** The shipping address; the billing address where shop and buyer left it out. */
function receiverOf(order: Fields): Receiver {
  const billing = fields(order['billing']);
  const shipping = fields(order['shipping']);
  const address = text(shipping['address_1']) === '' && nameOf(shipping) === '' ? billing : shipping;
  const street = ['address_1', 'address_2'].map((name) => text(address[name])).filter((part) => part !== '');
  return {
    name: hidden(nameOf(address), maskName),
    phone: hidden(text(address['phone']) || text(billing['phone']), maskPhone),
    country: text(address['country']),
    province: text(address['state']),
    city: text(address['city']),
    district: '',
    address: hidden(street.join(' '), maskAddress),
    postcode: optional(address['postcode']),
    position: null,
  };
}

function parcelOf(order: Fields): { number: string | null; carrier: string | null } {
  const meta = list(order['meta_data']).map(fields);
  const listed = meta.find((entry) => text(entry['key']) === TRACKING_LIST);
  const parcel = fields(list(listed?.['value']).at(-1));
  if (text(parcel['tracking_number']) !== '') {
    return { number: text(parcel['tracking_number']), carrier: optional(parcel['tracking_provider']) };
  }
  const number = meta.findLast((entry) => TRACKING_KEYS.includes(text(entry['key'])));
  const carrier = meta.findLast((entry) => ['_tracking_provider', '_orderpulse_carrier'].includes(text(entry['key'])));
  return { number: optional(number?.['value']), carrier: optional(carrier?.['value']) };
}
