import { orderStatusSchema } from '#shared/order.ts';
import type { OrderStatus } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { Incoming, IncomingOrder, Receiver, RefundEntry, Sensitive } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { facets } from '../kit/facets.ts';
import { fields, text } from '../kit/fields.ts';
import { parseJson } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone, sensitive } from '../kit/mask.ts';
import { readAs } from '../kit/reasons.ts';
import { meaningOf } from '../kit/words.ts';
import { carrierOf } from './carriers.ts';
import { envelopeSchema, flatRefundSchema, nestedRefundSchema, orderDataSchema } from './message.ts';
import type { MessageType, OrderData, ReceiverMessage, RefundMessage } from './message.ts';

/** What a type says about the state when the order does not say it itself. An update alone says nothing. */
const STATUS_OF_TYPE: Partial<Record<MessageType, OrderStatus>> = {
  'order.created': 'pending_payment',
  'order.paid': 'paid',
  'order.shipped': 'shipped',
  'order.completed': 'completed',
  'order.cancelled': 'cancelled',
};

const TRIAL = /(?:^|[._])(?:ping|test)$/i;

function refusal(zh: string, en: string): { ok: false; reason: LocalisedText } {
  return { ok: false, reason: { zh, en } };
}

/** Reads `{ type, timestamp, data }`. The type inside the signed body is what counts, whatever was said outside it. */
export function normaliseStandardWebhook({ body, observedAt }: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(body);
  if (!parsed.ok) return parsed;
  if (isTrial(parsed.value)) return { ok: true, items: [] };
  const envelope = readAs(envelopeSchema, parsed.value);
  if (!envelope.ok) return envelope;
  const { type, timestamp, data } = envelope.value;
  if (type.startsWith('refund.') && !(hasField(data, 'lines') && hasField(data, 'currency'))) {
    return refundAlone(data, type, timestamp ?? null, shop);
  }
  const order = readAs(orderDataSchema, data, 'data');
  if (!order.ok) return order;
  const said = orderMessage(order.value, type, timestamp ?? null, shop);
  return said.ok && observedAt !== null ? { ...said, items: said.items.map((item) => readAt(item, observedAt)) } : said;
}

/** Senders try an address out with a message that tells of nothing, such as `ping` or `webhook.test`. */
function isTrial(message: unknown): boolean {
  return TRIAL.test(text(fields(message).type));
}

/** Notes when an order was read; refunds alone carry their own times. */
function readAt(item: Incoming, observedAt: number): Incoming {
  return item.kind === 'order' ? { kind: 'order', order: { ...item.order, observedAt } } : item;
}

function hasField(data: unknown, name: string): boolean {
  return typeof data === 'object' && data !== null && name in data;
}

function refundEntry(refund: RefundMessage, type: MessageType, fallbackAt: number): RefundEntry {
  return {
    id: refund.id,
    amountMinor: refund.amountMinor,
    at: refund.at ?? refund.createdAt ?? fallbackAt,
    state: refund.state ?? (type === 'refund.created' ? 'open' : 'succeeded'),
    lines: refund.lines,
    reason: refund.reason ?? '',
  };
}

function refundAlone(raw: unknown, type: MessageType, timestamp: number | null, shop: ReadingShop): Normalised {
  const read = hasField(raw, 'refund') ? readAs(nestedRefundSchema, raw, 'data') : readAs(flatRefundSchema, raw, 'data');
  if (!read.ok) return read;
  const data = read.value;
  const updatedAt = data.updatedAt ?? timestamp ?? data.refund.at ?? data.refund.createdAt;
  if (updatedAt == null) return refusal('缺少 timestamp：无法判断消息的先后', 'timestamp is missing: the order of messages cannot be told');
  const channelOrderId = data.channelOrderId ?? ('id' in data ? (data.orderId ?? data.id) : undefined) ?? '';
  const refund = refundEntry(data.refund, type, updatedAt);
  return {
    ok: true,
    items: [{ kind: 'refund', refund: { channel: shop.channel, shopId: shop.shopId, channelOrderId, refund, updatedAt } }],
  };
}

function orderMessage(data: OrderData, type: MessageType, timestamp: number | null, shop: ReadingShop): Normalised {
  const updatedAt = data.updatedAt ?? timestamp ?? data.createdAt;
  if (updatedAt == null) {
    return refusal(
      '缺少 data.updatedAt 与 timestamp：无法判断消息的先后',
      'data.updatedAt and timestamp are missing: the order of messages cannot be told',
    );
  }
  const channelOrderId = data.channelOrderId ?? data.id ?? data.orderId ?? '';
  const refunds = refundsOf(data, type, updatedAt);
  if (type.startsWith('refund.') && !data.status) {
    const { channel, shopId } = shop;
    const items = (refunds ?? []).map((refund): Incoming => ({
      kind: 'refund',
      refund: { channel, shopId, channelOrderId, refund, updatedAt },
    }));
    return items.length > 0
      ? { ok: true, items }
      : refusal('退款消息中没有退款', 'the refund message carries no refund: give data.refunds or data.status');
  }
  const word = data.status ?? STATUS_OF_TYPE[type];
  if (word === undefined) return refusal(`${type} 必须带 data.status`, `${type} must carry data.status`);
  const unified = orderStatusSchema.safeParse(word);
  // A bridge may pass its platform's own words on; the shop's mapping may know them.
  const status = unified.success ? unified.data : (meaningOf(shop.mapping.statuses, word)?.status ?? null);
  const order = toOrder(data, {
    shop,
    channelOrderId,
    status,
    rawStatus: data.rawStatus ?? word,
    updatedAt,
    refunds,
  });
  return { ok: true, items: [{ kind: 'order', order }] };
}

