import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createDutyTable, type DutyFreeRow } from '#main/engine/index.ts';

const { rows } = JSON.parse(readFileSync(new URL('../../../resources/duty-free.json', import.meta.url), 'utf8')) as { rows: DutyFreeRow[] };
const table = createDutyTable(rows, [
  { from: 'CNY', to: 'JPY', rate: 20, since: '2026-01-01' },
  { from: 'CNY', to: 'JPY', rate: 25, since: '2026-06-01' },
]);
/** Noon in Shanghai. */
const noon = (day: string) => Date.parse(`${day}T04:00:00Z`);

describe('the dated table of duty-free limits (L7)', () => {
  test.each([
    ['CN', '2018-12-31', 200_000],
    ['中国', '2019-01-01', 500_000],
    ['us', '2025-08-28', 80_000],
    ['USA', '2025-08-29', 0],
    ['FR', '2026-06-30', 15_000],
    ['FR', '2026-07-01', 0],
    ['UK', '2026-07-01', 13_500],
    ['AU', '2005-10-31', null],
    ['AU', '2026-07-01', 100_000],
    ['CN', '2015-01-01', null],
    ['BR', '2026-01-01', null],
  ])('%s on %s', (country, day, limit) => {
    expect(table.rowFor(country, noon(day))?.limitMinor ?? null).toBe(limit);
  });

  test('says where and when each limit was published, and no day of a destination has two', () => {
    for (const row of rows) {
      expect(row.source).toMatch(/https?:\/\/[^\s()（）]+/);
      for (const day of [row.from, row.to ?? '9999-12-31', row.published ?? row.from]) expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
      expect(row.to === null || row.from <= row.to).toBe(true);
      for (const other of rows) {
        const shared = other !== row && other.destinations.some((code) => row.destinations.includes(code));
        const apart = (row.to ?? '9999') < other.from || (other.to ?? '9999') < row.from;
        if (shared) expect(apart, `${row.destinations[0]} ${row.from} and ${other.from}`).toBe(true);
      }
    }
  });

  test('marks the limits nobody could confirm, and no other', () => {
    const unconfirmed = rows.filter((row) => row.unconfirmed);
    expect(unconfirmed.map(({ destinations }) => destinations)).toEqual([['SG']]);
    for (const { source } of unconfirmed) expect(source).toContain('was not found');
  });

  test('converts by the rate of the day, both ways, minor units of each currency', () => {
    expect(table.convert(1_000, 'CNY', 'JPY', noon('2026-03-01'))).toBe(200);
    expect(table.convert(1_000, 'CNY', 'JPY', noon('2026-06-01'))).toBe(250);
    expect(table.convert(250, 'JPY', 'CNY', noon('2026-06-01'))).toBe(1_000);
    expect(table.convert(1_000, 'CNY', 'JPY', noon('2025-12-31'))).toBeNull();
    expect(table.convert(1_000, 'CNY', 'USD', noon('2026-06-01'))).toBeNull();
  });
});
