import type { z } from 'zod';
import type { orderPreviewSchema, refundPreviewSchema } from '#shared/contract/connections.ts';
import type { IncomingOrder, IncomingRefund } from '#main/model/incoming.ts';

export type OrderPreview = z.infer<typeof orderPreviewSchema>;
export type RefundPreview = z.infer<typeof refundPreviewSchema>;

/** An order as a reader made it, before the hub knows it: what a bench, a test call or an import shows. Personal data masked. */
export function orderPreviewOf(order: IncomingOrder): OrderPreview {
  const { receiver } = order;
  return {
    channelOrderId: order.channelOrderId,
    status: order.status,
    rawStatus: order.rawStatus,
    partiallyShipped: order.partiallyShipped,
    platformHold: order.platformHold ?? null,
    currency: order.currency,
    goodsMinor: order.goodsMinor,
    freightMinor: order.freightMinor,
    discountMinor: order.discountMinor,
    paidMinor: order.paidMinor,
    createdAt: order.createdAt,
    paidAt: order.paidAt,
    updatedAt: order.updatedAt,
    buyerMask: order.buyer.name.mask,
    receiverMask: {
      name: receiver.name.mask,
      phone: receiver.phone.mask,
      region: [receiver.province, receiver.city, receiver.district].filter((part) => part !== '').join(' '),
      address: receiver.address.mask,
    },
    buyerMessage: order.buyerMessage,
    sellerMemo: order.sellerMemo,
    trackingNumber: order.trackingNumber,
    presale: order.presale !== null,
    lines: order.lines.map(({ sku, name, quantity, unitPriceMinor, gift }) => ({
      sku,
      name,
      quantity,
      unitPriceMinor,
      gift: gift ?? false,
    })),
  };
}

/** A refund told on its own. */
export function refundPreviewOf({ channelOrderId, refund }: Pick<IncomingRefund, 'channelOrderId' | 'refund'>): RefundPreview {
  const { id, amountMinor, at, state, rawState, complaint } = refund;
  return { channelOrderId, refundId: id, amountMinor, at, state, rawState: rawState ?? state, complaint: complaint ?? null };
}
