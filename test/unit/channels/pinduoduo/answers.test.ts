import { expect, it } from 'vitest';
import { adapter } from '#main/channels/pinduoduo/adapter.ts';
import { NOW, scripted } from '../../../support/scripted-channel.ts';

const FIELDS = { client_id: 'demo-client', secret: 'demo-secret', access_token: 'AT1', refresh_token: 'RT1' };
const refusal = (error_code: number, error_msg = '', sub_msg = '') => ({ body: { error_response: { error_code, error_msg, sub_msg } } });

function readsAs(answer: Parameters<typeof scripted>[2][number]) {
  return scripted(adapter, FIELDS, [answer]).client.changed('orders', { from: NOW - 60_000, to: NOW }, null);
}

it.each([
  [10002, '', 'auth-unknown-app'],
  [10003, '公共参数错误: timestamp', 'clock-skew'],
  [10016, 'client_id 无效', 'auth-unknown-app'],
  [10019, 'access_token 已过期', 'token-expired'],
  [10035, '', 'permission'],
  [20004, '签名 sign 校验失败', 'auth-wrong-secret'],
  [20005, '', 'permission'],
  [20031, '', 'permission'],
  [20034, '', 'rate-limited'],
  [30000, '没有调用此 API 的权限', 'permission'],
  [30001, '商家授权已取消', 'token-revoked'],
  [50000, '系统内部错误', 'transient'],
  [52101, '当前接口被限流', 'rate-limited'],
  [52103, '', 'transient'],
  [70031, '调用过于频繁', 'rate-limited'],
  [99999, 'something new', 'transient'],
])('code %i with the words "%s" is %s', async (code, words, meaning) => {
  await expect(readsAs(refusal(code, words))).rejects.toMatchObject({ code: meaning });
});

it('an error may come with HTTP 200, and its second sentence says more', async () => {
  await expect(readsAs(refusal(50001, '业务服务错误', '订单不存在'))).rejects.toMatchObject({
    code: 'not-found',
    details: { platformCode: '50001', platformMessage: '订单不存在' },
  });
});

it('a write that is refused without a known code is refused for good', async () => {
  const { client } = scripted(adapter, FIELDS, [refusal(50001, '订单状态不允许')]);
  await expect(client.memo?.({ channelOrderId: '1', memo: '', flag: null, attempt: 1 })).rejects.toMatchObject({ code: 'refused' });
});

it('a renewal that comes too late means authorising again', async () => {
  const { client } = scripted(adapter, FIELDS, [refusal(10019, 'refresh_token 已过期')]);
  await expect(client.refresh?.(null)).rejects.toMatchObject({ code: 'token-revoked' });
});

it('exchanges a code without any token, and keeps what the platform says about its life', async () => {
  const told = { access_token: 'A2', refresh_token: 'R2', expires_in: 86_400, refresh_token_expires_in: 2_592_000, owner_id: '171500001' };
  const { client, requests, groups } = scripted(adapter, FIELDS, [{ body: { pop_auth_token_create_response: told } }]);
  expect(await client.exchange?.('the-code', '')).toEqual({
    accessToken: 'A2',
    refreshToken: 'R2',
    expiresAt: NOW + 86_400_000,
    refreshExpiresAt: NOW + 2_592_000_000,
    identity: '171500001',
  });
  const form = new URLSearchParams(String(requests[0]?.body));
  expect([form.get('code'), form.has('access_token'), groups]).toEqual(['the-code', false, ['token']]);
});

it('takes a list of bare order numbers as well as one of rows', async () => {
  const rows = ['250618-200000000000002', { order_sn: '250618-200000000000003', updated_at: '2025-06-18 20:15:33' }];
  const { client } = scripted(adapter, FIELDS, [{ body: { order_sn_increment_get_response: { total_count: 2, order_sn_list: rows } } }]);
  expect((await client.changed('orders', { from: NOW - 60_000, to: NOW }, null)).entries).toMatchObject([
    { id: '250618-200000000000002', updatedAt: null },
    { id: '250618-200000000000003', updatedAt: Date.parse('2025-06-18T20:15:33+08:00') },
  ]);
});

it.each([
  ['HTML', { body: '<html></html>' }, 'bad-answer'],
  ['an answer without its wrapper', { body: { total_count: 0 } }, 'bad-answer'],
  ['an answer without its count', { body: { order_sn_increment_get_response: { order_sn_list: [] } } }, 'bad-answer'],
  ['a busy gateway', { status: 502, body: '' }, 'transient'],
])('%s is an error that passes', async (_, answer, code) => {
  await expect(readsAs(answer)).rejects.toMatchObject({ code });
});
