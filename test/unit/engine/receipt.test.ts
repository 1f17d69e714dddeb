import { describe, expect, test } from 'vitest';
import type { Outcome, Receipt } from '#main/model/outcome.ts';
import { Bench, incoming, NOON, refund } from './world.ts';

const RECEIPT: Receipt = {
  kind: 'shipped',
  trackingNumber: 'SF1234567890',
  carrier: 'sf',
  at: NOON + 60_000,
  source: 'wms',
  text: { zh: '仓库已出库', en: 'Left the warehouse' },
};

function tell(bench: Bench, changes: Partial<Receipt> = {}): Outcome {
  return bench.run('4001', { kind: 'receipt', receipt: { ...RECEIPT, ...changes } });
}

/** A paid order whose warehouse was asked to ship it. */
function asked(): Bench {
  const bench = new Bench({ fulfilment: true });
  bench.must(bench.order());
  return bench;
}

describe('the warehouse ships', () => {
  test('the order and its stock leave; the platform and the carrier are told once', () => {
    const bench = asked();
    const { record, effects, stock } = bench.must(tell(bench));
    expect(record).toMatchObject({
      status: 'shipped',
      stock: 'shipped',
      trackingNumber: 'SF1234567890',
      carrier: 'sf',
      shippedAt: RECEIPT.at,
    });
    expect(stock).toMatchObject([{ kind: 'ship', sku: 'bottle', quantity: 2 }]);
    const parcel = { channel: 'taobao', shopId: 'flagship', channelOrderId: '4001', trackingNumber: 'SF1234567890', carrier: 'sf' };
    expect(effects).toMatchObject([
      { topic: 'channel.ship', payload: { ...parcel, lines: [{ sku: 'bottle', quantity: 2 }] } },
      { topic: 'carrier.subscribe', payload: { ...parcel, phoneTail: '8000' } },
    ]);
    expect(tell(bench)).toEqual({ kind: 'unchanged', why: 'same' });
    expect(bench.pool.reserved()).toBe(0);
  });

  test('a platform that still says paid has not caught up: nothing is refused, the number stays', () => {
    const bench = asked();
    bench.must(tell(bench));
    for (const [step, status] of (['paid', 'awaiting_shipment'] as const).entries()) {
      const { record, audit } = bench.must(bench.order({ status, updatedAt: NOON + 120_000 + step, sellerMemo: '急' }));
      expect(record).toMatchObject({ status: 'shipped', trackingNumber: 'SF1234567890', carrier: 'sf', sellerMemo: '急' });
      expect(audit).toEqual([]);
    }
    const replay = bench.order({ status: 'awaiting_shipment', updatedAt: NOON + 120_001, sellerMemo: '急' });
    expect(replay).toEqual({ kind: 'unchanged', why: 'same' });
  });

  test("the platform's own number wins over ours", () => {
    const bench = asked();
    bench.must(tell(bench));
    const own = { status: 'shipped', trackingNumber: 'YT99', carrier: 'yto', updatedAt: NOON + 120_000 } as const;
    expect(bench.must(bench.order(own)).record).toMatchObject({ trackingNumber: 'YT99', carrier: 'yto' });
  });

  test('what the platform shipped itself is not written back', () => {
    const bench = new Bench();
    bench.must(bench.order({ status: 'shipped', trackingNumber: 'YT99' }));
    expect(tell(bench)).toEqual({ kind: 'unchanged', why: 'same' });
    const numberless = new Bench();
    numberless.must(numberless.order({ status: 'shipped' }));
    const { record, effects } = numberless.must(tell(numberless));
    expect(record.trackingNumber).toBe('SF1234567890');
    expect(effects).toEqual([]);
  });

  test('a number that comes after the parcel left is told then', () => {
    const bench = asked();
    expect(bench.must(tell(bench, { trackingNumber: null, carrier: null })).effects).toEqual([]);
    expect(bench.must(tell(bench)).effects.map(({ topic }) => topic)).toEqual(['channel.ship', 'carrier.subscribe']);
  });

  test('an order that ended cannot have been shipped: refused and logged', () => {
    const bench = new Bench();
    bench.must(bench.order({ refunds: [refund({ amountMinor: 19_800 })] }));
    expect(tell(bench)).toMatchObject({ kind: 'refused', code: 'illegal_move', audit: { action: 'receipt.refused' } });
  });

  test('a person may not ship what is held, unpaid or stopped by the platform', () => {
    const bench = asked();
    const { version } = bench.record('4001');
    bench.must(bench.command('4001', { kind: 'freeze', actor: 'ana', reason: '', version }));
    expect(tell(bench, { source: 'operator', actor: 'ana' })).toMatchObject({ kind: 'refused', audit: { actor: 'ana' } });
    const unpaid = new Bench();
    unpaid.must(unpaid.order({ status: 'pending_payment' }));
    expect(tell(unpaid, { source: 'operator' })).toMatchObject({ kind: 'refused' });
    const forming = new Bench();
    forming.must(forming.order({ platformHold: { zh: '拼团未成团', en: 'The group is still forming' } }));
    expect(tell(forming, { source: 'operator' })).toMatchObject({
      kind: 'refused',
      text: { zh: expect.stringContaining('拼团未成团') as string },
    });
  });
});

