import type { OrderLine, OrderStatus, Presale } from '#shared/order.ts';
import type { IncomingOrder, Listing, Receiver, RefundEntry, Sensitive, UnknownWord } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop, StatusMeaning } from '../channel.ts';
import { count, fields, hidden, optional, rows, text, time, yuan } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson, parseText } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { meaningOf } from '../kit/words.ts';
import { carrierOf } from './carriers.ts';

const NO_ORDER: Normalised = {
  ok: false,
  reason: { zh: '消息中没有订单号 tid', en: 'There is no order number tid in the message' },
};
/** The balance of a deposit presale is still open, whatever `status` says, unless the trade has ended. */
const BALANCE_OPEN = new Set(['FRONT_NOPAID_FINAL_NOPAID', 'FRONT_PAID_FINAL_NOPAID']);
const STEPS = new Set([...BALANCE_OPEN, 'FRONT_PAID_FINAL_PAID', 'FRONT_PAID_FRONT_FORFEITED', '']);
/** States a deposit alone cannot reach. */
const NEEDS_THE_BALANCE: ReadonlySet<OrderStatus | null> = new Set<OrderStatus>(['paid', 'awaiting_shipment', 'shipped']);
/** States in which the buyer paid, though `pay_time` may be missing. */
const PAID: ReadonlySet<OrderStatus | null> = new Set<OrderStatus>(['paid', 'awaiting_shipment', 'shipped', 'completed']);
/** Receiver fields without a star may be ciphertext between markers. */
const CIPHERTEXT = /^(?:~.+~\d*~?|\$.+\$\d*\$?)$/;

/**
 * Reads a trade (bare, in the wrapper of an answer such as `trade_fullinfo_get_response`, or several in `trades.trade`) or a message
 * of the message service, which is only a hint.
 */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const outer = fields(parsed.value);
  if ('content' in outer && 'topic' in outer) return hint(outer);
  const wrapper = Object.keys(outer).find((key) => key.endsWith('_response'));
  const inner = wrapper === undefined ? outer : fields(outer[wrapper]);
  const trades = rows(inner.trades ?? inner, 'trade');
  const ids = trades.map((trade) => text(trade.tid_str) || text(trade.tid));
  if (ids.length === 0 || ids.includes('')) return NO_ORDER;
  return { ok: true, items: trades.map((trade, at) => ({ kind: 'order', order: toOrder(ids[at] ?? '', trade, message, shop) })) };
}

/** `{topic, content}`, content being JSON text: names the trade and no more. */
function hint(outer: Fields): Normalised {
  if (!/^taobao_(?:trade|refund)_/.test(text(outer.topic))) return { ok: true, items: [] };
  const content = typeof outer.content === 'string' ? parseText(outer.content) : { ok: true as const, value: outer.content };
  if (!content.ok) return content;
  const id = text(fields(content.value).tid);
  return id === '' ? NO_ORDER : { ok: true, items: [], wanted: [{ kind: 'order', id, because: 'push' }] };
}

interface State {
  status: OrderStatus | null;
  step: string;
  meaning: StatusMeaning | undefined;
}

/** `status`, unless the deposit alone was paid, or was kept by the shop because the balance never came. */
function stateOf(trade: Fields, shop: ReadingShop): State {
  const step = text(trade.step_trade_status);
  const meaning = meaningOf(shop.mapping.statuses, text(trade.status));
  const status = meaning?.status ?? null;
  if (BALANCE_OPEN.has(step) && NEEDS_THE_BALANCE.has(status)) return { status: 'pending_payment', step, meaning };
  if (step === 'FRONT_PAID_FRONT_FORFEITED' && status === 'refunded') return { status: 'cancelled', step, meaning };
  return { status, step, meaning };
}

/** Cash on delivery is paid at the door: only a time of payment tells. */
function paymentOf(trade: Fields, { status, step }: State): { paidAt: number | null; paidMinor: number } {
  if (status === 'pending_payment' || step === 'FRONT_PAID_FRONT_FORFEITED') return { paidAt: null, paidMinor: 0 };
  const paidAt = time(trade.pay_time);
  const paid = paidAt !== null || (PAID.has(status) && text(trade.type) !== 'cod');
  return { paidAt, paidMinor: paid ? yuan(trade.payment) : 0 };
}

/**
 * A price the seller changed by hand is a discount below zero or above. Where the trade names none because it was taken off the
 * lines, it is what is missing between goods, postage and payment.
 */
function discountOf(trade: Fields, goodsMinor: number): number {
  const told = yuan(trade.discount_fee) - yuan(trade.adjust_fee);
  if (told !== 0 || text(trade.payment) === '') return told;
  return Math.max(0, goodsMinor + yuan(trade.post_fee) - yuan(trade.payment));
}

