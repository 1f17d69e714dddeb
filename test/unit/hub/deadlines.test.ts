import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Deadlines } from '#main/hub/deadlines.ts';

describe('deadlines', () => {
  test('any sequence of settings and takings behaves like a sorted list', () => {
    const step = fc.oneof(
      fc.record({ order: fc.integer({ min: 0, max: 8 }), at: fc.option(fc.integer({ min: 0, max: 50 })) }),
      fc.record({ now: fc.integer({ min: 0, max: 60 }), limit: fc.integer({ min: 1, max: 4 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const deadlines = new Deadlines();
        const model = new Map<string, number>();
        for (const one of steps) {
          if ('order' in one) {
            deadlines.set(`o${one.order}`, one.at);
            if (one.at === null) model.delete(`o${one.order}`);
            else model.set(`o${one.order}`, one.at);
          } else {
            const due = [...model].filter(([, at]) => at <= one.now).sort((a, b) => a[1] - b[1]);
            const taken = deadlines.takeDue(one.now, one.limit);
            expect(taken.map((order) => model.get(order))).toEqual(due.slice(0, one.limit).map(([, at]) => at));
            for (const order of taken) model.delete(order);
          }
          expect(deadlines.size).toBe(model.size);
          expect(deadlines.next()).toBe(model.size === 0 ? null : Math.min(...model.values()));
        }
      }),
    );
  });
});
