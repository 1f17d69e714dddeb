import { describe, expect, it } from 'vitest';
import { Assessment } from '#main/replay/assessment.ts';
import type { OutcomeFormat, OutcomeRow } from '#main/replay/outcomes.ts';
import type { Refusal } from '#main/replay/tally.ts';
import { RecentBuyers, Tally } from '#main/replay/tally.ts';
import { MINUTE } from '#shared/time.ts';

describe('Tally', () => {
  it('counts each row once and tells every refusal', () => {
    const refusals: Refusal[] = [];
    const tally = new Tally((refusal) => refusals.push(refusal));
    tally.ended('orders');
    tally.ended('refunds');
    tally.ended('stockMovements');
    tally.ended('updates');
    tally.refused({ line: 5, reason: 'not-json', detail: '{' });
    tally.refused({ line: 6, reason: 'not-json', detail: '}' });
    expect(tally.rows).toBe(6);
    expect(tally.refusedByReason).toEqual({ 'not-json': 2 });
    expect(refusals.map(({ line }) => line)).toEqual([5, 6]);
  });

  it('keeps the gravest hold of an order, and counts rules of the first verdict', () => {
    const hit = {
      ruleVersion: 1,
      severity: 'medium',
      action: 'hold',
      role: 'risk',
      stock: 'keep',
      sentence: { zh: '', en: '' },
      evidence: '',
    } as const;
    const tally = new Tally();
    tally.judged('1', {
      hold: 'none',
      healthScore: 40,
      repeat: false,
      at: 1,
      hits: [
        { ...hit, ruleId: 'a' },
        { ...hit, ruleId: 'b' },
      ],
    });
    tally.judged('2', { hold: 'none', healthScore: 90, repeat: true, at: 2, hits: [{ ...hit, ruleId: 'a' }] });
    tally.onHold('1', 'frozen');
    tally.onHold('1', 'held');
    tally.onHold('elsewhere', 'held');
    expect(tally.traces).toEqual(
      new Map([
        ['1', { hold: 'frozen', healthScore: 40, repeat: false, at: 1, stoppedBy: [] }],
        ['2', { hold: 'none', healthScore: 90, repeat: true, at: 2, stoppedBy: [] }],
      ]),
    );
    expect([...tally.rulesHit]).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });

  it('spans the simulated time', () => {
    const tally = new Tally();
    for (const at of [50, 90, 70]) tally.seenAt(at);
    expect([tally.firstAt, tally.lastAt]).toEqual([50, 90]);
  });
});

describe('RecentBuyers', () => {
  it('knows who ordered within the window, the edge included', () => {
    const buyers = new RecentBuyers(10 * MINUTE);
    expect(buyers.ordered('a', 0)).toBe(false);
    expect(buyers.ordered('b', MINUTE)).toBe(false);
    expect(buyers.ordered('a', 10 * MINUTE)).toBe(true);
    expect(buyers.ordered('b', 11 * MINUTE + 1)).toBe(false);
    expect(buyers.ordered('a', 20 * MINUTE)).toBe(true);
  });

  it('takes nobody for nobody', () => {
    const buyers = new RecentBuyers(MINUTE);
    expect([buyers.ordered(null, 0), buyers.ordered(null, 1)]).toEqual([false, false]);
  });
});

describe('Assessment', () => {
  const format: OutcomeFormat = {
    id: 'test',
    main: 'bad',
    labels: [
      { id: 'bad', name: { zh: '坏', en: 'bad' }, isBad: (row: OutcomeRow) => (row.bad === '' ? null : row.bad === '1'), knownAfterMs: 0 },
    ],
    isLate: (row) => (row.late === undefined ? null : row.late === '1'),
    arrival: () => null,
    lateByWord: null,
    tellsReturns: false,
    within: null,
    isGoodCustomer: (row) => row.bad === '0',
    notes: ['a note'],
  };

  it('joins by order, measures stopped orders, and lists what did not match', () => {
    const traces = new Map([
      ['1', { hold: 'held' as const, healthScore: 20, repeat: false, at: 0, stoppedBy: ['large', 'burst'] }],
      ['2', { hold: 'frozen' as const, healthScore: 60, repeat: true, at: 0, stoppedBy: ['burst'] }],
      ['3', { hold: 'none' as const, healthScore: 60, repeat: false, at: 0, stoppedBy: [] }],
      ['4', { hold: 'none' as const, healthScore: 90, repeat: true, at: 0, stoppedBy: [] }],
      ['5', { hold: 'none' as const, healthScore: 90, repeat: false, at: 0, stoppedBy: [] }],
      ['6', { hold: 'held' as const, healthScore: 10, repeat: false, at: 0, stoppedBy: [] }],
    ]);
    const assessment = new Assessment(traces);
    const rows: OutcomeRow[] = [
      { order_id: '1', bad: '1', late: '1' },
      { order_id: '2', bad: '0', late: '0' },
      { order_id: '3', bad: '1', late: '' },
      { order_id: '4', bad: '0' },
      { order_id: '5', bad: '' },
      { order_id: '99', bad: '1' },
    ];
    for (const row of rows) assessment.add(format, row);
    assessment.refused({ line: 9, detail: 'order_id is empty' });
    expect(assessment.figures()).toEqual({
      outcomeRows: 6,
      refusedOutcomes: 1,
      firstRefusedOutcomes: [{ line: 9, detail: 'order_id is empty' }],
      unmatchedOutcomes: 1,
      ordersWithoutOutcome: 1,
      mainLabel: 'bad',
      labels: {
        bad: {
          name: { zh: '坏', en: 'bad' },
          labelled: 4,
          bad: 2,
          baseRate: 0.5,
          held: 2,
          precision: 0.5,
          recall: 0.5,
          falseKillRate: 0.5,
          byRule: { burst: { stopped: 2, bad: 1 }, large: { stopped: 1, bad: 1 } },
          riskAuc: 0.875,
        },
      },
      late: { labelled: 3, late: 1, baseRate: 1 / 3 },
      goodRepeats: { orders: 2, held: 1, heldShare: 0.5 },
      notes: ['a note'],
    });
  });
});
