import type { OrderLine, OrderStatus, Presale } from '#shared/order.ts';
import type { Incoming, IncomingOrder, Listing, Receiver, RefundEntry, UnknownWord, Wanted } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop, StatusMeaning } from '../channel.ts';
import { facets } from '../kit/facets.ts';
import { count, fen, fields, flag, hidden, list, millis, optional, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson, parseText } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { meaningOf } from '../kit/words.ts';
import { carrierOf } from './carriers.ts';

/**
 * Reads an order (`open.order.cursor.list` element or the whole list, `open.order.detail`) or a refund (`open.seller.order.refund.*`).
 * Money is whole fen, times are unix milliseconds; an order has one item, gifts lie in `subOrderInfo`.
 */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const inner = typeof parsed.value === 'string' ? parseText(parsed.value) : parsed;
  if (!inner.ok) return inner;
  const root = fields(inner.value);
  const data = fields(root.data);
  const listed = list(data.orderList ?? root.orderList).map(fields);
  if (listed.length > 0) return listed.reduce<Normalised>((all, order) => together(all, readOrder(order, message, shop)), NOTHING);
  for (const place of [root, data, fields(data.orderDetail)]) {
    if (place.orderBaseInfo !== undefined) return readOrder(place, message, shop);
  }
  const refund = [root, data, fields(root.refundInfo), fields(data.refundInfo)].find((place) => text(place.refundId) !== '');
  return refund ? readRefund(refund, message, shop) : missing('orderBaseInfo.oid');
}

const NOTHING: Normalised = { ok: true, items: [] };

/** What two messages say; what cannot be read makes the whole unreadable. */
function together(first: Normalised, second: Normalised): Normalised {
  if (!first.ok || !second.ok) return first.ok ? second : first;
  return { ok: true, items: [...first.items, ...second.items], wanted: [...(first.wanted ?? []), ...(second.wanted ?? [])] };
}

function missing(field: string): Normalised {
  return { ok: false, reason: { zh: `缺少 ${field}`, en: `${field} is missing` } };
}

/**
 * Why a paid order must not be shipped: forming or under review, no promise of a time, or no address. Source: the shipping calls are
 * allowed "while disableDeliveryReasonCode and riskCode have no value" (open.order.goods.split.deliver).
 */
function mustNotShip(base: Fields, address: unknown): boolean {
  const codes = [base.disableDeliveryReasonCode, base.riskCode].flat().map(text);
  if (codes.some((code) => code !== '' && code !== '0')) return true;
  const promise = text(base.validPromiseShipmentTimeStamp);
  if (promise !== '' && count(promise) === 0) return true;
  if (typeof address !== 'object' || address === null) return false;
  const { encryptedAddress, encryptedMobile, desensitiseAddress, desensitiseMobile } = fields(address);
  return [encryptedAddress, encryptedMobile, desensitiseAddress, desensitiseMobile].every((part) => text(part) === '');
}

interface State {
  /** The key of the mapping: the platform's status, with what decides its meaning. */
  word: string;
  meaning: StatusMeaning | undefined;
  status: OrderStatus | null;
  /** Under an open refund. */
  beneath: OrderStatus | null;
}

function wordOf(order: Fields, item: Fields, repaid: boolean): string {
  const base = fields(order.orderBaseInfo);
  const status = text(base.status);
  if (status === '30' && mustNotShip(base, order.orderAddress)) return '30+hold';
  if (status === '40' && isPartlySent(order, item)) return '40+part';
  return status === '80' && repaid ? '80+refunded' : status;
}

