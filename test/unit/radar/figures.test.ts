import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaUnderCurve } from '#main/learning/metrics.ts';
import { chanceOf } from '#main/learning/random.ts';
import { areaOf, curveOf, readinessOf, suggestedThreshold } from '#main/radar/figures.ts';
import type { ScoredRow } from '#main/radar/figures.ts';

const score = fc.integer({ min: 0, max: 1_000 }).map((tenths) => tenths / 10);
const rows: fc.Arbitrary<ScoredRow[]> = fc.array(
  fc.record({
    score,
    disputed: fc.boolean(),
    weight: fc.integer({ min: 1, max: 4 }),
    buyer: fc.integer({ min: 0, max: 20 }).map((number) => `b${number}`),
  }),
  { minLength: 2, maxLength: 80 },
);

describe('the curve', () => {
  test('counts at every threshold what counting one by one counts', () => {
    fc.assert(
      fc.property(rows, fc.array(score, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (all, scores, every) => {
        const curve = curveOf(all, { scores, every, days: 30 });
        expect(curve.map(({ threshold }) => threshold)).toEqual(Array.from({ length: 101 }, (_, at) => at));
        const sum = (some: readonly ScoredRow[]) => some.reduce((total, { weight }) => total + weight, 0);
        for (const point of curve) {
          const held = all.filter((row) => row.score >= point.threshold);
          const [bad, good] = [held.filter((row) => row.disputed), held.filter((row) => !row.disputed)];
          expect([point.disputed, point.fine]).toEqual([bad.length, good.length]);
          expect(point.precision).toBe(held.length === 0 ? null : sum(bad) / sum(held));
          const allBad = sum(all.filter((row) => row.disputed));
          expect(point.recall).toBe(allBad === 0 ? 0 : sum(bad) / allBad);
          expect(point.held).toBe(scores.filter((one) => one >= point.threshold).length * every);
          expect(point.perDay).toBe(point.held / 30);
        }
      }),
    );
  });

  test('a higher threshold never holds more', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const curve = curveOf(all, { scores: [], every: 1, days: 30 });
        for (let at = 1; at < curve.length; at += 1) {
          expect(curve[at]!.recall).toBeLessThanOrEqual(curve[at - 1]!.recall);
          expect(curve[at]!.falseShare).toBeLessThanOrEqual(curve[at - 1]!.falseShare);
        }
      }),
    );
  });

  test('the suggested threshold is the lowest that holds at most one fine order in a hundred', () => {
    const fine = Array.from({ length: 200 }, (_, index) => ({ score: index / 2, disputed: false, weight: 1, buyer: `f${index}` }));
    const curve = curveOf([...fine, { score: 99, disputed: true, weight: 1, buyer: 'd' }], { scores: [], every: 1, days: 1 });
    // 99 and 99.5 are the only two of two hundred from 99 on.
    expect(suggestedThreshold(curve)).toBe(99);
  });

  test('between fine and disputed orders that lie apart it is suggested half way, and never above what finds as many', () => {
    const row = (at: number, disputed: boolean): ScoredRow => ({ score: at, disputed, weight: 1, buyer: `b${at}` });
    const apart = curveOf([row(3, false), row(20, false), row(81, true), row(97, true)], { scores: [], every: 1, days: 1 });
    expect(suggestedThreshold(apart)).toBe(51);
    const none = curveOf([row(3, false), row(2, true)], { scores: [], every: 1, days: 1 });
    expect(suggestedThreshold(none)).toBe(4);
  });
});

describe('the area under the curve', () => {
  test('is the one of the metrics where rows weigh the same, and lies within its interval', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const even = all.map((row) => ({ ...row, weight: 1 }));
        const expected = areaUnderCurve(
          even.map((row) => row.score),
          even.map((row) => (row.disputed ? 1 : 0)),
        );
        const { value, low, high } = areaOf(even, 1);
        expect(value).toBeCloseTo(expected ?? 0.5, 12);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
      }),
      { numRuns: 30 },
    );
  });

  test('a row of weight three is three rows', () => {
    const some = [
      { score: 80, disputed: true, weight: 1, buyer: 'a' },
      { score: 90, disputed: false, weight: 3, buyer: 'b' },
      { score: 10, disputed: false, weight: 1, buyer: 'c' },
    ];
    expect(areaOf(some, 1).value).toBe(0.25);
  });

  test('of scores by chance the interval holds 0.5; of many good ones it does not', () => {
    const chance = chanceOf(11);
    const scored = (shift: number) =>
      Array.from({ length: 240 }, (_, index) => {
        const disputed = index % 4 === 0;
        return { score: 100 * Math.min(1, chance() * 0.7 + (disputed ? shift : 0)), disputed, weight: 1, buyer: `b${index}` };
      });
    const none = areaOf(scored(0), 1);
    expect(none.low).toBeLessThan(0.5);
    expect(readinessOf({ disputed: 60, fine: 180 }, none)).toBe('no-signal');
    const some = areaOf(scored(0.2), 1);
    expect(some.low).toBeGreaterThan(0.5);
    expect(readinessOf({ disputed: 60, fine: 180 }, some)).toBe('ready');
  });

  test('whole buyers are drawn: where one buyer has every disputed order, drawing tells how little that is', () => {
    const one = Array.from({ length: 100 }, (_, index) => {
      const disputed = index < 50;
      return { score: disputed ? 80 : 20 + (index % 7) * 12, disputed, weight: 1, buyer: disputed ? `d${index % 3}` : `f${index}` };
    });
    const apart = one.map((row, index) => ({ ...row, buyer: `b${index}` }));
    expect(areaOf(one, 1).value).toBe(areaOf(apart, 1).value);
    expect(areaOf(one, 1)).toEqual(areaOf(one, 1));
  });
});

describe('readiness', () => {
  test('thirty of each kind are needed, whatever the figures', () => {
    const good = { value: 0.9, low: 0.85, high: 0.95 };
    expect(readinessOf({ disputed: 29, fine: 500 }, good)).toBe('too-little');
    expect(readinessOf({ disputed: 500, fine: 29 }, good)).toBe('too-little');
    expect(readinessOf({ disputed: 30, fine: 30 }, good)).toBe('ready');
  });
});
