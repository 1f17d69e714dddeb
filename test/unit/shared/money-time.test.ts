import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minorToDecimal, toMinor } from '#shared/money.ts';
import { businessCompactStamp, businessDayStart, businessHour, DAY, HOUR, parseBusinessTime } from '#shared/time.ts';

describe('money', () => {
  it.each([
    ['349.00', 'CNY', 34900],
    ['0.1', 'CNY', 10],
    ['-12.345', 'CNY', -1235],
    ['12.3449', 'CNY', 1234],
    [19.9, 'CNY', 1990],
    ['1200', 'JPY', 1200],
    ['1.2345', 'KWD', 1235],
    ['', 'CNY', null],
    ['1,200.00', 'CNY', null],
    ['abc', 'CNY', null],
    ['99999999999999999', 'CNY', null],
    ['90071992547409.91', 'CNY', 9_007_199_254_740_991],
    ['90071992547409.92', 'CNY', null],
    ['0.995', 'CNY', 100],
    ['-0.00', 'CNY', 0],
    ['+5', 'CNY', 500],
    ['12.', 'CNY', 1200],
    ['.5', 'CNY', null],
    ['1.2.3', 'CNY', null],
    ['1e3', 'CNY', null],
    ['-', 'CNY', null],
    ['12.5', 'KRW', 13],
    ['12.5', 'CLP', 13],
    ['1.5', 'JOD', 1500],
    ['1.5', 'constructor', 150],
  ])('reads %s %s as %s minor units', (text, currency, minor) => {
    expect(toMinor(text, currency)).toBe(minor);
  });

  it('prints and reads back any amount unchanged', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom('CNY', 'JPY', 'KWD'), (minor, currency) => {
        expect(toMinor(minorToDecimal(minor, currency), currency)).toBe(minor === 0 ? 0 : minor);
      }),
    );
  });
});

describe('business time', () => {
  it('reads platform strings without zone as GMT+8 and keeps a zone that is there', () => {
    const expected = Date.UTC(2025, 5, 18, 12, 15, 33);
    expect(parseBusinessTime('2025-06-18 20:15:33')).toBe(expected);
    expect(parseBusinessTime('2025-06-18T20:15:33')).toBe(expected);
    expect(parseBusinessTime('2025-06-18T12:15:33Z')).toBe(expected);
    expect(parseBusinessTime('2025-06-18T20:15:33+08:00')).toBe(expected);
    expect(parseBusinessTime('2025-06-18')).toBe(Date.UTC(2025, 5, 17, 16));
    expect(parseBusinessTime('soon')).toBeNull();
  });

  it('reads every moment of four centuries as the standard library does, whatever the zone', () => {
    const first = Date.UTC(1900, 0, 1);
    const last = Date.UTC(2299, 11, 31);
    const zones = ['', 'Z', '+08:00', '+07:00', '-03:30', '+0530'];
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), fc.constantFrom(...zones), fc.constantFrom(' ', 'T'), (at, zone, between) => {
        const plain = new Date(at).toISOString().slice(0, 19);
        const expected = Date.parse(`${plain}${zone === '' ? '+08:00' : zone}`);
        expect(parseBusinessTime(`${plain.replace('T', between)}${zone}`)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
    expect(parseBusinessTime('2024-02-29 00:00:00')).toBe(Date.parse('2024-02-29T00:00:00+08:00'));
    expect(parseBusinessTime('2025-13-01 00:00:00')).toBeNull();
    expect(parseBusinessTime('2025-06-18 25:00:00')).toBeNull();
    expect(parseBusinessTime('0000-00-00 00:00:00')).toBeNull();
  });

  it('knows the local hour, the local day and the stamp of an order number', () => {
    const at = Date.UTC(2025, 5, 18, 16, 15, 33, 42);
    expect(businessHour(at)).toBe(0);
    expect(businessDayStart(at)).toBe(Date.UTC(2025, 5, 18, 16));
    expect(businessCompactStamp(at)).toBe('20250619001533042');
  });

  it('starts a day at most 24 hours before any moment in it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (at) => {
        const start = businessDayStart(at);
        expect(at - start).toBeGreaterThanOrEqual(0);
        expect(at - start).toBeLessThan(DAY);
        expect(Math.floor((at - start) / HOUR)).toBe(businessHour(at));
      }),
    );
  });
});
