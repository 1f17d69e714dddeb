import type { OrderLine, OrderStatus, Presale } from '#shared/order.ts';
import type { IncomingOrder, Receiver, Sensitive, UnknownWord } from '#main/model/incoming.ts';
import type { Normalised, RawMessage, ReadingShop, StatusMeaning } from '../channel.ts';
import { facets } from '../kit/facets.ts';
import { count, decimal, fen, fields, hidden, list, millis, optional, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { parseJson } from '../kit/json.ts';
import { maskAddress, maskName, maskPhone } from '../kit/mask.ts';
import { meaningOf } from '../kit/words.ts';
import { carrierOf } from './carriers.ts';

const NO_ORDER: Normalised = {
  ok: false,
  reason: { zh: '消息中没有订单号 orderId', en: 'There is no order number orderId in the message' },
};
/** `orderType`: 2 deposit presale, 4 full presale, 5 resend of an exchange. */
const TYPE_TAGS: Readonly<Record<string, string>> = { '2': 'presale', '4': 'presale', '5': 'resend' };
/** `skuTag` (`itemTag` of a package) of a gift. */
const GIFT = '1';
/** States in which goods are yet to leave. */
const BEFORE_SHIPMENT: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['paid', 'awaiting_shipment']);
/** States no after-sale lies over. */
const UNTOUCHED: ReadonlySet<OrderStatus | null> = new Set<OrderStatus | null>([
  null,
  'pending_payment',
  'closed',
  'cancelled',
  'refunding',
]);

/**
 * Reads an order, bare, in the `data` of an answer, or several in its list; the older `package.*` calls name the same things otherwise.
 * Absent values may come as the text `"null"`.
 */
export function normalise(message: RawMessage, shop: ReadingShop): Normalised {
  const parsed = parseJson(message.body);
  if (!parsed.ok) return parsed;
  const outer = fields(parsed.value);
  const inner = fields(outer.data ?? outer);
  const orders = list(inner.orderList ?? inner.packageList ?? inner.orderDetail ?? inner).map(fields);
  if (orders.length === 0 || orders.some((order) => idOf(order) === '')) return NO_ORDER;
  return { ok: true, items: orders.map((order) => ({ kind: 'order', order: toOrder(order, message, shop) })) };
}

function idOf(order: Fields): string {
  return text(order.orderId) || text(order.packageId);
}

/** The platform's unit is not confirmed: a decimal point means yuan, and the option says what a bare number is. */
function moneyOf(value: unknown, shop: ReadingShop): number {
  const written = text(value);
  return written.includes('.') || shop.options.moneyUnit === 'yuan' ? (decimal(written, 'CNY') ?? 0) : fen(written);
}

interface State {
  rawStatus: string;
  meaning: StatusMeaning | undefined;
  status: OrderStatus | null;
  /** Under an after-sale. */
  beneath: OrderStatus | null;
  unknown: UnknownWord[];
}

/** The state of the order under its after-sales: refunding or refunded only when all its lines are. */
function stateOf(order: Fields, rows: readonly Fields[], shop: ReadingShop): State {
  const rawStatus = text(order.orderStatus) || text(order.packageStatus);
  const meaning = meaningOf(shop.mapping.statuses, rawStatus);
  const told = meaning?.status ?? null;
  const unknown: UnknownWord[] = meaning ? [] : [{ kind: 'status', word: rawStatus }];
  const words = afterSaleWords(order, rows);
  for (const word of new Set(words)) {
    if (word !== '' && meaningOf(shop.mapping.refunds, word) === undefined) unknown.push({ kind: 'refund', word });
  }
  // An exchange is asked for by who has the goods.
  if (told === 'refunding')
    return { rawStatus, meaning, status: told, beneath: millis(order.deliveryTime) === null ? null : 'shipped', unknown };
  if (told === null || UNTOUCHED.has(told)) return { rawStatus, meaning, status: told, beneath: null, unknown };
  const before = BEFORE_SHIPMENT.has(told);
  const states = words.map((word) => meaningOf(shop.mapping.refunds, word));
  // `cancelStatus` 1: the buyer asked to cancel what has not left.
  const cancelling = before && text(order.cancelStatus) === '1';
  // After shipment a refund may be for a part of the money: the codes do not tell.
  const covered = states.length > 0 && states.every((state) => state === 'open' || (before && state === 'succeeded'));
  if (!cancelling && !covered) return { rawStatus, meaning, status: told, beneath: null, unknown };
  const status = cancelling || states.includes('open') ? 'refunding' : 'refunded';
  return { rawStatus, meaning, status, beneath: told, unknown };
}

/** The word of every line that was sold; where they have none, the order's, if it can only mean the one line there is. */
function afterSaleWords(order: Fields, rows: readonly Fields[]): string[] {
  const words = rows.filter((row) => !isGift(row)).map((row) => text(row.skuAfterSaleStatus));
  if (words.some((word) => word !== '')) return words;
  const whole = text(order.orderAfterSalesStatus) || text(order.packageAfterSalesStatus);
  return whole === '' || words.length > 1 ? [] : [whole];
}

