import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '#shared/time.ts';
import { healthScore, SCORE_WEIGHTS, scoreParts, type ScoreSubject } from '#main/engine/index.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { Bench, HANGZHOU, MemoryPool, NOON, plain } from './world.ts';

function subject(order: Partial<IncomingOrder> = {}, bench = new Bench()): ScoreSubject {
  const { record, verdict } = bench.must(bench.order(order));
  if (!verdict) throw new Error('not judged');
  return { record, hits: verdict.hits, fields: verdict.fields, inputs: verdict.inputs };
}
const scores = (of: ScoreSubject) => Object.fromEntries(scoreParts(of).map((part) => [part.id, part.score]));

test('weights are percent', () => expect(Object.values(SCORE_WEIGHTS).reduce((sum, weight) => sum + weight)).toBe(100));

test('parts and score are the same sum', () => {
  for (const of of [subject(), subject({ buyerMessage: '刷单' }), subject({ receiver: { ...HANGZHOU, address: plain('附近') } })]) {
    const sum = scoreParts(of).reduce((total, part) => total + (part.score * part.weight) / 100, 0);
    expect(Math.abs(healthScore(of) - sum)).toBeLessThanOrEqual(1);
  }
});

test.each([
  ['nothing wrong', {}, { risk: 100, completeness: 100, stock: 100, timeliness: 100, customer: 70 }],
  ['forbidden words', { buyerMessage: '刷单' }, { risk: 0 }],
  ['a bad phone', { receiver: { ...HANGZHOU, phone: plain('1') } }, { risk: 70, completeness: 70 }],
  ['paid an hour and four minutes ago', { paidAt: NOON - HOUR - 4 * MINUTE }, { timeliness: 50 }],
  ['a corporate buyer', { buyer: { key: 'x', name: plain('x'), tags: ['corporate'] } }, { customer: 100 }],
] as [string, Partial<IncomingOrder>, Record<string, number>][])('%s', (_, order, expected) => {
  expect(scores(subject(order))).toMatchObject(expected);
});

test('short stock costs the stock part', () => {
  expect(scores(subject({}, new Bench({}, new MemoryPool({ bottle: 0 }))))).toMatchObject({ stock: 0, risk: 35 });
});
