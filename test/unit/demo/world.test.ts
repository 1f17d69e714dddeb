import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '#main/demo/catalogue.ts';
import { createListing } from '#main/demo/listing.ts';
import { Market } from '#main/demo/market.ts';
import { existingPieces, openingStock } from '#main/demo/opening-stock.ts';
import type { DemoOrder, Posting } from '#main/demo/order.ts';
import { createPeople } from '#main/demo/people.ts';
import { seededRandom } from '#main/demo/random.ts';
import { SHOPS, shopKey } from '#main/demo/shops.ts';
import { hourWeight, meanArrivalGap } from '#main/demo/timetable.ts';
import { SERIES, TROUBLES } from '#main/demo/trouble.ts';
import { keyOf, World } from '#main/demo/world.ts';
import { latest, NOON, simulate } from './simulate.ts';

const hours = simulate({ seed: 'six hours', minutes: 360 });
const created = hours.live.filter(({ happening }) => happening === 'created').map(({ order }) => order);
const everyday = created.filter(({ tags }) => tags.length === 0);

function share(orders: readonly DemoOrder[], trouble: string): number {
  return orders.filter((order) => order.trouble === trouble).length / orders.length;
}

describe('the world', () => {
  it('is the same for the same seed and another for another', () => {
    const plain = (postings: Posting[]): unknown[] => postings.map(({ happening, order, at }) => [happening, order, at]);
    const first = simulate({ seed: 'same', minutes: 12 });
    expect(plain(simulate({ seed: 'same', minutes: 12 }).live)).toEqual(plain(first.live));
    expect(plain(simulate({ seed: 'other', minutes: 12 }).live)).not.toEqual(plain(first.live));
  });

  it('is alive at once and at four in the morning', () => {
    const { live } = simulate({ seed: 'night', minutes: 30, startAt: Date.parse('2026-11-22T04:00:00+08:00') });
    expect(live[0]?.at).toBeLessThan(Date.parse('2026-11-22T04:00:02+08:00'));
    const arrivals = live.filter(({ happening, order }) => happening === 'created' && order.tags.length === 0);
    expect(arrivals.length / 30).toBeGreaterThan(10);
    expect(arrivals.length / 30).toBeLessThan(20);
  });

  it('follows the rhythm of the day', () => {
    const at = (hour: number): number => Date.parse(`2026-11-22T${String(hour).padStart(2, '0')}:00:00+08:00`);
    expect(hourWeight(at(21))).toBe(1);
    expect(hourWeight(at(3))).toBeLessThan(0.1);
    expect(60_000 / meanArrivalGap(at(21))).toBeGreaterThan(2 * (60_000 / meanArrivalGap(at(3))));
  });

  it('shares the orders among the five shops', () => {
    for (const shop of SHOPS) {
      const part = everyday.filter((order) => order.shop === shopKey(shop)).length / everyday.length;
      expect(part).toBeGreaterThan(shop.share / 100 - 0.03);
      expect(part).toBeLessThan(shop.share / 100 + 0.03);
    }
  });

  it('lets the live stream sleep at night', () => {
    const { live } = simulate({ seed: 'stream', minutes: 60, startAt: Date.parse('2026-11-22T22:05:00+08:00') });
    const arrivals = live.filter(({ happening, order }) => happening === 'created' && order.tags.length === 0);
    const streamed = arrivals.filter(({ order }) => order.shop.startsWith('douyin/')).length / arrivals.length;
    expect(streamed).toBeGreaterThan(0);
    expect(streamed).toBeLessThan(0.12);
  });

  it('moves orders through their lives within the first minutes', () => {
    const early = new Set(hours.live.filter(({ at }) => at < NOON + 4 * 60_000).map(({ happening }) => happening));
    expect(early).toContain('created');
    expect(early).toContain('paid');
    expect(early).toContain('shipped');
    const ends = new Set([...latest(hours.live).values()].map(({ order }) => order.status));
    for (const status of ['completed', 'cancelled', 'refunded'] as const) expect(ends).toContain(status);
  });

  it('never goes back in time or from an end to a new life', () => {
    const ends = ['completed', 'cancelled', 'refunded'];
    const last = new Map<string, DemoOrder>();
    const wrong = hours.live.filter(({ order }) => {
      const before = last.get(keyOf(order));
      last.set(keyOf(order), order);
      if (!before) return false;
      return order.updatedAt <= before.updatedAt || order.revision !== before.revision + 1 || ends.includes(before.status);
    });
    expect(wrong).toEqual([]);
    expect(last.size).toBeGreaterThan(8_000);
  });

  it('never refunds more than was paid', () => {
    const refunded = hours.live.filter(({ order }) => order.refunds.length > 0);
    expect(refunded.length).toBeGreaterThan(20);
    for (const { order } of refunded) {
      const sum = order.refunds.reduce((total, refund) => total + (refund.state === 'succeeded' ? refund.amountMinor : 0), 0);
      expect(sum).toBeLessThanOrEqual(order.paidMinor);
    }
    const states = new Set(refunded.flatMap(({ order }) => order.refunds.map(({ state }) => state)));
    expect(states).toEqual(new Set(['open', 'succeeded', 'withdrawn']));
  });

  it('takes a deposit first and the balance later', () => {
    const presales = [...latest(hours.live).values()].filter(({ order }) => order.presale);
    expect(presales.length).toBeGreaterThan(20);
    const done = presales.filter(({ order }) => order.presale?.balancePaidAt);
    expect(done.length).toBeGreaterThan(10);
    expect(done.length).toBeLessThan(presales.length);
    for (const { order } of presales)
      expect((order.presale?.depositMinor ?? 0) + (order.presale?.balanceMinor ?? 0)).toBe(order.totalMinor);
  });

  it('sells nothing it does not offer: of the scarce article a few pieces too many, then no more', () => {
    const sold = created.flatMap(({ lines }) => lines.filter(({ sku }) => sku === CATALOGUE.hot.sku));
    const pieces = sold.reduce((sum, { quantity }) => sum + quantity, 0);
    expect(pieces).toBeGreaterThan(152);
    expect(pieces).toBeLessThanOrEqual(152 + 9);
  });
});

