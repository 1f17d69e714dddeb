import { describe, expect, it } from 'vitest';
import { count, fen, rows, text, time, yuan } from '#main/channels/kit/fields.ts';

const AT = Date.parse('2025-06-18T20:15:33+08:00');

describe('points in time', () => {
  it.each([
    ['2025-06-18 20:15:33'],
    ['2025-06-18T20:15:33'],
    ['2025/06/18 20:15:33'],
    ['2025-06-18 20:15:33.000'],
    ['2025-06-18T12:15:33Z'],
    ['2025-06-18 19:15:33 +0700'],
    ['2025-06-18T20:15:33.000+0800'],
    [AT],
    [AT / 1_000],
    [String(AT)],
    [String(AT / 1_000)],
  ])('%j is one and the same', (written) => expect(time(written)).toBe(AT));

  it.each([
    [0],
    ['0'],
    [''],
    ['null'],
    [null],
    [undefined],
    [-1],
    ['soon'],
    [{}],
    ['0000-00-00 00:00:00'],
    ['0001-01-01'],
    ['0001-01-01 00:00:00'],
    ['1970-01-01 00:00:00'],
    ['1970-01-01 08:00:00'],
    ['9999-12-31 23:59:59'],
    [253402271999000],
    ['9223372036854775807'],
  ])('%j is none', (nothing) => expect(time(nothing)).toBeNull());
});

describe('sums and counts', () => {
  it.each([
    ['0.1', 10],
    ['12', 1_200],
    [12.3, 1_230],
    ['1,234.50', 123_450],
    [-0.01, -1],
    ['-3.00', -300],
    [19.9, 1_990],
    [0.1 + 0.2, 30],
    ['19.999', 2_000],
    [null, 0],
    ['', 0],
    ['null', 0],
    [undefined, 0],
    ['free', 0],
  ])('%j yuan are %i fen', (written, minor) => expect(yuan(written)).toBe(minor));

  it.each([
    [1990, 1_990],
    ['1990', 1_990],
    ['1,990', 1_990],
    [-1, -1],
    [null, 0],
    ['', 0],
    ['99999999999999999999', 0],
  ])('%j fen are %i', (written, minor) => expect(fen(written)).toBe(minor));

  it('a count that is text is a count', () => expect(count(' 3 ')).toBe(3));
  it('a number is written as it stands', () => expect(text(1.5)).toBe('1.5'));
});

describe('rows of a list', () => {
  const [a, b] = [{ id: 1 }, { id: 2 }];

  it.each([
    ['an array', [a, b], [a, b]],
    ['an array under its name', { order: [a, b] }, [a, b]],
    ['one row alone', a, [a]],
    ['one row under its name', { order: a }, [a]],
    ['nothing under its name', { order: null }, []],
    ['no list', null, []],
    ['text', 'order', []],
    ['holes', [null, a, '', 7], [a]],
  ])('%s', (_what, value, expected) => expect(rows(value, 'order')).toEqual(expected));
});

it('what is far longer than a time is none, and is not searched for one', () => {
  expect(time(`2025-06-18 20:15:33${' '.repeat(300_000)}x`)).toBeNull();
});
