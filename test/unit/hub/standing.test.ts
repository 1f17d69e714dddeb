import { describe, expect, it } from 'vitest';
import { standingOf } from '#main/hub/standing.ts';
import type { CustomerProfile } from '#main/model/facts.ts';

const profile = (fields: Partial<CustomerProfile>): CustomerProfile => ({
  key: 'buyer',
  orders: 1,
  orderDays: 1,
  refundedOrders: 0,
  heldOrders: 0,
  paidMinor: 90_000,
  firstOrderAt: 1,
  lastOrderAt: 1,
  recent: [],
  areas: [],
  tags: [],
  ...fields,
});
const SHOP = { averageMinor: 10_000, topTenthAverageMinor: 50_000 };

describe('standing of a buyer', () => {
  it.each([
    ['a first order, however large', profile({}), null],
    ['large orders on two days', profile({ orders: 2, orderDays: 2, paidMinor: 180_000 }), '客单价居前 10%；复购客户，2 天有下单'],
    ['small orders on three days', profile({ orders: 3, orderDays: 3, paidMinor: 3_000 }), '复购客户，3 天有下单'],
    ['three days, most of it sent back', profile({ orders: 3, orderDays: 3, paidMinor: 3_000, refundedOrders: 2 }), null],
    ['a company', profile({ paidMinor: 100, tags: ['corporate'] }), '企业客户'],
  ])('%s', (_case, buyer, zh) => {
    expect(standingOf(buyer, SHOP)?.zh ?? null).toBe(zh);
  });
});
