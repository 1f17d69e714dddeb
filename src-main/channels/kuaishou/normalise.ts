import type { OrderLine, Presale } from '#shared/order.ts';
import type { IncomingOrder, Listing, Receiver, RefundEntry, Wanted } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { count, fen, fields, hidden, list, millis, optional, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson, parseText } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { meaningOf } from '../kit/words.ts';
import { carrierOf } from './carriers.ts';

/**
 * Reads an order (`open.order.cursor.list` element, `open.order.detail`) or a refund (`open.seller.order.refund.*`).
 * Money is whole fen, times are unix milliseconds; an order has one item, gifts lie in `subOrderInfo`.
 */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const inner = typeof parsed.value === 'string' ? parseText(parsed.value) : parsed;
  if (!inner.ok) return inner;
  const root = fields(inner.value);
  const data = fields(root.data);
  for (const place of [root, data, fields(data.orderDetail)]) {
    if (place.orderBaseInfo !== undefined) return readOrder(place, message, shop);
  }
  const refund = [root, data, fields(root.refundInfo), fields(data.refundInfo)].find((place) => text(place.refundId) !== '');
  return refund ? readRefund(refund, shop) : missing('orderBaseInfo.oid');
}

function missing(field: string): Normalised {
  return { ok: false, reason: { zh: `缺少 ${field}`, en: `${field} is missing` } };
}

/** Why a paid order must not be shipped: forming or under review, no promise of a time, or no address. */
function mustNotShip(base: Fields, address: unknown): boolean {
  if (list(base.disableDeliveryReasonCode).some((code) => !['', '0'].includes(text(code)))) return true;
  const promise = text(base.validPromiseShipmentTimeStamp);
  if (promise !== '' && count(promise) === 0) return true;
  if (typeof address !== 'object' || address === null) return false;
  const { encryptedAddress, encryptedMobile, desensitiseAddress, desensitiseMobile } = fields(address);
  return [encryptedAddress, encryptedMobile, desensitiseAddress, desensitiseMobile].every((part) => text(part) === '');
}

/** The key of the mapping: the platform's status, with what decides its meaning. */
function wordOf(base: Fields, order: Fields, refunds: Fields[], shop: ReadingShop): string {
  const status = text(base.status);
  if (status === '30' && mustNotShip(base, order.orderAddress)) return '30+hold';
  const paidBack = refunds.some((refund) => meaningOf(shop.mapping.refunds, text(refund.refundStatus)) === 'succeeded');
  return status === '80' && paidBack ? '80+refunded' : status;
}

function readOrder(order: Fields, message: RawMessage, shop: ReadingShop): Normalised {
  const base = fields(order.orderBaseInfo);
  const channelOrderId = text(base.oid);
  if (channelOrderId === '') return missing('orderBaseInfo.oid');
  const times = [base.createTime, base.payTime, base.sendTime, base.recvTime, base.refundTime].map(millis);
  const [createdAt, paidAt] = [times[0] ?? times[1] ?? null, times[1] ?? null];
  const known = times.filter((at) => at !== null);
  const updatedAt = millis(base.updateTime) ?? (known.length > 0 ? Math.max(...known) : null);
  if (createdAt === null || updatedAt === null) return missing('orderBaseInfo.createTime');
  const refunds = list(order.orderRefundList).map(fields);
  const word = wordOf(base, order, refunds, shop);
  const meaning = meaningOf(shop.mapping.statuses, word);
  const item = fields(order.orderItemInfo);
  const lines = linesOf(item, base, list(order.subOrderInfo).map(fields));
  const unpaid = paidAt === null && (meaning?.status === 'pending_payment' || meaning?.status === 'cancelled');
  const goodsMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const shipment = shipmentOf(order);
  const incoming: IncomingOrder = {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId,
    status: meaning?.status ?? null,
    rawStatus: text(base.status),
    partiallyShipped: meaning?.partiallyShipped ?? isPartlyShipped(order, item),
    platformHold: meaning?.platformHold ?? null,
    currency: 'CNY',
    goodsMinor,
    freightMinor: fen(base.expressFee),
    discountMinor: fen(base.discountFee),
    paidMinor: unpaid ? 0 : fen(base.totalFee),
    createdAt,
    paidAt: meaning?.status === 'pending_payment' ? null : paidAt,
    updatedAt,
    buyer: { key: optional(base.buyerOpenId), name: hidden(base.buyerNick, maskName), tags: [] },
    receiver: receiverOf(fields(order.orderAddress)),
    buyerMessage: text(base.remark),
    sellerMemo: memoOf(order),
    presale: presaleOf(order),
    lines,
    // The order names its refunds without their sums; each is fetched for them.
    refunds: null,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: 0,
    trackingNumber: shipment.number,
    carrier: shipment.carrier,
    sourceTags: tagsOf(base),
    unknown: [
      ...(meaning ? [] : [{ kind: 'status' as const, word }]),
      ...refunds
        .map((refund) => text(refund.refundStatus))
        .filter((state) => state !== '' && meaningOf(shop.mapping.refunds, state) === undefined)
        .map((state) => ({ kind: 'refund' as const, word: state })),
    ],
    listings: listingOf(item),
  };
  if (incoming.status === 'pending_payment') incoming.paidMinor = 0;
  if (message.observedAt !== null) incoming.observedAt = message.observedAt;
  const wanted = refunds
    .map((refund) => text(refund.refundId))
    .filter((id) => id !== '')
    .map((id): Wanted => ({ kind: 'refund', id, because: 'refund' }));
  return { ok: true, items: [{ kind: 'order', order: incoming }], wanted };
}

