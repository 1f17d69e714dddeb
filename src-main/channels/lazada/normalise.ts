import type { OrderLine } from '#shared/order.ts';
import type { IncomingOrder, Receiver, RefundEntry, Sensitive, UnknownWord, Wanted } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { facets } from '../kit/facets.ts';
import { count, decimal, fields, hidden, list, optional, text, time } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { meaningOf } from '../kit/words.ts';
import { foldLines } from './fold.ts';
import { regionOf } from './regions.ts';

/** Message types of the push service that change no order: token about to expire (the feed renews it in time), shop, products, chat. */
const TRADE = '0';

/**
 * Reads a push message or an order as the client joins it: `{ order, items }`. A bare order, its API wrapper and a list element are
 * understood as well. Source: Lazada Open Platform, articles 119493, 120196, 120208, 120210.
 */
export function normaliseLazada({ body, observedAt }: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(body);
  if (!parsed.ok) return parsed;
  const value = fields(parsed.value);
  if (value['message_type'] !== undefined) return pushed(value);
  const { order, items } = partsOf(value);
  const id = text(order['order_id']) || text(order['order_number']);
  if (id === '') return { ok: false, reason: { zh: 'order_id：缺少此项', en: 'order_id: is missing' } };
  const createdAt = time(order['created_at']);
  const updatedAt = time(order['updated_at']) ?? createdAt;
  if (updatedAt === null) return { ok: false, reason: { zh: 'updated_at：缺少此项', en: 'updated_at: is missing' } };
  return {
    ok: true,
    items: [{ kind: 'order', order: toOrder(order, items, { id, observedAt, createdAt: createdAt ?? updatedAt, updatedAt }, shop) }],
  };
}

/** A message is thin and may be late: the order is fetched, whatever it says. */
function pushed(message: Fields): Normalised {
  const data = fields(message['data']);
  const id = text(data['trade_order_id']);
  if (text(message['message_type']) !== TRADE || id === '') return { ok: true, items: [] };
  const because: Wanted['because'] = text(data['reverse_order_id']) === '' ? 'push' : 'refund';
  return { ok: true, items: [], wanted: [{ kind: 'order', id, because }] };
}

function partsOf(value: Fields): { order: Fields; items: readonly Fields[] } {
  const data = 'data' in value ? fields(value['data']) : value;
  const order = 'order' in data ? fields(data['order']) : data;
  const items = list(value['items'] ?? data['items'] ?? order['order_items'] ?? order['items']);
  return { order, items: items.map(fields) };
}

interface Times {
  id: string;
  observedAt: number | null;
  createdAt: number;
  updatedAt: number;
}

function toOrder(
  order: Fields,
  items: readonly Fields[],
  { id, observedAt, createdAt, updatedAt }: Times,
  shop: ReadingShop,
): IncomingOrder {
  const region = regionOf(shop.options['region']);
  const minor = (value: unknown) => decimal(value, region.currency) ?? 0;
  const words = items.length > 0 ? items.map((item) => text(item['status'])) : list(order['statuses']).map(text);
  const folded = foldLines(words, shop.mapping);
  const stateOf = (word: string) => meaningOf(shop.mapping.statuses, word)?.status;
  const live = items.filter((item) => folded.status === 'cancelled' || stateOf(text(item['status'])) !== 'cancelled');
  const money = moneyOf(order, live, minor);
  // A cancelled order does not tell whether it had been paid; money that came back is told by returned lines. One of a state nobody
  // knows is not paid while any of its lines is not.
  const unpaid = folded.status === 'cancelled' || words.some((word) => stateOf(word) === 'pending_payment');
  const unknown: UnknownWord[] = folded.unknown.map((word) => ({ kind: 'status', word }));
  const incoming: IncomingOrder = {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: id,
    status: folded.status,
    rawStatus: [...new Set(words)].join('/'),
    partiallyShipped: folded.partiallyShipped,
    currency: region.currency,
    goodsMinor: money.goods,
    freightMinor: money.freight,
    discountMinor: Math.max(0, money.goods + money.freight - money.paid),
    paidMinor: unpaid ? 0 : money.paid,
    createdAt,
    // Lazada tells no time of payment; an order that is not unpaid was paid when it was placed, as far as can be known.
    paidAt: unpaid ? null : createdAt,
    updatedAt,
    buyer: {
      key: optional(order['buyer_id']),
      name: hidden(nameOf(order, 'customer_first_name', 'customer_last_name'), maskName),
      tags: [],
    },
    receiver: receiverOf(fields(order['address_shipping']), region.country),
    buyerMessage: text(order['buyer_note']),
    sellerMemo: text(order['remarks']),
    presale: null,
    lines: linesOf(live, minor),
    refunds: items.length > 0 ? refundsOf(items, { minor, updatedAt, shop }) : null,
    invoice: text(order['tax_code']) === '' ? null : { title: '', taxNumber: text(order['tax_code']), content: null },
    ip: null,
    deviceId: null,
    couponMinor: minor(order['voucher']),
    trackingNumber: live.map((item) => text(item['tracking_code'])).findLast((number) => number !== '') ?? null,
    carrier: live.map((item) => text(item['shipment_provider'])).findLast((name) => name !== '') ?? null,
    sourceTags: [],
    ...facets({ 'ship-by-at': time(order['promised_shipping_times']) }),
  };
  if (observedAt !== null) incoming.observedAt = observedAt;
  if (unknown.length > 0) incoming.unknown = unknown;
  return incoming;
}

