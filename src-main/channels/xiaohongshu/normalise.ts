import type { OrderLine } from '#shared/order.ts';
import type { IncomingOrder, Receiver, Sensitive, UnknownWord } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop } from '../channel.ts';
import { count, decimal, fen, fields, hidden, list, millis, optional, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { carrierOf } from './carriers.ts';

const NO_ORDER: Normalised = {
  ok: false,
  reason: { zh: '消息中没有订单号 orderId', en: 'There is no order number orderId in the message' },
};
/** `orderType`: 2 deposit presale, 4 full presale, 5 resend of an exchange. */
const TYPE_TAGS: Readonly<Record<string, string>> = { '2': 'presale', '4': 'presale', '5': 'resend' };
/** `skuTag` of a gift (?). */
const GIFT = '1';

/** Reads an order, bare or in the `data` of an answer. Absent values may come as the text `"null"`. */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const outer = fields(parsed.value);
  const inner = fields(outer.data ?? outer);
  const order = fields(inner.orderDetail ?? inner);
  const id = text(order.orderId);
  if (id === '') return NO_ORDER;
  return { ok: true, items: [{ kind: 'order', order: toOrder(id, order, message, shop) }] };
}

/** The platform's unit is not confirmed: a decimal point means yuan, and the option says what a bare number is. */
function moneyOf(value: unknown, shop: ReadingShop): number {
  const written = text(value);
  return written.includes('.') || shop.options.moneyUnit === 'yuan' ? (decimal(written, 'CNY') ?? 0) : fen(written);
}

function toOrder(id: string, order: Fields, { observedAt }: RawMessage, shop: ReadingShop): IncomingOrder {
  const money = (value: unknown) => moneyOf(value, shop);
  const rawStatus = text(order.orderStatus);
  const meaning = Object.hasOwn(shop.mapping.statuses, rawStatus) ? shop.mapping.statuses[rawStatus] : undefined;
  const unknown: UnknownWord[] = meaning ? [] : [{ kind: 'status', word: rawStatus }];
  const rows = list(order.skuList).map(fields);
  const lines = rows.map((row) => lineOf(row, money));
  const paidAt = meaning?.status === 'pending_payment' ? null : millis(order.paidTime);
  const createdAt = millis(order.createdTime) ?? paidAt ?? millis(order.updateTime) ?? 0;
  const freightMinor = money(order.totalShippingFree ?? order.totalShippingFee);
  const payable = money(order.totalPayAmount);
  const discountMinor = money(order.totalMerchantDiscount) + money(order.totalRedDiscount);
  const listed = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  // Without prices on the lines, what was paid and what was taken off make up what the goods cost.
  const goodsMinor = listed > 0 ? listed : Math.max(0, payable + discountMinor - freightMinor);
  const kind = TYPE_TAGS[text(order.orderType)];
  return {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: id,
    status: meaning?.status ?? null,
    rawStatus,
    partiallyShipped: meaning?.partiallyShipped ?? false,
    currency: 'CNY',
    goodsMinor,
    freightMinor,
    discountMinor: Math.max(0, goodsMinor + freightMinor - payable),
    paidMinor: paidAt === null ? 0 : payable,
    createdAt,
    paidAt,
    updatedAt: millis(order.updateTime) ?? paidAt ?? createdAt,
    buyer: { key: optional(order.userId), name: hidden('', maskName), tags: [] },
    receiver: receiverOf(order),
    buyerMessage: text(order.customerRemark),
    sellerMemo: text(order.sellerRemark),
    presale: null,
    lines,
    refunds: null,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: money(order.totalRedDiscount),
    trackingNumber: optional(order.expressTrackingNo),
    sourceTags: kind === undefined ? [] : [kind],
    carrier: carrierOf(text(order.expressCompanyCode)),
    platformHold: meaning?.platformHold ?? null,
    ...(observedAt === null ? {} : { observedAt }),
    unknown,
  };
}

/** The list price where the platform gives one, else what was paid for one piece. */
function lineOf(row: Fields, money: (value: unknown) => number): OrderLine {
  const quantity = Math.max(1, count(row.skuQuantity ?? row.quantity));
  const spec = text(row.skuSpec);
  const name = text(row.skuName);
  const gift = text(row.skuTag) === GIFT;
  const unitPriceMinor = text(row.price) === '' ? Math.round(money(row.totalPaidAmount) / quantity) : money(row.price);
  return {
    sku: text(row.erpcode) || text(row.skuId) || text(row.itemId),
    name: spec === '' ? name : `${name} ${spec}`,
    quantity,
    unitPriceMinor: gift ? 0 : unitPriceMinor,
    ...(gift ? { gift } : {}),
  };
}

/** Name, phone and address need a call of their own to decrypt (?); `openAddressId` stands for one address and is what it is matched by. */
function concealed(value: unknown, mask: (text: string) => string, index: unknown): Sensitive {
  const written = text(value);
  return /^[#~$].{8,}/.test(written) ? hidden('', mask, { cipher: written, index }) : hidden(written, mask, { index });
}

function receiverOf(order: Fields): Receiver {
  return {
    name: concealed(order.receiverName, maskName, null),
    phone: concealed(order.receiverPhone, maskPhone, null),
    country: 'CN',
    province: text(order.receiverProvinceName),
    city: text(order.receiverCityName),
    district: text(order.receiverDistrictName),
    address: concealed(order.receiverAddress, maskAddress, order.openAddressId),
    postcode: null,
    position: null,
  };
}
