import type { TruthLine, TruthOrder, TruthRefund } from '../kit/types.ts';
import { beijing, decimalText, starredName, starredPhone } from '../kit/words.ts';

/** Orders are in yuan as JSON numbers, messages in fen. There is no single state but four enums. Source: tourze/pinduoduo-api-bundle. */
const LOGISTICS: Readonly<Record<string, number>> = { sf: 44, sto: 1, yto: 85, zto: 115 };

function yuan(minor: number): number {
  return Number(decimalText(minor));
}

/** Only what concerns the whole order shows in its own enum; a partial refund is in the refund list alone. */
function refundStatus(order: TruthOrder): number {
  const whole = order.refunds.filter(({ amountMinor }) => amountMinor >= order.totalMinor);
  if (whole.some(({ state }) => state === 'done')) return 4;
  if (whole.some(({ state }) => state === 'agreed')) return 3;
  return whole.some(({ state }) => state === 'asked') ? 2 : 1;
}

export function confirmStatus(order: TruthOrder): number {
  if (order.stage === 'cancelled' && refundStatus(order) !== 4) return 2;
  // A deal is made when the group is complete.
  return order.paidAt === null || order.stage === 'forming' ? 0 : 1;
}

function orderStatus({ stage }: TruthOrder): number {
  if (stage === 'received' || stage === 'done') return 3;
  return stage === 'shipped' ? 2 : 1;
}

export function afterSalesStatus({ state, kind }: TruthRefund): number {
  if (state === 'done') return 10;
  if (state === 'withdrawn') return 11;
  if (state === 'refused') return 6;
  if (state === 'agreed') return kind === 'return' ? 7 : 4;
  return kind === 'exchange' ? 14 : kind === 'return' ? 3 : 2;
}

function item(line: TruthLine): object {
  return {
    goods_id: BigInt(line.itemId),
    sku_id: BigInt(line.skuId),
    outer_goods_id: '',
    outer_id: line.sku,
    goods_name: line.name,
    goods_spec: '',
    goods_price: yuan(line.unitMinor),
    goods_count: line.quantity,
  };
}

function sealed(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('base64');
  return `~${bytes.slice(0, 8)}~${bytes}~1~`;
}

export function renderOrder(order: TruthOrder): object {
  const { receiver } = order;
  const latest = order.refunds.reduce<TruthRefund | null>(
    (last, refund) => (last && last.updatedAt > refund.updatedAt ? last : refund),
    null,
  );
  return {
    order_sn: order.id,
    order_status: orderStatus(order),
    refund_status: refundStatus(order),
    after_sales_status: latest ? afterSalesStatus(latest) : 0,
    confirm_status: confirmStatus(order),
    group_status: order.stage === 'forming' ? 0 : 1,
    risk_control_status: order.stage === 'review' ? 1 : 0,
    trade_type: 0,
    is_pre_sale: 0,
    is_lucky_flag: 1,
    goods_amount: yuan(order.goodsMinor),
    discount_amount: yuan(order.discountMinor),
    platform_discount: 0,
    seller_discount: yuan(order.discountMinor),
    capital_free_discount: 0,
    order_change_amount: 0,
    postage: yuan(order.freightMinor),
    pay_amount: yuan(order.totalMinor),
    pay_type: 'WEIXIN',
    created_time: beijing(order.createdAt),
    pay_time: order.paidAt === null ? '' : beijing(order.paidAt),
    confirm_time: confirmStatus(order) === 1 && order.paidAt !== null ? beijing(order.paidAt) : '',
    shipping_time: order.tracking ? beijing(order.updatedAt) : null,
    receive_time: orderStatus(order) === 3 ? beijing(order.updatedAt) : null,
    updated_at: beijing(order.updatedAt),
    buyer_memo: order.buyerMessage,
    remark: order.sellerMemo,
    remark_tag: order.flag,
    receiver_name: sealed(receiver.name),
    receiver_name_mask: starredName(receiver.name),
    receiver_phone: sealed(receiver.phone),
    receiver_phone_mask: starredPhone(receiver.phone),
    address: sealed(receiver.address),
    address_mask: receiver.address.replace(/\d+/g, '**'),
    province: receiver.province,
    city: receiver.city,
    town: receiver.district,
    tracking_number: order.tracking?.number ?? '',
    logistics_id: order.tracking ? (LOGISTICS[order.tracking.carrier] ?? Number(order.tracking.carrier)) : 0,
    item_list: order.lines.filter(({ gift }) => !gift).map(item),
    gift_list: order.lines.filter(({ gift }) => gift).map(item),
  };
}

export function renderRefund(order: TruthOrder, refund: TruthRefund): object {
  const [part] = refund.lines;
  return {
    id: BigInt(refund.id),
    order_sn: order.id,
    after_sales_type: refund.kind === 'return' ? 3 : refund.kind === 'exchange' ? 4 : 2,
    after_sales_status: afterSalesStatus(refund),
    refund_amount: decimalText(refund.amountMinor),
    order_amount: decimalText(order.totalMinor),
    created_time: beijing(refund.createdAt),
    updated_time: beijing(refund.updatedAt),
    outer_id: part?.sku ?? '',
    goods_number: part?.quantity ?? 0,
    after_sale_reason: '其他',
  };
}
