import type { OrderLine, Presale } from '#shared/order.ts';
import type { IncomingOrder, Listing, Receiver, RefundEntry, Sensitive, UnknownWord } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop, StatusMeaning } from '../channel.ts';
import { facets } from '../kit/facets.ts';
import { count, fields, flag, hidden, list, optional, text, time, yuan } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson, parseText } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { meaningOf } from '../kit/words.ts';
import { carrierOf } from './carriers.ts';
import { contentOf } from './push.ts';

/**
 * Reads an order (`youzan.trades.sold.get` element, `youzan.trade.get`) or a push. Money is yuan as text, times are GMT+8 text,
 * absent values may be `""` or `"null"`. A push with lines is a whole order; any other is a hint.
 */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const inner = typeof parsed.value === 'string' ? parseText(parsed.value) : parsed;
  if (!inner.ok) return inner;
  const root = fields(inner.value);
  if (root.msg !== undefined && (root.kdt_id !== undefined || root.type !== undefined)) return readPush(root, message, shop);
  const places = [root, fields(root.data), fields(root.response), fields(fields(root.response).data)];
  const place = places.find((candidate) => candidate.full_order_info !== undefined || candidate.order_info !== undefined);
  return place ? readOrder(place, '', message, shop) : missing('full_order_info.order_info.tid');
}

/** `express_type`: how the goods reach the buyer. */
const SHIPPING_MODES: Readonly<Record<string, string>> = { 0: 'express', 1: 'pickup', 2: 'local', 9: 'virtual' };
/** Orders are numbered by their time, refunds are not. */
const ORDER_NUMBER = /^E\d{14,}$/;

function missing(field: string): Normalised {
  return { ok: false, reason: { zh: `缺少 ${field}`, en: `${field} is missing` } };
}

/** What stands beside `full_order_info` in one layout stands inside it in another. */
function beside(place: Fields, full: Fields, name: string): unknown {
  return place[name] ?? full[name];
}

function readPush(envelope: Fields, message: RawMessage, shop: ReadingShop): Normalised {
  const type = text(envelope.type) || message.topic;
  if (!/^trade_/i.test(type)) return { ok: true, items: [] };
  const content = fields(contentOf(envelope.msg));
  const full = fields(content.full_order_info);
  if (list(full.orders).length > 0) return readOrder(content, text(envelope.kdt_id), message, shop);
  // `id` is the order's number in messages of trades; in one of a refund it may be the refund's own.
  const id = text(envelope.id);
  const own = /^trade_refund/i.test(type) && !ORDER_NUMBER.test(id) ? '' : id;
  const named = [text(fields(full.order_info).tid), text(content.tid), own].find((candidate) => candidate !== '');
  return named === undefined ? missing('msg.tid') : { ok: true, items: [], wanted: [{ kind: 'order', id: named, because: 'push' }] };
}

interface State {
  meaning: StatusMeaning | undefined;
  word: string;
}

/** A closed order means what its `close_type` says; one that no table knows is simply closed. */
function stateOf(info: Fields, shop: ReadingShop): State {
  const raw = text(info.status);
  const word = raw === 'TRADE_CLOSED' && text(info.close_type) !== '' ? `${raw}/${text(info.close_type)}` : raw;
  return { meaning: meaningOf(shop.mapping.statuses, word) ?? meaningOf(shop.mapping.statuses, raw), word: raw };
}

