import type { ChannelMapping, StatusMeaning } from '../channel.ts';

const meaning = (status: StatusMeaning['status'], zh: string, en: string): StatusMeaning => ({ status, about: { zh, en } });

/**
 * Words of one line; the order's state is folded from its lines. `refunds`: line words that mean goods are on their way back or money
 * went back. Names beyond unpaid, pending, ready_to_ship, shipped, delivered, canceled and returned are not confirmed.
 * Source: Lazada Open Platform, GetOrders and push message samples.
 */
export const mapping: ChannelMapping = {
  statuses: {
    unpaid: meaning('pending_payment', '待付款', 'unpaid'),
    pending: meaning('awaiting_shipment', '待处理', 'pending'),
    topack: meaning('awaiting_shipment', '待打包', 'to be packed'),
    toship: meaning('awaiting_shipment', '待发货', 'to be shipped'),
    packed: meaning('awaiting_shipment', '已打包', 'packed'),
    repacked: meaning('awaiting_shipment', '已重新打包', 'packed again'),
    ready_to_ship: meaning('awaiting_shipment', '待揽收', 'ready to ship'),
    ready_to_ship_pending: meaning('awaiting_shipment', '待揽收确认', 'ready to ship, being confirmed'),
    shipped: meaning('shipped', '已发货', 'shipped'),
    delivered: meaning('completed', '已签收', 'delivered'),
    confirmed: meaning('completed', '已确认收货', 'confirmed'),
    canceled: meaning('cancelled', '已取消', 'cancelled'),
    returned: meaning('refunded', '已退货', 'returned'),
    shipped_back_success: meaning('refunded', '退回已入库', 'sent back and received'),
    shipped_back: meaning('refunding', '退回途中', 'on its way back'),
    failed_delivery: meaning('refunding', '派送失败', 'delivery failed'),
    lost: meaning('refunding', '包裹丢失', 'lost by the carrier'),
    damaged: meaning('refunding', '包裹破损', 'damaged by the carrier'),
  },
  refunds: {
    returned: 'succeeded',
    shipped_back_success: 'succeeded',
    shipped_back: 'open',
    failed_delivery: 'open',
    lost: 'open',
    damaged: 'open',
  },
  complaints: { returned: 'B', shipped_back: 'B', shipped_back_success: 'B' },
};