describe('what a carrier tells', () => {
  test('delivered only after shipped', () => {
    const bench = asked();
    expect(tell(bench, { kind: 'delivered', source: 'carrier' })).toMatchObject({ kind: 'refused' });
    bench.must(tell(bench));
    expect(bench.must(tell(bench, { kind: 'delivered', source: 'carrier' })).record.status).toBe('delivered');
    expect(tell(bench, { kind: 'delivered', source: 'carrier' })).toEqual({ kind: 'unchanged', why: 'same' });
    expect(bench.must(bench.order({ status: 'shipped', updatedAt: NOON + 120_000 })).audit).toEqual([]);
    expect(bench.record('4001').status).toBe('delivered');
  });

  test('a parcel in trouble opens a task that its arrival settles', () => {
    const bench = asked();
    bench.must(tell(bench));
    const trouble = bench.must(tell(bench, { kind: 'exception', source: 'carrier', text: { zh: '疑难件', en: 'Problem parcel' } }));
    expect(trouble.tasks.map(({ key }) => key)).toEqual(['parcel:TB-4001']);
    expect(bench.must(tell(bench, { kind: 'delivered', source: 'carrier' })).tasksDone).toContain('parcel:TB-4001');
  });

  test('a waybill gives the order its number before it leaves', () => {
    const bench = asked();
    const { record } = bench.must(tell(bench, { kind: 'waybill', source: 'carrier' }));
    expect(record).toMatchObject({ status: 'awaiting_shipment', trackingNumber: 'SF1234567890' });
    bench.must(bench.order({ updatedAt: NOON + 5_000, sellerMemo: 'x' }));
    expect(bench.record('4001').trackingNumber).toBe('SF1234567890');
    expect(tell(bench, { kind: 'waybill', source: 'carrier' })).toEqual({ kind: 'unchanged', why: 'same' });
  });
});

describe('paid, but the platform says wait', () => {
  const forming = { zh: '拼团未成团', en: 'The group is still forming' };

  test('nothing is shipped while it holds, and the checklist says why', () => {
    const bench = new Bench({ fulfilment: true });
    const { record, effects } = bench.must(bench.order({ platformHold: forming }));
    expect(effects).toEqual([]);
    expect(record.executable.find(({ id }) => id === 'paid')).toEqual({ id: 'paid', passed: false, note: forming });
    const formed = bench.must(bench.order({ platformHold: null, updatedAt: NOON + 1_000 }));
    expect(formed.effects.map(({ topic }) => topic)).toEqual(['wms.ship']);
    expect(formed.record.status).toBe('awaiting_shipment');
  });

  test('a review after payment recalls, keeps the state and logs no refused move; its end ships again', () => {
    const bench = asked();
    const review = bench.must(bench.order({ platformHold: { zh: '风控审核中', en: 'Risk review' }, updatedAt: NOON + 1_000 }));
    expect(review.record.status).toBe('awaiting_shipment');
    expect(review.effects).toMatchObject([{ topic: 'wms.recall', payload: { why: 'platform' } }]);
    expect(review.audit.map(({ action }) => action)).toEqual(['fulfilment.recalled']);
    const cleared = bench.must(bench.order({ platformHold: null, updatedAt: NOON + 2_000 }));
    expect(cleared.effects.map(({ topic }) => topic)).toEqual(['wms.ship']);
    expect(cleared.audit).toEqual([]);
  });

  test('a configuration that skips the payment check does not skip the word of the platform', () => {
    const bench = new Bench({ fulfilment: true });
    const facts = bench.facts(null, incoming(), '4001');
    const lenient = new Bench({ fulfilment: true, settings: { ...facts.settings, requiredChecks: [] } });
    expect(lenient.must(lenient.order({ platformHold: forming })).effects).toEqual([]);
  });
});

test('a memo is written back with an effect of its own, and the platform decides what stands', () => {
  const bench = new Bench();
  bench.must(bench.order());
  const { record, effects, audit } = bench.must(bench.command('4001', { kind: 'memo', actor: 'ana', memo: '改发顺丰', flag: 3 }));
  expect(effects).toMatchObject([{ topic: 'channel.memo', payload: { channelOrderId: '4001', memo: '改发顺丰', flag: 3 } }]);
  expect(record.sellerMemo).toBe('');
  expect(audit).toMatchObject([{ actor: 'ana', action: 'order.memo' }]);
});
