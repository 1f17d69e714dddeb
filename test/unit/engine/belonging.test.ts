import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '#shared/time.ts';
import { suggestionFor } from '#main/engine/index.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { again, Bench, BOTTLE, HANGZHOU, MemoryPool, NOON, other, plain } from './world.ts';

/** A8: orders belong together as long as what showed it stands, and a parcel has one receiver. */

const FRIEND = { ...HANGZHOU, name: plain('周先生'), phone: plain('13900139000'), address: plain('龙井路 99 号') };

let bench: Bench;
beforeEach(() => {
  bench = new Bench({ fulfilment: true });
});
const told = (id: string) => bench.seen.flatMap(({ effects }) => effects).filter(({ payload }) => payload['orderNo'] === `TB-${id}`);
const topicsOf = (id: string) => told(id).map(({ topic }) => topic);
const lastShip = (id: string) => told(id).findLast(({ topic }) => topic === 'wms.ship')?.payload;
const decide = (id: string, withId: string, action: 'accept' | 'decline' | 'reopen') =>
  bench.command(id, { kind: 'link', actor: 'lin', version: bench.record(id).version, with: `TB-${withId}`, action });

/** The same order, as it is a second later. */
function change(id: string, changes: Partial<IncomingOrder>): void {
  bench.now += SECOND;
  bench.must(bench.order({ channelOrderId: id, createdAt: bench.record(id).createdAt, updatedAt: bench.now, ...changes }));
}
function two(changes: Partial<IncomingOrder> = other()): void {
  bench.must(bench.order());
  bench.now = NOON + MINUTE;
  bench.must(bench.order(changes));
}

describe('an order that goes elsewhere after the warehouse was asked', () => {
  test.each<[string, Partial<typeof HANGZHOU>]>([
    ['another street', { address: plain('龙井路 99 号') }],
    ['another phone', { phone: plain('13900139000') }],
    ['another name', { name: plain('周先生') }],
    ['another district', { district: '滨江区' }],
  ])('%s: it is called back and asked for again with the new label', (_, receiver) => {
    bench.must(bench.order());
    change('4001', { receiver: { ...HANGZHOU, ...receiver } });
    expect(topicsOf('4001')).toEqual(['wms.ship', 'wms.recall', 'wms.ship']);
    const [field, value] = Object.entries(receiver)[0] as [string, string | { plain: string }];
    expect(lastShip('4001')).toMatchObject({ receiver: { [field]: typeof value === 'string' ? value : value.plain } });
  });

  test.each<[string, Partial<typeof HANGZHOU>]>([
    ['what the platform hides now', { phone: { plain: null, mask: '138****8000', index: null } }],
    ['what is only written otherwise', { phone: plain('+86 138-0013-8000'), address: plain('文三路12号3幢501室') }],
    ['what it does not tell any more', { district: '', address: { plain: null, mask: '', index: null } }],
  ])('%s is no other receiver', (_, receiver) => {
    bench.must(bench.order());
    change('4001', { receiver: { ...HANGZHOU, ...receiver }, sellerMemo: '加急' });
    expect(topicsOf('4001')).toEqual(['wms.ship']);
  });
});

