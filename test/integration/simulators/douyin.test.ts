import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { adapter } from '#main/channels/douyin/adapter.ts';
import { expectedSign } from '#simulators/douyin/sign.ts';
import { open } from '#simulators/douyin/open.ts';
import type { PlatformSimulator } from '#simulators/kit/types.ts';
import { onlyOrder, read } from '#test/support/platform-access.ts';
import { expectShippedOnce, NOW, platformScene, WINDOW } from '#test/support/platform-scene.ts';
import { AS_READ, PAID, truthOrder, truthRefund } from '#test/support/truth-order.ts';

const ID = '4837000000000000001';
const scene = platformScene(adapter, open);

/** A call written by hand, so that nothing of the adapter can hide a mistake of the simulator. */
async function ask(
  simulator: PlatformSimulator,
  path: string,
  json: string,
  over: Record<string, string> = {},
): Promise<{ code: number; sub_code?: string }> {
  const { app_key: appKey = '', secret = '', access_token: token = '' } = simulator.credentials();
  const call = {
    app_key: appKey,
    method: path.slice(1).replaceAll('/', '.'),
    param_json: json,
    timestamp: String(NOW / 1_000),
    v: '2',
    ...over,
  };
  const { param_json: body, ...rest } = call;
  const query = new URLSearchParams({
    ...rest,
    access_token: token,
    sign_method: 'hmac-sha256',
    sign: expectedSign(call, secret),
    ...over,
  });
  const answer = await fetch(`${simulator.url}${path}?${query.toString()}`, { method: 'POST', body });
  return (await answer.json()) as { code: number; sub_code?: string };
}
const LIST = '{"order_asc":true,"order_by":"update_time","page":0,"size":100,"update_time_end":1750252533,"update_time_start":1750247133}';

test('the platform’s rule of signing is the published vector', () => {
  const call = {
    app_key: '3333445566',
    method: 'order.searchList',
    param_json: '{"order_by":"update_time","page":0,"size":100,"update_time_end":1750248933,"update_time_start":1750247133}',
    timestamp: '1750248933',
    v: '2',
  };
  expect(expectedSign(call, 'dd-demo-secret')).toBe('9b5c56a38f36b60bd2cbddcbeda4dc6f017611c5201a6f0c566a3c6b45882aec');
});

test.each([
  ['signature', LIST, { sign: '0'.repeat(64) }],
  ['timestamp', LIST, { timestamp: String(NOW / 1_000 - 660) }],
  ['app', LIST, { app_key: '1' }],
  ['key-order', LIST.replace('{"order_asc":true,', '{').replace('}', ',"order_asc":true}'), {}],
  ['page-size', LIST.replace('"size":100', '"size":101'), {}],
  ['page-depth', LIST.replace('"page":0', '"page":100'), {}],
  ['token', LIST, { access_token: 'stale' }],
])('a call with a wrong %s is refused and counted', async (reason, json, over) => {
  const { simulator } = scene;
  expect((await ask(simulator, '/order/searchList', LIST)).code).toBe(10_000);
  expect((await ask(simulator, '/order/searchList', json, over)).code).not.toBe(10_000);
  expect(simulator.refusals).toEqual({ [reason]: 1 });
});

test('what the platform knows is what the adapter reads', async () => {
  const { simulator } = scene;
  simulator.apply(truthOrder(ID), 'created');
  const client = scene.connected();
  const order = onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)));
  expect(order).toMatchObject({
    channelOrderId: ID,
    ...AS_READ,
    updatedAt: PAID,
    buyerMessage: '周末送',
    sellerMemo: '易碎',
  });
  expect(order.lines.map(({ sku, quantity, unitPriceMinor }) => [sku, quantity, unitPriceMinor])).toEqual([
    ['SKU-1', 2, 1_990],
    ['SKU-2', 1, 3_000],
  ]);
});

test('an after-sale comes with its own number and the sum of its part', async () => {
  const { simulator } = scene;
  simulator.apply(truthOrder(ID, { refunds: [truthRefund('7000000000000000001')], updatedAt: PAID + 60_000 }), 'refund');
  const client = scene.connected();
  const items = await read(adapter, client, await client.changed('refunds', WINDOW, null));
  expect(items).toMatchObject([
    {
      kind: 'refund',
      refund: { channelOrderId: ID, refund: { id: '7000000000000000001', amountMinor: 2_500, state: 'open', at: PAID + 60_000 } },
    },
  ]);
});

test('a revoked authorisation and a withdrawn permission have their own codes', async () => {
  const { simulator } = scene;
  const client = scene.connected();
  simulator.set({ permitted: false });
  await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'permission' });
  simulator.set({ permitted: true, revoked: true });
  await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'token-revoked' });
  simulator.set({ revoked: false, secret: 'another' });
  await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'auth-wrong-secret' });
  simulator.set({ secret: 'dd-simulated-secret', clockOffMs: 11 * 60_000 });
  await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'clock-skew' });
});

test('shipping twice with one number has one effect', () => expectShippedOnce(scene, truthOrder(ID)));

test('a push is an array signed over its bytes, and comes again until it is acknowledged', async () => {
  const bodies: { path: string; sign: string; body: Buffer }[] = [];
  const hub = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      bodies.push({ path: request.url ?? '', sign: String(request.headers['event-sign']), body: Buffer.concat(chunks) });
      response.end(bodies.length === 1 ? 'busy' : '{"code":0,"msg":"success"}');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => hub.once('listening', resolve));
  scene.closing(() => void hub.close());
  const later: (() => void)[] = [];
  const simulator = await scene.reopen({
    hub: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    after: (_ms, task) => (later.push(task), () => undefined),
  });
  simulator.apply(truthOrder(ID), 'created');
  await simulator.settled();
  later.splice(0).forEach((task) => task());
  await simulator.settled();
  const { app_key: appKey, secret } = simulator.credentials();
  expect(bodies).toHaveLength(2);
  for (const { path, sign, body } of bodies) {
    expect(path).toBe('/hooks/douyin/shop-1');
    expect(sign).toBe(
      createHash('md5')
        .update(`${appKey}${body.toString('utf8')}${secret}`)
        .digest('hex'),
    );
  }
  expect(bodies[0]?.body.toString('utf8')).toContain('\\"p_id\\":4837000000000000001');
  expect(later).toHaveLength(0);
});
