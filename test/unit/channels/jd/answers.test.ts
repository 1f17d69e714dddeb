import { expect, it } from 'vitest';
import { adapter } from '#main/channels/jd/adapter.ts';
import { NOW, scripted } from '../../../support/scripted-channel.ts';

const FIELDS = { app_key: 'yourappkey', secret: 'yourappSecret', access_token: 'yourtoken' };

function readsAs(answer: Parameters<typeof scripted>[2][number]) {
  return scripted(adapter, FIELDS, [answer]).client.changed('orders', { from: NOW - 60_000, to: NOW }, null);
}

it.each([
  ['2', 'invoke too frequently', 'rate-limited'],
  ['10', '', 'auth-unknown-app'],
  ['11', 'invalid app_key', 'auth-unknown-app'],
  ['12', 'invalid signature', 'auth-wrong-secret'],
  ['13', 'insufficient permission', 'permission'],
  ['19', 'invalid access_token', 'token-revoked'],
  ['21', '', 'auth-wrong-secret'],
  ['22', 'invalid timestamp', 'clock-skew'],
  ['67', 'service unavailable', 'transient'],
  ['9999', 'something new', 'transient'],
])('code %s with the words "%s" is %s', async (code, words, meaning) => {
  const answer = { body: { error_response: { code, en_desc: words } } };
  await expect(readsAs(answer)).rejects.toMatchObject({ code: meaning, details: { platformCode: code } });
});

it.each([
  ['无效签名', 'auth-wrong-secret'],
  ['access_token 已过期', 'token-revoked'],
  ['时间戳无效', 'clock-skew'],
  ['没有权限', 'permission'],
  ['调用频率超限', 'rate-limited'],
])('Chinese words count as well: %s is %s', async (words, meaning) => {
  await expect(readsAs({ body: { error_response: { code: '0', zh_desc: words } } })).rejects.toMatchObject({ code: meaning });
});

it('says by how much the clock is off', async () => {
  const answer = { body: { error_response: { code: '22', en_desc: 'invalid timestamp' } }, dateOffMs: 660_000 };
  await expect(readsAs(answer)).rejects.toMatchObject({ code: 'clock-skew', details: { clockOffMs: -660_000 } });
});

it('a result that refuses inside a good answer is an error too', async () => {
  const result = { sopjosshipment_result: { success: false, errorCode: '10400001', chineseErrCode: '订单状态不允许出库' } };
  const { client } = scripted(adapter, FIELDS, [{ body: { jingdong_pop_order_shipment_responce: result } }]);
  const ship = client.ship?.({ channelOrderId: '1', trackingNumber: 'SF1', carrier: 'sf', lines: [], attempt: 1 });
  await expect(ship).rejects.toMatchObject({
    code: 'refused',
    details: { platformCode: '10400001', platformMessage: '订单状态不允许出库' },
  });
});

it('signs neither format nor sign_method, and sends numbers as text', async () => {
  const { client, requests } = scripted(adapter, FIELDS, [
    { body: { jingdong_pop_order_search_responce: { searchorderinfo_result: { orderTotal: 0, orderInfoList: [] } } } },
  ]);
  expect(await client.changed('orders', { from: NOW - 60_000, to: NOW }, { page: 3 })).toEqual({ entries: [], total: 0, next: null });
  const form = new URLSearchParams(String(requests[0]?.body));
  expect([form.has('format'), form.has('sign_method')]).toEqual([false, false]);
  expect(JSON.parse(form.get('360buy_param_json') ?? '')).toMatchObject({ page: '3', page_size: '100', end_date: '2025-06-18 20:16:00' });
});

it.each([
  ['HTML', { body: '<html></html>' }, 'bad-answer'],
  ['an answer without its wrapper', { body: { orderTotal: 0 } }, 'bad-answer'],
  ['an answer without its count', { body: { jingdong_pop_order_search_responce: {} } }, 'bad-answer'],
  ['a busy gateway', { status: 500, body: '' }, 'transient'],
])('%s is an error that passes', async (_, answer, code) => {
  await expect(readsAs(answer)).rejects.toMatchObject({ code });
});
