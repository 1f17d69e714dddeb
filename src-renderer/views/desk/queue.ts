import { defineStore } from 'pinia';
import { computed, ref, shallowReactive, shallowRef, watch } from 'vue';
import type { ContractFailure } from '../../api/client.ts';
import { hubNow, now } from '../../stores/clock.ts';
import { useHolds, type HeldOrder } from '../../stores/holds.ts';
import { useSession } from '../../stores/session.ts';
import { NO_FILTER, passes, type DeskFilter } from './filter.ts';
import { EMPTY_SEQUENCE, follow, putBack, settle, type Sequence } from './sequence.ts';

/** A row and the place it stood in before it was taken out. */
export interface Place {
  row: HeldOrder;
  index: number;
}

/**
 * The queue as one person works it: which rows stand where, which one is looked at, which are marked.
 * It lives as long as the console, so that coming back to the desk finds everything as it was left.
 */
export const useDeskQueue = defineStore('desk-queue', () => {
  const holds = useHolds();
  const session = useSession();

  const filter = ref<DeskFilter>(NO_FILTER);
  const sequence = shallowRef<Sequence>(EMPTY_SEQUENCE);
  const cursor = ref<string | null>(null);
  const marked = shallowRef<ReadonlySet<string>>(new Set());
  /** Decided here, the hub's answer under way: already out of sight. */
  const leaving = shallowRef<ReadonlySet<string>>(new Set());
  /** The looked-at case when it left the queue by another hand: kept in sight until the person moves on. */
  const departed = shallowRef<HeldOrder | null>(null);
  /** Why the hub refused what was decided about a case. */
  const refusals = shallowReactive(new Map<string, ContractFailure>());
  let anchor: string | null = null;
  /** Places of rows that may come back. */
  const expected = new Map<string, number>();

  /** Changes only when a case goes to sleep or wakes, not with every second. */
  const asleep = computed(() => holds.sorted.filter(({ hold }) => (hold?.snoozedUntil ?? 0) > now.value).length);
  const queue = computed(() => {
    const operator = session.hello?.operator ?? '';
    const at = asleep.value > 0 || filter.value.snoozed ? hubNow() : Infinity;
    return holds.sorted.filter((row) => !leaving.value.has(row.orderNo) && passes(row, filter.value, operator, at));
  });

  function rowOf(orderNo: string): HeldOrder | undefined {
    return holds.byNo.get(orderNo) ?? (departed.value?.orderNo === orderNo ? departed.value : undefined);
  }
  const rows = computed(() => sequence.value.order.map(rowOf).filter((row) => row !== undefined));
  const index = computed(() => (cursor.value === null ? -1 : sequence.value.order.indexOf(cursor.value)));
  const current = computed(() => rows.value[index.value] ?? null);
  const isDeparted = computed(() => current.value !== null && departed.value?.orderNo === current.value.orderNo);
  const joined = computed(() => rows.value.slice(sequence.value.settled));
  const markedRows = computed(() => rows.value.filter(({ orderNo }) => marked.value.has(orderNo)));
  const filteredOut = computed(() => holds.byNo.size - queue.value.length - leaving.value.size);

  /** Shows `next`; the cursor stays on its case, or on its place when the case is gone. */
  function show(next: Sequence): void {
    const place = index.value;
    sequence.value = next;
    if (cursor.value === null || !next.order.includes(cursor.value))
      cursor.value = next.order[Math.max(0, Math.min(place, next.order.length - 1))] ?? null;
    if ([...marked.value].some((orderNo) => !next.order.includes(orderNo))) {
      const standing = new Set(next.order);
      marked.value = new Set([...marked.value].filter((orderNo) => standing.has(orderNo)));
    }
  }
  function numbers(): string[] {
    return queue.value.map(({ orderNo }) => orderNo);
  }

  /** The sequence with the rows that came back where they stood. */
  function returned(after: readonly HeldOrder[]): Sequence {
    const back = after.flatMap(({ orderNo }) => {
      const place = expected.get(orderNo);
      return place !== undefined && expected.delete(orderNo) ? [{ orderNo, index: place }] : [];
    });
    return back.length === 0 ? sequence.value : putBack(sequence.value, back);
  }

  watch(
    queue,
    (after, before = []) => {
      const here = cursor.value;
      if (here !== null && !leaving.value.has(here) && !after.some(({ orderNo }) => orderNo === here)) {
        departed.value = before.find(({ orderNo }) => orderNo === here) ?? departed.value;
      } else if (departed.value !== null && after.some(({ orderNo }) => orderNo === departed.value?.orderNo)) departed.value = null;
      show(follow(returned(after), numbers(), departed.value?.orderNo ?? null));
    },
    { immediate: true, flush: 'sync' },
  );

  /** Puts everything in the order of the queue; the cursor stays on its case. */
  function sort(): void {
    departed.value = null;
    show(settle(numbers()));
  }
  /** Narrows the queue: it is put in order anew and begins at its head, unless the case looked at is still in it. */
  function narrow(next: DeskFilter): void {
    const here = cursor.value;
    cursor.value = null;
    departed.value = null;
    filter.value = next;
    sequence.value = EMPTY_SEQUENCE;
    show(settle(numbers()));
    if (here !== null && sequence.value.order.includes(here)) cursor.value = here;
  }

  function moveTo(orderNo: string): void {
    if (cursor.value === orderNo || !sequence.value.order.includes(orderNo)) return;
    cursor.value = orderNo;
    if (departed.value !== null) {
      departed.value = null;
      show(follow(sequence.value, numbers(), null));
    }
  }
  function move(step: number): void {
    const { order } = sequence.value;
    const target = order[Math.max(0, Math.min(order.length - 1, index.value + step))];
    if (target !== undefined) moveTo(target);
  }

  /** Leaves a case that was dealt with: on to the next one, or back to the one before where there is none. */
  function moveOn(orderNo: string): void {
    if (cursor.value !== orderNo) return;
    const { order } = sequence.value;
    const place = index.value;
    cursor.value = order[place + 1] ?? order[place - 1] ?? null;
  }

  function toggle(orderNo: string): void {
    const next = new Set(marked.value);
    if (!next.delete(orderNo)) next.add(orderNo);
    marked.value = next;
    anchor = orderNo;
  }
  /** Marks everything between the row marked last and this one. */
  function markTo(orderNo: string): void {
    const { order } = sequence.value;
    const from = Math.max(0, order.indexOf(anchor ?? cursor.value ?? orderNo));
    const to = order.indexOf(orderNo);
    marked.value = new Set([...marked.value, ...order.slice(Math.min(from, to), Math.max(from, to) + 1)]);
    anchor = orderNo;
  }
  function markAll(): void {
    marked.value = new Set(numbers());
  }
  function unmark(): void {
    marked.value = new Set();
  }

  /** Takes rows out of sight and answers where they stood; the cursor goes on to the next one that stays. */
  function take(going: readonly HeldOrder[]): Place[] {
    const gone = new Set(going.map(({ orderNo }) => orderNo));
    const { order } = sequence.value;
    const places = going.map((row) => ({ row, index: order.indexOf(row.orderNo) })).filter(({ index: place }) => place !== -1);
    if (cursor.value !== null && gone.has(cursor.value)) {
      const after = order.slice(index.value).find((orderNo) => !gone.has(orderNo));
      cursor.value = after ?? order.slice(0, index.value).findLast((orderNo) => !gone.has(orderNo)) ?? null;
    }
    leaving.value = new Set([...leaving.value, ...gone]);
    return places;
  }
  /** Rows that may come back find the places they had, whether the hub's answer or its event is here first. */
  function expect(places: readonly Place[]): void {
    for (const { row, index: place } of places) expected.set(row.orderNo, place);
  }
  function expectNoMore(places: readonly Place[]): void {
    for (const { row } of places) expected.delete(row.orderNo);
  }
  /** The hub has answered for these: what is still in the queue stands where it stood. */
  function settleTaken(places: readonly Place[]): void {
    expect(places.filter(({ row }) => holds.byNo.has(row.orderNo)));
    const rest = new Set(leaving.value);
    for (const { row } of places) rest.delete(row.orderNo);
    leaving.value = rest;
  }

  return {
    ...{ filter, sequence, cursor, marked, leaving, refusals },
    ...{ queue, rows, index, current, isDeparted, joined, markedRows, filteredOut },
    ...{ sort, narrow, move, moveTo, moveOn, toggle, markTo, markAll, unmark, take, expect, expectNoMore, settleTaken },
  };
});
