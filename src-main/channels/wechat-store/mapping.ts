import type { ChannelMapping } from '../channel.ts';

/**
 * Words of WeChat Store. `statuses`: `order.status`. `refunds`: `after_sale_order.status` (the platform's own spelling).
 * A refund the platform could not pay out is still due; one it gave up was closed, and an exchange that is done moved no money.
 * `complaints`: `after_sale_order.type`. Source: binarywang/WxJava weixin-java-channel, enums.
 */
export const mapping: ChannelMapping = {
  statuses: {
    '10': { status: 'pending_payment', about: { zh: '待付款', en: 'to be paid' } },
    '20': { status: 'awaiting_shipment', about: { zh: '待发货', en: 'to be shipped' } },
    '21': { status: 'awaiting_shipment', partiallyShipped: true, about: { zh: '部分发货', en: 'partly shipped' } },
    '30': { status: 'shipped', about: { zh: '待收货', en: 'shipped' } },
    '100': { status: 'completed', about: { zh: '完成', en: 'completed' } },
    '190': { status: 'cancelled', about: { zh: '商品超卖，商家取消', en: 'cancelled: oversold' } },
    '200': { status: 'refunded', about: { zh: '全部商品售后后取消', en: 'all items refunded' } },
    '250': { status: 'cancelled', about: { zh: '未付款取消', en: 'cancelled by user, seller or time' } },
  },
  refunds: {
    MERCHANT_PROCESSING: 'open',
    USER_WAIT_RETURN: 'open',
    MERCHANT_WAIT_RECEIPT: 'open',
    PLATFORM_REFUNDING: 'open',
    USER_WAIT_CONFIRM: 'open',
    USER_WAIT_CONFIRM_UPDATE: 'open',
    USER_WAIT_HANDLE_MERCHANT_AFTER_SALE: 'open',
    MERCHANT_OVERDUE_REFUND: 'open',
    MERCHANT_REJECT_REFUND: 'open',
    MERCHANT_REJECT_RETURN: 'open',
    MERCHANT_REJECT_EXCHANGE: 'open',
    MERCHANT_REJECT_RESHIP: 'open',
    PLATFORM_REFUND_FAIL: 'open',
    WAIT_PACKAGE_INTERCEPT: 'open',
    USER_WAIT_RECEIPT: 'open',
    MERCHANT_REFUND_SUCCESS: 'succeeded',
    MERCHANT_RETURN_SUCCESS: 'succeeded',
    USER_CANCELD: 'withdrawn',
    RETURN_CLOSED: 'withdrawn',
    MERCHANT_FAIL: 'withdrawn',
    MERCHANT_REFUND_RETRY_FAIL: 'withdrawn',
    MERCHANT_EXCHANGE_SUCCESS: 'withdrawn',
  },
  complaints: { REFUND: 'A', RETURN: 'B', EXCHANGE: 'C' },
};
