import { HOUR } from '#shared/time.ts';
import type { OrderLine } from '#shared/order.ts';
import type { IncomingOrder, IncomingRefund, Listing, Receiver, RefundEntry, Wanted } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop, StatusMeaning } from '../channel.ts';
import { facets } from '../kit/facets.ts';
import { count, fen, fields, flag, hidden, list, optional, seconds, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson, parseText } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { meaningOf } from '../kit/words.ts';
import { carrierOf } from './carriers.ts';

/**
 * Reads an order (`order/get`), an after-sale (`getaftersaleorder`) or a pushed event. Money is whole fen, times are unix
 * seconds. Events are thin: each ends in a detail call.
 */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const inner = typeof parsed.value === 'string' ? parseText(parsed.value) : parsed;
  if (!inner.ok) return inner;
  const root = fields(inner.value);
  if (text(root.Event) !== '' || text(root.MsgType) !== '') return readEvent(root);
  const afterSale = [fields(root.after_sale_order), root].find((place) => text(place.after_sale_order_id) !== '');
  if (afterSale) return readAfterSale(afterSale, shop);
  const order = [fields(root.order), fields(fields(root.data).order), root].find((place) => text(place.order_id) !== '');
  return order ? readOrder(order, message, shop) : missing('order.order_id');
}

function missing(field: string): Normalised {
  return { ok: false, reason: { zh: `缺少 ${field}`, en: `${field} is missing` } };
}

function readOrder(order: Fields, message: RawMessage, shop: ReadingShop): Normalised {
  const detail = fields(order.order_detail);
  const part = (name: string) => fields(detail[name] ?? order[name]);
  const [pay, price, delivery, notes] = [part('pay_info'), part('price_info'), part('delivery_info'), part('ext_info')];
  const products = list(detail.product_infos ?? order.product_infos).map(fields);
  const paidAt = seconds(pay.pay_time);
  const createdAt = seconds(order.create_time) ?? paidAt;
  const updatedAt = seconds(order.update_time) ?? paidAt ?? createdAt;
  if (createdAt === null || updatedAt === null) return missing('order.create_time');
  const rawStatus = text(order.status);
  const meaning = meaningOf(shop.mapping.statuses, rawStatus);
  const unpaid = isUnpaid(meaning, paidAt);
  const lines = products.map(lineOf);
  const goodsMinor = fen(price.product_price) || lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const freightMinor = fen(price.freight);
  const shipment = list(delivery.delivery_product_info).map(fields).at(-1) ?? {};
  const incoming: IncomingOrder = {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: text(order.order_id),
    status: meaning?.status ?? null,
    rawStatus,
    partiallyShipped: meaning?.partiallyShipped ?? false,
    platformHold: meaning?.platformHold ?? null,
    currency: 'CNY',
    goodsMinor,
    freightMinor,
    // Discounts, a changed price and points lie in separate fields; what was not paid is their sum.
    discountMinor: Math.max(0, goodsMinor + freightMinor - fen(price.order_price)),
    paidMinor: unpaid ? 0 : fen(price.order_price),
    createdAt,
    paidAt: unpaid ? null : paidAt,
    updatedAt,
    buyer: { key: optional(order.unionid) ?? optional(order.openid), name: hidden('', maskName), tags: [] },
    receiver: receiverOf(fields(delivery.address_info)),
    buyerMessage: text(notes.customer_notes),
    sellerMemo: text(notes.merchant_notes),
    presale: null,
    lines,
    // The order names its after-sales without their sums; each is fetched for them.
    refunds: null,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: couponsOf(products),
    trackingNumber: optional(shipment.waybill_id),
    carrier: carrierOf(text(shipment.delivery_id)),
    sourceTags: text(notes.order_scene) === '2' ? ['live'] : [],
    unknown: meaning ? [] : [{ kind: 'status', word: rawStatus }],
    listings: products.flatMap(listingOf),
    ...facets({ 'ship-by-at': shipByOf(products) }),
  };
  if (message.observedAt !== null) incoming.observedAt = message.observedAt;
  return { ok: true, items: [{ kind: 'order', order: incoming }], wanted: afterSalesOf(order, detail) };
}

/** Each article has a deadline of its own; the order has to leave by the first. */
function shipByOf(products: readonly Fields[]): number | null {
  const deadlines = products.flatMap((product) => seconds(product.delivery_deadline) ?? []);
  return deadlines.length > 0 ? Math.min(...deadlines) : null;
}

