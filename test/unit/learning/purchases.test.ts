import { describe, expect, it } from 'vitest';
import { PURCHASE_FEATURES, purchaseRow } from '#main/learning/history/purchase-features.ts';
import type { PurchaseFeature } from '#main/learning/history/purchase-features.ts';
import { PurchaseHistory } from '#main/learning/history/purchases.ts';
import type { Purchase, PurchaseLine } from '#main/learning/history/purchases.ts';
import { DAY, HOUR } from '#shared/time.ts';

function purchase(orderId: string, at: number, lines: PurchaseLine[], buyer: string | null = 'ann'): Purchase {
  const totalMinor = lines.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
  return { orderId, at, buyer, region: '浙江', totalMinor, lines };
}

const cups = (quantity: number, unitPriceMinor = 200): PurchaseLine => ({ sku: 'CUP', quantity, unitPriceMinor });
const jars = (quantity: number): PurchaseLine => ({ sku: 'JAR', quantity, unitPriceMinor: 500 });

function read(history: PurchaseHistory, feature: PurchaseFeature, about: Purchase) {
  return purchaseRow(history, about)[PURCHASE_FEATURES.findIndex(({ name }) => name === feature)];
}

function seen(...purchases: Purchase[]): PurchaseHistory {
  const history = new PurchaseHistory();
  purchases.forEach((each) => history.observeOrder(each));
  return history;
}

describe('the running history of purchases', () => {
  it('reads a first order without a past', () => {
    const row = purchaseRow(new PurchaseHistory(), purchase('1', DAY, [cups(3)], null));
    expect(row).toHaveLength(PURCHASE_FEATURES.length);
    expect(read(new PurchaseHistory(), 'amount-against-buyer-mean', purchase('1', DAY, [cups(3)]))).toBeNull();
    expect(read(new PurchaseHistory(), 'lines', purchase('1', DAY, [cups(3), jars(1)]))).toBe(2);
  });

  it('reads hour, weekday and day of the year where the buyers live', () => {
    // Monday the 23rd of November, one o'clock at night in Shanghai; in Greenwich it was still Sunday.
    const night = purchase('1', Date.UTC(2026, 10, 22, 17), [cups(1)]);
    const newYear = purchase('2', Date.UTC(2026, 11, 31, 16), [cups(1)]);
    const placed = (about: Purchase) =>
      (['hour-of-day', 'weekday', 'day-of-year'] as const).map((feature) => read(new PurchaseHistory(), feature, about));
    expect(placed(night)).toEqual([1, 1, 326]);
    expect(placed(newYear)).toEqual([0, 5, 0]);
  });

  it('reading changes nothing', () => {
    const history = seen(purchase('1', DAY, [cups(3)]));
    const next = purchase('2', 2 * DAY, [cups(5)]);
    expect(purchaseRow(history, next)).toEqual(purchaseRow(history, next));
  });

  it('compares an order with the buyer and the article', () => {
    const history = seen(...[1, 2, 3].map((day) => purchase(String(day), day * DAY, [cups(2)])));
    const slip = purchase('4', 4 * DAY, [cups(2_000)]);
    expect(read(history, 'amount-against-buyer-mean', slip)).toBeCloseTo(Math.log(1_000));
    expect(read(history, 'quantity-against-article-largest', slip)).toBeCloseTo(Math.log(1_000));
    expect(read(history, 'quantity-against-article-usual', slip)).toBeCloseTo(Math.log(1_000) / 0.3);
    expect(read(history, 'buyer-orders', slip)).toBeCloseTo(Math.log(4));
    expect(read(history, 'buyer-hours-since-order', slip)).toBeCloseTo(Math.log1p(24));
    expect(read(history, 'shared-with-last-order', purchase('4', 4 * DAY, [cups(1), jars(1)]))).toBe(0.5);
    expect(read(history, 'new-articles', purchase('4', 4 * DAY, [cups(1), jars(1)]))).toBe(1);
  });

  it('learns returns when they are observed, once an order', () => {
    const history = seen(purchase('1', DAY, [cups(2), jars(1)]));
    const next = purchase('2', 10 * DAY, [cups(2)]);
    const before = read(history, 'buyer-return-share', next);
    const back = { at: 3 * DAY, buyer: 'ann', orderId: null, totalMinor: 400, lines: [{ sku: 'CUP', quantity: 2 }] };
    history.observeReturn(back, '浙江');
    history.observeReturn({ ...back, lines: [{ sku: 'JAR', quantity: 1 }] }, '浙江');
    expect(read(history, 'buyer-returned-orders', next)).toBe(1);
    expect(read(history, 'buyer-return-share', next)).toBeGreaterThan(Number(before));
    expect(read(history, 'buyer-hours-since-return', next)).toBeCloseTo(Math.log1p((7 * DAY) / HOUR));
    expect(read(history, 'repeats-return-share', next)).toBe(1);
    expect(read(history, 'repeats-return-share', purchase('2', 10 * DAY, [cups(3)]))).toBe(0);
    expect(read(history, 'amount-away-from-last-return', next)).toBeCloseTo(0);
  });

  it('tells fewer pieces and another price than last time', () => {
    const history = seen(purchase('1', DAY, [cups(10)]));
    const next = purchase('2', 2 * DAY, [cups(4, 180)]);
    expect(read(history, 'fewer-than-before-share', next)).toBe(1);
    expect(read(history, 'price-changed-share', next)).toBe(1);
    expect(read(history, 'repeats-order-share', next)).toBe(0);
  });

  it('takes returns of strangers, of unknown buyers and of articles never bought', () => {
    const history = seen(purchase('1', DAY, [cups(2)]));
    const back = { at: 3 * DAY, orderId: null, totalMinor: 400, lines: [{ sku: 'OTHER', quantity: 2 }] };
    for (const buyer of ['bob', null, 'ann']) history.observeReturn({ ...back, buyer }, '浙江');
    expect(read(history, 'buyer-returned-orders', purchase('2', 4 * DAY, [cups(1)]))).toBe(0);
  });

  it('keeps no more buyers, articles of a buyer and orders than it may', () => {
    const history = new PurchaseHistory({ buyers: 2, articlesOfBuyer: 2, ordersOfBuyer: 1 });
    ['ann', 'bob', 'cem'].forEach((buyer, day) => history.observeOrder(purchase(buyer, day * DAY, [cups(1)], buyer)));
    expect(history.buyers.size).toBe(2);
    expect(history.buyers.peek('ann')).toBeUndefined();
    const lines = ['A', 'B', 'C'].map((sku): PurchaseLine => ({ sku, quantity: 1, unitPriceMinor: 100 }));
    history.observeOrder(purchase('x', 5 * DAY, lines, 'cem'));
    expect(history.buyers.peek('cem')!.articles.size).toBe(2);
    expect(history.buyers.peek('cem')!.orders.size).toBe(1);
  });
});