/**
 * Null where the message says nothing of refunds. A bare `refundedMinor` becomes one entry under a fixed id, so that a
 * later, larger sum replaces it instead of adding up.
 */
function refundsOf(data: OrderData, type: MessageType, at: number): RefundEntry[] | null {
  if (data.refunds) return data.refunds.map((refund) => refundEntry(refund, type, at));
  if (!data.refundedMinor) return null;
  return [{ id: 'refunded-total', amountMinor: data.refundedMinor, at, state: 'succeeded', lines: [], reason: '' }];
}

interface OrderFrame {
  shop: ReadingShop;
  channelOrderId: string;
  status: OrderStatus | null;
  rawStatus: string;
  updatedAt: number;
  refunds: RefundEntry[] | null;
}

function toOrder(data: OrderData, frame: OrderFrame): IncomingOrder {
  const { shop, updatedAt, ...rest } = frame;
  const goodsMinor = data.goodsMinor ?? data.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const paidNow = frame.status === 'paid' || frame.status === 'awaiting_shipment';
  const due = frame.status === 'pending_payment' ? 0 : Math.max(0, goodsMinor + data.freightMinor - data.discountMinor);
  return {
    ...rest,
    channel: shop.channel,
    shopId: shop.shopId,
    partiallyShipped: data.partiallyShipped,
    currency: data.currency,
    goodsMinor,
    freightMinor: data.freightMinor,
    discountMinor: data.discountMinor,
    paidMinor: data.paidMinor ?? due,
    createdAt: data.createdAt ?? updatedAt,
    paidAt: data.paidAt ?? (paidNow ? updatedAt : null),
    updatedAt,
    buyer: {
      key: data.buyer?.key ?? data.buyer?.id ?? null,
      name: sensitive(data.buyer?.name, maskName, data.buyer?.nameMask),
      tags: data.buyer?.tags ?? [],
    },
    receiver: receiverOf(data.receiver ?? null),
    buyerMessage: data.buyerMessage ?? '',
    sellerMemo: data.sellerMemo ?? '',
    presale: data.presale
      ? {
          depositMinor: data.presale.depositMinor,
          balanceMinor: data.presale.balanceMinor,
          balanceDueAt: data.presale.balanceDueAt ?? null,
          balancePaidAt: data.presale.balancePaidAt ?? null,
        }
      : null,
    lines: data.lines.map(({ sku, name, quantity, unitPriceMinor, refundedMinor, storage, gift }) => ({
      sku,
      name: name ?? '',
      quantity,
      unitPriceMinor,
      ...(refundedMinor != null && { refundedMinor }),
      ...(storage != null && { storage }),
      ...(gift != null && { gift }),
    })),
    invoice: data.invoice
      ? { title: data.invoice.title ?? '', taxNumber: data.invoice.taxNumber ?? null, content: data.invoice.content ?? null }
      : null,
    ...(data.customs && { customs: { declaredMinor: data.customs.declaredMinor, currency: data.customs.currency } }),
    ip: data.ip ?? null,
    deviceId: data.deviceId ?? null,
    couponMinor: data.couponMinor,
    trackingNumber: data.trackingNumber ?? null,
    ...(data.carrier != null && { carrier: carrierOf(data.carrier) }),
    sourceTags: data.tags,
    ...facets({
      ...data.facets,
      ...(data.shippingMode != null && { 'shipping-mode': data.shippingMode }),
      ...(data.shipByAt != null && { 'ship-by-at': data.shipByAt }),
      ...(data.promisedAt != null && { 'promised-at': data.promisedAt }),
    }),
    ...(frame.status === null && { unknown: [{ kind: 'status' as const, word: frame.rawStatus }] }),
  };
}

function withIndex(field: Sensitive, index: string | null | undefined): Sensitive {
  return index ? { ...field, index } : field;
}

/** Country is China unless said: bridges of Chinese marketplaces leave it out. */
function receiverOf(receiver: ReceiverMessage | null): Receiver {
  return {
    name: withIndex(sensitive(receiver?.name, maskName, receiver?.nameMask), receiver?.nameIndex),
    phone: withIndex(sensitive(receiver?.phone, maskPhone, receiver?.phoneMask), receiver?.phoneIndex),
    country: receiver?.country?.trim() || 'CN',
    province: receiver?.province ?? '',
    city: receiver?.city ?? '',
    district: receiver?.district ?? '',
    address: withIndex(sensitive(receiver?.address, maskAddress, receiver?.addressMask), receiver?.addressIndex),
    postcode: receiver?.postcode ?? null,
    position: receiver?.position ?? null,
  };
}
