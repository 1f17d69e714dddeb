import type { ChannelMapping } from '../channel.ts';

/**
 * Words of Kuaishou Shop. `statuses`: `orderBaseInfo.status`; `30+hold` is a paid order that may not ship yet (a
 * `disableDeliveryReasonCode` or `riskCode`, a promise time of 0, no address), `40+part` one of which fewer pieces left than it
 * has (the first piece makes it 40), `80+refunded` a failed one whose refund succeeded.
 * `refunds`: `refundStatus`. `complaints`: `handlingWay` of a refund. Source: crywolfx/kuaishou-merchant-open-api typings.
 */
export const mapping: ChannelMapping = {
  statuses: {
    '10': { status: 'pending_payment', about: { zh: '待付款', en: 'to be paid' } },
    '30': { status: 'awaiting_shipment', about: { zh: '已付款，待发货', en: 'paid, to be shipped' } },
    '30+hold': {
      status: 'paid',
      platformHold: {
        zh: '快手尚不允许发货：拼团未成或风控审核中',
        en: 'Kuaishou does not allow shipping yet: group forming or risk review',
      },
      about: { zh: '已付款，暂不可发货', en: 'paid, must not ship yet' },
    },
    '40': { status: 'shipped', about: { zh: '已发货', en: 'shipped' } },
    '40+part': { status: 'awaiting_shipment', partiallyShipped: true, about: { zh: '部分发货', en: 'shipped in part' } },
    '50': { status: 'delivered', about: { zh: '已签收', en: 'delivered' } },
    '70': { status: 'completed', about: { zh: '交易成功', en: 'completed' } },
    '80': { status: 'cancelled', about: { zh: '交易失败', en: 'failed' } },
    '80+refunded': { status: 'refunded', about: { zh: '交易失败，已退款', en: 'failed and refunded' } },
  },
  refunds: {
    '10': 'open',
    '11': 'open',
    '20': 'open',
    '21': 'open',
    '22': 'open',
    '30': 'open',
    '40': 'open',
    '45': 'open',
    '50': 'open',
    '60': 'succeeded',
    '70': 'withdrawn',
  },
  complaints: { '10': 'A', '11': 'B', '1': 'B', '3': 'C' },
};
