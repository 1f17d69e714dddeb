import { ORDER_STATUSES } from '#shared/order.ts';
import type { OrderStatus } from '#shared/order.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { ChannelMapping } from '../channel.ts';

const ABOUT: Record<OrderStatus, LocalisedText> = {
  pending_payment: { zh: '待付款', en: 'to be paid' },
  paid: { zh: '已付款', en: 'paid' },
  awaiting_shipment: { zh: '待发货', en: 'to be shipped' },
  shipped: { zh: '已发货', en: 'shipped' },
  delivered: { zh: '已签收', en: 'delivered' },
  completed: { zh: '已完成', en: 'completed' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  refunding: { zh: '退款中', en: 'being refunded' },
  refunded: { zh: '已退款', en: 'refunded' },
  closed: { zh: '已关闭', en: 'closed' },
};

/** Own stores speak the words of the unified model; a bridge's other words are mapped here by whoever runs it. */
export const mapping: ChannelMapping = {
  statuses: Object.fromEntries(ORDER_STATUSES.map((status) => [status, { status, about: ABOUT[status] }])),
  refunds: { open: 'open', succeeded: 'succeeded', withdrawn: 'withdrawn' },
  complaints: {},
};
