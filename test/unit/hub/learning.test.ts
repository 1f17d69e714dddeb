import { describe, expect, test } from 'vitest';
import { DAY, HOUR, parseBusinessTime } from '#shared/time.ts';
import type { Rule } from '#shared/rule.ts';
import type { AftermathRow, KnownOrder } from '#main/hub/learning/learning-ports.ts';
import { outcomeRowOf } from '#main/hub/learning/outcome-keeper.ts';
import { KnownTally } from '#main/hub/learning/known-tally.ts';
import { outcomeOfWord, suggestColumns } from '#main/hub/learning/outcome-words.ts';
import { lastPeriod, periodBefore } from '#main/hub/learning/reporter.ts';
import { lastReportAt, nextReportAt, waitFor } from '#main/hub/learning/schedule.ts';
import { candidatesOf, thresholdsOf, withThreshold } from '#main/hub/learning/thresholds.ts';
import { Effects } from '#main/hub/learning/effects.ts';

const at = (text: string) => parseBusinessTime(text) as number;

describe('the moment an outcome became known', () => {
  const row: AftermathRow = {
    ...{
      orderId: 7,
      status: 'completed',
      statusSince: 5_000,
      refunds: [],
      decision: null,
      reported: null,
      stoppedAt: 1_000,
      returning: true,
    },
  };
  const known = (more: Partial<AftermathRow>, openSince = 0) => {
    const { outcome, knownAt } = outcomeRowOf({ ...row, ...more }, null, openSince) ?? {};
    return [outcome, knownAt];
  };
  test('is that of the refund, the delivery, the decision or the file', () => {
    expect(known({})).toEqual(['good', 5_000]);
    expect(known({ decision: { action: 'release', at: 2_000 } })).toEqual(['good', 2_000]);
    expect(known({ decision: { action: 'freeze', at: 3_000 } })).toEqual(['bad', 3_000]);
    expect(known({ refunds: [{ state: 'succeeded', complaint: null, at: 9_000 }] })).toEqual(['bad', 9_000]);
    expect(known({ refunds: [{ state: 'succeeded', complaint: null, at: 9_000 }], reported: { outcome: 'good', at: 9_500 } })).toEqual([
      'good',
      9_500,
    ]);
    expect(known({ status: 'paid' })).toEqual([null, null]);
  });
  test('stays while the outcome stays, and is never within a week that was reported', () => {
    const before = outcomeRowOf({ ...row, decision: { action: 'release', at: 2_000 } }, null, 0);
    expect(outcomeRowOf(row, before, 0)?.knownAt).toBe(2_000);
    expect(known({}, 8_000)).toEqual(['good', 8_000]);
    expect(outcomeRowOf({ ...row, status: 'paid', stoppedAt: null }, null, 0)).toBeNull();
  });
  test('of a good order is the same after an after-sale that came to nothing, and another after one that did not', () => {
    const passed = { ...row, stoppedAt: null };
    const refund = (state: 'open' | 'withdrawn' | 'succeeded') => ({ ...passed, refunds: [{ state, complaint: null, at: 6_000 }] });
    const good = outcomeRowOf(passed, null, 0);
    const open = outcomeRowOf(refund('open'), good, 9_000);
    expect([good, open]).toMatchObject([
      { outcome: 'good', knownAt: 5_000 },
      { outcome: null, knownAt: 5_000 },
    ]);
    expect(outcomeRowOf(refund('withdrawn'), open, 9_000)).toMatchObject({ outcome: 'good', knownAt: 5_000 });
    const bad = outcomeRowOf(refund('succeeded'), open, 9_000);
    expect(bad).toMatchObject({ outcome: 'bad', knownAt: 9_000 });
    expect(outcomeRowOf(refund('open'), bad, 20_000)).toBeNull();
    expect(outcomeRowOf(refund('withdrawn'), bad, 20_000)).toMatchObject({ outcome: 'good', knownAt: 20_000 });
  });
});

