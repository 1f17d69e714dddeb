import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '#shared/time.ts';
import {
  AssociationIndex,
  foldProfile,
  matchKeys,
  orderNumber,
  orderNumberPrefix,
  phoneDigits,
  RegionFigures,
  ShopFigures,
  usualArea,
} from '#main/engine/index.ts';
import type { CustomerProfile } from '#main/model/facts.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { Bench, HANGZHOU, hash, incoming, NOON, places, plain } from './world.ts';

test('an internal number is code, Shanghai time and four digits (A6)', () => {
  expect(orderNumber(orderNumberPrefix('taobao', Date.parse('2025-06-18T20:15:33+08:00')), 987)).toBe('TB202506182015330987');
  expect(orderNumber(orderNumberPrefix('shopify', Date.parse('2025-12-31T23:59:59.999+08:00')), 123_456)).toBe('SP202512312359593456');
});

describe('match keys (M13)', () => {
  test.each([
    ['13800138000', '13800138000'],
    ['+86 138-0013-8000', '13800138000'],
    ['008613800138000', '13800138000'],
    ['+1 (415) 555-0100', '14155550100'],
  ])('%s is %s', (written, digits) => expect(phoneDigits(written)).toBe(digits));

  test('the same receiver written differently is one', () => {
    const other = { ...HANGZHOU, phone: plain('+86 13800138000'), address: plain('文三路１２号，3幢 501室') };
    expect(matchKeys(incoming({ receiver: other }), hash)).toEqual(matchKeys(incoming(), hash));
  });

  test('a platform index is used within its platform; a mask never', () => {
    const masked = { plain: '138****8000', mask: '138****8000', index: null };
    expect(matchKeys(incoming({ receiver: { ...HANGZHOU, phone: masked } }), hash).phone).toBeNull();
    const indexed = { plain: null, mask: '138****8000', index: '~x~' };
    expect(matchKeys(incoming({ receiver: { ...HANGZHOU, phone: indexed } }), hash).phone).toBe('taobao#~x~');
    expect(matchKeys(incoming({ buyer: { key: null, name: plain(''), tags: [] } }), hash).buyer).toBeNull();
  });
});

function recordsOf(orders: Partial<IncomingOrder>[]): OrderRecord[] {
  const bench = new Bench();
  return orders.map((order, at) => bench.must(bench.order({ channelOrderId: `${at}`, createdAt: NOON + at * DAY, ...order })).record);
}
const fold = (records: OrderRecord[]) =>
  records.reduce((profile, record) => foldProfile(profile, null, record, places), null as CustomerProfile | null);

describe('profiles', () => {
  test('fold orders into counts, days, recent payments and the usual area', () => {
    const suzhou = { ...HANGZHOU, province: '江苏', city: '苏州市' };
    const profile = fold(recordsOf([{}, { createdAt: NOON + HOUR, receiver: suzhou }, {}, { paidMinor: 0, status: 'pending_payment' }]));
    expect(profile).toMatchObject({
      orders: 4,
      orderDays: 3,
      paidMinor: 3 * 19_800,
      firstOrderAt: NOON,
      lastOrderAt: NOON + 3 * DAY,
      refundedOrders: 0,
    });
    expect(profile?.recent).toEqual([
      [NOON, 19_800],
      [NOON + HOUR, 19_800],
      [NOON + 2 * DAY, 19_800],
    ]);
    expect(profile && usualArea(profile)).toMatchObject({ place: '杭州', orders: 3 });
  });

  test('a payment that comes later is counted once, a refund once', () => {
    const [unpaid] = recordsOf([{ paidMinor: 0, status: 'pending_payment' }]) as [OrderRecord];
    const paid = { ...unpaid, paidMinor: 19_800 };
    const refunded = { ...paid, refundedMinor: 100 };
    const steps: [OrderRecord | null, OrderRecord][] = [
      [null, unpaid],
      [unpaid, paid],
      [paid, refunded],
      [refunded, { ...refunded, refundedMinor: 200 }],
    ];
    const profile = steps.reduce((known, [before, after]) => foldProfile(known, before, after, places), null as CustomerProfile | null);
    expect(profile).toMatchObject({ orders: 1, paidMinor: 19_800, refundedOrders: 1, recent: [[NOON, 19_800]] });
  });

  test('recent payments reach back thirty days and fifty orders', () => {
    const many = Array.from({ length: 70 }, (_, at) => ({ createdAt: NOON + at * HOUR }));
    expect(fold(recordsOf(many))?.recent).toHaveLength(50);
    expect(fold(recordsOf([{}, { createdAt: NOON + 31 * DAY }]))?.recent).toHaveLength(1);
  });

  test('without a buyer key there is no profile', () => {
    expect(fold(recordsOf([{ buyer: { key: null, name: plain(''), tags: [] } }]))).toBeNull();
  });
});