describe('orders that were to share a parcel', () => {
  test('go apart, both called back, when one gets another receiver', () => {
    two();
    bench.must(decide('4002', '4001', 'accept'));
    change('4002', other({ receiver: FRIEND }));
    for (const id of ['4001', '4002']) {
      expect(topicsOf(id)).toEqual(['wms.ship', 'wms.recall', 'wms.ship', 'wms.recall', 'wms.ship']);
      expect(lastShip(id)).not.toHaveProperty('shipTogether');
      expect(bench.record(id)).toMatchObject({ openTasks: [], linked: [{ over: 'apart' }] });
    }
    expect(decide('4001', '4002', 'reopen')).toMatchObject({ kind: 'refused', text: { zh: '与 TB-4002 已不再关联' } });
  });

  test('go apart where the platform hides the receiver and its own key says it is another', () => {
    const hidden = (index: string) => ({
      ...HANGZHOU,
      phone: { plain: null, mask: '138****8000', index: `p${index}` },
      address: { plain: null, mask: '文三路****', index: `a${index}` },
    });
    bench.must(bench.order({ receiver: hidden('1') }));
    bench.now = NOON + MINUTE;
    bench.must(bench.order(other({ receiver: hidden('1') })));
    bench.must(decide('4002', '4001', 'accept'));
    change('4002', other({ receiver: hidden('2') }));
    for (const id of ['4001', '4002']) expect(lastShip(id)).not.toHaveProperty('shipTogether');
  });

  test('go apart, too, when the receiver changes while money is claimed back', () => {
    two();
    bench.must(decide('4002', '4001', 'accept'));
    change('4002', other({ receiver: FRIEND, status: 'refunding' }));
    expect(lastShip('4001')).not.toHaveProperty('shipTogether');
    change('4002', other({ receiver: FRIEND }));
    expect(lastShip('4002')).not.toHaveProperty('shipTogether');
  });

  test('are proposed again when the receiver is put right', () => {
    two();
    change('4002', other({ receiver: FRIEND }));
    expect(bench.record('4001')).toMatchObject({ openTasks: [], linked: [{ over: 'apart' }] });
    change('4002', other());
    for (const id of ['4001', '4002']) {
      expect(bench.record(id).linked).toMatchObject([{ kind: 'merge-candidate' }]);
      expect(bench.record(id).linked[0]).not.toHaveProperty('over');
      expect(bench.record(id).openTasks).toEqual([`merge-candidate:TB-${id}`]);
    }
    bench.must(decide('4001', '4002', 'accept'));
  });

  test('stay together when the address is only written otherwise', () => {
    two();
    bench.must(decide('4002', '4001', 'accept'));
    change('4002', other({ receiver: { ...HANGZHOU, province: '浙江', city: '杭州', phone: plain('+86 138-0013-8000') } }));
    expect(bench.record('4002').linked).toMatchObject([{ decision: { action: 'ship-together' } }]);
    expect(bench.record('4002').linked[0]).not.toHaveProperty('over');
  });

  test('are two: a third one is refused with the reason, and is no part of the suggestion', () => {
    two();
    bench.now += SECOND;
    bench.must(bench.order(other({ channelOrderId: '4003', goodsMinor: 9_901, paidMinor: 9_901 })));
    bench.must(decide('4002', '4001', 'accept'));
    expect(decide('4003', '4002', 'accept')).toMatchObject({
      kind: 'refused',
      text: { zh: '不能合并：TB-4002 已与 TB-4001 合并发货' },
    });
    const third = bench.record('4003');
    const link = third.linked.find(({ orderNo }) => orderNo === 'TB-4001')!;
    expect(suggestionFor(third, link, bench.record('4001')).action).toBe('keep-apart');
    bench.must(decide('4002', '4001', 'reopen'));
    bench.must(decide('4003', '4002', 'accept'));
    expect(lastShip('4002')).toMatchObject({ shipTogether: ['TB-4003'] });
  });
});

describe('a repeat', () => {
  test('is no present for somebody else', () => {
    two(again({ receiver: FRIEND }));
    expect(bench.record('4002')).toMatchObject({ hold: null, linked: [] });
  });

  test('of an order nobody paid is none; once both are paid the later one is held', () => {
    const unpaid = { status: 'pending_payment', paidMinor: 0, paidAt: null } as const;
    bench.must(bench.order(unpaid));
    bench.now = NOON + MINUTE;
    bench.must(bench.order(again()));
    expect(bench.record('4002').hold).toBeNull();
    change('4001', {});
    expect(bench.record('4002').hold?.reasons.map(({ ruleId }) => ruleId)).toEqual(['duplicate-order']);
    expect(bench.record('4001').hold).toBeNull();
    expect(topicsOf('4002')).toEqual(['wms.ship', 'mail', 'wms.recall']);
  });

  test('with other goods now is let go, whichever of the two changed', () => {
    two(again());
    expect(bench.record('4002').hold).not.toBeNull();
    change('4001', { lines: [{ ...BOTTLE, quantity: 3 }], goodsMinor: 29_700, paidMinor: 29_700 });
    expect(bench.record('4002')).toMatchObject({ hold: null });
    expect(topicsOf('4002')).toEqual(['mail', 'wms.ship']);
    // They are one person's two orders now.
    expect(bench.record('4002').linked).toMatchObject([{ orderNo: 'TB-4001', kind: 'merge-candidate' }]);
  });

  test('that was to be cancelled outlives the order that was kept: nobody is asked to cancel it any more, and it waits for a person', () => {
    two(again());
    bench.must(decide('4002', '4001', 'accept'));
    change('4001', { status: 'cancelled' });
    expect(bench.seen.at(-1)?.tasksDone).toEqual(['cancel-duplicate:TB-4002']);
    const held = bench.record('4002');
    expect(held.hold).toMatchObject({ kind: 'frozen', releaseAt: null });
    expect(held.hold?.reasons[0]?.sentence.zh).toBe('曾为 TB-4001 的重复单，而 TB-4001 已结束：请放行，或在平台取消');
    const released = bench.must(bench.command('4002', { kind: 'release', actor: 'lin', reason: '', version: held.version }));
    expect(released.record).toMatchObject({ hold: null, stock: 'reserved' });
    expect(topicsOf('4002').at(-1)).toBe('wms.ship');
  });

  test('told an hour late is still one, also after what fell out of the span was looked for', () => {
    const stranger = { receiver: FRIEND, buyer: { key: 'zhou', name: plain('zhou'), tags: [] } };
    const placed = NOON - 50 * MINUTE;
    bench.now = NOON - 10 * MINUTE;
    bench.must(bench.order({ channelOrderId: '9001', ...stranger }));
    bench.now = NOON;
    bench.must(bench.order({ createdAt: placed }));
    bench.now = NOON + 21 * MINUTE;
    bench.must(bench.order({ channelOrderId: '9002', ...stranger, goodsMinor: 1 }));
    bench.must(bench.order(again({ createdAt: placed + MINUTE })));
    expect(bench.record('4002').hold?.reasons.map(({ ruleId }) => ruleId)).toContain('duplicate-order');
  });
});

