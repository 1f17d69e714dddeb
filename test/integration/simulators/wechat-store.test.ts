import { expect, test } from 'vitest';
import { adapter } from '#main/channels/wechat-store/adapter.ts';
import type { PlatformSimulator } from '#simulators/kit/types.ts';
import { sealed, sortedSha1 } from '#simulators/wechat-store/crypt.ts';
import { open } from '#simulators/wechat-store/open.ts';
import { onlyOrder, read } from '#test/support/platform-access.ts';
import { expectTokensRefused, NOW, platformScene, shipping, WINDOW } from '#test/support/platform-scene.ts';
import { AS_READ, PAID, PLACED, truthOrder, truthRefund } from '#test/support/truth-order.ts';

const ID = '3704612354559700001';
const scene = platformScene(adapter, open);

async function post(url: string, body?: unknown): Promise<{ errcode?: number; access_token?: string }> {
  const answer = await fetch(url, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  return (await answer.json()) as { errcode?: number; access_token?: string };
}

async function tokenOf(simulator: PlatformSimulator): Promise<string> {
  const { appid = '', secret = '' } = simulator.credentials();
  const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret });
  return (await post(`${simulator.url}/cgi-bin/token?${query.toString()}`)).access_token ?? '';
}
const RANGE = { start_time: PAID / 1_000 - 600, end_time: PAID / 1_000 + 600 };
const DAY = 86_400;

test('sealing and signing are the published vectors', () => {
  const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
  const random16 = Buffer.from('aaaabbbbccccdddd');
  expect(sealed('我是中文abcd123', { encodingAesKey: key, appid: 'wxb11529c136998cb6', random16 })).toBe(
    'jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==',
  );
  expect(sortedSha1(['pamtest', '1409304348', 'xxxxxx'])).toBe('76480565cbe296026c53aaacd1ad523a1ddba24f');
});

test.each([
  ['page-size', { update_time_range: RANGE, page_size: 101 }],
  ['span', { update_time_range: { start_time: 1, end_time: 2 + 7 * DAY }, page_size: 100 }],
  ['window', { update_time_range: RANGE, create_time_range: RANGE, page_size: 100 }],
])('a list call with a wrong %s is refused and counted', async (reason, body) => {
  const { simulator } = scene;
  const address = `${simulator.url}/channels/ec/order/list/get?access_token=${await tokenOf(simulator)}`;
  expect(await post(address, { update_time_range: RANGE, page_size: 100 })).toMatchObject({ errcode: 0 });
  expect((await post(address, body)).errcode).not.toBe(0);
  expect(simulator.refusals).toEqual({ [reason]: 1 });
});

test('a new token ends the old one, and a token ends by itself', async () => {
  const { simulator } = scene;
  const ask = async (token: string) =>
    (await post(`${simulator.url}/channels/ec/order/list/get?access_token=${token}`, { update_time_range: RANGE, page_size: 1 })).errcode;
  const first = await tokenOf(simulator);
  expect(await ask(first)).toBe(0);
  const second = await tokenOf(simulator);
  expect(await ask(first)).toBe(40_001);
  expect(await ask(second)).toBe(0);
  scene.clock.at += 7_201_000;
  expect(await ask(second)).toBe(42_001);
});

test('the key of a page leads on from its last order, whatever moved in between', async () => {
  const { simulator } = scene;
  for (let index = 0; index < 5; index += 1) simulator.apply(truthOrder(`${ID}${index}`, { updatedAt: PAID + index * 1_000 }), 'created');
  const address = `${simulator.url}/channels/ec/order/list/get?access_token=${await tokenOf(simulator)}`;
  const page = (next_key?: string) => post(address, { update_time_range: RANGE, page_size: 2, ...(next_key ? { next_key } : {}) });
  const first = (await page()) as unknown as { order_id_list: string[]; next_key: string };
  simulator.apply(truthOrder(`${ID}0`, { updatedAt: NOW }), 'changed');
  const second = (await page(first.next_key)) as unknown as { order_id_list: string[]; next_key: string };
  expect([first.order_id_list, second.order_id_list]).toEqual([
    [`${ID}0`, `${ID}1`],
    [`${ID}2`, `${ID}3`],
  ]);
  expect(await page(second.next_key)).toMatchObject({ order_id_list: [`${ID}4`], has_more: false });
});

test('what the platform knows is what the adapter reads', async () => {
  const { simulator } = scene;
  simulator.apply(truthOrder(ID, { refunds: [truthRefund('2000000001')], updatedAt: PAID + 60_000 }), 'refund');
  const client = scene.connected();
  const order = onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)));
  expect(order).toMatchObject({
    channelOrderId: ID,
    ...AS_READ,
    createdAt: PLACED,
    updatedAt: PAID + 60_000,
  });
  expect(await read(adapter, client, await client.changed('refunds', WINDOW, null))).toMatchObject([
    { kind: 'refund', refund: { channelOrderId: ID, refund: { id: '2000000001', amountMinor: 2_500, state: 'open', complaint: 'A' } } },
  ]);
});

test('a wrong secret, a withdrawn permission and a limited shop have their own codes', () => expectTokensRefused(scene));

test('shipping twice with one number has one effect; stock is set, not added', async () => {
  const { simulator } = scene;
  simulator.apply(truthOrder(ID), 'created');
  const client = scene.connected();
  await client.ship?.(shipping(ID));
  await client.ship?.(shipping(ID));
  await client.setStock?.({ sku: 'SKU-1', itemId: '600001', skuId: '700001', available: 7, attempt: 1 });
  expect(simulator.truth(ID)).toMatchObject({ stage: 'shipped', tracking: { number: 'SF1' } });
  expect(simulator.writes.filter(({ repeated }) => !repeated).map(({ kind, content }) => [kind, content])).toEqual([
    ['ship', { number: 'SF1', carrier: 'SF' }],
    ['stock', { kind: 3, level: 7 }],
  ]);
});
