import type { OrderLine, Presale } from '#shared/order.ts';
import type { IncomingOrder, Listing, Receiver, RefundEntry, UnknownWord, Wanted } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { count, fen, fields, hidden, list, optional, seconds, text, time } from '../kit/fields.ts';
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
  const own = text(info.aftersale_id ?? info.after_sale_id) === '' ? place : info;
  return text(own.aftersale_id ?? own.after_sale_id) === '' ? null : own;
}

function missing(field: string): Normalised {
  return { ok: false, reason: { zh: `缺少 ${field}`, en: `${field} is missing` } };
}

interface State {
  status: IncomingOrder['status'];
  rawStatus: string;
  partiallyShipped: boolean;
  platformHold: IncomingOrder['platformHold'];
  unknown: UnknownWord[];
}

/** `main_status` counts only where it says that a refund ended the order; everything else is in `order_status`. */
function stateOf(order: Fields, shop: ReadingShop): State {
  const main = text(order.main_status);
  const ended = meaningOf(shop.mapping.statuses, main)?.status === 'refunded';
  const rawStatus = ended ? main : text(order.order_status) || main;
  const meaning = meaningOf(shop.mapping.statuses, rawStatus);
  return {
    status: meaning?.status ?? null,
    rawStatus,
    partiallyShipped: meaning?.partiallyShipped ?? false,
    platformHold: meaning?.platformHold ?? null,
    unknown: meaning ? [] : [{ kind: 'status', word: rawStatus }],
  };
}