function isPartlyShipped(order: Fields, item: Fields): boolean {
  const sent = count(fields(order.orderDeliveryInfo).deliveryNum);
  return text(fields(order.orderBaseInfo).status) === '30' && sent > 0 && sent < count(item.num);
}

function pieces(item: Fields): number {
  return Math.max(1, count(item.num));
}

function skuOf(item: Fields): string {
  return text(item.skuNick) || text(item.goodsCode) || text(item.skuId);
}

/** `originalPrice` before and `price` after discounts; whichever the sums of the order were made from. */
function unitPrice(item: Fields, base: Fields): number {
  const goods = fen(base.totalFee) + fen(base.discountFee) - fen(base.expressFee);
  const fits = [item.originalPrice, item.price].map(fen).find((price) => price > 0 && price * pieces(item) === goods);
  return fits ?? (fen(item.originalPrice) || fen(item.price));
}

function linesOf(item: Fields, base: Fields, subOrders: Fields[]): OrderLine[] {
  const name = (of: Fields) => [text(of.itemTitle), text(of.skuDesc)].filter((part) => part !== '').join(' ');
  const lines: OrderLine[] = [];
  if (Object.keys(item).length > 0) {
    lines.push({ sku: skuOf(item), name: name(item), quantity: pieces(item), unitPriceMinor: unitPrice(item, base) });
  }
  for (const sub of subOrders) {
    const more = fields(sub.orderItemInfo ?? sub);
    const line: OrderLine = { sku: skuOf(more), name: name(more), quantity: pieces(more), unitPriceMinor: 0 };
    // What costs nothing is a gift, whatever it is worth.
    if (fen(more.price) === 0) line.gift = true;
    else line.unitPriceMinor = fen(more.originalPrice) || fen(more.price);
    lines.push(line);
  }
  return lines;
}

function listingOf(item: Fields): Listing[] {
  const itemId = text(item.itemId);
  return itemId === '' || skuOf(item) === '' ? [] : [{ sku: skuOf(item), itemId, skuId: optional(item.skuId) }];
}

/** The ciphertext differs from order to order, so it is kept for decryption and never matched on. */
function receiverOf(address: Fields): Receiver {
  return {
    name: hidden(address.consignee, maskName, { mask: address.desensitiseConsignee, cipher: address.encryptedConsignee }),
    phone: hidden(address.mobile, maskPhone, { mask: address.desensitiseMobile, cipher: address.encryptedMobile }),
    country: 'CN',
    province: text(address.province),
    city: text(address.city),
    district: text(address.district),
    address: hidden(address.address, maskAddress, { mask: address.desensitiseAddress, cipher: address.encryptedAddress }),
    postcode: null,
    position: null,
  };
}

/** The newest note is the memo that is shown. */
function memoOf(order: Fields): string {
  const notes = list(fields(order.orderNote).orderNoteInfo).map(fields);
  const newest = notes.reduce<Fields | null>((best, note) => (best && count(best.createTime) > count(note.createTime) ? best : note), null);
  return newest ? text(newest.note) : '';
}

/** Step 1 is the deposit, step 2 the balance; 30 is paid, 90 paid and given back. */
function presaleOf(order: Fields): Presale | null {
  const steps = list(fields(order.orderStepInfo).orderPaymentSteps).map(fields);
  const deposit = steps.find((step) => count(step.payStepNo) === 1);
  const balance = steps.find((step) => count(step.payStepNo) === 2);
  if (!deposit || !balance) return null;
  return {
    depositMinor: fen(deposit.paymentFee),
    balanceMinor: fen(balance.paymentFee),
    balanceDueAt: millis(balance.endTime ?? balance.payEndTime),
    balancePaidAt: ['30', '90'].includes(text(balance.payStepStatus)) ? millis(balance.payTime) : null,
  };
}

function shipmentOf(order: Fields): { number: string | null; carrier: string | null } {
  const told = order.orderLogisticsInfo;
  const last = Array.isArray(told) ? fields(told.at(-1)) : fields(told);
  const number = optional(last.expressNo);
  return { number, carrier: number === null ? null : carrierOf(text(last.expressCode)) };
}

function tagsOf(base: Fields): string[] {
  const activities = list(base.allActivityType).map(text);
  return [...(activities.includes('17') ? ['group-buy'] : []), ...(activities.includes('6') ? ['presale'] : [])];
}

function readRefund(refund: Fields, shop: ReadingShop): Normalised {
  const channelOrderId = text(refund.oid) || text(refund.orderId);
  const rawState = text(refund.status ?? refund.refundStatus);
  const at = millis(refund.updateTime) ?? millis(refund.createTime) ?? millis(refund.submitTime);
  if (channelOrderId === '' || rawState === '' || at === null) return missing('oid, status, updateTime');
  const meaning = meaningOf(shop.mapping.refunds, rawState);
  const sku = skuOf({ skuNick: refund.skuNick ?? refund.relSkuNick });
  const amountMinor = fen(refund.refundFee);
  const entry: RefundEntry = {
    id: text(refund.refundId),
    amountMinor,
    at,
    state: meaning === 'none' ? 'withdrawn' : (meaning ?? 'open'),
    lines: sku === '' ? [] : [{ sku, quantity: Math.max(1, count(refund.num)), amountMinor }],
    reason: text(refund.refundReasonDesc) || text(refund.refundReason),
    complaint: meaningOf(shop.mapping.complaints, text(refund.handlingWay)) ?? meaningOf(shop.mapping.complaints, rawState) ?? null,
    rawState,
  };
  const { channel, shopId } = shop;
  return { ok: true, items: [{ kind: 'refund', refund: { channel, shopId, channelOrderId, refund: entry, updatedAt: at } }] };
}
