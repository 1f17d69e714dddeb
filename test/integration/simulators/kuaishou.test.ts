import { expect, test } from 'vitest';
import { adapter } from '#main/channels/kuaishou/adapter.ts';
import type { PlatformSimulator } from '#simulators/kit/types.ts';
import { open } from '#simulators/kuaishou/open.ts';
import { expectedSign } from '#simulators/kuaishou/sign.ts';
import { onlyOrder, read } from '#test/support/platform-access.ts';
import { expectShippedOnce, NOW, platformScene, WINDOW } from '#test/support/platform-scene.ts';
import { oneLineOrder, PAID, truthRefund } from '#test/support/truth-order.ts';

const ID = '2418000000000001';
const KNOWN = oneLineOrder(ID);
const scene = platformScene(adapter, open);

/** A call written by hand, so that nothing of the adapter can hide a mistake of the simulator. */
async function ask(simulator: PlatformSimulator, params: Record<string, unknown>, over: Record<string, string> = {}): Promise<number> {
  const { app_key: appkey = '', signSecret = '', access_token = '' } = simulator.credentials();
  const method = 'open.order.cursor.list';
  const call = {
    access_token,
    appkey,
    method,
    param: JSON.stringify(params),
    signMethod: 'MD5',
    timestamp: String(scene.clock.at),
    version: '1',
    ...over,
  };
  const query = new URLSearchParams({ ...call, sign: expectedSign(call, signSecret), ...over });
  const answer = await fetch(`${simulator.url}/open/order/cursor/list?${query.toString()}`);
  return ((await answer.json()) as { result: number }).result;
}
const LIST = { beginTime: WINDOW.from, cursor: '', endTime: WINDOW.to, orderViewStatus: 1, pageSize: 50, queryType: 2 };

test('the platform’s rule of signing is the published vector', () => {
  const param = '{"beginTime":1750247133000,"cursor":"","endTime":1750248933000,"orderViewStatus":1,"pageSize":50,"queryType":2}';
  const call = {
    access_token: 'AT1',
    appkey: 'ks100',
    method: 'open.order.cursor.list',
    param,
    signMethod: 'MD5',
    timestamp: '1750248933123',
    version: '1',
  };
  expect(expectedSign(call, 'ks-demo')).toBe('ef23229de3c6c3ee1eccd63feefc366b');
});

test.each([
  ['signature', LIST, { sign: '0'.repeat(32) }],
  ['timestamp', LIST, { timestamp: String(NOW - 660_000) }],
  ['app', LIST, { appkey: 'nobody' }],
  ['token', LIST, { access_token: 'stale' }],
  ['key-order', { ...LIST, anything: 1 }, {}],
  ['page-size', { ...LIST, pageSize: 51 }, {}],
  ['span', { ...LIST, beginTime: WINDOW.to - 8 * 86_400_000 }, {}],
  ['cursor', { ...LIST, cursor: 'somewhere' }, {}],
  ['slow-filter', { ...LIST, orderViewStatus: 3 }, {}],
])('a call with a wrong %s is refused and counted', async (reason, params, over) => {
  const { simulator } = scene;
  expect(await ask(simulator, LIST)).toBe(1);
  expect(await ask(simulator, params, over)).not.toBe(1);
  expect(simulator.refusals).toEqual({ [reason]: 1 });
});

test.each(['MD5', 'HMAC_SHA256'])('what the platform knows is what the adapter reads (%s)', async (signMethod) => {
  const { simulator } = scene;
  simulator.apply({ ...KNOWN, refunds: [truthRefund('900000000000001', { lines: [] })], updatedAt: PAID + 60_000 }, 'refund');
  const client = scene.connected({ signMethod });
  const order = onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)));
  expect(order).toMatchObject({
    channelOrderId: ID,
    status: 'refunding',
    beneath: 'awaiting_shipment',
    platformHold: null,
    goodsMinor: 3_980,
    discountMinor: 400,
    paidMinor: 3_580,
    paidAt: PAID,
    updatedAt: PAID + 60_000,
    sellerMemo: '易碎',
  });
  expect(order.lines).toEqual([{ sku: 'SKU-1', name: '袜子', quantity: 2, unitPriceMinor: 1_990 }]);
  expect(await read(adapter, client, await client.changed('refunds', WINDOW, null))).toMatchObject([
    { kind: 'refund', refund: { channelOrderId: ID, refund: { id: '900000000000001', amountMinor: 2_500, state: 'open' } } },
  ]);
});

test('a group that is still forming is paid and must not ship', async () => {
  const { simulator } = scene;
  simulator.apply({ ...KNOWN, stage: 'forming' }, 'created');
  const client = scene.connected();
  const order = onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)));
  expect(order.status).toBe('paid');
  expect(order.platformHold).not.toBeNull();
});

test('the last page says so; a cursor leads on from its last order', async () => {
  const { simulator } = scene;
  for (let index = 0; index < 60; index += 1)
    simulator.apply({ ...KNOWN, id: String(BigInt(ID) + BigInt(index)), updatedAt: PAID + index }, 'created');
  const client = scene.connected();
  const first = await client.changed('orders', WINDOW, null);
  const second = await client.changed('orders', WINDOW, { cursor: first.next ?? '' });
  expect([first.entries.length, second.entries.length, second.next]).toEqual([50, 10, null]);
  expect(new Set([...first.entries, ...second.entries].map(({ id }) => id)).size).toBe(60);
});

test('tokens rotate, and trouble has its own code', async () => {
  const { simulator } = scene;
  const client = scene.connected();
  const { access_token: before = '' } = simulator.credentials();
  const grant = await client.refresh?.(null);
  expect(grant?.accessToken).not.toBe(before);
  await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'token-revoked' });
  const renewed = scene.connected();
  simulator.set({ permitted: false });
  await expect(renewed.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'permission' });
  simulator.set({ permitted: true, secret: 'another' });
  await expect(renewed.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'auth-wrong-secret' });
  simulator.set({ secret: 'ks-simulated-sign-secret', clockOffMs: 660_000 });
  await expect(renewed.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'clock-skew' });
});

test('shipping twice with one number has one effect', () => expectShippedOnce(scene, KNOWN));