function readOrder(order: Fields, message: RawMessage, shop: ReadingShop): Normalised {
  const channelOrderId = text(order.order_id);
  if (channelOrderId === '') return missing('order_id');
  const state = stateOf(order, shop);
  const paidAt = seconds(order.pay_time);
  const createdAt = seconds(order.create_time) ?? paidAt;
  const updatedAt = seconds(order.update_time) ?? paidAt ?? createdAt;
  if (createdAt === null || updatedAt === null) return missing('create_time');
  const skus = list(order.sku_order_list).map(fields);
  const lines = linesOf(skus, fen(order.order_amount), fen(order.post_amount));
  const unpaid = state.status === 'pending_payment' || (state.status === 'cancelled' && paidAt === null);
  const shipment = fields(list(order.logistics_info).at(-1));
  const incoming: IncomingOrder = {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId,
    status: state.status,
    rawStatus: state.rawStatus,
    partiallyShipped: state.partiallyShipped,
    platformHold: state.platformHold,
    currency: 'CNY',
    goodsMinor: lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0),
    freightMinor: fen(order.post_amount),
    discountMinor: fen(order.promotion_amount),
    paidMinor: unpaid ? 0 : fen(order.pay_amount),
    createdAt,
    paidAt: unpaid ? null : paidAt,
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
  if (message.observedAt !== null) incoming.observedAt = message.observedAt;
  return { ok: true, items: [{ kind: 'order', order: incoming }] };
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

/**
 * `origin_amount` is the price of one piece; where an order adds up only when it is read as the sum of a line (unconfirmed),
 * it is divided by the pieces.
 */
function linesOf(skus: Fields[], orderMinor: number, postMinor: number): OrderLine[] {
  const asUnit = skus.reduce((sum, sku) => sum + fen(sku.origin_amount) * pieces(sku), 0);
  const asSum = skus.reduce((sum, sku) => sum + fen(sku.origin_amount), 0);
  const adds = (sum: number) => sum === orderMinor || sum + postMinor === orderMinor;
  const perLine = !adds(asUnit) && adds(asSum);
  return skus.map((sku) => {
    const line: OrderLine = {
      sku: skuOf(sku),
      name: text(sku.product_name),
      quantity: pieces(sku),
      unitPriceMinor: perLine ? Math.round(fen(sku.origin_amount) / pieces(sku)) : fen(sku.origin_amount),
    };
    if (!['', '0', 'NONE'].includes(text(sku.given_product_type))) line.gift = true;
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

/** Phase 1 is the deposit, phase 2 the balance. An order without two phases is no presale. */
function presaleOf(order: Fields): Presale | null {
  const phases = list(order.order_phase_list).map(fields);
  const deposit = phases.find((phase) => count(phase.current_phase) === 1);
  const balance = phases.find((phase) => count(phase.current_phase) === 2);
  if (!deposit || !balance) return null;
  const paid = ['1', 'true', '2'].includes(text(balance.pay_success));
  return {
    depositMinor: fen(deposit.phase_pay_amount),
    balanceMinor: fen(balance.phase_pay_amount),
    balanceDueAt: seconds(balance.phase_close_time),
    balancePaidAt: paid ? seconds(balance.phase_pay_time) : null,
  };
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
  unknown: boolean;
}

/** An after-sale with id, order, state and time, or null: without one of them it is only a hint. */
function afterSaleEntry(info: Fields, lines: RefundEntry['lines'], shop: ReadingShop): AfterSale | null {
  const id = text(info.aftersale_id ?? info.after_sale_id);
  const orderId = text(info.p_id ?? info.shop_order_id ?? info.related_id ?? info.order_id);
  const rawState = text(info.aftersale_status ?? info.after_sale_status);
  // Seconds in lists, a date text without zone in messages.
  const at = time(info.update_time) ?? seconds(info.update_time) ?? seconds(info.apply_time) ?? time(info.apply_time);
  const amount = info.refund_amount ?? info.refund_total_amount;
  if (id === '' || orderId === '' || rawState === '' || at === null || text(amount) === '') return null;
  const meaning = meaningOf(shop.mapping.refunds, rawState);
  const type = text(info.aftersale_type ?? info.after_sale_type);
  return {
    id,
    orderId,
    unknown: meaning === undefined,
    entry: {
      id,
      amountMinor: fen(amount),
      at,
      state: meaning === 'none' ? 'withdrawn' : (meaning ?? 'open'),
      lines,
      reason: text(info.reason ?? info.reason_text),
      complaint: meaningOf(shop.mapping.complaints, type) ?? null,
      rawState,
    },
  };
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
  if (!read) return missing('aftersale_id, shop_order_id, aftersale_status, refund_amount, update_time');
  return {
    ok: true,
    items: [
      {
        kind: 'refund',
        refund: {
          channel: shop.channel,
          shopId: shop.shopId,
          channelOrderId: read.orderId,
          refund: read.entry,
          updatedAt: read.entry.at,
        },
      },
    ],
  };
}

/** Tags 100 to 199 tell of orders, 200 to 299 of after-sales; each is a hint and ends in a detail call. */
function readPush(message: Fields, shop: ReadingShop): Normalised {
  const tag = count(message.tag);
  if (tag < 100 || tag >= 300) return { ok: true, items: [] };
  const parsed = typeof message.data === 'string' ? parseText(message.data) : { ok: true as const, value: message.data };
  if (!parsed.ok) return parsed;
  const data = fields(parsed.value);
  const orderId = text(data.p_id ?? data.shop_order_id ?? data.order_id);
  const afterSaleId = text(data.aftersale_id ?? data.after_sale_id);
  if (orderId === '' && afterSaleId === '') return missing('data.p_id');
  const wanted: Wanted[] = orderId === '' ? [] : [{ kind: 'order', id: orderId, because: 'push' }];
  if (tag < 200) return { ok: true, items: [], wanted };
  const read = afterSaleEntry(data, [], shop);
  if (afterSaleId !== '' && (!read || read.unknown)) wanted.push({ kind: 'refund', id: afterSaleId, because: 'push' });
  if (!read || read.unknown) return { ok: true, items: [], wanted };
  const refund = { channel: shop.channel, shopId: shop.shopId, channelOrderId: read.orderId, refund: read.entry, updatedAt: read.entry.at };
  return { ok: true, items: [{ kind: 'refund', refund }], wanted };
}
