import type { OrderLine } from '#shared/order.ts';
import type { Incoming, IncomingOrder, Listing, Receiver, RefundEntry, UnknownWord } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { facets } from '../kit/facets.ts';
import { count, fields, flag, list, optional, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone, sensitive } from '../kit/mask.ts';
import { carrierOf } from './carriers.ts';
import { splitNote } from './note.ts';
import { notAnObject, Reading } from './payload.ts';
import { currencyOf, refundedQuantities, refundEntry, skuOf, unknownRefundWords } from './refunds.ts';
import { hasPaid, parcelsOf, stateOf } from './status.ts';
import type { ShopifyState } from './status.ts';

/** `order` is what polling brings. */
const ORDER_TOPICS = new Set([
  'order',
  'orders/create',
  'orders/paid',
  'orders/updated',
  'orders/cancelled',
  'orders/fulfilled',
  'orders/partially_fulfilled',
  'orders/edited',
]);

/** Topics that are understood and change no order: what they say is found out by the next call or the next poll. */
const SILENT_TOPICS = new Set(['app/uninstalled', 'orders/delete', 'inventory_levels/update']);

/** Reads one order or refund. Each webhook topic the hub is subscribed to but `refunds/create` carries the whole order. */
export function normaliseShopify({ topic, body, observedAt }: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(body);
  if (!parsed.ok) return parsed;
  if (SILENT_TOPICS.has(topic)) return { ok: true, items: [] };
  if (topic === 'refunds/create') return refundMessage(parsed.value, shop);
  if (!ORDER_TOPICS.has(topic)) {
    return {
      ok: false,
      reason: {
        zh: topic === '' ? '缺少 X-Shopify-Topic 请求头' : `未订阅的主题：${topic}`,
        en: topic === '' ? 'The header X-Shopify-Topic is missing' : `Topic ${topic} is not one this hub reads`,
      },
    };
  }
  // An edit announces only what was added and removed; Shopify sends orders/updated with the whole order beside it.
  if (topic === 'orders/edited' && isEditNotice(parsed.value)) return { ok: true, items: [] };
  const payload = unwrapped(parsed.value);
  if (payload === null) return notAnObject();
  const reading = new Reading(text(payload.currency));
  const order = toOrder(payload, reading, topic, shop);
  const refusal = reading.refusal();
  if (refusal) return refusal;
  if (observedAt !== null) order.observedAt = observedAt;
  return { ok: true, items: [{ kind: 'order', order }] };
}

/** A single order of the Admin API comes as `{ order }`, webhooks and lists carry it bare. */
function unwrapped(value: unknown): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { order } = fields(value);
  return typeof order === 'object' && order !== null ? fields(order) : fields(value);
}

function isEditNotice(value: unknown): boolean {
  return fields(value).order_edit !== undefined;
}

function refundMessage(value: unknown, shop: ReadingShop): Normalised {
  const refund = unwrapped(value);
  if (refund === null) return notAnObject();
  const reading = new Reading(currencyOf(refund));
  reading.requiredId(refund.id, 'id');
  const channelOrderId = reading.requiredId(refund.order_id, 'order_id');
  const at = reading.time(refund.processed_at, 'processed_at') ?? reading.requiredTime(refund.created_at, 'created_at');
  const entry = refundEntry(refund, { reading, fallbackAt: at, skuOfLine: new Map(), mapping: shop.mapping, orderTotal: null });
  const refusal = reading.refusal();
  if (refusal) return refusal;
  const unknown = unknownRefundWords(refund, shop.mapping).map((word): UnknownWord => ({ kind: 'refund', word }));
  const incoming: Incoming = {
    kind: 'refund',
    refund: { channel: shop.channel, shopId: shop.shopId, channelOrderId, refund: entry, updatedAt: at },
  };
  if (unknown.length > 0) incoming.refund.unknown = unknown;
  return { ok: true, items: [incoming] };
}

