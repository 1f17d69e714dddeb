import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderStatus } from '#shared/order.ts';
import type { IncomingOrder, RefundEntry } from '#main/model/incoming.ts';
import { mergeRefunds, overlay } from '#main/engine/reconcile.ts';
import { Bench, incoming, NOON, refund } from './world.ts';

const TOTAL = 19_800;
const SOLD = { paidMinor: TOTAL, goodsMinor: TOTAL, freightMinor: 0, discountMinor: 0, lines: [] };

describe('messages in time (A5)', () => {
  test('the same message twice changes nothing', () => {
    const bench = new Bench();
    bench.must(bench.order());
    expect(bench.order()).toEqual({ kind: 'unchanged', why: 'same' });
  });

  test('an older message changes nothing', () => {
    const bench = new Bench();
    bench.must(bench.order({ status: 'shipped', updatedAt: NOON + 5_000 }));
    expect(bench.order({ status: 'paid', updatedAt: NOON })).toEqual({ kind: 'unchanged', why: 'stale' });
  });

  test('an unknown word keeps the last state and is flagged', () => {
    const bench = new Bench();
    bench.must(bench.order());
    const { record } = bench.must(bench.order({ status: null, rawStatus: 'MOON_PHASE', updatedAt: NOON + 1 }));
    expect(record).toMatchObject({ status: 'paid', rawStatus: 'MOON_PHASE', rawStatusUnknown: true });
  });

  test('the same message is taken again once its unknown word has a meaning, whatever kind of word it is', () => {
    const bench = new Bench();
    bench.must(bench.order({ unknown: [{ kind: 'refund', word: 'MOON' }] }));
    const { record } = bench.must(bench.order({ unknown: [] }));
    expect(record.unknown).toEqual([]);
    expect(bench.order({ unknown: [{ kind: 'refund', word: 'MOON' }] }).kind).toBe('unchanged');
  });

  test('a forbidden move is refused and logged, and the rest of the message is taken', () => {
    const bench = new Bench();
    bench.must(bench.order({ status: 'shipped' }));
    const { record, audit, timeline } = bench.must(bench.order({ status: 'cancelled', sellerMemo: '买家来电', updatedAt: NOON + 1 }));
    expect(record).toMatchObject({ status: 'shipped', sellerMemo: '买家来电', platform: { status: 'shipped' } });
    expect(audit).toMatchObject([{ action: 'status.refused', detail: { from: 'shipped', to: 'cancelled' } }]);
    expect(timeline.map((entry) => entry.kind)).toContain('refused');
  });
});

