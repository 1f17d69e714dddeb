import { createHmac } from 'node:crypto';
import type { OrderStatus } from '#shared/order.ts';
import type { DemoOrder, Happening, Posting } from '../order.ts';
import { refundedMinor } from '../order.ts';
import { shopOf } from '../shops.ts';
import { messageDigest } from './letter.ts';
import type { Letter } from './letter.ts';

/**
 * The own store, and the bridge that speaks for platforms whose own push is not connected: Standard Webhooks 1.0.0,
 * written from the specification (standard-webhooks/standard-webhooks, Apache-2.0) and not from the hub's reader, so
 * that a mistake cannot cancel itself out.
 */
const TYPES: Record<Happening, string> = {
  created: 'order.created',
  paid: 'order.paid',
  updated: 'order.updated',
  shipped: 'order.shipped',
  delivered: 'order.updated',
  completed: 'order.completed',
  cancelled: 'order.cancelled',
  'refund-opened': 'refund.created',
  'refund-succeeded': 'refund.succeeded',
};

function word(order: DemoOrder, status: OrderStatus): string {
  return shopOf(order.shop).words[status] ?? status;
}

/** A parcel got lost after the shop had passed the order to its warehouse. */
function statusOf(order: DemoOrder): OrderStatus {
  return order.stuck && order.status === 'paid' ? 'awaiting_shipment' : order.status;
}

function dataOf(order: DemoOrder): Record<string, unknown> {
  return {
    channelOrderId: order.id,
    status: statusOf(order),
    rawStatus: word(order, order.status),
    currency: 'CNY',
    goodsMinor: order.goodsMinor,
    freightMinor: order.freightMinor,
    discountMinor: order.discountMinor,
    couponMinor: order.couponMinor,
    // Marketplaces name the sum the buyer owes from the start.
    paidMinor: order.totalMinor,
    refundedMinor: refundedMinor(order),
    createdAt: order.createdAt,
    paidAt: order.paidAt,
    updatedAt: order.updatedAt,
    buyer: order.buyer,
    receiver: { country: 'CN', ...order.receiver },
    buyerMessage: order.buyerMessage,
    sellerMemo: order.sellerMemo,
    presale: order.presale,
    lines: order.lines.map(({ storage, gift, ...line }) => ({ ...line, storage, ...(gift && { gift }) })),
    refunds: order.refunds,
    invoice: order.invoice,
    ip: order.ip,
    deviceId: order.deviceId,
    trackingNumber: order.trackingNumber,
    tags: order.tags,
  };
}

/** `whsec_` secrets carry the key in base64. */
export function sign(secret: string, id: string, timestamp: string, body: Buffer): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** What the bridge sends for one happening. */
export function bridgeLetters(posting: Posting, secret: string): Letter[] {
  const { order, happening, at, history } = posting;
  const type = TYPES[happening];
  const id = `msg_${messageDigest(posting, type)}`;
  const body = Buffer.from(JSON.stringify({ type, timestamp: new Date(at).toISOString(), data: dataOf(order) }), 'utf8');
  const headers = (attemptAt: number): Record<string, string> => {
    const timestamp = String(Math.floor(attemptAt / 1_000));
    return {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': sign(secret, id, timestamp, body),
    };
  };
  return [{ shop: order.shop, id, body, history, headers }];
}
