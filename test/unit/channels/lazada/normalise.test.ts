import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/lazada/adapter.ts';
import { foldLines } from '#main/channels/lazada/fold.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { bytes, read, readingShop } from '#test/support/scripted-channel.ts';
import { neverThrows } from '#test/support/no-throw.ts';
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };

const ORDER = samples.lazada.data;
const item = (changes: Record<string, unknown> = {}) => ({
  order_item_id: '1',
  sku: 'SKU-L1',
  name: 'Shirt',
  variation: 'White',
  item_price: '399.00',
  paid_price: 349,
  status: 'pending',
  tracking_code: '',
  shipment_provider: '',
  reason: '',
  ...changes,
});
function order(payload: unknown, options: Record<string, string> = {}): IncomingOrder {
  const said = adapter.normalise({ topic: 'order', body: bytes(payload), observedAt: null }, readingShop(adapter, 'shop-1', options));
  if (!said.ok || said.items[0]?.kind !== 'order') throw new Error(JSON.stringify(said));
  return said.items[0].order;
}
const nothing = { plain: null, mask: '', index: null, cipher: null };

describe('an order of Lazada', () => {
  it('is the sample, every field: the region gives the currency, which has no minor units in Vietnam', () => {
    expect(order(samples.lazada)).toEqual({
      channel: 'lazada',
      shopId: 'shop-1',
      channelOrderId: '260422900111111',
      status: 'awaiting_shipment',
      rawStatus: 'pending',
      partiallyShipped: false,
      currency: 'VND',
      goodsMinor: 399,
      freightMinor: 0,
      discountMinor: 50,
      paidMinor: 349,
      createdAt: Date.parse('2025-06-18T12:14:50Z'),
      paidAt: Date.parse('2025-06-18T12:14:50Z'),
      updatedAt: Date.parse('2025-06-18T12:15:33Z'),
      buyer: { key: null, name: nothing, tags: [] },
      receiver: {
        name: { ...nothing, mask: 'N***' },
        phone: { ...nothing, mask: '84******12' },
        country: 'VN',
        province: '',
        city: 'Ha Noi',
        district: '',
        address: nothing,
        postcode: null,
        position: null,
      },
      buyerMessage: '',
      sellerMemo: '',
      presale: null,
      lines: [],
      refunds: null,
      invoice: null,
      ip: null,
      deviceId: null,
      couponMinor: 50,
      trackingNumber: null,
      carrier: null,
      sourceTags: [],
    } satisfies IncomingOrder);
  });

  it('groups one row per unit by SKU and price', () => {
    const items = [item(), item({ order_item_id: '2' }), item({ order_item_id: '3', sku: 'SKU-L2', item_price: 100, paid_price: '100' })];
    const read = order({ order: ORDER, items });
    expect(read.lines).toEqual([
      { sku: 'SKU-L1', name: 'Shirt White', quantity: 2, unitPriceMinor: 399 },
      { sku: 'SKU-L2', name: 'Shirt White', quantity: 1, unitPriceMinor: 100 },
    ]);
    expect(read).toMatchObject({ goodsMinor: 898, paidMinor: 798, discountMinor: 100 });
  });

  it('knows both shapes of time and the money of every marketplace', () => {
    const changed = { ...ORDER, updated_at: '2021-07-29 11:02:19 +0700', price: '19.9', voucher: 0, shipping_fee: '1.50' };
    expect(order(changed, { region: 'sg' })).toMatchObject({
      updatedAt: Date.parse('2021-07-29T04:02:19Z'),
      currency: 'SGD',
      paidMinor: 2_140,
      freightMinor: 150,
    });
  });

  it.each([
    [['unpaid'], 'pending_payment', false],
    [['canceled', 'canceled'], 'cancelled', false],
    [['canceled', 'shipped'], 'shipped', false],
    [['pending', 'shipped'], 'awaiting_shipment', true],
    [['ready_to_ship', 'toship'], 'awaiting_shipment', false],
    [['delivered', 'shipped'], 'shipped', false],
    [['delivered', 'confirmed'], 'completed', false],
    [['returned', 'delivered'], 'completed', false],
    [['returned', 'shipped_back_success', 'canceled'], 'refunded', false],
    [['returned', 'failed_delivery'], 'refunding', false],
  ])('with lines %j is %s', (words, status, partiallyShipped) => {
    expect(foldLines(words, adapter.mapping)).toEqual({ status, partiallyShipped, unknown: [] });
  });

  it('keeps a state nobody knows and flags it', () => {
    expect(order({ order: ORDER, items: [item({ status: 'teleported' })] })).toMatchObject({
      status: null,
      rawStatus: 'teleported',
      unknown: [{ kind: 'status', word: 'teleported' }],
    });
  });

  it('a line that comes back is a refund, by the id of its row', () => {
    const items = [
      item(),
      item({ order_item_id: '2', status: 'returned', reason: 'too small' }),
      item({ order_item_id: '3', status: 'lost' }),
    ];
    expect(order({ order: ORDER, items }).refunds).toMatchObject([
      { id: '2', state: 'succeeded', amountMinor: 349, reason: 'too small', rawState: 'returned', complaint: 'B' },
      { id: '3', state: 'open', amountMinor: 349, rawState: 'lost' },
    ]);
  });

  it('never throws, whatever one leaf becomes', () => {
    const payload = { order: ORDER, items: [item(), item({ order_item_id: '2', status: 'returned' })] };
    neverThrows(adapter, 'order', payload);
    neverThrows(adapter, 'message_type_0', samples.lazada_push);
  });
});

describe('a push of Lazada', () => {
  it('is a hint: the order is fetched', () => {
    expect(read(adapter, 'message_type_0', samples.lazada_push)).toEqual({
      ok: true,
      items: [],
      wanted: [{ kind: 'order', id: '260422900111111', because: 'push' }],
    });
    const returned = {
      ...samples.lazada_push,
      data: { ...samples.lazada_push.data, trade_order_id: 260422900111111, reverse_order_id: 5 },
    };
    expect(read(adapter, '', returned)).toMatchObject({ wanted: [{ id: '260422900111111', because: 'refund' }] });
  });

  it('about anything else changes nothing', () => {
    expect(read(adapter, 'message_type_8', { message_type: 8, data: {}, timestamp: 1750248934 })).toEqual({ ok: true, items: [] });
  });
});
