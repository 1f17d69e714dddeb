import { beforeEach, describe, expect, test } from 'vitest';
import type { Rule, RuleSet } from '#shared/rule.ts';
import { MINUTE } from '#shared/time.ts';
import type { Outcome, Restore } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { compileRuleSet } from '#main/rules/index.ts';
import { rule } from '#test/support/rules.ts';
import { Bench, BOTTLE, NOON } from './world.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench({ fulfilment: true });
});

const judgedBy = (...rules: Rule[]) => {
  const set: RuleSet = { version: 2, rules, lists: {} };
  bench.compiled = compileRuleSet(set);
};
const rejudge = (counts?: Record<string, number>): Outcome =>
  bench.run('4001', { kind: 'rejudge', why: 'x', ...(counts ? { counts } : {}) });
const beforeOf = ({ hold, holdEvidence, clearances, openTasks, grade, healthScore }: OrderRecord): Restore['before'] => ({
  ...{ hold, holdEvidence, clearances, openTasks, grade, healthScore },
});
const restore = (before: OrderRecord, version: number, tasks: Restore['tasks'] = []): Outcome =>
  bench.run('4001', {
    kind: 'restore',
    restore: { actor: 'lin', why: { zh: '撤销', en: 'taken back' }, version, before: beforeOf(before), verdict: null, tasks },
  });
const topics = (outcome: Outcome) => bench.must(outcome).effects.map(({ topic }) => topic);

describe('taking back what a run did to an order (M4)', () => {
  test('an order it held goes on, with trace and audit, and is asked for at the warehouse again', () => {
    judgedBy();
    bench.must(bench.order());
    const before = bench.record('4001');
    expect(before.shipRequestedAt).toBe(NOON);
    judgedBy(rule('large'));
    expect(topics(rejudge())).toContain('wms.recall');
    bench.now = NOON + MINUTE;
    const back = bench.must(restore(before, 2));
    expect(back.record).toMatchObject({
      version: 3,
      hold: null,
      holdEvidence: [],
      clearances: [],
      grade: 'pass',
      shipRequestedAt: NOON + MINUTE,
    });
    expect(back.timeline).toMatchObject([{ kind: 'undo', actor: 'lin', text: { zh: '撤销' } }, { kind: 'outbox' }]);
    expect(back.audit).toMatchObject([{ actor: 'lin', action: 'order.restored', detail: { version: 2, hold: null } }]);
    expect(back.effects.map(({ topic }) => topic)).toEqual(['wms.ship']);
  });

  test('an order it let go is held as before, with its clock, and recalled', () => {
    judgedBy(rule('large'));
    bench.must(bench.order());
    const before = bench.record('4001');
    judgedBy();
    expect(topics(rejudge())).toEqual(['wms.ship']);
    const back = bench.must(restore(before, 2));
    expect(back.record.hold).toEqual(before.hold);
    expect(back.record.holdEvidence).toEqual(before.holdEvidence);
    expect(back.effects.map(({ topic }) => topic)).toEqual(['wms.recall']);
    // What it rests on is known again: a release beats it for ever.
    judgedBy(rule('large'));
    bench.must(bench.command('4001', { kind: 'release', actor: 'lin', reason: '', version: 3 }));
    expect(bench.must(bench.order({ sellerMemo: '加急', updatedAt: NOON + MINUTE })).record.hold).toBeNull();
  });

  test('stock a hold had freed is taken again', () => {
    judgedBy();
    bench.must(bench.order());
    const before = bench.record('4001');
    judgedBy(rule('large', { stock: 'free' }));
    expect(bench.must(rejudge()).record.stock).toBe('none');
    expect(bench.must(restore(before, 2)).record).toMatchObject({ stock: 'reserved', allocations: [{ sku: BOTTLE.sku, quantity: 2 }] });
  });

  test('tasks it opened are settled, tasks it settled are opened again', () => {
    const task = (id: string) => rule(id, { action: 'task', severity: 'low' });
    judgedBy(task('old'));
    const first = bench.must(bench.order());
    const before = bench.record('4001');
    judgedBy(task('new'));
    const run = bench.must(rejudge());
    const back = bench.must(restore(before, 2, first.tasks));
    expect(back.tasks).toEqual(first.tasks);
    expect(back.tasksDone).toEqual(run.tasks.map(({ key }) => key));
    expect(back.record.openTasks).toEqual(before.openTasks);
  });

  test('an order that moved since is left as it is, which is no offence', () => {
    judgedBy();
    bench.must(bench.order());
    const before = bench.record('4001');
    judgedBy(rule('large'));
    bench.must(rejudge());
    bench.must(bench.command('4001', { kind: 'note', actor: 'wang', text: '已联系' }));
    expect(restore(before, 2)).toMatchObject({ kind: 'refused', code: 'stale_version', audit: null });
    expect(bench.record('4001').hold).not.toBeNull();
  });
});

test('counts of windows an order was not counted by come with the judgement and stay; those it has are not changed', () => {
  const phone = { count: 'orders', by: 'phone', minutes: 10 } as const;
  judgedBy(rule('burst', { when: { field: 'window', window: phone, op: '>', value: 3 } }));
  bench.must(bench.order());
  expect(bench.record('4001').counts).toEqual({ 'window:orders:phone:10': 1 });
  const address = { count: 'orders', by: 'address', minutes: 10 } as const;
  judgedBy(rule('burst', { when: { field: 'window', window: address, op: '>', value: 3 } }));
  const outcome = bench.must(rejudge({ 'window:orders:address:10': 5, 'window:orders:phone:10': 9 }));
  expect(outcome.record.hold?.reasons.map(({ ruleId }) => ruleId)).toEqual(['burst']);
  expect(outcome.record.counts).toEqual({ 'window:orders:address:10': 5, 'window:orders:phone:10': 1 });
});
