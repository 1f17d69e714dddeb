import { describe, expect, it } from 'vitest';
import { planOf } from '#main/hub/forecast/delay-plan.ts';
import { LiveDelays } from '#main/hub/forecast/live-delays.ts';
import { OWN_WORDS } from '#main/hub/forecast/order-view.ts';
import { RollingForecast } from '#main/hub/forecast/rolling.ts';
import type { Forecast } from '#main/learning/forecast.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { stageLimits } from '#main/pulse/limits.ts';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import { Bench, NOON } from '#test/unit/engine/world.ts';

const MOST = 200;

/** Paid orders, a minute apart. */
function orders(count: number): OrderRecord[] {
  const bench = new Bench();
  const first = bench.must(bench.order()).record;
  return Array.from({ length: count }, (_, index) => {
    const at = NOON + index * MINUTE;
    return { ...first, orderNo: `TB-${index}`, status: 'paid', hold: null, createdAt: at, paidAt: at, statusSince: at };
  });
}

function delivered(record: OrderRecord, at: number): OrderRecord {
  return { ...record, status: 'delivered', statusSince: at, arrivedAt: at };
}

function forecast(): { live: LiveDelays; rolling: RollingForecast<Forecast> } {
  const rolling = new RollingForecast<Forecast>({ fit: () => expect.unreachable('nothing is fitted here') });
  const limits = stageLimits();
  return { live: new LiveDelays(planOf(OWN_WORDS, { words: [], numbers: [] }), rolling, () => limits, MOST), rolling };
}

describe('the live delay forecast', () => {
  it('expects nothing more of an order promised long ago without a word, and keeps nothing of it', () => {
    const { live, rolling } = forecast();
    for (const record of orders(20)) live.observe(record, record.createdAt);
    live.passTime(NOON + 30 * DAY);
    expect([...live.open.values()].filter(({ overdue }) => overdue)).toHaveLength(20);
    live.passTime(NOON + 70 * DAY);
    expect(live.open.size).toBe(0);
    // Nobody told that these were late: they are no evidence.
    expect(rolling.known).toEqual({ yes: 0, no: 0 });
  });

  it('follows a bounded share of many orders, chosen without regard to what becomes of them', () => {
    const { live, rolling } = forecast();
    const all = orders(3_000);
    for (const record of all) {
      live.observe(record, record.createdAt);
      expect(live.open.size).toBeLessThanOrEqual(MOST);
    }
    const open = live.open.size;
    expect(open).toBeGreaterThan(MOST / 8);
    // Every fourth comes days late.
    const arrivals = all.map((record, index) => ({ record, at: record.createdAt + (index % 4 === 0 ? 10 * DAY : HOUR) }));
    for (const { record, at } of arrivals.sort((a, b) => a.at - b.at)) live.observe(delivered(record, at), at);
    expect(live.open.size).toBe(0);
    const { yes, no } = rolling.known;
    expect(yes + no).toBe(open);
    expect(yes / (yes + no)).toBeGreaterThan(0.1);
    expect(yes / (yes + no)).toBeLessThan(0.45);
  });

  it('follows every order while there are few, and teaches each once', () => {
    const { live, rolling } = forecast();
    for (const record of orders(40)) {
      live.observe(record, record.createdAt);
      live.observe(record, record.createdAt + 1);
    }
    for (const [index, record] of orders(40).entries()) live.observe(delivered(record, NOON + (index < 10 ? 9 : 1) * DAY), NOON + 10 * DAY);
    expect(rolling.known).toEqual({ yes: 10, no: 30 });
  });
});
