import type { OrderLine, OrderStatus, Presale } from '#shared/order.ts';
import type { Incoming, IncomingOrder, Listing, Receiver, RefundEntry, UnknownWord, Wanted } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { count, fen, fields, flag, hidden, list, optional, seconds, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson, parseText } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { meaningOf } from '../kit/words.ts';
import { carrierOf } from './carriers.ts';

/**
 * Reads an order (`order.searchList` element, `order.orderDetail`), an after-sale (`afterSale.List` element, `afterSale.Detail`)
 * or one pushed message `{tag, msg_id, data}`. Money is whole fen, times are unix seconds, 64-bit ids are text.
 */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const inner = typeof parsed.value === 'string' ? parseText(parsed.value) : parsed;
  if (!inner.ok) return inner;
  const root = fields(inner.value);
  if (root.tag !== undefined && root.data !== undefined) return readPush(root, shop);
  const data = fields(root.data);
  const afterSale = [root, data, fields(data.process_info)].find((place) => aftersaleOf(place) !== null);
  if (afterSale) return readAfterSale(afterSale, root.order_info ?? data.order_info, shop);
  return readOrder(orderOf(root, data), message, shop);
}

function orderOf(root: Fields, data: Fields): Fields {
  for (const place of [data.shop_order_detail, root.shop_order_detail, data]) {
    if (text(fields(place).order_id) !== '') return fields(place);
  }
  return root;
}

function aftersaleOf(place: Fields): Fields | null {
  const info = fields(place.aftersale_info ?? place.after_sale_info);
  const own = afterSaleIdOf(info) === '' ? place : info;
  return afterSaleIdOf(own) === '' ? null : own;
}

function missing(field: string): Normalised {
  return { ok: false, reason: { zh: `缺少 ${field}`, en: `${field} is missing` } };
}

interface State {
  status: IncomingOrder['status'];
  rawStatus: string;
  partiallyShipped: boolean;
  platformHold: IncomingOrder['platformHold'];
  beneath: OrderStatus | null;
  unknown: UnknownWord[];
}

/** `main_status` counts only where it says that a refund ended the order; everything else is in `order_status`, under its after-sales. */
function stateOf(order: Fields, skus: readonly Fields[], shop: ReadingShop): State {
  const main = text(order.main_status);
  const ended = meaningOf(shop.mapping.statuses, main)?.status === 'refunded';
  const rawStatus = ended ? main : text(order.order_status) || main;
  const meaning = meaningOf(shop.mapping.statuses, rawStatus);
  const told = meaning?.status ?? null;
  const refund = told === null ? null : refundStateOf(skus, told, shop);
  return {
    status: refund ?? told,
    rawStatus,
    partiallyShipped: meaning?.partiallyShipped ?? false,
    platformHold: meaning?.platformHold ?? null,
    beneath: refund === null ? null : told,
    unknown: meaning ? [] : [{ kind: 'status', word: rawStatus }],
  };
}

/** States of an after-sale that exchanges goods. */
const EXCHANGES: ReadonlySet<string> = new Set(['13', '14']);
/** `after_sale_type` whose goods come back, or never left: all of the line is paid back. */
const WHOLE_LINE: ReadonlySet<string> = new Set(['0', '2']);
const AFTER_SHIPMENT: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['shipped', 'delivered', 'completed']);

/**
 * What the lines' after-sales make of the order: refunding or refunded only when all its lines are. The order tells no sums, so a
 * refund without a return after shipment, which may be for a part of the money, ends nothing here: its after-sale tells.
 */
function refundStateOf(skus: readonly Fields[], told: OrderStatus, shop: ReadingShop): 'refunding' | 'refunded' | null {
  const sold = skus.filter((sku) => !isGift(sku));
  if (sold.length === 0 || told === 'pending_payment' || told === 'refunded' || told === 'closed') return null;
  const states = sold.map((sku) => {
    const info = fields(sku.after_sale_info);
    const [word, type] = [text(info.after_sale_status), text(info.after_sale_type)];
    const complaint = meaningOf(shop.mapping.complaints, type);
    if (EXCHANGES.has(word) || complaint === 'C' || complaint === 'D') return null;
    const state = meaningOf(shop.mapping.refunds, word);
    const whole = told === 'cancelled' || WHOLE_LINE.has(type) || (type !== '1' && !AFTER_SHIPMENT.has(told));
    return state === 'open' || (state === 'succeeded' && whole) ? state : null;
  });
  if (states.includes(null)) return null;
  if (!states.includes('open')) return 'refunded';
  return told === 'cancelled' ? null : 'refunding';
}