describe('trouble', () => {
  it('comes in small shares, every kind of it', () => {
    for (const { name, perThousand, buyer } of TROUBLES) {
      // A buyer with three earlier orders is not always at hand.
      expect(share(everyday, name)).toBeGreaterThan(buyer === 'regular' ? perThousand / 8_000 : perThousand / 2_500);
      expect(share(everyday, name)).toBeLessThan((perThousand * 2) / 1_000);
    }
    const troubled = created.filter(({ trouble }) => trouble !== null).length / created.length;
    expect(troubled).toBeGreaterThan(0.03);
    expect(troubled).toBeLessThan(0.1);
  });

  it('comes in series, every kind of it', () => {
    for (const { name } of SERIES) expect(created.filter(({ trouble }) => trouble === name).length).toBeGreaterThan(10);
  });

  it('leaves other orders alone', () => {
    const plain = created.filter(({ trouble, presale }) => trouble === null && presale === null);
    for (const { receiver, discountMinor, goodsMinor, lines } of plain) {
      expect(receiver.phone).toMatch(/^1\d{10}$/);
      expect(receiver.address).toMatch(/室$/);
      expect(discountMinor).toBeLessThan(goodsMinor / 2);
      expect(new Set(lines.map(({ storage }) => storage)).size).toBe(1);
    }
    expect(Math.max(...plain.map(({ totalMinor }) => totalMinor))).toBeLessThan(500_000);
  });

  it('is put right by most buyers who are asked', () => {
    const { world, live } = simulate({ seed: 'asked', minutes: 90, shipping: false });
    const vague = [...latest(live).values()].filter(({ order }) => order.trouble === 'vague-address' && order.status === 'paid');
    expect(vague.length).toBeGreaterThan(3);
    const now = NOON + 91 * 60_000;
    for (const { order } of vague) world.buyerAsked(keyOf(order), now);
    const corrected = world
      .advance(now + 10 * 60_000)
      .filter(({ happening, order }) => happening === 'updated' && vague.some((posting) => keyOf(posting.order) === keyOf(order)));
    expect(corrected.length).toBeGreaterThan(vague.length / 3);
    for (const { order } of corrected) expect(order.receiver.address).toMatch(/室$/);
  });

  it('bursts now and then on one channel', () => {
    const sales = created.filter(({ tags }) => tags.includes('flash-sale'));
    const begin = sales[0]?.createdAt ?? 0;
    expect(begin - NOON).toBeLessThan(101_000);
    const first = sales.filter(({ createdAt }) => createdAt - begin < 20_000);
    expect(first.length).toBeGreaterThan(40);
    expect(new Set(first.map(({ shop }) => shop)).size).toBe(1);
    expect(sales.length).toBeGreaterThan(2_000);
  });

  it('silences a shop for some minutes and lets it speak again', () => {
    const longest = SHOPS.map((shop) => {
      const heard = hours.live.filter(({ order }) => order.shop === shopKey(shop)).length;
      return { shop, heard };
    });
    for (const { heard } of longest) expect(heard).toBeGreaterThan(500);
    // A message that waited for the end of the silence comes behind newer ones of other shops.
    const order = hours.live.map(({ at }) => at);
    const late = order.filter((at, index) => index > 0 && (order[index - 1] ?? 0) - at > 120_000);
    expect(late.length).toBeGreaterThan(3);
  });
});

