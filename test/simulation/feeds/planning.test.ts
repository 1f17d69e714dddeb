import { describe, expect, test } from 'vitest';
import { WindowReader } from '#main/feeds/pages.ts';
import type { PageMark } from '#main/feeds/pages.ts';
import type { ReadingTraits, Window } from '#main/feeds/traits.ts';
import { backlogWindow, isBreak, liveWindow } from '#main/feeds/windows.ts';
import { seededChance } from '#test/support/chance.ts';

const SEEDS = 200;
const START = Date.UTC(2026, 5, 18);
const MINUTE = 60_000;

/** One order of the platform: nothing but its number and when it changed last. */
interface Entry {
  id: number;
  updatedAt: number;
}

/** A platform whose orders change between any two calls. Pages are cut from the list as it is at the moment of the call. */
class Platform {
  now = START;
  readonly entries: Entry[] = [];
  readonly #chance: () => number;
  readonly #traits: ReadingTraits;
  readonly #newestFirst: boolean;

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
      if (known) known.updatedAt = updatedAt;
      else this.entries.push({ id: this.entries.length, updatedAt });
    }
  }

  page({ from, to }: Window, mark: PageMark | null): { rows: Entry[]; total: number; next: string | null } {
    const inside = this.entries.filter(({ updatedAt }) => updatedAt >= from && updatedAt < to);
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
  through = START;
  calls = 0;
  readonly seen = new Map<number, number>();
  readonly #platform: Platform;
  readonly #traits: ReadingTraits;
  readonly #chance: () => number;

  constructor(platform: Platform, traits: ReadingTraits, chance: () => number) {
    this.#platform = platform;
    this.#traits = traits;
    this.#chance = chance;
  }

  poll(): void {
    const { now } = this.#platform;
    for (let window = this.#next(now); window; window = this.#next(now)) {
      if (!this.window(window)) return;
      this.through = Math.max(this.through, window.to);
    }
  }

  /** True when the window is in without a hole. */
  window(first: Window): boolean {
    const open = [first];
    for (let window = open.pop(); window; window = open.pop()) {
      const reader = new WindowReader(window, this.#traits);
      while (reader.step.kind === 'ask') {
        this.calls += 1;
        const { rows, total, next } = this.#platform.page(window, reader.step.mark);
        for (const { id, updatedAt } of rows) this.seen.set(id, Math.max(updatedAt, this.seen.get(id) ?? 0));
        reader.answered({ count: rows.length, total, next });
        if (this.#chance() < 0.5) this.#platform.live(500, 1 + Math.floor(this.#chance() * 4));
      }
      if (reader.step.kind === 'split') open.push(reader.step.windows[1], reader.step.windows[0]);
      else if (!reader.step.whole) return false;
    }
    return true;
  }

  /** Versions that were never seen and lie before the checkpoint by a whole step: what changes within its own second is read again. */
  holes(): Entry[] {
    const through = this.through - this.#traits.granularityMs;
    return this.#platform.entries.filter(({ id, updatedAt }) => updatedAt < through && (this.seen.get(id) ?? 0) < updatedAt);
  }

  #next(now: number): Window | null {
    return liveWindow(this.through, now, this.#traits);
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
      expect({ seed, through: reading.through > platform.now - 5 * MINUTE, holes: reading.holes() }).toEqual({
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

  test(`${SEEDS} breaks of hours: caught up piece by piece beside the live reading, nothing between is missed`, () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const chance = seededChance(seed + 10_000);
      const traits = traitsOf(chance);
      const platform = new Platform(chance, traits);
      const reading = new Reading(platform, traits, chance);
      platform.live(6 * 60 * MINUTE, 150);
      expect(isBreak(reading.through, platform.now, traits)).toBe(true);
      const to = platform.now - traits.lagMs;
      const backlog = { from: reading.through - traits.overlapMs, to, through: reading.through - traits.overlapMs };
      reading.through = to;
      for (let turn = 0; backlog.through < backlog.to && turn < 1_000; turn += 1) {
        const window = backlogWindow(backlog, Math.max(3 * traits.overlapMs, 30 * MINUTE), traits);
        if (window && reading.window(window)) backlog.through = window.to;
        platform.live(2_000, 1);
        if (turn % 4 === 0) reading.poll();
      }
      expect({ seed, backlog: backlog.through, holes: reading.holes() }).toEqual({ seed, backlog: backlog.to, holes: [] });
    }
  });
});
