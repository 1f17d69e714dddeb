import { starredName, starredPhone } from '../kit/words.ts';
import type { TruthLine, TruthOrder, TruthRefund } from '../kit/types.ts';

/** Money is fen, times are Unix milliseconds; 0 stands for "not yet". Source: typings of crywolfx/kuaishou-merchant-open-api. */
const STATUS: Record<TruthOrder['stage'], number> = {
  unpaid: 10,
  forming: 30,
  review: 30,
  'to-ship': 30,
  'part-shipped': 30,
  shipped: 40,
  received: 50,
  done: 70,
  cancelled: 80,
};
const REFUND: Record<TruthRefund['state'], number> = { asked: 10, agreed: 50, done: 60, withdrawn: 70, refused: 20 };
const EXPRESS: Readonly<Record<string, number>> = { yto: 1, zto: 2, sto: 3, sf: 4, yunda: 5, ems: 6, jd: 7, deppon: 9, jt: 10 };
const GROUP_FORMING = 1;
const RISK_REVIEW = 2;

/** Ids are bare 64-bit numbers. */
export function bare(id: string): bigint {
  return BigInt(id.replace(/\D/g, '') || '0');
}

function refundStatus(refund: TruthRefund): number {
  return refund.state === 'asked' && refund.kind !== 'refund-only' ? 11 : REFUND[refund.state];
}

function itemOf(line: TruthLine): object {
  return {
    itemId: bare(line.itemId),
    skuId: bare(line.skuId),
    skuNick: line.sku,
    goodsCode: '',
    itemTitle: line.name,
    skuDesc: '',
    num: line.quantity,
    originalPrice: line.unitMinor,
    price: Math.round(line.paidMinor / line.quantity),
    discountFee: line.quantity * line.unitMinor - line.paidMinor,
  };
}

/** The ciphertext of one receiver differs from order to order. */
function cipher(text: string, order: TruthOrder): string {
  return Buffer.from(`${order.id}|${text}`, 'utf8').toString('base64');
}

function stepOf(payStepNo: number, paymentFee: number, paidAt: number | null, order: TruthOrder): object {
  const closed = order.stage === 'cancelled' && paidAt === null;
  return { payStepNo, payStepStatus: paidAt !== null ? 30 : closed ? 80 : 10, paymentFee, payTime: paidAt ?? 0 };
}

function holdCodes(order: TruthOrder): number[] {
  if (order.stage === 'forming') return [GROUP_FORMING];
  return order.stage === 'review' ? [RISK_REVIEW] : [];
}

export function renderOrder(order: TruthOrder): object {
  const { receiver, presale, tracking } = order;
  const [item, ...others] = order.lines;
  const pieces = item?.quantity ?? 0;
  return {
    orderBaseInfo: {
      oid: bare(order.id),
      status: STATUS[order.stage],
      createTime: order.createdAt,
      payTime: order.paidAt ?? 0,
      sendTime: tracking ? order.updatedAt : 0,
      recvTime: order.stage === 'received' ? order.updatedAt : 0,
      refundTime: 0,
      updateTime: order.updatedAt,
      totalFee: order.totalMinor,
      discountFee: order.discountMinor,
      expressFee: order.freightMinor,
      remark: order.buyerMessage,
      buyerOpenId: order.buyer.key,
      buyerNick: starredName(order.buyer.name),
      payType: 1,
      preSale: 0,
      validPromiseShipmentTimeStamp:
        order.stage === 'to-ship' ? order.updatedAt + 172_800_000 : order.paidAt === null ? 0 : order.updatedAt,
      disableDeliveryReasonCode: holdCodes(order),
      allActivityType: [...(presale ? [6] : []), ...(order.stage === 'forming' ? [17] : [])],
      riskCode: 0,
      privacyInfoAuthStatus: 1,
    },
    orderItemInfo: item ? itemOf(item) : null,
    subOrderInfo: others.map(itemOf),
    orderRefundList: order.refunds.map((refund) => ({ refundId: bare(refund.id), refundStatus: refundStatus(refund) })),
    orderNote: {
      orderNoteInfo: order.sellerMemo === '' ? [] : [{ note: order.sellerMemo, flagTagCode: order.flag, createTime: order.updatedAt }],
    },
    orderAddress: {
      encryptedConsignee: cipher(receiver.name, order),
      desensitiseConsignee: starredName(receiver.name),
      encryptedMobile: cipher(receiver.phone, order),
      desensitiseMobile: starredPhone(receiver.phone),
      encryptedAddress: cipher(receiver.address, order),
      desensitiseAddress: receiver.address.replace(/\d+/g, '**'),
      province: receiver.province,
      city: receiver.city,
      district: receiver.district,
      town: '',
    },
    orderStepInfo: {
      orderPaymentSteps: presale
        ? [stepOf(1, presale.depositMinor, presale.depositPaidAt, order), stepOf(2, presale.balanceMinor, presale.balancePaidAt, order)]
        : [],
    },
    orderDeliveryInfo: { num: pieces, deliveryNum: tracking && order.stage !== 'part-shipped' ? pieces : 0 },
    orderLogisticsInfo: tracking ? [{ expressNo: tracking.number, expressCode: EXPRESS[tracking.carrier] ?? 0 }] : [],
  };
}

export function renderRefund(order: TruthOrder, refund: TruthRefund): object {
  const [part] = refund.lines;
  const line = order.lines.find(({ lineId }) => lineId === part?.lineId);
  return {
    refundId: bare(refund.id),
    oid: bare(order.id),
    status: refundStatus(refund),
    handlingWay: refund.kind === 'refund-only' ? 10 : refund.kind === 'return' ? 1 : 3,
    refundFee: refund.amountMinor,
    refundReasonDesc: '不想要了',
    createTime: refund.createdAt,
    updateTime: refund.updatedAt,
    skuId: bare(line?.skuId ?? '0'),
    skuNick: part?.sku ?? '',
    num: part?.quantity ?? 0,
  };
}
