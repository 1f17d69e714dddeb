import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frontierOf, searchSets } from '#main/hub/learning/frontier.ts';
import { PRESENT, StopPatterns } from '#main/hub/learning/stop-patterns.ts';
import type { ThresholdSet } from '#main/hub/learning/stop-patterns.ts';
import { shareInterval } from '#main/learning/interval.ts';

/** Three rules that stop orders, one that opens tasks; candidates 0 and 1 are of the first, 2 of the second, 3 of the third, 4 of the task. */
const RULES = ['a', 'b', 'c'];
const RULE_OF = ['a', 'a', 'b', 'c', 'task'];
interface Order {
  outcome: 'good' | 'bad' | null;
  returning: boolean;
  hit: string[];
  tried: Set<number>;
}
const anyOrder: fc.Arbitrary<Order> = fc.record({
  outcome: fc.constantFrom('good', 'bad', null),
  returning: fc.boolean(),
  hit: fc.subarray(['a', 'task', 'b', 'c']),
  tried: fc.subarray([0, 1, 2, 3, 4]).map((indices) => new Set(indices)),
});
const anySet = fc
  .tuple(fc.constantFrom(PRESENT, 0, 1), fc.constantFrom(PRESENT, 2), fc.constantFrom(PRESENT, 3))
  .map((choice): ThresholdSet => Int32Array.from(choice));

function patternsOf(orders: readonly Order[]): StopPatterns {
  const patterns = new StopPatterns(RULES, RULE_OF);
  for (const order of orders) patterns.add(order, order.hit, order.tried);
  return patterns;
}
/** As a person would say it: some rule stops the order, as it is or with its candidate. */
function stops({ hit, tried }: Order, set: ThresholdSet): boolean {
  return RULES.some((id, rule) => (set[rule] === PRESENT ? hit.includes(id) : tried.has(set[rule] as number)));
}
function counted(orders: readonly Order[], set: ThresholdSet) {
  const stopped = orders.filter((order) => stops(order, set));
  const now = Int32Array.from([PRESENT, PRESENT, PRESENT]);
  const of = (outcome: 'good' | 'bad') => stopped.filter((order) => order.outcome === outcome);
  return {
    ...{ orders: stopped.length, bad: of('bad').length, good: of('good').length },
    newReturning: of('good').filter((order) => order.returning && !stops(order, now)).length,
  };
}

describe('orders a set of thresholds stops', () => {
  test('are counted as one by one, an order that two rules stop once', () => {
    fc.assert(
      fc.property(fc.array(anyOrder), anySet, (orders, set) => {
        const patterns = patternsOf(orders);
        expect(patterns.count(set)).toEqual(counted(orders, set));
        expect([patterns.bad, patterns.good]).toEqual(
          ['bad', 'good'].map((kind) => orders.filter(({ outcome }) => outcome === kind).length),
        );
      }),
    );
  });
  test('grow or shrink by just what the gain of a change says', () => {
    fc.assert(
      fc.property(fc.array(anyOrder), anySet, fc.constantFrom(0, 1, 2, 3), (orders, set, candidate) => {
        const patterns = patternsOf(orders);
        const before = patterns.count(set);
        const gains = patterns.gains(set);
        const rule = patterns.ruleOf(candidate);
        for (const [to, gain] of [
          [candidate, gains.candidates[candidate]],
          [PRESENT, gains.present[rule]],
        ] as const) {
          const after = patterns.count(set.map((now, index) => (index === rule ? to : now)));
          expect(gain).toEqual({ bad: after.bad - before.bad, good: after.good - before.good });
        }
      }),
    );
  });
  test('by a rule that only opens tasks are none', () => {
    const patterns = patternsOf([{ outcome: 'bad', returning: false, hit: ['task'], tried: new Set([4]) }]);
    expect(patterns.count(patterns.present())).toMatchObject({ orders: 0, bad: 0 });
    expect([patterns.ruleOf(4), patterns.bad]).toEqual([PRESENT, 1]);
  });
});

/** So many orders that a rule, or a candidate in its place, stops. */
const group = (outcome: 'good' | 'bad', count: number, hit: string[], tried: number[], returning = false): Order[] =>
  Array.from({ length: count }, () => ({ outcome, returning, hit, tried: new Set(tried) }));
const weighing = { missWeight: 3, turn: () => Promise.resolve() };
/** The first rule's candidate 0 lets 30 good orders go; candidate 2 of the second would stop 20 bad ones more and 4 good ones, of 404 good. */
const ORDERS = [
  ...group('bad', 40, ['a'], [0]),
  ...group('good', 30, ['a'], []),
  ...group('bad', 20, [], [2]),
  ...group('good', 4, [], [2]),
  ...group('good', 370, [], []),
];