type Step = { kind: 'order'; id: string; place: number; pieces: number; status: 'paid' | 'cancelled' | 'refunding'; message: string };
type Decision = { kind: 'accept' | 'reopen' | 'decline' | 'release'; id: string; with: string };
const id = fc.constantFrom('1', '2', '3', '4');
const step: fc.Arbitrary<Step | Decision> = fc.oneof(
  fc.record({
    ...{ kind: fc.constant('order' as const), id, place: fc.constantFrom(0, 0, 0, 1, 2), pieces: fc.constantFrom(1, 2) },
    status: fc.constantFrom('paid' as const, 'paid' as const, 'paid' as const, 'paid' as const, 'cancelled' as const, 'refunding' as const),
    message: fc.constantFrom('', '', '', '', '刷单'),
  }),
  fc.record({
    kind: fc.constantFrom('accept' as const, 'accept' as const, 'reopen' as const, 'decline' as const, 'release' as const),
    id,
    with: id,
  }),
);
const PLACES = [HANGZHOU, FRIEND, { ...HANGZHOU, province: '广东', city: '广州' }];

/** What a warehouse has to pack: the last word about each order that it was not called back from. */
function asked(): Map<string, Record<string, unknown>> {
  const waiting = new Map<string, Record<string, unknown>>();
  for (const { effects } of bench.seen) {
    for (const { topic, payload } of effects) {
      if (topic === 'wms.recall') waiting.delete(String(payload['orderNo']));
      if (topic === 'wms.ship') waiting.set(String(payload['orderNo']), payload);
    }
  }
  return waiting;
}

test('a parcel is two orders to one receiver, each naming the other, whatever is merged, moved, refunded and released', () => {
  let parcels = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 12, maxLength: 40, size: 'max' }), (steps) => {
      bench = new Bench({ fulfilment: true }, new MemoryPool({ bottle: 1_000 }));
      for (const one of ['1', '2', '3', '4']) bench.order({ channelOrderId: one, lines: [{ ...BOTTLE, quantity: Number(one) }] });
      for (const next of steps) {
        bench.now += 1;
        if (next.kind === 'order') {
          const { id: channelOrderId, status, message: buyerMessage, pieces } = next;
          const lines = [{ ...BOTTLE, quantity: pieces + Number(channelOrderId) }];
          const receiver = PLACES[next.place]!;
          bench.order({ channelOrderId, status, buyerMessage, lines, receiver, createdAt: NOON, updatedAt: bench.now });
        } else if (next.kind === 'release') {
          const { version } = bench.record(next.id);
          bench.command(next.id, { kind: 'release', actor: 'lin', reason: '', version });
        } else decide(next.id, next.with, next.kind);
        const waiting = asked();
        for (const [orderNo, { shipTogether = [], receiver }] of waiting) {
          const together = shipTogether as string[];
          expect(together.length, orderNo).toBeLessThanOrEqual(1);
          const mate = waiting.get(together[0] ?? '');
          if (!mate) continue;
          parcels += 1;
          expect(mate['shipTogether'], `${together[0]} goes with ${orderNo}`).toEqual([orderNo]);
          expect(mate['receiver'], `${together[0]} goes where ${orderNo} goes`).toEqual(receiver);
        }
      }
    }),
    { numRuns: 150, seed: 20260618 },
  );
  expect(parcels).toBeGreaterThan(100);
});