function readOrder(order: Fields, message: RawMessage, shop: ReadingShop): Normalised {
  const channelOrderId = text(order.order_id);
  if (channelOrderId === '') return missing('order_id');
  const skus = list(order.sku_order_list).map(fields);
  const state = stateOf(order, skus, shop);
  const paidAt = seconds(order.pay_time);
  const createdAt = seconds(order.create_time) ?? paidAt;
  const updatedAt = seconds(order.update_time) ?? paidAt ?? createdAt;
  if (createdAt === null || updatedAt === null) return missing('create_time');
  const lines = linesOf(skus, fen(order.order_amount), fen(order.post_amount));
  const paid = state.status !== 'pending_payment' && (paidAt !== null || (state.status !== null && state.status !== 'cancelled'));
  const discountMinor = discountOf(order);
  const shipment = fields(list(order.logistics_info).at(-1));
  const incoming: IncomingOrder = {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId,
    status: state.status,
    rawStatus: state.rawStatus,
    partiallyShipped: state.partiallyShipped,
    platformHold: state.platformHold ?? null,
    currency: 'CNY',
    goodsMinor: goodsOf(order, lines, discountMinor),
    freightMinor: fen(order.post_amount),
    discountMinor,
    paidMinor: paid ? fen(order.pay_amount) : 0,
    createdAt,
    paidAt: paid ? paidAt : null,
    updatedAt,
    buyer: { key: optional(order.doudian_open_id), name: hidden('', maskName), tags: [] },
    receiver: receiverOf(order),
    buyerMessage: text(order.buyer_words),
    sellerMemo: text(order.seller_words),
    presale: presaleOf(order),
    lines,
    // The order carries states of after-sales without their ids and sums; those come from the after-sale list.
    refunds: null,
    invoice: null,
    ip: optional(order.user_ip),
    deviceId: null,
    couponMinor: 0,
    trackingNumber: optional(shipment.tracking_no),
    carrier: carrierOf(text(shipment.company)),
    sourceTags: tagsOf(order, skus),
    unknown: [...state.unknown, ...unknownAfterSales(skus, shop)],
    listings: skus.flatMap(listingOf),
  };
  if (state.beneath !== null) incoming.beneath = state.beneath;
  if (message.observedAt !== null) incoming.observedAt = message.observedAt;
  return { ok: true, items: [{ kind: 'order', order: incoming }] };
}

/** All of what was taken off; where the sum is missing, its three parts. */
function discountOf(order: Fields): number {
  if (text(order.promotion_amount) !== '') return fen(order.promotion_amount);
  const parts = [order.promotion_shop_amount, order.promotion_platform_amount, order.promotion_talent_amount];
  return parts.reduce<number>((sum, part) => sum + fen(part), 0);
}

/** What the lines cost; without prices on them, what was paid and what was taken off, less the postage. */
function goodsOf(order: Fields, lines: readonly OrderLine[], discountMinor: number): number {
  const listed = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  return listed > 0 ? listed : Math.max(0, fen(order.pay_amount) + discountMinor - fen(order.post_amount));
}

function unknownAfterSales(skus: Fields[], shop: ReadingShop): UnknownWord[] {
  const words = new Set(skus.map((sku) => text(fields(sku.after_sale_info).after_sale_status)));
  return [...words]
    .filter((word) => word !== '' && meaningOf(shop.mapping.refunds, word) === undefined)
    .map((word) => ({ kind: 'refund', word }));
}

function skuOf(line: Fields): string {
  return text(line.code) || text(line.out_sku_id) || text(line.sku_id);
}

/** A word for a gift, or a line that costs nothing. */
function isGift(sku: Fields): boolean {
  if (!['', '0', 'NONE'].includes(text(sku.given_product_type))) return true;
  return text(sku.origin_amount) !== '' && fen(sku.origin_amount) === 0 && fen(sku.pay_amount) === 0;
}

/**
 * `origin_amount` is the price of one piece; where an order adds up only when it is read as the sum of a line (unconfirmed),
 * it is divided by the pieces. A gift has no price here, whatever it is worth.
 */
