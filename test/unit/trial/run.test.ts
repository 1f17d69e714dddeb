import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleSet } from '#shared/rule.ts';
import { DAY } from '#shared/time.ts';
import { createDutyTable, createPlaces } from '#main/engine/index.ts';
import { outcomeOf } from '#main/learning/outcome.ts';
import type { FieldValue, Hit } from '#main/model/verdict.ts';
import { compileRuleSet } from '#main/rules/index.ts';
import { runTrial, type TrialResult } from '#main/trial/run.ts';
import type { JudgedRow, TrialSource, TrialWorld } from '#main/trial/source.ts';
import { rule } from '#test/support/rules.ts';
import { aSet, moment, someValues, type Values } from '#test/unit/rules/arbitraries.ts';

const WORLD: TrialWorld = {
  places: createPlaces({ provinces: [], cities: [] }),
  duties: createDutyTable([], []),
  messages: { model: null, read: () => null },
};
/** Every field the random rules read, as a published set could have them. */
const FIELDS = [
  ...['currency', 'pieces', 'order-amount', 'local-hour', 'discount-share', 'window:orders:phone:10', 'presale', 'channel', 'remarks'],
  ...['buyer-tags', 'customer-orders', 'customer-refund-share', 'first-order'],
];
const END = 11;

interface Told {
  values: Values;
  judgedAt: number;
  paidMinor: number;
  status: JudgedRow['status'];
}

function rowOf({ values, judgedAt, paidMinor, status }: Told, index: number): JudgedRow {
  return {
    id: index + 1,
    orderNo: `N${index}`,
    ...{ status, paidMinor, createdAt: judgedAt, judgedAt, ruleSetVersion: 3, judgedAgain: 0, refunds: [] },
    inputs: JSON.stringify(FIELDS.map((id) => values[id] ?? null)),
  };
}

/** A history that lies in memory; orders themselves are never asked for. */
function sourceOf(rows: readonly JudgedRow[], fields: string[] = FIELDS): TrialSource {
  const never = () => {
    throw new Error('An order was opened.');
  };
  return {
    ruleSets: () => [{ version: 3, publishedAt: 0, fields }],
    count: () => rows.length,
    firstRow: () => rows[0]?.id ?? null,
    rows: (after, limit) => rows.filter(({ id }) => id > after).slice(0, limit),
    ...{ records: never, ordersOf: never, ordersCount: never },
    laterVectors: () => [],
    recordsAt: never,
    decisions: () => new Map(),
    reported: () => new Map(),
  };
}

const told: fc.Arbitrary<Told> = fc.record({
  values: someValues,
  judgedAt: moment,
  paidMinor: fc.integer({ min: 0, max: 9 }),
  status: fc.constantFrom('completed' as const, 'refunded' as const, 'paid' as const),
});

function run(current: RuleSet, draft: RuleSet, source: TrialSource): TrialResult {
  const result = runTrial({ current, draft, from: 0, to: END }, source, WORLD, () => true);
  if (!result) throw new Error('The trial was stopped.');
  return result;
}

const stops = (hits: readonly Hit[]) => hits.some(({ action }) => action !== 'task');
const stopped = (sides: readonly (readonly Hit[])[]) => sides.filter(stops).length;

