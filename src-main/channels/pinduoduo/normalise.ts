import type { OrderLine, OrderStatus, Presale } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Incoming, IncomingOrder, Receiver, RefundEntry, Sensitive, UnknownWord, Wanted } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop, StatusMeaning } from '../channel.ts';
import { facets } from '../kit/facets.ts';
import { count, decimal, fen, fields, flag, hidden, list, millis, optional, rows, text, time, yuan } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson, parseText } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { meaningOf } from '../kit/words.ts';
import { carrierOf } from './carriers.ts';
import { holdKeyOf, keyBeneathOf, rawStatusOf, statusKeyOf } from './status.ts';

const NO_ORDER: Normalised = {
  ok: false,
  reason: { zh: '消息中没有订单号 order_sn', en: 'There is no order number order_sn in the message' },
};
/** Both steps of a deposit presale are paid (?): the word or its number. */
const STEPS_DONE = new Set(['FRONT_PAID_FINAL_PAID', '2']);
/** States a deposit alone cannot reach. */
const NEEDS_THE_BALANCE: ReadonlySet<OrderStatus | null> = new Set<OrderStatus>(['paid', 'awaiting_shipment', 'shipped']);
/** States in which the buyer paid, though `pay_time` may be missing. */
const PAID: ReadonlySet<OrderStatus | null> = new Set<OrderStatus>([
  'paid',
  'awaiting_shipment',
  'shipped',
  'completed',
  'refunding',
  'refunded',
]);

/**
 * Reads an order (bare, in the wrapper of an answer such as `order_info_get_response`, or several in an `order_list`), a row of the
 * refund list, or a frame of the message connection.
 */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const outer = fields(parsed.value);
  if ('commandType' in outer || 'mallID' in outer) return hint(fields(outer.message ?? outer), shop);
  if (message.topic === 'refund' || ('after_sales_status' in outer && !('confirm_status' in outer) && 'id' in outer)) {
    return refundRow(outer, message, shop);
  }
  const wrapper = Object.keys(outer).find((key) => key.endsWith('_response'));
  const inner = wrapper === undefined ? outer : fields(outer[wrapper]);
  const orders = rows(inner.order_list ?? inner.order_info ?? inner, 'order_info');
  if (orders.length === 0 || orders.some((order) => text(order.order_sn) === '')) return NO_ORDER;
  return { ok: true, items: orders.map((order) => ({ kind: 'order', order: toOrder(text(order.order_sn), order, message, shop) })) };
}

/** A message names an order and, for a refund, its number, sum in **fen** and time; what else changed has to be fetched. */
function hint(message: Fields, shop: ReadingShop): Normalised {
  const type = text(message.type);
  if (!/^pdd_(?:trade|refund)_/.test(type)) return { ok: true, items: [] };
  const content = typeof message.content === 'string' ? parseText(message.content) : { ok: true as const, value: message.content };
  if (!content.ok) return content;
  const told = fields(content.value);
  const channelOrderId = text(told.tid) || text(told.order_sn);
  if (channelOrderId === '') return NO_ORDER;
  const wanted: Wanted[] = [{ kind: 'order', id: channelOrderId, because: 'push' }];
  const id = text(told.refund_id);
  const at = millis(told.modified);
  const state = meaningOf(shop.mapping.refunds, type);
  const whole = id !== '' && at !== null && text(told.refund_fee) !== '' && state !== undefined && state !== 'none';
  if (!whole) return { ok: true, items: [], wanted };
  const refund: RefundEntry = {
    id,
    amountMinor: fen(told.refund_fee),
    at,
    state,
    lines: [],
    reason: '',
    complaint: null,
    rawState: type,
  };
  const { channel, shopId } = shop;
  return { ok: true, items: [{ kind: 'refund', refund: { channel, shopId, channelOrderId, refund, updatedAt: at } }], wanted };
}

/**
 * A row of `pdd.refund.list.increment.get`. A sum written with a decimal point is yuan; the option says what a bare number is. An
 * exchange, a resend and a repair move goods and no money, whatever the goods are worth.
 */