describe('refunds lie over the state', () => {
  test.each([
    ['nothing', [], 'paid'],
    ['part of it claimed', [refund({ amountMinor: 5_000, state: 'open' })], 'paid'],
    ['part of it paid back', [refund({ amountMinor: 5_000 })], 'paid'],
    ['all of it claimed', [refund({ amountMinor: TOTAL, state: 'open' })], 'refunding'],
    ['the rest claimed', [refund({ amountMinor: 9_800 }), refund({ id: 'r2', amountMinor: 10_000, state: 'open' })], 'refunding'],
    ['all of it paid back', [refund({ amountMinor: TOTAL })], 'refunded'],
    ['claimed and withdrawn', [refund({ amountMinor: TOTAL, state: 'withdrawn' })], 'paid'],
  ] as [string, RefundEntry[], OrderStatus][])('%s: %#', (_, refunds, expected) => {
    expect(overlay({ status: 'paid', refund: null }, refunds, SOLD)).toBe(expected);
  });

  test('the platform is believed when it names no refund, but not against the sums', () => {
    expect(overlay({ status: 'shipped', refund: 'refunding' }, [], SOLD)).toBe('refunding');
    expect(overlay({ status: 'shipped', refund: 'refunding' }, [refund({ state: 'open' })], SOLD)).toBe('shipped');
    expect(overlay({ status: 'closed', refund: null }, [refund({ amountMinor: TOTAL })], SOLD)).toBe('closed');
    expect(overlay({ status: 'shipped', refund: 'refunded' }, [refund({ state: 'succeeded', amountMinor: 1 })], SOLD)).toBe('refunded');
  });

  test('refunds of every line are all of it, though the postage stays', () => {
    const line = (sku: string, quantity: number, unitPriceMinor: number) => ({ sku, name: sku, quantity, unitPriceMinor });
    const sold = { ...SOLD, paidMinor: 21_000, freightMinor: 1_200, lines: [line('a', 2, 5_000), line('b', 1, 9_800), line('gift', 1, 0)] };
    const of = (id: string, sku: string, quantity: number, amountMinor: number, state: RefundEntry['state']) =>
      refund({ id, amountMinor, state, lines: [{ sku, quantity, amountMinor }] });
    const shown = (...refunds: RefundEntry[]) => overlay({ status: 'awaiting_shipment', refund: null }, refunds, sold);
    expect(shown(of('1', 'a', 2, 10_000, 'open'), of('2', 'b', 1, 9_800, 'open'))).toBe('refunding');
    expect(shown(of('1', 'a', 2, 10_000, 'succeeded'), of('2', 'b', 1, 9_800, 'open'))).toBe('refunding');
    expect(shown(of('1', 'a', 2, 10_000, 'succeeded'), of('2', 'b', 1, 9_800, 'succeeded'))).toBe('refunded');
    expect(shown(of('1', 'a', 1, 5_000, 'open'), of('2', 'b', 1, 9_800, 'open'))).toBe('awaiting_shipment');
    expect(shown(of('1', 'a', 2, 10_000, 'withdrawn'), of('2', 'b', 1, 9_800, 'open'))).toBe('awaiting_shipment');
    // A sum as large as the goods that names no goods is only a sum.
    expect(shown(refund({ amountMinor: 19_800, state: 'open' }))).toBe('awaiting_shipment');
    // Part of the money back for every line is still a part.
    expect(shown(of('1', 'a', 2, 300, 'succeeded'), of('2', 'b', 1, 200, 'succeeded'))).toBe('awaiting_shipment');
  });

  test('a refund word that tells what lies beneath it is believed, but not backwards', () => {
    const bench = new Bench();
    const claimed = bench.must(bench.order({ status: 'refunding', beneath: 'shipped' }));
    expect(claimed.record).toMatchObject({ status: 'refunding', platform: { status: 'shipped', refund: 'refunding' } });
    const part = {
      channel: 'taobao' as const,
      shopId: 'flagship',
      channelOrderId: '4001',
      refund: refund({ state: 'open' }),
      updatedAt: NOON,
    };
    expect(bench.must(bench.run('4001', { kind: 'refund', refund: part, receivedAt: NOON })).record.status).toBe('shipped');
    const later = bench.must(bench.order({ status: 'refunding', beneath: 'awaiting_shipment', updatedAt: NOON + 2 }));
    expect(later.record.platform.status).toBe('shipped');
    const silent = bench.must(bench.order({ status: 'refunding', updatedAt: NOON + 3 }));
    expect(silent.record.platform.status).toBe('shipped');
  });

  test('a withdrawn refund uncovers the state beneath, never an older one', () => {
    const bench = new Bench();
    bench.must(bench.order({ status: 'awaiting_shipment' }));
    const claim = { channel: 'taobao' as const, shopId: 'flagship', channelOrderId: '4001', updatedAt: NOON };
    const open = { ...claim, refund: refund({ amountMinor: TOTAL, state: 'open' }) };
    expect(bench.must(bench.run('4001', { kind: 'refund', refund: open, receivedAt: NOON })).record.status).toBe('refunding');
    const { record } = bench.must(bench.order({ status: 'paid', updatedAt: NOON + 1 }));
    expect(record).toMatchObject({ status: 'refunding', platform: { status: 'awaiting_shipment' } });
    const withdrawn = { ...claim, refund: refund({ amountMinor: TOTAL, state: 'withdrawn', at: NOON + 9_000 }) };
    expect(bench.must(bench.run('4001', { kind: 'refund', refund: withdrawn, receivedAt: NOON })).record.status).toBe('awaiting_shipment');
  });

  test('a refund does not outdate a later-read order message', () => {
    const bench = new Bench();
    bench.must(bench.order());
    const late = {
      channel: 'taobao' as const,
      shopId: 'flagship',
      channelOrderId: '4001',
      refund: refund({ at: NOON + 9_000 }),
      updatedAt: NOON + 9_000,
    };
    bench.must(bench.run('4001', { kind: 'refund', refund: late, receivedAt: NOON }));
    const { record } = bench.must(bench.order({ status: 'shipped', updatedAt: NOON + 1_000 }));
    expect(record).toMatchObject({ status: 'shipped', refundedMinor: 5_000 });
  });

  test('several waiting messages about one refund are one refund, even where the order names none', () => {
    const bench = new Bench({ waitingRefunds: [refund({ state: 'open' }), refund({ state: 'open' }), refund({ state: 'succeeded' })] });
    const { record } = bench.must(bench.order({ refunds: null }));
    expect(record.refunds).toHaveLength(1);
    expect(record.refunds).toMatchObject([{ state: 'succeeded' }]);
  });

  test('a refund that came before its order is merged when the order comes', () => {
    const bench = new Bench({ waitingRefunds: [refund({ amountMinor: TOTAL })] });
    expect(bench.must(bench.order()).record).toMatchObject({ status: 'refunded', refundedMinor: TOTAL, stock: 'none' });
  });

  test('a refund without an order is refused as unknown', () => {
    const message = { channel: 'taobao' as const, shopId: 'flagship', channelOrderId: '9', refund: refund(), updatedAt: NOON };
    expect(new Bench().run('9', { kind: 'refund', refund: message, receivedAt: NOON })).toMatchObject({
      kind: 'refused',
      code: 'not_found',
    });
  });

  test('line sums come from the succeeded refunds', () => {
    const bench = new Bench();
    const back = refund({ lines: [{ sku: 'bottle', quantity: 1, amountMinor: 5_000 }] });
    expect(bench.must(bench.order({ refunds: [back] })).record.lines).toMatchObject([{ sku: 'bottle', refundedMinor: 5_000 }]);
  });
});

