import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Hold } from '#shared/order.ts';
import { EXECUTABLE_CHECKS, shortCheck } from '#main/model/executable-checks.ts';
import type { RefundEntry, Sensitive } from '#main/model/incoming.ts';
import type { Clearance, HoldEvidence, OrderCheck, OrderRecord } from '#main/model/record.ts';
import { decodeOrder, encodeOrder } from '#main/storage/order-document.ts';
import type { OrderRow } from '#main/storage/order-document.ts';

const CHECK: OrderCheck = {
  source: 'crm',
  state: 'answered',
  about: 'a1',
  askedAt: 1_781_000_000_000,
  at: 1_781_000_000_120,
  ms: 120,
  late: false,
  value: 12,
  words: null,
};

/** The row as the store writes it. */
function rowOf(record: OrderRecord, document = encodeOrder(record)): OrderRow {
  return {
    order_no: record.orderNo,
    channel: record.channel,
    shop_id: record.shopId,
    channel_order_id: record.channelOrderId,
    version: record.version,
    status: record.status,
    status_since: record.statusSince,
    grade: record.grade,
    buyer_key: record.keys.buyer,
    warehouse: record.route?.warehouse ?? null,
    paid_minor: record.paidMinor,
    created_at: record.createdAt,
    received_at: record.receivedAt,
    updated_at: record.updatedAt,
    document,
  };
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const text = fc.oneof(fc.constant(''), fc.constant('有机米粉 250g'), fc.string({ maxLength: 12 }));
const minor = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1e7 }));
const time = fc.integer({ min: 0, max: 2e12 });
const sku = fc.constantFrom('MB-1', 'MB-2', 'MB-3');
const warehouse = fc.constantFrom('suzhou', 'tianjin');
const both = fc.record({ zh: text, en: text });
const sensitive: fc.Arbitrary<Sensitive> = fc.oneof(
  fc.constant<Sensitive>({ plain: '林小姐', mask: '林**', index: null }),
  fc.record(
    {
      plain: maybe(text),
      mask: text,
      index: maybe(fc.string({ minLength: 1, maxLength: 8 })),
      cipher: fc.string({ minLength: 1, maxLength: 8 }),
    },
    { requiredKeys: ['plain', 'mask', 'index'] },
  ),
);
const check = fc.oneof(fc.constantFrom(...Object.values(EXECUTABLE_CHECKS)), fc.integer({ min: 1, max: 99 }).map(shortCheck));
const lines = fc.array(fc.record({ sku, name: text, quantity: fc.integer({ min: 1, max: 3 }), unitPriceMinor: minor }), { maxLength: 4 });
const evidence = fc.record({ ruleId: text, ruleVersion: fc.nat(9), evidence: text });
const hold = fc.record({
  kind: fc.constantFrom('held' as const, 'frozen' as const),
  severity: fc.constant('medium' as const),
  reasons: fc.constant<Hold['reasons']>([]),
  role: fc.constant('service' as const),
  openedAt: time,
  releaseAt: maybe(time),
  stock: fc.constant('keep' as const),
  assignee: maybe(text),
  snoozedUntil: maybe(time),
  openedBy: text,
});

