import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WindowSpec } from '#shared/rule.ts';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import { SlidingWindows } from '#main/engine/index.ts';

const ORDERS: WindowSpec = { count: 'orders', by: 'phone', minutes: 10 };
const BUYERS: WindowSpec = { count: 'buyers', by: 'ip', minutes: 10 };
const keys = (phone: string, buyer = 'b', ip = 'ip') => ({ phone, buyer, ip, address: null, device: null });

describe('sliding windows', () => {
  test('count the last ten minutes, the start open and the order itself included', () => {
    const windows = new SlidingWindows([ORDERS]);
    for (const [orderNo, at] of [
      ['a', 0],
      ['b', 1],
      ['c', 10 * MINUTE],
    ] as const)
      windows.add({ orderNo, keys: keys('p'), createdAt: at }, at);
    expect(windows.count(ORDERS, 'p', 10 * MINUTE, 'c')).toBe(2);
    expect(windows.count(ORDERS, 'p', 10 * MINUTE - 1, 'new')).toBe(3);
    expect(windows.count(ORDERS, 'other', 0, 'new')).toBe(1);
  });

  test('buyers are counted once, however many orders they place', () => {
    const windows = new SlidingWindows([BUYERS]);
    ['x', 'y', 'x', 'x'].forEach((buyer, at) => windows.add({ orderNo: `o${at}`, keys: keys('p', buyer), createdAt: at }, at));
    expect(windows.count(BUYERS, 'ip', 3, 'x')).toBe(2);
    expect(windows.count(BUYERS, 'ip', 3, 'z')).toBe(3);
  });

  test('an order told a hundred times is kept once', () => {
    const windows = new SlidingWindows([ORDERS]);
    for (let told = 0; told < 100; told++) windows.add({ orderNo: 'a', keys: keys('p'), createdAt: 5 }, told);
    expect(windows.size).toBe(1);
  });

  test('an order without the key is not counted', () => {
    const windows = new SlidingWindows([ORDERS, BUYERS]);
    windows.add({ orderNo: 'a', keys: { ...keys('p'), phone: null, ip: null }, createdAt: 0 }, 0);
    expect(windows.size).toBe(0);
    // An order of nobody known is an order from that address, but no account.
    windows.add({ orderNo: 'b', keys: { ...keys('p'), phone: null, buyer: null }, createdAt: 0 }, 0);
    expect(windows.count(BUYERS, 'ip', 0, 'c')).toBe(1);
  });

  test('an order dated far ahead does not empty the window', () => {
    const windows = new SlidingWindows([ORDERS]);
    windows.add({ orderNo: 'a', keys: keys('p'), createdAt: 0 }, 0);
    windows.add({ orderNo: 'future', keys: keys('p'), createdAt: 9_999 * DAY }, 1);
    expect(windows.count(ORDERS, 'p', 1, 'b')).toBe(2);
  });

  test('memory follows the window, not the history', () => {
    const windows = new SlidingWindows([ORDERS]);
    let most = 0;
    for (let at = 0; at < 20 * DAY; at += 5 * MINUTE) {
      windows.add({ orderNo: `o${at}`, keys: keys(`p${at % 7}`), createdAt: at }, at);
      most = Math.max(most, windows.size);
    }
    // A window and its lateness hold 14 orders; the lazy sweep lets at most a few times that pile up.
    expect(most).toBeLessThan(60);
  });

  test('a file of old orders, all told within a moment, does not pile up', () => {
    const windows = new SlidingWindows([ORDERS]);
    let most = 0;
    for (let index = 0; index < 350_000; index += 1) {
      windows.add({ orderNo: `o${index}`, keys: keys(`p${index}`), createdAt: index }, 400 * DAY);
      if (index % 5_000 === 0) most = Math.max(most, windows.size);
    }
    expect(most).toBeLessThanOrEqual(20_000);
  });

  test('agree with a plain count over everything, late, doubled and out of order', () => {
    const event = fc.record({ orderNo: fc.nat(30), phone: fc.constantFrom('p', 'q'), late: fc.nat(HOUR - 1), gap: fc.nat(4 * MINUTE) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.constantFrom(ORDERS, { ...ORDERS, minutes: 45 }), (events, spec) => {
        const windows = new SlidingWindows([spec]);
        const seen: { orderNo: string; phone: string; at: number }[] = [];
        let now = 10 * DAY;
        for (const { orderNo, phone, late, gap } of events) {
          now += gap;
          // An order's time never changes, however often it is told.
          const known = seen.find((other) => other.orderNo === `o${orderNo}`);
          const order = known ?? { orderNo: `o${orderNo}`, phone, at: now - late };
          windows.add({ orderNo: order.orderNo, keys: keys(order.phone), createdAt: order.at }, now);
          if (!known) seen.push(order);
          const inside = seen.filter(
            (other) => other.phone === order.phone && other.at <= order.at && other.at > order.at - spec.minutes * MINUTE,
          );
          // What is told more than an hour late is outside the promise.
          if (now - order.at < HOUR)
            expect(windows.count(spec, order.phone, order.at, order.orderNo)).toBe(new Set(inside.map((other) => other.orderNo)).size);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('windows of another rule set', () => {
  const order = (at: number, phone = 'p') => ({ orderNo: `o${at}-${phone}`, keys: keys(phone), createdAt: at });
  const short: WindowSpec = { ...ORDERS, minutes: 5 };
  const long: WindowSpec = { ...ORDERS, minutes: 600 };

  test('a shorter one, and one that counts otherwise, are parts of what is there', () => {
    const windows = new SlidingWindows([ORDERS]);
    for (const at of [0, 4, 8]) windows.add(order(at * MINUTE), at * MINUTE);
    windows.use([short, { ...ORDERS, count: 'buyers' }], 9 * MINUTE);
    expect(windows.missing(9 * MINUTE)).toBeNull();
    expect(windows.count(short, 'p', 9 * MINUTE, 'new')).toBe(2);
    expect(windows.count({ ...ORDERS, count: 'buyers' }, 'p', 9 * MINUTE, 'b')).toBe(1);
  });

  test('what is not kept says so instead of one', () => {
    const windows = new SlidingWindows([ORDERS], -2 * HOUR);
    const now = 3 * HOUR;
    windows.add(order(now), now);
    expect(windows.count(ORDERS, 'p', now, 'new')).toBe(2);
    expect(windows.count(ORDERS, 'p', now - HOUR, 'new')).toBe(1);
    expect(windows.count(ORDERS, 'p', now - HOUR - 1, 'new')).toBeNull();
    expect(windows.count(BUYERS, 'ip', now, 'new')).toBeNull();
  });

  test('what began with part of the past does not answer for what came before it', () => {
    const windows = new SlidingWindows([ORDERS], 10 * HOUR);
    expect(windows.count(ORDERS, 'p', 10 * HOUR + 9 * MINUTE, 'new')).toBeNull();
    expect(windows.count(ORDERS, 'p', 10 * HOUR + 10 * MINUTE, 'new')).toBe(1);
    expect(windows.missing(10 * HOUR)).toEqual({ from: 9 * HOUR - 10 * MINUTE, until: 10 * HOUR });
  });

  test('every count is the whole count or none, while the past is read from its end to its beginning, and whole after it', () => {
    const placed = fc.record({ at: fc.nat(20 * 60), phone: fc.constantFrom('p', 'q') });
    const specs = fc.constantFrom(short, ORDERS, long, { ...long, by: 'ip' } as const);
    fc.assert(
      fc.property(
        fc.array(placed, { maxLength: 40 }),
        fc.array(placed, { maxLength: 10 }),
        specs,
        specs,
        fc.integer({ min: 1, max: 5 }),
        (past, live, one, other, piece) => {
          const start = 100 * DAY;
          const now = start + 20 * HOUR;
          const orders = past.map(({ at, phone }, index) => ({ orderNo: `p${index}`, keys: keys(phone), createdAt: start + at * MINUTE }));
          orders.sort((a, b) => a.createdAt - b.createdAt);
          const windows = new SlidingWindows([one]);
          for (const each of orders) windows.add(each, each.createdAt);
          windows.use([other], now);
          const all = [...orders];
          const check = (known: boolean) => {
            const inside = all
              .filter((each) => each.keys[other.by] === 'p' || other.by === 'ip')
              .filter(({ createdAt }) => createdAt <= now && createdAt > now - other.minutes * MINUTE);
            const count = windows.count(other, other.by === 'ip' ? 'ip' : 'p', now, 'new');
            if (known || count !== null) expect(count).toBe(inside.length + 1);
          };
          check(false);
          const stored = orders.toReversed();
          let place = 0;
          for (let missing = windows.missing(now); missing; missing = windows.missing(now)) {
            const { from } = missing;
            const rows = stored.slice(place, place + piece).filter(({ createdAt }) => createdAt >= from);
            for (const row of rows) windows.add(row, now);
            const last = rows.at(-1);
            windows.filled(rows.length < piece || !last ? from : last.createdAt + 1);
            place += piece;
            const fresh = live[place % Math.max(1, live.length)];
            if (fresh) {
              const added = { orderNo: `l${place}`, keys: keys(fresh.phone), createdAt: now };
              windows.add(added, now);
              all.push(added);
            }
            check(false);
          }
          check(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
