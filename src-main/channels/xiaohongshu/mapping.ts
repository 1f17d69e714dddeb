import type { ChannelMapping } from '../channel.ts';

/**
 * Words of `orderStatus` (source: xiaohongshu.apifox.cn doc-2810932) and of `orderAfterSalesStatus` and `skuAfterSaleStatus` (not
 * confirmed; as public clients of order.getOrderList quote them: 2 and 6 are being handled, 4, 5 and 7 are over without money).
 */
export const mapping: ChannelMapping = {
  statuses: {
    '1': { status: 'pending_payment', about: { zh: '已下单待付款', en: 'Ordered, waiting for payment' } },
    '2': {
      status: 'paid',
      platformHold: { zh: '平台处理中，尚不能发货', en: 'Being processed by the platform; it may not ship yet' },
      about: { zh: '已支付处理中', en: 'Paid, being processed' },
    },
    '3': {
      status: 'paid',
      platformHold: { zh: '清关中，不能发货', en: 'In customs clearance; it may not ship' },
      about: { zh: '清关中', en: 'In customs clearance' },
    },
    '4': { status: 'awaiting_shipment', about: { zh: '待发货', en: 'To ship' } },
    '5': { status: 'awaiting_shipment', partiallyShipped: true, about: { zh: '部分发货', en: 'Shipped in part' } },
    '6': { status: 'shipped', about: { zh: '待收货', en: 'Shipped' } },
    '7': { status: 'completed', about: { zh: '已完成', en: 'Completed' } },
    '8': { status: 'closed', about: { zh: '已关闭', en: 'Closed' } },
    '9': { status: 'cancelled', about: { zh: '已取消', en: 'Cancelled' } },
    '10': { status: 'refunding', about: { zh: '换货申请中（售后）', en: 'Exchange asked (after-sale)' } },
  },
  refunds: { '1': 'none', '2': 'open', '3': 'succeeded', '4': 'withdrawn', '5': 'withdrawn', '6': 'open', '7': 'withdrawn' },
  complaints: {},
};
