import { describe, expect, it } from 'vitest';
import { LiveReturns } from '#main/hub/forecast/live-returns.ts';
import { RollingForecast } from '#main/hub/forecast/rolling.ts';
import { PURCHASE_FEATURES } from '#main/learning/history/purchase-features.ts';
import type { Forecast } from '#main/learning/forecast.ts';
import type { RefundEntry } from '#main/model/incoming.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { DAY, MINUTE } from '#shared/time.ts';
import { Bench, NOON } from '#test/unit/engine/world.ts';

const FOLLOWED = 200;

/** Paid orders of as many buyers, a minute apart; every fourth gets its money back later. */
function orders(count: number): OrderRecord[] {
  const bench = new Bench();
  const first = bench.must(bench.order()).record;
  return Array.from({ length: count }, (_, index) => ({
    ...first,
    orderNo: `TB-${index}`,
    createdAt: NOON + index * MINUTE,
    keys: { ...first.keys, buyer: `buyer-${index}` },
  }));
}

function refunded(record: OrderRecord, id = 'r1'): OrderRecord {
  const refund: RefundEntry = { id, state: 'succeeded', amountMinor: record.paidMinor, at: record.createdAt, lines: [], reason: '' };
  return { ...record, refunds: [refund] };
}

function forecast(): { live: LiveReturns; rolling: RollingForecast<Forecast> } {
  const rolling = new RollingForecast<Forecast>({ fit: () => expect.unreachable('nothing is fitted here') });
  return { live: new LiveReturns(rolling, FOLLOWED), rolling };
}

describe('the live return forecast', () => {
  it('follows a bounded share of many orders, chosen without regard to what becomes of them', () => {
    const { live, rolling } = forecast();
    const all = orders(3_000);
    for (const record of all) live.observe(record, record.createdAt);
    for (const [index, record] of all.entries()) if (index % 4 === 0) live.observe(refunded(record), NOON + 3 * DAY);
    live.passTime(NOON + 40 * DAY);
    const { yes, no } = rolling.known;
    expect(yes + no).toBeLessThanOrEqual(FOLLOWED);
    expect(yes + no).toBeGreaterThan(FOLLOWED / 4);
    expect(yes / (yes + no)).toBeGreaterThan(0.1);
    expect(yes / (yes + no)).toBeLessThan(0.4);
  });

  it('teaches of every order while there are few', () => {
    const { live, rolling } = forecast();
    const all = orders(40);
    for (const record of all) live.observe(record, record.createdAt);
    for (const record of all.slice(0, 10)) live.observe(refunded(record), NOON + 2 * DAY);
    live.passTime(NOON + 40 * DAY);
    expect(rolling.known).toEqual({ yes: 10, no: 30 });
  });

  it('reads an order once and counts a refund once, however often the order is told', () => {
    const { live, rolling } = forecast();
    const [record] = orders(1) as [OrderRecord];
    for (let day = 0; day < 5; day += 1) live.observe(refunded(record), NOON + day * DAY);
    const other = { ...record, orderNo: 'TB-next', createdAt: NOON + 6 * DAY };
    live.observe(other, other.createdAt);
    live.passTime(NOON + 60 * DAY);
    expect(rolling.samples.map(({ outcome }) => outcome)).toEqual([true, false]);
    const [, next] = rolling.samples;
    expect(next?.row[PURCHASE_FEATURES.findIndex(({ name }) => name === 'buyer-returned-orders')]).toBe(1);
  });
});
