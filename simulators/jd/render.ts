import type { TruthOrder } from '../kit/types.ts';
import { beijing, decimalText, starredPhone } from '../kit/words.ts';

/** JD's two ways of writing "not yet". */
const NEVER = '0001-01-01 00:00:00';
const EPOCH = '1970-01-01 00:00:00';
const STATE: Record<TruthOrder['stage'], string> = {
  unpaid: 'NOT_PAY',
  forming: 'PAUSE',
  review: 'POP_ORDER_PAUSE',
  'to-ship': 'WAIT_SELLER_STOCK_OUT',
  'part-shipped': 'WAIT_SELLER_STOCK_OUT',
  shipped: 'WAIT_GOODS_RECEIVE_CONFIRM',
  received: 'WAIT_GOODS_RECEIVE_CONFIRM',
  done: 'FINISHED_L',
  cancelled: 'TRADE_CANCELED',
};
const LOGISTICS: Readonly<Record<string, string>> = { sf: '467', sto: '470', yto: '463', zto: '1499' };

/** A buyer who asked for all of the money back before shipment locks the order. */
export function locks(order: TruthOrder, refund: TruthOrder['refunds'][number]): boolean {
  return refund.amountMinor >= order.totalMinor && (refund.state === 'asked' || refund.state === 'agreed');
}

export function stateOf(order: TruthOrder): string {
  const paid = order.stage === 'to-ship' || order.stage === 'review' || order.stage === 'forming';
  return paid && order.refunds.some((refund) => locks(order, refund)) ? 'LOCKED' : STATE[order.stage];
}

function sealed(text: string): string {
  return `AAS/${Buffer.from(text, 'utf8').toString('base64')}`;
}

/** Everything is text, numbers too. Only what `optional_fields` names is given; the number always is. */
export function renderOrder(order: TruthOrder, venderId: string, asked: ReadonlySet<string>): object {
  const { receiver } = order;
  const all: Record<string, unknown> = {
    orderId: order.id,
    parentOrderId: '0',
    directParentOrderId: '0',
    venderId,
    orderState: stateOf(order),
    orderStateRemark: '',
    orderStartTime: beijing(order.createdAt),
    paymentConfirmTime: order.paidAt === null ? EPOCH : beijing(order.paidAt),
    orderEndTime: order.stage === 'done' || order.stage === 'cancelled' ? beijing(order.updatedAt) : NEVER,
    modified: beijing(order.updatedAt),
    orderTotalPrice: decimalText(order.goodsMinor),
    orderSellerPrice: decimalText(order.goodsMinor - order.discountMinor),
    orderPayment: decimalText(order.totalMinor),
    sellerDiscount: decimalText(order.discountMinor),
    freightPrice: decimalText(order.freightMinor),
    balanceUsed: '0.00',
    couponDetailList:
      order.couponMinor > 0 ? [{ orderId: order.id, couponType: '41-京东券优惠', couponPrice: decimalText(order.couponMinor) }] : [],
    payType: '4-在线支付',
    orderRemark: order.buyerMessage,
    venderRemark: order.sellerMemo,
    pin: order.buyer.key,
    deliveryType: '任意时间',
    logisticsId: order.tracking ? (LOGISTICS[order.tracking.carrier] ?? order.tracking.carrier) : '',
    waybill: order.tracking?.number ?? '',
    consigneeInfo: {
      fullname: sealed(receiver.name),
      mobile: starredPhone(receiver.phone),
      telephone: '',
      fullAddress: sealed(receiver.address),
      province: receiver.province,
      city: receiver.city,
      county: receiver.district,
      town: '',
      desen_mobile: `DM${Buffer.from(receiver.phone, 'utf8').toString('hex').slice(-16)}`,
    },
    itemInfoList: order.lines.map((line) => ({
      skuId: line.skuId,
      outerSkuId: line.sku,
      wareId: line.itemId,
      productNo: '',
      skuName: line.name,
      jdPrice: decimalText(line.unitMinor),
      itemTotal: String(line.quantity),
      giftPoint: '0',
    })),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => name === 'orderId' || asked.has(name)));
}
