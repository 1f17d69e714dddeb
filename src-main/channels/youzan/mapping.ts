import type { ChannelMapping } from '../channel.ts';

const WAITING = {
  zh: '有赞尚不允许发货：拼团未成或店铺未接单',
  en: 'Youzan does not allow shipping yet: the group is still forming or the shop has not accepted the order',
};
const CANCELLED = { status: 'cancelled', about: { zh: '已关闭（未成交）', en: 'closed without a sale' } } as const;

/**
 * Words of Youzan. `statuses`: `order_info.status`; a closed order means what its `close_type` says, key `TRADE_CLOSED/<close_type>`.
 * `refunds`: `refund_state` of the order (1, 2, 11, 12) and of one refund (numbers from 1 to 60 or words; which of them is not confirmed).
 * Not confirmed: the closing types from 10 on (buyer not reached, ordered by mistake, no intent; sold out; payment failed).
 * `complaints`: `refund_type`. Source: zedisdog/youzanphp models and tests.
 */
export const mapping: ChannelMapping = {
  statuses: {
    WAIT_BUYER_PAY: { status: 'pending_payment', about: { zh: '待付款', en: 'to be paid' } },
    TRADE_PAID: { status: 'paid', about: { zh: '已付款（瞬时状态）', en: 'paid (a passing state)' } },
    WAIT_CONFIRM: { status: 'paid', platformHold: WAITING, about: { zh: '待成团或待接单', en: 'group forming or to be accepted' } },
    WAIT_SELLER_SEND_GOODS: { status: 'awaiting_shipment', about: { zh: '待发货', en: 'to be shipped' } },
    WAIT_BUYER_CONFIRM_GOODS: { status: 'shipped', about: { zh: '已发货', en: 'shipped' } },
    TRADE_SUCCESS: { status: 'completed', about: { zh: '交易完成', en: 'completed' } },
    TRADE_CLOSED: { status: 'closed', about: { zh: '交易关闭', en: 'closed' } },
    'TRADE_CLOSED/1': CANCELLED,
    'TRADE_CLOSED/2': { status: 'refunded', about: { zh: '全额退款关闭', en: 'closed by a full refund' } },
    'TRADE_CLOSED/3': CANCELLED,
    'TRADE_CLOSED/4': CANCELLED,
    'TRADE_CLOSED/5': CANCELLED,
    'TRADE_CLOSED/10': CANCELLED,
    'TRADE_CLOSED/11': CANCELLED,
    'TRADE_CLOSED/12': CANCELLED,
    'TRADE_CLOSED/17': CANCELLED,
    'TRADE_CLOSED/18': CANCELLED,
  },
  refunds: {
    '0': 'none',
    '1': 'open',
    '2': 'succeeded',
    '10': 'open',
    '11': 'open',
    '12': 'succeeded',
    '20': 'open',
    '30': 'open',
    '40': 'open',
    '50': 'withdrawn',
    '60': 'succeeded',
    WAIT_SELLER_AGREE: 'open',
    WAIT_BUYER_RETURN_GOODS: 'open',
    WAIT_SELLER_CONFIRM_GOODS: 'open',
    SELLER_REFUSE_BUYER: 'open',
    SELLER_REFUSE_CONFIRM_GOODS: 'open',
    SUCCESS: 'succeeded',
    CLOSED: 'withdrawn',
  },
  complaints: { REFUND_ONLY: 'A', REFUND_AND_RETURN: 'B', EXCHANGE: 'C', '1': 'A', '2': 'B', '3': 'C' },
};
