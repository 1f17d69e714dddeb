import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/shopify/adapter.ts';
import type { IncomingOrder, RefundEntry } from '#main/model/incoming.ts';
import { bytes, read } from '#test/support/scripted-channel.ts';

const line = (over: Record<string, unknown> = {}) => ({
  id: 14_580_000_000_001,
  product_id: 8_100_000_000_001,
  variant_id: 4_500_000_000_001,
  sku: 'TEA-50G',
  title: '龙井 🍵',
  quantity: 2,
  current_quantity: 2,
  price: '12.50',
  ...over,
});
const ORDER = {
  id: 6_120_000_000_017,
  financial_status: 'paid',
  fulfillment_status: null,
  created_at: '2026-02-28T23:59:59-05:00',
  updated_at: '2026-03-01T00:10:00-05:00',
  processed_at: '2026-02-28T23:59:58-05:00',
  currency: 'USD',
  total_price: '25.00',
  line_items: [line()],
  refunds: [],
};
function order(over: Record<string, unknown> = {}, topic = 'orders/updated'): IncomingOrder {
  const said = read(adapter, topic, { ...ORDER, ...over });
  if (!said.ok || said.items[0]?.kind !== 'order') throw new Error(JSON.stringify(said));
  return said.items[0].order;
}
const refundsOf = (refunds: unknown, over: Record<string, unknown> = {}): RefundEntry[] | null => order({ ...over, refunds }).refunds;

describe('a webhook of Shopify', () => {
  const secret = 'shpss_秘密';
  const verify = (body: Buffer, signature: string) =>
    adapter.push?.verify(
      { headers: { 'X-Shopify-Hmac-SHA256': signature, 'x-shopify-topic': 'orders/create' }, body },
      { fields: {}, secrets: [secret] },
      0,
    );

  it('is signed over its bytes, with whatever letters and line ends they hold', () => {
    const body = Buffer.from('{"note":"送到门口 🚪","id":1}\r\n\n', 'utf8');
    const signature = createHmac('sha256', secret).update(body).digest('base64');
    expect(verify(body, signature)).toMatchObject({ ok: true, messages: [{ topic: 'orders/create' }] });
    expect(verify(Buffer.from(body.toString().trim()), signature)).toMatchObject({ ok: false, status: 401 });
    expect(verify(Buffer.from(JSON.stringify(JSON.parse(body.toString()))), signature)).toMatchObject({ ok: false, status: 401 });
  });
});

describe('money of Shopify', () => {
  it.each([
    ['JPY', '1980', 1_980],
    ['JPY', '1980.00', 1_980],
    ['KWD', '7.125', 7_125],
    ['KWD', '7', 7_000],
    ['CLP', '15990', 15_990],
    ['USD', 25, 2_500],
    ['USD', 19.9, 1_990],
    ['USD', '0.1', 10],
    ['USD', '1,250.00', 125_000],
  ])('%s %s', (currency, total_price, paidMinor) => {
    expect(order({ currency, total_price })).toMatchObject({ currency, paidMinor });
  });

  it.each([null, '', undefined])('an optional amount that is %j is nothing', (none) => {
    expect(order({ total_discounts: none, shipping_lines: [{ price: none }], discount_codes: [{ amount: none }] })).toMatchObject({
      discountMinor: 0,
      freightMinor: 0,
      couponMinor: 0,
    });
  });

  it.each(['12,00', 'free', '1e2'])('an amount written %j is refused with its place, not taken for another', (amount) => {
    const said = read(adapter, 'orders/paid', { ...ORDER, line_items: [line(), line({ price: amount })] });
    expect(said).toMatchObject({ ok: false, reason: { en: expect.stringContaining('line_items[1].price') as string } });
  });

  it('is what the shop books, never what the buyer sees', () => {
    const both = (shop: string, buyer: string) => ({
      shop_money: { amount: shop, currency_code: 'USD' },
      presentment_money: { amount: buyer, currency_code: 'EUR' },
    });
    expect(
      order({
        presentment_currency: 'EUR',
        total_price: '30.00',
        total_price_set: both('30.00', '27.60'),
        total_shipping_price_set: both('5.00', '4.60'),
      }),
    ).toMatchObject({ currency: 'USD', paidMinor: 3_000, freightMinor: 500 });
  });

  it.each([
    [true, '27.50', '2.50'],
    [false, '27.50', '2.50'],
  ])('taxes included %s: what was paid is the total', (taxes_included, total_price, total_tax) => {
    expect(order({ taxes_included, total_price, total_tax, tax_lines: [{ price: total_tax }] })).toMatchObject({
      goodsMinor: 2_500,
      paidMinor: 2_750,
    });
  });
});

