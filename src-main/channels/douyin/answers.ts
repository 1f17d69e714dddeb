import { ChannelError } from '../errors.ts';
import type { ChannelErrorCode } from '../errors.ts';
import { text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { meaningOf } from '../kit/words.ts';
import type { CallGroup } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';

/** Only this code is a success. */
export const SUCCESS = '10000';

/** `sub_code` first, then `code`. The platform publishes no complete list; these are the ones public integrations handle. */
export const ANSWERS: Readonly<Record<string, ChannelErrorCode>> = {
  'isv.signature-invalid': 'auth-wrong-secret',
  'isv.sign-invalid': 'auth-wrong-secret',
  'isv.app-key-invalid': 'auth-unknown-app',
  'isv.app-not-exist': 'auth-unknown-app',
  'isv.access-token-expired': 'token-expired',
  'isv.access-token-invalid': 'token-revoked',
  'isv.access-token-no-existed': 'token-revoked',
  'isv.access-token-revoked': 'token-revoked',
  'isv.refresh-token-expired': 'token-revoked',
  'isv.refresh-token-invalid': 'token-revoked',
  'isv.app-permissions-insufficient': 'permission',
  'isv.permission-denied': 'permission',
  'isv.timestamp-invalid': 'clock-skew',
  'isv.timestamp-expired': 'clock-skew',
  'isv.rate-limit': 'rate-limited',
  'isv.flow-control': 'rate-limited',
  'isv.order-not-exist': 'not-found',
  'isv.aftersale-not-exist': 'not-found',
  'isv.order-already-shipped': 'already-done',
  'isv.parameter-invalid': 'refused',
  'isp.service-error': 'transient',
  'isp.service-timeout': 'transient',
  '20000': 'transient',
  '30001': 'token-revoked',
  '30002': 'token-expired',
  '30003': 'clock-skew',
  '30005': 'token-expired',
  '30007': 'permission',
  '30011': 'auth-unknown-app',
  '40003': 'auth-wrong-secret',
  '80000': 'rate-limited',
};

/** What a refusal means. One that no table knows is final for a write and tried again for a read; its own words are shown. */
export function errorOf(
  answer: Fields,
  response: HttpResponse,
  group: CallGroup,
  about: { app: string; permission: string },
): ChannelError {
  const [code, subCode] = [text(answer.code), text(answer.sub_code)];
  const meaning = meaningOf(ANSWERS, subCode) ?? meaningOf(ANSWERS, code) ?? (group === 'write' ? 'refused' : 'transient');
  return new ChannelError(meaning, {
    platformCode: [code, subCode].filter((part) => part !== '').join(' '),
    platformMessage: [text(answer.msg), text(answer.sub_msg)].filter((part) => part !== '').join(' '),
    ...(meaning === 'auth-unknown-app' ? { found: about.app } : {}),
    ...(meaning === 'permission' ? { permission: about.permission } : {}),
    ...(meaning === 'clock-skew' && response.date !== null ? { clockOffMs: response.sentAt - response.date } : {}),
  });
}
