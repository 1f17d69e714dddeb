import type { TruthLine, TruthOrder, TruthRefund } from '../kit/types.ts';
import { beijing, decimalText, starredName, starredPhone } from '../kit/words.ts';

/** Money is yuan text, times are Beijing text, ids are bare numbers with a text twin. Source: bububa/opentaobao metadata. */
const STATUS: Record<Exclude<TruthOrder['stage'], 'cancelled'>, string> = {
  unpaid: 'WAIT_BUYER_PAY',
  forming: 'PAID_FORBID_CONSIGN',
  review: 'PAID_FORBID_CONSIGN',
  'to-ship': 'WAIT_SELLER_SEND_GOODS',
  'part-shipped': 'SELLER_CONSIGNED_PART',
  shipped: 'WAIT_BUYER_CONFIRM_GOODS',
  received: 'WAIT_BUYER_CONFIRM_GOODS',
  done: 'TRADE_FINISHED',
};
const REFUND_STATUS: Record<TruthRefund['state'], string> = {
  asked: 'WAIT_SELLER_AGREE',
  agreed: 'WAIT_BUYER_RETURN_GOODS',
  done: 'SUCCESS',
  withdrawn: 'CLOSED',
  refused: 'SELLER_REFUSE_BUYER',
};
const COMPANIES: Readonly<Record<string, string>> = { sf: '顺丰速运', yto: '圆通速递', zto: '中通快递', sto: '申通快递' };

export function statusOf({ stage, paidAt }: TruthOrder): string {
  if (stage !== 'cancelled') return STATUS[stage];
  // Closed after a refund, or closed before anybody paid.
  return paidAt === null ? 'TRADE_CLOSED_BY_TAOBAO' : 'TRADE_CLOSED';
}

function stepOf({ presale }: TruthOrder): string | undefined {
  if (!presale) return undefined;
  if (presale.balancePaidAt !== null) return 'FRONT_PAID_FINAL_PAID';
  return presale.depositPaidAt === null ? 'FRONT_NOPAID_FINAL_NOPAID' : 'FRONT_PAID_FINAL_NOPAID';
}

/** A refund here belongs to one line. One that takes several lines is several, each with a number of its own. */
function refundOf(order: TruthOrder, line: TruthLine): { id: bigint; state: TruthRefund['state']; whole: boolean } | null {
  const refund = order.refunds.findLast((entry) => entry.lines.some(({ lineId }) => lineId === line.lineId));
  if (!refund) return null;
  const position = refund.lines.findIndex(({ lineId }) => lineId === line.lineId);
  const id = refund.lines.length === 1 ? refund.id : `${refund.id}${position}`;
  return { id: BigInt(id), state: refund.state, whole: refund.amountMinor >= order.totalMinor };
}

function lineRow(order: TruthOrder, line: TruthLine, position: number): object {
  const refund = refundOf(order, line);
  const oid = order.lines.length === 1 ? BigInt(order.id) : BigInt(order.id) + BigInt(position + 1);
  // The line of a single-line order carries the postage; of several lines none does, until the whole order goes back.
  const first = order.lines.findIndex(({ paidMinor }) => paidMinor > 0) === position;
  const postage = order.lines.length === 1 || (first && refund?.whole === true) ? order.freightMinor : 0;
  return {
    oid,
    oid_str: String(oid),
    num_iid: BigInt(line.itemId),
    sku_id: line.skuId,
    outer_sku_id: line.sku,
    title: line.name,
    price: decimalText(line.unitMinor),
    num: line.quantity,
    payment: decimalText(line.paidMinor + postage),
    divide_order_fee: decimalText(line.paidMinor + postage),
    part_mjz_discount: '0.00',
    discount_fee: decimalText(line.quantity * line.unitMinor - line.paidMinor),
    refund_status: refund ? REFUND_STATUS[refund.state] : 'NO_REFUND',
    ...(refund ? { refund_id: refund.id } : {}),
    status: statusOf(order),
    ...(order.tracking
      ? { invoice_no: order.tracking.number, logistics_company: COMPANIES[order.tracking.carrier] ?? order.tracking.carrier }
      : {}),
  };
}

function everything(order: TruthOrder): Record<string, unknown> {
  const { receiver } = order;
  const step = stepOf(order);
  return {
    tid: BigInt(order.id),
    tid_str: order.id,
    type: order.presale ? 'step' : 'fixed',
    status: statusOf(order),
    step_trade_status: step,
    step_paid_fee:
      step === undefined ? undefined : decimalText(step === 'FRONT_NOPAID_FINAL_NOPAID' ? 0 : (order.presale?.depositMinor ?? 0)),
    payment: decimalText(order.totalMinor),
    total_fee: decimalText(order.goodsMinor),
    discount_fee: decimalText(order.discountMinor),
    adjust_fee: '0.00',
    post_fee: decimalText(order.freightMinor),
    coupon_fee: decimalText(order.couponMinor),
    created: beijing(order.createdAt),
    pay_time: order.paidAt === null ? undefined : beijing(order.paidAt),
    modified: beijing(order.updatedAt),
    consign_time: order.tracking ? beijing(order.updatedAt) : undefined,
    end_time: order.stage === 'done' || order.stage === 'cancelled' ? beijing(order.updatedAt) : undefined,
    buyer_nick: starredName(order.buyer.name),
    buyer_open_uid: order.buyer.key,
    buyer_message: order.buyerMessage === '' ? undefined : order.buyerMessage,
    seller_memo: order.sellerMemo === '' ? undefined : order.sellerMemo,
    seller_flag: order.flag,
    receiver_name: starredName(receiver.name),
    receiver_mobile: starredPhone(receiver.phone),
    receiver_phone: '',
    receiver_address: receiver.address.replace(/\d+/g, '**'),
    receiver_state: receiver.province,
    receiver_city: receiver.city,
    receiver_district: receiver.district,
    receiver_town: '',
    oaid: `oaid-${Buffer.from(`${receiver.name}${receiver.phone}${receiver.address}`, 'utf8').toString('base64').slice(0, 40)}==`,
    orders: { order: order.lines.map((line, position) => lineRow(order, line, position)) },
  };
}

/** What the list never gives, whatever is asked for. */
const DETAIL_ONLY = new Set([
  'buyer_message',
  'seller_memo',
  'receiver_name',
  'receiver_mobile',
  'receiver_phone',
  'receiver_address',
  'oaid',
]);
/** Without all of these in `fields` there is no `oaid`. */
const RECEIVER = ['receiver_name', 'receiver_mobile', 'receiver_phone', 'receiver_address', 'receiver_state'];

/** Only the fields that were asked for, as the platform does it. */
export function renderTrade(order: TruthOrder, asked: readonly string[], detail: { withOaid: boolean } | null): object {
  const names = new Set(asked.map((name) => name.split('.')[0] ?? ''));
  if (!detail) for (const name of DETAIL_ONLY) names.delete(name);
  if (detail && !(detail.withOaid && RECEIVER.every((name) => names.has(name)))) names.delete('oaid');
  return Object.fromEntries(Object.entries(everything(order)).filter(([name, value]) => names.has(name) && value !== undefined));
}
