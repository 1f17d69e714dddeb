import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/woocommerce/adapter.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { read } from '#test/support/scripted-channel.ts';
import { neverThrows } from '#test/support/no-throw.ts';
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };

const SAMPLE = samples.woocommerce;
function order(changes: Record<string, unknown> = {}, topic = 'order.updated'): IncomingOrder {
  const said = read(adapter, topic, { ...SAMPLE, ...changes });
  if (!said.ok || said.items[0]?.kind !== 'order') throw new Error(JSON.stringify(said));
  return said.items[0].order;
}
const plain = (text: string, mask: string) => ({ plain: text, mask, index: null, cipher: null });
const nothing = { plain: null, mask: '', index: null, cipher: null };

describe('an order of WooCommerce', () => {
  it('is the sample, every field', () => {
    expect(order()).toEqual({
      channel: 'woocommerce',
      shopId: 'shop-1',
      channelOrderId: '727',
      status: 'awaiting_shipment',
      rawStatus: 'processing',
      partiallyShipped: false,
      currency: 'CNY',
      goodsMinor: 39_900,
      freightMinor: 0,
      discountMinor: 5_000,
      paidMinor: 34_900,
      createdAt: Date.parse('2025-06-18T12:14:50Z'),
      paidAt: Date.parse('2025-06-18T12:15:33Z'),
      updatedAt: Date.parse('2025-06-18T12:15:33Z'),
      buyer: { key: null, name: nothing, tags: [] },
      receiver: {
        name: plain('买家示例', '买**'),
        phone: nothing,
        country: 'CN',
        province: 'CN30',
        city: '杭州',
        district: '',
        address: plain('示例路1号', '**路**号'),
        postcode: null,
        position: null,
      },
      buyerMessage: '周末送',
      sellerMemo: '',
      presale: null,
      lines: [{ sku: 'SKU-WC1', name: '衬衫', quantity: 1, unitPriceMinor: 39_900 }],
      refunds: [],
      invoice: null,
      ip: null,
      deviceId: null,
      couponMinor: 5_000,
      trackingNumber: null,
      carrier: null,
      sourceTags: [],
      listings: [{ sku: 'SKU-WC1', itemId: '93', skuId: null }],
    } satisfies IncomingOrder);
  });

  it.each([
    ['pending', 'pending_payment', 0],
    ['on-hold', 'pending_payment', 0],
    ['failed', 'pending_payment', 0],
    ['processing', 'awaiting_shipment', 34_900],
    ['completed', 'completed', 34_900],
    ['cancelled', 'cancelled', 0],
    ['refunded', 'refunded', 34_900],
    ['trash', 'closed', 0],
    ['wc-at-the-baker', null, 0],
  ])('%s without a payment time is %s', (status, unified, paidMinor) => {
    expect(order({ status, date_paid_gmt: null })).toMatchObject({ status: unified, rawStatus: status, paidMinor });
  });

  it('flags a state a plugin made up and drops carts', () => {
    expect(order({ status: 'wc-at-the-baker' }).unknown).toEqual([{ kind: 'status', word: 'wc-at-the-baker' }]);
    expect(read(adapter, 'order.updated', { ...SAMPLE, status: 'checkout-draft' })).toEqual({ ok: true, items: [] });
  });

  it('turns a negative total into a refund that is done', () => {
    expect(order({ refunds: [{ id: 1001, reason: '尺码不合', total: '-10.00' }] }).refunds).toMatchObject([
      { id: '1001', amountMinor: 1_000, state: 'succeeded', reason: '尺码不合' },
    ]);
  });

  it('knows a guest by the mail address and a customer by the number', () => {
    const guest = order({ customer_id: 0, billing: { email: 'A@Example.com' } }).buyer.key;
    expect(guest).toMatch(/^mail:[0-9a-f]{32}$/);
    expect(order({ customer_id: 0, billing: { email: 'a@example.com ' } }).buyer.key).toBe(guest);
    expect(order({ customer_id: 26 }).buyer.key).toBe('26');
  });

  it.each([
    [[{ key: '_tracking_number', value: 'YT1' }], 'YT1', null],
    [[{ key: '_wc_shipment_tracking_items', value: [{ tracking_number: 'SF2', tracking_provider: 'SF Express' }] }], 'SF2', 'SF Express'],
    [[{ key: 'unrelated', value: 'x' }], null, null],
  ])('finds the parcel in %j', (meta_data, trackingNumber, carrier) => {
    expect(order({ meta_data })).toMatchObject({ trackingNumber, carrier });
  });

  it('reads a line of several pieces before coupons, and where it is sold', () => {
    const line_items = [
      { id: 1, name: 'Cup', product_id: 93, variation_id: '94', sku: '', quantity: '3', subtotal: '29.70', total: '20.00' },
    ];
    expect(order({ line_items })).toMatchObject({
      lines: [{ sku: '94', name: 'Cup', quantity: 3, unitPriceMinor: 990 }],
      listings: [{ sku: '94', itemId: '93', skuId: '94' }],
    });
  });

  it('asks what became of a deleted order', () => {
    expect(read(adapter, 'order.deleted', { id: 727 })).toEqual({
      ok: true,
      items: [],
      wanted: [{ kind: 'order', id: '727', because: 'push' }],
    });
    expect(read(adapter, 'product.updated', { id: 1 })).toEqual({ ok: true, items: [] });
  });

  it('never throws, whatever one leaf becomes', () => {
    neverThrows(adapter, 'order', SAMPLE);
  });
});