/**
 * Lines still in the order. `current_quantity` falls by refunds and by edits; refunded pieces stay (a refund is an overlay,
 * booked apart), edited ones go.
 */
function linesOf(items: readonly Fields[], refunds: readonly Fields[] | null, reading: Reading): OrderLine[] {
  const refunded = refunds === null || refunds.length === 0 ? null : refundedQuantities(refunds);
  const lines: OrderLine[] = [];
  for (const [index, item] of items.entries()) {
    const ordered = reading.requiredCount(item.quantity, 'line_items[].quantity', index);
    const whole = item.current_quantity == null || refunds === null;
    const kept = whole ? ordered : count(item.current_quantity) + (refunded?.get(text(item.id)) ?? 0);
    const quantity = Math.min(ordered, kept);
    const title = text(item.title);
    const variant = text(item.variant_title);
    const name = variant === '' ? title || text(item.name) : `${title} ${variant}`;
    const unitPriceMinor = reading.requiredAmount(item.price, 'line_items[].price', index);
    if (quantity > 0) lines.push({ sku: skuOf(item), name, quantity, unitPriceMinor });
  }
  return lines;
}

function freightOf(order: Fields, reading: Reading): number {
  const total = fields(order.total_shipping_price_set).shop_money;
  if (total != null) return reading.amount(fields(total).amount, 'total_shipping_price_set.shop_money.amount');
  return sumOf(order.shipping_lines, 'price', 'shipping_lines[].price', reading);
}

function sumOf(entries: unknown, name: string, place: string, reading: Reading): number {
  let sum = 0;
  for (const [index, entry] of list(entries).entries()) sum += reading.amount(fields(entry)[name], place, index);
  return sum;
}

interface Refunded {
  entries: RefundEntry[] | null;
  payloads: readonly Fields[] | null;
}

/** Null when the payload says nothing of refunds. */
function refundsOf(order: Fields, items: readonly Fields[], at: number, reading: Reading, shop: ReadingShop): Refunded {
  if (order.refunds == null) return { entries: null, payloads: null };
  const payloads = list(order.refunds).map(fields);
  if (payloads.length === 0) return { entries: [], payloads };
  const skuOfLine = new Map(items.map((item) => [text(item.id), skuOf(item)]));
  const context = { reading, fallbackAt: at, skuOfLine, mapping: shop.mapping, orderTotal: order.total_price_set };
  return { entries: payloads.map((refund) => refundEntry(refund, context)), payloads };
}

function toOrder(order: Fields, reading: Reading, topic: string, shop: ReadingShop): IncomingOrder {
  const channelOrderId = reading.requiredId(order.id, 'id');
  const createdAt = reading.requiredTime(order.created_at, 'created_at');
  const currency = reading.requiredCurrency(order.currency, 'currency');
  const updatedAt = reading.time(order.updated_at, 'updated_at') ?? createdAt;
  const items = list(order.line_items).map(fields);
  reading.lines(items.length, 'line_items');
  const refunds = refundsOf(order, items, updatedAt, reading, shop);
  const lines = linesOf(items, refunds.payloads, reading);
  const state = stateOf(order, topic, shop.mapping);
  const paid = hasPaid(order, topic);
  const total = reading.requiredAmount(order.total_price, 'total_price');
  const processedAt = reading.time(order.processed_at, 'processed_at');
  const { buyerMessage, sellerMemo } = splitNote(text(order.note));
  const parcel = parcelsOf(order).findLast(({ tracking_number: number }) => text(number) !== '');
  const incoming: IncomingOrder = {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId,
    status: state.status,
    rawStatus: state.rawStatus,
    partiallyShipped: state.partiallyShipped,
    currency,
    goodsMinor: lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0),
    freightMinor: freightOf(order, reading),
    discountMinor: reading.amount(order.total_discounts, 'total_discounts'),
    paidMinor: paid ? total : 0,
    createdAt,
    // There is no paid_at: the moment of orders/paid is the update it carries, otherwise the processing of the payment.
    paidAt: paid ? (topic === 'orders/paid' ? updatedAt : (processedAt ?? updatedAt)) : null,
    updatedAt,
    buyer: buyerOf(fields(order.customer)),
    receiver: receiverOf(order),
    buyerMessage,
    sellerMemo,
    presale: null,
    lines,
    refunds: refunds.entries,
    invoice: null,
    ip: optional(fields(order.client_details).browser_ip) ?? optional(order.browser_ip),
    deviceId: null,
    couponMinor: sumOf(order.discount_codes, 'amount', 'discount_codes[].amount', reading),
    trackingNumber: parcel === undefined ? null : text(parcel.tracking_number),
    sourceTags: sourceTagsOf(order),
    listings: listingsOf(items),
    ...facets({ 'shipping-mode': text(fields(list(order.shipping_lines)[0]).title) }),
  };
  if (parcel !== undefined) incoming.carrier = carrierOf(text(parcel.tracking_company));
  const unknown = unknownWords(refunds.payloads ?? [], state, shop);
  if (unknown.length > 0) incoming.unknown = unknown;
  return incoming;
}