describe('the warehouse', () => {
  it('ships what it was told to, once, and forgets a few parcels', () => {
    const shipped = hours.live.filter(({ happening }) => happening === 'shipped');
    expect(new Set(shipped.map(({ order }) => keyOf(order))).size).toBe(shipped.length);
    for (const { order } of shipped) expect(order.trackingNumber).toMatch(/^(QN|YQ|SH)\d{14}$/);
    const stuck = hours.world.state().orders.filter(({ stuck: lost }) => lost);
    expect(stuck.length).toBeGreaterThan(5);
    expect(stuck.length).toBeLessThan(created.length * 0.02);
  });

  it('ships nothing it was not told to', () => {
    const { live } = simulate({ seed: 'idle', minutes: 20, shipping: false, orders: 0 });
    expect(live.some(({ happening }) => happening === 'shipped')).toBe(false);
  });

  it('does not ship what was stopped until it is told again', () => {
    const { world, live } = simulate({ seed: 'stop', minutes: 5, shipping: false, orders: 0 });
    const paid = [...latest(live).values()].filter(({ order }) => order.status === 'paid').map(({ order }) => keyOf(order));
    const now = NOON + 301_000;
    for (const key of paid) world.shipmentAccepted(key, now);
    for (const key of paid) world.shipmentStopped(key);
    const shippedOf = (postings: Posting[]): number =>
      postings.filter(({ happening, order }) => happening === 'shipped' && paid.includes(keyOf(order))).length;
    expect(shippedOf(world.advance(now + 300_000))).toBe(0);
    for (const key of paid) world.shipmentAccepted(key, now + 300_000);
    expect(shippedOf(world.advance(now + 600_000))).toBeGreaterThan(paid.length * 0.8);
  });

  it('says so when it does not know an order', () => {
    expect(hours.world.shipmentAccepted('taobao/fuzzbud-tmall/1', NOON)).toBe(false);
  });
});

describe('a later run', () => {
  it('goes on with the orders of the run before', () => {
    const first = simulate({ seed: 'later', minutes: 10 });
    const state = structuredClone(first.world.state());
    const later = NOON + 3_600_000;
    const random = seededRandom('later run');
    const people = createPeople(random.fork('people'));
    const market = new Market({ random, people, listing: createListing(existingPieces(openingStock('later')), {}), run: later / 1_000 });
    const world = new World({ random, market, now: later, speed: 1, state });
    expect(world.openOrders).toBe(state.orders.length);
    const keys = new Set(state.orders.map(keyOf));
    const moved = [1, 30, 60, 90].flatMap((second) => world.advance(later + second * 1_000)).filter(({ order }) => keys.has(keyOf(order)));
    expect(moved.length).toBeGreaterThan(20);
  });

  it('makes up for nothing after a long sleep', () => {
    const { world } = simulate({ seed: 'sleep', minutes: 1, orders: 0 });
    const woken = world.advance(NOON + 8 * 3_600_000);
    expect(woken.filter(({ happening }) => happening === 'created').length).toBeLessThan(60);
  });
});
