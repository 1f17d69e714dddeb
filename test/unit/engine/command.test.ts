import { beforeEach, describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '#shared/time.ts';
import { Bench, BOTTLE, NOON } from './world.ts';

const COLD = [BOTTLE, { ...BOTTLE, sku: 'milk', storage: 'cold' as const }];
const BRUSHED = '刷单的';
let bench: Bench;

beforeEach(() => {
  bench = new Bench({ fulfilment: true });
});

const release = (version: number, actor = 'lin') => bench.command('4001', { kind: 'release', actor, reason: '已核实', version });
const freeze = (version: number) => bench.command('4001', { kind: 'freeze', actor: 'lin', reason: '可疑', version });
const undo = () => bench.command('4001', { kind: 'undo', actor: 'lin' });
const topics = (outcome: ReturnType<typeof release>) => bench.must(outcome).effects.map((effect) => effect.topic);

describe('release', () => {
  test('lets the order go on, is logged, and can be taken back for ten seconds', () => {
    bench.must(bench.order({ lines: COLD }));
    const released = bench.must(release(1));
    expect(released).toMatchObject({
      record: {
        version: 2,
        hold: null,
        status: 'awaiting_shipment',
        shipRequestedAt: NOON,
        undo: { action: 'release', by: 'lin', version: 2 },
      },
      audit: [{ actor: 'lin', action: 'order.released', detail: { reason: '已核实', rules: ['mixed-storage'], kind: 'held' } }],
      effects: [{ topic: 'wms.ship' }],
    });
    bench.now = NOON + 10 * SECOND;
    const back = bench.must(undo());
    expect(back.record).toMatchObject({
      version: 3,
      hold: { kind: 'held', releaseAt: NOON + 2 * HOUR },
      clearances: [],
      undo: null,
      shipRequestedAt: null,
    });
    expect(back.effects.map((effect) => effect.topic)).toEqual(['wms.recall']);
  });

  test('beats the same evidence for ever (M6); new evidence may stop the order again', () => {
    bench.must(bench.order({ lines: COLD }));
    bench.must(release(1));
    const told = bench.must(bench.order({ lines: COLD, sellerMemo: '加急', updatedAt: NOON + MINUTE }));
    expect(told.record.hold).toBeNull();
    const worse = bench.must(bench.order({ lines: COLD, sellerMemo: '加急', buyerMessage: BRUSHED, updatedAt: NOON + 2 * MINUTE }));
    expect(worse.record.hold).toMatchObject({ kind: 'frozen', reasons: [{ ruleId: 'blacklisted-words' }] });
  });

  test('of a stale version is refused without a trace, of an order not held with one', () => {
    bench.must(bench.order({ lines: COLD }));
    expect(release(7)).toMatchObject({ kind: 'refused', code: 'stale_version', audit: null });
    bench.must(release(1));
    expect(release(2)).toMatchObject({ kind: 'refused', code: 'illegal_move', audit: { action: 'order.release.refused', actor: 'lin' } });
  });

  test('an unpaid order goes on waiting for its money', () => {
    bench.must(bench.order({ lines: COLD, status: 'pending_payment', paidMinor: 0, paidAt: null }));
    expect(topics(release(1))).toEqual([]);
  });
});

describe('freeze', () => {
  test('stops an order on its way and calls it back', () => {
    bench.must(bench.order());
    const frozen = bench.must(freeze(1));
    expect(frozen.record.hold).toMatchObject({
      kind: 'frozen',
      releaseAt: null,
      openedBy: 'lin',
      reasons: [{ ruleId: 'operator', sentence: { zh: 'lin 手动冻结：可疑' } }],
    });
    expect(frozen.effects.map((effect) => effect.topic)).toEqual(['wms.recall']);
    expect(frozen.audit.map((entry) => entry.action)).toEqual(['order.frozen', 'fulfilment.recalled']);
  });

  test('is never lifted by the hub: not by time, not by a judgement', () => {
    bench.must(bench.order());
    bench.must(freeze(1));
    bench.now = NOON + 100 * HOUR;
    expect(bench.run('4001', { kind: 'hold-due' })).toMatchObject({ kind: 'unchanged' });
    expect(bench.must(bench.order({ createdAt: NOON, sellerMemo: 'x', updatedAt: NOON + 1 })).record.hold?.kind).toBe('frozen');
  });

  test('can be undone, back to the hold it was', () => {
    bench.must(bench.order({ lines: COLD }));
    bench.must(freeze(1));
    expect(bench.must(undo()).record.hold).toMatchObject({ kind: 'held', reasons: [{ ruleId: 'mixed-storage' }] });
  });

  test('twice, or after the end, is refused', () => {
    bench.must(bench.order());
    bench.must(freeze(1));
    expect(freeze(2)).toMatchObject({ kind: 'refused', code: 'illegal_move' });
    bench.must(bench.order({ status: 'cancelled', updatedAt: NOON + 1 }));
    expect(freeze(3)).toMatchObject({ kind: 'refused', code: 'illegal_move' });
  });
});

describe('undo', () => {
  test('is refused after ten seconds, after anything else, and when there is nothing to take back', () => {
    bench.must(bench.order({ lines: COLD }));
    expect(undo()).toMatchObject({ kind: 'refused', code: 'undo_expired' });
    bench.must(release(1));
    bench.must(bench.command('4001', { kind: 'note', actor: 'wang', text: '看过' }));
    expect(undo()).toMatchObject({ kind: 'refused', code: 'undo_expired', audit: { action: 'order.undo.refused' } });
  });

  test('is refused one millisecond too late', () => {
    bench.must(bench.order({ lines: COLD }));
    bench.must(release(1));
    bench.now = NOON + 10 * SECOND + 1;
    expect(undo()).toMatchObject({ kind: 'refused', code: 'undo_expired' });
  });
});

describe('the clock (C4)', () => {
  test('releases a held order when its time has come, with a trace, and not before', () => {
    bench.must(bench.order({ lines: COLD }));
    bench.now = NOON + 2 * HOUR - 1;
    expect(bench.run('4001', { kind: 'hold-due' })).toMatchObject({ kind: 'unchanged' });
    bench.now = NOON + 2 * HOUR;
    const due = bench.must(bench.run('4001', { kind: 'hold-due' }));
    expect(due).toMatchObject({
      record: { hold: null, clearances: [{ ruleId: 'mixed-storage', by: 'hub' }] },
      audit: [{ actor: 'hub', action: 'order.expired' }],
      effects: [{ topic: 'wms.ship' }],
    });
    expect(due.timeline[0]).toMatchObject({ kind: 'release', text: { zh: '到时无人处理，自动放行' } });
  });
});

describe('the case', () => {
  test('is claimed, put back, handed over, snoozed and noted', () => {
    bench.must(bench.order({ lines: COLD }));
    const claimed = bench.must(bench.command('4001', { kind: 'claim', actor: 'lin', version: 1, assignee: 'lin' }));
    expect(claimed.record.hold?.assignee).toBe('lin');
    const handed = bench.must(bench.command('4001', { kind: 'hand-over', actor: 'lin', version: 2, role: 'finance', note: '查账' }));
    expect(handed.record.hold).toMatchObject({ role: 'finance', assignee: null });
    const snoozed = bench.must(bench.command('4001', { kind: 'snooze', actor: 'wu', version: 3, until: NOON + 15 * MINUTE }));
    expect(snoozed.record.hold).toMatchObject({ snoozedUntil: NOON + 15 * MINUTE, releaseAt: NOON + 2 * HOUR });
    const noted = bench.must(bench.command('4001', { kind: 'note', actor: 'wu', text: '已致电' }));
    expect(noted.record.version).toBe(5);
    expect([claimed, handed, snoozed, noted].map((outcome) => outcome.timeline[0]?.text.zh)).toEqual([
      '由 lin 认领',
      '移交财务：查账',
      '稍后处理（15 分钟）',
      '已致电',
    ]);
  });

  test('needs a hold', () => {
    bench.must(bench.order());
    expect(bench.command('4001', { kind: 'claim', actor: 'lin', version: 1, assignee: 'lin' })).toMatchObject({
      kind: 'refused',
      code: 'illegal_move',
    });
    expect(bench.command('9', { kind: 'undo', actor: 'lin' })).toMatchObject({ kind: 'refused', code: 'not_found' });
  });
});