describe('figures', () => {
  test('a mean of a few orders says nothing', () => {
    const shop = new ShopFigures();
    for (let order = 0; order < 29; order++) shop.addOrder(NOON, 100);
    expect(shop.read(NOON).averageMinor).toBeNull();
    shop.addOrder(NOON, 3_100);
    expect(shop.read(NOON).averageMinor).toBe(200);
    expect(shop.read(NOON + 29 * DAY).averageMinor).toBe(200);
    expect(shop.read(NOON + 31 * DAY).averageMinor).toBeNull();
  });

  test('the top tenth is found within one percent, and follows buyers as they move', () => {
    const shop = new ShopFigures();
    for (let buyer = 1; buyer <= 1_000; buyer++) shop.moveBuyer(null, buyer * 100);
    const limit = shop.read(NOON).topTenthAverageMinor ?? 0;
    expect(limit / 90_100).toBeGreaterThan(0.99);
    expect(limit / 90_100).toBeLessThan(1.01);
    for (let buyer = 1; buyer <= 1_000; buyer++) shop.moveBuyer(buyer * 100, 50);
    expect(shop.read(NOON).topTenthAverageMinor).toBeLessThan(51);
  });

  test('stored sums rebuild the same figures', () => {
    const shop = new ShopFigures();
    shop.addDay(NOON, 40, 8_000);
    shop.addOrder(NOON, 200, -1);
    expect(shop.read(NOON).averageMinor).toBe(200);
    const regions = new RegionFigures();
    regions.add('西藏', { orders: 40, returned: 7 });
    regions.addOrder('西藏');
    expect(regions.read('西藏')).toEqual({ orders: 41, returned: 7 });
  });

  test('regions count orders and returns', () => {
    const regions = new RegionFigures();
    regions.addOrder('西藏');
    regions.addOrder('西藏');
    regions.addReturn('西藏');
    expect([regions.read('西藏'), regions.read('浙江'), regions.read(null)]).toEqual([{ orders: 2, returned: 1 }, null, null]);
  });
});

describe('association (A8)', () => {
  const first = incoming();
  const keys = matchKeys(first, hash);
  const index = (...orders: Partial<IncomingOrder>[]) => {
    const association = new AssociationIndex();
    for (const record of recordsOf(orders)) association.put(record, record.createdAt);
    return association;
  };
  const other = (changes: Partial<IncomingOrder>) =>
    incoming({ channelOrderId: 'new', lines: [{ ...(first.lines[0] as IncomingOrder['lines'][number]), sku: 'bib' }], ...changes });
  const kinds = (association: AssociationIndex, order: IncomingOrder) =>
    association.candidates(order, matchKeys(order, hash)).map((found) => found.kind);

  test.each([
    ['same person within half an hour', { createdAt: NOON + 29 * MINUTE }, ['merge-candidate']],
    ['the same person on another channel', { createdAt: NOON + MINUTE, channel: 'jd' as const }, ['merge-candidate']],
    ['the same person later', { createdAt: NOON + 31 * MINUTE }, []],
    ['another address', { receiver: { ...HANGZHOU, address: plain('别处 1 号') }, createdAt: NOON + MINUTE }, []],
    ['the same goods at once', { lines: first.lines, createdAt: NOON + 30 * SECOND }, ['duplicate']],
    ['the same goods a little later', { lines: first.lines, createdAt: NOON + 3 * MINUTE }, ['merge-candidate']],
    ['itself', { ...first, channelOrderId: '0' }, []],
  ] as [string, Partial<IncomingOrder>, string[]][])('%s: %#', (_, changes, expected) => {
    expect(kinds(index({}), other(changes))).toEqual(expected);
  });

  test('deposit and balance of the same goods are a pair, weeks apart', () => {
    const presale = { depositMinor: 2_000, balanceMinor: 17_800, balanceDueAt: NOON + 20 * DAY, balancePaidAt: null };
    const association = index({ presale, paidMinor: 2_000 });
    const balance = other({ lines: first.lines, paidMinor: 17_800, createdAt: NOON + 20 * DAY });
    expect(kinds(association, balance)).toEqual(['presale-pair']);
  });

  test('an order that left is no candidate any more', () => {
    const association = index({});
    const [record] = recordsOf([{}]) as [OrderRecord];
    association.put({ ...record, status: 'shipped' }, NOON);
    expect(association.candidates(other({}), keys)).toEqual([]);
    expect(association.size).toBe(0);
  });

  test('memory follows half an hour', () => {
    const association = new AssociationIndex();
    const [record] = recordsOf([{}]) as [OrderRecord];
    for (let at = 0; at < 500; at++) {
      const createdAt = NOON + at * MINUTE;
      association.put({ ...record, orderNo: `o${at}`, createdAt, keys: { ...record.keys, buyer: `b${at}`, phone: `p${at}` } }, createdAt);
    }
    expect(association.size).toBeLessThan(150);
  });
});
