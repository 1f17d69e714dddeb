import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/woocommerce/adapter.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { bytes, read } from '#test/support/scripted-channel.ts';

const SECRET = 'hook 密';
const keys = { fields: {}, secrets: ['older', SECRET] };
const sign = (body: Uint8Array) => createHmac('sha256', SECRET).update(body).digest('base64');

describe('a webhook of WooCommerce', () => {
  const verify = (body: Uint8Array, headers: Record<string, string>) => adapter.push?.verify({ headers, body }, keys, 0);

  it('is signed over its bytes, with any of the secrets in force', () => {
    const body = bytes('{"id":9,"customer_note":"Grüße 🎁"}\n');
    const headers = { 'X-WC-Webhook-Topic': 'order.updated', 'X-WC-WEBHOOK-SIGNATURE': sign(body) };
    expect(verify(body, headers)).toMatchObject({ ok: true, messages: [{ topic: 'order.updated' }], acknowledge: { status: 200 } });
    expect(verify(body.subarray(0, -1), headers)).toMatchObject({ ok: false, status: 401 });
    expect(verify(body, { ...headers, 'X-WC-WEBHOOK-SIGNATURE': Buffer.from(sign(body), 'base64').toString('hex') })).toMatchObject({
      ok: false,
    });
  });

  it('delivered again under a new number is the same message', () => {
    const body = bytes({ id: 9, status: 'processing', date_modified_gmt: '2026-01-05T01:31:00' });
    const taken = (id: string) => {
      const headers = { 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-signature': sign(body), 'x-wc-webhook-delivery-id': id };
      const said = verify(body, headers);
      return said?.ok ? said.messages[0]?.deliveryId : 'refused';
    };
    expect(taken('a')).toBe(taken('b'));
    expect(taken('a')).not.toBe('refused');
  });

  it('that only tries the address is answered, and nothing that merely looks like it', () => {
    expect(verify(bytes('webhook_id=12'), {})).toMatchObject({ ok: true, messages: [] });
    expect(verify(bytes('webhook_id=12&id=3'), {})).toMatchObject({ ok: false, status: 401 });
    expect(verify(bytes('webhook_id=12'), { 'x-wc-webhook-topic': 'order.updated' })).toMatchObject({ ok: false, status: 401 });
  });
});

const ORDER = {
  id: 9_007,
  status: 'processing',
  currency: 'EUR',
  date_created_gmt: '2026-01-05T01:30:12',
  date_modified_gmt: '2026-01-05T01:31:00',
  date_paid_gmt: '2026-01-05T01:30:59',
  total: '47.60',
  discount_total: '0.00',
  shipping_total: '4.90',
  total_tax: '7.60',
  customer_id: 0,
  line_items: [
    { id: 1, name: 'Kanne', product_id: 5, variation_id: 0, sku: 'POT', quantity: 2, subtotal: '40.00', total: '40.00', price: 20 },
  ],
  refunds: [],
};
function order(over: Record<string, unknown> = {}): IncomingOrder {
  const said = read(adapter, 'order.updated', { ...ORDER, ...over });
  if (!said.ok || said.items[0]?.kind !== 'order') throw new Error(JSON.stringify(said));
  return said.items[0].order;
}

describe('an order of WooCommerce', () => {
  it.each([
    ['EUR', '47.60', 4_760],
    ['JPY', '4760', 4_760],
    ['KWD', '4.760', 4_760],
    ['EUR', '0.1', 10],
    ['EUR', 12.3, 1_230],
    ['EUR', '1,047.60', 104_760],
    ['EUR', '', 0],
    ['EUR', null, 0],
  ])('in %s with a total of %j', (currency, total, paidMinor) => {
    expect(order({ currency, total })).toMatchObject({ currency, paidMinor });
  });

  it.each([true, false])('with prices that include tax %s: goods before tax, paid after it', (prices_include_tax) => {
    expect(order({ prices_include_tax })).toMatchObject({ goodsMinor: 4_000, freightMinor: 490, paidMinor: 4_760 });
  });

  it('has the time of GMT, whatever the local one says, and the one zone that is told', () => {
    expect(order({ date_modified: '2026-01-05T09:31:00' }).updatedAt).toBe(Date.UTC(2026, 0, 5, 1, 31));
    expect(order({ date_modified_gmt: '2026-01-05T02:31:00+01:00' }).updatedAt).toBe(Date.UTC(2026, 0, 5, 1, 31));
    expect(order({ date_paid_gmt: null, status: 'on-hold' })).toMatchObject({ paidAt: null, paidMinor: 0, status: 'pending_payment' });
  });

  it('given back in two parts keeps its state and sums up', () => {
    const refunds = [
      { id: 21, reason: '', total: '-10.00' },
      { id: 22, reason: 'Bruch', total: '-0.50' },
      { id: '', total: '-1.00' },
    ];
    expect(order({ refunds })).toMatchObject({
      status: 'awaiting_shipment',
      refunds: [
        { id: '21', amountMinor: 1_000, state: 'succeeded', reason: '' },
        { id: '22', amountMinor: 50, reason: 'Bruch' },
      ],
    });
    expect(order({ refunds: { '0': refunds[0], '2': refunds[1] } }).refunds).toHaveLength(2);
    expect(order({ refunds: null }).refunds).toBeNull();
  });

  it('of goods by the metre keeps its line', () => {
    const line_items = [{ ...ORDER.line_items[0], quantity: 0.5, subtotal: '10.00' }];
    expect(order({ line_items }).lines).toMatchObject([{ quantity: 1, unitPriceMinor: 1_000 }]);
  });

  it('of 200 lines, some of them gifts, some without a SKU', () => {
    const line_items = Array.from({ length: 200 }, (_, index) => ({
      id: index + 1,
      name: `L${index}`,
      product_id: index + 1,
      variation_id: index % 3 ? 0 : 9_000 + index,
      sku: '',
      quantity: '1',
      subtotal: index % 2 ? '0' : '1.10',
    }));
    const read = order({ line_items });
    expect(read.lines).toHaveLength(200);
    expect(read.goodsMinor).toBe(11_000);
    expect(read.lines[0]?.sku).toBe('9000');
    expect(read.lines[1]).toMatchObject({ sku: '2', unitPriceMinor: 0 });
  });

  it.each(['constructor', 'wc-awaiting-pickup'])('in a state %s that a plugin made is flagged', (status) => {
    expect(order({ status })).toMatchObject({ status: null, unknown: [{ kind: 'status', word: status }] });
  });

  it('of a guest without addresses', () => {
    expect(order({ billing: null, shipping: [] })).toMatchObject({
      buyer: { key: null },
      receiver: { country: '', name: { plain: null, mask: '' } },
    });
  });

  it('with lists PHP wrote as objects', () => {
    const [line] = ORDER.line_items;
    expect(order({ line_items: { '3': line, '7': { ...line, sku: 'LID' } }, coupon_lines: {}, meta_data: {} }).lines).toHaveLength(2);
  });
});