function linesOf(skus: Fields[], orderMinor: number, postMinor: number): OrderLine[] {
  const sold = skus.filter((sku) => !isGift(sku));
  const asUnit = sold.reduce((sum, sku) => sum + fen(sku.origin_amount) * pieces(sku), 0);
  const asSum = sold.reduce((sum, sku) => sum + fen(sku.origin_amount), 0);
  const adds = (sum: number) => sum === orderMinor || sum + postMinor === orderMinor;
  const perLine = !adds(asUnit) && adds(asSum);
  return skus.map((sku) => {
    const line: OrderLine = { sku: skuOf(sku), name: text(sku.product_name), quantity: pieces(sku), unitPriceMinor: 0 };
    if (isGift(sku)) line.gift = true;
    else line.unitPriceMinor = perLine ? Math.round(fen(sku.origin_amount) / pieces(sku)) : fen(sku.origin_amount);
    return line;
  });
}

function pieces(sku: Fields): number {
  return Math.max(1, count(sku.item_num));
}

function listingOf(sku: Fields): Listing[] {
  const itemId = text(sku.product_id);
  return itemId === '' || skuOf(sku) === '' ? [] : [{ sku: skuOf(sku), itemId, skuId: optional(sku.sku_id) }];
}

function receiverOf(order: Fields): Receiver {
  const place = fields(order.post_addr);
  const mask = fields(order.mask_post_addr);
  // Each level is a word or `{name, id}`.
  const level = (value: unknown) => text(fields(value).name) || text(value);
  return {
    name: hidden(order.post_receiver, maskName, { mask: order.mask_post_receiver, cipher: order.encrypt_post_receiver }),
    phone: hidden(order.post_tel, maskPhone, { mask: order.mask_post_tel, cipher: order.encrypt_post_tel }),
    country: 'CN',
    province: level(place.province),
    city: level(place.city),
    district: level(place.town ?? place.district),
    address: hidden(place.detail, maskAddress, { mask: mask.detail ?? order.mask_post_detail, cipher: place.encrypt_detail }),
    postcode: null,
    position: null,
  };
}

/**
 * Phase 1 is the deposit, phase 2 the balance; each line has phases of its own. A deposit order whose balance is not yet told owes
 * what the deposit leaves open. Source: generated structs of zsmhub/doudian-sdk, `OrderPhaseListItem`.
 */
function presaleOf(order: Fields): Presale | null {
  const phases = list(order.order_phase_list).map(fields);
  const deposit = phases.filter((phase) => count(phase.current_phase) === 1);
  const balance = phases.filter((phase) => count(phase.current_phase) === 2);
  if (deposit.length === 0 && balance.length === 0 && text(order.trade_type) !== '2' && text(order.order_status) !== '103') return null;
  const sumOf = (of: Fields[]) => of.reduce((sum, phase) => sum + phaseAmount(phase), 0);
  const depositMinor = sumOf(deposit);
  const paid = balance.length > 0 && balance.every(({ pay_success: success }) => flag(success));
  return {
    depositMinor,
    balanceMinor: balance.length > 0 ? sumOf(balance) : Math.max(0, fen(order.pay_amount) - depositMinor),
    balanceDueAt: balance.map((phase) => seconds(phase.phase_close_time)).find((at) => at !== null) ?? null,
    balancePaidAt: paid ? (balance.map((phase) => seconds(phase.phase_pay_time)).find((at) => at !== null) ?? null) : null,
  };
}

/** What is to be paid while nothing was: the sum of the phase less what is taken off. */
function phaseAmount(phase: Fields): number {
  return fen(phase.phase_pay_amount) || Math.max(0, fen(phase.phase_order_amount) - fen(phase.phase_promotion_amount));
}

function tagsOf(order: Fields, skus: Fields[]): string[] {
  const tags: string[] = [];
  if (text(order.trade_type) === '1') tags.push('group-buy');
  if (text(order.trade_type) === '2') tags.push('presale');
  if (skus.some((sku) => !['', '0'].includes(text(sku.room_id)))) tags.push('live');
  return tags;
}

interface AfterSale {
  id: string;
  orderId: string;
  entry: RefundEntry;
  unknown: UnknownWord[];
}

function afterSaleIdOf(info: Fields): string {
  return text(info.aftersale_id) || text(info.after_sale_id);
}

