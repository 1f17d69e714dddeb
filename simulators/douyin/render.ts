import { beijing, starredName, starredPhone } from '../kit/words.ts';
import type { TruthLine, TruthOrder, TruthRefund } from '../kit/types.ts';

/** Money is fen, times are Unix seconds; 0 stands for "not yet". Source: generated structs of zsmhub/doudian-sdk. */
const STATUS: Record<TruthOrder['stage'], number> = {
  unpaid: 1,
  forming: 105,
  review: 105,
  'to-ship': 2,
  'part-shipped': 101,
  shipped: 3,
  received: 3,
  done: 5,
  cancelled: 4,
};
const DEPOSIT_PAID = 103;
const AFTER_SALE_STATUS: Record<TruthRefund['state'], number> = { asked: 6, agreed: 11, done: 12, withdrawn: 28, refused: 27 };
const REFUND_STATUS: Record<TruthRefund['state'], number> = { asked: 1, agreed: 1, done: 3, withdrawn: 0, refused: 4 };
/** Carriers by the platform's own spelling. */
const COMPANIES: Readonly<Record<string, string>> = {
  sf: 'shunfeng',
  yto: 'yuantong',
  zto: 'zhongtong',
  sto: 'shentong',
  yunda: 'yunda',
  jt: 'jtexpress',
  jd: 'jd',
  ems: 'ems',
  deppon: 'debangwuliu',
};

export function seconds(at: number | null): number {
  return at === null ? 0 : Math.floor(at / 1_000);
}

/** Ids are bare 64-bit numbers wherever the platform writes numbers. */
export function bare(id: string): bigint {
  return BigInt(id.replace(/\D/g, '') || '0');
}

export function orderStatus(order: TruthOrder): number {
  const { presale } = order;
  if (presale && presale.depositPaidAt !== null && presale.balancePaidAt === null && order.stage === 'unpaid') return DEPOSIT_PAID;
  return STATUS[order.stage];
}

/** 21: refund finished before shipping; 22: after it. */
function mainStatus(order: TruthOrder): number {
  const back = order.refunds.filter(({ state }) => state === 'done').reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  if (order.stage !== 'cancelled' || order.paidAt === null || back < order.totalMinor) return orderStatus(order);
  return order.tracking === null ? 21 : 22;
}

export function kindOf(order: TruthOrder, refund: TruthRefund): number {
  if (refund.kind === 'return') return 0;
  if (refund.kind === 'exchange') return 3;
  return order.tracking === null ? 2 : 1;
}

function skuOrder(order: TruthOrder, line: TruthLine): object {
  const refund = order.refunds.findLast((entry) => entry.lines.some(({ lineId }) => lineId === line.lineId));
  return {
    order_id: skuOrderId(order, line),
    parent_order_id: order.id,
    product_id: bare(line.itemId),
    sku_id: bare(line.skuId),
    code: line.sku,
    out_sku_id: 0,
    product_name: line.name,
    item_num: line.quantity,
    origin_amount: line.unitMinor,
    pay_amount: line.paidMinor,
    pre_sale_type: order.presale ? 1 : 0,
    given_product_type: line.gift ? 'FREE' : '',
    after_sale_info: {
      after_sale_status: refund ? AFTER_SALE_STATUS[refund.state] : 0,
      after_sale_type: refund ? kindOf(order, refund) : 0,
      refund_status: refund ? REFUND_STATUS[refund.state] : 0,
    },
  };
}

/** An order of one line has one id for both. */
export function skuOrderId(order: TruthOrder, line: TruthLine): string {
  const position = order.lines.findIndex(({ lineId }) => lineId === line.lineId);
  return position <= 0 ? order.id : String(bare(order.id) + BigInt(position));
}

function phases(order: TruthOrder): object[] {
  const { presale } = order;
  if (!presale) return [];
  return [
    {
      current_phase: 1,
      total_phase: 2,
      pay_success: presale.depositPaidAt === null ? 0 : 1,
      phase_pay_amount: presale.depositMinor,
      phase_pay_time: seconds(presale.depositPaidAt),
    },
    {
      current_phase: 2,
      total_phase: 2,
      pay_success: presale.balancePaidAt === null ? 0 : 1,
      phase_pay_amount: presale.balanceMinor,
      phase_pay_time: seconds(presale.balancePaidAt),
    },
  ];
}

