import type { TruthOrder } from '../kit/types.ts';

/** Money is fen (believed), times are milliseconds; an absent value is the word "null" as often as it is missing. */
const STATUS: Record<TruthOrder['stage'], number> = {
  unpaid: 1,
  forming: 2,
  review: 3,
  'to-ship': 4,
  'part-shipped': 5,
  shipped: 6,
  received: 6,
  done: 7,
  cancelled: 9,
};
const COMPANIES: Readonly<Record<string, string>> = { sf: 'shunfeng', yto: 'yuantong', zto: 'zhongtong', sto: 'shentong' };

function orNull(text: string): string {
  return text === '' ? 'null' : text;
}

/** A row of the list: the whole order but for what was bought and who receives it. */
export function renderRow(order: TruthOrder): Record<string, unknown> {
  return {
    orderId: order.id,
    orderType: order.presale ? 2 : 1,
    orderStatus: STATUS[order.stage],
    orderAfterSalesStatus: 1,
    createdTime: order.createdAt,
    paidTime: order.paidAt ?? 0,
    updateTime: order.updatedAt,
    deliveryTime: order.tracking ? order.updatedAt : 'null',
    cancelTime: order.stage === 'cancelled' ? order.updatedAt : 0,
    finishTime: order.stage === 'done' ? order.updatedAt : 0,
    promiseLastDeliveryTime: order.createdAt + 172_800_000,
    customerRemark: orNull(order.buyerMessage),
    sellerRemark: orNull(order.sellerMemo),
    sellerRemarkFlag: order.flag,
    receiverProvinceName: order.receiver.province,
    receiverCityName: order.receiver.city,
    receiverDistrictName: order.receiver.district,
    openAddressId: Buffer.from(`${order.receiver.phone}${order.receiver.address}`, 'utf8').toString('hex').slice(0, 32),
    totalPayAmount: order.totalMinor,
    totalShippingFree: order.freightMinor,
    totalMerchantDiscount: order.discountMinor,
    totalRedDiscount: 0,
  };
}

/** The detail adds the articles, the parcel and the receiver as ciphertext. */
export function renderDetail(order: TruthOrder): Record<string, unknown> {
  const sealed = (text: string) => `#${Buffer.from(text, 'utf8').toString('base64')}#`;
  return {
    ...renderRow(order),
    userId: order.buyer.key,
    expressTrackingNo: order.tracking?.number ?? 'null',
    expressCompanyCode: order.tracking ? (COMPANIES[order.tracking.carrier] ?? order.tracking.carrier) : 'null',
    receiverName: sealed(order.receiver.name),
    receiverPhone: sealed(order.receiver.phone),
    receiverAddress: sealed(order.receiver.address),
    skuList: order.lines.map((line) => ({
      skuId: line.skuId,
      itemId: line.itemId,
      erpcode: line.sku,
      skuName: line.name,
      skuSpec: 'null',
      skuQuantity: String(line.quantity),
      skuTag: 0,
      price: line.unitMinor,
      totalPaidAmount: line.paidMinor,
    })),
  };
}
