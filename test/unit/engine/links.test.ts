import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { OrderStatus } from '#shared/order.ts';
import { HOUR, MINUTE, SECOND } from '#shared/time.ts';
import { suggestionFor } from '#main/engine/index.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import type { Applied } from '#main/model/outcome.ts';
import { again, Bench, BOTTLE, HANGZHOU, MemoryPool, NOON, ONE, other, plain } from './world.ts';

describe('linked orders (A8)', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench({ fulfilment: true });
  });
  const decide = (id: string, withId: string, action: 'accept' | 'decline' | 'reopen', role?: 'agent' | 'admin') =>
    bench.command(id, {
      ...{ kind: 'link', actor: 'lin', version: bench.record(id).version, with: `TB-${withId}`, action },
      ...(role ? { role } : {}),
    });
  const shipsOf = (id: string) => bench.seen.flatMap(({ effects }) => effects).filter((effect) => effect.payload['orderNo'] === `TB-${id}`);
  const topicsOf = (id: string) => shipsOf(id).map(({ topic }) => topic);

  /** Two orders of one person a minute apart. */
  function two(changes: Partial<IncomingOrder> = other()): void {
    bench.must(bench.order());
    bench.now = NOON + MINUTE;
    bench.must(bench.order(changes));
  }

  test('both sides carry the link, and the older one is judged again', () => {
    two();
    expect(bench.record('4002').linked).toEqual([{ orderNo: 'TB-4001', kind: 'merge-candidate' }]);
    expect(bench.record('4001').linked).toEqual([{ orderNo: 'TB-4002', kind: 'merge-candidate', later: true }]);
    expect(bench.record('4001')).toMatchObject({ version: 2, grade: 'medium', openTasks: ['merge-candidate:TB-4001'] });
    expect(bench.seen.at(-1)?.timeline[0]).toMatchObject({ kind: 'link', text: { zh: '关联订单：TB-4002' } });
  });

  test('one person with very many orders: each is proposed for a parcel with twenty others at most, and both sides say the same', () => {
    for (let index = 0; index < 60; index += 1) {
      const id = String(5_000 + index);
      bench.must(bench.order(other({ channelOrderId: id, goodsMinor: 9_900 + index, paidMinor: 9_900 + index })));
    }
    const linked = Array.from({ length: 60 }, (_, index) => bench.record(String(5_000 + index)));
    for (const { orderNo, linked: links } of linked) {
      expect(links.length).toBeLessThanOrEqual(20);
      for (const link of links) {
        const peer = linked.find((one) => one.orderNo === link.orderNo);
        expect(peer?.linked.some((back) => back.orderNo === orderNo)).toBe(true);
      }
    }
    expect(linked[0]?.linked).toHaveLength(20);
    bench.must(bench.order(other({ channelOrderId: '5000', sellerMemo: '催', updatedAt: bench.now + 1 })));
    expect(bench.record('5000').linked).toHaveLength(20);
  });

  test('a storm of retries: each is a duplicate of the first twenty, and an update links it with no more', () => {
    const ids = Array.from({ length: 60 }, (_, index) => String(6_000 + index));
    for (const id of ids) {
      bench.now += 1;
      bench.must(bench.order(again({ channelOrderId: id, createdAt: NOON })));
    }
    const first = ids.slice(0, 20).map((id) => bench.record(id).orderNo);
    for (const id of ids.slice(20)) {
      expect(
        bench
          .record(id)
          .linked.map(({ orderNo }) => orderNo)
          .sort(),
      ).toEqual(first);
      expect(bench.record(id).hold?.reasons.map(({ ruleId }) => ruleId)).toContain('duplicate-order');
    }
    bench.must(bench.order(again({ channelOrderId: '6040', createdAt: NOON, sellerMemo: '催', updatedAt: bench.now + 1 })));
    expect(bench.record('6040').linked).toHaveLength(20);
    expect(bench.record('6000').linked).toHaveLength(59);
  });

  test('the suggestion names the warehouse; accepted, both are called back and go out as one parcel', () => {
    two();
    const [newer, older] = [bench.record('4002'), bench.record('4001')];
    expect(suggestionFor(newer, newer.linked[0]!, older)).toEqual({
      action: 'ship-together',
      text: { zh: '从苏州仓合并发货，省一个包裹', en: 'Ship together from Suzhou: saves one parcel' },
    });
    const done = bench.must(decide('4002', '4001', 'accept'));
    expect(done.audit[0]).toMatchObject({ actor: 'lin', action: 'order.link.accept', detail: { with: 'TB-4001' } });
    for (const [id, partner] of [
      ['4001', '4002'],
      ['4002', '4001'],
    ] as const) {
      expect(topicsOf(id)).toEqual(['wms.ship', 'wms.recall', 'wms.ship']);
      expect(shipsOf(id).at(-1)?.payload).toMatchObject({ warehouse: 'suzhou', shipTogether: [`TB-${partner}`] });
      expect(bench.record(id)).toMatchObject({
        openTasks: [],
        grade: 'pass',
        linked: [{ decision: { action: 'ship-together', by: 'lin' } }],
      });
    }
  });

  test('taken back, both are called back again and go alone', () => {
    two();
    bench.must(decide('4001', '4002', 'accept'));
    bench.must(decide('4002', '4001', 'reopen'));
    for (const id of ['4001', '4002']) {
      expect(topicsOf(id)).toEqual(['wms.ship', 'wms.recall', 'wms.ship', 'wms.recall', 'wms.ship']);
      expect(shipsOf(id).at(-1)?.payload).not.toHaveProperty('shipTogether');
      expect(bench.record(id).openTasks).toEqual([`merge-candidate:TB-${id}`]);
    }
  });

  test('declined, nothing is shipped anew and nobody is asked again', () => {
    two();
    bench.must(decide('4002', '4001', 'decline'));
    bench.must(bench.order(other({ sellerMemo: '加急', updatedAt: bench.now + 1, createdAt: NOON + MINUTE })));
    for (const id of ['4001', '4002']) {
      expect(topicsOf(id)).toEqual(['wms.ship']);
      expect(bench.record(id)).toMatchObject({ openTasks: [], linked: [{ decision: { action: 'keep-apart' } }] });
    }
  });

  test.each<[string, Partial<IncomingOrder>, string]>([
    ['is not paid', other({ status: 'pending_payment', paidMinor: 0, paidAt: null }), '不能合并：TB-4002 尚未付款'],
    ['is held', other({ buyerMessage: '刷单' }), '不能合并：TB-4002 被拦截，请先处理'],
    ['is cold', other({ lines: [{ ...ONE, storage: 'cold' }] }), '不能合并：冷链与常温不能同包'],
  ])('orders of which one %s are not put together', (_, changes, why) => {
    two(changes);
    expect(decide('4001', '4002', 'accept')).toMatchObject({ kind: 'refused', text: { zh: why }, audit: { action: 'order.link.refused' } });
    const [newer, older] = [bench.record('4002'), bench.record('4001')];
    expect(suggestionFor(newer, newer.linked[0]!, older).action).toBe('keep-apart');
  });

  test('without a warehouse system a note asks to pack them by hand', () => {
    bench = new Bench({ fulfilment: false });
    two();
    expect(bench.must(decide('4002', '4001', 'accept')).timeline.map(({ text }) => text.zh)).toEqual([
      '与 TB-4001：合并发货',
      '未接入仓库系统，请人工同包',
    ]);
    expect(bench.seen.flatMap(({ effects }) => effects)).toEqual([]);
  });

  test('of two equal orders the later one is held, also after the first was shipped, until the first is cancelled', () => {
    two(again());
    expect(bench.record('4001')).toMatchObject({ hold: null });
    expect(bench.record('4002')).toMatchObject({ hold: { reasons: [{ ruleId: 'duplicate-order' }] } });
    bench.must(bench.order({ createdAt: NOON, status: 'shipped', updatedAt: bench.now + 1 }));
    expect(bench.record('4002')).toMatchObject({ hold: { kind: 'held' }, linked: [{ over: 'shipped' }] });

    bench = new Bench({ fulfilment: true });
    two(again());
    bench.must(bench.order({ createdAt: NOON, status: 'cancelled', updatedAt: bench.now + 1 }));
    expect(bench.record('4002')).toMatchObject({ hold: null, linked: [{ over: 'ended' }] });
    expect(topicsOf('4002')).toEqual(['mail', 'wms.ship']);
  });

  test('a duplicate to be cancelled is frozen, frees its stock and leaves a task, whichever order it was decided on', () => {
    two(again());
    bench.must(decide('4001', '4002', 'accept'));
    expect(bench.record('4002')).toMatchObject({ hold: { kind: 'frozen', releaseAt: null, openedBy: 'lin' }, stock: 'none' });
    expect(bench.seen.at(-1)?.tasks).toMatchObject([{ key: 'cancel-duplicate:TB-4002' }]);
    expect(bench.record('4001').hold).toBeNull();
    const ended = bench.must(bench.order(again({ createdAt: NOON + MINUTE, status: 'cancelled', updatedAt: bench.now + 1 })));
    expect(ended.tasksDone).toContain('cancel-duplicate:TB-4002');
  });

  test('taken back, the duplicate is held as it was, with its stock', () => {
    two(again());
    bench.must(decide('4002', '4001', 'accept'));
    const back = bench.must(decide('4002', '4001', 'reopen'));
    expect(back.record).toMatchObject({ hold: { kind: 'held', reasons: [{ ruleId: 'duplicate-order' }] }, stock: 'reserved' });
    expect(back.tasksDone).toEqual(['cancel-duplicate:TB-4002']);
  });

  test('declined, the second order is wanted and goes out', () => {
    two(again());
    bench.must(decide('4002', '4001', 'decline'));
    expect(bench.record('4002')).toMatchObject({ hold: null, status: 'awaiting_shipment' });
    expect(topicsOf('4002')).toEqual(['mail', 'wms.ship']);
  });

  test('deposit and balance are linked by themselves, and nothing is asked', () => {
    const presale = { depositMinor: 1_000, balanceMinor: 18_800, balanceDueAt: null, balancePaidAt: null };
    bench.must(bench.order({ presale, paidMinor: 1_000 }));
    bench.now = NOON + 5 * HOUR;
    bench.must(bench.order(again({ paidMinor: 18_800 })));
    expect(bench.record('4001').linked).toEqual([{ orderNo: 'TB-4002', kind: 'presale-pair', later: true }]);
    expect(decide('4001', '4002', 'accept')).toMatchObject({ kind: 'refused', text: { zh: '定金与尾款自动关联，无需处理' } });
  });

  test('what is masked is matched by the keys of its platform, never by the mask', () => {
    const hidden = (mask: string, index: string | null) => ({ plain: null, mask, index });
    const receiver = (index: string | null) => ({ ...HANGZHOU, phone: hidden('138****8000', index), address: hidden('文三路****', index) });
    bench.must(bench.order({ receiver: receiver('~AB#1') }));
    bench.must(bench.order(other({ receiver: receiver('~AB#1'), buyer: { key: 'another', name: plain('x'), tags: [] } })));
    bench.must(
      bench.order(other({ channelOrderId: '4003', receiver: receiver(null), buyer: { key: 'third', name: plain('y'), tags: [] } })),
    );
    expect(bench.record('4002').linked).toMatchObject([{ orderNo: 'TB-4001', kind: 'merge-candidate' }]);
    expect(bench.record('4003').linked).toEqual([]);
  });

  test('a second order does not make the first a regular order: what held it stands', () => {
    const large = { goodsMinor: 600_000, paidMinor: 600_000, lines: [{ ...BOTTLE, unitPriceMinor: 300_000 }] };
    bench.must(bench.order(large));
    expect(bench.record('4001').hold?.reasons.map(({ ruleId }) => ruleId)).toContain('new-customer-large-order');
    bench.now = NOON + MINUTE;
    bench.must(bench.order(other()));
    expect(bench.record('4001').hold?.reasons.map(({ ruleId }) => ruleId)).toContain('new-customer-large-order');
  });
});