/** An order has one item: while its refund is open, so is the order's. How much of the money it is, the refund itself tells. */
function stateOf(order: Fields, item: Fields, refunds: readonly Fields[], presale: Presale | null, shop: ReadingShop): State {
  const states = refunds.map((refund) => meaningOf(shop.mapping.refunds, text(refund.refundStatus)));
  const word = wordOf(order, item, states.includes('succeeded'));
  const meaning = meaningOf(shop.mapping.statuses, word);
  const balanceOpen = presale !== null && presale.balancePaidAt === null && isBalanceOpen(order);
  const status = balanceOpen && meaning?.status !== 'cancelled' ? 'pending_payment' : (meaning?.status ?? null);
  const untouched = status === null || status === 'pending_payment' || status === 'cancelled' || status === 'refunded';
  if (untouched || !states.includes('open')) return { word, meaning, status, beneath: null };
  return { word, meaning, status: 'refunding', beneath: status };
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
  const items = list(order.orderItemInfo).map(fields);
  const item = items[0] ?? {};
  const presale = presaleOf(order);
  const state = stateOf(order, item, refunds, presale, shop);
  const lines = linesOf(items, base, list(order.subOrderInfo).map(fields));
  const paid = state.status !== 'pending_payment' && (paidAt !== null || (state.status !== null && state.status !== 'cancelled'));
  const shipment = shipmentOf(order);
  const incoming: IncomingOrder = {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId,
    status: state.status,
    rawStatus: text(base.status),
    partiallyShipped: state.meaning?.partiallyShipped ?? (text(base.status) === '30' && isPartlySent(order, item)),
    platformHold: state.status === 'pending_payment' ? null : (state.meaning?.platformHold ?? null),
    currency: 'CNY',
    goodsMinor: goodsOf(base, lines),
    freightMinor: fen(base.expressFee),
    discountMinor: fen(base.discountFee),
    paidMinor: paid ? fen(base.totalFee) : 0,
    createdAt,
    paidAt: paid ? paidAt : null,
    updatedAt,
    buyer: { key: optional(base.buyerOpenId), name: hidden(base.buyerNick, maskName), tags: [] },
    receiver: receiverOf(fields(order.orderAddress)),
    buyerMessage: text(base.remark),
    sellerMemo: memoOf(order),
    presale,
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
    unknown: unknownOf(state, refunds, shop),
    listings: items.flatMap(listingOf),
    ...facets({ 'ship-by-at': millis(base.validPromiseShipmentTimeStamp) }),
  };
  if (state.beneath !== null) incoming.beneath = state.beneath;
  if (message.observedAt !== null) incoming.observedAt = message.observedAt;
  const wanted = refunds
    .map((refund) => text(refund.refundId))
    .filter((id) => id !== '')
    .map((id): Wanted => ({ kind: 'refund', id, because: 'refund' }));
  return { ok: true, items: [{ kind: 'order', order: incoming }], wanted };
}

function unknownOf({ word, meaning }: State, refunds: readonly Fields[], shop: ReadingShop): UnknownWord[] {
  const states = new Set(refunds.map((refund) => text(refund.refundStatus)));
  const strange = [...states].filter((state) => state !== '' && meaningOf(shop.mapping.refunds, state) === undefined);
  return [...(meaning ? [] : [{ kind: 'status' as const, word }]), ...strange.map((state) => ({ kind: 'refund' as const, word: state }))];
}

/** What the item costs; without a price on it, what was paid and what was taken off, less the postage. */
function goodsOf(base: Fields, lines: readonly OrderLine[]): number {
  const listed = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  return listed > 0 ? listed : Math.max(0, fen(base.totalFee) + fen(base.discountFee) - fen(base.expressFee));
}

