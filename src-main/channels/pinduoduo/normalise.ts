import type { OrderLine, Presale } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { IncomingOrder, Receiver, RefundEntry, Sensitive, UnknownWord, Wanted } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { count, decimal, fen, fields, flag, hidden, list, millis, optional, text, time, yuan } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson, parseText } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { carrierOf } from './carriers.ts';
import { holdKeyOf, rawStatusOf, statusKeyOf } from './status.ts';

const NO_ORDER: Normalised = {
  ok: false,
  reason: { zh: '消息中没有订单号 order_sn', en: 'There is no order number order_sn in the message' },
};
/** Both steps of a deposit presale are paid (?): the word or its number. */
const STEPS_DONE = new Set(['FRONT_PAID_FINAL_PAID', '2']);

/** Reads an order (bare, or in the wrapper of an answer such as `order_info_get_response`), a row of the refund list, or a frame of the message connection. */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const outer = fields(parsed.value);
  if ('commandType' in outer || 'mallID' in outer) return hint(fields(outer.message ?? outer), shop);
  if (message.topic === 'refund' || ('after_sales_status' in outer && !('confirm_status' in outer) && 'id' in outer)) {
    return refundRow(outer, shop);
  }
  const wrapper = Object.keys(outer).find((key) => key.endsWith('_response'));
  const inner = wrapper === undefined ? outer : fields(outer[wrapper]);
  const order = fields(inner.order_info ?? inner);
  const id = text(order.order_sn);
  if (id === '') return NO_ORDER;
  return { ok: true, items: [{ kind: 'order', order: toOrder(id, order, message, shop) }] };
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
  const state = Object.hasOwn(shop.mapping.refunds, type) ? shop.mapping.refunds[type] : undefined;
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

/** A row of `pdd.refund.list.increment.get`. A sum written with a decimal point is yuan; the option says what a bare number is. */
function refundRow(outer: Fields, shop: ReadingShop): Normalised {
  const row = fields(outer.refund_information_get_response ?? outer);
  const id = text(row.id) || text(row.refund_id) || text(row.after_sales_id);
  const channelOrderId = text(row.order_sn);
  if (id === '' || channelOrderId === '') return NO_ORDER;
  const word = text(row.after_sales_status);
  const state = Object.hasOwn(shop.mapping.refunds, word) ? shop.mapping.refunds[word] : undefined;
  if (state === 'none') return { ok: true, items: [] };
  const at = time(row.updated_time) ?? time(row.updated_at) ?? millis(row.updated_time) ?? time(row.created_time) ?? 0;
  const amountMinor = refundSum(row.refund_amount ?? row.refund_fee, shop);
  const sku = text(row.outer_id) || text(row.sku_id);
  const refund: RefundEntry = {
    id,
    amountMinor,
    at,
    state: state ?? 'open',
    lines: sku === '' ? [] : [{ sku, quantity: Math.max(1, count(row.goods_number)), amountMinor }],
    reason: text(row.after_sale_reason),
    complaint: complaintOf(row, word, shop),
    rawState: word,
  };
  return {
    ok: true,
    items: [{ kind: 'refund', refund: { channel: shop.channel, shopId: shop.shopId, channelOrderId, refund, updatedAt: at } }],
  };
}

function refundSum(value: unknown, shop: ReadingShop): number {
  const written = text(value);
  const inYuan = written.includes('.') || shop.options.refundUnit !== 'fen';
  return inYuan ? (decimal(written, 'CNY') ?? 0) : fen(written);
}

/** The step may tell the class; where it does not, the kind of after-sale (?) does: the same numbers as the steps that open it. */
function complaintOf(row: Fields, word: string, shop: ReadingShop): RefundEntry['complaint'] {
  const { complaints } = shop.mapping;
  const kind = text(row.after_sales_type);
  if (Object.hasOwn(complaints, word)) return complaints[word] ?? null;
  return (Object.hasOwn(complaints, kind) ? complaints[kind] : null) ?? null;
}

/** An open refund does not lift what forbids shipping: were it withdrawn, the group would still be forming. */
function platformHoldOf(order: Fields, status: IncomingOrder['status'], shop: ReadingShop): LocalisedText | null {
  const key = holdKeyOf(order);
  if (key === null || !['paid', 'awaiting_shipment', 'refunding'].includes(status ?? '')) return null;
  return shop.mapping.statuses[key]?.platformHold ?? null;
}

function toOrder(id: string, order: Fields, { observedAt }: RawMessage, shop: ReadingShop): IncomingOrder {
  const rawStatus = rawStatusOf(order);
  const key = statusKeyOf(order);
  const meaning = Object.hasOwn(shop.mapping.statuses, key) ? shop.mapping.statuses[key] : undefined;
  const unknown: UnknownWord[] = meaning ? [] : [{ kind: 'status', word: key }];
  const payTime = time(order.pay_time);
  const presale = presaleOf(order);
  const depositOnly = presale !== null && presale.balancePaidAt === null && text(order.confirm_status) !== '2';
  const status = meaning && depositOnly ? 'pending_payment' : (meaning?.status ?? null);
  const paidAt = status === 'pending_payment' ? null : payTime;
  const createdAt = time(order.created_time) ?? payTime ?? time(order.updated_at) ?? 0;
  const goodsMinor = yuan(order.goods_amount);
  const freightMinor = yuan(order.postage);
  const payable = yuan(order.pay_amount);
  return {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: id,
    status,
    rawStatus,
    partiallyShipped: meaning?.partiallyShipped ?? false,
    currency: 'CNY',
    goodsMinor,
    freightMinor,
    discountMinor: text(order.discount_amount) === '' ? Math.max(0, goodsMinor + freightMinor - payable) : yuan(order.discount_amount),
    paidMinor: paidAt === null ? 0 : payable,
    createdAt,
    paidAt,
    updatedAt: time(order.updated_at) ?? payTime ?? createdAt,
    buyer: { key: optional(order.open_id), name: hidden('', maskName), tags: [] },
    receiver: receiverOf(order),
    buyerMessage: text(order.buyer_memo),
    sellerMemo: text(order.remark),
    presale,
    lines: [...list(order.item_list).map((row) => lineOf(fields(row))), ...list(order.gift_list).map((row) => giftOf(fields(row)))],
    refunds: null,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: yuan(order.capital_free_discount),
    trackingNumber: optional(order.tracking_number),
    sourceTags: presale !== null || flag(order.is_pre_sale) ? ['presale'] : [],
    carrier: carrierOf(text(order.logistics_id)),
    platformHold: depositOnly || status === null ? null : platformHoldOf(order, status, shop),
    ...(observedAt === null ? {} : { observedAt }),
    unknown,
  };
}

function skuOf(row: Fields): string {
  return text(row.outer_id) || text(row.outer_goods_id) || text(row.sku_id) || text(row.goods_id);
}

function lineOf(row: Fields): OrderLine {
  const spec = text(row.goods_spec);
  const name = text(row.goods_name);
  return {
    sku: skuOf(row),
    name: spec === '' ? name : `${name} ${spec}`,
    quantity: Math.max(1, count(row.goods_count)),
    unitPriceMinor: yuan(row.goods_price),
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
  const word = text(step.step_trade_status);
  const paid = STEPS_DONE.has(word) || (word === '' && text(order.confirm_status) === '1');
  return {
    depositMinor,
    balanceMinor: Math.max(0, yuan(order.pay_amount) - depositMinor),
    balanceDueAt: null,
    balancePaidAt: paid ? time(order.pay_time) : null,
  };
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
