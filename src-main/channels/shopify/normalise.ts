import { toMinor } from '#shared/money.ts';
import type { OrderLine } from '#shared/order.ts';
import type { Incoming, IncomingOrder, Listing, Receiver, UnknownWord } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { parseJson } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone, sensitive } from '../kit/mask.ts';
import { readAs } from '../kit/reasons.ts';
import { splitNote } from './note.ts';
import { orderPayloadSchema, refundPayloadSchema } from './payload.ts';
import type { ShopifyOrder } from './payload.ts';
import { currencyOf, refundedQuantities, refundEntry, skuOf, unknownRefundWords } from './refunds.ts';
import { hasPaid, stateOf } from './status.ts';

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
const SILENT_TOPICS = new Set(['app/uninstalled', 'orders/delete']);

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
  const read = readAs(orderPayloadSchema, unwrapped(parsed.value));
  if (!read.ok) return read;
  const order = toOrder(read.value, topic, shop);
  const item: Incoming = { kind: 'order', order: observedAt === null ? order : { ...order, observedAt } };
  return { ok: true, items: [item] };
}

/** A single order of the Admin API comes as `{ order }`, webhooks and lists carry it bare. */
function unwrapped(value: unknown): unknown {
  const inner = typeof value === 'object' && value !== null && 'order' in value ? value.order : null;
  return typeof inner === 'object' && inner !== null ? inner : value;
}

function isEditNotice(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'order_edit' in value;
}

function refundMessage(value: unknown, shop: ReadingShop): Normalised {
  const read = readAs(refundPayloadSchema, value);
  if (!read.ok) return read;
  const refund = read.value;
  const updatedAt = refund.processed_at ?? refund.created_at;
  if (updatedAt == null) {
    return { ok: false, reason: { zh: 'created_at：缺少退款时间', en: 'created_at: the time of the refund is missing' } };
  }
  return {
    ok: true,
    items: [
      {
        kind: 'refund',
        refund: {
          channel: shop.channel,
          shopId: shop.shopId,
          channelOrderId: refund.order_id,
          refund: refundEntry(refund, { currency: currencyOf(refund), fallbackAt: updatedAt, skuOfLine: new Map(), mapping: shop.mapping }),
          updatedAt,
        },
      },
    ],
  };
}

/**
 * Lines still in the order. `current_quantity` falls by refunds and by edits; refunded pieces stay (a refund is an overlay,
 * booked apart), edited ones go.
 */
function linesOf(order: ShopifyOrder, minor: (amount: string | null | undefined) => number): OrderLine[] {
  const refunded = refundedQuantities(order.refunds ?? []);
  return order.line_items
    .map((line) => {
      const kept =
        line.current_quantity == null || order.refunds == null ? line.quantity : line.current_quantity + (refunded.get(line.id ?? '') ?? 0);
      const name = line.variant_title ? `${line.title} ${line.variant_title}` : line.title || (line.name ?? '');
      return { sku: skuOf(line), name, quantity: Math.min(line.quantity, kept), unitPriceMinor: minor(line.price) };
    })
    .filter((line) => line.quantity > 0);
}

