import { describe, expect, it } from 'vitest';
import { Books } from '#simulators/kit/books.ts';
import { Desk } from '#simulators/kit/desk.ts';
import type { PlatformRules } from '#simulators/kit/desk.ts';
import { everyFault, noFaults, scriptedFaults, seededFaults } from '#simulators/kit/faults.ts';
import { jsonAnswer } from '#simulators/kit/http.ts';
import { Ledger } from '#simulators/kit/ledger.ts';
import { lives } from '#simulators/kit/life.ts';
import type { LifeFeatures } from '#simulators/kit/life.ts';
import { seeded } from '#simulators/kit/random.ts';
import type { FaultScript } from '#simulators/kit/types.ts';
import { beijing, decimalText, exactJson, fromBeijing, isoAt } from '#simulators/kit/words.ts';
import { PLACED, truthOrder } from '#test/support/truth-order.ts';

const ALL: LifeFeatures = {
  forming: true,
  review: true,
  deposit: true,
  partShipped: true,
  received: true,
  sellerMemo: true,
  partialRefunds: true,
  openRefunds: true,
  gifts: true,
};
const lived = (seed: number) =>
  lives({
    chance: seeded(seed),
    from: PLACED,
    spanMs: 7_200_000,
    orders: 800,
    idOf: String,
    refundIdOf: (index) => `R${index}`,
    currency: 'CNY',
    priceStep: 100,
    features: ALL,
    skus: [
      { sku: 'A', name: 'a', unitMinor: 3_900 },
      { sku: 'B', name: 'b', unitMinor: 12_900 },
      { sku: 'C', name: 'c', unitMinor: 900 },
    ],
  });

describe('lives of orders', () => {
  it('are the same for the same chance and go forwards in time', () => {
    const steps = lived(3);
    expect(lived(3)).toEqual(steps);
    expect(steps.every(({ at }, index) => index === 0 || at >= (steps[index - 1]?.at ?? 0))).toBe(true);
    const known = new Map<string, number>();
    for (const { order } of steps) {
      expect(order.updatedAt).toBeGreaterThanOrEqual(known.get(order.id) ?? 0);
      known.set(order.id, order.updatedAt);
    }
  });

  it('add up to the fen, and hold every kind of thing that can happen', () => {
    const last = new Map(lived(5).map(({ order }) => [order.id, order]));
    const orders = [...last.values()];
    for (const order of orders) {
      expect(order.lines.reduce((sum, line) => sum + line.paidMinor, 0)).toBe(order.goodsMinor - order.discountMinor);
      expect(order.totalMinor).toBe(order.goodsMinor - order.discountMinor + order.freightMinor);
      for (const { updatedAt } of order.refunds) expect(updatedAt).toBeLessThanOrEqual(order.updatedAt);
    }
    const stages = new Set(orders.map(({ stage }) => stage));
    expect([...stages].sort()).toEqual([
      'cancelled',
      'done',
      'forming',
      'part-shipped',
      'received',
      'review',
      'shipped',
      'to-ship',
      'unpaid',
    ]);
    const refunds = orders.flatMap((order) => order.refunds);
    expect(new Set(refunds.map(({ state }) => state))).toEqual(new Set(['asked', 'done', 'withdrawn']));
    expect(orders.some((order) => order.refunds.length === 2)).toBe(true);
    expect(orders.some(({ presale }) => presale?.balancePaidAt === null)).toBe(true);
  });
});

describe('the books of a platform', () => {
  it('answer from the state of the moment: a changed order leaves its window', () => {
    const books = new Books();
    books.put(truthOrder('1'));
    books.put(truthOrder('2', { updatedAt: PLACED + 60_000 }));
    expect(books.inWindow('updated', PLACED, PLACED + 60_000).map(({ id }) => id)).toEqual(['1', '2']);
    books.put(truthOrder('1', { updatedAt: PLACED + 600_000 }));
    expect(books.inWindow('updated', PLACED, PLACED + 60_000).map(({ id }) => id)).toEqual(['2']);
    expect(books.inWindow('updated', PLACED, PLACED + 600_000, 'desc').map(({ id }) => id)).toEqual(['1', '2']);
    expect(books.inWindow('created', PLACED, PLACED).map(({ id }) => id)).toEqual(['1', '2']);
  });
});

