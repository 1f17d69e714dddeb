import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { MethodInput } from '#shared/contract/index.ts';

export type OrderFilter = Omit<MethodInput<'orders.list'>, 'after' | 'limit'>;
/** What the side panel shows: one order, the orders behind a figure, or orders named one by one. */
export type PanelView =
  | { kind: 'order'; orderNo: string }
  | { kind: 'list'; title: string; filter: OrderFilter }
  | { kind: 'named'; title: string; orderNos: string[] };

/** The side panel every page shares: a stack, so that an order opened from a list goes back to the list. */
export const usePanel = defineStore('panel', () => {
  const stack = ref<PanelView[]>([]);
  const top = computed(() => stack.value.at(-1) ?? null);

  return {
    stack,
    top,
    /** Opens an order above what is open now. */
    openOrder(orderNo: string): void {
      if (top.value?.kind === 'order') stack.value = stack.value.slice(0, -1);
      stack.value = [...stack.value, { kind: 'order', orderNo }];
    },
    /** Opens the orders behind a figure. */
    openOrders(title: string, filter: OrderFilter): void {
      stack.value = [{ kind: 'list', title, filter }];
    },
    /** Opens orders by number; one alone is opened itself. */
    openNamed(title: string, orderNos: string[]): void {
      const [only] = orderNos;
      stack.value = only !== undefined && orderNos.length === 1 ? [{ kind: 'order', orderNo: only }] : [{ kind: 'named', title, orderNos }];
    },
    back(): void {
      stack.value = stack.value.slice(0, -1);
    },
    close(): void {
      stack.value = [];
    },
  };
});
