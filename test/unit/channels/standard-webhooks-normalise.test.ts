import { describe, expect, it } from 'vitest';
import type { ReadingShop } from '#main/channels/channel.ts';
import { adapter } from '#main/channels/standard-webhooks/adapter.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';

const shop: ReadingShop = { channel: 'taobao', shopId: 'flagship', options: {}, mapping: adapter.mapping };
const AT = Date.parse('2025-06-18T12:15:33Z');
const read = (payload: unknown) =>
  adapter.normalise(
    { topic: '', body: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)), observedAt: null },
    shop,
  );
const smallest = { channelOrderId: 'A1', currency: 'CNY', lines: [{ sku: 'S1', quantity: 2, unitPriceMinor: 1_500 }] };
function order(data: Record<string, unknown>, type = 'order.paid', timestamp: unknown = '2025-06-18T12:15:33Z'): IncomingOrder {
  const result = read({ type, timestamp, data });
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}

describe('an order by Standard Webhook', () => {
  it('needs an id, a currency, lines and a time; the rest follows', () => {
    expect(order(smallest)).toEqual({
      channel: 'taobao',
      shopId: 'flagship',
      channelOrderId: 'A1',
      status: 'paid',
      rawStatus: 'paid',
      partiallyShipped: false,
      currency: 'CNY',
      goodsMinor: 3_000,
      freightMinor: 0,
      discountMinor: 0,
      paidMinor: 3_000,
      createdAt: AT,
      paidAt: AT,
      updatedAt: AT,
      buyer: { key: null, name: { plain: null, mask: '', index: null }, tags: [] },
      receiver: {
        name: { plain: null, mask: '', index: null },
        phone: { plain: null, mask: '', index: null },
        country: 'CN',
        province: '',
        city: '',
        district: '',
        address: { plain: null, mask: '', index: null },
        postcode: null,
        position: null,
      },
      buyerMessage: '',
      sellerMemo: '',
      presale: null,
      lines: [{ sku: 'S1', name: '', quantity: 2, unitPriceMinor: 1_500 }],
      refunds: null,
      invoice: null,
      ip: null,
      deviceId: null,
      couponMinor: 0,
      trackingNumber: null,
      sourceTags: [],
    } satisfies IncomingOrder);
  });

  it('is read whole in the names of the wire model', () => {
    const whole = order(
      {
        channelOrderId: '2231958349001122334',
        status: 'awaiting_shipment',
        rawStatus: 'WAIT_SELLER_SEND_GOODS',
        partiallyShipped: true,
        currency: 'CNY',
        goodsMinor: 39_900,
        freightMinor: 600,
        discountMinor: 5_000,
        paidMinor: 35_500,
        couponMinor: 3_000,
        createdAt: '2025-06-18 20:14:50',
        paidAt: AT,
        updatedAt: '2025-06-18T20:15:34+08:00',
        buyer: { key: 'AAH-demo', name: '陈小明', tags: ['corporate'] },
        receiver: {
          nameMask: '陈**',
          phoneMask: '138****5678',
          phoneIndex: 'oaid-demo==',
          province: '江苏省',
          city: '苏州市',
          district: '姑苏区',
          address: '平江路1号',
          postcode: '215000',
          position: { lat: 31.3, lon: 120.6 },
        },
        buyerMessage: '周末送',
        sellerMemo: '老客户',
        presale: { depositMinor: 1_000, balanceMinor: 2_000, balanceDueAt: AT },
        lines: [{ sku: 'S1', name: '奶粉', quantity: 1, unitPriceMinor: 39_900, storage: 'cold', gift: false, refundedMinor: 100 }],
        refunds: [
          { id: 'R1', amountMinor: 100, at: AT, state: 'open', reason: '少件', lines: [{ sku: 'S1', quantity: 1, amountMinor: 100 }] },
        ],
        invoice: { title: '某某公司', taxNumber: '91320500X', content: '办公用品' },
        ip: '203.0.113.7',
        deviceId: 'device-1',
        trackingNumber: 'SF0000000001',
        tags: ['live'],
      },
      'order.updated',
    );
    expect(whole).toEqual({
      channel: 'taobao',
      shopId: 'flagship',
      channelOrderId: '2231958349001122334',
      status: 'awaiting_shipment',
      rawStatus: 'WAIT_SELLER_SEND_GOODS',
      partiallyShipped: true,
      currency: 'CNY',
      goodsMinor: 39_900,
      freightMinor: 600,
      discountMinor: 5_000,
      paidMinor: 35_500,
      couponMinor: 3_000,
      createdAt: AT - 43_000,
      paidAt: AT,
      updatedAt: AT + 1_000,
      buyer: { key: 'AAH-demo', name: { plain: '陈小明', mask: '陈**', index: null }, tags: ['corporate'] },
      receiver: {
        name: { plain: null, mask: '陈**', index: null },
        phone: { plain: null, mask: '138****5678', index: 'oaid-demo==' },
        country: 'CN',
        province: '江苏省',
        city: '苏州市',
        district: '姑苏区',
        address: { plain: '平江路1号', mask: '**路**号', index: null },
        postcode: '215000',
        position: { lat: 31.3, lon: 120.6 },
      },
      buyerMessage: '周末送',
      sellerMemo: '老客户',
      presale: { depositMinor: 1_000, balanceMinor: 2_000, balanceDueAt: AT, balancePaidAt: null },
      lines: [{ sku: 'S1', name: '奶粉', quantity: 1, unitPriceMinor: 39_900, storage: 'cold', gift: false, refundedMinor: 100 }],
      refunds: [
        { id: 'R1', amountMinor: 100, at: AT, state: 'open', reason: '少件', lines: [{ sku: 'S1', quantity: 1, amountMinor: 100 }] },
      ],
      invoice: { title: '某某公司', taxNumber: '91320500X', content: '办公用品' },
      ip: '203.0.113.7',
      deviceId: 'device-1',
      trackingNumber: 'SF0000000001',
      sourceTags: ['live'],
    } satisfies IncomingOrder);
  });

  it.each([
    ['order.created', undefined, 'pending_payment', null],
    ['order.paid', undefined, 'paid', AT],
    ['order.shipped', undefined, 'shipped', null],
    ['order.completed', undefined, 'completed', null],
    ['order.cancelled', undefined, 'cancelled', null],
    ['order.created', 'awaiting_shipment', 'awaiting_shipment', AT],
    ['order.updated', 'delivered', 'delivered', null],
    ['order.updated', 'WAIT_FOR_GODOT', null, null],
  ])('%s saying %s is %s', (type, status, expected, paidAt) => {
    const read = order({ ...smallest, status }, type);
    expect({ status: read.status, paidAt: read.paidAt }).toEqual({ status: expected, paidAt });
    expect(read.rawStatus).toBe(status ?? expected);
  });

  it.each([
    ['text', 'buyer-1', 'buyer-1'],
    ['a number', 42, '42'],
    ['an object with a key', { key: 'k' }, 'k'],
    ['an object with an id', { id: 7 }, '7'],
    ['null', null, null],
  ])('takes its buyer as %s', (_form, buyer, key) => {
    expect(order({ ...smallest, buyer }).buyer.key).toBe(key);
  });

  it('takes its id under each usual name, exact beyond 2^53', () => {
    const { channelOrderId: _none, ...rest } = smallest;
    expect(order({ ...rest, id: 'B2' }).channelOrderId).toBe('B2');
    expect(order({ ...rest, orderId: 77 }).channelOrderId).toBe('77');
    const text = JSON.stringify({ type: 'order.paid', timestamp: AT, data: { ...rest, id: 'X' } }).replace('"X"', '2231958349001122334');
    expect(read(text)).toMatchObject({ ok: true, items: [{ order: { channelOrderId: '2231958349001122334' } }] });
  });

  it('a bare refunded sum is one entry that a later sum replaces', () => {
    const first = order({ ...smallest, refundedMinor: 500 });
    const second = order({ ...smallest, refundedMinor: 900 });
    expect(first.refunds).toEqual([{ id: 'refunded-total', amountMinor: 500, at: AT, state: 'succeeded', lines: [], reason: '' }]);
    expect(second.refunds?.[0]).toMatchObject({ id: 'refunded-total', amountMinor: 900 });
  });
});

