import type { OrderStatus } from '#shared/order.ts';
import type { ChannelMapping } from '../channel.ts';
import type { ShopifyOrder } from './payload.ts';

export interface ShopifyState {
  /** Null when Shopify says a word the mapping does not know. */
  status: OrderStatus | null;
  rawStatus: string;
  partiallyShipped: boolean;
}

/** Money in, at least once; `partially_refunded` keeps the state and shows the refunded sum. */
const PAID = new Set(['paid', 'partially_refunded', 'refunded']);

/** Topics that say the state by themselves, for payloads that leave it out. */
const FINANCIAL_OF_TOPIC: Record<string, string> = { 'orders/paid': 'paid', 'orders/create': 'pending' };

function isDelivered(order: ShopifyOrder): boolean {
  const live = (order.fulfillments ?? []).filter((fulfillment) => fulfillment.status !== 'cancelled');
  return live.length > 0 && live.every((fulfillment) => fulfillment.shipment_status === 'delivered');
}

function endOf(order: ShopifyOrder, topic: string): string[] {
  if (order.cancelled_at != null || topic === 'orders/cancelled') return ['cancelled'];
  return order.closed_at != null ? ['closed'] : [];
}

/** Shopify has no single state: money, shipment, cancellation and archiving together make one; `delivered` is said by the parcels alone. */
export function stateOf(order: ShopifyOrder, topic: string, mapping: ChannelMapping): ShopifyState {
  const financial = order.financial_status ?? FINANCIAL_OF_TOPIC[topic];
  const fulfillment = order.fulfillment_status ?? (topic === 'orders/fulfilled' ? 'fulfilled' : null);
  const rawStatus = [financial ?? 'unknown', fulfillment ?? 'unfulfilled', ...endOf(order, topic)].join('/');
  const meaning = mapping.statuses[rawStatus];
  const partlyByTopic = topic === 'orders/partially_fulfilled' && fulfillment !== 'fulfilled';
  return {
    status: meaning?.status === 'shipped' && isDelivered(order) ? 'delivered' : (meaning?.status ?? null),
    rawStatus,
    partiallyShipped: meaning?.partiallyShipped ?? (fulfillment === 'partial' || partlyByTopic),
  };
}

/** Whether the buyer has paid at all, whatever happened since. */
export function hasPaid(order: ShopifyOrder, topic: string): boolean {
  return PAID.has(order.financial_status ?? FINANCIAL_OF_TOPIC[topic] ?? '');
}