export function renderOrder(order: TruthOrder, shopId: string): object {
  const { receiver } = order;
  return {
    order_id: order.id,
    shop_id: bare(shopId),
    order_status: orderStatus(order),
    main_status: mainStatus(order),
    order_type: 0,
    trade_type: order.presale ? 2 : order.stage === 'forming' ? 1 : 0,
    create_time: seconds(order.createdAt),
    pay_time: seconds(order.paidAt),
    ship_time: order.tracking ? seconds(order.updatedAt) : 0,
    finish_time: order.stage === 'done' ? seconds(order.updatedAt) : 0,
    update_time: seconds(order.updatedAt),
    order_amount: order.goodsMinor,
    pay_amount: order.totalMinor,
    post_amount: order.freightMinor,
    modify_amount: 0,
    promotion_amount: order.discountMinor,
    promotion_shop_amount: order.discountMinor,
    promotion_platform_amount: 0,
    promotion_talent_amount: 0,
    buyer_words: order.buyerMessage,
    seller_words: order.sellerMemo,
    seller_remark_stars: order.flag,
    doudian_open_id: order.buyer.key,
    post_receiver: '',
    post_tel: '',
    encrypt_post_receiver: `#${Buffer.from(receiver.name, 'utf8').toString('base64')}#`,
    encrypt_post_tel: `$${Buffer.from(receiver.phone, 'utf8').toString('base64')}$`,
    mask_post_receiver: starredName(receiver.name),
    mask_post_tel: starredPhone(receiver.phone),
    post_addr: {
      province: { name: receiver.province },
      city: { name: receiver.city },
      town: { name: receiver.district },
      detail: '',
      encrypt_detail: `~${Buffer.from(receiver.address, 'utf8').toString('base64')}~`,
    },
    mask_post_addr: {
      province: { name: receiver.province },
      city: { name: receiver.city },
      town: { name: receiver.district },
      detail: receiver.address.replace(/\d+/g, '**'),
    },
    logistics_info: order.tracking
      ? [
          {
            tracking_no: order.tracking.number,
            company: COMPANIES[order.tracking.carrier] ?? order.tracking.carrier,
            ship_time: seconds(order.updatedAt),
          },
        ]
      : [],
    order_phase_list: phases(order),
    sku_order_list: order.lines.map((line) => skuOrder(order, line)),
  };
}

/** An element of `/afterSale/List`. */
export function renderAfterSale(order: TruthOrder, refund: TruthRefund): object {
  return {
    order_info: {
      shop_order_id: bare(order.id),
      related_order_info: refund.lines.map((part) => {
        const line = order.lines.find(({ lineId }) => lineId === part.lineId);
        return {
          sku_order_id: line ? bare(skuOrderId(order, line)) : 0n,
          shop_sku_code: part.sku,
          item_quantity: part.quantity,
          pay_amount: part.amountMinor,
        };
      }),
    },
    aftersale_info: {
      aftersale_id: bare(refund.id),
      aftersale_status: AFTER_SALE_STATUS[refund.state],
      aftersale_type: kindOf(order, refund),
      refund_amount: refund.amountMinor,
      refund_status: REFUND_STATUS[refund.state],
      apply_time: seconds(refund.createdAt),
      update_time: seconds(refund.updatedAt),
    },
  };
}

/** What a pushed after-sale says; its time is a date text where trade messages have a number. */
export function afterSaleNotice(order: TruthOrder, refund: TruthRefund, shopId: string): object {
  return {
    shop_id: bare(shopId),
    p_id: bare(order.id),
    s_ids: refund.lines.map(({ lineId }) => {
      const line = order.lines.find((candidate) => candidate.lineId === lineId);
      return line ? bare(skuOrderId(order, line)) : 0n;
    }),
    aftersale_id: bare(refund.id),
    aftersale_status: AFTER_SALE_STATUS[refund.state],
    aftersale_type: kindOf(order, refund),
    refund_amount: refund.amountMinor,
    update_time: beijing(refund.updatedAt),
  };
}