describe('a refund by Standard Webhook', () => {
  const expected = (id: string, state: string) => ({
    ok: true,
    items: [
      {
        kind: 'refund',
        refund: {
          channel: 'taobao',
          shopId: 'flagship',
          channelOrderId: 'A1',
          updatedAt: AT,
          refund: { id, amountMinor: 500, at: AT, state, lines: [], reason: '' },
        },
      },
    ],
  });

  it.each([
    ['nested', { channelOrderId: 'A1', refund: { id: 'R1', amountMinor: 500 } }],
    ['flat', { id: 'R1', channelOrderId: 'A1', amountMinor: 500 }],
    ['flat with refundId', { refundId: 'R1', orderId: 'A1', amountMinor: 500 }],
    ['inside its order', { ...smallest, refunds: [{ id: 'R1', amountMinor: 500 }] }],
  ])('may come %s', (_form, data) => {
    expect(read({ type: 'refund.created', timestamp: AT, data })).toEqual(expected('R1', 'open'));
    expect(read({ type: 'refund.succeeded', timestamp: AT, data })).toEqual(expected('R1', 'succeeded'));
  });

  it('inside an order that says its status is the whole order', () => {
    const data = { ...smallest, status: 'refunding', refunds: [{ id: 'R1', amountMinor: 500 }] };
    const result = read({ type: 'refund.created', timestamp: AT, data });
    expect(result).toMatchObject({
      ok: true,
      items: [{ kind: 'order', order: { status: 'refunding', refunds: [{ id: 'R1', state: 'open' }] } }],
    });
  });
});

