import { expect, it } from 'vitest';
import { adapter } from '#main/channels/taobao/adapter.ts';
import { NOW, scripted } from '../../../support/scripted-channel.ts';

const FIELDS = { app_key: '30001122', secret: 'op-demo-secret', access_token: '6100abc' };
const refusal = (code: number, subCode = '', msg = 'words') => ({ body: { error_response: { code, sub_code: subCode, sub_msg: msg } } });

function readsAs(answer: Parameters<typeof scripted>[2][number]) {
  return scripted(adapter, FIELDS, [answer]).client.changed('orders', { from: NOW - 60_000, to: NOW }, null);
}

it.each([
  [7, 'accesscontrol.limited-by-api-access-count', 'rate-limited'],
  [7, 'accesscontrol.limited-by-day-access-count', 'quota'],
  [10, 'isp.http-read-timeout', 'transient'],
  [11, 'isv.permission-api-package-limit', 'permission'],
  [12, '', 'permission'],
  [13, '', 'permission'],
  [15, 'isp.remote-service-timeout', 'transient'],
  [15, 'isv.trade-not-exist', 'not-found'],
  [24, 'isv.missing-signature', 'auth-wrong-secret'],
  [25, 'isv.invalid-signature', 'auth-wrong-secret'],
  [26, 'isv.missing-session', 'token-revoked'],
  [27, 'invalid-sessionkey', 'token-revoked'],
  [28, '', 'auth-unknown-app'],
  [29, 'isv.appkey-not-exists', 'auth-unknown-app'],
  [30, '', 'clock-skew'],
  [31, 'isv.invalid-timestamp', 'clock-skew'],
  [53, '', 'token-revoked'],
  [999, '', 'transient'],
])('code %i %s is %s', async (code, subCode, meaning) => {
  await expect(readsAs(refusal(code, subCode))).rejects.toMatchObject({ code: meaning, details: { platformMessage: 'words' } });
});

it('a write that is refused without a known code is refused for good', async () => {
  const { client } = scripted(adapter, FIELDS, [refusal(999)]);
  await expect(client.memo?.({ channelOrderId: '1', memo: '', flag: null, attempt: 1 })).rejects.toMatchObject({ code: 'refused' });
});

it('waits as long as the platform says', async () => {
  const answer = refusal(7, 'accesscontrol.limited-by-api-access-count', 'This ban will last for 3 more seconds');
  await expect(readsAs(answer)).rejects.toMatchObject({ details: { retryAfterMs: 3_000 } });
});

it.each([
  ['HTML', { body: '<html></html>' }, 'bad-answer'],
  ['another wrapper', { body: { trade_get_response: {} } }, 'bad-answer'],
  ['an answer without its count', { body: { trades_sold_increment_get_response: { trades: {} } } }, 'bad-answer'],
  ['JSON that is only a word', { body: '"ok"' }, 'bad-answer'],
  ['a busy gateway', { status: 503, body: '' }, 'transient'],
])('%s is an error that passes', async (_, answer, code) => {
  await expect(readsAs(answer)).rejects.toMatchObject({ code });
});
