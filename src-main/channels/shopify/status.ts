import type { OrderStatus } from '#shared/order.ts';
import type { ShopifyOrder } from './payload.ts';

export interface ShopifyState {
  /** Null when Shopify says a word this table does not know. */
  status: OrderStatus | null;
  rawStatus: string;
  partiallyShipped: boolean;
}

/** Money in, at least once; `partially_refunded` keeps the state and shows the refunded sum. */
const PAID = new Set(['paid', 'partially_refunded']);
const UNPAID = new Set(['pending', 'authorized', 'partially_paid', 'expired']);

/** Topics that say the state by themselves, for payloads that leave it out. */
const FINANCIAL_OF_TOPIC: Record<string, string> = { 'orders/paid': 'paid', 'orders/create': 'pending' };

function shipmentStatus(order: ShopifyOrder): OrderStatus {
  const live = (order.fulfillments ?? []).filter((fulfillment) => fulfillment.status !== 'cancelled');
  return live.length > 0 && live.every((fulfillment) => fulfillment.shipment_status === 'delivered') ? 'delivered' : 'shipped';
}

function unify(order: ShopifyOrder, topic: string, financial: string | undefined, fulfillment: string | null): OrderStatus | null {
  if (financial === 'refunded') return 'refunded';
  if (order.cancelled_at != null || topic === 'orders/cancelled' || financial === 'voided') return 'cancelled';
  if (financial !== undefined && UNPAID.has(financial)) return 'pending_payment';
  if (financial === undefined || !PAID.has(financial)) return null;
  if (order.closed_at != null) return 'completed';
  if (fulfillment === null || fulfillment === 'unfulfilled' || fulfillment === 'partial') return 'awaiting_shipment';
  return fulfillment === 'fulfilled' ? shipmentStatus(order) : null;
}

/** Shopify has no single state: money, shipment, cancellation and archiving together make one. */
export function stateOf(order: ShopifyOrder, topic: string): ShopifyState {
  const financial = order.financial_status ?? FINANCIAL_OF_TOPIC[topic];
  const fulfillment = order.fulfillment_status ?? (topic === 'orders/fulfilled' ? 'fulfilled' : null);
  const words = [financial ?? 'unknown', fulfillment ?? 'unfulfilled'];
  if (order.cancelled_at != null) words.push('cancelled');
  else if (order.closed_at != null) words.push('closed');
  return {
    status: unify(order, topic, financial, fulfillment),
    rawStatus: words.join('/'),
    partiallyShipped: fulfillment === 'partial' || (topic === 'orders/partially_fulfilled' && fulfillment !== 'fulfilled'),
  };
}

/** Whether the buyer has paid at all, whatever happened since. */
export function hasPaid(order: ShopifyOrder, topic: string): boolean {
  const financial = order.financial_status ?? FINANCIAL_OF_TOPIC[topic] ?? '';
  return PAID.has(financial) || financial === 'refunded';
}
