import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '#shared/time.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import type { Applied } from '#main/model/outcome.ts';
import { DEFAULT_ENGINE_SETTINGS } from '#main/engine/index.ts';
import { Bench, BOTTLE, HANGZHOU, incoming, MemoryPool, NOON, plain, refund } from './world.ts';

const topics = (outcome: Applied) => outcome.effects.map((effect) => effect.topic);
const kinds = (outcome: Applied) => outcome.timeline.map((entry) => entry.kind);
const failing = (outcome: Applied) => outcome.record.executable.filter((check) => !check.passed).map((check) => check.id);

const BRUSHED = { buyerMessage: '刷单的，返现 5 元' } satisfies Partial<IncomingOrder>;
const COLD = { lines: [BOTTLE, { ...BOTTLE, sku: 'milk', storage: 'cold' as const }] } satisfies Partial<IncomingOrder>;

describe('a healthy order', () => {
  test('is received, reserved, routed and, with a warehouse connected, sent for shipping at once', () => {
    const bench = new Bench({ fulfilment: true });
    const outcome = bench.must(bench.order());
    expect(outcome).toMatchObject({
      created: true,
      record: {
        orderNo: 'TB-4001',
        version: 1,
        status: 'awaiting_shipment',
        platform: { status: 'awaiting_shipment', refund: null },
        hold: null,
        grade: 'pass',
        stock: 'reserved',
        allocations: [{ sku: 'bottle', warehouse: 'suzhou', quantity: 2, pool: 'spot' }],
        route: { warehouse: 'suzhou' },
        shipRequestedAt: NOON,
        tags: ['taobao'],
        counts: { 'window:orders:buyer:10': 1, 'window:orders:phone:10': 1 },
      },
      stock: [{ kind: 'reserve', sku: 'bottle', warehouse: 'suzhou', quantity: 2, pool: 'spot' }],
      effects: [{ topic: 'wms.ship', key: 'wms.ship:TB-4001:1', payload: { warehouse: 'suzhou', channelOrderId: '4001' } }],
      tasks: [],
      audit: [],
      verdict: { ruleSetVersion: 1, grade: 'pass', hits: [] },
    });
    expect(kinds(outcome)).toEqual(['received', 'route', 'outbox', 'status']);
    expect(failing(outcome)).toEqual([]);
    expect(outcome.record.healthScore).toBe(97);
    expect(outcome.verdict?.healthScore).toBe(97);
  });

  test('keeps its state where no warehouse is connected', () => {
    const bench = new Bench();
    const outcome = bench.must(bench.order());
    expect(outcome.record).toMatchObject({ status: 'paid', shipRequestedAt: null });
    expect(outcome.effects).toEqual([]);
  });

  test('is asked for once, though the platform still says paid', () => {
    const bench = new Bench({ fulfilment: true });
    bench.must(bench.order());
    const again = bench.must(bench.order({ sellerMemo: '送贺卡', updatedAt: NOON + SECOND }));
    expect(again.record).toMatchObject({ status: 'awaiting_shipment', sellerMemo: '送贺卡', version: 2 });
    expect(topics(again)).toEqual([]);
    expect(again.audit).toEqual([]);
  });

  test('reserves before it is paid (D3), and is sent when the money is in', () => {
    const bench = new Bench({ fulfilment: true });
    const unpaid = bench.must(bench.order({ status: 'pending_payment', paidMinor: 0, paidAt: null }));
    expect(unpaid.stock).toHaveLength(1);
    expect(failing(unpaid)).toEqual(['paid']);
    const paid = bench.must(bench.order({ updatedAt: NOON + MINUTE }));
    expect(paid.stock).toEqual([]);
    expect(topics(paid)).toEqual(['wms.ship']);
  });

  test('turns its reservation into a shipment, once', () => {
    const bench = new Bench();
    bench.must(bench.order());
    const shipped = bench.must(bench.order({ status: 'shipped', trackingNumber: 'SF1', updatedAt: NOON + HOUR }));
    expect(shipped.stock).toEqual([{ kind: 'ship', sku: 'bottle', warehouse: 'suzhou', quantity: 2, pool: 'spot' }]);
    expect(bench.must(bench.order({ status: 'delivered', updatedAt: NOON + 2 * HOUR })).stock).toEqual([]);
    expect(bench.pool.reserved()).toBe(0);
  });

  test.each(['cancelled', 'closed'] as const)('gives its pieces back when %s', (status) => {
    const bench = new Bench();
    bench.must(bench.order());
    const ended = bench.must(bench.order({ status, updatedAt: NOON + HOUR }));
    expect(ended.stock).toEqual([{ kind: 'release', sku: 'bottle', warehouse: 'suzhou', quantity: 2, pool: 'spot' }]);
    expect(ended.record).toMatchObject({ stock: 'none', allocations: [] });
  });

  test('that had shipped before the hub knew of it moves no stock', () => {
    const bench = new Bench();
    expect(bench.must(bench.order({ status: 'shipped' })).stock).toEqual([]);
    expect(bench.must(bench.order({ status: 'completed', updatedAt: NOON + HOUR })).stock).toEqual([]);
  });

  test('that was cancelled too late leaves the pool all the same', () => {
    const bench = new Bench();
    bench.must(bench.order());
    bench.must(bench.order({ status: 'cancelled', updatedAt: NOON + 1 }));
    const gone = bench.must(bench.order({ status: 'shipped', updatedAt: NOON + 2 }));
    expect(gone.stock.map((change) => change.kind)).toEqual(['reserve', 'ship']);
  });

  test('moves with its goods and its address', () => {
    const bench = new Bench();
    bench.must(bench.order());
    const more = bench.must(bench.order({ lines: [{ ...BOTTLE, quantity: 5 }], updatedAt: NOON + 1 }));
    expect(more.stock).toEqual([{ kind: 'reserve', sku: 'bottle', warehouse: 'suzhou', quantity: 3, pool: 'spot' }]);
    const south = bench.must(
      bench.order({
        lines: [{ ...BOTTLE, quantity: 5 }],
        receiver: { ...HANGZHOU, province: '广东省', city: '广州市' },
        updatedAt: NOON + 2,
      }),
    );
    expect(south.stock).toMatchObject([
      { kind: 'release', warehouse: 'suzhou', quantity: 5 },
      { kind: 'reserve', quantity: 5 },
    ]);
    expect(bench.pool.reserved()).toBe(5);
  });

  test('counts its own pieces as available when it is planned again', () => {
    const bench = new Bench({}, new MemoryPool({ bottle: 5 }));
    bench.must(bench.order({ lines: [{ ...BOTTLE, quantity: 4 }] }));
    const more = bench.must(bench.order({ lines: [{ ...BOTTLE, quantity: 5 }], updatedAt: NOON + 1 }));
    expect(more.record.allocations).toEqual([{ sku: 'bottle', warehouse: 'suzhou', quantity: 5, pool: 'spot' }]);
  });

  test('takes presale goods from the presale pool (D5)', () => {
    const bench = new Bench({}, new MemoryPool({ bottle: 100 }, { bottle: 3 }));
    const presale = { depositMinor: 100, balanceMinor: 19_700, balanceDueAt: null, balancePaidAt: null };
    const outcome = bench.must(bench.order({ presale, status: 'pending_payment' }));
    expect(outcome.stock).toMatchObject([{ kind: 'reserve', pool: 'presale', quantity: 2 }]);
    expect(outcome.record.tags).toContain('presale');
  });
});

