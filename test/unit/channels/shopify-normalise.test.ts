import { describe, expect, it } from 'vitest';
import type { ReadingShop } from '#main/channels/channel.ts';
import { adapter } from '#main/channels/shopify/adapter.ts';
import type { IncomingOrder, IncomingRefund } from '#main/model/incoming.ts';
import fixture from '../../fixtures/channels/shopify-order.json' with { type: 'json' };

const shop: ReadingShop = { channel: 'shopify', shopId: 'demo', options: {}, mapping: adapter.mapping };
const read = (topic: string, payload: unknown) =>
  adapter.normalise({ topic, body: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)), observedAt: null }, shop);
function order(topic: string, changes: Record<string, unknown> = {}): IncomingOrder {
  const result = read(topic, { ...fixture.order, ...changes });
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}
function refund(payload: unknown): IncomingRefund {
  const result = read('refunds/create', payload);
  if (!result.ok || result.items[0]?.kind !== 'refund') throw new Error(JSON.stringify(result));
  return result.items[0].refund;
}
const PAID_AT = Date.parse('2025-06-18T20:15:33+08:00');

describe('a Shopify order', () => {
  it('becomes the unified order, field by field', () => {
    expect(order('orders/paid')).toEqual({
      channel: 'shopify',
      shopId: 'demo',
      channelOrderId: '5550000000001',
      status: 'awaiting_shipment',
      rawStatus: 'paid/unfulfilled',
      partiallyShipped: false,
      currency: 'CNY',
      goodsMinor: 39_900,
      freightMinor: 0,
      discountMinor: 5_000,
      paidMinor: 34_900,
      createdAt: Date.parse('2025-06-18T12:14:50Z'),
      paidAt: PAID_AT,
      updatedAt: PAID_AT,
      buyer: { key: null, name: { plain: null, mask: '', index: null }, tags: [] },
      receiver: {
        name: { plain: 'Demo Buyer', mask: 'D**', index: null },
        phone: { plain: '+8613800000000', mask: '138****0000', index: null },
        country: 'CN',
        province: 'Zhejiang',
        city: 'Hangzhou',
        district: '',
        address: { plain: '1 Demo Rd', mask: '**', index: null },
        postcode: '310000',
        position: null,
      },
      buyerMessage: '周末送',
      sellerMemo: '',
      presale: null,
      lines: [{ sku: 'SKU-S1', name: 'Shirt', quantity: 1, unitPriceMinor: 39_900 }],
      refunds: [],
      invoice: null,
      ip: null,
      deviceId: null,
      couponMinor: 5_000,
      trackingNumber: null,
      sourceTags: [],
      listings: [{ sku: 'SKU-S1', itemId: '2', skuId: '3' }],
    } satisfies IncomingOrder);
  });

  it.each([
    ['pending', null, {}, 'pending_payment', 'pending/unfulfilled'],
    ['authorized', null, {}, 'pending_payment', 'authorized/unfulfilled'],
    ['partially_paid', null, {}, 'pending_payment', 'partially_paid/unfulfilled'],
    ['paid', null, {}, 'awaiting_shipment', 'paid/unfulfilled'],
    ['paid', 'partial', {}, 'awaiting_shipment', 'paid/partial'],
    ['paid', 'fulfilled', {}, 'shipped', 'paid/fulfilled'],
    ['paid', 'fulfilled', { fulfillments: [{ shipment_status: 'delivered' }] }, 'delivered', 'paid/fulfilled'],
    ['paid', 'fulfilled', { fulfillments: [{ shipment_status: 'delivered' }, { shipment_status: null }] }, 'shipped', 'paid/fulfilled'],
    ['paid', 'fulfilled', { closed_at: '2025-07-01T00:00:00Z' }, 'completed', 'paid/fulfilled/closed'],
    ['partially_refunded', null, {}, 'awaiting_shipment', 'partially_refunded/unfulfilled'],
    ['refunded', null, {}, 'refunded', 'refunded/unfulfilled'],
    ['voided', null, {}, 'cancelled', 'voided/unfulfilled'],
    ['paid', null, { cancelled_at: '2025-06-19T00:00:00Z' }, 'cancelled', 'paid/unfulfilled/cancelled'],
    ['refunded', null, { cancelled_at: '2025-06-19T00:00:00Z' }, 'refunded', 'refunded/unfulfilled/cancelled'],
    ['in_escrow', null, {}, null, 'in_escrow/unfulfilled'],
    ['paid', 'teleported', {}, null, 'paid/teleported'],
  ])('%s and %s with %j is %s', (financial_status, fulfillment_status, changes, status, rawStatus) => {
    expect(order('orders/updated', { financial_status, fulfillment_status, ...changes })).toMatchObject({ status, rawStatus });
  });

  it('is marked as partially shipped', () => {
    expect(order('orders/partially_fulfilled', { fulfillment_status: 'partial' }).partiallyShipped).toBe(true);
    expect(order('orders/fulfilled', { fulfillment_status: 'fulfilled' }).partiallyShipped).toBe(false);
  });

  it('has no payment time before it is paid, and the processing time when it was paid earlier', () => {
    expect(order('orders/create', { financial_status: 'pending' }).paidAt).toBeNull();
    expect(order('orders/updated', { processed_at: '2025-06-18T20:15:00+08:00' }).paidAt).toBe(PAID_AT - 33_000);
    expect(order('orders/paid', { processed_at: '2025-06-18T20:14:50+08:00' }).paidAt).toBe(PAID_AT);
  });

  it('keeps a 64-bit id exact', () => {
    const text = JSON.stringify(fixture.order).replace('5550000000001', '9223372036854775807');
    const result = read('orders/paid', text);
    expect(result).toMatchObject({ ok: true, items: [{ order: { channelOrderId: '9223372036854775807' } }] });
  });

  it.each([
    ['CNY', '19.9', 1_990],
    ['CNY', '0.07', 7],
    ['JPY', '1200', 1_200],
    ['KWD', '1.234', 1_234],
    ['USD', '1234567890.12', 123_456_789_012],
  ])('reads money exactly: %s %s', (currency, total_price, paidMinor) => {
    expect(order('orders/paid', { currency, total_price }).paidMinor).toBe(paidMinor);
  });

  it('reads buyer, source, shipping, address and device', () => {
    const full = order('orders/paid', {
      customer: { id: 115310627314723950, first_name: '小明', last_name: '陈', tags: 'corporate, vip' },
      client_details: { browser_ip: '203.0.113.7' },
      tags: 'live, night',
      source_name: 'web',
      total_shipping_price_set: { shop_money: { amount: '12.00', currency_code: 'CNY' } },
      fulfillments: [{ tracking_number: 'SF0000000001' }, { tracking_number: null }],
      shipping_address: {
        name: '',
        first_name: '小明',
        last_name: '陈',
        phone: null,
        address1: '示例路1号',
        address2: '2单元',
        city: '杭州市',
        province: '浙江省',
        country_code: 'CN',
        latitude: 30.27,
        longitude: 120.15,
      },
      phone: '138-1234-5678',
    });
    expect(full).toMatchObject({
      buyer: { key: '115310627314723950', name: { mask: '小**' }, tags: ['corporate', 'vip'] },
      ip: '203.0.113.7',
      sourceTags: ['live', 'night', 'web'],
      freightMinor: 1_200,
      trackingNumber: 'SF0000000001',
      receiver: {
        phone: { plain: '138-1234-5678', mask: '138****5678' },
        address: { plain: '示例路1号 2单元', mask: '**路**号**单元' },
        province: '浙江省',
        city: '杭州市',
        postcode: null,
        position: { lat: 30.27, lon: 120.15 },
      },
    });
  });

  it('does without a receiver, a SKU and shop codes that say nothing', () => {
    const bare = order('orders/create', {
      shipping_address: null,
      source_name: '580111',
      line_items: [{ id: 9, variant_id: 77, title: 'Gift', variant_title: 'red', quantity: 2, price: '1.50' }],
    });
    expect(bare.receiver).toEqual({
      name: { plain: null, mask: '', index: null },
      phone: { plain: null, mask: '', index: null },
      country: '',
      province: '',
      city: '',
      district: '',
      address: { plain: null, mask: '', index: null },
      postcode: null,
      position: null,
    });
    expect(bare.lines).toEqual([{ sku: '77', name: 'Gift red', quantity: 2, unitPriceMinor: 150 }]);
    expect(bare.sourceTags).toEqual([]);
  });

  it('drops pieces an edit removed and keeps pieces that were refunded', () => {
    const edited = order('orders/updated', {
      line_items: [
        { id: 1, sku: 'A', title: 'A', quantity: 3, current_quantity: 1, price: '10.00' },
        { id: 2, sku: 'B', title: 'B', quantity: 1, current_quantity: 0, price: '5.00' },
      ],
      refunds: [{ id: 7, created_at: '2025-06-19T00:00:00Z', refund_line_items: [{ line_item_id: 1, quantity: 2, subtotal: '20.00' }] }],
    });
    expect(edited.lines).toEqual([{ sku: 'A', name: 'A', quantity: 3, unitPriceMinor: 1_000 }]);
    expect(edited.goodsMinor).toBe(3_000);
    expect(edited.refunds).toEqual([
      {
        id: '7',
        amountMinor: 2_000,
        at: Date.parse('2025-06-19T00:00:00Z'),
        state: 'succeeded',
        lines: [{ sku: 'A', quantity: 2, amountMinor: 2_000 }],
        reason: '',
      },
    ]);
  });

  it('says nothing about refunds when the payload does not', () => {
    expect(order('orders/paid', { refunds: undefined }).refunds).toBeNull();
  });

  it('an edit notice changes nothing: the whole order follows as orders/updated', () => {
    expect(read('orders/edited', { order_edit: { id: 1, order_id: 2 } })).toEqual({ ok: true, items: [] });
    expect(order('orders/edited').channelOrderId).toBe('5550000000001');
  });
});

