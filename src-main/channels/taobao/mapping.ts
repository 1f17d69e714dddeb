import type { ChannelMapping } from '../channel.ts';

/** Words of `status`, of the lines' `refund_status`, and what they mean. Source: TOP glossary of trade and refund states. */
export const mapping: ChannelMapping = {
  statuses: {
    TRADE_NO_CREATE_PAY: { status: 'pending_payment', about: { zh: '没有创建支付宝交易', en: 'No payment was created yet' } },
    WAIT_BUYER_PAY: { status: 'pending_payment', about: { zh: '等待买家付款', en: 'Waiting for the buyer to pay' } },
    PAY_PENDING: { status: 'pending_payment', about: { zh: '国际信用卡付款处理中', en: 'A card payment is being processed' } },
    WAIT_PRE_AUTH_CONFIRM: {
      status: 'pending_payment',
      about: { zh: '零元购合约等待确认', en: 'A pre-authorisation waits for confirmation' },
    },
    PAID_FORBID_CONSIGN: {
      status: 'paid',
      platformHold: {
        zh: '平台禁止发货：拼团未成或交易受限',
        en: 'The platform forbids shipping: the group is not complete or the trade is restricted',
      },
      about: { zh: '已付款但禁止发货', en: 'Paid, shipping forbidden' },
    },
    WAIT_SELLER_SEND_GOODS: { status: 'awaiting_shipment', about: { zh: '买家已付款，等待卖家发货', en: 'Paid, waiting for shipment' } },
    SELLER_CONSIGNED_PART: {
      status: 'awaiting_shipment',
      partiallyShipped: true,
      about: { zh: '卖家部分发货', en: 'Shipped in part' },
    },
    WAIT_BUYER_CONFIRM_GOODS: { status: 'shipped', about: { zh: '卖家已发货', en: 'Shipped' } },
    TRADE_BUYER_SIGNED: { status: 'completed', about: { zh: '买家已签收（货到付款）', en: 'Signed for (cash on delivery)' } },
    TRADE_FINISHED: { status: 'completed', about: { zh: '交易成功', en: 'Completed' } },
    TRADE_CLOSED: { status: 'refunded', about: { zh: '付款后退款成功，交易关闭', en: 'Closed after a full refund' } },
    TRADE_CLOSED_BY_TAOBAO: { status: 'cancelled', about: { zh: '付款前关闭，绝不发货', en: 'Closed before payment; never ship' } },
  },
  refunds: {
    NO_REFUND: 'none',
    WAIT_SELLER_AGREE: 'open',
    WAIT_BUYER_RETURN_GOODS: 'open',
    WAIT_SELLER_CONFIRM_GOODS: 'open',
    SELLER_REFUSE_BUYER: 'open',
    SUCCESS: 'succeeded',
    CLOSED: 'withdrawn',
  },
  // An order names the step of its refund, not its kind; only steps with goods on their way back tell that it is a return.
  complaints: {
    WAIT_BUYER_RETURN_GOODS: 'B',
    WAIT_SELLER_CONFIRM_GOODS: 'B',
  },
};
