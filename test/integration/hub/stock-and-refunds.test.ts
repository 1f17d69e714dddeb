import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ADMIN, ask, deliver, memoryHub, orderData, testConfig } from '#test/support/hub.ts';

const now = Date.now();
let hub: LocalHub;
beforeEach(async () => {
  hub = await memoryHub(testConfig({ openingStock: [{ sku: 'CUP', warehouse: 'suzhou', spot: 3, safety: 100 }] }));
});
afterEach(() => hub.close());

const key = (id: string) => ({ channel: 'standard-webhooks' as const, shopId: 'own', channelOrderId: id });
const level = async () => (await ask(hub, 'stock.list', { sku: 'CUP' })).items[0];

describe('stock', () => {
  test('an order that finds none waits, and takes the pieces when they arrive', async () => {
    await deliver(hub, 'order.paid', orderData('S-1', now), now);
    await deliver(hub, 'order.paid', orderData('S-2', now), now);
    expect(await level()).toMatchObject({ spot: 3, reserved: 3, available: 0, alarm: 'out' });
    const short = await ask(hub, 'orders.get', key('S-2'));
    expect(short.executable.find(({ id }) => id === 'stock')).toMatchObject({ passed: false });
    const tasks = (await ask(hub, 'tasks.list', { role: 'warehouse' })).items;
    expect(tasks).toMatchObject([{ kind: 'replenish', severity: expect.any(String) as string, state: 'open' }]);

    const booked = await ask(hub, 'stock.adjust', { sku: 'CUP', warehouse: 'suzhou', quantity: 500, kind: 'replenish', note: '到货' });
    expect(booked).toMatchObject({ spot: 503, reserved: 4, alarm: 'none' });
    const served = await ask(hub, 'orders.get', key('S-2'));
    expect(served.allocations).toEqual([{ sku: 'CUP', warehouse: 'suzhou', quantity: 2, pool: 'spot' }]);
    expect((await ask(hub, 'tasks.list', { role: 'warehouse' })).items).toEqual([]);
    const ledger = (await ask(hub, 'stock.movements', { sku: 'CUP' })).items;
    expect(ledger.filter(({ kind }) => kind === 'reserve').reduce((sum, { quantity }) => sum + quantity, 0)).toBe(4);
    expect(ledger.at(-1)).toMatchObject({ kind: 'opening', quantity: 3 });
  });

  test('a count below what is reserved is refused and changes nothing', async () => {
    await deliver(hub, 'order.paid', orderData('S-3', now), now);
    const adjust = (quantity: number, kind: string) =>
      hub.request('stock.adjust', { sku: 'CUP', warehouse: 'suzhou', quantity, kind }, ADMIN);
    expect(await adjust(-2, 'adjust')).toMatchObject({ ok: false, error: { code: 'illegal_move' } });
    expect(await adjust(-1, 'replenish')).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(await level()).toMatchObject({ spot: 3, reserved: 2 });
    expect(await adjust(-1, 'adjust')).toMatchObject({ ok: true, value: { spot: 2, reserved: 2, available: 0 } });
  });

  test('a cancelled order gives its pieces back', async () => {
    await deliver(hub, 'order.paid', orderData('S-4', now), now);
    await deliver(hub, 'order.cancelled', orderData('S-4', now, { status: 'cancelled', updatedAt: now }), now);
    expect(await ask(hub, 'orders.get', key('S-4'))).toMatchObject({ status: 'cancelled' });
    expect(await level()).toMatchObject({ spot: 3, reserved: 0 });
  });
});

describe('a refund that comes before its order', () => {
  const refund = { channelOrderId: 'R-1', refund: { id: 'r1', amountMinor: 4_000, at: now, state: 'succeeded' }, updatedAt: now };

  test('waits for it, over a restart of the pipeline too', async () => {
    await deliver(hub, 'refund.succeeded', refund, now);
    expect((await ask(hub, 'orders.list', {})).items).toEqual([]);
    expect(hub.store.refunds.count()).toBe(1);
    hub.hub.hot.load(now);
    await deliver(hub, 'order.paid', orderData('R-1', now), now);
    expect(await ask(hub, 'orders.get', key('R-1'))).toMatchObject({ status: 'refunded', refundedMinor: 4_000, allocations: [] });
    expect(hub.store.refunds.count()).toBe(0);
  });
});