/** Some pieces left, others did not. */
function isPartlySent(order: Fields, item: Fields): boolean {
  const sent = count(fields(order.orderDeliveryInfo).deliveryNum);
  return sent > 0 && sent < count(item.num);
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

/** What costs nothing is a gift, whatever it is worth; `subOrderInfo` holds gifts alone (?), so a price there is believed. */
function linesOf(items: readonly Fields[], base: Fields, subOrders: readonly Fields[]): OrderLine[] {
  const name = (of: Fields) => [text(of.itemTitle), text(of.skuDesc)].filter((part) => part !== '').join(' ');
  const line = (of: Fields, unitPriceMinor: number, gift: boolean): OrderLine => ({
    sku: skuOf(of),
    name: name(of),
    quantity: pieces(of),
    unitPriceMinor,
    ...(gift ? { gift } : {}),
  });
  const listPrice = (of: Fields) => fen(of.originalPrice) || fen(of.price);
  const sold = items
    .filter((item) => Object.keys(item).length > 0)
    .map((item) => {
      const price = items.length === 1 ? unitPrice(item, base) : listPrice(item);
      return line(item, price, price === 0 && text(item.price) !== '');
    });
  const beside = subOrders.map((sub) => {
    const more = fields(sub.orderItemInfo ?? sub);
    return fen(more.price) === 0 ? line(more, 0, true) : line(more, listPrice(more), false);
  });
  return [...sold, ...beside];
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

function stepsOf(order: Fields): { deposit: Fields | undefined; balance: Fields | undefined } {
  const steps = list(fields(order.orderStepInfo).orderPaymentSteps).map(fields);
  const step = (no: number) => steps.find((candidate) => count(candidate.payStepNo) === no);
  return { deposit: step(1), balance: step(2) };
}

/** Step 1 is the deposit, step 2 the balance; 30 is paid, 90 paid and given back. A balance that is not told yet is what the deposit leaves open. */
function presaleOf(order: Fields): Presale | null {
  const { deposit, balance } = stepsOf(order);
  if (!deposit && !balance) return null;
  const depositMinor = fen(deposit?.paymentFee);
  return {
    depositMinor,
    balanceMinor: balance ? fen(balance.paymentFee) : Math.max(0, fen(fields(order.orderBaseInfo).totalFee) - depositMinor),
    balanceDueAt: millis(balance?.endTime) ?? millis(balance?.payEndTime),
    balancePaidAt: ['30', '90'].includes(text(balance?.payStepStatus)) ? millis(balance?.payTime) : null,
  };
}

/** 5 and 10 wait for the balance. */
function isBalanceOpen(order: Fields): boolean {
  return (
    ['5', '10'].includes(text(stepsOf(order).balance?.payStepStatus)) && ['10', '30'].includes(text(fields(order.orderBaseInfo).status))
  );
}

function shipmentOf(order: Fields): { number: string | null; carrier: string | null } {
  const told = order.orderLogisticsInfo;
  const last = Array.isArray(told) ? fields(told.at(-1)) : fields(told);
  const number = optional(last.expressNo);
  return { number, carrier: number === null ? null : carrierOf(text(last.expressCode)) };
}

function tagsOf(base: Fields): string[] {
  const activities = list(base.allActivityType).map(text);
  const presale = activities.includes('6') || flag(base.preSale);
  return [...(activities.includes('17') ? ['group-buy'] : []), ...(presale ? ['presale'] : [])];
}

function readRefund(refund: Fields, { observedAt }: RawMessage, shop: ReadingShop): Normalised {
  const channelOrderId = text(refund.oid) || text(refund.orderId);
  const rawState = text(refund.status) || text(refund.refundStatus);
  const at = millis(refund.updateTime) ?? millis(refund.createTime) ?? millis(refund.submitTime) ?? observedAt;
  if (channelOrderId === '' || rawState === '' || at === null) return missing('oid, status, updateTime');
  const meaning = meaningOf(shop.mapping.refunds, rawState);
  const sku = skuOf({ skuNick: text(refund.skuNick) || refund.relSkuNick });
  const complaint = meaningOf(shop.mapping.complaints, text(refund.handlingWay)) ?? meaningOf(shop.mapping.complaints, rawState) ?? null;
  // An exchange moves goods and no money.
  const amountMinor = complaint === 'C' ? 0 : fen(refund.refundFee);
  const entry: RefundEntry = {
    id: text(refund.refundId),
    amountMinor,
    at,
    state: meaning === 'none' ? 'withdrawn' : (meaning ?? 'open'),
    lines: sku === '' ? [] : [{ sku, quantity: Math.max(1, count(refund.num)), amountMinor }],
    reason: text(refund.refundReasonDesc) || text(refund.refundReason),
    complaint,
    rawState,
  };
  const { channel, shopId } = shop;
  const told = { channel, shopId, channelOrderId, refund: entry, updatedAt: at };
  const item: Incoming = {
    kind: 'refund',
    refund: meaning === undefined ? { ...told, unknown: [{ kind: 'refund', word: rawState }] } : told,
  };
  return { ok: true, items: [item] };
}
