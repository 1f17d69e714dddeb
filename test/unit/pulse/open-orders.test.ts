import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STAGES, type PulseLevel } from '#shared/pulse.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import { AgeHeap } from '#main/pulse/age-heap.ts';
import { DEFAULT_RED_AFTER, stageLimits } from '#main/pulse/limits.ts';
import { OpenOrders, openOrderOf, type OpenOrder } from '#main/pulse/open-orders.ts';
import { orderRecord } from '../../fixtures/order-record.ts';

const NOW = Date.UTC(2026, 10, 11, 8);

function order(overrides: Partial<OpenOrder> = {}): OpenOrder {
  return {
    orderNo: 'TB1',
    stage: 'awaiting_shipment',
    since: NOW,
    channel: 'taobao',
    shopId: 'flagship',
    warehouse: 'suzhou',
    ruleId: null,
    frozen: false,
    ...overrides,
  };
}

describe('orders by stage', () => {
  it('are those that stand there now', () => {
    const open = new OpenOrders();
    open.load([order(), order({ orderNo: 'TB2', stage: 'shipped' }), order({ orderNo: 'TB3', stage: 'review' })]);
    open.set(order({ orderNo: 'TB4', stage: 'paid' }), NOW);
    open.set(order({ orderNo: 'TB4', stage: 'shipped' }), NOW + 1);
    open.remove('TB3', NOW + 2);
    expect(open.numbers(new Set(['awaiting_shipment', 'paid', 'review']))).toEqual(['TB1']);
    expect(open.numbers(new Set(['shipped']))).toEqual(['TB2', 'TB4']);
  });
});

describe('AgeHeap', () => {
  it('keeps the oldest on top whatever enters and leaves', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(19), fc.nat(50)), { maxLength: 120 }), (steps) => {
        const columns = { since: new Float64Array(20), position: new Int32Array(20) };
        const heap = new AgeHeap(columns);
        const inside = new Set<number>();
        for (const [slot, since] of steps) {
          if (inside.has(slot)) {
            heap.remove(slot);
            inside.delete(slot);
          } else {
            columns.since[slot] = since;
            heap.push(slot);
            inside.add(slot);
          }
          const ages = [...inside].map((member) => columns.since[member]).sort((a, b) => Number(a) - Number(b));
          expect(heap.size).toBe(inside.size);
          expect(new Set(heap)).toEqual(inside);
          expect(heap.oldest(5).map((member) => columns.since[member])).toEqual(ages.slice(0, 5));
          expect(heap.peek() < 0 ? undefined : columns.since[heap.peek()]).toBe(ages[0]);
        }
      }),
    );
  });
});

