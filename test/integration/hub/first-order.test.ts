import { afterEach, describe, expect, test } from 'vitest';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ask, deliver, memoryHub, orderData } from '#test/support/hub.ts';

let hub: LocalHub;
afterEach(() => hub.close());

describe('one order from a signed webhook to the console', () => {
  test('is stored, judged, reserved, routed and readable as soon as it was acknowledged', async () => {
    hub = await memoryHub();
    const now = Date.now();
    expect(await deliver(hub, 'order.paid', orderData('A-1', now), now)).toMatchObject({ status: 200 });
    const order = await ask(hub, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: 'A-1' });
    expect(order).toMatchObject({
      channelOrderId: 'A-1',
      status: 'paid',
      hold: null,
      grade: 'pass',
      paidMinor: 4_000,
      allocations: [{ sku: 'CUP', warehouse: 'suzhou', quantity: 2, pool: 'spot' }],
      route: { warehouse: 'suzhou' },
    });
    expect(order.orderNo).toMatch(/^SW\d{18}$/);
    expect(JSON.stringify(order)).not.toContain('张晓明');
    const [level] = (await ask(hub, 'stock.list', { sku: 'CUP' })).items;
    expect(level).toMatchObject({ spot: 1_000, reserved: 2, available: 998 });
  });

  test('the same delivery again, and the same order in another delivery, change nothing', async () => {
    hub = await memoryHub();
    const now = Date.now();
    const data = orderData('A-2', now);
    await deliver(hub, 'order.paid', data, now);
    expect(await deliver(hub, 'order.paid', data, now)).toMatchObject({ status: 200, body: '{"accepted":true}' });
    await deliver(hub, 'order.paid', data, now, 'msg_other');
    const list = await ask(hub, 'orders.list', {});
    expect(list.items.map(({ channelOrderId, version }) => [channelOrderId, version])).toEqual([['A-2', 1]]);
  });
});
