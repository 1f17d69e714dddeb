import type { OrderLine } from '#shared/order.ts';
import type { Incoming, IncomingOrder, Receiver, RefundEntry, Sensitive, UnknownWord } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { count, decimal, fen, fields, hidden, list, optional, text, time, yuan } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { carrierOf } from './carriers.ts';
import { meaningOf } from '../kit/words.ts';
import { unwrap } from './wrapper.ts';

const NO_ORDER: Normalised = {
  ok: false,
  reason: { zh: '消息中没有订单号 orderId', en: 'There is no order number orderId in the message' },
};
const NO_REFUND: Normalised = {
  ok: false,
  reason: { zh: '退款申请缺少编号或订单号', en: 'The refund request names no number or no order' },
};
const DEEPEST = 3;
/** A state in which nobody has paid, or nobody knows. */
const UNPAID = new Set(['pending_payment', 'cancelled']);
/** `payType` is a code and its text in one, such as `1-货到付款`. */
const CASH_ON_DELIVERY = /^1-/;

/** Reads an order (bare, in the wrapper of `pop.order.get`, or several in that of `pop.order.search`) or a refund request. */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const outer = unwrap(parsed.value);
  if ('applyRefundSum' in outer || 'refoundAmount' in outer) return refundMessage(outer, message, shop);
  const orders = ordersIn(outer, DEEPEST);
  if (orders.length === 0) return NO_ORDER;
  return { ok: true, items: orders.map((order) => ({ kind: 'order', order: toOrder(text(order.orderId), order, message, shop) })) };
}

/** What JD puts between a wrapper and its orders differs from call to call. */
function ordersIn(holder: Fields, depth: number): readonly Fields[] {
  if (text(holder.orderId) !== '') return [holder];
  const listed = list(holder.orderInfoList ?? holder.orderInfo).map(fields);
  if (listed.length > 0) return listed.every((order) => text(order.orderId) !== '') ? listed : [];
  if (depth === 0) return [];
  for (const inner of Object.values(holder)) {
    const found = ordersIn(fields(inner), depth - 1);
    if (found.length > 0) return found;
  }
  return [];
}

/** What was paid from the buyer's balance is money, no discount; `sellerDiscount` is only the merchant's share. */
function discountOf(order: Fields, goodsMinor: number): number {
  if (text(order.orderPayment) === '') return yuan(order.sellerDiscount);
  return Math.max(0, goodsMinor + yuan(order.freightPrice) - yuan(order.orderPayment) - yuan(order.balanceUsed));
}

function toOrder(id: string, order: Fields, { observedAt }: RawMessage, shop: ReadingShop): IncomingOrder {
  const rawStatus = text(order.orderState);
  const meaning = meaningOf(shop.mapping.statuses, rawStatus);
  const unknown: UnknownWord[] = meaning ? [] : [{ kind: 'status', word: rawStatus }];
  const confirmedAt = time(order.paymentConfirmTime);
  const createdAt = time(order.orderStartTime) ?? confirmedAt ?? time(order.modified) ?? observedAt ?? 0;
  // JD hands out an order once it is paid; the moment itself is an optional field.
  const paidAt = confirmedAt ?? (meaning === undefined || UNPAID.has(meaning.status) ? null : createdAt);
  const lines = list(order.itemInfoList).map((row) => lineOf(fields(row)));
  const listed = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const goodsMinor = text(order.orderTotalPrice) === '' ? listed : yuan(order.orderTotalPrice);
  return {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: id,
    status: meaning?.status ?? null,
    rawStatus,
    partiallyShipped: meaning?.partiallyShipped ?? false,
    currency: 'CNY',
    goodsMinor,
    freightMinor: yuan(order.freightPrice),
    discountMinor: discountOf(order, goodsMinor),
    paidMinor: paidAt === null ? 0 : yuan(order.orderPayment),
    createdAt,
    paidAt,
    updatedAt: time(order.modified) ?? paidAt ?? createdAt,
    buyer: { key: optional(order.pin), name: hidden('', maskName), tags: [] },
    receiver: receiverOf(fields(order.consigneeInfo)),
    buyerMessage: text(order.orderRemark),
    sellerMemo: text(order.venderRemark),
    presale: null,
    lines,
    refunds: null,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: list(order.couponDetailList).reduce<number>((sum, coupon) => sum + yuan(fields(coupon).couponPrice), 0),
    trackingNumber: optional(order.waybill),
    sourceTags: tagsOf(order),
    carrier: carrierOf(text(order.logisticsId)),
    platformHold: meaning?.platformHold ?? null,
    // A lock stops an order that was about to leave.
    ...(meaning?.status === 'refunding' ? { beneath: 'awaiting_shipment' as const } : {}),
    ...(observedAt === null ? {} : { observedAt }),
    unknown,
  };
}

