import { describe, expect, it } from 'vitest';
import { money, rate, share, whole } from '../../../src-renderer/format/figure.ts';
import { age, countdown, dayAndTime, delay, moment, timeOfDay } from '../../../src-renderer/format/time.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('figures', () => {
  it.each([
    [12_345_678, 'CNY', '¥123\u202f456.78'],
    [5, 'CNY', '¥0.05'],
    [-9_990, 'USD', '−$99.90'],
    [1_234_567, 'JPY', 'JPY\u202f1\u202f234\u202f567'],
    [0, 'CNY', '¥0.00'],
  ])('%d %s is %s', (minor, currency, text) => expect(money(minor, currency)).toBe(text));

  it('separates thousands with a narrow space that does not break', () => {
    expect([999, 1_000, -23_000, 1_234_567].map(whole)).toEqual(['999', '1\u202f000', '−23\u202f000', '1\u202f234\u202f567']);
  });
  it('gives rates one decimal below ten, and none for nothing', () => {
    expect([0, 0.25, 9.94, 23_000].map(rate)).toEqual(['0', '0.3', '9.9', '23\u202f000']);
  });
  it('gives shares one decimal below ten per cent', () => {
    expect([0, 0.032, 0.5, 1].map(share)).toEqual(['0\u202f%', '3.2\u202f%', '50\u202f%', '100\u202f%']);
  });
});

describe('times', () => {
  it.each([
    [-5, '0 s'],
    [42 * SECOND, '42 s'],
    [14 * MINUTE + 59 * SECOND, '14 min'],
    [2 * HOUR + 4 * MINUTE, '2 h 04'],
    [26 * HOUR, '1 d 2 h'],
  ])('an age of %d ms is %s', (duration, text) => expect(age(duration)).toBe(text));

  it('runs clocks down to zero and no further', () => {
    expect([-1, 9_001, 4 * MINUTE + 9 * SECOND, HOUR + 4 * MINUTE + 9 * SECOND].map(countdown)).toEqual([
      '0:00',
      '0:10',
      '4:09',
      '1:04:09',
    ]);
  });
  it('prints delays by their size', () => {
    expect([37.6, 1_400, 12_000, 3 * MINUTE].map(delay)).toEqual(['38 ms', '1.4 s', '12 s', '3 min']);
  });
  it('shows Asia/Shanghai whatever the zone of the machine', () => {
    const at = Date.UTC(2026, 10, 21, 16, 3, 22);
    expect([timeOfDay(at), dayAndTime(at), moment(at)]).toEqual(['00:03:22', '11-22 00:03', '11-22 00:03:22']);
  });
});
