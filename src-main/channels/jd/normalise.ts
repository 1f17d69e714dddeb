import type { OrderLine } from '#shared/order.ts';
import type { Incoming, IncomingOrder, Receiver, RefundEntry, Sensitive, UnknownWord } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { count, decimal, fen, fields, hidden, list, optional, text, time, yuan } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { carrierOf } from './carriers.ts';
import { unwrap } from './wrapper.ts';

const NO_ORDER: Normalised = {
  ok: false,
  reason: { zh: '消息中没有订单号 orderId', en: 'There is no order number orderId in the message' },
};
const NO_REFUND: Normalised = {
  ok: false,
  reason: { zh: '退款申请缺少编号或订单号', en: 'The refund request names no number or no order' },
};
/** A state in which nobody has paid, or nobody knows. */
const UNPAID = new Set(['pending_payment', 'cancelled']);
/** `payType` is a code and its text in one, such as `1-货到付款`. */
const CASH_ON_DELIVERY = /^1-/;

/** Reads an order (bare, or in the wrapper of `pop.order.get`) or a refund request. */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const outer = unwrap(parsed.value);
  if ('applyRefundSum' in outer || 'refoundAmount' in outer) return refundMessage(outer, shop);
  const order = fields(fields(outer.orderDetailInfo).orderInfo ?? outer.orderInfo ?? outer);
  const id = text(order.orderId);
  if (id === '') return NO_ORDER;
  return { ok: true, items: [{ kind: 'order', order: toOrder(id, order, message, shop) }] };
}

function toOrder(id: string, order: Fields, { observedAt }: RawMessage, shop: ReadingShop): IncomingOrder {
  const rawStatus = text(order.orderState);
  const meaning = Object.hasOwn(shop.mapping.statuses, rawStatus) ? shop.mapping.statuses[rawStatus] : undefined;
  const unknown: UnknownWord[] = meaning ? [] : [{ kind: 'status', word: rawStatus }];
  const confirmedAt = time(order.paymentConfirmTime);
  const createdAt = time(order.orderStartTime) ?? confirmedAt ?? time(order.modified) ?? 0;
  // JD hands out an order once it is paid; the moment itself is an optional field.
  const paidAt = confirmedAt ?? (meaning === undefined || UNPAID.has(meaning.status) ? null : createdAt);
  const goodsMinor = yuan(order.orderTotalPrice);
  const freightMinor = yuan(order.freightPrice);
  const payable = yuan(order.orderPayment);
  return {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: id,
    status: meaning?.status ?? null,
    rawStatus,
    partiallyShipped: meaning?.partiallyShipped ?? false,
    currency: 'CNY',
    goodsMinor,
    freightMinor,
    // What was paid from the buyer's balance is money, no discount; `sellerDiscount` is only the merchant's share.
    discountMinor: Math.max(0, goodsMinor + freightMinor - payable - yuan(order.balanceUsed)),
    paidMinor: paidAt === null ? 0 : payable,
    createdAt,
    paidAt,
    updatedAt: time(order.modified) ?? paidAt ?? createdAt,
    buyer: { key: optional(order.pin), name: hidden('', maskName), tags: [] },
    receiver: receiverOf(fields(order.consigneeInfo)),
    buyerMessage: text(order.orderRemark),
    sellerMemo: text(order.venderRemark),
    presale: null,
    lines: list(order.itemInfoList).map((row) => lineOf(fields(row))),
    refunds: null,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: list(order.couponDetailList).reduce<number>((sum, coupon) => sum + yuan(fields(coupon).couponPrice), 0),
    trackingNumber: optional(order.waybill),
    sourceTags: tagsOf(order),
    carrier: carrierOf(text(order.logisticsId)),
    platformHold: meaning?.platformHold ?? null,
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

/** `itemTotal` is the quantity, whatever its name says. */
function lineOf(row: Fields): OrderLine {
  return {
    sku: text(row.outerSkuId) || text(row.skuId) || text(row.wareId),
    name: text(row.skuName),
    quantity: Math.max(1, count(row.itemTotal)),
    unitPriceMinor: yuan(row.jdPrice),
  };
}

/** Name and address come as ciphertext without a star, the phone masked; `desen_*` are JD's own search indexes. */
function receiverOf(consignee: Fields): Receiver {
  return {
    name: concealed(consignee.fullname, maskName, consignee.desen_fullname),
    phone: hidden(text(consignee.mobile) || consignee.telephone, maskPhone, { index: consignee.desen_mobile ?? consignee.desen_telephone }),
    country: 'CN',
    province: text(consignee.province),
    city: text(consignee.city),
    district: text(consignee.county),
    address: concealed(consignee.fullAddress, maskAddress, consignee.desen_fullAddress),
    postcode: null,
    position: null,
  };
}

/** Ciphertext is base64; a name or an address in Chinese, or one with a star, is none. */
function concealed(value: unknown, mask: (text: string) => string, index: unknown): Sensitive {
  const written = text(value);
  return /^[A-Za-z0-9+/_-]{6,}={0,2}$/.test(written) ? hidden('', mask, { cipher: written, index }) : hidden(written, mask, { index });
}

/** A refund request sums in whole fen, an after-sale service (`refoundAmount`, sic) in yuan. */
function refundMessage(row: Fields, shop: ReadingShop): Normalised {
  const id = text(row.id) || text(row.refundId) || text(row.serviceId) || text(row.afsServiceId);
  const channelOrderId = text(row.orderId);
  if (id === '' || channelOrderId === '') return NO_REFUND;
  const word = text(row.status);
  const known = Object.hasOwn(shop.mapping.refunds, word) ? shop.mapping.refunds[word] : undefined;
  if (known === 'none') return { ok: true, items: [] };
  const at = time(row.checkTime) ?? time(row.modified) ?? time(row.applyTime) ?? 0;
  const inFen = 'applyRefundSum' in row;
  const refund: RefundEntry = {
    id,
    amountMinor: inFen ? fen(row.applyRefundSum) : (decimal(row.refoundAmount, 'CNY') ?? 0),
    at,
    state: known ?? 'open',
    lines: [],
    reason: text(row.reason),
    complaint: (inFen && Object.hasOwn(shop.mapping.complaints, word) ? shop.mapping.complaints[word] : null) ?? null,
    rawState: word,
  };
  const items: Incoming[] = [
    { kind: 'refund', refund: { channel: shop.channel, shopId: shop.shopId, channelOrderId, refund, updatedAt: at } },
  ];
  return { ok: true, items };
}
