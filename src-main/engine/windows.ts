import type { WindowKey, WindowSpec } from '#shared/rule.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import type { MatchKeys } from '#main/model/record.ts';
import type { WindowReader } from './facts.ts';

/** How late an order may be told and still be counted exactly. */
const LATENESS = HOUR;
/** Keys held before those that fell silent are looked for out of turn: a file of old orders brings a million of them within minutes. */
const MANY_KEYS = 20_000;

/** What a window needs of an order. */
export interface WindowOrder {
  orderNo: string;
  keys: MatchKeys;
  /** When it was placed. */
  createdAt: number;
}

/** One key's orders in time order; parallel arrays because a hot key holds thousands. */
interface Track {
  times: number[];
  orders: string[];
  buyers: (string | null)[];
}

/** First position whose time is above `at`. */
function upperBound(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Different members of a stretch, `member` among them. Most stretches hold one entry: a set is made only for longer ones. */
function distinctIn(members: readonly (string | null)[], start: number, end: number, member: string): number {
  if (end - start === 1) {
    const only = members[start];
    return typeof only === 'string' && only !== member ? 2 : 1;
  }
  const distinct = new Set<string>([member]);
  for (let position = start; position < end; position++) {
    const one = members[position];
    if (typeof one === 'string') distinct.add(one);
  }
  return distinct.size;
}

/**
 * The orders of one kind of key over the longest span any window of that kind asks for: a shorter one is a part of it. Expiry
 * follows the hub's clock, not order times: one order dated 2099 must not empty it.
 */
class KeyLog {
  /** Everything placed since then and told is here. */
  completeSince: number;
  #span: number;
  readonly #tracks = new Map<string, Track>();
  #sweepAt = 0;
  #sweepSize = MANY_KEYS;
  #now = -Infinity;

  constructor(span: number, completeSince: number) {
    this.#span = span;
    this.completeSince = completeSince;
  }

  get size(): number {
    let size = 0;
    for (const track of this.#tracks.values()) size += track.times.length;
    return size;
  }

  get span(): number {
    return this.#span;
  }

  /** Another longest span from now on; what a longer one misses is not known until it is filled. */
  respan(span: number, now: number): void {
    if (span > this.#span) this.completeSince = Math.max(this.completeSince, now - this.#span - LATENESS);
    this.#span = span;
    this.#sweepAt = 0;
  }

  add(key: string, { orderNo, keys, createdAt }: WindowOrder, now: number): void {
    if (now > this.#now) this.#now = now;
    this.#sweep(now);
    let track = this.#tracks.get(key);
    if (!track) this.#tracks.set(key, (track = { times: [], orders: [], buyers: [] }));
    const end = upperBound(track.times, createdAt);
    for (let position = end - 1; position >= 0 && track.times[position] === createdAt; position--) {
      if (track.orders[position] === orderNo) return;
    }
    if (end === track.times.length) {
      track.times.push(createdAt);
      track.orders.push(orderNo);
      track.buyers.push(keys.buyer);
    } else {
      track.times.splice(end, 0, createdAt);
      track.orders.splice(end, 0, orderNo);
      track.buyers.splice(end, 0, keys.buyer);
    }
    this.#expire(track, now);
  }

  /** Null where orders of the window are no longer, or not yet, here: a count would be too small. */
  count(spec: WindowSpec, key: string, at: number, member: string): number | null {
    const from = at - spec.minutes * MINUTE;
    if (from < this.completeSince || from < this.#now - this.#span - LATENESS) return null;
    const track = this.#tracks.get(key);
    if (!track) return 1;
    const end = upperBound(track.times, at);
    const start = upperBound(track.times, from);
    if (end - start <= 0) return 1;
    return distinctIn(spec.count === 'orders' ? track.orders : track.buyers, start, end, member);
  }

  /** Drops the head of one key once at least half of it is dead, so that dropping costs a constant per event. */
  #expire(track: Track, now: number): void {
    const dead = upperBound(track.times, now - this.#span - LATENESS);
    if (dead * 2 <= track.times.length) return;
    track.times.splice(0, dead);
    track.orders.splice(0, dead);
    track.buyers.splice(0, dead);
  }

  /** Forgets keys that fell silent: once per span, or when their number has doubled, so its cost per event is constant as well. */
  #sweep(now: number): void {
    if (now < this.#sweepAt && this.#tracks.size < this.#sweepSize) return;
    this.#sweepAt = now + this.#span + LATENESS;
    const horizon = now - this.#span - LATENESS;
    for (const [key, { times }] of this.#tracks) if ((times.at(-1) ?? 0) <= horizon) this.#tracks.delete(key);
    this.#sweepSize = Math.max(MANY_KEYS, 2 * this.#tracks.size);
  }
}

/** What is missing for the windows in force: orders placed from `from` on, newest first, down to nothing missing. */
export interface MissingHistory {
  from: number;
  /** Everything placed since then is here already; Infinity where a kind of key was not counted by before. */
  until: number;
}

/**
 * Sliding-window counts per key, exact for late and out-of-order orders up to one hour late, each order counted once however
 * often it is added; null where the past a window spans is not here. Memory holds what the longest window of each kind of key
 * spans plus that hour. Times are arguments.
 */
export class SlidingWindows implements WindowReader {
  readonly #logs = new Map<WindowKey, KeyLog>();

  /** @param completeSince everything placed since then will be added; -Infinity where there is no earlier past at all */
  constructor(specs: readonly WindowSpec[], completeSince = -Infinity) {
    for (const [by, span] of longest(specs)) this.#logs.set(by, new KeyLog(span, completeSince));
  }

  /** How far back orders must be read to rebuild the counts, in milliseconds. */
  static reachOf(specs: readonly WindowSpec[]): number {
    return Math.max(0, ...specs.map((spec) => spec.minutes * MINUTE)) + LATENESS;
  }

  /** How far back orders must be read to rebuild the counts, in milliseconds. */
  get reach(): number {
    let reach = 0;
    for (const { span } of this.#logs.values()) reach = Math.max(reach, span);
    return reach + LATENESS;
  }

  /** Orders held, over all kinds of keys. */
  get size(): number {
    let size = 0;
    for (const log of this.#logs.values()) size += log.size;
    return size;
  }

  /** Counts an order that entered the hub; adding it again changes nothing. */
  add(order: WindowOrder, now: number): void {
    for (const [by, log] of this.#logs) {
      const key = keyFor(order.keys, by);
      if (key !== null) log.add(key, order, now);
    }
  }

  count(spec: WindowSpec, key: string, at: number, member: string): number | null {
    return this.#logs.get(spec.by)?.count(spec, key, at, member) ?? null;
  }

  /** Counts other windows from now on. What is shorter than what is kept is known at once; the rest is `missing`. */
  use(specs: readonly WindowSpec[], now: number): void {
    const spans = longest(specs);
    for (const by of this.#logs.keys()) if (!spans.has(by)) this.#logs.delete(by);
    for (const [by, span] of spans) {
      const log = this.#logs.get(by);
      if (log) log.respan(span, now);
      else this.#logs.set(by, new KeyLog(span, Infinity));
    }
  }

  /** The past that has to be added before every window is known; null: none. */
  missing(now: number): MissingHistory | null {
    let [earliest, latest] = [Infinity, -Infinity];
    for (const { span, completeSince } of this.#logs.values()) {
      const from = now - span - LATENESS;
      if (completeSince <= from) continue;
      earliest = Math.min(earliest, from);
      latest = Math.max(latest, completeSince);
    }
    return earliest === Infinity ? null : { from: earliest, until: latest };
  }

  /** Everything placed since `since` was added. */
  filled(since: number): void {
    for (const log of this.#logs.values()) log.completeSince = Math.min(log.completeSince, since);
  }
}

/** The longest span of each kind of key, in milliseconds. */
function longest(specs: readonly WindowSpec[]): Map<WindowKey, number> {
  const spans = new Map<WindowKey, number>();
  for (const { by, minutes } of specs) spans.set(by, Math.max(spans.get(by) ?? 0, minutes * MINUTE));
  return spans;
}

/** The key a window is counted by; null when the order has none. */
export function keyFor(keys: MatchKeys, by: WindowKey): string | null {
  return keys[by];
}