describe('the ledger of calls', () => {
  it('counts one call too many in any window', () => {
    const ledger = new Ledger({ list: { calls: 2, perMs: 1_000 } });
    expect([0, 400, 900, 1_950].map((at) => ledger.take('list', at))).toEqual([true, true, false, true]);
    expect(ledger.take('free', 0)).toBe(true);
    expect(ledger.violations).toBe(1);
  });
});

describe('faults', () => {
  it('come by seeded chance until it is calm', () => {
    const draw = (): (string | null)[] => {
      const faults = seededFaults(seeded(1), everyFault());
      return Array.from({ length: 200 }, () => faults.next('list'));
    };
    expect(draw()).toEqual(draw());
    expect(new Set(draw()).size).toBeGreaterThan(5);
    const faults = seededFaults(seeded(1), everyFault(1));
    faults.calm();
    expect(faults.next('list')).toBeNull();
  });

  it('come by script at the call they are written for', () => {
    const faults = scriptedFaults([{ call: 'list', nth: 2, fault: 'error-500' }]);
    expect([faults.next('list'), faults.next('detail'), faults.next('list'), faults.next('list')]).toEqual([null, null, 'error-500', null]);
    expect(faults.counts['error-500']).toBe(1);
  });
});

describe('words of platforms', () => {
  it('are exact', () => {
    expect([decimalText(34_900), decimalText(-7), decimalText(349, 0)]).toEqual(['349.00', '-0.07', '349']);
    expect(beijing(PLACED)).toBe('2025-06-18 20:14:50');
    expect(fromBeijing('2025-06-18 20:14:50')).toBe(PLACED);
    expect([fromBeijing('2025-06-18'), fromBeijing('2025-13-45 20:14:50')]).toEqual([null, null]);
    expect(isoAt(PLACED, 7)).toBe('2025-06-18T19:14:50+07:00');
    expect(exactJson({ id: 9007199254740993n, none: undefined, list: [1, null] })).toBe('{"id":9007199254740993,"list":[1,null]}');
  });
});

describe('a platform on loopback', () => {
  const rules = (): PlatformRules => ({
    state: { secret: 's', revoked: false, permitted: true, identity: '1', clockOffMs: 0 },
    allowances: { list: { calls: 3, perMs: 1_000 } },
    courier: { retryAfterMs: [], accepted: () => true },
    classify: () => ({ kind: 'list', group: 'list' }),
    answer: ({ request }) => jsonAnswer(JSON.stringify({ path: request.path, query: request.rawQuery, body: request.body.toString() })),
    tooFast: () => jsonAnswer('{"code":"too fast"}', 429),
    unavailable: () => jsonAnswer('{}', 503),
    credentials: () => ({}),
    announce: () => undefined,
  });
  const opened = (faults: FaultScript) =>
    new Desk({ now: () => PLACED, after: () => () => undefined, chance: seeded(1), faults, shopId: 'main', hub: null }, rules()).open();

  it('hands over what was sent, tells its own time, and counts calls above its limit', async () => {
    const desk = await opened(noFaults());
    const answers: Response[] = [];
    for (let call = 0; call < 4; call += 1) answers.push(await fetch(`${desk.url}/a%20b?x=%2B1`, { method: 'POST', body: 'z=1' }));
    expect(await answers[0]?.json()).toEqual({ path: '/a%20b', query: 'x=%2B1', body: 'z=1' });
    expect(Date.parse(answers[0]?.headers.get('date') ?? '')).toBe(PLACED);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect([desk.violations, desk.refusals['rate'], desk.calls.list]).toEqual([1, 1, 4]);
    await desk.stop();
  });

  it('does what the script of faults says', async () => {
    const desk = await opened(
      scriptedFaults([
        { call: 'list', nth: 1, fault: 'cut-body' },
        { call: 'list', nth: 2, fault: 'disconnect' },
        { call: 'list', nth: 3, fault: 'clock-skew' },
      ]),
    );
    const cut = await (await fetch(`${desk.url}/a`)).text();
    expect(() => JSON.parse(cut) as unknown).toThrow();
    await expect(fetch(`${desk.url}/a`)).rejects.toThrow();
    const skewed = await fetch(`${desk.url}/a`);
    expect(Math.abs(Date.parse(skewed.headers.get('date') ?? '') - PLACED)).toBe(180_000);
    expect(desk.violations).toBe(0);
    await desk.stop();
  });
});
