import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/lazada/adapter.ts';
import { signRequest } from '#main/channels/lazada/sign.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { bytes, read, readingShop } from '#test/support/scripted-channel.ts';

const APP = '100712';
const SECRET = 'Kq9-secret';
const keys = { fields: { app_key: APP }, secrets: [SECRET] };

describe('signatures of Lazada', () => {
  const hmac = (text: string) => createHmac('sha256', SECRET).update(text, 'utf8').digest('hex');

  it('of a call sort by the letters of the name, capitals first, and end with the raw body', () => {
    const params = { sign: 'old', timestamp: '1', Zeta: '衬衫', app_key: APP, update_after: '2026-01-05T00:00:00+07:00' };
    const joined = `/orders/getZeta衬衫app_key${APP}timestamp1update_after2026-01-05T00:00:00+07:00`;
    expect(signRequest('/orders/get', params, SECRET)).toBe(hmac(joined).toUpperCase());
    expect(signRequest('/orders/get', params, SECRET, '<Request/>')).toBe(hmac(`${joined}<Request/>`).toUpperCase());
  });

  it('of a push are over the app key and the bytes, with their last line end', () => {
    const body = bytes('{"message_type":0,"data":{"trade_order_id":260422900111999,"note":"giao nhanh 🚚"}}\n');
    const headers = { AUTHORIZATION: hmac(`${APP}${Buffer.from(body).toString()}`) };
    expect(adapter.push?.verify({ headers, body }, keys, 0)).toMatchObject({ ok: true, acknowledge: { status: 200 } });
    expect(adapter.push?.verify({ headers, body: body.subarray(0, -1) }, keys, 0)).toMatchObject({ ok: false, status: 401 });
    expect(adapter.push?.verify({ headers: { authorization: hmac(Buffer.from(body).toString()) }, body }, keys, 0)).toMatchObject({
      ok: false,
    });
  });
});

const unit = (over: Record<string, unknown> = {}) => ({
  order_item_id: '7001',
  sku: 'BAG-RED',
  name: 'Tote',
  variation: '',
  item_price: '120000',
  paid_price: '100000.00',
  voucher_amount: 20_000,
  status: 'pending',
  reason: '',
  ...over,
});
const ORDER = {
  order_id: 260422900111999,
  created_at: '2026-01-05 09:30:12 +0700',
  updated_at: '2026-01-05T09:31:00+07:00',
  price: '120,000.00',
  shipping_fee: 15_000,
  voucher: '20000',
  is_cancel_pending: 'false',
};
function order(items: unknown, over: Record<string, unknown> = {}, region = 'vn'): IncomingOrder {
  const body = bytes({ order: { ...ORDER, ...over }, items });
  const said = adapter.normalise({ topic: 'order', body, observedAt: null }, readingShop(adapter, 'shop-1', { region }));
  if (!said.ok || said.items[0]?.kind !== 'order') throw new Error(JSON.stringify(said));
  return said.items[0].order;
}

describe('an order of Lazada', () => {
  it.each([
    ['vn', 'VND', 120_000],
    ['id', 'IDR', 12_000_000],
    ['my', 'MYR', 12_000_000],
  ])('in %s counts in %s', (region, currency, unitPriceMinor) => {
    expect(order([unit()], {}, region)).toMatchObject({ currency, lines: [{ unitPriceMinor }] });
  });

  it('whose rows do not tell what was paid takes the voucher off the price', () => {
    expect(order([unit({ paid_price: null }), unit({ order_item_id: '7002', paid_price: '' })])).toMatchObject({
      goodsMinor: 240_000,
      paidMinor: 215_000,
      discountMinor: 40_000,
    });
  });

  it('that cost more than its goods has no discount below nothing', () => {
    expect(order([unit({ paid_price: '130000' })])).toMatchObject({ discountMinor: 0, paidMinor: 145_000 });
  });

  it('of 200 units is a line of 200, and units of another price are another line', () => {
    const items = Array.from({ length: 200 }, (_, index) => unit({ order_item_id: String(index) }));
    expect(order([...items, unit({ order_item_id: 'g', item_price: '0', paid_price: '0.00' })]).lines).toEqual([
      { sku: 'BAG-RED', name: 'Tote', quantity: 200, unitPriceMinor: 120_000 },
      { sku: 'BAG-RED', name: 'Tote', quantity: 1, unitPriceMinor: 0 },
    ]);
  });

  it('with a lone row where a list is usual', () => {
    expect(order(unit({ quantity: '3' }))).toMatchObject({ lines: [{ quantity: 3 }], goodsMinor: 360_000, paidMinor: 315_000 });
  });

  it('leaves out cancelled units, unless all are', () => {
    const half = order([unit(), unit({ order_item_id: '7002', status: 'canceled', reason: 'buyer' })]);
    expect(half).toMatchObject({ status: 'awaiting_shipment', goodsMinor: 120_000, lines: [{ quantity: 1 }], refunds: [] });
    expect(order([unit({ status: 'canceled' })])).toMatchObject({ status: 'cancelled', lines: [{ quantity: 1 }], paidMinor: 0 });
  });

  it('on its way back is a refund, and one that is no longer is withdrawn', () => {
    expect(order([unit({ status: 'shipped_back', reason: 'too small', updated_at: '2026-01-09 10:00:00 +0700' })])).toMatchObject({
      status: 'refunding',
      refunds: [{ id: '7001', state: 'open', amountMinor: 100_000, at: Date.parse('2026-01-09T03:00:00Z') }],
    });
    expect(order([unit({ status: 'delivered', reason: 'too small' })])).toMatchObject({
      status: 'completed',
      refunds: [{ id: '7001', state: 'withdrawn', reason: 'too small' }],
    });
    expect(order([unit({ status: 'delivered' })]).refunds).toEqual([]);
  });

  it.each(['constructor', 'packed_twice'])('in a state %s that nobody knows is flagged, and unpaid while a unit is', (status) => {
    const unknown = [{ kind: 'status', word: status }];
    expect(order([unit({ status })])).toMatchObject({ status: null, unknown, paidMinor: 115_000 });
    expect(order([unit({ status }), unit({ status: 'unpaid' })])).toMatchObject({ status: null, unknown, paidMinor: 0, paidAt: null });
  });

  it('without its rows says nothing of refunds', () => {
    expect(order([], { statuses: ['shipped', 'delivered'] })).toMatchObject({ status: 'shipped', refunds: null, paidMinor: 135_000 });
  });
});

describe('a push of Lazada', () => {
  const deliveryIdOf = (timestamp: number, status: string) => {
    const body = bytes({
      message_type: 0,
      timestamp,
      data: { trade_order_id: 26042290011, trade_order_line_id: '5', order_status: status, status_update_time: 1767576600 },
    });
    const headers = { authorization: createHmac('sha256', SECRET).update(APP).update(body).digest('hex') };
    const said = adapter.push?.verify({ headers, body }, keys, 0);
    return said?.ok ? said.messages[0]?.deliveryId : 'refused';
  };

  it('is the same on every retry, and another for another state', () => {
    expect(deliveryIdOf(1, 'pending')).toBe(deliveryIdOf(2, 'pending'));
    expect(deliveryIdOf(1, 'pending')).not.toBe(deliveryIdOf(1, 'shipped'));
  });

  it.each([8, '13', 21])('of type %j changes no order', (message_type) => {
    expect(read(adapter, '', { message_type, data: { trade_order_id: '1' } })).toEqual({ ok: true, items: [] });
  });
});