describe('the search for sets of thresholds', () => {
  test('begins with the set in force and finds the best one within the bound', async () => {
    const patterns = patternsOf(ORDERS);
    const search = (mostFalseKills: number) => searchSets({ patterns, isFree: () => true, mostFalseKills, ...weighing });
    const { sets, best } = await search(0);
    expect([...(sets[0] ?? [])]).toEqual([PRESENT, PRESENT, PRESENT]);
    // 30 fewer are stopped, so 4 more are within any bound.
    expect([...(best ?? [])]).toEqual([0, 2, PRESENT]);
    const dear = patternsOf(ORDERS.filter(({ hit }) => hit.length === 0));
    const only = (mostFalseKills: number) => searchSets({ patterns: dear, isFree: () => true, mostFalseKills, ...weighing });
    expect((await only(0.005)).best).toBeNull();
    expect([...((await only(0.02)).best ?? [])]).toEqual([PRESENT, 2, PRESENT]);
    // What is beyond the bound is there to be looked at all the same.
    expect((await only(0.005)).sets.map((set) => [...set])).toContainEqual([PRESENT, 2, PRESENT]);
  });
  test('takes no candidate that may not be taken', async () => {
    const { sets } = await searchSets({ patterns: patternsOf(ORDERS), isFree: (index) => index !== 0, mostFalseKills: 1, ...weighing });
    expect(sets.every((set) => set[0] !== 0)).toBe(true);
  });
  test('ends for whatever orders, and never beyond the bound', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyOrder, { maxLength: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), async (orders, bound) => {
        const patterns = patternsOf(orders);
        const { best } = await searchSets({ patterns, isFree: () => true, mostFalseKills: bound, ...weighing });
        if (!best) return;
        const more = patterns.count(best).good - patterns.count(patterns.present()).good;
        expect(more).toBeLessThanOrEqual(bound * patterns.good);
      }),
    );
  });
});

describe('the frontier', () => {
  const now = Int32Array.from([PRESENT, PRESENT, PRESENT]);
  const change = {
    ...{ ruleId: 'b', ruleVersion: 1, name: { zh: '乙', en: 'B' }, severity: 'low' as const, field: 'discount-share', op: '>', place: 0 },
    ...{ label: { zh: '', en: '' }, from: 90, to: 80, fromText: { zh: '', en: '' }, toText: { zh: '', en: '' } },
  };
  const better = Int32Array.from([PRESENT, 2, PRESENT]);
  const sets = [
    { found: better, measured: better, changes: [change] },
    { found: now, measured: now, changes: [] },
  ];
  const part = (orders: readonly Order[]) => ({ patterns: patternsOf(orders), days: 2 });
  const points = (later: readonly Order[], mostFalseKills = 0.02) =>
    frontierOf({ sets, best: better, found: part(ORDERS), measured: part(later), mostFalseKills, ...weighing });

  test('says the counts behind each share, what it costs beyond now, and how many a day', async () => {
    const [present, loose] = await points(ORDERS);
    expect(present).toMatchObject({
      changes: [],
      chosen: false,
      withinBound: true,
      measured: { moreFalseKills: 0, stopped: 70, perDay: 35 },
    });
    expect(loose).toMatchObject({ changes: [change], chosen: true, withinBound: true });
    expect(loose?.measured).toMatchObject({
      ...{ stopped: 94, perDay: 47, moreFalseKills: 4 / 404, newReturning: 0 },
      precision: { part: 60, whole: 94, value: 60 / 94 },
      recall: { part: 60, whole: 60, value: 1, high: 1 },
      falseKills: { part: 34, whole: 404, value: 34 / 404 },
    });
    expect(loose?.measured.precision.low).toBeCloseTo(0.5375, 4);
  });
  test('chooses nothing that later orders do not bear out', async () => {
    const chosen = async (later: readonly Order[], bound?: number) =>
      (await points(later, bound)).find((point) => point.chosen)?.changes.length;
    const quiet = group('good', 400, [], []);
    expect(await chosen([...group('bad', 5, [], [2]), ...quiet])).toBe(1);
    expect(await chosen([...group('bad', 5, [], []), ...quiet])).toBe(0);
    expect(await chosen([...group('bad', 5, [], [2]), ...group('good', 9, [], [2]), ...quiet])).toBe(0);
    expect(await chosen([...group('bad', 5, [], [2]), ...group('good', 1, [], [2], true), ...quiet])).toBe(0);
    expect(await chosen(ORDERS, 0.001)).toBe(0);
  });
  test('without a known outcome has no shares, and says so', async () => {
    const [first] = await points([{ outcome: null, returning: false, hit: ['a'], tried: new Set() }]);
    const nothing = { part: 0, whole: 0, value: null, low: null, high: null };
    expect(first?.measured).toMatchObject({ stopped: 1, precision: nothing, recall: nothing, falseKills: nothing, moreFalseKills: 0 });
  });
});

describe('the interval of a share', () => {
  test('is Wilson’s', () => {
    const [low, high] = Object.values(shareInterval(8, 10) ?? {});
    expect([low, high].map((value) => value?.toFixed(4))).toEqual(['0.4902', '0.9433']);
    expect(shareInterval(0, 10)).toMatchObject({ low: 0 });
    expect(shareInterval(0, 10)?.high).toBeCloseTo(0.2775, 4);
    expect(shareInterval(0, 0)).toBeNull();
  });
  test('holds the share it was made of', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (whole, share) => {
        const part = Math.round(whole * share);
        const { low, high } = shareInterval(part, whole) ?? { low: 1, high: 0 };
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(part / whole);
        expect(high).toBeGreaterThanOrEqual(part / whole);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});
