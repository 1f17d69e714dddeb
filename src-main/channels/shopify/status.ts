import type { OrderStatus } from '#shared/order.ts';
import type { ChannelMapping } from '../channel.ts';
import { fields, list, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { meaningOf } from '../kit/words.ts';

export interface ShopifyState {
  /** Null when Shopify says a word the mapping does not know. */
  status: OrderStatus | null;
  rawStatus: string;
  partiallyShipped: boolean;
}

/** Money in, at least once; `partially_refunded` keeps the state and shows the refunded sum. */
const PAID = new Set(['paid', 'partially_refunded', 'refunded']);

/** Topics that say the state by themselves, for payloads that leave it out. */
const FINANCIAL_OF_TOPIC: Readonly<Record<string, string>> = { 'orders/paid': 'paid', 'orders/create': 'pending' };

function financialOf(order: Fields, topic: string): string {
  return text(order.financial_status) || (FINANCIAL_OF_TOPIC[topic] ?? '');
}

/** Parcels that are still on their way or arrived. */
export function parcelsOf(order: Fields): Fields[] {
  return list(order.fulfillments)
    .map(fields)
    .filter(({ status }) => text(status) !== 'cancelled');
}

function isDelivered(order: Fields): boolean {
  const live = parcelsOf(order);
  return live.length > 0 && live.every((parcel) => text(parcel.shipment_status) === 'delivered');
}

function endOf(order: Fields, topic: string): string {
  if (text(order.cancelled_at) !== '' || topic === 'orders/cancelled') return '/cancelled';
  return text(order.closed_at) === '' ? '' : '/closed';
}

/** Shopify has no single state: money, shipment, cancellation and archiving together make one; `delivered` is said by the parcels alone. */
export function stateOf(order: Fields, topic: string, mapping: ChannelMapping): ShopifyState {
  const fulfillment = text(order.fulfillment_status) || (topic === 'orders/fulfilled' ? 'fulfilled' : '');
  const rawStatus = `${financialOf(order, topic) || 'unknown'}/${fulfillment || 'unfulfilled'}${endOf(order, topic)}`;
  const meaning = meaningOf(mapping.statuses, rawStatus);
  const partlyByTopic = topic === 'orders/partially_fulfilled' && fulfillment !== 'fulfilled';
  return {
    status: meaning?.status === 'shipped' && isDelivered(order) ? 'delivered' : (meaning?.status ?? null),
    rawStatus,
    partiallyShipped: meaning?.partiallyShipped ?? (fulfillment === 'partial' || partlyByTopic),
  };
}

/** Whether the buyer has paid at all, whatever happened since. */
export function hasPaid(order: Fields, topic: string): boolean {
  return PAID.has(financialOf(order, topic));
}