function toOrder(order: ShopifyOrder, topic: string, shop: ReadingShop): IncomingOrder {
  const minor = (amount: string | null | undefined) => toMinor(amount ?? '0', order.currency) ?? 0;
  const sum = (amounts: (string | null | undefined)[]) => amounts.reduce((total, amount) => total + minor(amount), 0);
  const updatedAt = order.updated_at ?? order.created_at;
  const lines = linesOf(order, minor);
  const skuOfLine = new Map(order.line_items.map((line) => [line.id ?? '', skuOf(line)]));
  const state = stateOf(order, topic, shop.mapping);
  const { buyerMessage, sellerMemo } = splitNote(order.note);
  const unknown = unknownWords(order, state, shop);
  return {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: order.id,
    ...state,
    currency: order.currency,
    goodsMinor: lines.reduce((total, line) => total + line.quantity * line.unitPriceMinor, 0),
    freightMinor: order.total_shipping_price_set
      ? minor(order.total_shipping_price_set.shop_money.amount)
      : sum((order.shipping_lines ?? []).map((line) => line.price)),
    discountMinor: minor(order.total_discounts),
    paidMinor: hasPaid(order, topic) ? minor(order.total_price) : 0,
    createdAt: order.created_at,
    // There is no paid_at: the moment of orders/paid is the update it carries, otherwise the processing of the payment.
    paidAt: hasPaid(order, topic) ? (topic === 'orders/paid' ? updatedAt : (order.processed_at ?? updatedAt)) : null,
    updatedAt,
    buyer: buyerOf(order),
    receiver: receiverOf(order),
    buyerMessage,
    sellerMemo,
    presale: null,
    lines,
    refunds:
      order.refunds?.map((refund) =>
        refundEntry(refund, { currency: order.currency, fallbackAt: updatedAt, skuOfLine, mapping: shop.mapping }),
      ) ?? null,
    invoice: null,
    ip: order.client_details?.browser_ip ?? order.browser_ip ?? null,
    deviceId: null,
    couponMinor: sum((order.discount_codes ?? []).map((code) => code.amount)),
    trackingNumber: order.fulfillments?.findLast((fulfillment) => fulfillment.tracking_number)?.tracking_number ?? null,
    sourceTags: [...wordsOf(order.tags), ...sourceOf(order.source_name)],
    ...(unknown.length > 0 && { unknown }),
    listings: listingsOf(order),
  };
}

function unknownWords(order: ShopifyOrder, { status, rawStatus }: ReturnType<typeof stateOf>, shop: ReadingShop): UnknownWord[] {
  const refunds = (order.refunds ?? []).flatMap((refund) => unknownRefundWords(refund, shop.mapping));
  return [
    ...(status === null ? [{ kind: 'status' as const, word: rawStatus }] : []),
    ...refunds.map((word) => ({ kind: 'refund' as const, word })),
  ];
}

/** Where each SKU is sold: stock is set at the variant's inventory item. */
function listingsOf(order: ShopifyOrder): Listing[] {
  return order.line_items
    .filter((line) => line.product_id && line.variant_id)
    .map((line) => ({ sku: skuOf(line), itemId: line.product_id ?? '', skuId: line.variant_id ?? null }));
}

/** Tags come as one comma-separated text. */
function wordsOf(tags: string): string[] {
  return tags
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');
}

/** `web`, `pos`, `shopify_draft_order`; other apps appear as a bare number that says nothing to a person. */
function sourceOf(name: string): string[] {
  return name === '' || /^\d+$/.test(name) ? [] : [name];
}

function buyerOf(order: ShopifyOrder): IncomingOrder['buyer'] {
  const { customer } = order;
  const name = customer ? `${customer.first_name} ${customer.last_name}`.trim() : '';
  return { key: customer?.id ?? null, name: sensitive(name, maskName), tags: wordsOf(customer?.tags ?? '') };
}

/** Shops without access to protected customer data get no address; the fields stay empty, which the rules can see. */
function receiverOf(order: ShopifyOrder): Receiver {
  const address = order.shipping_address;
  const name = address ? address.name || `${address.first_name} ${address.last_name}`.trim() : '';
  const street = address ? [address.address1, address.address2].filter((part) => part.trim() !== '').join(' ') : '';
  const { latitude, longitude } = address ?? {};
  return {
    name: sensitive(name, maskName),
    phone: sensitive(address?.phone || order.phone || order.customer?.phone, maskPhone),
    country: address?.country_code || address?.country || '',
    province: address?.province ?? '',
    city: address?.city ?? '',
    district: '',
    address: sensitive(street, maskAddress),
    postcode: address?.zip ?? null,
    position: latitude != null && longitude != null ? { lat: latitude, lon: longitude } : null,
  };
}
