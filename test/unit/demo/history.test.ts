import { describe, expect, it } from 'vitest';
import { refundedMinor } from '#main/demo/order.ts';
import { keyOf } from '#main/demo/world.ts';
import { NOON, simulate } from './simulate.ts';

const { history } = simulate({ seed: 'history', minutes: 0, orders: 1_200 });
const orders = history.postings.map(({ order }) => order);
const HOUR = 3_600_000;

describe('the history', () => {
  it('lies before the start, each order once and told as it stands now', () => {
    expect(orders.length).toBe(1_200);
    expect(new Set(orders.map(keyOf)).size).toBe(1_200);
    for (const { at, order, history: past } of history.postings) {
      expect(past).toBe(true);
      expect(at).toBe(order.updatedAt);
      expect(at).toBeLessThanOrEqual(NOON);
      expect(order.createdAt).toBeLessThanOrEqual(order.updatedAt);
      if (order.paidAt !== null) expect(order.paidAt).toBeLessThanOrEqual(order.updatedAt);
      expect(order.createdAt).toBeGreaterThan(NOON - 26 * 24 * HOUR);
    }
  });

  it('leaves the last five minutes to the present and grows thinner the longer ago', () => {
    const within = (from: number, to: number): number =>
      orders.filter(({ createdAt }) => NOON - createdAt >= from && NOON - createdAt < to).length / (to - from);
    expect(within(0, 5 * 60_000)).toBe(0);
    expect(within(5 * 60_000, HOUR)).toBeGreaterThan(5 * within(HOUR, 24 * HOUR));
    expect(within(HOUR, 24 * HOUR)).toBeGreaterThan(5 * within(24 * HOUR, 600 * HOUR));
  });

  it('has parcels that a slow carrier keeps for days', () => {
    const long = orders.filter(({ status, updatedAt }) => status === 'shipped' && NOON - updatedAt > 36 * HOUR);
    expect(long.length).toBeGreaterThan(0);
    expect(new Set(long.map(({ carrier }) => carrier))).toEqual(new Set(['山海物流']));
  });

  it('has every state, with money that fits it', () => {
    const states = new Set(orders.map(({ status }) => status));
    expect([...states].sort()).toEqual(['cancelled', 'completed', 'delivered', 'paid', 'pending_payment', 'refunded', 'shipped']);
    for (const order of orders) {
      expect(order.paidMinor).toBe(order.paidAt === null ? 0 : order.totalMinor);
      expect(refundedMinor(order)).toBe(order.status === 'refunded' ? order.paidMinor : 0);
      expect(order.trackingNumber !== null).toBe(['shipped', 'delivered', 'completed', 'refunded'].includes(order.status));
    }
  });

  it('gives many customers a past and a usual area', () => {
    const perBuyer = new Map<string, typeof orders>();
    for (const order of orders) perBuyer.set(order.buyer.key, [...(perBuyer.get(order.buyer.key) ?? []), order]);
    const regulars = [...perBuyer.values()].filter((list) => list.length >= 3);
    expect(regulars.length).toBeGreaterThan(100);
    for (const list of regulars) {
      const plain = list.filter(({ trouble }) => trouble === null);
      expect(new Set(plain.map(({ receiver }) => receiver.city)).size).toBeLessThanOrEqual(1);
    }
  });

  it('knows a remote region from which more than 15 % came back', () => {
    const remote = orders.filter(({ receiver }) => receiver.province === '新疆维吾尔自治区');
    expect(remote.length).toBeGreaterThanOrEqual(30);
    expect(remote.filter(({ status }) => status === 'refunded').length / remote.length).toBeGreaterThan(0.15);
  });

  it('leaves a few parcels lost for hours and puts trouble only into young orders', () => {
    const lost = orders.filter(({ stuck }) => stuck);
    expect(lost.length).toBe(7);
    for (const { status, paidAt } of lost) {
      expect(status).toBe('paid');
      expect(NOON - (paidAt ?? NOON)).toBeGreaterThan(2 * HOUR);
    }
    const troubled = orders.filter(({ trouble }) => trouble !== null);
    expect(troubled.length).toBeGreaterThan(5);
    expect(troubled.length).toBeLessThan(70);
    for (const { createdAt } of troubled) expect(NOON - createdAt).toBeLessThan(1.5 * HOUR);
  });

  it('lets what is open go on', () => {
    const open = new Set(history.orders.map(keyOf));
    for (const order of orders)
      expect(open.has(keyOf(order))).toBe(['pending_payment', 'paid', 'shipped', 'delivered'].includes(order.status));
    const planned = new Set(history.steps.map(({ key }) => key));
    for (const order of history.orders) expect(planned.has(keyOf(order))).toBe(order.status !== 'paid');
  });
});
