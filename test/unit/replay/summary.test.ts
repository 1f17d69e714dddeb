import { describe, expect, it } from 'vitest';
import { datacoOrders } from '#main/replay/readers/dataco-orders.ts';
import { renderSummary, summarise } from '#main/replay/summary.ts';
import { Tally } from '#main/replay/tally.ts';

function tally(): Tally {
  const counted = new Tally();
  counted.seenAt(Date.parse('2015-01-01T02:06:00+08:00'));
  for (const id of ['1', '2', '3', '4']) {
    counted.ended('orders');
    counted.judged(id, { hold: 'none', healthScore: 80, repeat: false, at: 0, hits: [] });
    counted.decisionMicros.add(250);
  }
  counted.onHold('1', 'held');
  counted.onHold('2', 'frozen');
  counted.refused({ line: 9, reason: 'not-json', detail: '' });
  return counted;
}

describe('summarise', () => {
  it('is null where there is no label, and says why', () => {
    const summary = summarise(
      tally(),
      { format: datacoOrders, seconds: 0.5, releasedByTimer: 1, tasksByKind: { service: 2, stuck: 1 } },
      null,
    );
    expect(summary).toMatchObject({
      format: 'dataco-orders',
      rows: 5,
      orders: 4,
      refused: 1,
      seconds: 0.5,
      ordersPerSecond: 8,
      held: 1,
      frozen: 1,
      stoppedShare: 0.5,
      tasks: 3,
      precision: null,
      recall: null,
      falseKillRate: null,
      lateAuc: null,
      assessment: null,
      simulatedFrom: '2014-12-31T18:06:00.000Z',
    });
    expect(summary.decisionMicrosP50).toBeGreaterThan(247);
    expect(summary.decisionMicrosP99).toBeLessThan(253);
    expect(summary.notes.join()).toContain('lateAuc is null');
  });

  it('takes its headline from the main label', () => {
    const figures = {
      labelled: 4,
      bad: 1,
      baseRate: 0.25,
      held: 2,
      precision: 0.5,
      recall: 1,
      falseKillRate: 1 / 3,
      byRule: {},
      riskAuc: 0.6,
    };
    const other = { ...figures, precision: 0, recall: 0, falseKillRate: 0 };
    const name = { zh: '坏', en: 'bad' };
    const assessment = {
      outcomeRows: 4,
      unmatchedOutcomes: 0,
      refusedOutcomes: 0,
      firstRefusedOutcomes: [],
      ordersWithoutOutcome: 0,
      mainLabel: 'bad',
      labels: { other: { name, ...other }, bad: { name, ...figures } },
      late: { labelled: 0, late: 0, baseRate: null },
      goodRepeats: { orders: 0, held: 0, heldShare: null },
      notes: ['known limits'],
    };
    const summary = summarise(tally(), { format: datacoOrders, seconds: 1, releasedByTimer: 0, tasksByKind: {} }, assessment);
    expect(summary).toMatchObject({ precision: 0.5, recall: 1, falseKillRate: 1 / 3 });
    expect(summary.notes).toContain('known limits');
    const text = renderSummary(summary, datacoOrders);
    expect(text).toContain('DataCo 订单 · DataCo orders');
    expect(text).toMatch(/精确率 precision +50\.00 %/);
    expect(text).toMatch(/不是有效的 JSON not valid JSON +1/);
    expect(text).not.toContain('undefined');
  });
});
