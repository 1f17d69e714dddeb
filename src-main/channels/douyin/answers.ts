import type { ChannelError, ChannelErrorCode } from '../errors.ts';
import { text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { codeMeaning, refusalError } from '../kit/refusal.ts';
import type { RefusedCall } from '../kit/refusal.ts';

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

/** What a refusal means, by the more exact of its two codes. */
export function errorOf(answer: Fields, call: RefusedCall): ChannelError {
  const [code, subCode] = [text(answer.code), text(answer.sub_code)];
  return refusalError(
    {
      meaning: codeMeaning(ANSWERS, subCode) ?? codeMeaning(ANSWERS, code),
      platformCode: [code, subCode].filter((part) => part !== '').join(' '),
      platformMessage: [text(answer.msg), text(answer.sub_msg)].filter((part) => part !== '').join(' '),
    },
    call,
  );
}