const entry: fc.Arbitrary<RefundEntry> = fc.record({
  id: fc.constantFrom('a', 'b', 'c'),
  amountMinor: fc.integer({ min: 1, max: 5 }),
  at: fc.integer({ min: 0, max: 4 }),
  state: fc.constantFrom('open' as const, 'succeeded' as const, 'withdrawn' as const),
  lines: fc.constant([]),
  reason: fc.constantFrom('', 'x'),
});

test('merging refunds does not depend on order or repetition', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), fc.array(fc.nat(), { minLength: 16, maxLength: 16 }), (refunds, shuffle) => {
      const other = refunds.map((value, at) => [value, shuffle[at] ?? 0] as const).sort((a, b) => a[1] - b[1]);
      const once = refunds.reduce((merged, value) => mergeRefunds(merged, [value]), [] as RefundEntry[]);
      const again = [...other, ...other].reduce((merged, [value]) => mergeRefunds(merged, [value]), [] as RefundEntry[]);
      expect(again).toEqual(once);
    }),
  );
});

describe('an order the warehouse was asked for while its platform goes on saying "paid"', () => {
  const asked = () => {
    const bench = new Bench({ fulfilment: true });
    bench.must(bench.order());
    const then = (at: number, changes: Partial<IncomingOrder>) =>
      bench.must(bench.order({ createdAt: NOON, updatedAt: NOON + at, ...changes }));
    return then;
  };

  test('goes on when a claim for all of its money is withdrawn', () => {
    const then = asked();
    expect(then(1, { status: 'refunding' }).effects.map(({ topic }) => topic)).toEqual(['wms.recall']);
    const back = then(2, {});
    expect(back).toMatchObject({ record: { status: 'awaiting_shipment', platform: { status: 'awaiting_shipment', refund: null } } });
    expect(back.effects.map(({ topic }) => topic)).toEqual(['wms.ship']);
    expect(back.audit).toEqual([]);
  });

  test('is not told of a refused state each time something changes after it was called back', () => {
    const then = asked();
    then(1, { buyerMessage: '刷单' });
    const later = then(2, { buyerMessage: '刷单', sellerMemo: '已联系' });
    expect(later.record.status).toBe('awaiting_shipment');
    expect([...later.timeline, ...later.audit]).toEqual([]);
  });
});

const FORWARD: readonly OrderStatus[] = ['pending_payment', 'paid', 'awaiting_shipment', 'shipped', 'delivered', 'completed'];