describe('the schedule', () => {
  test('is Monday and the first of the month at 07:00, business time', () => {
    const sunday = at('2026-03-01 12:00:00');
    expect(nextReportAt('weekly', sunday)).toBe(at('2026-03-02 07:00:00'));
    expect(nextReportAt('monthly', sunday)).toBe(at('2026-04-01 07:00:00'));
    expect(lastReportAt('weekly', at('2026-03-02 07:00:00'))).toBe(at('2026-03-02 07:00:00'));
    expect(lastReportAt('weekly', at('2026-03-02 06:59:58'))).toBe(at('2026-02-23 07:00:00'));
    // Looked at every hour: a clock may be set, a machine may have slept.
    expect(waitFor(sunday)).toBe(HOUR);
    expect(waitFor(sunday + 18.5 * HOUR)).toBe(HOUR / 2);
  });
  test('compares a month with the month before, whatever their days, and any other span with as many days', () => {
    const march = { from: at('2026-03-01 00:00:00'), to: at('2026-04-01 00:00:00') };
    expect(periodBefore('monthly', march)).toEqual({ from: at('2026-02-01 00:00:00'), to: march.from });
    const week = { from: at('2026-03-02 00:00:00'), to: at('2026-03-09 00:00:00') };
    expect(periodBefore('weekly', week)).toEqual({ from: at('2026-02-23 00:00:00'), to: week.from });
    const now = at('2026-03-31 15:00:00');
    expect(periodBefore('monthly', { from: now - 30 * DAY, to: now })).toEqual({ from: now - 60 * DAY, to: now - 30 * DAY });
  });
  test('covers the last whole week or month', () => {
    expect(lastPeriod('weekly', at('2026-03-04 07:00:00'))).toEqual({ from: at('2026-02-23 00:00:00'), to: at('2026-03-02 00:00:00') });
    expect(lastPeriod('weekly', at('2026-03-02 07:00:00')).to).toBe(at('2026-03-02 00:00:00'));
    expect(lastPeriod('monthly', at('2026-01-01 07:00:00'))).toEqual({ from: at('2025-12-01 00:00:00'), to: at('2026-01-01 00:00:00') });
  });
});

const RULE: Rule = {
  ...{ id: 'deep', version: 1, enabled: true, severity: 'medium', action: 'hold', role: 'service', stock: 'keep', relax: [] },
  ...{ name: { zh: '深', en: 'Deep' }, about: { zh: '', en: '' }, sentence: { zh: '', en: '' } },
  ...{ effectiveFrom: null, effectiveTo: null, source: 'order' },
  when: {
    all: [
      { field: 'first-order', op: '==', value: true },
      { any: [{ field: 'discount-share', op: '>', value: 90 }, { not: { field: 'local-hour', op: '<', value: 6 } }] },
    ],
  },
};

describe('thresholds of a rule', () => {
  test('are the numbers it compares with, hours of the day not among them', () => {
    expect(thresholdsOf(RULE)).toMatchObject([{ place: 1, op: '>', value: 90, field: { id: 'discount-share' } }]);
  });
  test('are changed one at a time', () => {
    const changed = withThreshold(RULE, 1, 94);
    expect(thresholdsOf(changed)).toMatchObject([{ place: 1, value: 94 }]);
    expect(withThreshold(changed, 1, 90)).toEqual(RULE);
  });
  test('are tried among the values of the hits and of bad orders that were missed', () => {
    const [threshold] = thresholdsOf(RULE);
    const tried = candidatesOf(threshold!, [91, 92.04, 93, 95, 99], [80, 85.96, 95]);
    expect(tried.filter((value) => value > 90)).toEqual([91, 92, 93, 95, 99]);
    expect(tried.filter((value) => value < 90)).toEqual([79.9, 85.9]);
  });
  test.each([
    ['count', '>', 3, [3, 2], [1, 2]],
    ['count', '>=', 3, [2], [2]],
    ['count', '<', 3, [3, 4], [4, 5]],
    ['count', '>', 3, [1, 0], [0]],
    ['count', '>=', 3, [1, 0], [1]],
    ['minor', '>', 500_000, [480_000], [470_000]],
    ['minor', '>=', 500_000, [480_000, 480_001], [480_000]],
  ] as const)('that are looser reach the missed orders themselves: %s %s %d', (unit, op, value, missed, expected) => {
    const field = { ...thresholdsOf(RULE)[0]!.field, unit };
    const tried = candidatesOf({ place: 0, field, op, value }, [], missed);
    expect(tried.toSorted((a, b) => a - b)).toEqual([...expected]);
  });
});