function unknownWords(refunds: readonly Fields[], { status, rawStatus }: ShopifyState, shop: ReadingShop): UnknownWord[] {
  const words = refunds.flatMap((refund) => unknownRefundWords(refund, shop.mapping));
  const unknown = words.map((word): UnknownWord => ({ kind: 'refund', word }));
  return status === null ? [{ kind: 'status', word: rawStatus }, ...unknown] : unknown;
}

/** Where each SKU is sold: stock is set at the variant's inventory item. */
function listingsOf(items: readonly Fields[]): Listing[] {
  const listings: Listing[] = [];
  for (const item of items) {
    const [itemId, skuId] = [text(item.product_id), text(item.variant_id)];
    if (itemId !== '' && skuId !== '') listings.push({ sku: skuOf(item), itemId, skuId });
  }
  return listings;
}

/** Tags come as one comma-separated text. */
function wordsOf(tags: unknown): string[] {
  const written = text(tags);
  if (written === '') return [];
  return written
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/** `web`, `pos`, `shopify_draft_order`; other apps appear as a bare number that says nothing to a person. A trial order is marked as one. */
function sourceTagsOf(order: Fields): string[] {
  const tags = wordsOf(order.tags);
  const source = text(order.source_name);
  if (source !== '' && !/^\d+$/.test(source)) tags.push(source);
  if (flag(order.test)) tags.push('test');
  return tags;
}

function fullName(person: Fields): string {
  return `${text(person.first_name)} ${text(person.last_name)}`.trim();
}

/** A guest has no number and no name of a customer. */
function buyerOf(customer: Fields): IncomingOrder['buyer'] {
  return { key: optional(customer.id), name: sensitive(fullName(customer), maskName), tags: wordsOf(customer.tags) };
}

/** Shops without access to protected customer data get no address; the fields stay empty, which the rules can see. */
function receiverOf(order: Fields): Receiver {
  const address = fields(order.shipping_address);
  const [first, second] = [text(address.address1), text(address.address2)];
  const phone = text(address.phone) || text(order.phone) || text(fields(order.customer).phone);
  return {
    name: sensitive(text(address.name) || fullName(address), maskName),
    phone: sensitive(phone, maskPhone),
    country: text(address.country_code) || text(address.country),
    province: text(address.province),
    city: text(address.city),
    district: '',
    address: sensitive(second === '' ? first : `${first} ${second}`.trim(), maskAddress),
    postcode: optional(address.zip),
    position: positionOf(address),
  };
}

function positionOf({ latitude, longitude }: Fields): Receiver['position'] {
  if (latitude == null || longitude == null) return null;
  const [lat, lon] = [Number(latitude), Number(longitude)];
  return Number.isFinite(lat) && Number.isFinite(lon) ? { lat, lon } : null;
}
