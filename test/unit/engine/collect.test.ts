import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '#shared/time.ts';
import type { CustomerProfile, ShopStatistics } from '#main/model/facts.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import type { Facts } from '#main/engine/index.ts';
import { pack } from '../rules/pack.ts';
import { Bench, BOTTLE, HANGZHOU, NOON, plain } from './world.ts';

function inputs(order: Partial<IncomingOrder>, facts: Partial<Facts> = {}): Record<string, FieldValue> {
  const bench = new Bench(facts);
  const { verdict } = bench.must(bench.order(order));
  return Object.fromEntries(pack.fields.map((id, at) => [id, verdict?.inputs[at] ?? null]));
}

const PAST: CustomerProfile = {
  key: 'lin',
  orders: 4,
  orderDays: 3,
  refundedOrders: 1,
  heldOrders: 0,
  paidMinor: 40_000,
  firstOrderAt: NOON - 40 * DAY,
  lastOrderAt: NOON - DAY,
  recent: [
    [NOON - 31 * DAY, 1_000_000],
    [NOON - 9 * DAY, 5_000],
    [NOON - 5 * DAY, 10_000],
    [NOON - DAY, 15_000],
  ],
  areas: [
    { place: '杭州', lat: 30.287459, lon: 120.153576, orders: 3 },
    { place: '北京', lat: 39.904989, lon: 116.405285, orders: 1 },
  ],
  tags: ['vip'],
};
const NO_SHOP: ShopStatistics = { averageMinor: null, topTenthAverageMinor: null };

describe('collected inputs', () => {
  test.each([
    ['order-amount', {}, 19_800],
    ['order-amount', { status: 'pending_payment', paidMinor: 0, freightMinor: 800, discountMinor: 1_000 }, 19_600],
    ['discount-share', { discountMinor: 19_800 }, 50],
    ['discount-share', { paidMinor: 100, goodsMinor: 10_000, discountMinor: 9_900 }, 99],
    ['discount-share', { couponMinor: 178_200 }, 90],
    ['discount-share', { paidMinor: 0, goodsMinor: 0 }, null],
    ['mixed-storage', { lines: [BOTTLE, { ...BOTTLE, storage: 'cold' }] }, true],
    ['mixed-storage', { lines: [{ ...BOTTLE, storage: 'cold' }] }, false],
    ['corporate-buyer', { buyer: { key: 'x', name: plain('x'), tags: ['corporate'] } }, true],
    ['corporate-buyer', { invoice: { title: '某某公司', taxNumber: '91', content: null } }, false],
    ['local-hour', { createdAt: NOON + 9 * HOUR }, 23],
    ['province', { receiver: { ...HANGZHOU, province: 'Zhejiang' } }, '浙江'],
    ['province', { receiver: { ...HANGZHOU, province: 'Ontario', city: '' } }, 'Ontario'],
    ['address-text', { receiver: { ...HANGZHOU, address: { plain: null, mask: '文***', index: null } } }, null],
    ['remarks', { buyerMessage: '急', sellerMemo: '老客' }, '急\n老客'],
    ['invoice-wish', { buyerMessage: '开票', invoice: { title: '张三', taxNumber: null, content: '办公用品' } }, '办公用品\n开票'],
    ['first-order', { buyer: { key: null, name: plain('x'), tags: [] } }, null],
    ['window:orders:buyer:10', { buyer: { key: null, name: plain('x'), tags: [] } }, null],
    ['window:buyers:ip:10', { ip: '198.51.100.7' }, 1],
    ['stock-missing-spot', { lines: [{ ...BOTTLE, quantity: 401 }] }, 1],
    ['stock-missing-spot', { lines: [{ ...BOTTLE, sku: 'unknown' }] }, 0],
  ] as [string, Partial<IncomingOrder>, FieldValue][])('%s of %j is %j', (id, order, expected) =>
    expect(inputs(order)[id]).toEqual(expected),
  );

  test.each([
    ['first-order', {}, false],
    ['amount-vs-customer-average', {}, 1.98],
    ['customer-repurchase-rate', {}, 50],
    ['buyer-tags', {}, ['vip']],
    ['distance-from-usual-area', {}, 0],
  ] as [string, Partial<IncomingOrder>, FieldValue][])('with a past, %s of %j is %j', (id, order, expected) => {
    expect(inputs(order, { profile: PAST })[id]).toEqual(expected);
  });

  test('a place used once is not usual; far is measured to the nearest usual one', () => {
    const beijing = inputs({ receiver: { ...HANGZHOU, province: '北京', city: '北京市' } }, { profile: PAST });
    expect(Math.round(Number(beijing['distance-from-usual-area']) / 10)).toBe(112);
    expect(inputs({ receiver: { ...HANGZHOU, city: '' } }, { profile: PAST })['distance-from-usual-area']).toBeNull();
  });

  test('the top tenth is known once the shop knows its own', () => {
    expect(inputs({}, { profile: PAST, shop: NO_SHOP })['customer-top-tenth']).toBeNull();
    expect(inputs({}, { profile: PAST, shop: { averageMinor: 5_000, topTenthAverageMinor: 10_000 } })).toMatchObject({
      'customer-top-tenth': true,
      'amount-vs-shop-average': 3.96,
    });
  });

  test('a burst on one day is no repurchase, however long', () => {
    expect(inputs({}, { profile: { ...PAST, orders: 30, orderDays: 1 } })['customer-repurchase-rate']).toBe(0);
  });

  test('a region with few orders has no rate', () => {
    expect(inputs({}, { region: { orders: 29, returned: 20 } })['region-return-rate']).toBeNull();
    expect(inputs({}, { region: { orders: 40, returned: 10 } })['region-return-rate']).toBe(25);
  });

  test('an order told again does not count itself as its past', () => {
    const bench = new Bench();
    bench.must(bench.order());
    const again = bench.must(bench.order({ sellerMemo: 'x', updatedAt: NOON + 1 }));
    const at = (id: string) => again.verdict?.inputs[pack.fields.indexOf(id)];
    expect([at('first-order'), at('customer-orders'), at('distance-from-usual-area'), at('window:orders:buyer:10')]).toEqual([
      true,
      0,
      null,
      1,
    ]);
  });
});