describe('OpenOrders', () => {
  it('turns orders amber at half of the limit and red at the limit, once each', () => {
    const orders = new OpenOrders();
    orders.set(order(), NOW);
    const seen = [0, HOUR - 1, HOUR, 2 * HOUR - 1, 2 * HOUR, 3 * HOUR].map((age) => {
      const { newlyAmber, newlyRed, groups } = orders.scan(NOW + age);
      return [newlyAmber, newlyRed, groups.map(({ amber, red }) => [amber, red])];
    });
    expect(seen).toEqual([
      [0, [], []],
      [0, [], []],
      [1, [], [[1, 0]]],
      [0, [], [[1, 0]]],
      [0, ['TB1'], [[0, 1]]],
      [0, [], [[0, 1]]],
    ]);
  });

  it('finds an order that was late when it came in', () => {
    const orders = new OpenOrders();
    orders.set(order({ since: NOW - 5 * HOUR }), NOW);
    expect(orders.scan(NOW)).toMatchObject({ open: 1, newlyAmber: 1, newlyRed: ['TB1'] });
  });

  it('groups by stage, shop, warehouse and rule, oldest first', () => {
    const orders = new OpenOrders();
    const held = { stage: 'review', ruleId: 'brushing' } as const;
    orders.load([
      order({ orderNo: 'A', since: NOW - 90 * MINUTE }),
      order({ orderNo: 'B', since: NOW - 150 * MINUTE }),
      order({ orderNo: 'C', since: NOW - 80 * MINUTE }),
      order({ orderNo: 'D', since: NOW - 70 * MINUTE, warehouse: 'hefei' }),
      order({ orderNo: 'E', since: NOW - 130 * MINUTE, ...held }),
      order({ orderNo: 'F', since: NOW - 130 * MINUTE, ...held, frozen: true }),
      order({ orderNo: 'G', since: NOW - 10 * MINUTE, ...held }),
    ]);
    const scan = orders.scan(NOW);
    expect(scan).toMatchObject({ open: 7, newlyAmber: 6, newlyRed: ['B', 'E', 'F'] });
    const shown = scan.groups.map(({ id, warehouse, ruleId, frozen, amber, red, oldestAt }) => ({
      cause: [warehouse, ruleId, frozen],
      late: [amber, red],
      orders: orders.oldestOf(id, 2),
      head: orders.oldestOf(id, 1)[0]?.since === oldestAt,
    }));
    expect(shown).toEqual([
      {
        cause: ['suzhou', null, false],
        late: [2, 1],
        orders: [
          { orderNo: 'B', since: NOW - 150 * MINUTE },
          { orderNo: 'A', since: NOW - 90 * MINUTE },
        ],
        head: true,
      },
      { cause: ['hefei', null, false], late: [1, 0], orders: [{ orderNo: 'D', since: NOW - 70 * MINUTE }], head: true },
      { cause: [null, 'brushing', false], late: [0, 1], orders: [{ orderNo: 'E', since: NOW - 130 * MINUTE }], head: true },
      { cause: [null, 'brushing', true], late: [0, 1], orders: [{ orderNo: 'F', since: NOW - 130 * MINUTE }], head: true },
    ]);
    expect(orders.holds()).toEqual({ held: 2, frozen: 1, oldestHeldAt: NOW - 130 * MINUTE });
  });

  it('shows each stage with backlog, oldest, flows and level', () => {
    const orders = new OpenOrders();
    orders.load([order({ orderNo: 'old', since: NOW - 65 * MINUTE }), order({ orderNo: 'paid', stage: 'paid', since: NOW - 3 * HOUR })]);
    for (let index = 0; index < 10; index += 1)
      orders.set(order({ orderNo: `new${index}`, since: NOW }), NOW - 5 * MINUTE + index * 30_000);
    orders.set(order({ orderNo: 'new0', stage: 'shipped', since: NOW }), NOW);
    orders.remove('new1', NOW);
    const loads = Object.fromEntries(orders.stageLoads(NOW).map((load) => [load.stage, load]));
    expect(loads['awaiting_shipment']).toEqual({
      stage: 'awaiting_shipment',
      backlog: 9,
      oldestAt: NOW - 65 * MINUTE,
      inflowPerMinute: expect.closeTo(9 / 5, 5) as number,
      outflowPerMinute: 2,
      level: 'amber' satisfies PulseLevel,
      amberAfterMs: HOUR,
      redAfterMs: 2 * HOUR,
    });
    expect(loads['paid']).toMatchObject({ backlog: 1, level: 'red', inflowPerMinute: 0 });
    expect(loads['shipped']).toMatchObject({ backlog: 1, level: 'green', inflowPerMinute: 1 });
    expect(loads['review']).toMatchObject({ backlog: 0, oldestAt: null, level: 'green' });
    expect(orders.stageLoads(NOW).map(({ stage }) => stage)).toEqual(STAGES);
  });

  it('does not make a late order punctual by moving it to another warehouse', () => {
    const orders = new OpenOrders();
    orders.load([order({ since: NOW - 3 * HOUR })]);
    orders.scan(NOW);
    orders.set(order({ since: NOW - 3 * HOUR, warehouse: 'hefei' }), NOW);
    expect(orders.scan(NOW)).toMatchObject({ newlyAmber: 0, newlyRed: [], groups: [{ warehouse: 'hefei', amber: 0, red: 1 }] });
    orders.set(order({ stage: 'shipped', since: NOW }), NOW);
    expect(orders.scan(NOW + MINUTE).groups).toEqual([]);
  });

  it('judges all orders anew under new limits', () => {
    const orders = new OpenOrders();
    orders.load([order({ orderNo: 'A', since: NOW - 3 * HOUR }), order({ orderNo: 'B', since: NOW - 90 * MINUTE })]);
    orders.scan(NOW);
    orders.setLimits(stageLimits({ awaiting_shipment: 8 * HOUR }));
    expect(orders.scan(NOW).groups).toEqual([]);
    orders.setLimits(stageLimits({ awaiting_shipment: HOUR }));
    expect(orders.scan(NOW)).toMatchObject({ newlyRed: ['A', 'B'] });
    expect(() => stageLimits({ paid: 0 })).toThrow(RangeError);
  });

  it('learns how long a stage normally takes', () => {
    const orders = new OpenOrders();
    expect(orders.expected('awaiting_shipment', 'taobao')).toEqual({ ms: HOUR, learntFrom: null });
    for (let index = 0; index < 100; index += 1) {
      orders.set(order({ orderNo: `o${index}`, since: NOW }), NOW);
      orders.remove(`o${index}`, NOW + (index < 95 ? 10 : 90) * MINUTE);
    }
    const { ms, learntFrom } = orders.expected('awaiting_shipment', null);
    expect(ms / (10 * MINUTE)).toBeCloseTo(1, 1);
    expect(learntFrom).toBe(100);
  });

  it('forgets an order that left, and reuses its place', () => {
    const orders = new OpenOrders();
    orders.set(order(), NOW);
    expect([orders.remove('TB1', NOW), orders.remove('TB1', NOW), orders.has('TB1'), orders.size]).toEqual([true, false, false, 0]);
    orders.set(order({ orderNo: 'TB2' }), NOW);
    expect(orders.scan(NOW + 2 * HOUR).newlyRed).toEqual(['TB2']);
  });
});