/** A part of an order that JD split names its parent; the parent itself is cancelled at the platform. */
function tagsOf(order: Fields): string[] {
  const parent = text(order.directParentOrderId) || text(order.parentOrderId);
  const tags = parent === '' || parent === '0' || parent === text(order.orderId) ? [] : ['split-order'];
  return CASH_ON_DELIVERY.test(text(order.payType)) ? [...tags, 'cash-on-delivery'] : tags;
}

/** `itemTotal` is the quantity, whatever its name says; what costs nothing is a gift. */
function lineOf(row: Fields): OrderLine {
  const unitPriceMinor = yuan(row.jdPrice);
  const gift = text(row.jdPrice) !== '' && unitPriceMinor === 0;
  return {
    sku: text(row.outerSkuId) || text(row.skuId) || text(row.wareId),
    name: text(row.skuName),
    quantity: Math.max(1, count(row.itemTotal)),
    unitPriceMinor,
    ...(gift ? { gift } : {}),
  };
}

/** Name and address come as ciphertext without a star, the phone masked; `desen_*` are JD's own search indexes. */
function receiverOf(consignee: Fields): Receiver {
  return {
    name: concealed(consignee.fullname, maskName, consignee.desen_fullname),
    phone: concealed(
      text(consignee.mobile) || text(consignee.telephone),
      maskPhone,
      text(consignee.desen_mobile) || text(consignee.desen_telephone),
    ),
    country: 'CN',
    province: text(consignee.province),
    city: text(consignee.city),
    district: text(consignee.county),
    address: concealed(consignee.fullAddress, maskAddress, consignee.desen_fullAddress),
    postcode: null,
    position: null,
  };
}

/** Ciphertext is base64; a name or an address in Chinese, one with a star, or a number to dial is none. */
function concealed(value: unknown, mask: (text: string) => string, index: unknown): Sensitive {
  const written = text(value);
  const cipher = /^[A-Za-z0-9+/_-]{6,}={0,2}$/.test(written) && !/^[+\d-]+$/.test(written);
  return cipher ? hidden('', mask, { cipher: written, index }) : hidden(written, mask, { index });
}

/** A refund request sums in whole fen, an after-sale service (`refoundAmount`, sic) in yuan. */
function refundMessage(row: Fields, { observedAt }: RawMessage, shop: ReadingShop): Normalised {
  const id = text(row.id) || text(row.refundId) || text(row.serviceId) || text(row.afsServiceId);
  const channelOrderId = text(row.orderId);
  if (id === '' || channelOrderId === '') return NO_REFUND;
  const word = text(row.status);
  const known = meaningOf(shop.mapping.refunds, word);
  if (known === 'none') return { ok: true, items: [] };
  const at = time(row.checkTime) ?? time(row.modified) ?? time(row.applyTime) ?? observedAt ?? 0;
  const inFen = 'applyRefundSum' in row;
  const refund: RefundEntry = {
    id,
    amountMinor: inFen ? fen(row.applyRefundSum) : (decimal(row.refoundAmount, 'CNY') ?? 0),
    at,
    state: known ?? 'open',
    lines: [],
    reason: text(row.reason),
    complaint: (inFen ? meaningOf(shop.mapping.complaints, word) : null) ?? null,
    rawState: word,
  };
  const { channel, shopId } = shop;
  const told = { channel, shopId, channelOrderId, refund, updatedAt: at };
  const unknown: UnknownWord[] = known === undefined ? [{ kind: 'refund', word }] : [];
  const item: Incoming = { kind: 'refund', refund: unknown.length === 0 ? told : { ...told, unknown } };
  return { ok: true, items: [item] };
}
