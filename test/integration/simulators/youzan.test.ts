import { expect, test } from 'vitest';
import { HOUR } from '#shared/time.ts';
import { adapter } from '#main/channels/youzan/adapter.ts';
import type { PlatformSimulator } from '#simulators/kit/types.ts';
import { open } from '#simulators/youzan/open.ts';
import { messageSign } from '#simulators/youzan/push.ts';
import { onlyOrder, read } from '#test/support/platform-access.ts';
import { expectShippedOnce, expectTokensRefused, NOW, platformScene, WINDOW } from '#test/support/platform-scene.ts';
import { AS_READ, PAID, truthOrder, truthRefund } from '#test/support/truth-order.ts';

const ID = 'E20250618201503000600011';
const scene = platformScene(adapter, open);

async function post(simulator: PlatformSimulator, path: string, body: unknown): Promise<Record<string, unknown>> {
  const answer = await fetch(simulator.url + path, { method: 'POST', body: JSON.stringify(body) });
  return (await answer.json()) as Record<string, unknown>;
}

async function tokenOf(simulator: PlatformSimulator): Promise<string> {
  const { data } = await post(simulator, '/auth/token', { ...simulator.credentials(), authorize_type: 'silent' });
  return (data as { access_token: string }).access_token;
}
const LIST = '/api/youzan.trades.sold.get/4.0.4';
const BOTH = { start_update: '2025-06-18 20:00:00', end_update: '2025-06-18 21:00:00', page_no: 1, page_size: 100 };

test('the platform’s rule of signing is the published vector', () => {
  const msg = '%7B%22tid%22%3A%22E20250618201503000600011%22%2C%22status%22%3A%22WAIT_SELLER_SEND_GOODS%22%7D';
  expect(messageSign('yz-client-1', msg, 'yz-secret-1')).toBe('0889e3c201415ac113bc1120a75ed840');
});

test.each([
  ['page-size', { ...BOTH, page_size: 101 }, LIST],
  ['window', { start_update: BOTH.start_update, page_no: 1, page_size: 100 }, LIST],
  ['version', BOTH, '/api/youzan.trades.sold.get/5.0.0'],
])('a list call with a wrong %s is refused and counted', async (reason, body, path) => {
  const { simulator } = scene;
  const token = await tokenOf(simulator);
  expect(await post(simulator, `${LIST}?access_token=${token}`, BOTH)).toMatchObject({ success: true });
  await post(simulator, `${path}?access_token=${token}`, body);
  expect(simulator.refusals).toEqual({ [reason]: 1 });
});

test('a token of nobody and a secret of nobody have their own codes', async () => {
  const { simulator } = scene;
  expect(await post(simulator, `${LIST}?access_token=stale`, BOTH)).toMatchObject({ gw_err_resp: { err_code: 10003 } });
  await expectTokensRefused(scene);
});

test('the list shows an order only half a minute later, its detail at once', async () => {
  const { simulator } = scene;
  simulator.apply(truthOrder(ID, { updatedAt: NOW - 10_000 }), 'created');
  const client = scene.connected();
  const recent = { from: NOW - 60_000, to: NOW };
  expect(await client.changed('orders', recent, null)).toMatchObject({ entries: [], total: 0 });
  expect((await client.details('order', [ID]))[0]?.payload).not.toBeNull();
  scene.clock.at = NOW + 30_000;
  expect(await client.changed('orders', recent, null)).toMatchObject({ entries: [{ id: ID }], total: 1 });
});

test('what the platform knows is what the adapter reads', async () => {
  const { simulator } = scene;
  simulator.apply(truthOrder(ID, { refunds: [truthRefund('2025061820150300001')], updatedAt: PAID + 60_000 }), 'refund');
  const client = scene.connected();
  const order = onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)));
  expect(order).toMatchObject({
    channelOrderId: ID,
    ...AS_READ,
    updatedAt: PAID + 60_000,
    refunds: [{ id: '2025061820150300001', amountMinor: 2_500, state: 'open', complaint: 'A' }],
  });
});

test('shipping twice with one number has one effect', async () => {
  await expectShippedOnce(scene, truthOrder(ID), () => (scene.clock.at += HOUR));
});
