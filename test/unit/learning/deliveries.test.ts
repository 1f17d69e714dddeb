import { describe, expect, it } from 'vitest';
import { deliveryFeatures, deliveryRow } from '#main/learning/history/delivery-features.ts';
import { DeliveryHistory } from '#main/learning/history/deliveries.ts';
import type { PromisedOrder } from '#main/learning/history/deliveries.ts';
import { DAY } from '#shared/time.ts';

const FACETS = ['carrier', 'province'];

function order(id: string, due: number, carrier: string | null = 'slow', placed: number | null = due - 3): PromisedOrder {
  return { id, placedAt: placed === null ? null : placed * DAY, dueAt: due * DAY, facets: { carrier, province: '浙江' } };
}

function read(history: DeliveryHistory, feature: string, about: PromisedOrder, day: number) {
  const place = deliveryFeatures(FACETS).findIndex(({ name }) => name === feature);
  return deliveryRow(history, about, day * DAY)[place];
}

describe('the running history of deliveries', () => {
  it('gives as many values as features, and null where nothing like it was seen', () => {
    const history = new DeliveryHistory(FACETS);
    expect(deliveryRow(history, order('a', 5), 4 * DAY)).toHaveLength(deliveryFeatures(FACETS).length);
    expect(read(history, 'late-share:carrier', order('a', 5), 4)).toBeNull();
  });

  it('learns a late arrival only when it is observed', () => {
    const history = new DeliveryHistory(FACETS);
    history.observeOrder(order('a', 5), 2 * DAY);
    const before = read(history, 'late-share:carrier', order('b', 20), 6);
    history.observeArrival({ id: 'a', at: 9 * DAY, arrivedAt: 9 * DAY });
    expect(read(history, 'late-share:carrier', order('b', 20), 10)).toBeGreaterThan(Number(before));
    expect(read(history, 'days-late:carrier', order('b', 20), 10)).toBeCloseTo(1, 1);
    expect(read(history, 'late-share:carrier', order('b', 20, 'quick'), 10)).toBeNull();
    expect(read(history, 'days-since-late:carrier', order('b', 20), 19)).toBeCloseTo(Math.log1p(10));
  });

  it('knows by itself what is overdue, until it arrives or is cancelled', () => {
    const history = new DeliveryHistory(FACETS);
    for (const id of ['a', 'b', 'c']) history.observeOrder(order(id, 5), 1 * DAY);
    const overdue = (day: number) => read(history, 'overdue:carrier', order('x', 30), day);
    expect(overdue(5)).toBe(0);
    expect(overdue(6)).toBeCloseTo(Math.log1p(3));
    history.observeArrival({ id: 'a', at: 7 * DAY, arrivedAt: 7 * DAY });
    history.observeCancelled('b', 7 * DAY);
    expect(overdue(8)).toBeCloseTo(Math.log1p(1));
    expect(read(history, 'arrivals:carrier', order('x', 30), 7)).toBeCloseTo(Math.log1p(1), 1);
  });

  it('passes over arrivals of orders it never took on, and orders told twice', () => {
    const history = new DeliveryHistory(FACETS);
    history.observeArrival({ id: 'stranger', at: DAY, arrivedAt: DAY });
    history.observeOrder(order('a', 5), DAY);
    history.observeOrder(order('a', 5), DAY);
    history.observeArrival({ id: 'a', at: 3 * DAY, arrivedAt: 3 * DAY });
    history.observeArrival({ id: 'a', at: 9 * DAY, arrivedAt: 9 * DAY });
    expect(history.all.late.casesAt(5 * DAY)).toBe(1);
    expect(history.all.lastLateAt).toBeNull();
  });

  it('compares the days promised with what is usual', () => {
    const history = new DeliveryHistory(FACETS);
    for (const id of ['a', 'b']) history.observeOrder(order(id, 10, 'slow', 2), 2 * DAY);
    expect(read(history, 'promise-against-usual:carrier', order('c', 10, 'slow', 8), 9)).toBeCloseTo(Math.log(2 / 8));
    expect(read(history, 'promise-against-usual:carrier', order('c', 10, 'slow', null), 9)).toBeNull();
    expect(read(history, 'due-together:carrier', order('c', 10), 9)).toBeCloseTo(Math.log1p(2));
  });

  it('forgets the longest unused word and the oldest order under way when full', () => {
    const history = new DeliveryHistory(FACETS, { wordsOfFacet: 2, ordersUnderWay: 2 });
    ['one', 'two', 'three'].forEach((carrier, index) => history.observeOrder(order(carrier, 50, carrier), index * DAY));
    expect(history.pastOf('carrier', 'one')).toBeNull();
    expect(history.pastOf('carrier', 'three')).not.toBeNull();
    history.observeArrival({ id: 'one', at: 60 * DAY, arrivedAt: 60 * DAY });
    expect(history.all.late.casesAt(61 * DAY)).toBe(0);
    expect(history.all.overdue).toBe(2);
  });

  it('lets the past fade', () => {
    const history = new DeliveryHistory(FACETS);
    history.observeOrder(order('a', 5), DAY);
    history.observeArrival({ id: 'a', at: 9 * DAY, arrivedAt: 9 * DAY });
    expect(history.all.late.casesAt((5 + 365) * DAY)).toBeCloseTo(0.5);
  });
});