type Step =
  | { kind: 'order'; id: string; status: OrderStatus; pieces: number; far: boolean; message: string }
  | { kind: 'link'; id: string; with: string; action: 'accept' | 'decline' | 'reopen' }
  | { kind: 'release' | 'freeze' | 'due' | 'rejudge'; id: string }
  | { kind: 'wait'; ms: number };
const id = fc.constantFrom('1', '2', '3');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ kind: fc.constant('order' as const), id, pieces: fc.constantFrom(1, 1, 2), far: fc.constantFrom(false, false, false, true) },
      status: fc.constantFrom<OrderStatus>('paid', 'paid', 'paid', 'pending_payment', 'shipped', 'cancelled', 'refunding'),
      message: fc.constantFrom('', '', '', '刷单'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      ...{ kind: fc.constant('link' as const), id, with: id },
      action: fc.constantFrom('accept' as const, 'accept' as const, 'decline' as const, 'reopen' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('release' as const, 'freeze' as const, 'due' as const, 'rejudge' as const), id }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(SECOND, MINUTE, 3 * HOUR) }) },
);

const START: Step[] = ['1', '2'].map((one) => ({
  ...{ kind: 'order', id: one, status: 'paid', pieces: Number(one), far: false, message: '' },
}));

function take(bench: Bench, next: Step): void {
  bench.now += 1;
  if (next.kind === 'wait') bench.now += next.ms;
  else if (next.kind === 'order') {
    const receiver = next.far ? { ...HANGZHOU, province: '广东', city: '广州' } : HANGZHOU;
    const lines = [{ ...BOTTLE, quantity: next.pieces }];
    const { id: channelOrderId, status, message: buyerMessage } = next;
    bench.order({
      channelOrderId,
      status,
      buyerMessage,
      receiver,
      lines,
      createdAt: NOON + Number(channelOrderId) * SECOND,
      updatedAt: bench.now,
    });
  } else if (!bench.records.has(next.id)) return;
  else if (next.kind === 'due') bench.run(next.id, { kind: 'hold-due' });
  else if (next.kind === 'rejudge') bench.run(next.id, { kind: 'rejudge', why: 'test' });
  else {
    const version = bench.record(next.id).version;
    if (next.kind === 'link') bench.command(next.id, { ...next, with: `TB-${next.with}`, actor: 'lin', version });
    else bench.command(next.id, { kind: next.kind, actor: 'lin', reason: '', version });
  }
}