describe('refunds of Shopify', () => {
  const two = { line_items: [line(), line({ id: 14_580_000_000_002, sku: 'CUP', quantity: 3, current_quantity: 1, price: '5.00' })] };

  it('over several lines, whatever became of the goods', () => {
    const refunds = refundsOf(
      [
        {
          id: 900_000_000_001,
          created_at: '2026-03-02T08:00:00+08:00',
          refund_line_items: [
            { line_item_id: 14_580_000_000_001, quantity: 1, restock_type: 'return', subtotal: '12.50', total_tax: '0.00' },
            { line_item_id: 14_580_000_000_002, quantity: 2, restock_type: 'no_restock', subtotal: 10, total_tax: '0.80' },
          ],
          transactions: [{ amount: '23.30', currency: 'USD', kind: 'refund', status: 'success' }],
        },
      ],
      two,
    );
    expect(refunds).toMatchObject([
      {
        id: '900000000001',
        amountMinor: 2_330,
        state: 'succeeded',
        lines: [
          { sku: 'TEA-50G', quantity: 1, amountMinor: 1_250 },
          { sku: 'CUP', quantity: 2, amountMinor: 1_080 },
        ],
      },
    ]);
  });

  it('names its goods by the line it embeds, where the order has none of that number', () => {
    const [refund] =
      refundsOf([
        {
          id: 1,
          created_at: ORDER.updated_at,
          refund_line_items: [{ quantity: 1, subtotal: '5', line_item: { sku: '', variant_id: 77 } }],
        },
      ]) ?? [];
    expect(refund).toMatchObject({ amountMinor: 500, lines: [{ sku: '77', quantity: 1 }] });
  });

  it('paid back in the currency of the buyer are told in the one of the shop', () => {
    const total = (shop: string, buyer: string) => ({
      shop_money: { amount: shop, currency_code: 'USD' },
      presentment_money: { amount: buyer, currency_code: 'EUR' },
    });
    const orderTotal = { total_price: '30.00', presentment_currency: 'EUR', total_price_set: total('30.00', '27.60') };
    const back = (amount: string, lines: unknown[] = []) => ({
      id: 1,
      created_at: ORDER.updated_at,
      refund_line_items: lines,
      transactions: [{ amount, currency: 'EUR', kind: 'refund', status: 'success' }],
    });
    expect(refundsOf([back('27.60')], orderTotal)).toMatchObject([{ amountMinor: 3_000 }]);
    expect(refundsOf([back('4.61')], orderTotal)).toMatchObject([{ amountMinor: 501 }]);
    const exact = { line_item_id: 14_580_000_000_001, quantity: 1, subtotal: '12.51', subtotal_set: total('12.51', '11.50') };
    expect(refundsOf([back('11.50', [exact])], orderTotal)).toMatchObject([{ amountMinor: 1_251 }]);
    const alone = read(adapter, 'refunds/create', { ...back('11.50', [exact]), order_id: 5 });
    expect(alone).toMatchObject({ ok: true, items: [{ refund: { refund: { amountMinor: 1_251 } } }] });
  });

  it('in yen, from a buyer who paid in dollars', () => {
    const set = { shop_money: { amount: '1500', currency_code: 'JPY' }, presentment_money: { amount: '10.00', currency_code: 'USD' } };
    const refund = { id: 1, created_at: ORDER.updated_at, transactions: [{ amount: '5.00', currency: 'USD', kind: 'refund' }] };
    expect(refundsOf([refund], { currency: 'JPY', total_price: '1500', total_price_set: set })).toMatchObject([{ amountMinor: 750 }]);
  });

  it('whose word nobody knows stay open and are flagged, in the order and alone', () => {
    const refund = { id: 7, created_at: ORDER.updated_at, transactions: [{ amount: '1.00', kind: 'refund', status: 'constructor' }] };
    const unknown = [{ kind: 'refund', word: 'constructor' }];
    expect(order({ refunds: [refund] })).toMatchObject({ refunds: [{ state: 'open', rawState: 'constructor' }], unknown });
    expect(read(adapter, 'refunds/create', { ...refund, order_id: 3 })).toMatchObject({ ok: true, items: [{ refund: { unknown } }] });
  });

  it('a sum that cannot be read is refused with its place', () => {
    const payload = { id: 1, order_id: 2, created_at: ORDER.updated_at, refund_line_items: [{ quantity: 1, subtotal: 'all' }] };
    expect(read(adapter, 'refunds/create', payload)).toMatchObject({
      ok: false,
      reason: { en: expect.stringContaining('subtotal') as string },
    });
  });
});