describe('a Shopify refund', () => {
  const payload = {
    id: 929361462,
    order_id: 450789469,
    created_at: '2025-06-20T10:00:00+08:00',
    note: '尺码不合',
    refund_line_items: [
      { line_item_id: 1, quantity: 1, subtotal: '100.00', total_tax: '6.00', line_item: { id: 1, sku: 'SKU-S1' } },
      { line_item_id: 2, quantity: 1, subtotal: '1.00' },
    ],
    transactions: [
      { amount: '80.50', currency: 'CNY', kind: 'refund', status: 'success' },
      { amount: '19.50', currency: 'CNY', kind: 'refund', status: 'failure' },
      { amount: '349.00', currency: 'CNY', kind: 'sale', status: 'success' },
    ],
  };

  it('names its order, its money and its lines', () => {
    const at = Date.parse('2025-06-20T02:00:00Z');
    expect(refund(payload)).toEqual({
      channel: 'shopify',
      shopId: 'demo',
      channelOrderId: '450789469',
      updatedAt: at,
      refund: {
        id: '929361462',
        amountMinor: 8_050,
        at,
        state: 'succeeded',
        rawState: 'success',
        lines: [
          { sku: 'SKU-S1', quantity: 1, amountMinor: 10_600 },
          { sku: '2', quantity: 1, amountMinor: 100 },
        ],
        reason: '尺码不合',
      },
    } satisfies IncomingRefund);
  });

  it.each([
    ['pending', 'open', 8_050],
    ['failure', 'withdrawn', 8_050],
    ['error', 'withdrawn', 8_050],
    ['success', 'succeeded', 8_050],
  ])('with its only transaction in %s is %s', (status, state, amountMinor) => {
    const transactions = [{ amount: '80.50', currency: 'CNY', kind: 'refund', status }];
    expect(refund({ ...payload, transactions }).refund).toMatchObject({ state, amountMinor });
  });

  it('without transactions in the payload is the sum of its lines; with none it moved no money', () => {
    expect(refund({ ...payload, transactions: undefined }).refund.amountMinor).toBe(10_700);
    expect(refund({ ...payload, transactions: [] }).refund).toMatchObject({ amountMinor: 0, state: 'succeeded' });
  });

  it('takes the digits of its own currency', () => {
    const transactions = [{ amount: '1200', currency: 'JPY', kind: 'refund', status: 'success' }];
    expect(refund({ ...payload, transactions }).refund.amountMinor).toBe(1_200);
  });
});