function readOrder(place: Fields, kdtId: string, message: RawMessage, shop: ReadingShop): Normalised {
  const full = place.full_order_info === undefined ? place : fields(place.full_order_info);
  const info = fields(full.order_info);
  const channelOrderId = text(info.tid);
  if (channelOrderId === '') return missing('full_order_info.order_info.tid');
  const pay = fields(full.pay_info);
  const remark = fields(full.remark_info);
  const payTime = time(info.pay_time);
  const createdAt = time(info.created) ?? payTime;
  const updatedAt = time(info.update_time) ?? payTime ?? createdAt;
  if (createdAt === null || updatedAt === null) return missing('full_order_info.order_info.created');
  const { meaning, word } = stateOf(info, shop);
  const items = list(full.orders).map(fields);
  const refunds = refundsOf(beside(place, full, 'refund_order'), items, updatedAt, shop);
  const unpaid = isUnpaid(meaning, payTime);
  const status = statusOf(meaning, info, refunds, shop);
  const lines = items.map(lineOf);
  const goodsMinor = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const freightMinor = yuan(pay.post_fee);
  const shipment = shipmentOf(beside(place, full, 'delivery_order'));
  const incoming: IncomingOrder = {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId,
    status,
    rawStatus: word,
    partiallyShipped: meaning?.partiallyShipped ?? isPartlySent(meaning, shipment.number, lines),
    platformHold: meaning?.platformHold ?? null,
    currency: 'CNY',
    goodsMinor,
    freightMinor,
    discountMinor: lines.length === 0 ? 0 : Math.max(0, goodsMinor + freightMinor - yuan(pay.payment)),
    paidMinor: unpaid ? 0 : yuan(pay.payment),
    createdAt,
    paidAt: unpaid ? null : payTime,
    updatedAt,
    buyer: buyerOf(fields(full.buyer_info)),
    receiver: receiverOf(fields(full.address_info), kdtId || text(info.node_kdt_id) || text(info.kdt_id)),
    buyerMessage: text(remark.buyer_message),
    sellerMemo: text(remark.trade_memo),
    presale: presaleOf(pay, unpaid, payTime),
    lines,
    refunds,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: couponOf(fields(beside(place, full, 'order_promotion'))),
    trackingNumber: shipment.number,
    carrier: shipment.carrier,
    sourceTags: flag(fields(info.order_tags).is_preorder) || flag(fields(info.order_tags).is_down_payment_pre) ? ['presale'] : [],
    unknown: unknownOf(meaning, word, refunds, shop),
    listings: items.flatMap(listingOf),
    ...facets({ 'shipping-mode': meaningOf(SHIPPING_MODES, text(info.express_type)) ?? null }),
  };
  if (message.observedAt !== null) incoming.observedAt = message.observedAt;
  if (meaning !== undefined && status !== meaning.status) incoming.beneath = meaning.status;
  return { ok: true, items: [{ kind: 'order', order: incoming }] };
}

/** A part that was sent does not change the word of the whole; a single piece has no parts. */
function isPartlySent(meaning: StatusMeaning | undefined, parcel: string | null, lines: readonly OrderLine[]): boolean {
  return meaning?.status === 'awaiting_shipment' && parcel !== null && (lines.length > 1 || (lines[0]?.quantity ?? 0) > 1);
}

/** What is not paid for yet, or was closed before it was; of a state nobody knows only the time of payment can tell. */
function isUnpaid(meaning: StatusMeaning | undefined, payTime: number | null): boolean {
  if (meaning?.status === 'pending_payment') return true;
  return payTime === null && (meaning === undefined || meaning.status === 'cancelled' || meaning.status === 'closed');
}

/**
 * The order's own word for its refunds: 11 is all of it under way, 12 all given back, 2 a part given back. 1 is a part under way: the
 * refunds themselves lie over the state and tell how much; without them the word is all there is.
 */
function statusOf(
  meaning: StatusMeaning | undefined,
  info: Fields,
  refunds: RefundEntry[] | null,
  shop: ReadingShop,
): IncomingOrder['status'] {
  const state = text(info.refund_state);
  if (!meaning) return null;
  if (state === '12') return 'refunded';
  if (state === '11') return 'refunding';
  const told = refunds !== null && refunds.length > 0;
  return !told && state !== '2' && meaningOf(shop.mapping.refunds, state) === 'open' ? 'refunding' : meaning.status;
}

function unknownOf(meaning: StatusMeaning | undefined, word: string, refunds: RefundEntry[] | null, shop: ReadingShop): UnknownWord[] {
  const words: UnknownWord[] = meaning ? [] : [{ kind: 'status', word }];
  for (const { rawState = '' } of refunds ?? []) {
    if (rawState !== '' && meaningOf(shop.mapping.refunds, rawState) === undefined) words.push({ kind: 'refund', word: rawState });
  }
  return words;
}

function skuOf(item: Fields): string {
  return text(item.outer_sku_id) || text(item.outer_item_id) || text(item.sku_id) || text(item.item_id);
}

/** `sku_properties_name` is a JSON text: `[{"k":"颜色","v":"白"}]`. */
function propertiesOf(item: Fields): string {
  const parsed = parseText(text(item.sku_properties_name) || '[]');
  return list(parsed.ok ? parsed.value : [])
    .map((property) => text(fields(property).v))
    .filter((value) => value !== '')
    .join(' ');
}

function lineOf(item: Fields): OrderLine {
  const line: OrderLine = {
    sku: skuOf(item),
    name: [text(item.title), propertiesOf(item)].filter((part) => part !== '').join(' '),
    quantity: Math.max(1, count(item.num)),
    unitPriceMinor: yuan(item.price),
  };
  if (flag(item.is_present)) line.gift = true;
  return line;
}