describe('an order of Shopify', () => {
  it('with every line removed by an edit has none, and its goods are worth nothing', () => {
    expect(order({ line_items: [line({ current_quantity: 0 })] })).toMatchObject({ lines: [], goodsMinor: 0 });
  });

  it('counts a piece only once, when it was refunded and another one edited away', () => {
    const refunds = [{ id: 1, created_at: ORDER.updated_at, refund_line_items: [{ line_item_id: 14_580_000_000_001, quantity: 1 }] }];
    expect(order({ line_items: [line({ quantity: 5, current_quantity: 2 })], refunds }).lines).toMatchObject([{ quantity: 3 }]);
  });

  it('of 200 lines, among them gifts for nothing', () => {
    const line_items = Array.from({ length: 200 }, (_, index) =>
      line({ id: index + 1, sku: `S${index}`, price: index % 2 ? '0.00' : '1.01' }),
    );
    const read = order({ line_items });
    expect(read.lines).toHaveLength(200);
    expect(read.goodsMinor).toBe(100 * 2 * 101);
    expect(read.lines[1]).toMatchObject({ unitPriceMinor: 0 });
  });

  it('of a guest without any data of a person', () => {
    const guest = order({ customer: null, shipping_address: null, phone: null, note: null, tags: null, client_details: null });
    expect(guest.buyer).toMatchObject({ key: null, name: { plain: null, mask: '' } });
    expect(guest.receiver).toMatchObject({ country: '', phone: { plain: null, mask: '' }, address: { plain: null } });
  });

  it('is not kept out by a field nobody needs', () => {
    const odd = order({
      tags: ['a'],
      note: { text: 1 },
      browser_ip: 7,
      shipping_address: { latitude: '30.1', longitude: 'east', zip: 90210 },
    });
    expect(odd).toMatchObject({ sourceTags: [], buyerMessage: '', receiver: { postcode: '90210', position: null } });
    expect(order({ shipping_address: { latitude: '30.10', longitude: '120.2' } }).receiver.position).toEqual({ lat: 30.1, lon: 120.2 });
  });

  it('sent in two parcels, one of them cancelled', () => {
    const fulfillments = [
      { status: 'success', tracking_number: 'SF100', tracking_company: 'SF Express' },
      { status: 'cancelled', tracking_number: 'YT200', tracking_company: 'YTO Express' },
    ];
    expect(order({ fulfillment_status: 'partial', fulfillments })).toMatchObject({
      status: 'awaiting_shipment',
      partiallyShipped: true,
      trackingNumber: 'SF100',
      carrier: 'sf',
    });
    const delivered = [{ ...fulfillments[0], shipment_status: 'delivered', tracking_company: 'Royal Mail' }, fulfillments[1]];
    expect(order({ fulfillment_status: 'fulfilled', fulfillments: delivered })).toMatchObject({
      status: 'delivered',
      carrier: 'Royal Mail',
    });
  });

  it.each([
    ['paid', 'restocked', 'cancelled'],
    ['refunded', 'restocked', 'refunded'],
    ['expired', null, 'pending_payment'],
    ['__proto__', null, null],
  ])('%s and %s is %s', (financial_status, fulfillment_status, status) => {
    expect(order({ financial_status, fulfillment_status }).status).toBe(status);
  });

  it('placed to try the shop out is marked as such', () => {
    expect(order({ test: true, tags: 'vip' }).sourceTags).toEqual(['vip', 'test']);
  });

  it('knows its ids to the last digit, wherever they stand', () => {
    const payload = JSON.stringify({
      ...ORDER,
      id: 1,
      note: 'see 9007199254740993, or "-9007199254740993"',
      line_items: [line({ id: 1, product_id: 2, variant_id: 3, sku: '' })],
    })
      .replace('"id":1,', '"id": 18446744073709551557,')
      .replace('"variant_id":3', '"variant_id":9007199254740995');
    const said = adapter.normalise(
      { topic: 'orders/paid', body: bytes(payload), observedAt: 5 },
      {
        channel: 'shopify',
        shopId: 's',
        options: {},
        mapping: adapter.mapping,
      },
    );
    expect(said).toMatchObject({
      ok: true,
      items: [
        {
          order: {
            channelOrderId: '18446744073709551557',
            buyerMessage: 'see 9007199254740993, or "-9007199254740993"',
            lines: [{ sku: '9007199254740995' }],
            observedAt: 5,
          },
        },
      ],
    });
  });

  it('a message about stock or a deleted order changes no order', () => {
    expect(read(adapter, 'inventory_levels/update', { inventory_item_id: 1, available: 4 })).toEqual({ ok: true, items: [] });
    expect(read(adapter, 'orders/delete', { id: 1 })).toEqual({ ok: true, items: [] });
  });
});
