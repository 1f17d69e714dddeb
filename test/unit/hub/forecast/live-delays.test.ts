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

const MOST = { learntFrom: 200, listed: 40 };

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

  it('learns from a bounded share of many orders, chosen without regard to what becomes of them', () => {
    const { live, rolling } = forecast();
    const all = orders(3_000);
    for (const record of all) {
      live.observe(record, record.createdAt);
      expect(live.open.size).toBeLessThanOrEqual(MOST.learntFrom + MOST.listed);
    }
    const learnt = [...live.open.values()].filter(({ learns }) => learns).length;
    expect(learnt).toBeGreaterThan(MOST.learntFrom / 8);
    // Every fourth comes days late.
    const arrivals = all.map((record, index) => ({ record, at: record.createdAt + (index % 4 === 0 ? 10 * DAY : HOUR) }));
    for (const { record, at } of arrivals.sort((a, b) => a.at - b.at)) live.observe(delivered(record, at), at);
    expect(live.open.size).toBe(0);
    const { yes, no } = rolling.known;
    expect(yes + no).toBe(learnt);
    expect(yes / (yes + no)).toBeGreaterThan(0.1);
    expect(yes / (yes + no)).toBeLessThan(0.45);
  });

  it('follows the likeliest of the orders it does not learn from, and says that others are not followed', () => {
    let asked = 0;
    // The hundredth, the two hundredth and so on of the orders will almost surely be late.
    const model = { explain: () => ({ probability: (asked++ % 100) / 100, reasons: [] }) } as unknown as Forecast;
    const keeper = { model, read: () => undefined, learn: () => undefined, forget: () => undefined };
    const limits = stageLimits();
    const live = new LiveDelays(planOf(OWN_WORDS, { words: [], numbers: [] }), keeper, () => limits, MOST);
    const all = orders(1_000);
    expect(live.partialAt(NOON)).toBe(false);
    for (const record of all) live.observe(record, record.createdAt);
    const surely = all.filter((_, index) => index % 100 === 99).map(({ orderNo }) => orderNo);
    expect(surely.filter((orderNo) => !live.open.has(orderNo))).toEqual([]);
    expect(live.partialAt(NOON + 1_000 * MINUTE)).toBe(true);
    live.passTime(NOON + 70 * DAY);
    expect([live.open.size, live.partialAt(NOON + 70 * DAY)]).toEqual([0, false]);
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