const record: fc.Arbitrary<OrderRecord> = fc
  .record({
    lines,
    plainly: fc.boolean(),
    own: fc.boolean(),
    elsewhere: fc.array(
      fc.record({ sku, warehouse, quantity: fc.integer({ min: 1, max: 3 }), pool: fc.constantFrom('spot' as const, 'presale' as const) }),
      { maxLength: 4 },
    ),
    rest: fc.record({
      orderNo: fc.constant('TB1'),
      version: fc.integer({ min: 1, max: 9 }),
      channel: fc.constantFrom('taobao' as const, 'shopify' as const),
      shopId: fc.constant('flagship'),
      channelOrderId: fc.constant('4001'),
      status: fc.constantFrom('paid' as const, 'shipped' as const, 'refunding' as const),
      rawStatus: text,
      rawStatusUnknown: fc.boolean(),
      partiallyShipped: fc.boolean(),
      platform: fc.record({
        status: fc.constantFrom('paid' as const, 'shipped' as const),
        refund: fc.constantFrom(null, 'refunding' as const, 'refunded' as const),
      }),
      hold: maybe(hold),
      holdEvidence: fc.array(evidence, { maxLength: 1 }),
      clearances: fc.array(fc.record({ ruleId: text, ruleVersion: fc.nat(9), evidence: text, at: time, by: text }), { maxLength: 1 }),
      undo: maybe(
        fc.record({
          action: fc.constant('release' as const),
          by: text,
          at: time,
          version: fc.nat(9),
          before: fc.record({ hold: maybe(hold), holdEvidence: fc.constant<HoldEvidence[]>([]), clearances: fc.constant<Clearance[]>([]) }),
        }),
      ),
      currency: fc.constantFrom('CNY', 'USD'),
      goodsMinor: minor,
      freightMinor: minor,
      discountMinor: minor,
      paidMinor: minor,
      refundedMinor: minor,
      couponMinor: minor,
      refunds: fc.array(
        fc.record({
          id: text,
          amountMinor: minor,
          at: time,
          state: fc.constant('succeeded' as const),
          lines: fc.constant<RefundEntry['lines']>([]),
          reason: text,
        }),
        { maxLength: 1 },
      ),
      createdAt: time,
      paidAt: maybe(fc.oneof(fc.constant(0), time)),
      updatedAt: time,
      receivedAt: time,
      decidedAt: time,
      statusSince: time,
      buyer: fc.record({ key: maybe(text), name: sensitive, tags: fc.array(text, { maxLength: 2 }) }),
      receiver: fc.record({
        name: sensitive,
        phone: sensitive,
        country: fc.constantFrom('CN', 'US', ''),
        province: text,
        city: text,
        district: text,
        address: sensitive,
        postcode: maybe(text),
        position: maybe(fc.record({ lat: fc.integer({ min: -90, max: 90 }), lon: fc.integer({ min: -180, max: 180 }) })),
      }),
      buyerMessage: text,
      sellerMemo: text,
      invoice: maybe(fc.record({ title: text, taxNumber: maybe(text), content: maybe(text) })),
      ip: maybe(text),
      deviceId: maybe(text),
      presale: maybe(fc.record({ depositMinor: minor, balanceMinor: minor, balanceDueAt: maybe(time), balancePaidAt: maybe(time) })),
      tags: fc.oneof(fc.constant<string[]>(['taobao']), fc.array(text, { maxLength: 2 })),
      keys: fc.record({ buyer: maybe(text), phone: maybe(text), address: maybe(text), ip: maybe(text), device: maybe(text) }),
      counts: fc.dictionary(fc.constantFrom('window:orders:phone:10', 'window:buyers:ip:10'), fc.nat(9), { noNullPrototype: true }),
      openTasks: fc.array(text, { maxLength: 1 }),
      healthScore: fc.integer({ min: 0, max: 100 }),
      grade: fc.constantFrom('pass' as const, 'high' as const),
      executable: fc.array(check, { maxLength: 5 }),
      stock: fc.constantFrom('none' as const, 'reserved' as const, 'shipped' as const),
      route: maybe(
        fc.record({
          warehouse: maybe(warehouse),
          warehouseName: maybe(both),
          preferred: maybe(warehouse),
          reason: both,
          promisedAt: maybe(time),
        }),
      ),
      linked: fc.array(fc.record({ orderNo: text, kind: fc.constant('duplicate' as const) }), { maxLength: 1 }),
      trackingNumber: maybe(text),
      shipRequestedAt: maybe(time),
      carrier: maybe(fc.constantFrom('sf', 'other')),
      platformHold: maybe(both),
      observedAt: maybe(time),
      unknown: fc.array(fc.record({ kind: fc.constantFrom('status' as const, 'field' as const), word: text }), { maxLength: 2 }),
      parcel: maybe(fc.record({ trackingNumber: text, carrier: maybe(fc.constantFrom('sf')) })),
      shippedAt: maybe(time),
      message: maybe(
        fc.record({
          model: fc.constant('2026-11'),
          tendency: fc.integer({ min: 0, max: 100 }),
          intents: fc.subarray(['complaint' as const, 'thanks' as const]),
          reasons: fc.array(text, { maxLength: 2 }),
        }),
      ),
      checks: fc.constantFrom<OrderCheck[]>([], [CHECK]),
    }),
  })
  .map(({ lines: ordered, plainly, own, elsewhere, rest }) => ({
    ...rest,
    lines: ordered,
    keys: own ? { ...rest.keys, ip: rest.ip, device: rest.deviceId } : rest.keys,
    allocations: plainly
      ? ordered.map((line) => ({
          sku: line.sku,
          warehouse: rest.route?.warehouse ?? 'suzhou',
          quantity: line.quantity,
          pool: 'spot' as const,
        }))
      : elsewhere,
  }));

describe('the stored form of an order', () => {
  test('gives back exactly what was stored', () => {
    fc.assert(
      fc.property(record, (order) => {
        expect(decodeOrder(rowOf(order))).toEqual(order);
      }),
      { numRuns: 2_000, seed: 20_261_122 },
    );
  });

  test('a row written before schema 5 holds the whole order', () => {
    fc.assert(
      fc.property(record, (order) => {
        expect(decodeOrder(rowOf(order, JSON.stringify(order)))).toEqual(order);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test('two orders read from the store share no list', () => {
    const [order] = fc.sample(record, { numRuns: 1, seed: 3 }) as [OrderRecord];
    const bare = rowOf({ ...order, refunds: [], linked: [], openTasks: [], clearances: [], holdEvidence: [] });
    const [one, other] = [decodeOrder(bare), decodeOrder(bare)];
    one.openTasks.push('x');
    one.refunds.push({ id: '1', amountMinor: 1, at: 1, state: 'open', lines: [], reason: '' });
    expect(other.openTasks).toEqual([]);
    expect(other.refunds).toEqual([]);
  });

  test('a row written before channels told more reads as one that told nothing of it', () => {
    const [order] = fc.sample(record, { numRuns: 1, seed: 4 }) as [OrderRecord];
    const { carrier, platformHold, observedAt, unknown, parcel, shippedAt } = decodeOrder(
      rowOf({ ...order, carrier: null, platformHold: null, observedAt: null, unknown: [], parcel: null, shippedAt: null }),
    );
    expect({ carrier, platformHold, observedAt, unknown, parcel, shippedAt }).toEqual({
      carrier: null,
      platformHold: null,
      observedAt: null,
      unknown: [],
      parcel: null,
      shippedAt: null,
    });
  });

  test('the names of the checks are told apart by their words', () => {
    const words = Object.values(EXECUTABLE_CHECKS).map(({ note }) => note.zh);
    expect(new Set(words).size).toBe(words.length);
  });
});
