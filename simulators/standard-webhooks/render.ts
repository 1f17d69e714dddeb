import type { TruthOrder } from '../kit/types.ts';

const STATUS: Record<TruthOrder['stage'], string> = {
  unpaid: 'pending_payment',
  forming: 'paid',
  review: 'paid',
  'to-ship': 'awaiting_shipment',
  'part-shipped': 'awaiting_shipment',
  shipped: 'shipped',
  received: 'delivered',
  done: 'completed',
  cancelled: 'cancelled',
};
const REFUND_STATE = { asked: 'open', agreed: 'open', done: 'succeeded', withdrawn: 'withdrawn', refused: 'withdrawn' } as const;

/** An order in the names of the generic channel: integer minor units, ISO times, plain receivers. */
export function orderData(order: TruthOrder): object {
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
  return {
    channelOrderId: order.id,
    status: STATUS[order.stage],
    rawStatus: order.stage,
    partiallyShipped: order.stage === 'part-shipped',
    currency: order.currency,
    goodsMinor: order.goodsMinor,
    freightMinor: order.freightMinor,
    discountMinor: order.discountMinor,
    paidMinor: order.paidAt === null ? 0 : order.totalMinor,
    couponMinor: order.couponMinor,
    createdAt: iso(order.createdAt),
    paidAt: iso(order.paidAt),
    updatedAt: iso(order.updatedAt),
    buyer: { key: order.buyer.key, name: order.buyer.name },
    receiver: { ...order.receiver, country: 'CN' },
    buyerMessage: order.buyerMessage,
    sellerMemo: order.sellerMemo,
    presale: order.presale && {
      depositMinor: order.presale.depositMinor,
      balanceMinor: order.presale.balanceMinor,
      balanceDueAt: iso(order.presale.balanceDueAt),
      balancePaidAt: iso(order.presale.balancePaidAt),
    },
    lines: order.lines.map(({ sku, name, quantity, unitMinor, gift }) => ({ sku, name, quantity, unitPriceMinor: unitMinor, gift })),
    refunds: order.refunds.map((refund) => ({
      id: refund.id,
      amountMinor: refund.amountMinor,
      at: iso(refund.updatedAt),
      state: REFUND_STATE[refund.state],
      lines: refund.lines.map(({ sku, quantity, amountMinor }) => ({ sku, quantity, amountMinor })),
      reason: '',
    })),
    trackingNumber: order.tracking?.number ?? null,
    tags: [],
  };
}
