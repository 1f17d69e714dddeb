import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '#shared/time.ts';
import { DwellTimes, LEAST_ORDERS } from '#main/pulse/dwell.ts';
import { stageLimits } from '#main/pulse/limits.ts';
import { OpenOrders, type OpenOrder } from '#main/pulse/open-orders.ts';

const NOW = Date.UTC(2026, 10, 11, 8);
const LIMITS = stageLimits();

/** Nineteen of twenty orders leave within `usual`, the others after `long`. */
function seen(dwell: DwellTimes, channel: OpenOrder['channel'], usual: number, long = usual * 4, orders = 400): void {
  for (let index = 0; index < orders; index += 1) dwell.of(channel, 'awaiting_shipment').observe(index % 20 === 19 ? long : usual);
}
const learntOf = (dwell: DwellTimes, channel: OpenOrder['channel']) => dwell.learn(LIMITS).get(channel)?.awaiting_shipment;

describe('dwell times', () => {
  it('say nothing of a stage with too little history', () => {
    const dwell = new DwellTimes();
    seen(dwell, 'taobao', 30 * MINUTE, 2 * HOUR, LEAST_ORDERS - 1);
    expect(dwell.learn(LIMITS).size).toBe(0);
    seen(dwell, 'taobao', 30 * MINUTE, 2 * HOUR, 1);
    expect(learntOf(dwell, 'taobao')?.orders).toBe(LEAST_ORDERS);
    expect(dwell.learn(LIMITS).get('taobao')?.paid).toBeUndefined();
  });

  it('are learnt for each channel by itself, to within two and a half percent', () => {
    const dwell = new DwellTimes();
    seen(dwell, 'taobao', 30 * MINUTE);
    seen(dwell, 'jd', 90 * MINUTE);
    for (const [channel, usual] of [
      ['taobao', 30],
      ['jd', 90],
    ] as const) {
      expect(learntOf(dwell, channel)).toMatchObject({ orders: 400 });
      expect(Math.abs((learntOf(dwell, channel)?.amberAfterMs ?? 0) / (usual * MINUTE) - 1)).toBeLessThan(0.026);
    }
    expect(learntOf(dwell, 'douyin')).toBeUndefined();
  });

  it('never move amber beyond the red limit, nor into the first minutes', () => {
    const dwell = new DwellTimes();
    seen(dwell, 'taobao', MINUTE);
    seen(dwell, 'jd', 9 * HOUR);
    expect(learntOf(dwell, 'taobao')?.amberAfterMs).toBe(15 * MINUTE);
    expect(learntOf(dwell, 'jd')?.amberAfterMs).toBe(2 * HOUR);
    // What is normal is told as it is.
    expect(learntOf(dwell, 'jd')?.expectedMs).toBeGreaterThan(8 * HOUR);
  });

  it('are the same after they were kept, and nothing of what is none of them', () => {
    const dwell = new DwellTimes();
    seen(dwell, 'taobao', 30 * MINUTE);
    const again = new DwellTimes();
    again.restore(JSON.parse(JSON.stringify(dwell)));
    expect(again.learn(LIMITS)).toEqual(dwell.learn(LIMITS));
    for (const garbage of [
      null,
      7,
      'x',
      [],
      { taobao: null },
      { taobao: { awaiting_shipment: [[1.5, 2], [900, 5], [3, -1], 'x', null] } },
      { nobody: {} },
    ]) {
      const none = new DwellTimes();
      none.restore(garbage);
      expect(none.of('taobao', 'awaiting_shipment').observations).toBe(0);
    }
  });
});

describe('open orders with learnt limits', () => {
  const order = (orderNo: string, channel: OpenOrder['channel'], minutes: number): OpenOrder => ({
    ...{ orderNo, stage: 'awaiting_shipment', since: NOW - minutes * MINUTE, channel, shopId: 'flagship' },
    ...{ warehouse: 'suzhou', ruleId: null, frozen: false },
  });
  const levels = (orders: OpenOrders, at = NOW) =>
    Object.fromEntries(orders.scan(at).groups.map(({ channel, amber, red }) => [channel, [amber, red]]));

  it('turn amber by the habits of their channel, and red as it is set', () => {
    const orders = new OpenOrders();
    seen(orders.dwell, 'taobao', 20 * MINUTE);
    seen(orders.dwell, 'jd', 100 * MINUTE);
    orders.load([order('T', 'taobao', 30), order('J', 'jd', 80), order('D', 'douyin', 70), order('R', 'jd', 125)]);
    expect(levels(orders)).toEqual({ jd: [1, 1], douyin: [1, 0] });
    orders.setLearnt(orders.dwell.learn(orders.limits));
    const scan = orders.scan(NOW);
    // The red one was told of before and is not told again.
    expect(scan.newlyRed).toEqual([]);
    expect(Object.fromEntries(scan.groups.map(({ channel, amber, red }) => [channel, [amber, red]]))).toEqual({
      taobao: [1, 0],
      douyin: [1, 0],
      jd: [0, 1],
    });
    expect(orders.scan(NOW + 95 * MINUTE).newlyRed.sort()).toEqual(['D', 'J', 'T']);
  });

  it('show the level of a stage by its worst channel', () => {
    const orders = new OpenOrders();
    seen(orders.dwell, 'taobao', 20 * MINUTE);
    orders.setLearnt(orders.dwell.learn(orders.limits));
    const level = () => orders.stageLoads(NOW).find(({ stage }) => stage === 'awaiting_shipment')?.level;
    orders.set(order('D', 'douyin', 40), NOW);
    expect(level()).toBe('green');
    orders.set(order('T', 'taobao', 30), NOW);
    expect(level()).toBe('amber');
    orders.set(order('R', 'jd', 130), NOW);
    expect(level()).toBe('red');
  });

  it('say what is normal for a channel, else everywhere, and from how many orders', () => {
    const orders = new OpenOrders();
    seen(orders.dwell, 'taobao', 20 * MINUTE, 80 * MINUTE, 300);
    orders.setLearnt(orders.dwell.learn(orders.limits));
    expect(orders.expected('awaiting_shipment', 'taobao').learntFrom).toBe(300);
    seen(orders.dwell, 'jd', 60 * MINUTE, 80 * MINUTE, 100);
    expect(orders.expected('awaiting_shipment', 'jd')).toMatchObject({ learntFrom: 400 });
    expect(orders.expected('shipped', 'jd')).toEqual({ ms: LIMITS.shipped.amberAfterMs, learntFrom: null });
  });
});
