import { starredName, starredPhone } from '../kit/words.ts';
import type { TruthLine, TruthOrder, TruthRefund } from '../kit/types.ts';

/** Money is fen, times are Unix seconds. Source: binarywang/WxJava weixin-java-channel, beans and enums. */
const STATUS: Record<TruthOrder['stage'], number> = {
  unpaid: 10,
  forming: 20,
  review: 20,
  'to-ship': 20,
  'part-shipped': 21,
  shipped: 30,
  received: 30,
  done: 100,
  cancelled: 250,
};
const ALL_REFUNDED = 200;
const AFTER_SALE: Record<TruthRefund['state'], string> = {
  asked: 'MERCHANT_PROCESSING',
  agreed: 'PLATFORM_REFUNDING',
  done: 'MERCHANT_REFUND_SUCCESS',
  withdrawn: 'USER_CANCELD',
  refused: 'MERCHANT_REJECT_REFUND',
};
const DELIVERY: Readonly<Record<string, string>> = {
  sf: 'SF',
  sto: 'STO',
  yto: 'YTO',
  zto: 'ZTO',
  yunda: 'YD',
  jt: 'JTSD',
  jd: 'JD',
  ems: 'EMS',
  deppon: 'DBL',
};

export function seconds(at: number | null): number {
  return at === null ? 0 : Math.floor(at / 1_000);
}

export function statusOf(order: TruthOrder): number {
  const back = order.refunds.filter(({ state }) => state === 'done').reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return order.stage === 'cancelled' && order.paidAt !== null && back >= order.totalMinor ? ALL_REFUNDED : STATUS[order.stage];
}

export function afterSaleStatus(refund: TruthRefund): string {
  return refund.kind === 'return' && refund.state === 'done' ? 'MERCHANT_RETURN_SUCCESS' : AFTER_SALE[refund.state];
}

function productOf(order: TruthOrder, line: TruthLine): object {
  const touching = (states: readonly TruthRefund['state'][]) =>
    order.refunds.some((refund) => states.includes(refund.state) && refund.lines.some(({ lineId }) => lineId === line.lineId));
  return {
    product_id: line.itemId,
    sku_id: line.skuId,
    out_product_id: '',
    out_sku_id: '',
    sku_code: line.sku,
    title: line.name,
    sku_cnt: line.quantity,
    sale_price: line.unitMinor,
    market_price: line.unitMinor,
    real_price: line.paidMinor,
    estimate_price: line.paidMinor,
    on_aftersale_sku_cnt: touching(['asked', 'agreed']) ? line.quantity : 0,
    finish_aftersale_sku_cnt: touching(['done']) ? line.quantity : 0,
    is_free_gift: line.gift ? 1 : 0,
  };
}

/** The same address has the same code, whoever orders to it. */
function addressCode({ receiver }: TruthOrder): string {
  return Buffer.from(`${receiver.province}${receiver.city}${receiver.district}${receiver.address}`, 'utf8').toString('hex').slice(0, 40);
}

export function renderOrder(order: TruthOrder): object {
  const { receiver, tracking } = order;
  return {
    order_id: order.id,
    status: statusOf(order),
    openid: order.buyer.key,
    unionid: '',
    create_time: seconds(order.createdAt),
    update_time: seconds(order.updatedAt),
    order_detail: {
      product_infos: order.lines.map((line) => productOf(order, line)),
      pay_info:
        order.paidAt === null
          ? { prepay_time: seconds(order.createdAt) }
          : { pay_time: seconds(order.paidAt), transaction_id: `42000${order.id}` },
      price_info: {
        product_price: order.goodsMinor,
        order_price: order.totalMinor,
        freight: order.freightMinor,
        discounted_price: order.discountMinor,
        original_order_price: order.goodsMinor + order.freightMinor,
        merchant_receieve_price: order.totalMinor,
      },
      delivery_info: {
        address_info: {
          user_name: starredName(receiver.name),
          tel_number: starredPhone(receiver.phone),
          province_name: receiver.province,
          city_name: receiver.city,
          county_name: receiver.district,
          detail_info: receiver.address.replace(/\d+/g, '**'),
          hash_code: addressCode(order),
          use_tel_number: 0,
        },
        delivery_product_info: tracking
          ? [
              {
                waybill_id: tracking.number,
                delivery_id: DELIVERY[tracking.carrier] ?? tracking.carrier,
                delivery_time: seconds(order.updatedAt),
              },
            ]
          : [],
        ship_done_time: tracking && order.stage !== 'part-shipped' ? seconds(order.updatedAt) : 0,
      },
      ext_info: { customer_notes: order.buyerMessage, merchant_notes: order.sellerMemo, order_scene: 1 },
    },
    aftersale_detail: {
      on_aftersale_order_cnt: order.refunds.filter(({ state }) => state === 'asked' || state === 'agreed').length,
      aftersale_order_list: order.refunds.map(({ id }) => ({ aftersale_order_id: id })),
    },
  };
}

/** An after-sale is about one article of an order. */
export function renderAfterSale(order: TruthOrder, refund: TruthRefund): object {
  const [part] = refund.lines;
  const line = order.lines.find(({ lineId }) => lineId === part?.lineId);
  return {
    after_sale_order_id: refund.id,
    order_id: order.id,
    openid: order.buyer.key,
    status: afterSaleStatus(refund),
    type: refund.kind === 'refund-only' ? 'REFUND' : refund.kind === 'return' ? 'RETURN' : 'EXCHANGE',
    product_info: { product_id: line?.itemId ?? '', sku_id: line?.skuId ?? '', count: part?.quantity ?? 0 },
    refund_info: { amount: refund.amountMinor, refund_reason: 0 },
    create_time: seconds(refund.createdAt),
    update_time: seconds(refund.updatedAt),
    reason_text: '不想要了',
  };
}