describe('the effect of a threshold', () => {
  const simple: Rule = { ...RULE, when: { field: 'discount-share', op: '>', value: 90 } };
  const other: Rule = { ...RULE, id: 'vip', when: { field: 'order-amount', op: '>', value: 1_000 } };
  const set = { version: 1, rules: [simple, other], lists: {} };
  const stored = new Map([[1, ['currency', 'discount-share', 'order-amount']]]);
  const order = (share: number, amount: number, outcome: 'good' | 'bad' | null, returning = false) => ({
    ...{ at: DAY, orderId: 1, judgedAt: DAY, ruleSetVersion: 1, outcome, returning },
    inputs: JSON.stringify(['CNY', share, amount]),
  });
  const threshold = thresholdsOf(simple)[0]!;
  const effects = new Effects(
    set,
    [94, 85].map((value) => ({ rule: simple, threshold, value })),
    stored,
  );
  const ORDERS = [
    ...[order(92, 10, 'good'), order(96, 10, 'bad'), order(93, 5_000, 'bad'), order(91, 10, null)],
    ...[order(87, 10, 'good', true), order(88, 10, 'bad'), order(20, 10, 'bad'), order(20, 9_000, 'good')],
  ];
  effects.over(2, 1);
  for (const one of ORDERS) effects.take(one);

  test('counts the rule alone, and the set with what other rules stop anyway', () => {
    const { rule, set: whole } = effects.of(0);
    expect(rule.before).toMatchObject({ hits: 4, bad: 2, good: 1, allBad: 4, precision: 2 / 3, recall: 0.5, perDay: 2 });
    expect(rule.after).toMatchObject({ hits: 1, bad: 1, good: 0 });
    expect(whole.before).toMatchObject({ hits: 5, bad: 2, good: 2 });
    // 92 and 91 go through; 93 is stopped for its amount as before.
    expect(whole.after).toMatchObject({ hits: 3, bad: 2, good: 1, perDay: 1.5 });
    expect(effects.newReturning(0)).toBe(0);
  });
  test('tells of returning customers it would stop that pass now', () => {
    expect(effects.newReturning(1)).toBe(1);
    // Of three good orders 87 % alone is newly stopped; the stricter one lets 92 % go.
    expect(effects.moreFalseKills(1)).toBe(1 / 3);
    expect(effects.moreFalseKills(0)).toBe(-1 / 3);
    expect(effects.of(1).set.after).toMatchObject({ hits: 7, bad: 3, good: 3, returning: 1 });
  });
});

describe('known outcomes of a period', () => {
  const order = (orderId: number, more: Partial<KnownOrder> = {}): KnownOrder => ({
    ...{ at: orderId, orderId, outcome: 'good', stopped: true, returning: false, rules: [{ ruleId: 'a', version: 1 }] },
    ...more,
  });
  test('are counted by kind and by version of a rule, with the first orders behind each figure', () => {
    const tally = new KnownTally();
    for (let id = 1; id <= 1_200; id += 1) tally.add(order(id));
    tally.add(
      order(2_000, {
        outcome: 'bad',
        rules: [
          { ruleId: 'a', version: 1 },
          { ruleId: 'b', version: 4 },
        ],
      }),
    );
    tally.add(order(2_001, { outcome: 'bad', stopped: false, rules: [] }));
    tally.add(order(2_002, { stopped: false, returning: true, rules: [] }));
    expect(tally.counts).toEqual([
      { stopped: true, outcome: 'good', returning: false, orders: 1_200 },
      { stopped: true, outcome: 'bad', returning: false, orders: 1 },
      { stopped: false, outcome: 'bad', returning: false, orders: 1 },
      { stopped: false, outcome: 'good', returning: true, orders: 1 },
    ]);
    expect(tally.byRule).toEqual([
      { ruleId: 'a', version: 1, outcome: 'good', orders: 1_200 },
      { ruleId: 'a', version: 1, outcome: 'bad', orders: 1 },
      { ruleId: 'b', version: 4, outcome: 'bad', orders: 1 },
    ]);
    expect(tally.groups.map(({ group, all, orderIds }) => [group, all, orderIds.length, orderIds.at(-1)])).toEqual([
      ['false-kills', 1_200, 1_000, 1_000],
      ['caught', 1, 1, 2_000],
      ['missed', 1, 1, 2_001],
      ['rule:a@1', 1_200, 200, 200],
    ]);
  });
  test('orders are kept for the rules with most false kills, however many rules there are', () => {
    const tally = new KnownTally();
    for (let rule = 1; rule <= 80; rule += 1) {
      for (let id = 0; id < rule; id += 1) tally.add(order(rule * 100 + id, { rules: [{ ruleId: `r${rule}`, version: 1 }] }));
    }
    const kept = tally.groups.filter(({ group }) => group.startsWith('rule:'));
    expect([kept.length, kept[0]?.group, kept.at(-1)?.group]).toEqual([50, 'rule:r80@1', 'rule:r31@1']);
  });
});

describe('words of an outcome file', () => {
  test('are read in both languages; what could mean either is no word', () => {
    expect(['正常', ' Completed ', 'suspected fraud', '退货退款', 'charge-back'].map(outcomeOfWord)).toEqual([
      'good',
      'good',
      'bad',
      'bad',
      null,
    ]);
    expect(['1', '是', '', 'maybe'].map(outcomeOfWord)).toEqual([null, null, null, null]);
  });
  test('tell the column of outcomes where its heading does not', () => {
    expect(
      suggestColumns(
        ['时间', 'order id', '说明'],
        [
          ['08:00', 'A1', '退款'],
          ['09:00', 'A2', '正常'],
        ],
      ),
    ).toEqual({ order: 1, outcome: 2 });
    expect(suggestColumns(['a', 'b'], [])).toEqual({});
  });
});
