import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Answer } from '#shared/contract/index.ts';
import type { Order } from '#shared/order.ts';
import { startHubThread } from '#main/host/thread.ts';
import type { HubThread } from '#main/host/thread.ts';
import { configSchema } from '#main/hub/config.ts';
import { temporaryWorkspace } from '#test/support/server-process.ts';
import { signShopify, signStandard } from '#test/support/webhooks.ts';
import type { SignedMessage } from '#test/support/webhooks.ts';
import fixture from '../../fixtures/channels/shopify-order.json' with { type: 'json' };

const SECRET = `whsec_${Buffer.from('an invented secret, thirty-two b').toString('base64')}`;
const ADMIN = { operator: 'admin', role: 'admin', locale: 'en' } as const;
const workspace = temporaryWorkspace({});
let hub: HubThread;
beforeAll(async () => {
  const config = configSchema.parse({
    shops: [
      { channel: 'standard-webhooks', shopId: 'own', credentials: { secret: SECRET } },
      { channel: 'taobao', shopId: 'bridged', door: 'standard-webhooks', credentials: { secret: SECRET } },
      { channel: 'shopify', shopId: 'demo', credentials: { secret: ['shpss_new', 'shpss_old'] } },
    ],
    openingStock: ['SKU-S1', 'S1'].map((sku) => ({ sku, warehouse: 'suzhou', spot: 1_000, safety: 10 })),
  });
  hub = await startHubThread({ dataDirectory: workspace.data, config, demo: false });
});
afterAll(async () => {
  await hub?.close();
  workspace.remove();
});

let sent = 0;
async function deliver(channel: string, shopId: string, { headers, body }: SignedMessage): Promise<void> {
  const receipt = await hub.receive({ channel, shopId, headers, body, receivedAt: Date.now() });
  expect([receipt.status, receipt.body]).toEqual([200, expect.any(String)]);
}
const START = Date.now() - 3_600_000;
const iso = (minutes: number) => new Date(START + minutes * 60_000).toISOString();

/** The order once it satisfies `good`; fails with what it is instead. */
async function order(channel: string, shopId: string, channelOrderId: string, expected: Partial<Order>): Promise<Order> {
  return vi.waitFor(
    async () => {
      const answer = (await hub.request('orders.get', { channel, shopId, channelOrderId }, ADMIN)) as Answer<Order>;
      expect(answer).toMatchObject({ ok: true, value: expected });
      return (answer as { value: Order }).value;
    },
    { timeout: 5_000, interval: 20 },
  );
}

describe('an order on Shopify goes its way', () => {
  const id = 820_982_911_946_154;
  const payload = (minutes: number, changes: Record<string, unknown>) => ({
    ...fixture.order,
    id,
    created_at: iso(0),
    updated_at: iso(minutes),
    ...changes,
  });
  const send = (topic: string, body: unknown, secret = 'shpss_new') =>
    deliver('shopify', 'demo', signShopify(secret, topic, `way-${(sent += 1)}`, body));
  const now = (expected: Partial<Order>) => order('shopify', 'demo', String(id), expected);

  it('created, paid, partly refunded, shipped; older news never takes it back', async () => {
    await send('orders/create', payload(0, { financial_status: 'pending' }));
    const created = await now({ status: 'pending_payment', rawStatus: 'pending/unfulfilled', paidAt: null });
    expect(created.orderNo).toMatch(/^SP\d{17}/);
    expect(created.receiver).toMatchObject({ phoneMask: '138****0000', nameMask: 'D**', addressMask: '**' });
    expect(JSON.stringify(created)).not.toContain('13800000000');

    await send('orders/paid', payload(1, { financial_status: 'paid' }), 'shpss_old');
    const paid = await now({
      rawStatus: 'paid/unfulfilled',
      paidAt: START + 60_000,
      goodsMinor: 39_900,
      discountMinor: 5_000,
      paidMinor: 34_900,
    });
    expect(['paid', 'awaiting_shipment']).toContain(paid.status);
    expect(paid.orderNo).toBe(created.orderNo);

    const transactions = [{ amount: '100.00', currency: 'CNY', kind: 'refund', status: 'success' }];
    await send('refunds/create', { id: 7, order_id: id, created_at: iso(2), processed_at: iso(2), transactions });
    await now({ refundedMinor: 10_000 });
    await send(
      'orders/updated',
      payload(3, { financial_status: 'partially_refunded', refunds: [{ id: 7, created_at: iso(2), transactions }] }),
    );
    await now({ refundedMinor: 10_000, rawStatus: 'partially_refunded/unfulfilled' });

    await send(
      'orders/fulfilled',
      payload(5, { financial_status: 'partially_refunded', fulfillment_status: 'fulfilled', fulfillments: [{ tracking_number: 'SF1' }] }),
    );
    const shipped = await now({ status: 'shipped', trackingNumber: 'SF1' });
    await send('orders/updated', payload(4, { financial_status: 'paid', note: 'late news' }));
    await send('orders/create', { ...payload(5, {}), id: id + 1 });
    await order('shopify', 'demo', String(id + 1), {});
    await now({ status: 'shipped', version: shipped.version, buyerMessage: '周末送' });
  });
});