function toOrder(id: string, trade: Fields, { observedAt }: RawMessage, shop: ReadingShop): IncomingOrder {
  const unknown: UnknownWord[] = [];
  const orders = rows(trade.orders, 'order');
  const lines = orders.map(lineOf);
  const state = stateOf(trade, shop);
  const { status, step, meaning } = state;
  if (!meaning) unknown.push({ kind: 'status', word: text(trade.status) });
  if (!STEPS.has(step)) unknown.push({ kind: 'field', word: `step_trade_status=${step}` });
  const createdAt = time(trade.created) ?? time(trade.pay_time) ?? time(trade.modified) ?? observedAt ?? 0;
  const updatedAt = time(trade.modified) ?? time(trade.pay_time) ?? createdAt;
  const shipped = orders.find((row) => text(row.invoice_no) !== '');
  const listed = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const goodsMinor = text(trade.total_fee) === '' ? listed : yuan(trade.total_fee);
  return {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: id,
    status,
    rawStatus: text(trade.status),
    partiallyShipped: meaning?.partiallyShipped ?? false,
    currency: 'CNY',
    goodsMinor,
    freightMinor: yuan(trade.post_fee),
    discountMinor: discountOf(trade, goodsMinor),
    ...paymentOf(trade, state),
    createdAt,
    updatedAt,
    buyer: { key: optional(trade.buyer_open_uid), name: hidden(trade.buyer_nick, maskName), tags: [] },
    receiver: receiverOf(trade),
    buyerMessage: text(trade.buyer_message),
    sellerMemo: text(trade.seller_memo),
    presale: presaleOf(trade, step),
    lines,
    refunds: refundsOf(orders, updatedAt, shop, unknown),
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: yuan(trade.coupon_fee),
    trackingNumber: shipped ? text(shipped.invoice_no) : null,
    sourceTags: text(trade.type) === 'step' || step !== '' ? ['presale'] : [],
    carrier: shipped ? carrierOf(text(shipped.logistics_company)) : null,
    platformHold: status === 'pending_payment' ? null : (meaning?.platformHold ?? null),
    ...(observedAt === null ? {} : { observedAt }),
    unknown,
    listings: orders.map(listingOf).filter((listing) => listing.itemId !== ''),
  };
}

function skuOf(row: Fields): string {
  return text(row.outer_sku_id) || text(row.outer_iid) || text(row.sku_id) || text(row.num_iid) || text(row.oid_str) || text(row.oid);
}

/** What is listed at nothing is a gift. */
function lineOf(row: Fields): OrderLine {
  const unitPriceMinor = yuan(row.price);
  const gift = text(row.price) !== '' && unitPriceMinor === 0;
  return { sku: skuOf(row), name: text(row.title), quantity: Math.max(1, count(row.num)), unitPriceMinor, ...(gift ? { gift } : {}) };
}

function listingOf(row: Fields): Listing {
  return { sku: skuOf(row), itemId: text(row.num_iid), skuId: optional(row.sku_id) };
}

/**
 * One refund per line that has one. The order tells the step, not the sum: what the line cost after discounts is taken
 * (`divide_order_fee`; `payment` before the platform split the discounts).
 */
function refundsOf(orders: readonly Fields[], at: number, shop: ReadingShop, unknown: UnknownWord[]): RefundEntry[] {
  const entries: RefundEntry[] = [];
  for (const row of orders) {
    const word = text(row.refund_status);
    if (word === '') continue;
    const state = meaningOf(shop.mapping.refunds, word);
    // A line that has its refund behind it may keep the number of it.
    if (state === 'none' && text(row.refund_id) === '') continue;
    if (state === undefined) unknown.push({ kind: 'refund', word });
    const amountMinor = text(row.divide_order_fee) === '' ? yuan(row.payment) : yuan(row.divide_order_fee);
    entries.push({
      id: text(row.refund_id) || text(row.oid_str) || text(row.oid),
      amountMinor,
      at,
      state: state === 'none' ? 'withdrawn' : (state ?? 'open'),
      lines: [{ sku: skuOf(row), quantity: Math.max(1, count(row.num)), amountMinor }],
      reason: '',
      complaint: meaningOf(shop.mapping.complaints, word) ?? null,
      rawState: word,
    });
  }
  return entries;
}

/** `step_paid_fee` is what was paid so far: the deposit while the balance is open, and afterwards only where it stays below the whole. */
function presaleOf(trade: Fields, step: string): Presale | null {
  if (text(trade.type) !== 'step' && step === '') return null;
  const whole = yuan(trade.payment);
  const steps = yuan(trade.step_paid_fee);
  const balancePaid = step === 'FRONT_PAID_FINAL_PAID';
  const depositMinor = balancePaid && steps >= whole ? 0 : steps;
  return {
    depositMinor,
    balanceMinor: Math.max(0, whole - depositMinor),
    balanceDueAt: null,
    balancePaidAt: balancePaid ? time(trade.pay_time) : null,
  };
}

function concealed(value: unknown, mask: (text: string) => string, index: unknown): Sensitive {
  const written = text(value);
  return CIPHERTEXT.test(written) ? hidden('', mask, { cipher: written, index }) : hidden(written, mask, { index });
}

/** `oaid` is the same for the same name, phone and address, so it is what phone and address are matched by; a county-level city may leave the city empty. */
function receiverOf(trade: Fields): Receiver {
  return {
    name: concealed(trade.receiver_name, maskName, null),
    phone: concealed(text(trade.receiver_mobile) || trade.receiver_phone, maskPhone, trade.oaid),
    country: 'CN',
    province: text(trade.receiver_state),
    city: text(trade.receiver_city),
    district: text(trade.receiver_district),
    address: concealed(trade.receiver_address, maskAddress, trade.oaid),
    postcode: optional(trade.receiver_zip),
    position: null,
  };
}