/** What is not paid for yet, or was cancelled before it was; of a state nobody knows only the time of payment can tell. */
function isUnpaid(meaning: StatusMeaning | undefined, paidAt: number | null): boolean {
  if (meaning?.status === 'pending_payment') return true;
  return paidAt === null && (meaning === undefined || meaning.status === 'cancelled');
}

/** Coupons alone: `price_info.discounted_price` holds every discount of the merchant. Source: binarywang/WxJava, OrderCouponInfo. */
function couponsOf(products: readonly Fields[]): number {
  let sum = 0;
  for (const product of products) {
    for (const coupon of list(product.order_product_coupon_info_list)) sum += fen(fields(coupon).discounted_price);
  }
  return sum;
}

/** After-sale lists go by creation time alone, so what an order names is asked for by id. */
function afterSalesOf(order: Fields, detail: Fields): Wanted[] {
  const named = list(fields(order.aftersale_detail ?? detail.aftersale_detail).aftersale_order_list);
  return named
    .map((entry) => text(fields(entry).aftersale_order_id) || text(fields(entry).after_sale_order_id) || text(entry))
    .filter((id) => id !== '')
    .map((id) => ({ kind: 'refund', id, because: 'refund' }));
}

function skuOf(product: Fields): string {
  return text(product.sku_code) || text(product.out_sku_id) || text(product.sku_id);
}

function lineOf(product: Fields): OrderLine {
  const line: OrderLine = {
    sku: skuOf(product),
    name: text(product.title),
    quantity: Math.max(1, count(product.sku_cnt)),
    unitPriceMinor: fen(product.sale_price),
  };
  if (flag(product.is_free_gift)) line.gift = true;
  return line;
}

function listingOf(product: Fields): Listing[] {
  const itemId = text(product.product_id);
  return itemId === '' || skuOf(product) === '' ? [] : [{ sku: skuOf(product), itemId, skuId: optional(product.sku_id) }];
}

function receiverOf(address: Fields): Receiver {
  return {
    name: hidden(address.user_name, maskName),
    phone: hidden(address.tel_number, maskPhone),
    country: 'CN',
    province: text(address.province_name),
    city: text(address.city_name),
    district: text(address.county_name),
    // The same address of one buyer has the same hash: the platform's own index.
    address: hidden(address.detail_info, maskAddress, { index: address.hash_code }),
    postcode: optional(address.postal_code),
    position: null,
  };
}

/** An after-sale may change without its order changing, and its list cannot be asked by change: an open one is read again in an hour. */
function readAfterSale(afterSale: Fields, shop: ReadingShop): Normalised {
  const id = text(afterSale.after_sale_order_id);
  const channelOrderId = text(afterSale.order_id);
  const rawState = text(afterSale.status);
  const at = seconds(afterSale.update_time) ?? seconds(afterSale.create_time);
  if (channelOrderId === '' || rawState === '' || at === null) return missing('order_id, status, update_time');
  const told = fields(afterSale.refund_info);
  const meaning = meaningOf(shop.mapping.refunds, rawState);
  const entry: RefundEntry = {
    id,
    amountMinor: fen(told.amount),
    at,
    state: meaning === 'none' ? 'withdrawn' : (meaning ?? 'open'),
    lines: [],
    reason: text(afterSale.reason_text) || text(told.refund_reason),
    complaint: meaningOf(shop.mapping.complaints, text(afterSale.type)) ?? null,
    rawState,
  };
  const { channel, shopId } = shop;
  const refund: IncomingRefund = { channel, shopId, channelOrderId, refund: entry, updatedAt: at };
  if (meaning === undefined) refund.unknown = [{ kind: 'refund', word: rawState }];
  const wanted: Wanted[] = entry.state === 'open' ? [{ kind: 'refund', id, because: 'refund', afterMs: HOUR }] : [];
  return { ok: true, items: [{ kind: 'refund', refund }], wanted };
}

/** Each event carries the numbers in a place with a name of its own; what it is about is the first that has one. */
function readEvent(event: Fields): Normalised {
  const places = [event, ...Object.values(event).map(fields)];
  const idOf = (name: string) => places.map((place) => text(place[name])).find((id) => id !== '') ?? '';
  const [orderId, afterSaleId] = [idOf('order_id'), idOf('after_sale_order_id')];
  const wanted: Wanted[] = [];
  if (orderId !== '') wanted.push({ kind: 'order', id: orderId, because: 'push' });
  if (afterSaleId !== '') wanted.push({ kind: 'refund', id: afterSaleId, because: 'push' });
  return { ok: true, items: [], wanted };
}
