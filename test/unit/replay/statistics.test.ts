import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallCounter, DurationHistogram, RankCounter } from '#main/replay/statistics.ts';

describe('CallCounter', () => {
  it('gives precision, recall and the share of good orders that were held', () => {
    const counter = new CallCounter();
    const calls: [held: boolean, bad: boolean, times: number][] = [
      [true, true, 3],
      [true, false, 1],
      [false, true, 2],
      [false, false, 14],
    ];
    for (const [held, bad, times] of calls) for (let i = 0; i < times; i += 1) counter.add(held, bad);
    expect(counter.figures()).toEqual({
      labelled: 20,
      bad: 5,
      baseRate: 0.25,
      held: 4,
      precision: 0.75,
      recall: 0.6,
      falseKillRate: 1 / 15,
    });
  });

  it('answers null where there is nothing to divide by', () => {
    expect(new CallCounter().figures()).toEqual({
      labelled: 0,
      bad: 0,
      baseRate: null,
      held: 0,
      precision: null,
      recall: null,
      falseKillRate: null,
    });
    const onlyBad = new CallCounter();
    onlyBad.add(false, true);
    expect(onlyBad.figures()).toMatchObject({ precision: null, recall: 0, falseKillRate: null });
  });
});

/** The definition, pair by pair. */
function areaByPairs(cases: [number, boolean][]): number | null {
  const bad = cases.filter(([, isBad]) => isBad);
  const good = cases.filter(([, isBad]) => !isBad);
  if (bad.length === 0 || good.length === 0) return null;
  let wins = 0;
  for (const [b] of bad) for (const [g] of good) wins += b > g ? 1 : b === g ? 0.5 : 0;
  return wins / (bad.length * good.length);
}

describe('RankCounter', () => {
  it.each<[string, [number, boolean][], number | null]>([
    [
      'perfect order',
      [
        [1, false],
        [2, false],
        [3, true],
      ],
      1,
    ],
    [
      'reversed order',
      [
        [3, false],
        [2, true],
        [1, true],
      ],
      0,
    ],
    [
      'all tied',
      [
        [5, true],
        [5, false],
        [5, false],
      ],
      0.5,
    ],
    [
      'only bad cases',
      [
        [5, true],
        [6, true],
      ],
      null,
    ],
    ['nothing', [], null],
  ])('%s', (_name, cases, area) => {
    const counter = new RankCounter();
    for (const [score, bad] of cases) counter.add(score, bad);
    expect(counter.area()).toBe(area);
  });

  it('equals the count over all pairs, ties included', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), { maxLength: 40 }), (cases) => {
        const counter = new RankCounter();
        for (const [score, bad] of cases) counter.add(score, bad);
        const expected = areaByPairs(cases);
        if (expected === null) expect(counter.area()).toBeNull();
        else expect(counter.area()).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('refuses a score that has no rank', () => {
    expect(() => new RankCounter().add(Number.NaN, true)).toThrow(RangeError);
  });
});

describe('DurationHistogram', () => {
  it('is within 1 % of the exact quantile', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const histogram = new DurationHistogram();
          for (const value of values) histogram.add(value);
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN;
          expect(Math.abs((histogram.quantile(share) ?? Number.NaN) / exact - 1)).toBeLessThanOrEqual(0.0101);
        },
      ),
    );
  });

  it('is null when empty and weighs repeated values', () => {
    const histogram = new DurationHistogram();
    expect(histogram.quantile(0.5)).toBeNull();
    histogram.add(10, 99);
    histogram.add(1000, 1);
    expect(histogram.count).toBe(100);
    expect(histogram.quantile(0.99)).toBeCloseTo(10, 0);
    expect(histogram.quantile(1)).toBeGreaterThan(980);
  });
});
