import type { LocalisedText } from '#shared/text.ts';
import type { ChannelMapping } from '../channel.ts';

const FORMING: LocalisedText = { zh: '拼团尚未成团，不能发货', en: 'The group is still forming; it may not ship' };
const REVIEW: LocalisedText = { zh: '平台风控审核中，不能发货', en: 'Under risk review by the platform; it may not ship' };
const UNDEALT: LocalisedText = { zh: '已付款但平台尚未确认成交', en: 'Paid, but the platform has not confirmed the deal' };

/** `after_sales_status` of exchanges, resends and repairs that are under way, and those that have ended. */
const GOODS_ONLY_OPEN = [14, 15, 18, 21, 22, 23, 26, 27, 32].map(String);
const GOODS_ONLY_ENDED = [16, 17, 24, 25].map(String);

function all<T extends string>(words: readonly string[], meaning: T): Record<string, T> {
  return Object.fromEntries(words.map((word) => [word, meaning]));
}

/**
 * Pinduoduo has no single state: the first key that holds, in the order below, decides (see status.ts). `after_sales_status` decides a
 * refund's state; it, or else `after_sales_type` (keys `type=…`), decides the complaint class.
 * Source: POP documentation of order.information.get and refund.list.increment.get (parameters as public clients quote them): 9 is
 * refused by the platform and closed, 33 is a refund after a recall, what exchanges, resends or repairs carries no money.
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
    ...all(['2', '3', '4', '5', '6', '7', '8', '31', '33'], 'open'),
    '10': 'succeeded',
    ...all(['9', '11', '12', '13'], 'withdrawn'),
    ...all(GOODS_ONLY_OPEN, 'open'),
    ...all(GOODS_ONLY_ENDED, 'withdrawn'),
    pdd_refund_RefundCreated: 'open',
    pdd_refund_RefundAgreeAgreement: 'open',
    pdd_refund_RefundClosed: 'withdrawn',
  },
  complaints: {
    '2': 'A',
    ...all(['3', '7', '31', '33'], 'B'),
    ...all([...GOODS_ONLY_OPEN, ...GOODS_ONLY_ENDED], 'C'),
    'type=2': 'A',
    'type=3': 'B',
    'type=4': 'C',
    'type=5': 'C',
    'type=9': 'B',
  },
};
