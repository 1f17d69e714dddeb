import type { ChannelMapping } from '../channel.ts';

/** Words of `orderState` and the codes of a refund request. Source: JOS documentation of pop.order.search; refund codes 1 and 2 are not confirmed. */
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
  },
  complaints: { '0': 'A', '1': 'A', '2': 'A', '3': 'A' },
};