describe('what Shopify may not send', () => {
  it.each([
    ['orders/paid', '{"id":450789469,"financial_status":"paid","total_price":"199.65"}', 'created_at', 'currency'],
    ['orders/paid', { ...fixture.order, total_price: '12,00' }, 'total_price', 'decimal'],
    ['orders/paid', { ...fixture.order, currency: 'yuan' }, 'currency', ''],
    ['orders/paid', { ...fixture.order, line_items: [] }, 'line_items', ''],
    ['orders/paid', { ...fixture.order, line_items: [{ ...fixture.order.line_items[0], quantity: 1.5 }] }, 'line_items[0].quantity', ''],
    ['orders/paid', { ...fixture.order, updated_at: 'yesterday' }, 'updated_at', ''],
    ['refunds/create', { id: 1, transactions: [] }, 'order_id', ''],
    ['refunds/create', { id: 1, order_id: 2 }, 'created_at', ''],
    ['products/update', fixture.order, 'products/update', ''],
    ['', fixture.order, 'X-Shopify-Topic', ''],
    ['orders/paid', '{"id":', 'JSON', ''],
    ['orders/paid', '[]', 'object', ''],
  ])('%s %#: is refused with its place', (topic, payload, place, word) => {
    const result = read(topic, payload);
    expect(result).toMatchObject({ ok: false });
    if (result.ok) return;
    expect(result.reason.en).toContain(place);
    expect(result.reason.en).toContain(word);
    expect(result.reason.zh).toMatch(/[\u4e00-\u9fff]/);
  });
});
