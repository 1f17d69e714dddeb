import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpeningStock } from '#main/replay/opening-stock.ts';
import { readOptions, UsageError } from '#main/replay/options.ts';
import { readOrderFile, recogniseFile } from '#main/replay/order-file.ts';
import type { NumberedRow } from '#main/replay/order-file.ts';
import { ownOrders } from '#main/replay/readers/own-orders.ts';
import type { Row } from '#main/replay/readers/row.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-replay-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.join('\n'));
  return path;
}

const order = JSON.stringify({
  channelOrderId: 9_007_199,
  status: 'paid',
  currency: 'CNY',
  updatedAt: '2026-03-01T10:05:00+08:00',
  lines: [{ sku: 'A', quantity: 1, unitPriceMinor: 100 }],
});

describe('order files', () => {
  it('are recognised past broken lines at their head', async () => {
    expect((await recogniseFile(file('head.jsonl', '', '{broken', '[]', order))).id).toBe('own-orders');
  });

  it('of no known kind are refused with the kinds that are', async () => {
    const path = file('other.jsonl', ...Array.from({ length: 20 }, () => '{"a":1}'), order);
    await expect(recogniseFile(path)).rejects.toThrow(
      /no order file known here.*DataCo orders, Online Retail events, SCMS shipments, OrderPulse orders/,
    );
    await expect(recogniseFile(file('nothing.jsonl', ''))).rejects.toThrow(/no order file known here/);
  });

  it('give every line that is not blank as one row, numbered as an editor shows it', async () => {
    const rows: NumberedRow[] = [];
    const path = file('mixed.jsonl', order, '', '{broken', order.replace('9007199', '12345678901234567890'), '"text"');
    for await (const row of readOrderFile(path, ownOrders)) rows.push(row);
    expect(rows.map(({ line, row }) => [line, row.kind === 'refused' ? row.reason : row.kind])).toEqual([
      [1, 'order'],
      [3, 'not-json'],
      [4, 'order'],
      [5, 'wrong-shape'],
    ]);
    const [, , large] = rows;
    expect(large?.row).toMatchObject({ order: { channelOrderId: '12345678901234567890' } });
  });
});

describe('OpeningStock', () => {
  const sold = (quantity: number): Row => ({
    kind: 'order',
    at: 0,
    promisedAt: null,
    order: { lines: [{ sku: 'A', name: '', quantity, unitPriceMinor: 1 }] } as Extract<Row, { kind: 'order' }>['order'],
  });
  const adjusted = (quantity: number): Row => ({
    kind: 'stock',
    at: 0,
    adjustments: [{ sku: 'A', name: '', warehouse: 'w', quantity, note: '' }],
  });

  it('is the least with which the history never runs out', () => {
    const step = fc.oneof(fc.integer({ min: 1, max: 50 }).map(sold), fc.integer({ min: -50, max: 50 }).map(adjusted));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const stock = new OpeningStock();
        for (const row of [...steps, adjusted(0)]) stock.add(row);
        let level = stock.places()[0]?.spot ?? Number.NaN;
        let lowest = level;
        for (const row of steps) {
          level +=
            row.kind === 'order' ? -(row.order.lines[0]?.quantity ?? 0) : row.kind === 'stock' ? (row.adjustments[0]?.quantity ?? 0) : 0;
          lowest = Math.min(lowest, level);
        }
        expect(lowest).toBeGreaterThanOrEqual(0);
        expect(lowest === 0 || stock.places()[0]?.spot === 0).toBe(true);
      }),
    );
  });

  it('leaves articles alone that the file only sells', () => {
    const stock = new OpeningStock();
    stock.add(sold(5));
    expect(stock.places()).toEqual([]);
  });
});

describe('readOptions', () => {
  it('reads every option, and times without a zone as GMT+8', () => {
    const args = ['--orders', 'a.gz', '--outcomes', 'b.gz', '--until', '2011-03-01', '--refusals', 'r.jsonl', '--data', 'd', '--json'];
    expect(readOptions(args)).toEqual({
      orders: 'a.gz',
      outcomes: 'b.gz',
      refusals: 'r.jsonl',
      data: 'd',
      until: Date.parse('2011-03-01T00:00:00+08:00'),
      json: true,
      ...{ history: null, historyOutcomes: null, mostFalseKills: 0.005 },
    });
    const more = ['--history', 'h.gz', '--history-outcomes', 'ho.gz', '--most-false-kills', '0.25'];
    expect(readOptions(['--orders', 'a.gz', ...more])).toMatchObject({ history: 'h.gz', historyOutcomes: 'ho.gz', mostFalseKills: 0.0025 });
    expect(readOptions(['--help'])).toBeNull();
  });

  it.each([
    [[]],
    [['--orders']],
    [['--orders', 'a', '--until', 'soon']],
    [['--order', 'a']],
    [['a.gz']],
    [['--orders', 'a', '--most-false-kills', 'few']],
    [['--orders', 'a', '--most-false-kills', '']],
    [['--orders', 'a', '--history-outcomes', 'b']],
  ])('refuses %j', (args) => {
    expect(() => readOptions(args)).toThrow(UsageError);
  });
});