/** An after-sale with id, order, state and time, or null: without one of them it is only a hint. An exchange, a resend and a repair move goods and no money. */
function afterSaleEntry(info: Fields, lines: RefundEntry['lines'], shop: ReadingShop): AfterSale | null {
  const id = afterSaleIdOf(info);
  const orderId = [info.p_id, info.shop_order_id, info.related_id, info.order_id].map(text).find((part) => part !== '') ?? '';
  const rawState = text(info.aftersale_status) || text(info.after_sale_status);
  // Seconds in lists, a date text without zone in messages.
  const at = time(info.update_time) ?? time(info.apply_time);
  const amount = text(info.refund_amount) || text(info.refund_total_amount);
  if (id === '' || orderId === '' || rawState === '' || at === null || amount === '') return null;
  const meaning = meaningOf(shop.mapping.refunds, rawState);
  const complaint = meaningOf(shop.mapping.complaints, text(info.aftersale_type) || text(info.after_sale_type)) ?? null;
  const goodsOnly = complaint === 'C' || EXCHANGES.has(rawState);
  return {
    id,
    orderId,
    unknown: meaning === undefined ? [{ kind: 'refund', word: rawState }] : [],
    entry: {
      id,
      amountMinor: goodsOnly ? 0 : fen(amount),
      at,
      state: meaning === 'none' ? 'withdrawn' : (meaning ?? 'open'),
      lines: goodsOnly ? lines.map((line) => ({ ...line, amountMinor: 0 })) : lines,
      reason: text(info.reason) || text(info.reason_text),
      complaint,
      rawState,
    },
  };
}

function refundItem({ orderId, entry, unknown }: AfterSale, { channel, shopId }: ReadingShop): Incoming {
  const refund = { channel, shopId, channelOrderId: orderId, refund: entry, updatedAt: entry.at };
  return { kind: 'refund', refund: unknown.length === 0 ? refund : { ...refund, unknown } };
}

function readAfterSale(place: Fields, orderInfo: unknown, shop: ReadingShop): Normalised {
  const info = aftersaleOf(place) ?? place;
  const own = fields(place.order_info ?? orderInfo);
  const related = list(own.related_order_info ?? own.sku_order_infos).map(fields);
  const lines = related
    .filter((line) => skuOf({ ...line, code: line.shop_sku_code ?? line.code }) !== '')
    .map((line) => ({
      sku: text(line.shop_sku_code) || skuOf(line),
      quantity: Math.max(1, count(line.aftersale_item_num ?? line.item_quantity ?? line.item_num)),
      amountMinor: fen(line.aftersale_pay_amount ?? line.refund_amount ?? line.pay_amount),
    }));
  const shopOrder = text(own.shop_order_id) || text(info.shop_order_id);
  const read = afterSaleEntry(shopOrder === '' ? info : { ...info, p_id: shopOrder }, lines, shop);
  return read
    ? { ok: true, items: [refundItem(read, shop)] }
    : missing('aftersale_id, shop_order_id, aftersale_status, refund_amount, update_time');
}

/** Tags 100 to 199 tell of orders, 200 to 299 of after-sales; each is a hint and ends in a detail call. */
function readPush(message: Fields, shop: ReadingShop): Normalised {
  const tag = count(message.tag);
  if (tag < 100 || tag >= 300) return { ok: true, items: [] };
  const parsed = typeof message.data === 'string' ? parseText(message.data) : { ok: true as const, value: message.data };
  if (!parsed.ok) return parsed;
  const data = fields(parsed.value);
  const orderId = [data.p_id, data.shop_order_id, data.order_id].map(text).find((part) => part !== '') ?? '';
  const afterSaleId = afterSaleIdOf(data);
  if (orderId === '' && afterSaleId === '') return missing('data.p_id');
  const wanted: Wanted[] = orderId === '' ? [] : [{ kind: 'order', id: orderId, because: 'push' }];
  if (tag < 200) return { ok: true, items: [], wanted };
  const read = afterSaleEntry(data, [], shop);
  if (read && read.unknown.length === 0) return { ok: true, items: [refundItem(read, shop)], wanted };
  if (afterSaleId !== '') wanted.push({ kind: 'refund', id: afterSaleId, because: 'push' });
  return { ok: true, items: [], wanted };
}
