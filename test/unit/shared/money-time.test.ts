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
