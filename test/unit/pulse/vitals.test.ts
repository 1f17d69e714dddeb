import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, MINUTE, SECOND } from '#shared/time.ts';
import { LearnedDuration, percentile, PercentileWindow, RateCounter } from '#main/pulse/vitals.ts';

const NOW = Date.UTC(2026, 10, 11);

describe('percentile', () => {
  it.each([
    [[], 0.5, null],
    [[7], 0.95, 7],
    [[4, 1, 3, 2], 0.5, 2],
    [[4, 1, 3, 2], 0.95, 4],
    [[4, 1, 3, 2], 0, 1],
    [[10, 9, 100], 1, 100],
  ])('of %j at %f is %s', (figures, p, expected) => {
    expect(percentile(figures, p)).toBe(expected);
  });
});

describe('RateCounter', () => {
  it('counts what the window holds and forgets the rest', () => {
    const counter = new RateCounter(MINUTE, 6);
    counter.add(NOW);
    counter.add(NOW + 30 * SECOND, 4);
    expect(counter.sum(NOW + 59 * SECOND)).toBe(5);
    expect(counter.sum(NOW + 60 * SECOND)).toBe(4);
    expect(counter.sum(NOW + 90 * SECOND)).toBe(0);
    expect(counter.sum(NOW + DAY)).toBe(0);
  });

  it('takes what comes late into its own bucket, and nothing from before the window', () => {
    const counter = new RateCounter(MINUTE, 6);
    counter.add(NOW + 50 * SECOND);
    counter.add(NOW + 5 * SECOND, 10);
    counter.add(NOW - 20 * SECOND, 100);
    expect(counter.sum(NOW + 50 * SECOND)).toBe(11);
    expect(counter.sum(NOW + 60 * SECOND)).toBe(1);
  });

  it('averages over its own life while that is shorter than the window', () => {
    const counter = new RateCounter(5 * MINUTE);
    expect(counter.perMinute(NOW)).toBe(0);
    counter.add(NOW, 6);
    expect(counter.perMinute(NOW + SECOND)).toBe(6);
    expect(counter.perMinute(NOW + 2 * MINUTE)).toBe(3);
    expect(counter.perMinute(NOW + 5 * MINUTE - 1)).toBeCloseTo(6 / 5, 4);
  });

  it('agrees with counting one by one, to a bucket', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 80 }), (gaps) => {
        const counter = new RateCounter(MINUTE, 6);
        const times: number[] = [];
        let now = NOW;
        for (const gap of gaps) {
          now += gap * SECOND;
          times.push(now);
          counter.add(now);
          const within = (span: number) => times.filter((at) => at > now - span).length;
          expect(counter.sum(now)).toBeGreaterThanOrEqual(within(50 * SECOND));
          expect(counter.sum(now)).toBeLessThanOrEqual(within(60 * SECOND));
        }
      }),
    );
  });
});

describe('PercentileWindow', () => {
  it('knows nothing of nothing, and forgets', () => {
    const window = new PercentileWindow(MINUTE);
    expect(window.at(0.95, NOW)).toBeNull();
    window.add(NOW, 100);
    expect(window.at(0.95, NOW)).not.toBeNull();
    expect(window.at(0.95, NOW + MINUTE)).toBeNull();
  });

  it('is within 2.5 % of the exact percentile from a millisecond to a month', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 * DAY }), { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.95, 0.99),
        (durations, p) => {
          const window = new PercentileWindow(MINUTE);
          for (const [index, duration] of durations.entries()) window.add(NOW + (index % 50) * SECOND, duration);
          const [exact, read] = [percentile(durations, p) as number, window.at(p, NOW + 50 * SECOND) as number];
          expect(Math.abs(read - exact) / exact).toBeLessThanOrEqual(0.025);
        },
      ),
    );
  });

  it('reads less than a millisecond as none', () => {
    const window = new PercentileWindow(MINUTE);
    window.add(NOW, 0);
    expect(window.at(0.5, NOW)).toBe(0);
  });
});

describe('LearnedDuration', () => {
  it('says nothing before it has seen enough', () => {
    const learned = new LearnedDuration(3);
    learned.observe(MINUTE);
    learned.observe(MINUTE);
    learned.observe(-1);
    expect(learned.at(0.5)).toBeNull();
    learned.observe(MINUTE);
    expect((learned.at(0.5) as number) / MINUTE).toBeCloseTo(1, 1);
  });

  it('follows when habits change', () => {
    const learned = new LearnedDuration(10, 100);
    for (let index = 0; index < 100; index += 1) learned.observe(MINUTE);
    for (let index = 0; index < 200; index += 1) learned.observe(10 * MINUTE);
    expect((learned.at(0.5) as number) / MINUTE).toBeCloseTo(10, 0);
  });
});
