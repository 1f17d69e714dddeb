import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmOf, DEFAULT_ALARM_SETTINGS as settings, stockAlarm, suggestedReplenishment, type AlarmLevel } from '#main/inventory/alarm.ts';

const figures = (available: number, safety = 0) => ({ spot: available, available, presaleQuota: 0, safety });

describe('stock alarms (D4)', () => {
  it.each<[number, number, AlarmLevel, AlarmLevel]>([
    [50, 0, 'none', 'none'],
    [49, 0, 'none', 'low'],
    [0, 0, 'none', 'out'],
    [150, 1000, 'none', 'none'],
    [149, 1000, 'none', 'short'],
    [20, 100, 'none', 'low'],
    [14, 100, 'none', 'short'],
    // Getting better counts from 10 % above the limit that was crossed.
    [54, 0, 'low', 'low'],
    [55, 0, 'low', 'none'],
    [164, 1000, 'short', 'short'],
    [165, 1000, 'short', 'none'],
    [150, 1000, 'low', 'none'],
    // `out` tells the truth at once.
    [1, 0, 'out', 'low'],
    [160, 1000, 'out', 'short'],
    [170, 1000, 'out', 'none'],
  ])('%i available at safety %i, before: %s -> %s', (available, safety, before, after) => {
    expect(alarmOf(figures(available, safety), settings, before)).toBe(after);
  });

  it('does not watch a shelf that only carries presale promises', () => {
    expect(alarmOf({ spot: 0, available: 0, presaleQuota: 40, safety: 0 }, settings)).toBe('none');
    expect(alarmOf({ spot: 0, available: 0, presaleQuota: 40, safety: 10 }, settings)).toBe('out');
  });

  it('does not flap: a level swinging within the margin raises one alarm', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 45, max: 54 }), { minLength: 2, maxLength: 60 }), (levels) => {
        let alarm: AlarmLevel = 'none';
        let raised = 0;
        for (const available of levels) {
          const next = alarmOf(figures(available), settings, alarm);
          if (alarm === 'none' && next !== 'none') raised += 1;
          alarm = next;
        }
        expect(raised).toBe(levels.some((available) => available < 50) ? 1 : 0);
      }),
    );
  });

  it('suggests pieces that end the alarm, reach the safety level and cover a week of sales', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(2000), fc.nat(300), (available, safety, soldLastDay) => {
        const level = { ...figures(available, safety), soldLastDay };
        const after = available + suggestedReplenishment(level, settings);
        expect(alarmOf(figures(after, safety), settings, 'out')).toBe('none');
        expect(after).toBeGreaterThanOrEqual(Math.max(safety, soldLastDay * 7));
      }),
    );
  });

  it('says what is wrong and what to order', () => {
    const level = {
      sku: 'crib',
      name: '婴儿床',
      warehouse: 'suzhou',
      spot: 30,
      reserved: 18,
      available: 12,
      presaleQuota: 0,
      presaleReserved: 0,
      safety: 400,
      soldLastDay: 10,
      coverDays: 1.2,
    };
    const warehouse = { zh: '苏州仓', en: 'Suzhou' };
    expect(stockAlarm({ ...level, alarm: 'short' }, warehouse, settings, 7)).toEqual({
      id: 'crib@suzhou',
      sku: 'crib',
      name: '婴儿床',
      warehouse: 'suzhou',
      level: 'short',
      available: 12,
      limit: 60,
      sentence: {
        zh: '苏州仓「婴儿床」可用 12 件，低于安全库存 400 件的 15%，建议补货 388 件',
        en: 'Suzhou, 婴儿床: 12 available, below 15 % of the safety level 400; replenish 388',
      },
      raisedAt: 7,
      replenish: 388,
    });
    expect(stockAlarm({ ...level, reserved: 30, available: 0, alarm: 'out' }, warehouse, settings, 7)).toMatchObject({
      limit: 60,
      sentence: {
        zh: '苏州仓「婴儿床」已无可用库存（在架 30 件，已预占 30 件），建议补货 400 件',
        en: 'Suzhou, 婴儿床: nothing available (30 on the shelf, 30 reserved); replenish 400',
      },
    });
    expect(() => stockAlarm({ ...level, alarm: 'none' }, warehouse, settings, 7)).toThrow(/crib@suzhou has no alarm/);
  });
});
