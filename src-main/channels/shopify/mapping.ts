import type { OrderStatus } from '#shared/order.ts';
import type { ChannelMapping, StatusMeaning } from '../channel.ts';

const MONEY: Record<string, { zh: string; en: string; in: boolean }> = {
  pending: { zh: '待付款', en: 'payment pending', in: false },
  authorized: { zh: '已授权未扣款', en: 'authorised', in: false },
  partially_paid: { zh: '部分付款', en: 'partly paid', in: false },
  expired: { zh: '授权已过期', en: 'authorisation expired', in: false },
  paid: { zh: '已付款', en: 'paid', in: true },
  partially_refunded: { zh: '部分退款', en: 'partly refunded', in: true },
  refunded: { zh: '已全额退款', en: 'refunded', in: true },
  voided: { zh: '付款已作废', en: 'payment voided', in: false },
};
const SHIPMENT: Record<string, { zh: string; en: string }> = {
  unfulfilled: { zh: '未发货', en: 'unfulfilled' },
  partial: { zh: '部分发货', en: 'partly fulfilled' },
  fulfilled: { zh: '已发货', en: 'fulfilled' },
  restocked: { zh: '已全部退回库存', en: 'restocked' },
};
const ENDS = { '': { zh: '', en: '' }, cancelled: { zh: '，已取消', en: ', cancelled' }, closed: { zh: '，已归档', en: ', archived' } };

function meaningOf(money: string, shipment: string, end: string): OrderStatus {
  if (money === 'refunded') return 'refunded';
  if (end === 'cancelled' || money === 'voided' || shipment === 'restocked') return 'cancelled';
  if (!MONEY[money]?.in) return 'pending_payment';
  if (end === 'closed') return 'completed';
  return shipment === 'fulfilled' ? 'shipped' : 'awaiting_shipment';
}

/** Shopify has no single state: money, shipment, cancellation and archiving together make one word, `paid/unfulfilled`. */
function statuses(): Record<string, StatusMeaning> {
  const table: Record<string, StatusMeaning> = {};
  for (const [money, moneyWords] of Object.entries(MONEY)) {
    for (const [shipment, shipmentWords] of Object.entries(SHIPMENT)) {
      for (const [end, endWords] of Object.entries(ENDS)) {
        table[[money, shipment, end].filter((part) => part !== '').join('/')] = {
          status: meaningOf(money, shipment, end),
          ...(shipment === 'partial' && { partiallyShipped: true }),
          about: {
            zh: `${moneyWords.zh}，${shipmentWords.zh}${endWords.zh}`,
            en: `${moneyWords.en}, ${shipmentWords.en}${endWords.en}`,
          },
        };
      }
    }
  }
  return table;
}

/**
 * `statuses`: `financial_status/fulfillment_status`, with `/cancelled` or `/closed` behind; `restocked`: every line was put back and the
 * order cancelled. `refunds`: a transaction's status.
 * Shopify names no classes of complaints.
 * Source: shopify.dev REST Admin API, Order resource.
 */
export const mapping: ChannelMapping = {
  statuses: statuses(),
  refunds: { success: 'succeeded', pending: 'open', failure: 'withdrawn', error: 'withdrawn' },
  complaints: {},
};
