import { adapterOf } from '#main/channels/registry.ts';
import { channelIdSchema } from '#shared/channels.ts';
import { hasFields } from './published.ts';
import type { Row, RowFormat } from './row.ts';

const own = adapterOf('standard-webhooks');

/** A row may be the whole message or only its order; the state it names decides which message that is. */
function asMessage(row: unknown): { type: string; timestamp: unknown; data: unknown } {
  if (hasFields(row, 'type', 'data')) return row as { type: string; timestamp: unknown; data: unknown };
  const order = row as { status?: unknown; paidAt?: unknown } | null;
  const unstated = order?.paidAt ? 'order.paid' : 'order.created';
  return { type: order?.status ? 'order.updated' : unstated, timestamp: null, data: row };
}

/** Orders name their own shop; those that do not belong to one shop of their own. */
function shopOf(data: unknown): { channel: ReturnType<typeof channelIdSchema.parse>; shopId: string } {
  const named = data as { channel?: unknown; shopId?: unknown } | null;
  const channel = channelIdSchema.safeParse(named?.channel);
  const shopId = typeof named?.shopId === 'string' && named.shopId !== '' ? named.shopId : ownOrders.shopId;
  return { channel: channel.success ? channel.data : 'standard-webhooks', shopId };
}

function read(row: unknown): Row {
  const message = asMessage(row);
  const raw = { topic: String(message.type), body: Buffer.from(JSON.stringify(message)), observedAt: null };
  const normalised = own.normalise(raw, { ...shopOf(message.data), options: {}, mapping: own.mapping });
  if (!normalised.ok) return { kind: 'refused', reason: 'wrong-shape', detail: normalised.reason.en };
  const [first] = normalised.items;
  if (first?.kind === 'order') return { kind: 'order', at: first.order.updatedAt, order: first.order, promisedAt: null };
  if (!first) return { kind: 'refused', reason: 'wrong-shape', detail: 'the message carries neither an order nor a refund' };
  const refunds = normalised.items.flatMap((item) => (item.kind === 'refund' ? [item.refund] : []));
  return { kind: 'refund', at: first.refund.updatedAt, refunds, unattributed: 0 };
}

/**
 * The project's own orders: what the generic webhook carries as `data` (docs/contract.md), alone or inside its
 * `{ type, timestamp, data }`; so an order taken from the console's contract can be replayed as it is.
 */
export const ownOrders: RowFormat = {
  id: 'own-orders',
  shopId: 'file',
  name: { zh: 'OrderPulse 订单', en: 'OrderPulse orders' },
  told: { words: [], numbers: [] },
  adjustsStock: false,
  recognises: (row) => hasFields(row, 'type', 'data') || hasFields(row, 'channelOrderId', 'currency', 'lines'),
  open: () => ({ read }),
};