/** By lines where they are known; else `price` is what is paid for the goods and the voucher was taken off it. */
function moneyOf(
  order: Fields,
  items: readonly Fields[],
  minor: (value: unknown) => number,
): { goods: number; freight: number; paid: number } {
  const freight = minor(order['shipping_fee']);
  if (items.length === 0) {
    const price = minor(order['price']);
    return { goods: price + minor(order['voucher']), freight, paid: price + freight };
  }
  let [goods, paid] = [0, 0];
  for (const item of items) {
    const quantity = quantityOf(item);
    goods += quantity * minor(item['item_price']);
    paid += quantity * paidOf(item, minor);
  }
  return { goods, freight, paid: paid + freight };
}

/** One row per unit; a quantity of its own is not confirmed, and believed where there is one. */
function quantityOf(item: Fields): number {
  return Math.max(1, count(item['quantity']));
}

/** What was paid for one unit; its price less the voucher where it is not told. */
function paidOf(item: Fields, minor: (value: unknown) => number): number {
  if (text(item['paid_price']) !== '') return minor(item['paid_price']);
  return Math.max(0, minor(item['item_price']) - minor(item['voucher_amount']));
}

function skuOf(item: Fields): string {
  return text(item['sku']) || text(item['shop_sku']) || text(item['order_item_id']) || 'unknown';
}

/** One row per unit: rows of one SKU and price become one line. */
function linesOf(items: readonly Fields[], minor: (value: unknown) => number): OrderLine[] {
  const lines = new Map<string, OrderLine>();
  for (const item of items) {
    const unitPriceMinor = minor(item['item_price']);
    const key = `${skuOf(item)}\n${unitPriceMinor}`;
    const quantity = quantityOf(item);
    const known = lines.get(key);
    const name = [text(item['name']), text(item['variation'])].filter((part) => part !== '').join(' ');
    lines.set(key, known ? { ...known, quantity: known.quantity + quantity } : { sku: skuOf(item), name, quantity, unitPriceMinor });
  }
  return [...lines.values()];
}

/**
 * Every unit that came or is coming back, by the id of its row. One that gives a reason and is on no such way was, and no longer is: it is
 * told as withdrawn, since what is merely left out stays as it was known.
 */
function refundsOf(
  items: readonly Fields[],
  { minor, updatedAt, shop }: { minor: (value: unknown) => number; updatedAt: number; shop: ReadingShop },
): RefundEntry[] {
  return items.flatMap((item): RefundEntry[] => {
    const word = text(item['status']);
    const reason = text(item['reason']);
    const meaning = meaningOf(shop.mapping.refunds, word) ?? 'none';
    const cancelled = meaningOf(shop.mapping.statuses, word)?.status === 'cancelled';
    if (meaning === 'none' && (reason === '' || cancelled)) return [];
    const quantity = quantityOf(item);
    const amountMinor = quantity * paidOf(item, minor);
    return [
      {
        id: text(item['order_item_id']) || skuOf(item),
        amountMinor,
        at: time(item['updated_at']) ?? updatedAt,
        state: meaning === 'none' ? 'withdrawn' : meaning,
        lines: [{ sku: skuOf(item), quantity, amountMinor }],
        reason,
        complaint: meaningOf(shop.mapping.complaints, word) ?? null,
        rawState: word,
      },
    ];
  });
}

function nameOf(source: Fields, first: string, last: string): string {
  return [text(source[first]), text(source[last])].filter((part) => part !== '').join(' ');
}

/** Names, phones and streets come starred; nothing of them is ever matched on. */
function receiverOf(address: Fields, country: string): Receiver {
  const street = ['address1', 'address2', 'address3'].map((name) => text(address[name])).filter((part) => part !== '');
  const shown: Sensitive = hidden(street.join(' '), maskAddress);
  return {
    name: hidden(nameOf(address, 'first_name', 'last_name'), maskName),
    phone: hidden(text(address['phone']) || text(address['phone2']), maskPhone),
    country,
    province: text(address['address4']),
    city: text(address['city']),
    district: text(address['address5']),
    address: shown,
    postcode: optional(address['post_code']),
    position: null,
  };
}