/** Reads what the warehouses were told, as a warehouse system does. */
class Warehouses {
  readonly asked = new Map<string, string>();
  merged = 0;

  tell({ effects, record }: Applied): void {
    for (const { topic, payload } of effects) {
      if (topic === 'wms.recall') this.asked.delete(record.orderNo);
      if (topic !== 'wms.ship') continue;
      expect(this.asked.get(record.orderNo), `${record.orderNo} is on its way already`).toBeUndefined();
      this.asked.set(record.orderNo, String(payload['warehouse']));
      expect(new Set(record.allocations.map(({ warehouse }) => warehouse))).toEqual(new Set([payload['warehouse']]));
      const together = (payload['shipTogether'] ?? []) as string[];
      this.merged += together.length;
      // A duplicate to be cancelled never goes out, alone or in a parcel.
      expect(record.linked.some(({ decision, later }) => decision?.action === 'cancel-duplicate' && !later && record.hold)).toBe(false);
    }
  }
}

test('the same order never reaches two warehouses, whatever is linked, merged, taken back, held and moved', () => {
  let merged = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), (steps) => {
      const bench = new Bench({ fulfilment: true }, new MemoryPool({ bottle: 40 }));
      const warehouses = new Warehouses();
      for (const next of [...START, ...steps]) {
        const from = bench.seen.length;
        take(bench, next);
        for (const outcome of bench.seen.slice(from)) warehouses.tell(outcome);
        for (const record of bench.records.values()) {
          // Both sides of a link say the same.
          for (const link of record.linked) {
            const back = bench.record(link.orderNo.slice(3)).linked.find((one) => one.orderNo === record.orderNo);
            if (!back) continue;
            expect([back.kind, back.decision?.action, back.later === true]).toEqual([
              link.kind,
              link.decision?.action,
              link.later !== true,
            ]);
          }
          const waits = record.shipRequestedAt !== null && record.status === 'awaiting_shipment';
          if (waits) expect(warehouses.asked.has(record.orderNo)).toBe(true);
          if (record.hold) expect(waits).toBe(false);
        }
      }
      merged += warehouses.merged;
    }),
    { numRuns: 400 },
  );
  expect(merged).toBeGreaterThan(20);
});