function refundRow(outer: Fields, { observedAt }: RawMessage, shop: ReadingShop): Normalised {
  const row = fields(outer.refund_information_get_response ?? outer);
  const id = text(row.id) || text(row.refund_id) || text(row.after_sales_id);
  const channelOrderId = text(row.order_sn);
  if (id === '' || channelOrderId === '') return NO_ORDER;
  const word = text(row.after_sales_status);
  const state = meaningOf(shop.mapping.refunds, word);
  if (state === 'none') return { ok: true, items: [] };
  const at = time(row.updated_time) ?? time(row.updated_at) ?? time(row.created_time) ?? observedAt ?? 0;
  const complaint = complaintOf(row, word, shop);
  const amountMinor = complaint === 'C' ? 0 : refundSum(text(row.refund_amount) || row.refund_fee, shop);
  const sku = text(row.outer_id) || text(row.sku_id);
  const refund: RefundEntry = {
    id,
    amountMinor,
    at,
    state: state ?? 'open',
    lines: sku === '' ? [] : [{ sku, quantity: Math.max(1, count(row.goods_number)), amountMinor }],
    reason: text(row.after_sale_reason),
    complaint,
    rawState: word,
  };
  const unknown: UnknownWord[] = state === undefined ? [{ kind: 'refund', word }] : [];
  const { channel, shopId } = shop;
  const told = { channel, shopId, channelOrderId, refund, updatedAt: at };
  const item: Incoming = { kind: 'refund', refund: unknown.length === 0 ? told : { ...told, unknown } };
  return { ok: true, items: [item] };
}

function refundSum(value: unknown, shop: ReadingShop): number {
  const written = text(value);
  const inYuan = written.includes('.') || shop.options.refundUnit !== 'fen';
  return inYuan ? (decimal(written, 'CNY') ?? 0) : fen(written);
}

/** The step may tell the class; where it does not, the kind of after-sale does. */
function complaintOf(row: Fields, word: string, shop: ReadingShop): RefundEntry['complaint'] {
  const { complaints } = shop.mapping;
  return meaningOf(complaints, word) ?? meaningOf(complaints, `type=${text(row.after_sales_type)}`) ?? null;
}

/** An open refund does not lift what forbids shipping: were it withdrawn, the group would still be forming. */
function platformHoldOf(order: Fields, status: IncomingOrder['status'], shop: ReadingShop): LocalisedText | null {
  const key = holdKeyOf(order);
  if (key === null || !['paid', 'awaiting_shipment', 'refunding'].includes(status ?? '')) return null;
  return shop.mapping.statuses[key]?.platformHold ?? null;
}

interface State {
  status: OrderStatus | null;
  meaning: StatusMeaning | undefined;
  /** Under an open or finished refund. */
  beneath: OrderStatus | null;
  presale: Presale | null;
  unknown: UnknownWord[];
}

/** What the four enums say together, unless the deposit alone was paid. */
function stateOf(order: Fields, shop: ReadingShop): State {
  const { statuses, refunds } = shop.mapping;
  const key = statusKeyOf(order);
  const meaning = meaningOf(statuses, key);
  const presale = presaleOf(order);
  const depositOnly = presale !== null && !isBalancePaid(order);
  const real = (status: OrderStatus | null) => (depositOnly && NEEDS_THE_BALANCE.has(status) ? 'pending_payment' : status);
  const unknown: UnknownWord[] = meaning ? [] : [{ kind: 'status', word: key }];
  const afterSale = text(order.after_sales_status);
  if (afterSale !== '' && meaningOf(refunds, afterSale) === undefined) unknown.push({ kind: 'refund', word: afterSale });
  const beneath = key.startsWith('refund=') ? (meaningOf(statuses, keyBeneathOf(order))?.status ?? null) : null;
  return { status: real(meaning?.status ?? null), meaning, beneath: real(beneath), presale, unknown };
}

/** What is missing is made up of the rest: goods of their lines, the discount of its parts or of what was not paid. */
function moneyOf(order: Fields, lines: readonly OrderLine[]): Pick<IncomingOrder, 'goodsMinor' | 'freightMinor' | 'discountMinor'> {
  const listed = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const goodsMinor = text(order.goods_amount) === '' ? listed : yuan(order.goods_amount);
  const freightMinor = yuan(order.postage);
  if (text(order.discount_amount) !== '') return { goodsMinor, freightMinor, discountMinor: yuan(order.discount_amount) };
  const parts = yuan(order.platform_discount) + yuan(order.seller_discount);
  const unpaid = text(order.pay_amount) === '' ? 0 : Math.max(0, goodsMinor + freightMinor - yuan(order.pay_amount));
  return { goodsMinor, freightMinor, discountMinor: parts || unpaid };
}