describe('OpenOrders against a plain list', () => {
  const anyOrder = fc.record({
    orderNo: fc.integer({ min: 0, max: 30 }).map((number) => `O${number}`),
    stage: fc.constantFrom(...STAGES),
    age: fc.integer({ min: 0, max: 300 }).map((minutes) => minutes * MINUTE),
    warehouse: fc.constantFrom(null, 'suzhou', 'hefei'),
    ruleId: fc.constantFrom(null, 'brushing'),
  });
  const anyStep = fc.oneof(
    { weight: 5, arbitrary: fc.record({ is: fc.constant('set' as const), order: anyOrder }) },
    { weight: 2, arbitrary: fc.record({ is: fc.constant('remove' as const), orderNo: anyOrder.map(({ orderNo }) => orderNo) }) },
    { weight: 2, arbitrary: fc.record({ is: fc.constant('scan' as const), minutes: fc.integer({ min: 0, max: 90 }) }) },
  );

  it('counts the same late orders and names every newly red one exactly once', () => {
    const limits = stageLimits(Object.fromEntries(STAGES.map((stage, index) => [stage, (index + 1) * 20 * MINUTE])));
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 80 }), (steps) => {
        const orders = new OpenOrders(limits);
        const plain = new Map<string, OpenOrder>();
        const told = new Map<string, string>();
        let now = NOW;
        for (const step of steps) {
          if (step.is === 'set') {
            const { age, ...rest } = step.order;
            const next = order({ ...rest, since: now - age });
            const before = plain.get(next.orderNo);
            if (before && (before.stage !== next.stage || before.since !== next.since)) told.delete(next.orderNo);
            plain.set(next.orderNo, next);
            orders.set(next, now);
          } else if (step.is === 'remove') {
            expect(orders.remove(step.orderNo, now)).toBe(plain.delete(step.orderNo));
            told.delete(step.orderNo);
          } else {
            now += step.minutes * MINUTE;
            const scan = orders.scan(now);
            const late = [...plain.values()].filter(({ stage, since }) => now - since >= limits[stage].amberAfterMs);
            const red = late.filter(({ stage, since }) => now - since >= limits[stage].redAfterMs);
            expect(scan.groups.reduce((sum, group) => sum + group.red, 0)).toBe(red.length);
            expect(scan.groups.reduce((sum, group) => sum + group.amber, 0)).toBe(late.length - red.length);
            expect(new Set(scan.newlyRed)).toEqual(new Set(red.map(({ orderNo }) => orderNo).filter((orderNo) => !told.has(orderNo))));
            for (const orderNo of scan.newlyRed) told.set(orderNo, 'red');
            for (const load of orders.stageLoads(now)) {
              const there = [...plain.values()].filter(({ stage }) => stage === load.stage).map(({ since }) => since);
              expect([load.backlog, load.oldestAt]).toEqual([there.length, there.length > 0 ? Math.min(...there) : null]);
            }
          }
          expect(orders.size).toBe(plain.size);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('openOrderOf', () => {
  it('counts an order in its status from when it entered it', () => {
    expect(openOrderOf(orderRecord({ status: 'awaiting_shipment', statusSince: 77 }))).toEqual({
      orderNo: 'TB202611111000000000001',
      stage: 'awaiting_shipment',
      since: 77,
      channel: 'taobao',
      shopId: 'flagship',
      warehouse: 'suzhou',
      ruleId: null,
      frozen: false,
    });
  });

  it('counts a held or frozen order in review since it was stopped', () => {
    const hold = {
      kind: 'frozen',
      severity: 'high',
      reasons: [{ ruleId: 'black-list', ruleVersion: 1, severity: 'high', sentence: { zh: '黑名单', en: 'black list' } }],
      role: 'risk',
      openedAt: 99,
      releaseAt: null,
      stock: 'keep',
      assignee: null,
      snoozedUntil: null,
      openedBy: 'rule',
    } as const;
    expect(openOrderOf(orderRecord({ hold: { ...hold, reasons: [...hold.reasons] } }))).toMatchObject({
      stage: 'review',
      since: 99,
      ruleId: 'black-list',
      frozen: true,
    });
    expect(openOrderOf(orderRecord({ hold: { ...hold, kind: 'held', reasons: [], openedBy: 'chen' } }))).toMatchObject({
      stage: 'review',
      ruleId: null,
      frozen: false,
    });
  });

  it.each(['completed', 'cancelled', 'refunding', 'refunded', 'closed'] as const)('leaves %s orders out', (status) => {
    expect(openOrderOf(orderRecord({ status }))).toBeNull();
  });

  it('has a limit for every stage', () => {
    expect(Object.keys(DEFAULT_RED_AFTER)).toEqual([...STAGES]);
  });
});
