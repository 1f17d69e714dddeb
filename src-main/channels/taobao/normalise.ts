import type { OrderLine, Presale } from '#shared/order.ts';
import type { IncomingOrder, Listing, Receiver, RefundEntry, Sensitive, UnknownWord } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { count, fields, hidden, list, optional, text, time, yuan } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson, parseText } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { carrierOf } from './carriers.ts';

const NO_ORDER: Normalised = {
  ok: false,
  reason: { zh: '消息中没有订单号 tid', en: 'There is no order number tid in the message' },
};
/** The balance of a deposit presale is still open, whatever `status` says. */
const BALANCE_OPEN = new Set(['FRONT_NOPAID_FINAL_NOPAID', 'FRONT_PAID_FINAL_NOPAID']);
/** Receiver fields without a star may be ciphertext between markers. */
const CIPHERTEXT = /^(?:~.+~\d*~?|\$.+\$\d*\$?)$/;

/** Reads a trade (bare, or in the wrapper of an answer such as `trade_fullinfo_get_response`) or a message of the message service, which is only a hint. */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const outer = fields(parsed.value);
  if ('content' in outer && 'topic' in outer) return hint(outer);
  const wrapper = Object.keys(outer).find((key) => key.endsWith('_response'));
  const inner = wrapper === undefined ? outer : fields(outer[wrapper]);
  const trade = fields(inner.trade ?? inner);
  const id = text(trade.tid_str) || text(trade.tid);
  if (id === '') return NO_ORDER;
  return { ok: true, items: [{ kind: 'order', order: toOrder(id, trade, message, shop) }] };
}

/** `{topic, content}`, content being JSON text: names the trade and no more. */
function hint(outer: Fields): Normalised {
  if (!/^taobao_(?:trade|refund)_/.test(text(outer.topic))) return { ok: true, items: [] };
  const content = typeof outer.content === 'string' ? parseText(outer.content) : { ok: true as const, value: outer.content };
  if (!content.ok) return content;
  const id = text(fields(content.value).tid);
  return id === '' ? NO_ORDER : { ok: true, items: [], wanted: [{ kind: 'order', id, because: 'push' }] };
}

function toOrder(id: string, trade: Fields, { observedAt }: RawMessage, shop: ReadingShop): IncomingOrder {
  const unknown: UnknownWord[] = [];
  const rows = list(fields(trade.orders).order).map(fields);
  const rawStatus = text(trade.status);
  const meaning = Object.hasOwn(shop.mapping.statuses, rawStatus) ? shop.mapping.statuses[rawStatus] : undefined;
  if (!meaning) unknown.push({ kind: 'status', word: rawStatus });
  const step = text(trade.step_trade_status);
  const status = meaning && BALANCE_OPEN.has(step) ? 'pending_payment' : (meaning?.status ?? null);
  const paidAt = status === 'pending_payment' ? null : time(trade.pay_time);
  const createdAt = time(trade.created) ?? time(trade.pay_time) ?? time(trade.modified) ?? 0;
  const updatedAt = time(trade.modified) ?? time(trade.pay_time) ?? createdAt;
  const shipped = rows.find((row) => text(row.invoice_no) !== '');
  return {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: id,
    status,
    rawStatus,
    partiallyShipped: meaning?.partiallyShipped ?? false,
    currency: 'CNY',
    goodsMinor: yuan(trade.total_fee),
    freightMinor: yuan(trade.post_fee),
    // A price the seller changed by hand is a discount below zero or above.
    discountMinor: yuan(trade.discount_fee) - yuan(trade.adjust_fee),
    paidMinor: paidAt === null ? 0 : yuan(trade.payment),
    createdAt,
    paidAt,
    updatedAt,
    buyer: { key: optional(trade.buyer_open_uid), name: hidden(trade.buyer_nick, maskName), tags: [] },
    receiver: receiverOf(trade),
    buyerMessage: text(trade.buyer_message),
    sellerMemo: text(trade.seller_memo),
    presale: presaleOf(trade, step),
    lines: rows.map(lineOf),
    refunds: refundsOf(rows, updatedAt, shop, unknown),
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: yuan(trade.coupon_fee),
    trackingNumber: shipped ? text(shipped.invoice_no) : null,
    sourceTags: text(trade.type) === 'step' || step !== '' ? ['presale'] : [],
    carrier: shipped ? carrierOf(text(shipped.logistics_company)) : null,
    platformHold: meaning?.platformHold ?? null,
    ...(observedAt === null ? {} : { observedAt }),
    unknown,
    listings: rows.map(listingOf).filter((listing) => listing.itemId !== ''),
  };
}

function skuOf(row: Fields): string {
  return text(row.outer_sku_id) || text(row.outer_iid) || text(row.sku_id) || text(row.num_iid) || text(row.oid_str) || text(row.oid);
}

function lineOf(row: Fields): OrderLine {
  return { sku: skuOf(row), name: text(row.title), quantity: Math.max(1, count(row.num)), unitPriceMinor: yuan(row.price) };
}

function listingOf(row: Fields): Listing {
  return { sku: skuOf(row), itemId: text(row.num_iid), skuId: optional(row.sku_id) };
}

/**
 * One refund per line that has one. The order tells the step, not the sum: what the line cost after discounts is taken
 * (`divide_order_fee`; `payment` before the platform split the discounts).
 */
function refundsOf(rows: readonly Fields[], at: number, shop: ReadingShop, unknown: UnknownWord[]): RefundEntry[] {
  const entries: RefundEntry[] = [];
  for (const row of rows) {
    const word = text(row.refund_status);
    if (word === '' || word === 'NO_REFUND') continue;
    const state = Object.hasOwn(shop.mapping.refunds, word) ? shop.mapping.refunds[word] : undefined;
    if (state === 'none') continue;
    if (state === undefined) unknown.push({ kind: 'refund', word });
    const amountMinor = text(row.divide_order_fee) === '' ? yuan(row.payment) : yuan(row.divide_order_fee);
    entries.push({
      id: text(row.refund_id) || text(row.oid_str) || text(row.oid),
      amountMinor,
      at,
      state: state ?? 'open',
      lines: [{ sku: skuOf(row), quantity: Math.max(1, count(row.num)), amountMinor }],
      reason: '',
      complaint: (Object.hasOwn(shop.mapping.complaints, word) ? shop.mapping.complaints[word] : null) ?? null,
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