describe('a trial on what was looked at then', () => {
  test('counts what judging every order by either set counts', () => {
    const other = fc.constantFrom<RuleSet['lists']>(
      { words: ['刷单', 'Cash', 'a'], tags: ['vip', 'bad'] },
      { words: ['谢谢'], tags: ['new'] },
    );
    fc.assert(
      fc.property(aSet, aSet, other, fc.array(told, { maxLength: 12 }), (current, loose, lists, orders) => {
        const draft = { ...loose, lists };
        const rows = orders.map(rowOf);
        const judgedBy = (set: RuleSet) => {
          const compiled = compileRuleSet(set);
          return orders.map(({ values, judgedAt }) => {
            const vector = compiled.fields.map((id): FieldValue => values[id] ?? null);
            return compiled.judge(vector, judgedAt, []);
          });
        };
        const [before, after] = [judgedBy(current), judgedBy(draft)];
        const found = run(current, draft, sourceOf(rows));
        expect(found).toMatchObject({
          judged: orders.length,
          newlyStopped: orders.filter((_, at) => !stops(before[at] ?? []) && stops(after[at] ?? [])).length,
          newlyPassed: orders.filter((_, at) => stops(before[at] ?? []) && !stops(after[at] ?? [])).length,
        });
        for (const [side, hits] of [[found.before, before] as const, [found.after, after] as const]) {
          const bad = orders.filter(({ status }) => outcomeOf({ status, refunds: [], decision: null }) === 'bad');
          expect(side.held + side.frozen).toBe(stopped(hits));
          expect(side.frozen).toBe(hits.filter((of) => of.some(({ action }) => action === 'freeze')).length);
          expect(side.tasks).toBe(hits.flat().filter(({ action }) => action === 'task').length);
          expect(side.bad).toBe(bad.length);
          expect(side.caught).toBe(bad.filter((order) => stops(hits[orders.indexOf(order)] ?? [])).length);
          expect(side.good).toBe(orders.filter(({ status }, at) => status === 'completed' && stops(hits[at] ?? [])).length);
          expect(side.known).toBe(side.good + side.caught);
        }
        for (const { ruleId, hitsBefore, hitsAfter, newHits, lostHits } of found.rules) {
          const has = (hits: readonly Hit[] | undefined) => (hits ?? []).some((hit) => hit.ruleId === ruleId);
          expect(hitsBefore).toBe(before.filter(has).length);
          expect(hitsAfter).toBe(after.filter(has).length);
          expect(newHits).toBe(orders.filter((_, at) => !has(before[at]) && has(after[at])).length);
          expect(lostHits).toBe(orders.filter((_, at) => has(before[at]) && !has(after[at])).length);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('of a set against itself changes nothing', () => {
    fc.assert(
      fc.property(aSet, fc.array(told, { maxLength: 12 }), (set, orders) => {
        const found = run(
          set,
          { ...set, rules: set.rules.map((one) => ({ ...one, version: one.version + 1 })) },
          sourceOf(orders.map(rowOf)),
        );
        expect(found).toMatchObject({ newlyStopped: 0, newlyPassed: 0, gradeChanged: 0, samples: [], derived: [], unknown: [] });
        expect(found.after).toEqual(found.before);
        for (const { change, newHits, lostHits, hitsBefore, hitsAfter } of found.rules) {
          expect({ change, newHits, lostHits, hitsAfter }).toEqual({ change: 'same', newHits: 0, lostHits: 0, hitsAfter: hitsBefore });
        }
      }),
    );
  });

  const large = (value: number, more = {}) => ({ ...rule('large', { when: { field: 'order-amount', op: '>', value }, ...more }) });
  const setOf = (...rules: RuleSet['rules']): RuleSet => ({ version: 3, rules, lists: {} });
  const order = (amount: number, more: Partial<Told> = {}): Told => ({
    ...{ values: { currency: 'CNY', 'order-amount': amount }, judgedAt: 5, paidMinor: amount, status: 'paid' as const },
    ...more,
  });

  test('shows the orders with the largest sums, in words, and what became of them', () => {
    const rows = [order(10), order(70, { status: 'completed' }), order(30, { status: 'refunded' })].map(rowOf);
    const { samples } = run(setOf(large(50)), setOf(large(20)), sourceOf(rows));
    expect(samples).toMatchObject([{ orderNo: 'N2', change: 'newly-stopped', gradeBefore: 'pass', gradeAfter: 'medium', outcome: 'bad' }]);
    expect(samples[0]?.sentence.zh).toContain('超过');
    const reported = { ...sourceOf(rows), reported: () => new Map([[3, 'good' as const]]) };
    expect(run(setOf(large(50)), setOf(large(20)), reported).samples).toMatchObject([{ orderNo: 'N2', outcome: 'good' }]);
    const gone = run(setOf(large(20)), setOf(), sourceOf(rows)).samples;
    expect(gone.map(({ orderNo, change }) => [orderNo, change])).toEqual([
      ['N1', 'newly-passed'],
      ['N2', 'newly-passed'],
    ]);
    expect(gone[0]?.sentence.en).toMatch(/^No longer found: /);
  });

  test('keeps five hundred of a kind, and some of every rule besides', () => {
    const small = rule('small', { when: { field: 'pieces', op: '==', value: 1 } });
    const rows = Array.from({ length: 900 }, (_, index) => rowOf(order(1_000 + index), index));
    const few = rowOf({ ...order(1), values: { currency: 'CNY', 'order-amount': 1, pieces: 1 } }, 900);
    const { samples, newlyStopped } = run(setOf(), setOf(large(50), small), sourceOf([...rows, few]));
    expect(newlyStopped).toBe(901);
    expect(samples).toHaveLength(501);
    expect(samples[0]?.orderNo).toBe('N899');
    expect(samples.at(-1)).toMatchObject({ orderNo: 'N900', rulesAfter: ['small'] });
  });

  test('looks at a rule that begins later as though it had begun, and at one that is over as it was', () => {
    const rows = [order(70, { judgedAt: 2 }), order(70, { judgedAt: 8 })].map(rowOf);
    const hitsOf = (more: object) => run(setOf(), setOf(large(50, more)), sourceOf(rows)).after.held;
    expect(hitsOf({ effectiveFrom: END + DAY })).toBe(2);
    expect(hitsOf({ effectiveFrom: 5 })).toBe(1);
    expect(hitsOf({ effectiveTo: 5 })).toBe(1);
  });

  test('says which fields nobody can tell any more', () => {
    const missing = rule('missing', { when: { field: 'stock-missing-spot', op: '>', value: 0 } });
    const found = run(setOf(), setOf(missing), sourceOf([rowOf(order(70), 0)]));
    expect(found).toMatchObject({ derived: [], unknown: [{ en: 'Spot pieces missing' }], after: { held: 0 } });
  });

  test('takes the answers that came after the first judgement', () => {
    const fields = ['currency', 'risk-score', 'order-amount'];
    const row = { ...rowOf(order(70), 0), inputs: '["CNY",null,70]', judgedAgain: 1 as const };
    const risky = rule('risky', { when: { field: 'risk-score', op: '>=', value: 80 }, source: 'risk-list' });
    const source = (...later: string[]): TrialSource => ({
      ...sourceOf([row], fields),
      laterVectors: () => later.map((inputs) => ({ ruleSetVersion: 3, inputs })),
    });
    expect(run(setOf(), setOf(risky), source('["CNY",null,70]', '["CNY",90,70]')).after.held).toBe(1);
    expect(run(setOf(), setOf(risky), source('["CNY",null,70]')).after.held).toBe(0);
  });

  test('ends when it is told to', () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => rowOf(order(70), index));
    let calls = 0;
    const result = runTrial({ current: setOf(), draft: setOf(large(50)), from: 0, to: END }, sourceOf(rows), WORLD, (judged, orders) => {
      expect(orders).toBe(5_000);
      expect(judged).toBeLessThan(5_000);
      calls += 1;
      return calls < 2;
    });
    expect(result).toBeNull();
    expect(calls).toBe(2);
  });
});