describe('disposition (C1)', () => {
  test('a low finding opens a task, asks the buyer, and stops nothing', () => {
    const bench = new Bench({ fulfilment: true });
    const receiver = { ...HANGZHOU, phone: plain('1380013') };
    const outcome = bench.must(bench.order({ receiver }));
    expect(outcome.tasks).toMatchObject([{ key: 'phone-malformed:TB-4001', severity: 'low', role: 'service', dueAt: NOON + 24 * HOUR }]);
    expect(topics(outcome)).toEqual(['buyer.message', 'wms.ship']);
    const healed = bench.must(bench.order({ updatedAt: NOON + MINUTE }));
    expect(healed).toMatchObject({ tasks: [], tasksDone: ['phone-malformed:TB-4001'] });
  });

  test('a medium finding holds the order, keeps its stock, and mails operations', () => {
    const bench = new Bench({ fulfilment: true });
    const outcome = bench.must(bench.order(COLD));
    expect(outcome.record).toMatchObject({
      grade: 'medium',
      status: 'paid',
      stock: 'reserved',
      shipRequestedAt: null,
      hold: {
        kind: 'held',
        severity: 'medium',
        role: 'warehouse',
        openedAt: NOON,
        releaseAt: NOON + 2 * HOUR,
        stock: 'keep',
        assignee: null,
        openedBy: 'rule',
      },
    });
    expect(outcome.effects).toMatchObject([
      { topic: 'mail', payload: { to: 'operations', sentence: { zh: '订单同时含冷链和常温商品，建议拆单发货' } } },
    ]);
    expect(failing(outcome)).toEqual(['risk']);
    expect(bench.pool.reserved()).toBe(2);
  });

  test('the ship-by deadline ends a hold earlier, unless it is past', () => {
    const held = (at: number) => new Bench().order({ ...COLD, facets: { 'ship-by-at': at } });
    expect(held(NOON + HOUR)).toMatchObject({ record: { hold: { releaseAt: NOON + HOUR } } });
    expect(held(NOON - HOUR)).toMatchObject({ record: { hold: { releaseAt: NOON + 2 * HOUR } } });
  });

  test('a high finding freezes it for good, with an audit entry and a desktop notice', () => {
    const bench = new Bench({ fulfilment: true });
    const outcome = bench.must(bench.order(BRUSHED));
    expect(outcome.record).toMatchObject({ grade: 'high', hold: { kind: 'frozen', releaseAt: null, role: 'risk' } });
    expect(outcome.audit).toMatchObject([{ actor: 'hub', action: 'order.frozen', detail: { rules: ['blacklisted-words@1'] } }]);
    expect(topics(outcome)).toEqual(['desktop']);
  });

  test('of medium and high together the gravest wins, and all reasons are listed', () => {
    const outcome = new Bench().order({ ...COLD, ...BRUSHED });
    expect(outcome).toMatchObject({
      record: { hold: { kind: 'frozen', reasons: [{ ruleId: 'blacklisted-words' }, { ruleId: 'mixed-storage' }] } },
    });
  });

  test('five orders to one phone within ten minutes are frozen from the fourth on', () => {
    const bench = new Bench();
    const holds = [1, 2, 3, 4, 5].map((number) => {
      bench.now = NOON + number * MINUTE;
      const order = {
        channelOrderId: `${number}`,
        buyer: { key: `b${number}`, name: plain('x'), tags: [] },
        lines: [{ ...BOTTLE, quantity: number }],
      };
      return bench.must(bench.order(order)).record.hold?.reasons[0]?.sentence.zh ?? null;
    });
    expect(holds).toEqual([null, null, null, '同一手机号 10 分钟内 4 单，上限 3 单', '同一手机号 10 分钟内 5 单，上限 3 单']);
  });

  test('what was counted at arrival stays, long after the window forgot it', () => {
    const bench = new Bench();
    const phone = (number: number) => ({ ...HANGZHOU, phone: plain(`1380013800${number}`) });
    for (const number of [1, 2, 3, 4])
      bench.must(bench.order({ channelOrderId: `${number}`, receiver: phone(number), lines: [{ ...BOTTLE, quantity: number }] }));
    expect(bench.record('4').hold?.reasons).toMatchObject([{ ruleId: 'same-buyer-burst' }]);
    bench.now = NOON + 3 * HOUR;
    bench.must(bench.order({ channelOrderId: '5', buyer: { key: 'other', name: plain('x'), tags: [] }, receiver: phone(5) }));
    expect(bench.windows.size).toBe(2);
    const told = {
      channelOrderId: '4',
      receiver: phone(4),
      lines: [{ ...BOTTLE, quantity: 4 }],
      createdAt: NOON,
      sellerMemo: 'x',
      updatedAt: NOON + 1,
    };
    expect(bench.must(bench.order(told)).record.hold?.reasons).toMatchObject([{ ruleId: 'same-buyer-burst' }]);
  });

  test('a hold stops the way to the warehouse, whichever checks are required', () => {
    const bench = new Bench({ fulfilment: true, settings: { ...DEFAULT_ENGINE_SETTINGS, requiredChecks: ['paid'] } });
    expect(topics(bench.must(bench.order(COLD)))).toEqual(['mail']);
  });

  test('short stock holds the order for the warehouse, and arriving stock lets it go', () => {
    const bench = new Bench({ fulfilment: true }, new MemoryPool({ bottle: 0 }));
    const short = bench.must(bench.order());
    expect(short.record.hold).toMatchObject({ kind: 'held', role: 'warehouse', reasons: [{ ruleId: 'stock-short-spot' }] });
    expect(failing(short)).toEqual(['stock', 'risk']);
    expect(bench.run('4001', { kind: 'rejudge', why: 'nothing new' })).toEqual({ kind: 'unchanged', why: 'same' });
    bench.pool.replenish('bottle', 'suzhou', 10);
    const arrived = bench.must(bench.run('4001', { kind: 'rejudge', why: '到货' }));
    expect(arrived.record).toMatchObject({ hold: null, status: 'awaiting_shipment', stock: 'reserved' });
    expect(kinds(arrived)).toEqual(['release', 'route', 'outbox', 'status', 'verdict']);
    expect(topics(arrived)).toEqual(['wms.ship']);
  });

  test('a hold, a cancellation or other goods after the request call the parcel back (M7)', () => {
    const bench = new Bench({ fulfilment: true });
    bench.must(bench.order());
    const held = bench.must(bench.order({ ...BRUSHED, updatedAt: NOON + 1 }));
    expect(topics(held)).toEqual(['desktop', 'wms.recall']);
    expect(held.record.shipRequestedAt).toBeNull();

    const other = new Bench({ fulfilment: true });
    other.must(other.order());
    const changed = other.must(other.order({ lines: [{ ...BOTTLE, quantity: 9 }], updatedAt: NOON + 1 }));
    expect(topics(changed)).toEqual(['wms.recall', 'wms.ship']);
    expect(topics(other.must(other.order({ status: 'cancelled', updatedAt: NOON + 2 })))).toEqual(['wms.recall']);
  });

  test('an ended order closes its case and its tasks', () => {
    const bench = new Bench();
    bench.must(bench.order({ ...COLD, receiver: { ...HANGZHOU, phone: plain('1') } }));
    const ended = bench.must(bench.order({ ...COLD, status: 'cancelled', updatedAt: NOON + 1 }));
    expect(ended).toMatchObject({ record: { hold: null, openTasks: [] }, tasksDone: ['phone-malformed:TB-4001'], verdict: null });
  });

  test('a partial refund keeps the order on its way, a full one gives the stock back', () => {
    const bench = new Bench();
    bench.must(bench.order());
    const message = { channel: 'taobao' as const, shopId: 'flagship', channelOrderId: '4001', updatedAt: NOON };
    const part = bench.must(bench.run('4001', { kind: 'refund', refund: { ...message, refund: refund() }, receivedAt: NOON }));
    expect(part.record).toMatchObject({ status: 'paid', refundedMinor: 5_000, stock: 'reserved' });
    expect(part.timeline[0]?.text).toEqual({ zh: '累计退款 50.00 元', en: 'Refunded so far 50.00 CNY' });
    const rest = refund({ id: 'r2', amountMinor: 14_800 });
    const full = bench.must(bench.run('4001', { kind: 'refund', refund: { ...message, refund: rest }, receivedAt: NOON }));
    expect(full.record).toMatchObject({ status: 'refunded', stock: 'none' });
    expect(bench.pool.reserved()).toBe(0);
  });

  test('orders that belong together are linked (A8)', () => {
    const bench = new Bench();
    bench.must(bench.order());
    bench.now = NOON + MINUTE;
    const second = bench.must(bench.order({ channelOrderId: '4002', lines: [{ ...BOTTLE, quantity: 1 }] }));
    expect(second.record.linked).toEqual([{ orderNo: 'TB-4001', kind: 'merge-candidate' }]);
    expect(second.tasks.map((task) => task.key)).toEqual(['merge-candidate:TB-4002']);
    expect(second.record.hold).toBeNull();
  });
});

test('the same input on the same facts makes the same outcome', () => {
  const bench = new Bench({ fulfilment: true });
  const order = incoming({ ...COLD, ...BRUSHED });
  const once = new Bench({ fulfilment: true }).run('4001', { kind: 'order', order, receivedAt: NOON });
  expect(bench.run('4001', { kind: 'order', order, receivedAt: NOON })).toEqual(once);
});
