import { describe, expect, test } from 'vitest';
import { countCell, idCell, moneyCell, textCell, timeCell } from '#main/imports/cells.ts';

const value = (cell: { ok: true; value: unknown } | { ok: false }) => (cell.ok ? cell.value : 'fault');

test('an identifier longer than any is told so without being searched', () => {
  const cell = `a${' '.repeat(200_000)}b`;
  expect(idCell(cell)).toEqual(textCell('a'.repeat(201), 200));
  expect(value(idCell(`  '"12345" ${' '.repeat(300)}`))).toBe('12345');
});

describe('money', () => {
  test.each([
    ['199.65', 19_965],
    ['￥1,234.50', 123_450],
    ['¥ 88', 8_800],
    ['1234.5元', 123_450],
    ['19.9', 1_990],
    ['0.005', 1],
    ['0', 0],
    ['', null],
    ['-', null],
    ['null', null],
  ])('%j yuan', (cell, minor) => expect(value(moneyCell(cell, 'yuan', 'CNY'))).toBe(minor));

  test.each(['abc', '-1.00', '1.2.3', '1e3', '99999999999999999'])('%j is no amount', (cell) =>
    expect(moneyCell(cell, 'yuan', 'CNY').ok).toBe(false),
  );

  test('fen are whole', () => {
    expect(value(moneyCell('34900', 'fen', 'CNY'))).toBe(34_900);
    expect(value(moneyCell('34900.0', 'fen', 'CNY'))).toBe(34_900);
    expect(moneyCell('349.5', 'fen', 'CNY').ok).toBe(false);
  });

  test('a currency without minor units is rounded to whole ones', () => expect(value(moneyCell('349.50', 'yuan', 'JPY'))).toBe(350));
});

describe('times', () => {
  const at = Date.parse('2025-06-18T20:15:33+08:00');
  test.each([
    '2025-06-18 20:15:33',
    '2025-06-18T20:15:33',
    '2025/6/18 20:15:33',
    '2025.06.18 20:15:33',
    '2025年6月18日 20:15:33',
    '2025年06月18日20时15分33秒'.replace('日', '日 '),
    '20250618201533',
    '2025-06-18T12:15:33Z',
    '2025-06-18T20:15:33.120+08:00',
    '1750248933',
    '1750248933000',
    String((at + 8 * 3_600_000 - Date.UTC(1899, 11, 30)) / 86_400_000),
  ])('%s', (cell) => expect(Math.floor(Number(value(timeCell(cell))) / 1_000)).toBe(at / 1_000));

  test('a day alone is its beginning in Shanghai', () => {
    expect(value(timeCell('2025-06-18'))).toBe(Date.parse('2025-06-18T00:00:00+08:00'));
    expect(value(timeCell('2025/6/18'))).toBe(Date.parse('2025-06-18T00:00:00+08:00'));
    expect(value(timeCell('45826'))).toBe(Date.parse('2025-06-18T00:00:00+08:00'));
  });

  test.each(['0001-01-01 00:00:00', '1970-01-01 08:00:00', '', '--'])('%j is no time yet', (cell) =>
    expect(value(timeCell(cell))).toBeNull(),
  );

  test.each(['2025-02-30 10:00:00', '2025-13-01', '25:00', 'yesterday', '2025-06-18 24:00:01', '123'])('%j is a fault', (cell) =>
    expect(timeCell(cell).ok).toBe(false),
  );
});

describe('numbers of things', () => {
  test.each([
    ['TB2025061820153', 'TB2025061820153'],
    ["'4837328765348566675", '4837328765348566675'],
    ['="4837328765348566675"', '4837328765348566675'],
    ['4837328765348566675\t', '4837328765348566675'],
    ['', null],
  ])('%j', (cell, id) => expect(value(idCell(cell))).toBe(id));

  test.each(['4.83733E+18', '1E+15'])('%s lost its digits', (cell) => {
    const read = idCell(cell);
    expect(read.ok ? '' : read.reason.zh).toContain('科学计数');
  });

  test.each([
    ['2', 2],
    ['2.0', 2],
    ['1,000', 1_000],
  ])('%s pieces', (cell, count) => expect(value(countCell(cell))).toBe(count));
  test.each(['0', '-1', '1.5', 'two', '1000001'])('%s pieces is a fault', (cell) => expect(countCell(cell).ok).toBe(false));
});

test('text that could not be decoded is named, not kept', () => {
  const read = textCell('上海\uFFFD', 100);
  expect(read.ok ? '' : read.reason.zh).toContain('编码');
  expect(textCell('长'.repeat(101), 100).ok).toBe(false);
});
