import type { ChannelMapping } from '../channel.ts';

const FORMING = {
  zh: '抖店尚不允许发货：拼团未成或仍在审核',
  en: 'Douyin Shop does not allow shipping yet: the group is still forming or the order is under review',
};

/**
 * Words of Douyin Shop. `statuses`: `order_status`, and `main_status` where it says that a refund has ended the order (21, 22, 39).
 * `refunds`: `after_sale_status` / `aftersale_status`. `complaints`: `aftersale_type`.
 * Source: zsmhub/doudian-sdk, generated structs and message tags.
 */
export const mapping: ChannelMapping = {
  statuses: {
    '1': { status: 'pending_payment', about: { zh: '待付款', en: 'to be paid' } },
    '103': { status: 'pending_payment', about: { zh: '部分支付（定金已付）', en: 'partly paid (deposit)' } },
    '105': { status: 'paid', platformHold: FORMING, about: { zh: '已支付，待成团或审核', en: 'paid; group forming or under review' } },
    '2': { status: 'awaiting_shipment', about: { zh: '待发货', en: 'to be shipped' } },
    '101': { status: 'awaiting_shipment', partiallyShipped: true, about: { zh: '部分发货', en: 'partly shipped' } },
    '3': { status: 'shipped', about: { zh: '已发货', en: 'shipped' } },
    '4': { status: 'cancelled', about: { zh: '已取消', en: 'cancelled' } },
    '5': { status: 'completed', about: { zh: '已完成', en: 'completed' } },
    '21': { status: 'refunded', about: { zh: '发货前退款完结', en: 'refunded before shipment' } },
    '22': { status: 'refunded', about: { zh: '发货后退款完结', en: 'refunded after shipment' } },
    '39': { status: 'refunded', about: { zh: '收货后退款完结', en: 'refunded after receipt' } },
  },
  refunds: {
    '0': 'none',
    '6': 'open',
    '7': 'open',
    '8': 'open',
    '11': 'open',
    '27': 'open',
    '29': 'open',
    '12': 'succeeded',
    '28': 'withdrawn',
    // An exchange moves goods, not money.
    '13': 'open',
    '14': 'withdrawn',
  },
  complaints: { '0': 'B', '1': 'A', '2': 'A', '3': 'C', '6': 'D', '7': 'C', '8': 'C' },
};
