import type { LocalisedText } from '#shared/text.ts';
import type { ChannelMapping } from '../channel.ts';

const FORMING: LocalisedText = { zh: '拼团尚未成团，不能发货', en: 'The group is still forming; it may not ship' };
const REVIEW: LocalisedText = { zh: '平台风控审核中，不能发货', en: 'Under risk review by the platform; it may not ship' };
const UNDEALT: LocalisedText = { zh: '已付款但平台尚未确认成交', en: 'Paid, but the platform has not confirmed the deal' };

/**
 * Pinduoduo has no single state: the first key that holds, in the order below, decides (see status.ts). `after_sales_status` decides a
 * refund's state and complaint class. Source: POP documentation of order.information.get; 12, 13, 32 and 33 carry no money.
 */
export const mapping: ChannelMapping = {
  statuses: {
    'confirm=2': { status: 'cancelled', about: { zh: '已取消', en: 'Cancelled' } },
    'group=2': { status: 'cancelled', about: { zh: '拼团失败', en: 'The group failed' } },
    'refund=4': { status: 'refunded', about: { zh: '退款成功', en: 'Refunded' } },
    'refund=3': { status: 'refunding', about: { zh: '退款中', en: 'Refund under way' } },
    'refund=2': { status: 'refunding', about: { zh: '售后处理中', en: 'After-sale being handled' } },
    'confirm=0 paid': { status: 'paid', platformHold: UNDEALT, about: { zh: '已付款，未成交', en: 'Paid, deal not confirmed' } },
    'confirm=0': { status: 'pending_payment', about: { zh: '待付款', en: 'Waiting for payment' } },
    'group=0': { status: 'paid', platformHold: FORMING, about: { zh: '已付款，拼团中', en: 'Paid, group forming' } },
    'risk=1': { status: 'paid', platformHold: REVIEW, about: { zh: '已付款，风控审核', en: 'Paid, under risk review' } },
    // Reached only when none of the keys above holds.
    'order=1': { status: 'awaiting_shipment', about: { zh: '待发货', en: 'To ship' } },
    'order=2': { status: 'shipped', about: { zh: '已发货待签收', en: 'Shipped' } },
    'order=3': { status: 'completed', about: { zh: '已签收', en: 'Received' } },
  },
  refunds: {
    '0': 'none',
    '2': 'open',
    '3': 'open',
    '4': 'open',
    '5': 'open',
    '6': 'open',
    '7': 'open',
    '8': 'open',
    '9': 'open',
    '10': 'succeeded',
    '11': 'withdrawn',
    '12': 'withdrawn',
    '13': 'withdrawn',
    ...Object.fromEntries([14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 26, 27].map((code) => [String(code), 'open' as const])),
    '31': 'open',
    '32': 'open',
    '33': 'open',
    pdd_refund_RefundCreated: 'open',
    pdd_refund_RefundAgreeAgreement: 'open',
    pdd_refund_RefundClosed: 'withdrawn',
  },
  complaints: {
    '2': 'A',
    '3': 'B',
    '7': 'B',
    ...Object.fromEntries([14, 15, 16, 17, 18, 21, 22, 23, 24, 25, 26, 27, 32, 33].map((code) => [String(code), 'C' as const])),
    '31': 'B',
  },
};
