import { describe, expect, test } from 'vitest';
import { backOff } from '#main/feeds/back-off.ts';
import { PlatformClock } from '#main/feeds/clock.ts';
import { compareDay } from '#main/feeds/day.ts';
import { LiveReading } from '#main/feeds/live.ts';
import { AdaptiveRate } from '#main/feeds/rate.ts';
import { SeenReads } from '#main/feeds/seen.ts';
import { halve, isOutdated } from '#main/feeds/windows.ts';
import { seededChance } from '#test/support/chance.ts';

const TRAITS = {
  paging: 'backwards',
  firstPage: 1,
  pageSize: 50,
  deepestPage: null,
  maxSpanMs: 1_800_000,
  lagMs: 5_000,
  overlapMs: 120_000,
  granularityMs: 1_000,
} as const;

describe('the rate', () => {
  test('no window of the platform ever sees more than its limit, however calls arrive', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const chance = seededChance(seed);
      const limit = { calls: 1 + Math.floor(chance() * 20), perMs: 1_000 };
      const rate = new AdaptiveRate(limit);
      const sent: number[] = [];
      for (let now = 0; now < 20_000; now += Math.floor(chance() * 300)) {
        for (let burst = chance() * 4; burst > 0; burst -= 1) sent.push(now + rate.book(now));
      }
      for (const [index, at] of sent.entries()) {
        const within = sent.slice(index).filter((other) => other < at + limit.perMs).length;
        expect(within).toBeLessThanOrEqual(limit.calls);
      }
    }
  });

  test('a refusal halves it and pauses as long as the platform says; clean minutes bring it back', () => {
    const rate = new AdaptiveRate({ calls: 10, perMs: 1_000 });
    expect(rate.perSecond).toBe(8);
    rate.slowed(0, 7_000);
    expect(rate.perSecond).toBe(4);
    expect(rate.pauseLeft(0)).toBe(7_000);
    expect(rate.book(0)).toBe(7_000);
    for (let minute = 1; minute <= 20; minute += 1) rate.worked(minute * 60_000);
    expect(rate.perSecond).toBe(8);
  });

  test('refusals in a row wait longer and longer, two minutes at most, and never stop it for good', () => {
    const rate = new AdaptiveRate({ calls: 10, perMs: 1_000 });
    let now = 0;
    const pauses = Array.from({ length: 10 }, () => {
      rate.slowed(now, null);
      const pause = rate.pauseLeft(now);
      now += pause;
      return pause;
    });
    expect(pauses.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(pauses.at(-1)).toBe(120_000);
    expect(rate.perSecond).toBeCloseTo(0.5);
  });

  test('calls that were under way together and are refused together slow it down once; the longest pause counts', () => {
    const rate = new AdaptiveRate({ calls: 10, perMs: 1_000 });
    for (const [at, retryAfterMs] of [
      [1_000, 3_000],
      [1_010, null],
      [1_020, 5_000],
      [1_030, 1_000],
    ] as const)
      rate.slowed(at, retryAfterMs);
    expect(rate.perSecond).toBe(4);
    expect(rate.pauseLeft(1_030)).toBe(4_990);
    rate.slowed(6_020, null);
    expect(rate.perSecond).toBe(2);
    expect(rate.pauseLeft(6_020)).toBe(4_000);
  });

  test('a clock that is set back by hours costs no call more than its turn', () => {
    const rate = new AdaptiveRate({ calls: 2, perMs: 1_000 });
    const late = 8 * 3_600_000;
    expect([rate.book(late), rate.book(late)]).toEqual([0, 625]);
    rate.slowed(late + 700, 7_000);
    expect(rate.pauseLeft(700)).toBe(7_000);
    expect(rate.book(700)).toBe(7_000);
    expect(rate.book(7_700)).toBeLessThanOrEqual(1_250);
  });
});

describe('the platform’s clock', () => {
  test('is the median of what its answers said; the coarseness of whole seconds is no difference', () => {
    const clock = new PlatformClock();
    expect(clock.offset).toBe(0);
    clock.seen(999_000, 1_000_000, 1_000_200);
    expect(clock.at(5)).toBe(5);
    for (const outlier of [0, 0, 0]) clock.seen(1_660_000 + outlier, 1_000_000, 1_000_000);
    expect(clock.offset).toBe(660_500);
  });

  test('begins anew once ours was set', () => {
    const clock = new PlatformClock();
    for (let times = 0; times < 9; times += 1) clock.seen(1_660_000, 1_000_000, 1_000_000);
    clock.forget();
    expect(clock.offset).toBe(0);
    clock.seen(1_660_000, 1_659_900, 1_660_100);
    expect(clock.offset).toBe(0);
  });
});

