import type { ChannelMapping } from '../channel.ts';

/**
 * Words of `orderState` and the codes of a refund request. Source: JOS documentation of pop.order.search; of the refund codes 0 and 3
 * are confirmed, the others are as public integrations of the refund request list quote them.
 */
export const mapping: ChannelMapping = {
  statuses: {
    WAIT_SELLER_STOCK_OUT: { status: 'awaiting_shipment', about: { zh: '等待出库', en: 'Waiting to leave the warehouse' } },
    WAIT_SELLER_DELIVERY: { status: 'awaiting_shipment', about: { zh: '等待发货（海外购）', en: 'Waiting for shipment (overseas)' } },
    WAIT_SEND_CODE: { status: 'awaiting_shipment', about: { zh: '等待发码（本地生活）', en: 'Waiting for the voucher code' } },
    WAIT_GOODS_RECEIVE_CONFIRM: { status: 'shipped', about: { zh: '等待确认收货', en: 'Shipped' } },
    SEND_TO_DISTRIBUTION_CENER: { status: 'shipped', about: { zh: '发往配送中心', en: 'On the way to the distribution centre' } },
    DISTRIBUTION_CENTER_RECEIVED: { status: 'shipped', about: { zh: '配送中心已收货', en: 'Received by the distribution centre' } },
    RECEIPTS_CONFIRM: { status: 'shipped', about: { zh: '收款确认', en: 'Receipt of money confirmed' } },
    FINISHED_L: { status: 'completed', about: { zh: '已完成', en: 'Completed' } },
    TRADE_CANCELED: { status: 'cancelled', about: { zh: '已取消', en: 'Cancelled' } },
    LOCKED: { status: 'refunding', about: { zh: '买家申请取消，已锁定，不可发货', en: 'Locked: the buyer asked to cancel; do not ship' } },
    PAUSE: {
      status: 'paid',
      platformHold: { zh: '平台暂停了此订单', en: 'The platform paused this order' },
      about: { zh: '暂停', en: 'Paused' },
    },
    POP_ORDER_PAUSE: {
      status: 'paid',
      platformHold: { zh: '平台暂停了此订单', en: 'The platform paused this order' },
      about: { zh: '暂停', en: 'Paused' },
    },
  },
  refunds: {
    '0': 'open',
    '1': 'open',
    '2': 'withdrawn',
    '3': 'succeeded',
    // 4 refused by JD's finance, 5 passed by hand, 6 stopped on its way and paid back, 9 closed by force and paid back.
    '4': 'withdrawn',
    '5': 'open',
    '6': 'succeeded',
    // 7, 8, 10, 27: the parcel is, could not be or shall be stopped on its way.
    '7': 'open',
    '8': 'open',
    '9': 'succeeded',
    '10': 'open',
    '11': 'withdrawn',
    // 16 refused at the door, 17 return agreed, 18 closed by agreement, 19 in dispute.
    '16': 'open',
    '17': 'open',
    '18': 'withdrawn',
    '19': 'open',
    '27': 'open',
  },
  complaints: {
    ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 18, 19, 27].map((code) => [String(code), 'A' as const])),
    '16': 'B',
    '17': 'B',
  },
};
