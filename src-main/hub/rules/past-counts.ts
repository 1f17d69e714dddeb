import { WINDOW_KEYS, windowFieldId } from '#shared/rule.ts';
import type { WindowSpec } from '#shared/rule.ts';
import { DAY, MINUTE } from '#shared/time.ts';
import { keyFor, SlidingWindows } from '#main/engine/index.ts';
import type { MatchKeys, OrderRecord } from '#main/model/record.ts';
import type { Store } from '../ports.ts';

/** What was counted for an order, by field id. */
export type Counts = Record<string, number>;
type Counted = Pick<OrderRecord, 'orderNo' | 'keys' | 'createdAt' | 'counts'>;

export interface PastCountsParts {
  store: Pick<Store, 'orders'>;
  /** The windows of live orders: what they still know is not read again. */
  live: SlidingWindows;
  specs: readonly WindowSpec[];
  now: number;
  /** Lets live messages come between. */
  turn(): Promise<void>;
}

/** Orders read in one turn of the event loop. */
const TOGETHER = 200;
/** Orders placed longer ago are not counted again: reading what surrounds them would take longer than it is worth. */
const OLDEST = 7 * DAY;

interface Missing {
  order: Counted;
  spec: WindowSpec;
  key: string;
  member: string;
}

/**
 * Counts open orders by windows that did not exist when they came in and whose past live counting no longer holds, from the stored
 * orders. Without it a rule over a new window could say nothing about an order of three hours ago. By order number.
 */
export async function pastCounts(orders: readonly Counted[], parts: PastCountsParts): Promise<Map<string, Counts>> {
  const counts = new Map<string, Counts>();
  const missing = orders.flatMap((order) => missingOf(order, parts));
  if (missing.length === 0) return counts;
  const past = await readPast(missing, parts);
  for (const { order, spec, key, member } of missing) {
    const count = past.count(spec, key, order.createdAt, member);
    if (count === null) continue;
    counts.set(order.orderNo, { ...counts.get(order.orderNo), [windowFieldId(spec)]: count });
  }
  return counts;
}

function missingOf(order: Counted, { specs, live, now }: PastCountsParts): Missing[] {
  if (order.createdAt < now - OLDEST) return [];
  return specs.flatMap((spec) => {
    const key = keyFor(order.keys, spec.by);
    const member = spec.count === 'orders' ? order.orderNo : order.keys.buyer;
    if (key === null || member === null || order.counts[windowFieldId(spec)] !== undefined) return [];
    return live.count(spec, key, order.createdAt, member) === null ? [{ order, spec, key, member }] : [];
  });
}

/** Counters over the stored orders around those that miss a count, of their keys only. */
async function readPast(missing: readonly Missing[], { store, turn }: PastCountsParts): Promise<SlidingWindows> {
  const wanted = new Set(missing.map(({ spec, key }) => `${spec.by} ${key}`));
  const past = new SlidingWindows(missing.map(({ spec }) => spec));
  let [from, until] = [Infinity, -Infinity];
  for (const { order, spec } of missing) {
    from = Math.min(from, order.createdAt - spec.minutes * MINUTE);
    until = Math.max(until, order.createdAt);
  }
  const ofInterest = (keys: MatchKeys) => WINDOW_KEYS.some((by) => wanted.has(`${by} ${keys[by]}`));
  for (let place = { createdAt: until + 1, id: 0 }; ; await turn()) {
    const orders = store.orders.createdBefore(from, place, TOGETHER);
    // A clock that stands still: nothing counted here is ever forgotten.
    for (const { record } of orders) if (ofInterest(record.keys)) past.add(record, -Infinity);
    const last = orders.at(-1);
    if (!last || orders.length < TOGETHER) return past;
    place = { createdAt: last.record.createdAt, id: last.id };
  }
}
