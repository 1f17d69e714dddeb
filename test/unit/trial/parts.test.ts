import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outcomeOf, type Aftermath } from '#main/learning/outcome.ts';
import { Averages } from '#main/trial/averages.ts';
import { Largest } from '#main/trial/largest.ts';
import { Later } from '#main/trial/later.ts';

test('the largest are kept, whatever the order they come in', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 20 })), fc.integer({ min: 0, max: 8 }), (weights, limit) => {
      const largest = new Largest<number>(limit);
      for (const weight of weights) largest.add(weight, weight);
      expect(largest.sorted()).toEqual([...weights].sort((a, b) => b - a).slice(0, limit));
    }),
  );
});

test('what is learnt later comes in the order of its moments, and of one moment in the order it was told', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.array(fc.integer({ min: 0, max: 9 })), (moments, steps) => {
      const later = new Later();
      const ran: [number, number][] = [];
      moments.forEach((at, index) => later.add(at, () => ran.push([at, index])));
      let through = -1;
      for (const at of steps) {
        later.runThrough(at);
        through = Math.max(through, at);
        const expected = moments.map((moment, index): [number, number] => [moment, index]).filter(([moment]) => moment <= through);
        expect(ran).toHaveLength(expected.length);
      }
      later.runThrough(Infinity);
      expect(ran).toEqual(moments.map((at, index): [number, number] => [at, index]).sort((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

test('averages of more buyers than there was room for', () => {
  const averages = new Averages();
  for (let index = 0; index < 10_000; index++) expect(averages.add(`buyer-${index}`, 2, 0)).toEqual([null, null]);
  expect(averages.add('buyer-9999', 0, 500)).toEqual([null, 250]);
  expect(averages.add('buyer-0', 0, 300)).toEqual([null, 150]);
  expect(averages.add('buyer-0', 1, 300)).toEqual([150, 200]);
});

describe('the outcome of an order', () => {
  const of = (more: Partial<Aftermath>) => outcomeOf({ status: 'awaiting_shipment', refunds: [], decision: null, ...more });
  test.each<[string, Partial<Aftermath>, ReturnType<typeof outcomeOf>]>([
    ['received by the buyer', { status: 'delivered' }, 'good'],
    ['completed', { status: 'completed' }, 'good'],
    ['released by a person', { decision: 'release' }, 'good'],
    ['on its way', { status: 'shipped' }, 'unknown'],
    ['cancelled', { status: 'cancelled' }, 'unknown'],
    ['frozen by a person', { decision: 'freeze' }, 'bad'],
    ['frozen by a person and shipped all the same', { decision: 'freeze', status: 'completed' }, 'bad'],
    ['refunded', { status: 'refunded' }, 'bad'],
    ['completed, with money back', { status: 'completed', refunds: [{ state: 'succeeded' }] }, 'bad'],
    ['released, and money back after', { decision: 'release', refunds: [{ state: 'succeeded' }] }, 'bad'],
    ['a refund that was withdrawn', { status: 'completed', refunds: [{ state: 'withdrawn', complaint: 'A' }] }, 'good'],
    ['a return under way', { status: 'completed', refunds: [{ state: 'open', complaint: 'B' }] }, 'bad'],
    ['a refund under way, and why is not told', { status: 'completed', refunds: [{ state: 'open' }] }, 'unknown'],
    ['refunding, in the words of the platform', { status: 'refunding' }, 'unknown'],
    ['an exchange', { status: 'completed', refunds: [{ state: 'succeeded', complaint: 'C' }] }, 'good'],
    ['price protection', { status: 'completed', refunds: [{ state: 'succeeded', complaint: 'D' }] }, 'good'],
  ])('%s', (_, more, outcome) => {
    expect(of(more)).toBe(outcome);
  });
});
