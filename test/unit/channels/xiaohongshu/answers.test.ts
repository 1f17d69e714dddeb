import { expect, it } from 'vitest';
import { adapter } from '#main/channels/xiaohongshu/adapter.ts';
import { NOW, scripted } from '../../../support/scripted-channel.ts';

const FIELDS = { appId: '21d6demo8de0', secret: 'xhs-demo', access_token: 'AT1' };

function readsAs(answer: Parameters<typeof scripted>[2][number]) {
  return scripted(adapter, FIELDS, [answer]).client.changed('orders', { from: NOW - 60_000, to: NOW }, null);
}

it.each([
  ['timestamp 已过期', 'clock-skew'],
  ['accessToken 无效', 'token-revoked'],
  ['应用不存在 appId', 'auth-unknown-app'],
  ['签名错误', 'auth-wrong-secret'],
  ['接口调用频率超限', 'rate-limited'],
  ['应用没有该接口权限', 'permission'],
  ['订单不存在', 'not-found'],
  ['something new', 'transient'],
])('the words "%s" are %s', async (words, code) => {
  const answer = { body: { success: false, error_code: -9001, error_msg: words } };
  await expect(readsAs(answer)).rejects.toMatchObject({ code, details: { platformCode: '-9001', platformMessage: words } });
});

it('a list that carries the lines is the whole order, one without them is fetched', async () => {
  const row = { orderId: 'P1', updateTime: NOW };
  const orderList = [row, { ...row, orderId: 'P2', skuList: [{ skuId: 's1' }] }];
  const { client, requests } = scripted(adapter, FIELDS, [{ body: { success: true, data: { total: 2, orderList } } }]);
  const { entries } = await client.changed('orders', { from: NOW - 60_000, to: NOW }, { page: 2 });
  expect(entries.map(({ id, payload }) => [id, payload === null])).toEqual([
    ['P1', true],
    ['P2', false],
  ]);
  expect(JSON.parse(String(requests[0]?.body))).toMatchObject({
    method: 'order.getOrderList',
    timeType: 2,
    pageNo: 2,
    pageSize: 100,
    version: '2.0',
  });
});

it('asks for the shop only where the call for it is named', async () => {
  const answers = [{ body: { success: true, data: { sellerId: 'seller-1', sellerName: '示例店' } } }];
  const named = scripted(adapter, FIELDS, answers, { identityMethod: 'common.getSellerInfo' });
  expect(await named.client.identify()).toEqual({ identity: 'seller-1', name: '示例店' });
  const unnamed = scripted(adapter, FIELDS, answers);
  expect(await unnamed.client.identify()).toEqual({ identity: FIELDS.appId, name: null });
  expect(unnamed.requests).toHaveLength(0);
});

it.each([
  ['HTML', { body: '<html></html>' }, 'bad-answer'],
  ['an answer without data', { body: { success: true } }, 'bad-answer'],
  ['an answer without its count', { body: { success: true, data: { orderList: [] } } }, 'bad-answer'],
  ['a busy gateway', { status: 503, body: '' }, 'transient'],
])('%s is an error that passes', async (_, answer, code) => {
  await expect(readsAs(answer)).rejects.toMatchObject({ code });
});