describe('an order of an own store goes its way', () => {
  const data = (id: string, changes: Record<string, unknown> = {}) => ({
    channelOrderId: id,
    currency: 'CNY',
    createdAt: iso(0),
    buyer: { key: `buyer-${id}`, name: '陈小明' },
    receiver: {
      name: '陈小明',
      phone: '13812345678',
      province: '江苏省',
      city: '苏州市',
      district: '姑苏区',
      address: '示例路1号2幢301室',
    },
    lines: [{ sku: 'S1', name: '有机米粉', quantity: 2, unitPriceMinor: 9_900 }],
    ...changes,
  });
  const send = (type: string, minutes: number, body: unknown, channel = 'standard-webhooks', shopId = 'own') =>
    deliver(channel, shopId, signStandard(SECRET, `way_${(sent += 1)}`, Date.now(), { type, timestamp: iso(minutes), data: body }));

  it('created, paid, shipped, completed', async () => {
    await send('order.created', 0, data('W1'));
    await order('standard-webhooks', 'own', 'W1', { status: 'pending_payment', paidAt: null });
    await send('order.paid', 1, data('W1'));
    await order('standard-webhooks', 'own', 'W1', { paidAt: START + 60_000, paidMinor: 19_800 });
    await send('order.shipped', 2, data('W1', { trackingNumber: 'YT1' }));
    await order('standard-webhooks', 'own', 'W1', { status: 'shipped', trackingNumber: 'YT1' });
    await send('order.completed', 3, data('W1'));
    await order('standard-webhooks', 'own', 'W1', { status: 'completed', rawStatus: 'completed' });
  });

  it('cancelled before payment, and a cancellation that comes first is not undone by what is older', async () => {
    await send('order.created', 0, data('W2'));
    await send('order.cancelled', 5, data('W2'));
    await order('standard-webhooks', 'own', 'W2', { status: 'cancelled' });
    await send('order.paid', 1, data('W2', { sellerMemo: 'late' }));
    await send('order.created', 6, data('W3'));
    await order('standard-webhooks', 'own', 'W3', {});
    await order('standard-webhooks', 'own', 'W2', { status: 'cancelled', sellerMemo: '' });
  });

  it('a refund that comes before its order waits for it', async () => {
    await send('refund.succeeded', 3, { channelOrderId: 'W4', refund: { id: 'R1', amountMinor: 5_000, at: iso(3) } });
    await send('order.paid', 1, data('W4'));
    await order('standard-webhooks', 'own', 'W4', { refundedMinor: 5_000 });
    await send('refund.succeeded', 4, { channelOrderId: 'W4', refund: { id: 'R1', amountMinor: 5_000, at: iso(3) } });
    await send('refund.succeeded', 5, { channelOrderId: 'W4', refund: { id: 'R2', amountMinor: 1_000, at: iso(5) } });
    await order('standard-webhooks', 'own', 'W4', { refundedMinor: 6_000 });
  });

  it('through a bridge belongs to its own channel; a word nobody knows keeps the state and is flagged', async () => {
    await send(
      'order.updated',
      1,
      data('2231958349001122334', { status: 'awaiting_shipment', rawStatus: 'WAIT_SELLER_SEND_GOODS' }),
      'taobao',
      'bridged',
    );
    const first = await order('taobao', 'bridged', '2231958349001122334', { rawStatus: 'WAIT_SELLER_SEND_GOODS', rawStatusUnknown: false });
    expect(first.orderNo).toMatch(/^TB/);
    await send('order.updated', 2, data('2231958349001122334', { status: 'PAID_FORBID_CONSIGN' }), 'taobao', 'bridged');
    await order('taobao', 'bridged', '2231958349001122334', {
      status: first.status,
      rawStatus: 'PAID_FORBID_CONSIGN',
      rawStatusUnknown: true,
    });
  });
});
