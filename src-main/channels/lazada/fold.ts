import type { OrderStatus } from '#shared/order.ts';
import type { ChannelMapping } from '../channel.ts';
import { meaningOf } from '../kit/words.ts';

export interface Folded {
  /** Null when a line says a word the mapping does not know. */
  status: OrderStatus | null;
  partiallyShipped: boolean;
  unknown: string[];
}

const GONE: readonly (OrderStatus | undefined)[] = ['shipped', 'delivered', 'completed'];

/**
 * The state of an order from the words of its lines. Cancelled lines count only when all are; then the line that is furthest
 * behind decides, since something is still to be done for it. Lines that come back decide only when nothing else is left.
 */
export function foldLines(words: readonly string[], mapping: ChannelMapping): Folded {
  const unknown = [...new Set(words.filter((word) => meaningOf(mapping.statuses, word) === undefined))];
  const states = words.map((word) => meaningOf(mapping.statuses, word)?.status);
  if (unknown.length > 0 || states.length === 0) return { status: null, partiallyShipped: false, unknown };
  const live: (OrderStatus | undefined)[] = states.filter((state) => state !== 'cancelled');
  if (live.length === 0) return { status: 'cancelled', partiallyShipped: false, unknown };
  const goods: (OrderStatus | undefined)[] = live.filter((state) => state !== 'refunded' && state !== 'refunding');
  if (goods.length === 0) return { status: live.includes('refunding') ? 'refunding' : 'refunded', partiallyShipped: false, unknown };
  const order: OrderStatus[] = ['pending_payment', 'paid', 'awaiting_shipment', 'shipped', 'delivered', 'completed'];
  const status = order.find((state) => goods.includes(state)) ?? null;
  return { status, partiallyShipped: status === 'awaiting_shipment' && goods.some((state) => GONE.includes(state)), unknown };
}
