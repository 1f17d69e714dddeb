import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairSample } from '#main/hub/forecast/fair-sample.ts';

describe('a fair sample', () => {
  it('takes all while few are followed', () => {
    const sample = new FairSample(100);
    expect(sample.holds(100)).toBe(false);
    fc.assert(fc.property(fc.string(), (id) => sample.takes(id)));
  });

  it('is smaller by half each time there are too many, and only leaves out', () => {
    const sample = new FairSample(1_000);
    const ids = Array.from({ length: 8_000 }, (_, index) => `OP25110${String(index).padStart(6, '0')}`);
    let taken = ids.filter((id) => sample.takes(id));
    for (let share = 1 / 2; taken.length > 1_000; share /= 2) {
      expect(sample.holds(taken.length)).toBe(true);
      const fewer = ids.filter((id) => sample.takes(id));
      const before = new Set(taken);
      expect(fewer.every((id) => before.has(id))).toBe(true);
      expect(fewer.length / ids.length).toBeGreaterThan(share * 0.9);
      expect(fewer.length / ids.length).toBeLessThan(share * 1.1);
      taken = fewer;
    }
  });

  it('grows back when few are left', () => {
    const sample = new FairSample(4);
    const ids = Array.from({ length: 64 }, (_, index) => `order-${index}`);
    for (let count = 5; count < 8; count += 1) sample.holds(count);
    expect(ids.every((id) => sample.takes(id))).toBe(false);
    for (let again = 0; again < 3; again += 1) sample.holds(0);
    expect(ids.every((id) => sample.takes(id))).toBe(true);
  });
});
