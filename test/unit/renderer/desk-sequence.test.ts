import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_SEQUENCE, follow, putBack, settle, type Sequence } from '../../../src-renderer/views/desk/sequence.ts';

const standing: Sequence = { order: ['a', 'b', 'c', 'd'], settled: 4 };

describe('the order of rows on screen', () => {
  it('takes the order of the queue when nothing stands yet', () => {
    expect(follow(EMPTY_SEQUENCE, ['b', 'a'], null)).toEqual({ order: ['b', 'a'], settled: 2 });
  });

  it.each([
    {
      what: 'a graver case joins at the end, not at the head',
      queue: ['z', 'a', 'b', 'c', 'd'],
      kept: null,
      order: ['a', 'b', 'c', 'd', 'z'],
      settled: 4,
    },
    { what: 'a case that left is taken out', queue: ['a', 'c', 'd'], kept: null, order: ['a', 'c', 'd'], settled: 3 },
    { what: 'the looked-at case stays although it left', queue: ['a', 'c', 'd'], kept: 'b', order: ['a', 'b', 'c', 'd'], settled: 4 },
    {
      what: 'a case that changed its rank keeps its place',
      queue: ['d', 'c', 'b', 'a'],
      kept: null,
      order: ['a', 'b', 'c', 'd'],
      settled: 4,
    },
    { what: 'when all of them left, the rest is put in order', queue: ['y', 'x'], kept: null, order: ['y', 'x'], settled: 2 },
    {
      what: 'when only the looked-at one is left, it stands before the rest',
      queue: ['y', 'x'],
      kept: 'c',
      order: ['c', 'y', 'x'],
      settled: 3,
    },
  ])('$what', ({ queue, kept, order, settled }) => {
    expect(follow(standing, queue, kept)).toEqual({ order, settled });
  });

  it('answers the very same sequence when nothing changed', () => {
    expect(follow(standing, ['d', 'c', 'b', 'a'], null)).toBe(standing);
  });

  it('keeps joined cases where they are once the settled ones are worked off', () => {
    const joined = follow(settle(['a', 'b']), ['a', 'b', 'n', 'm'], null);
    expect(follow(joined, ['m', 'n'], null)).toEqual({ order: ['n', 'm'], settled: 2 });
  });

  it('puts rows back where they stood, one or many', () => {
    const without = follow(standing, ['b', 'd'], null);
    const rows = [
      { orderNo: 'c', index: 2 },
      { orderNo: 'a', index: 0 },
    ];
    expect(putBack(without, rows)).toEqual(standing);
    expect(putBack(standing, rows)).toEqual(standing);
  });

  it('never moves two rows against each other, whatever comes and goes', () => {
    const queues = fc.array(fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { minLength: 1 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(queues, (steps) => {
        let sequence = EMPTY_SEQUENCE;
        for (const queue of steps) {
          const next = follow(sequence, queue, null);
          expect([...next.order].sort()).toEqual([...queue].sort());
          expect(next.settled).toBeLessThanOrEqual(next.order.length);
          const both = sequence.order.filter((orderNo) => next.order.includes(orderNo));
          expect(next.order.filter((orderNo) => both.includes(orderNo))).toEqual(both);
          sequence = next;
        }
      }),
    );
  });
});
