import { windowFieldId } from '#main/rules/index.ts';
import type { WindowKey, WindowSpec } from '#shared/rule.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import type { MatchKeys } from '#main/model/record.ts';
import type { WindowReader } from './facts.ts';

/** How late an order may be told and still be counted exactly. */
const LATENESS = HOUR;
/** Keys held before those that fell silent are looked for out of turn: a file of old orders brings a million of them within minutes. */
const MANY_KEYS = 20_000;

/** One key's events in time order; parallel arrays because a hot key holds thousands. */
interface Track {
  times: number[];
  members: string[];
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

/** Events of one specification. Expiry follows the hub's clock, not order times: one order dated 2099 must not empty it. */
class Window {
  readonly spec: WindowSpec;
  readonly #span: number;
  readonly #tracks = new Map<string, Track>();
  #sweepAt = 0;
  #sweepSize = MANY_KEYS;

  constructor(spec: WindowSpec) {
    this.spec = spec;
    this.#span = spec.minutes * MINUTE;
  }

  get size(): number {
    let size = 0;
    for (const track of this.#tracks.values()) size += track.times.length;
    return size;
  }

  add(key: string, at: number, member: string, now: number): void {
    this.#sweep(now);
    let track = this.#tracks.get(key);
    if (!track) this.#tracks.set(key, (track = { times: [], members: [] }));
    const end = upperBound(track.times, at);
    for (let position = end - 1; position >= 0 && track.times[position] === at; position--) {
      if (track.members[position] === member) return;
    }
    if (end === track.times.length) {
      track.times.push(at);
      track.members.push(member);
    } else {
      track.times.splice(end, 0, at);
      track.members.splice(end, 0, member);
    }
    this.#expire(track, now);
  }

  count(key: string, at: number, member: string): number {
    const track = this.#tracks.get(key);
    if (!track) return 1;
    const end = upperBound(track.times, at);
    const start = upperBound(track.times, at - this.#span);
    if (end - start <= 0) return 1;
    const distinct = new Set<string>([member]);
    for (let position = start; position < end; position++) distinct.add(track.members[position] as string);
    return distinct.size;
  }

  /** Drops the head of one key once at least half of it is dead, so that dropping costs a constant per event. */
  #expire(track: Track, now: number): void {
    const dead = upperBound(track.times, now - this.#span - LATENESS);
    if (dead * 2 <= track.times.length) return;
    track.times.splice(0, dead);
    track.members.splice(0, dead);
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

/**
 * Sliding-window counts per key, exact for late and out-of-order events up to one hour late, each order counted once
 * however often it is added. Memory holds what the windows span plus that hour. Times are arguments.
 */
export class SlidingWindows implements WindowReader {
  readonly #windows = new Map<string, Window>();
  readonly #reach: number;

  constructor(specs: readonly WindowSpec[]) {
    for (const spec of specs) this.#windows.set(windowFieldId(spec), new Window(spec));
    this.#reach = Math.max(0, ...specs.map((spec) => spec.minutes * MINUTE)) + LATENESS;
  }

  /** How far back orders must be read to rebuild the counts, in milliseconds. */
  get reach(): number {
    return this.#reach;
  }

  /** Events held, over all windows. */
  get size(): number {
    let size = 0;
    for (const window of this.#windows.values()) size += window.size;
    return size;
  }

  /** Counts an order that entered the hub; adding it again changes nothing. `at` is when it was placed. */
  add(order: { orderNo: string; keys: MatchKeys; createdAt: number }, now: number): void {
    for (const window of this.#windows.values()) {
      const key = keyFor(order.keys, window.spec.by);
      const member = window.spec.count === 'orders' ? order.orderNo : order.keys.buyer;
      if (key !== null && member !== null) window.add(key, order.createdAt, member, now);
    }
  }

  count(spec: WindowSpec, key: string, at: number, member: string): number {
    return this.#windows.get(windowFieldId(spec))?.count(key, at, member) ?? 1;
  }
}

/** The key a window is counted by; null when the order has none. */
export function keyFor(keys: MatchKeys, by: WindowKey): string | null {
  return keys[by];
}
