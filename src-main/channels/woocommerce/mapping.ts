import type { ChannelMapping } from '../channel.ts';

/**
 * States of WooCommerce core; plugins add their own, which stay unknown until they are mapped. Core has no shipped state.
 * Source: woocommerce-rest-api-docs, _orders.
 */
export const mapping: ChannelMapping = {
  statuses: {
    pending: { status: 'pending_payment', about: { zh: '待付款', en: 'payment pending' } },
    'on-hold': { status: 'pending_payment', about: { zh: '保留（等待银行转账）', en: 'on hold, bank transfer awaited' } },
    failed: { status: 'pending_payment', about: { zh: '付款失败，买家可重试', en: 'payment failed, the buyer may try again' } },
    processing: { status: 'awaiting_shipment', about: { zh: '处理中', en: 'processing' } },
    completed: { status: 'completed', about: { zh: '已完成', en: 'completed' } },
    cancelled: { status: 'cancelled', about: { zh: '已取消', en: 'cancelled' } },
    refunded: { status: 'refunded', about: { zh: '已退款', en: 'refunded' } },
    trash: { status: 'closed', about: { zh: '已移入回收站', en: 'moved to the bin' } },
  },
  refunds: { refund: 'succeeded' },
  complaints: {},
};
