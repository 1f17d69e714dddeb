import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { MethodOutput, StreamEvent } from '#shared/contract/index.ts';
import type { OrderSummary } from '#shared/order.ts';
import { severityRank } from '#shared/text.ts';
import { request } from '../api/client.ts';
import { createSlice } from './slice.ts';

export type HeldOrder = MethodOutput<'holds.list'>['items'][number];
type Accepted = Pick<OrderSummary, 'orderNo' | 'version' | 'hold' | 'status' | 'updatedAt'>;

/** Pages of the queue that are read at once; a longer queue than this is read on as it is worked off. */
const PAGE = 500;
const PAGES = 10;

/** Gravest first, then the one whose clock runs out first, then the oldest. */
export function compareHeld(one: HeldOrder, other: HeldOrder): number {
  const grave = severityRank(other.hold?.severity ?? 'low') - severityRank(one.hold?.severity ?? 'low');
  if (grave !== 0) return grave;
  const runsOut = (one.hold?.releaseAt ?? Infinity) - (other.hold?.releaseAt ?? Infinity);
  if (runsOut !== 0 && !Number.isNaN(runsOut)) return runsOut;
  return (one.hold?.openedAt ?? 0) - (other.hold?.openedAt ?? 0);
}

/** The held-order queue: every held and frozen order, in the order it should be worked. */
export const useHolds = defineStore('holds', () => {
  const byNo = shallowRef<ReadonlyMap<string, HeldOrder>>(new Map());
  const loaded = ref(false);
  const sorted = computed(() => [...byNo.value.values()].sort(compareHeld));

  async function fetchAll(): Promise<HeldOrder[]> {
    const items: HeldOrder[] = [];
    let after: string | null = null;
    for (let page = 0; page < PAGES; page += 1) {
      const answer: MethodOutput<'holds.list'> = await request('holds.list', { limit: PAGE, after, snoozed: true });
      items.push(...answer.items);
      after = answer.next;
      if (after === null) break;
    }
    return items;
  }

  function reset(items: HeldOrder[]): void {
    byNo.value = new Map(items.map((item) => [item.orderNo, item]));
    loaded.value = true;
  }

  function applyEvent(event: StreamEvent): void {
    if (event.name !== 'holds.changed') return;
    const next = new Map(byNo.value);
    for (const item of event.payload.opened) {
      const known = next.get(item.orderNo);
      if (!known || known.version <= item.version) next.set(item.orderNo, item);
    }
    for (const orderNo of event.payload.closed) next.delete(orderNo);
    byNo.value = next;
  }

  /**
   * Lays a decision over its row at once; the event that follows says the same. `row` is the row of a case that comes back:
   * without it, an order the queue does not know stays out.
   */
  function accept({ orderNo, version, hold, status, updatedAt }: Accepted, row?: HeldOrder): void {
    const known = byNo.value.get(orderNo) ?? row;
    if (!known || known.version > version) return;
    const next = new Map(byNo.value);
    if (hold === null) next.delete(orderNo);
    else next.set(orderNo, { ...known, version, hold, status, updatedAt });
    byNo.value = next;
  }

  const slice = createSlice(fetchAll, reset, applyEvent);
  return { byNo, sorted, loaded, load: slice.load, apply: slice.apply, accept };
});
