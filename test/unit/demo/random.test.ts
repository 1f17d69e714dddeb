import { describe, expect, it } from 'vitest';
import { seededRandom } from '#main/demo/random.ts';

function take(seed: string, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.next());
}

describe('seeded random', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    expect(take('a', 50)).toEqual(take('a', 50));
    expect(take('a', 50)).not.toEqual(take('b', 50));
  });

  it('forks into streams that do not disturb their parent', () => {
    const plain = seededRandom('x');
    const forked = seededRandom('x');
    const child = forked.fork('child');
    child.next();
    expect(forked.next()).toBe(plain.next());
    expect(seededRandom('x').fork('child').next()).toBe(seededRandom('x').fork('child').next());
    expect(seededRandom('x').fork('one').next()).not.toBe(seededRandom('x').fork('two').next());
  });

  it('is even over its range', () => {
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const value of take('even', 20_000)) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
    for (const count of tenths) expect(count).toBeGreaterThan(1_850);
    for (const count of tenths) expect(count).toBeLessThan(2_150);
  });

  it('reaches both ends of a range of whole numbers and never beyond', () => {
    const random = seededRandom('int');
    const seen = new Set(Array.from({ length: 500 }, () => random.int(3, 6)));
    expect([...seen].sort()).toEqual([3, 4, 5, 6]);
  });

  it('picks by weight', () => {
    const random = seededRandom('weights');
    const picks = Array.from({ length: 4_000 }, () => random.weighted([1, 3], (weight) => weight));
    expect(picks.filter((pick) => pick === 3).length / picks.length).toBeCloseTo(0.75, 1);
  });

  it('waits as long on average as asked', () => {
    const random = seededRandom('wait');
    const waits = Array.from({ length: 10_000 }, () => random.exponential(200));
    expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeGreaterThan(190);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeLessThan(210);
  });

  it('refuses to pick from nothing', () => {
    expect(() => seededRandom('none').pick([])).toThrow(RangeError);
  });
});