function toOrder(id: string, order: Fields, { observedAt }: RawMessage, shop: ReadingShop): IncomingOrder {
  const state = stateOf(order, shop);
  const { status, presale } = state;
  const payTime = time(order.pay_time);
  const paidAt = status === 'pending_payment' ? null : (payTime ?? (status === 'cancelled' ? null : time(order.confirm_time)));
  const createdAt = time(order.created_time) ?? payTime ?? time(order.updated_at) ?? observedAt ?? 0;
  const lines = [...list(order.item_list).map((row) => lineOf(fields(row))), ...list(order.gift_list).map((row) => giftOf(fields(row)))];
  const money = moneyOf(order, lines);
  return {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: id,
    status,
    rawStatus: rawStatusOf(order),
    partiallyShipped: state.meaning?.partiallyShipped ?? false,
    currency: 'CNY',
    ...money,
    paidMinor: paidAt !== null || PAID.has(status) ? yuan(order.pay_amount) : 0,
    createdAt,
    paidAt,
    updatedAt: time(order.updated_at) ?? payTime ?? createdAt,
    buyer: { key: optional(order.open_id), name: hidden('', maskName), tags: [] },
    receiver: receiverOf(order),
    buyerMessage: text(order.buyer_memo),
    sellerMemo: text(order.remark),
    presale,
    lines,
    refunds: null,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: yuan(order.capital_free_discount),
    trackingNumber: optional(order.tracking_number),
    sourceTags: presale !== null || flag(order.is_pre_sale) ? ['presale'] : [],
    carrier: carrierOf(text(order.logistics_id)),
    platformHold: platformHoldOf(order, status, shop),
    ...(state.beneath === null ? {} : { beneath: state.beneath }),
    ...(observedAt === null ? {} : { observedAt }),
    unknown: state.unknown,
    ...facets({ 'ship-by-at': time(order.last_ship_time) }),
  };
}

function skuOf(row: Fields): string {
  return text(row.outer_id) || text(row.outer_goods_id) || text(row.sku_id) || text(row.goods_id);
}

function lineOf(row: Fields): OrderLine {
  const spec = text(row.goods_spec);
  const name = text(row.goods_name);
  const unitPriceMinor = yuan(row.goods_price);
  const gift = text(row.goods_price) !== '' && unitPriceMinor === 0;
  return {
    sku: skuOf(row),
    name: spec === '' ? name : `${name} ${spec}`,
    quantity: Math.max(1, count(row.goods_count)),
    unitPriceMinor,
    ...(gift ? { gift } : {}),
  };
}

function giftOf(row: Fields): OrderLine {
  return { ...lineOf(row), unitPriceMinor: 0, gift: true };
}

/** `trade_type` 1 is a deposit order. `step_paid_fee` is the deposit, `advanced_paid_fee` what was paid ahead, in yuan. */
function presaleOf(order: Fields): Presale | null {
  if (text(order.trade_type) !== '1') return null;
  const step = fields(order.step_order_info);
  const depositMinor = text(step.step_paid_fee) === '' ? yuan(step.advanced_paid_fee) : yuan(step.step_paid_fee);
  return {
    depositMinor,
    balanceMinor: Math.max(0, yuan(order.pay_amount) - depositMinor),
    balanceDueAt: null,
    balancePaidAt: isBalancePaid(order) ? time(order.pay_time) : null,
  };
}

function isBalancePaid(order: Fields): boolean {
  const word = text(fields(order.step_order_info).step_trade_status);
  return STEPS_DONE.has(word) || (word === '' && text(order.confirm_status) === '1');
}

/** The plain fields hold ciphertext; `*_mask` is what may be shown. Pinduoduo's ciphers carry their search index between the first two marks. */
function concealed(value: unknown, givenMask: unknown, mask: (text: string) => string): Sensitive {
  const written = text(value);
  const cipher = /^([~$@#]).+\1/.test(written);
  return cipher
    ? hidden('', mask, { mask: givenMask, cipher: written, index: written.split(written.charAt(0))[1] })
    : hidden(written, mask, { mask: givenMask });
}

function receiverOf(order: Fields): Receiver {
  return {
    name: concealed(order.receiver_name, order.receiver_name_mask, maskName),
    phone: concealed(order.receiver_phone, order.receiver_phone_mask, maskPhone),
    country: 'CN',
    province: text(order.province),
    city: text(order.city),
    district: text(order.town),
    address: concealed(text(order.address) || order.receiver_address, text(order.address_mask) || order.receiver_address_mask, maskAddress),
    postcode: null,
    position: null,
  };
}
