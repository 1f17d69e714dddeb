import { defineStore } from 'pinia';
import { shallowReactive } from 'vue';
import type { StreamEvent } from '#shared/contract/index.ts';
import type { OrderSummary } from '#shared/order.ts';

/** Enough for every list on screen; older ones are asked for again when opened. */
const KEPT = 2_000;

/** The newest word on orders that changed while this screen was open. Lists and panels lay it over what they fetched. */
export const useOrders = defineStore('orders', () => {
  const latest = shallowReactive(new Map<string, OrderSummary>());

  function apply(event: StreamEvent): void {
    if (event.name !== 'orders.changed') return;
    for (const order of event.payload.orders) {
      const known = latest.get(order.orderNo);
      if (known && known.version > order.version) continue;
      latest.delete(order.orderNo);
      latest.set(order.orderNo, order);
    }
    for (const orderNo of latest.keys()) {
      if (latest.size <= KEPT) break;
      latest.delete(orderNo);
    }
  }

  /** The summary as fetched, or what was heard of the order since. */
  function newest<T extends OrderSummary>(order: T): T {
    const heard = latest.get(order.orderNo);
    return heard && heard.version > order.version ? { ...order, ...heard } : order;
  }

  return { latest, apply, newest };
});