describe('what may not be sent', () => {
  const paid = (data: unknown, timestamp: unknown = AT) => ({ type: 'order.paid', timestamp, data });
  it.each([
    ['no JSON', '{"type":', 'JSON'],
    ['a list', [], 'object'],
    ['an unknown type', { type: 'order.lost', data: smallest }, 'type'],
    ['no data', { type: 'order.paid' }, 'data'],
    ['no id', paid({ ...smallest, channelOrderId: undefined }), 'data.channelOrderId'],
    ['no currency', paid({ ...smallest, currency: undefined }), 'data.currency: is missing'],
    ['money with decimals', paid({ ...smallest, paidMinor: 12.5 }), 'data.paidMinor'],
    ['money as text', paid({ ...smallest, paidMinor: '1250' }), 'data.paidMinor'],
    ['negative money', paid({ ...smallest, discountMinor: -1 }), 'data.discountMinor'],
    [
      'money beyond exactness',
      '{"type":"order.paid","timestamp":"2025-06-18T12:15:33Z","data":{"id":"1","currency":"CNY","paidMinor":90071992547409931,"lines":[{"sku":"a","quantity":1,"unitPriceMinor":1}]}}',
      'data.paidMinor',
    ],
    ['no lines', paid({ ...smallest, lines: [] }), 'data.lines'],
    ['no quantity', paid({ ...smallest, lines: [{ sku: 'S1', unitPriceMinor: 1 }] }), 'data.lines[0].quantity'],
    ['a quantity of zero', paid({ ...smallest, lines: [{ sku: 'S1', quantity: 0, unitPriceMinor: 1 }] }), 'data.lines[0].quantity'],
    ['a line without a SKU', paid({ ...smallest, lines: [{ quantity: 1, unitPriceMinor: 1 }] }), 'data.lines[0].sku'],
    ['seconds for milliseconds', paid({ ...smallest, paidAt: 1_750_248_933 }), 'data.paidAt'],
    ['a time that is none', paid({ ...smallest, createdAt: 'soon' }), 'data.createdAt'],
    ['no time at all', { type: 'order.paid', data: smallest }, 'timestamp'],
    ['an update that does not say the state', { type: 'order.updated', timestamp: AT, data: smallest }, 'data.status'],
    ['a refund without its order', { type: 'refund.created', timestamp: AT, data: { id: 'R1', amountMinor: 1 } }, 'data.channelOrderId'],
    ['a refund without an amount', { type: 'refund.created', timestamp: AT, data: { id: 'R1', channelOrderId: 'A1' } }, 'data.amountMinor'],
    ['a refund without a time', { type: 'refund.created', data: { id: 'R1', channelOrderId: 'A1', amountMinor: 1 } }, 'timestamp'],
    ['a refund message of an order without refunds', { type: 'refund.created', timestamp: AT, data: smallest }, 'data.refunds'],
  ])('%s is refused with its place', (_case, payload, place) => {
    const result = read(payload);
    expect(result).toMatchObject({ ok: false });
    if (result.ok) return;
    expect(result.reason.en).toContain(place);
    expect(result.reason.zh).toMatch(/[\u4e00-\u9fff]/);
  });
});
