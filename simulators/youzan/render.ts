import { beijing, decimalText } from '../kit/words.ts';
import type { TruthLine, TruthOrder, TruthRefund } from '../kit/types.ts';

/** Money is yuan text, times are Beijing text; what is not there is `""` or the text `"null"`. Source: zedisdog/youzanphp models and tests. */
const STATUS: Record<TruthOrder['stage'], string> = {
  unpaid: 'WAIT_BUYER_PAY',
  forming: 'WAIT_CONFIRM',
  review: 'WAIT_CONFIRM',
  'to-ship': 'WAIT_SELLER_SEND_GOODS',
  'part-shipped': 'WAIT_SELLER_SEND_GOODS',
  shipped: 'WAIT_BUYER_CONFIRM_GOODS',
  received: 'WAIT_BUYER_CONFIRM_GOODS',
  done: 'TRADE_SUCCESS',
  cancelled: 'TRADE_CLOSED',
};
const REFUND_STATE: Record<TruthRefund['state'], number> = { asked: 1, agreed: 20, done: 60, withdrawn: 50, refused: 10 };
const REFUND_TYPE: Record<TruthRefund['kind'], string> = {
  'refund-only': 'REFUND_ONLY',
  return: 'REFUND_AND_RETURN',
  exchange: 'EXCHANGE',
};
const EXPRESS: Readonly<Record<string, number>> = { sto: 1, yto: 2, zto: 3, yunda: 4, sf: 7, ems: 11, deppon: 28, jd: 138, jt: 516 };

function at(moment: number | null): string {
  return moment === null ? '' : beijing(moment);
}
const yuan = (minor: number) => decimalText(minor);

function givenBack({ refunds }: TruthOrder): number {
  return refunds.filter(({ state }) => state === 'done').reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

/** Of all refunds together: 0 none, 1 a part is under way, 2 a part was given back, 11 and 12 the same of the whole sum. */
function refundState(order: TruthOrder): number {
  const back = givenBack(order);
  if (back > 0) return back >= order.totalMinor ? 12 : 2;
  const asked = order.refunds.filter(({ state }) => state === 'asked' || state === 'agreed');
  if (asked.length === 0) return 0;
  return asked.reduce((sum, { amountMinor }) => sum + amountMinor, 0) >= order.totalMinor ? 11 : 1;
}

export function statusOf(order: TruthOrder): string {
  return STATUS[order.stage];
}

/** 1 unpaid and out of time, 2 full refund. */
function closeType(order: TruthOrder): number {
  if (order.stage !== 'cancelled') return 0;
  return order.paidAt !== null && givenBack(order) >= order.totalMinor ? 2 : 1;
}

/** Readable with the shop's own key alone. */
function sealed(text: string, kdtId: string): string {
  return `$${Buffer.from(`${kdtId}:${text}`, 'utf8').toString('base64')}$1$`;
}

function orderInfo(order: TruthOrder): object {
  return {
    tid: order.id,
    status: statusOf(order),
    status_str: 'null',
    type: 0,
    created: at(order.createdAt),
    pay_time: at(order.paidAt),
    confirm_time: order.stage === 'forming' ? '' : at(order.paidAt),
    consign_time: order.tracking === null ? '' : at(order.updatedAt),
    success_time: order.stage === 'done' ? at(order.updatedAt) : '',
    update_time: at(order.updatedAt),
    expired_time: at(order.createdAt + 3_600_000),
    refund_state: refundState(order),
    close_type: closeType(order),
    express_type: 0,
    order_tags: {
      is_payed: order.paidAt !== null,
      is_refund: order.refunds.length > 0,
      is_preorder: order.presale !== null,
      is_down_payment_pre: order.presale !== null,
    },
  };
}

function phases({ presale, createdAt }: TruthOrder): object[] {
  if (!presale) return [];
  const { depositMinor, balanceMinor, balanceDueAt } = presale;
  return [
    { phase: 1, real_price: yuan(depositMinor), pay_start_time: at(createdAt), pay_end_time: at(balanceDueAt) },
    { phase: 2, real_price: yuan(balanceMinor), pay_start_time: at(createdAt), pay_end_time: at(balanceDueAt) },
  ];
}

function lineId(order: TruthOrder, line: TruthLine): string {
  return `${order.id.replace(/\D/g, '').slice(0, 14)}${line.lineId}`;
}

function lineOf(order: TruthOrder, line: TruthLine): object {
  return {
    oid: lineId(order, line),
    item_id: BigInt(line.itemId),
    sku_id: BigInt(line.skuId),
    outer_item_id: '',
    outer_sku_id: line.sku,
    title: line.name,
    num: line.quantity,
    price: yuan(line.unitMinor),
    discount_price: yuan(Math.round(line.paidMinor / line.quantity)),
    total_fee: yuan(line.quantity * line.unitMinor),
    payment: yuan(line.paidMinor),
    buyer_messages: 'null',
    sku_properties_name: '[]',
    is_present: line.gift,
    is_pre_sale: order.presale === null ? '0' : '1',
  };
}

/** An element of `full_order_info_list`, and the whole of `youzan.trade.get`. */
export function renderOrder(order: TruthOrder, kdtId: string): object {
  const { receiver } = order;
  return {
    full_order_info: {
      order_info: orderInfo(order),
      pay_info: {
        total_fee: yuan(order.goodsMinor),
        payment: yuan(order.totalMinor),
        post_fee: yuan(order.freightMinor),
        phase_payments: phases(order),
        transaction: [],
      },
      remark_info: { buyer_message: order.buyerMessage, trade_memo: order.sellerMemo, star: order.flag },
      address_info: {
        receiver_name: sealed(receiver.name, kdtId),
        receiver_tel: sealed(receiver.phone, kdtId),
        delivery_province: receiver.province,
        delivery_city: receiver.city,
        delivery_district: receiver.district,
        delivery_address: sealed(receiver.address, kdtId),
        delivery_postal_code: 'null',
      },
      buyer_info: { yz_open_id: order.buyer.key, buyer_phone: sealed(receiver.phone, kdtId), fans_nickname: 'null' },
      orders: order.lines.map((line) => lineOf(order, line)),
    },
    order_promotion: { order_discount_fee: yuan(order.discountMinor), adjust_fee: '0.00', order: [], item: [] },
    refund_order: order.refunds.map((refund) => ({
      refund_id: refund.id,
      refund_type: REFUND_TYPE[refund.kind],
      refund_fee: yuan(refund.amountMinor),
      refund_state: REFUND_STATE[refund.state],
      oids: refund.lines.flatMap(({ lineId: id }) => order.lines.filter((line) => line.lineId === id).map((line) => lineId(order, line))),
    })),
    delivery_order: order.tracking
      ? [{ dists: [{ express_info: { express_id: EXPRESS[order.tracking.carrier] ?? 0, express_no: order.tracking.number } }] }]
      : [],
  };
}
