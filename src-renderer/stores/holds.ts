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
  /** The hub has more than was read; `load` reads on once these are worked off. */
  const more = ref(false);
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
    more.value = after !== null;
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
   * Lays decisions over their rows at once; the events that follow say the same. `rows` are the rows of cases that come back:
   * without them, an order the queue does not know stays out.
   */
  function accept(decided: readonly Accepted[], rows: readonly HeldOrder[] = []): void {
    const next = new Map(byNo.value);
    const coming = new Map(rows.map((row) => [row.orderNo, row]));
    for (const { orderNo, version, hold, status, updatedAt } of decided) {
      const known = next.get(orderNo) ?? coming.get(orderNo);
      if (!known || known.version > version) continue;
      if (hold === null) next.delete(orderNo);
      else next.set(orderNo, { ...known, version, hold, status, updatedAt });
    }
    byNo.value = next;
  }

  const slice = createSlice(fetchAll, reset, applyEvent);
  return { byNo, sorted, loaded, more, load: slice.load, apply: slice.apply, accept };
});
