import { describe, expect, test } from 'vitest';
import { LiveReading } from '#main/feeds/live.ts';
import { WindowReader } from '#main/feeds/pages.ts';
import type { PageMark } from '#main/feeds/pages.ts';
import type { ReadingTraits, Window } from '#main/feeds/traits.ts';
import { backlogWindow, isBreak } from '#main/feeds/windows.ts';
import { seededChance } from '#test/support/chance.ts';

const SEEDS = 200;
const START = Date.UTC(2026, 5, 18);
const MINUTE = 60_000;

/** One order of the platform: nothing but its number, when it changed last, and when its list shows that. */
interface Entry {
  id: number;
  updatedAt: number;
  shownAt: number;
}

/** A platform whose orders change between any two calls. Pages are cut from the list as it is at the moment of the call. */
class Platform {
  now = START;
  readonly entries: Entry[] = [];
  readonly #chance: () => number;
  readonly #traits: ReadingTraits;
  readonly #newestFirst: boolean;
  /** Longest time from a change until the list shows it; where it is not at once, nothing changes between two pages. */
  latestMs = 0;

  constructor(chance: () => number, traits: ReadingTraits) {
    this.#chance = chance;
    this.#traits = traits;
    this.#newestFirst = chance() < 0.5;
  }

  live(ms: number, changes: number): void {
    for (let change = 0; change < changes; change += 1) {
      this.now += (ms / changes) * (0.5 + this.#chance());
      const step = this.#traits.granularityMs;
      const updatedAt = Math.floor(this.now / step) * step;
      const known = this.entries[Math.floor(this.#chance() * this.entries.length * 2)];
      const shownAt = this.latestMs === 0 ? updatedAt : updatedAt + this.latestMs * this.#chance();
      if (known) Object.assign(known, { updatedAt, shownAt });
      else this.entries.push({ id: this.entries.length, updatedAt, shownAt });
    }
  }

  page({ from, to }: Window, mark: PageMark | null): { rows: Entry[]; total: number; next: string | null } {
    const inside = this.entries.filter(({ updatedAt, shownAt }) => updatedAt >= from && updatedAt < to && shownAt <= this.now);
    const sign = this.#newestFirst ? -1 : 1;
    inside.sort((a, b) => sign * (a.updatedAt - b.updatedAt) || a.id - b.id);
    const { pageSize, firstPage, paging } = this.#traits;
    if (paging === 'cursor') return this.#afterCursor(inside, mark);
    const first = (mark !== null && 'page' in mark ? mark.page - firstPage : 0) * pageSize;
    return { rows: this.#half(inside.slice(first, first + pageSize)), total: inside.length, next: null };
  }

  /** A cursor names the last row it gave; one that is gone goes on where it stood. */
  #afterCursor(inside: Entry[], mark: PageMark | null): { rows: Entry[]; total: number; next: string | null } {
    const after = mark !== null && 'cursor' in mark ? (JSON.parse(mark.cursor) as [number, number]) : null;
    const sorted = inside.sort((a, b) => a.updatedAt - b.updatedAt || a.id - b.id);
    const rest = after ? sorted.filter(({ updatedAt, id }) => updatedAt > after[0] || (updatedAt === after[0] && id > after[1])) : sorted;
    const rows = rest.slice(0, this.#traits.pageSize);
    const last = rows.at(-1);
    return { rows, total: inside.length, next: last && rest.length > rows.length ? JSON.stringify([last.updatedAt, last.id]) : null };
  }

  /** Now and then half a page comes, with the right total. */
  #half(rows: Entry[]): Entry[] {
    return this.#chance() < 0.05 ? rows.slice(0, rows.length / 2) : rows;
  }
}

/** Reads a platform as the hub does and remembers which version of each order it saw. */
class Reading {
  live: LiveReading;
  calls = 0;
  readonly parts = { whole: 0, new: 0, late: 0, beside: 0 };
  rows = 0;
  readonly seen: Map<number, number>;
  readonly #platform: Platform;
  readonly #traits: ReadingTraits;
  readonly #chance: () => number;

  constructor(platform: Platform, traits: ReadingTraits, chance: () => number, seen = new Map<number, number>()) {
    this.seen = seen;
    this.live = new LiveReading(START, traits);
    this.#platform = platform;
    this.#traits = traits;
    this.#chance = chance;
  }

  /** Another run of the hub: it has the orders, and of the reading nothing but the checkpoint. */
  restarted(): Reading {
    const next = new Reading(this.#platform, this.#traits, this.#chance, this.seen);
    next.live = new LiveReading(this.live.checkpoint, this.#traits);
    Object.assign(next.parts, this.parts);
    next.rows = this.rows;
    return next;
  }

  poll(): void {
    const { now } = this.#platform;
    for (let window = this.live.next(now); window; window = this.live.next(now)) {
      const rows = this.window(window);
      if (rows === null) return;
      this.live = this.live.after(window, rows);
      this.parts[window.part] += 1;
    }
  }

  /** How many rows there were when the window is in without a hole, else null. */
  window(first: Window): number | null {
    const open = [first];
    let count = 0;
    for (let window = open.pop(); window; window = open.pop()) {
      const reader = new WindowReader(window, this.#traits);
      while (reader.step.kind === 'ask') {
        this.calls += 1;
        const { rows, total, next } = this.#platform.page(window, reader.step.mark);
        for (const { id, updatedAt } of rows) this.seen.set(id, Math.max(updatedAt, this.seen.get(id) ?? 0));
        count += rows.length;
        this.rows += rows.length;
        reader.answered({ count: rows.length, total, next });
        if (this.#platform.latestMs === 0 && this.#chance() < 0.5) this.#platform.live(500, 1 + Math.floor(this.#chance() * 4));
      }
      if (reader.step.kind === 'split') open.push(reader.step.windows[1], reader.step.windows[0]);
      else if (!reader.step.whole) return null;
    }
    return count;
  }

  /** Versions that were never seen and lie before a mark by a whole step: what changes within its own second is read again. */
  holes(mark = this.live.through): Entry[] {
    const before = mark - this.#traits.granularityMs;
    return this.#platform.entries.filter(({ id, updatedAt }) => updatedAt < before && (this.seen.get(id) ?? 0) < updatedAt);
  }
}

function traitsOf(chance: () => number): ReadingTraits {
  const overlapMs = chance() < 0.5 ? MINUTE : 2 * MINUTE;
  return {
    paging: chance() < 0.7 ? 'backwards' : 'cursor',
    firstPage: chance() < 0.5 ? 0 : 1,
    pageSize: 2 + Math.floor(chance() * 10),
    deepestPage: chance() < 0.5 ? null : 4 + Math.floor(chance() * 8),
    maxSpanMs: chance() < 0.5 ? 10 * MINUTE : 60 * MINUTE,
    lagMs: (1 + Math.floor(chance() * 4)) * 1_000,
    overlapMs,
    granularityMs: chance() < 0.5 ? 1 : 1_000,
  };
}

describe('reading a list that changes while it is read', () => {
  test(`${SEEDS} lists: the checkpoint never passes a version that was not seen`, () => {
    let [calls, orders, splits] = [0, 0, 0];
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const chance = seededChance(seed);
      const traits = traitsOf(chance);
      const platform = new Platform(chance, traits);
      const reading = new Reading(platform, traits, chance);
      for (let round = 0; round < 15; round += 1) {
        platform.live(30_000, 1 + Math.floor(chance() * 25));
        reading.poll();
        expect({ seed, holes: reading.holes() }).toEqual({ seed, holes: [] });
      }
      platform.now += 5 * MINUTE;
      // A reading that met too many half pages is simply tried again.
      for (let again = 0; again < 3; again += 1) reading.poll();
      expect({ seed, through: reading.live.through > platform.now - 5 * MINUTE, holes: reading.holes() }).toEqual({
        seed,
        through: true,
        holes: [],
      });
      calls += reading.calls;
      orders += platform.entries.length;
      if (traits.deepestPage !== null && traits.paging === 'backwards') splits += 1;
    }
    expect(orders).toBeGreaterThan(SEEDS * 50);
    expect(calls).toBeGreaterThan(SEEDS * 30);
    expect(splits).toBeGreaterThan(20);
  });

  test(`${SEEDS} lists that show changes late, quiet and busy in turn: nothing is missing once its overlap has passed`, () => {
    const parts = { whole: 0, new: 0, late: 0 };
    let [late, rows, entries] = [0, 0, 0];
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const chance = seededChance(seed + 20_000);
      const traits = { ...traitsOf(chance), pageSize: 20 };
      const platform = new Platform(chance, traits);
      platform.latestMs = traits.lagMs + traits.overlapMs;
      let reading = new Reading(platform, traits, chance);
      for (let round = 0; round < 20; round += 1) {
        platform.live(30_000, round % 10 < 6 ? 80 : 3);
        reading.poll();
        if (reading.holes().length > 0) late += 1;
        expect({ seed, round, holes: reading.holes(reading.live.certain) }).toEqual({ seed, round, holes: [] });
        if (chance() < 0.1) reading = reading.restarted();
      }
      for (const part of ['whole', 'new', 'late'] as const) parts[part] += reading.parts[part];
      rows += reading.rows;
      entries += platform.entries.length;
    }
    // The lists were late, all three ways of reading were used, and busy lists were not read many times over.
    expect(late).toBeGreaterThan(SEEDS);
    expect(Math.min(parts.whole, parts.new, parts.late)).toBeGreaterThan(SEEDS);
    expect(rows).toBeLessThan(4 * entries);
  });

  test(`${SEEDS} breaks of hours: caught up piece by piece beside the live reading, nothing between is missed`, () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const chance = seededChance(seed + 10_000);
      const traits = traitsOf(chance);
      const platform = new Platform(chance, traits);
      const reading = new Reading(platform, traits, chance);
      platform.live(6 * 60 * MINUTE, 150);
      expect(isBreak(reading.live.through, platform.now, traits)).toBe(true);
      const to = platform.now - traits.lagMs;
      const backlog = { from: reading.live.certain, to, through: reading.live.certain };
      reading.live = new LiveReading(to, traits);
      for (let turn = 0; backlog.through < backlog.to && turn < 1_000; turn += 1) {
        const window = backlogWindow(backlog, Math.max(3 * traits.overlapMs, 30 * MINUTE), traits);
        if (window && reading.window(window) !== null) backlog.through = window.to;
        platform.live(2_000, 1);
        if (turn % 4 === 0) reading.poll();
      }
      expect({ seed, backlog: backlog.through, holes: reading.holes() }).toEqual({ seed, backlog: backlog.to, holes: [] });
    }
  });
});