function listingOf(item: Fields): Listing[] {
  const itemId = text(item.item_id);
  return itemId === '' || skuOf(item) === '' ? [] : [{ sku: skuOf(item), itemId, skuId: optional(item.sku_id) }];
}

function buyerOf(buyer: Fields): IncomingOrder['buyer'] {
  return { key: optional(buyer.yz_open_id) ?? optional(buyer.buyer_id), name: hidden(buyer.fans_nickname, maskName), tags: [] };
}

const CIPHER = /^\$.+\$\d*\$?$|^[A-Za-z0-9+/=_-]{24,}$/;

/** Personal data comes back encrypted per shop: the shop's number is kept beside the ciphertext, as its decryption needs it. */
function sealed(value: unknown, mask: (plain: string) => string, kdtId: string): Sensitive {
  const written = text(value);
  if (!CIPHER.test(written)) return hidden(written, mask);
  return { plain: null, mask: '***', index: null, cipher: kdtId === '' ? written : `${kdtId}:${written}` };
}

function receiverOf(address: Fields, kdtId: string): Receiver {
  return {
    name: sealed(address.receiver_name, maskName, kdtId),
    phone: sealed(address.receiver_tel, maskPhone, kdtId),
    country: 'CN',
    province: text(address.delivery_province),
    city: text(address.delivery_city),
    district: text(address.delivery_district),
    address: sealed(address.delivery_address, maskAddress, kdtId),
    postcode: optional(address.delivery_postal_code),
    position: null,
  };
}

/** Two phases make a presale: the first is the deposit, the second the balance. */
function presaleOf(pay: Fields, unpaid: boolean, payTime: number | null): Presale | null {
  const phases = list(pay.phase_payments).map(fields);
  const deposit = phases.find((phase) => count(phase.phase) === 1);
  const balance = phases.find((phase) => count(phase.phase) === 2);
  if (!deposit || !balance) return null;
  return {
    depositMinor: yuan(deposit.real_price),
    balanceMinor: yuan(balance.real_price),
    balanceDueAt: time(balance.pay_end_time),
    balancePaidAt: unpaid ? null : (time(balance.pay_time) ?? payTime),
  };
}

/** Null where the message says nothing of refunds. */
function refundsOf(told: unknown, items: readonly Fields[], at: number, shop: ReadingShop): RefundEntry[] | null {
  if (typeof told !== 'object' || told === null) return null;
  return list(told)
    .map(fields)
    .filter((refund) => text(refund.refund_id) !== '')
    .map((refund) => {
      const rawState = text(refund.refund_state);
      const meaning = meaningOf(shop.mapping.refunds, rawState);
      const amountMinor = yuan(refund.refund_fee);
      return {
        id: text(refund.refund_id),
        amountMinor,
        at: time(refund.modified) ?? time(refund.update_time) ?? at,
        state: meaning === 'none' ? ('withdrawn' as const) : (meaning ?? 'open'),
        lines: refundedLines(refund, items, amountMinor),
        reason: text(refund.reason),
        complaint: meaningOf(shop.mapping.complaints, text(refund.refund_type)) ?? null,
        rawState,
      };
    });
}

/** The goods of a refund. `oids` names lines but not what each of them was worth: only a single one has the whole sum. */
function refundedLines(refund: Fields, items: readonly Fields[], amountMinor: number): RefundEntry['lines'] {
  const oids = list(refund.oids).map((entry) => text(fields(entry).oid) || text(entry));
  const [item, ...others] = items.filter(({ oid }) => text(oid) !== '' && oids.includes(text(oid)));
  if (item === undefined || others.length > 0 || oids.length !== 1) return [];
  return [{ sku: skuOf(item), quantity: lineOf(item).quantity, amountMinor }];
}

function couponOf(promotion: Fields): number {
  const coupons = list(promotion.order)
    .map(fields)
    .filter((entry) => /coupon|card/i.test(text(entry.promotion_type)));
  return coupons.reduce((sum, entry) => sum + yuan(entry.discount_fee), 0);
}

function shipmentOf(told: unknown): { number: string | null; carrier: string | null } {
  const parcels = list(told).flatMap((order) => list(fields(order).dists).map((dist) => fields(fields(dist).express_info)));
  const last = parcels.findLast((parcel) => text(parcel.express_no) !== '') ?? {};
  const number = optional(last.express_no);
  return { number, carrier: number === null ? null : carrierOf(text(last.express_id)) };
}