/** What a platform may say about one order: a way forwards that may end early, moments that may be the same, refunds on the way. */
const history: fc.Arbitrary<IncomingOrder[]> = fc
  .array(
    fc.record({
      step: fc.nat(2),
      wait: fc.nat(1),
      memo: fc.constantFrom('', '急', '礼物'),
      refunds: fc.option(fc.array(entry, { maxLength: 2 })),
    }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .chain((steps) => fc.constantFrom(null, 'cancelled' as const, 'closed' as const).map((end) => ({ steps, end })))
  .map(({ steps, end }) => {
    let at = 0;
    let time = NOON;
    const messages = steps.map(({ step, wait, memo, refunds }) => {
      at = Math.min(FORWARD.length - 1, at + step);
      time += wait;
      return incoming({ status: FORWARD[at] as OrderStatus, updatedAt: time, sellerMemo: memo, refunds });
    });
    if (end === 'closed' || (end === 'cancelled' && at < 3)) messages.push(incoming({ status: end, updatedAt: time + 1 }));
    return messages;
  });

test('every order of arrival, with repetitions, ends in the same state', () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (messages, shuffle) => {
      const end = (arrivals: IncomingOrder[]) => {
        const bench = new Bench();
        for (const order of arrivals) bench.run('4001', { kind: 'order', order, receivedAt: NOON });
        const { status, platform, refunds, refundedMinor, sellerMemo, updatedAt } = bench.record('4001');
        return { status, platform, refunds, refundedMinor, sellerMemo, updatedAt };
      };
      const twice = [...messages, ...messages];
      const mixed = twice.map((order, at) => [order, shuffle[at] ?? 0] as const).sort((a, b) => a[1] - b[1]);
      expect(end(mixed.map(([order]) => order))).toEqual(end(messages));
    }),
    { numRuns: 500 },
  );
});

describe('versions of the same second (A5)', () => {
  const read = (changes: Partial<IncomingOrder>, observedAt: number) => incoming({ updatedAt: NOON, observedAt, ...changes });
  const end = (arrivals: IncomingOrder[]) => {
    const bench = new Bench();
    for (const order of arrivals) bench.run('4001', { kind: 'order', order, receivedAt: NOON });
    return bench.record('4001');
  };

  test('a read made after the second beats what was pushed or read within it, whatever they say', () => {
    const early = incoming({ updatedAt: NOON, sellerMemo: '乙乙' });
    const within = read({ sellerMemo: '丙丙' }, NOON + 400);
    const last = read({ sellerMemo: '' }, NOON + 1_000);
    for (const arrivals of [
      [early, within, last],
      [last, within, early],
      [within, last, early],
    ]) {
      expect(end(arrivals)).toMatchObject({ sellerMemo: '', observedAt: NOON + 1_000 });
    }
  });

  test('reading the same again marks it once and makes no new version', () => {
    const bench = new Bench();
    bench.must(bench.order());
    const { version } = bench.record('4001');
    const marked = bench.must(bench.order({ observedAt: NOON + 2_000 }));
    expect(marked.record).toMatchObject({ version, observedAt: NOON + 2_000 });
    expect(marked.timeline).toEqual([]);
    expect(bench.order({ observedAt: NOON + 9_000 })).toEqual({ kind: 'unchanged', why: 'same' });
    expect(bench.order({ sellerMemo: '被覆盖的旧内容' })).toEqual({ kind: 'unchanged', why: 'same' });
  });

  test('other ciphertext for the same name is no change', () => {
    const bench = new Bench();
    const buyer = (cipher: string) => ({ key: 'lin', name: { plain: null, mask: '林*', index: null, cipher }, tags: [] });
    bench.must(bench.order({ buyer: buyer('~a~') }));
    expect(bench.order({ buyer: buyer('~b~') })).toEqual({ kind: 'unchanged', why: 'same' });
  });
});

/** Every second has one last content; pushes and early reads may show any earlier one of it. */
const seconds = fc.array(fc.record({ contents: fc.array(fc.constantFrom('甲', '乙', '丙', '丁'), { minLength: 1, maxLength: 3 }) }), {
  minLength: 1,
  maxLength: 4,
});

test('with a late read of each second the end is its last content, in every order of arrival', () => {
  fc.assert(
    fc.property(seconds, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), (made, shuffle) => {
      const arrivals = made.flatMap(({ contents }, second) => {
        const updatedAt = NOON + second * 1_000;
        const seen = contents.flatMap((sellerMemo, step) => [
          incoming({ updatedAt, sellerMemo }),
          incoming({ updatedAt, sellerMemo, observedAt: updatedAt + step * 300 }),
        ]);
        const sellerMemo = contents.at(-1) ?? '';
        return [...seen, ...[1_000, 7_000].map((late) => incoming({ updatedAt, sellerMemo, observedAt: updatedAt + late }))];
      });
      const mixed = [...arrivals, ...arrivals].map((order, at) => [order, shuffle[at % 40] ?? 0] as const).sort((a, b) => a[1] - b[1]);
      const bench = new Bench();
      for (const [order] of mixed) bench.run('4001', { kind: 'order', order, receivedAt: NOON });
      expect(bench.record('4001').sellerMemo).toBe(made.at(-1)?.contents.at(-1));
    }),
    { numRuns: 500, seed: 20_261_122 },
  );
});