interface Money {
  goodsMinor: number;
  freightMinor: number;
  discountMinor: number;
  payable: number;
}

/** What is missing is made up of the rest: the sum of its lines, goods without prices of what was paid and taken off. */
function moneyOfOrder(order: Fields, rows: readonly Fields[], lines: readonly OrderLine[], money: (value: unknown) => number): Money {
  const freightMinor = money(order.totalShippingFree ?? order.totalShippingFee);
  const told = money(order.totalMerchantDiscount) + money(order.totalRedDiscount);
  const paidOnLines = rows.reduce((sum, row) => sum + money(row.totalPaidAmount), 0);
  const payable = text(order.totalPayAmount) === '' ? paidOnLines + (paidOnLines > 0 ? freightMinor : 0) : money(order.totalPayAmount);
  const listed = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
  const goodsMinor = listed > 0 ? listed : Math.max(0, payable + told - freightMinor);
  return { goodsMinor, freightMinor, discountMinor: payable > 0 ? Math.max(0, goodsMinor + freightMinor - payable) : told, payable };
}

/** `orderType` 2 is a deposit order; what is paid in all includes the deposit. */
function presaleOf(order: Fields, payable: number, paidAt: number | null, money: (value: unknown) => number): Presale | null {
  if (text(order.orderType) !== '2') return null;
  const depositMinor = money(order.totalDepositAmount);
  return { depositMinor, balanceMinor: Math.max(0, payable - depositMinor), balanceDueAt: null, balancePaidAt: paidAt };
}

function toOrder(order: Fields, { observedAt }: RawMessage, shop: ReadingShop): IncomingOrder {
  const money = (value: unknown) => moneyOf(value, shop);
  const rows = list(order.skuList ?? order.itemList).map(fields);
  const state = stateOf(order, rows, shop);
  const { status } = state;
  const lines = rows.map((row) => lineOf(row, money));
  const { payable, ...sums } = moneyOfOrder(order, rows, lines, money);
  const paidAt = status === 'pending_payment' ? null : millis(order.paidTime);
  const paid = paidAt !== null || (status !== null && !['pending_payment', 'cancelled', 'closed'].includes(status));
  const createdAt = millis(order.createdTime) ?? paidAt ?? millis(order.updateTime) ?? observedAt ?? 0;
  const kind = meaningOf(TYPE_TAGS, text(order.orderType) || text(order.packageType));
  return {
    channel: shop.channel,
    shopId: shop.shopId,
    channelOrderId: idOf(order),
    status,
    rawStatus: state.rawStatus,
    partiallyShipped: state.meaning?.partiallyShipped ?? false,
    currency: 'CNY',
    ...sums,
    paidMinor: paid ? payable : 0,
    createdAt,
    paidAt,
    updatedAt: millis(order.updateTime) ?? paidAt ?? createdAt,
    buyer: { key: optional(order.userId), name: hidden('', maskName), tags: [] },
    receiver: receiverOf(order),
    buyerMessage: text(order.customerRemark),
    sellerMemo: text(order.sellerRemark),
    presale: presaleOf(order, payable, paidAt, money),
    lines,
    refunds: null,
    invoice: null,
    ip: null,
    deviceId: null,
    couponMinor: money(order.totalRedDiscount),
    trackingNumber: optional(order.expressTrackingNo),
    sourceTags: kind === undefined ? [] : [kind],
    carrier: carrierOf(text(order.expressCompanyCode)),
    platformHold: state.meaning?.platformHold ?? null,
    ...(state.beneath === null ? {} : { beneath: state.beneath }),
    ...(observedAt === null ? {} : { observedAt }),
    unknown: state.unknown,
    ...facets({ 'ship-by-at': millis(order.promiseLastDeliveryTime) }),
  };
}

function isGift(row: Fields): boolean {
  return text(row.skuTag) === GIFT || text(row.itemTag) === GIFT;
}

/** The list price where the platform gives one, else what was paid for and taken off one piece. */
function lineOf(row: Fields, money: (value: unknown) => number): OrderLine {
  const quantity = Math.max(1, count(text(row.skuQuantity) || row.quantity));
  const spec = text(row.skuSpec) || text(row.itemSpec);
  const name = text(row.skuName) || text(row.itemName);
  const whole = money(row.totalPaidAmount) + money(row.totalMerchantDiscount) + money(row.totalRedDiscount);
  const price = text(row.price) === '' ? Math.round(whole / quantity) : money(row.price);
  const gift = isGift(row) || (text(row.price) !== '' && price === 0);
  return {
    sku: text(row.erpcode) || text(row.erpCode) || text(row.skuId) || text(row.itemId),
    name: spec === '' ? name : `${name} ${spec}`,
    quantity,
    unitPriceMinor: gift ? 0 : price,
    ...(gift ? { gift } : {}),
  };
}

/** Name, phone and address need a call of their own to decrypt (?); `openAddressId` stands for one address and is what it is matched by. */
function concealed(value: unknown, mask: (text: string) => string, index: unknown): Sensitive {
  const written = text(value);
  return /^[#~$].{8,}|^([#~$]).+\1/.test(written) ? hidden('', mask, { cipher: written, index }) : hidden(written, mask, { index });
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
