import { describe, expect, it } from 'vitest';
import type { StockAlarm, StockLevel } from '#shared/stock.ts';
import { alarmCounts, matchesText, NO_FILTER, shownAlarms, worstOf } from '../../../src-renderer/views/inventory/filter.ts';
import { levelsOf, measureOf, rowsOf, shownRows, sortRows } from '../../../src-renderer/views/inventory/matrix.ts';
import { coverFigure } from '../../../src-renderer/views/inventory/words.ts';

function level(sku: string, warehouse: string, fields: Partial<StockLevel> = {}): StockLevel {
  const plain = {
    spot: 100,
    reserved: 0,
    available: 100,
    presaleQuota: 0,
    presaleReserved: 0,
    safety: 50,
    soldLastDay: 0,
    coverDays: null,
  };
  return { sku, name: `商品 ${sku}`, warehouse, alarm: 'none', ...plain, ...fields };
}
function alarm(id: string, fields: Partial<StockAlarm>): StockAlarm {
  const sentence = { zh: id, en: id };
  return {
    id,
    sku: id,
    name: id,
    warehouse: 'suzhou',
    level: 'low',
    available: 10,
    limit: 50,
    sentence,
    raisedAt: 0,
    replenish: 40,
    ...fields,
  };
}

const LEVELS = [
  level('A', 'suzhou', { available: 40, soldLastDay: 10, alarm: 'low' }),
  level('A', 'hefei', { available: 60, soldLastDay: 0 }),
  level('B', 'suzhou', { available: 0, spot: 0, alarm: 'out' }),
  level('C', 'hefei', { available: 90, soldLastDay: 30, presaleQuota: 20, presaleReserved: 5 }),
];
const rows = rowsOf(LEVELS);
const skus = (list: readonly { sku: string }[]): string => list.map(({ sku }) => sku).join('');

describe('the matrix', () => {
  it('gathers levels into one row per SKU', () => {
    expect(rows.map((row) => [row.sku, [...row.byWarehouse.keys()]])).toEqual([
      ['A', ['suzhou', 'hefei']],
      ['B', ['suzhou']],
      ['C', ['hefei']],
    ]);
  });
  it('narrows to what a warehouse keeps, to an alarm there, and to words of SKU and name', () => {
    expect(skus(shownRows(rows, { ...NO_FILTER, warehouse: 'hefei' }))).toBe('AC');
    expect(skus(shownRows(rows, { ...NO_FILTER, alarm: 'low' }))).toBe('A');
    expect(skus(shownRows(rows, { ...NO_FILTER, alarm: 'low', warehouse: 'hefei' }))).toBe('');
    expect(skus(shownRows(rows, { ...NO_FILTER, text: '商品 c' }))).toBe('C');
  });
  it('tells figures, and nothing where there is nothing to tell', () => {
    const [a, , c] = rows.map((row) => levelsOf(row, null));
    expect(measureOf('available', a ?? [])).toBe(100);
    expect(measureOf('cover', a ?? [])).toBe(10);
    expect(measureOf('presale', a ?? [])).toBeNull();
    expect(measureOf('presale', c ?? [])).toBe(15);
    expect(measureOf('cover', [level('D', 'suzhou')])).toBeNull();
    expect(measureOf('spot', [])).toBeNull();
  });
  it('puts the gravest alarm first, then what is sold out soonest', () => {
    expect(skus(sortRows(rows, { column: 'worst', descending: false }, null))).toBe('BAC');
    expect(skus(sortRows(rows, { column: 'worst', descending: false }, 'hefei'))).toBe('CAB');
  });
  it('sorts by a figure both ways, rows without it last either way', () => {
    expect(skus(sortRows(rows, { column: 'available', warehouse: 'suzhou', descending: false }, null))).toBe('BAC');
    expect(skus(sortRows(rows, { column: 'available', warehouse: 'suzhou', descending: true }, null))).toBe('ABC');
    expect(skus(sortRows(rows, { column: 'cover', warehouse: null, descending: true }, null))).toBe('ACB');
    expect(skus(sortRows(rows, { column: 'sku', descending: true }, null))).toBe('CBA');
  });
});

describe('the filter', () => {
  const alarms = [
    alarm('low-old', { raisedAt: 1 }),
    alarm('out-new', { level: 'out', raisedAt: 9 }),
    alarm('out-old', { level: 'out', raisedAt: 2 }),
    alarm('short', { level: 'short', warehouse: 'hefei', raisedAt: 5 }),
  ];
  it('lists alarms gravest first, then the longest standing', () => {
    expect(shownAlarms(alarms, NO_FILTER).map(({ id }) => id)).toEqual(['out-old', 'out-new', 'short', 'low-old']);
    expect(shownAlarms(alarms, { ...NO_FILTER, warehouse: 'hefei' }).map(({ id }) => id)).toEqual(['short']);
    expect(shownAlarms(alarms, { ...NO_FILTER, alarm: 'out', text: 'new' }).map(({ id }) => id)).toEqual(['out-new']);
  });
  it('counts every level within warehouse and text, whichever level is chosen', () => {
    expect(alarmCounts(alarms, { ...NO_FILTER, alarm: 'low', warehouse: 'suzhou' })).toEqual({ out: 2, short: 0, low: 1 });
  });
  it('wants every word, in any case and order', () => {
    expect(matchesText({ sku: 'MB-1001', name: '有机米粉 250g' }, '250G mb-')).toBe(true);
    expect(matchesText({ sku: 'MB-1001', name: '有机米粉 250g' }, '250g mc-')).toBe(false);
    expect(matchesText({ sku: 'MB-1001', name: '有机米粉' }, '  ')).toBe(true);
  });
  it('knows the gravest of several', () => {
    expect(worstOf(['low', 'out', 'none', 'short'])).toBe('out');
    expect(worstOf([])).toBe('none');
  });
});

it('tells cover to a tenth while it is short, and no further than it means anything', () => {
  expect([0, 4.25, 9.96, 42.4, 74_720.5].map(coverFigure)).toEqual(['0.0', '4.3', '10.0', '42', '>999']);
});