describe('what was read lately', () => {
  test('a version counts again until it can no longer have changed unseen', () => {
    const seen = new SeenReads(2);
    expect(seen.note('a', 1_000, 'x', 1_500, 1_000)).toBe(false);
    expect(seen.knows('a', 1_000, 'x')).toBe(false);
    expect(seen.note('a', 1_000, 'x', 2_000, 1_000)).toBe(true);
    expect(seen.knows('a', 1_000, 'x')).toBe(true);
    expect(seen.knows('a', 1_000, 'y')).toBe(false);
    expect(seen.knows('a', 1_000, null)).toBe(true);
    expect(seen.knows('a', 2_000, null)).toBe(false);
    seen.note('b', 1_000, 'x', 9_000, 1);
    seen.note('c', 1_000, 'x', 9_000, 1);
    expect(seen.knows('a', 1_000, 'x')).toBe(false);
  });
});

test('a list that tells no times: what was read after the end of a window has nothing new to tell in it', () => {
  const seen = new SeenReads();
  expect(seen.readAfter('a', 1_000, 1_000)).toBe(false);
  seen.note('a', 500, 'x', 1_999, 1_000);
  expect(seen.readAfter('a', 1_000, 1_000)).toBe(false);
  // Read again and found the same: that counts too.
  seen.note('a', 500, 'x', 2_000, 1_000);
  expect(seen.readAfter('a', 1_000, 1_000)).toBe(true);
  expect(seen.readAfter('a', 1_001, 1_000)).toBe(false);
});

describe('windows', () => {
  test('reach back over the overlap, end before the lag, and are no longer than the platform allows', () => {
    const reading = new LiveReading(1_000_000, TRAITS);
    expect(reading.next(1_004_000)).toBeNull();
    expect(reading.next(1_035_000)).toEqual({ part: 'whole', from: 880_000, to: 1_030_000 });
    expect(reading.next(9_000_000)).toEqual({ part: 'whole', from: 880_000, to: 2_680_000 });
  });

  test('of a busy list are read twice, at once and when their overlap has passed, and the checkpoint waits for both', () => {
    let reading = new LiveReading(1_000_000, TRAITS);
    const parts: unknown[] = [];
    const poll = (platformNow: number, entries: number) => {
      for (let window = reading.next(platformNow); window; window = reading.next(platformNow)) {
        parts.push(window, reading.checkpoint);
        reading = reading.after(window, entries);
      }
      parts.push(reading.checkpoint);
    };
    poll(1_035_000, 101);
    expect(parts.splice(0)).toEqual([{ part: 'whole', from: 880_000, to: 1_030_000 }, 1_000_000, 1_030_000]);
    poll(1_065_000, 500);
    expect(parts.splice(0)).toEqual([
      ...[{ part: 'new', from: 1_025_000, to: 1_060_000 }, 1_030_000],
      ...[{ part: 'late', from: 910_000, to: 940_000 }, 1_030_000],
      1_060_000,
    ]);
    // Few are new: it is quiet again, and the next reading takes up what is not certain yet.
    poll(1_095_000, 14);
    poll(1_125_000, 14);
    expect(parts.splice(0)).toEqual([
      ...[{ part: 'new', from: 1_055_000, to: 1_090_000 }, 1_060_000, 1_060_000],
      ...[{ part: 'whole', from: 940_000, to: 1_120_000 }, 1_060_000, 1_120_000],
    ]);
  });

  test('lie around the time it is where the clock says one long before what was read, and the reading stays where it is', () => {
    const reading = new LiveReading(10_000_000, TRAITS);
    expect(reading.next(9_996_000)).toBeNull();
    const window = reading.next(5_005_000);
    expect(window).toEqual({ part: 'beside', from: 4_880_000, to: 5_000_000 });
    expect(reading.after(window!, 7)).toBe(reading);
  });

  test('are halved on whole steps of the platform’s time until they cannot be any more', () => {
    expect(halve({ from: 0, to: 5_000 }, TRAITS)).toEqual([
      { from: 0, to: 2_000 },
      { from: 2_000, to: 5_000 },
    ]);
    expect(halve({ from: 0, to: 1_000 }, TRAITS)).toBeNull();
  });
});

test('waits double up to a minute, half of each by chance', () => {
  expect([1, 2, 3, 7, 50].map((attempt) => backOff(attempt, 1))).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  expect(backOff(3, 0)).toBe(2_000);
});

test('ids there against ids here', () => {
  expect(compareDay(new Set(['a', 'b']), new Set(['b', 'c']))).toEqual({ missing: ['a'], extra: ['c'] });
});

test('an answer of a machine that is behind the others is not taken for all there is', () => {
  const window = { from: 0, to: 1_000_000 };
  const closedAt = window.to + TRAITS.lagMs;
  expect(isOutdated(closedAt - 180_000, window, TRAITS)).toBe(true);
  expect(isOutdated(closedAt - 2_000, window, TRAITS)).toBe(false);
  expect(isOutdated(closedAt + 3_600_000, window, TRAITS)).toBe(false);
});
