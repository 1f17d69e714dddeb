import { MINUTE } from '#shared/time.ts';
import type { ChannelError, ChannelErrorCode } from '../errors.ts';
import { text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { codeMeaning, refusalError } from '../kit/refusal.ts';
import type { RefusedCall } from '../kit/refusal.ts';

/** `errcode` of the WeChat interface. Source: the platform's global return codes; the order codes as binarywang/WxJava handles them. */
export const ANSWERS: Readonly<Record<string, ChannelErrorCode>> = {
  '-1': 'transient',
  '40001': 'token-expired',
  '40013': 'auth-unknown-app',
  '40014': 'token-expired',
  '40125': 'auth-wrong-secret',
  '41001': 'token-expired',
  '41002': 'auth-unknown-app',
  '41004': 'auth-wrong-secret',
  '42001': 'token-expired',
  '45009': 'quota',
  '45011': 'rate-limited',
  '48001': 'permission',
  '48004': 'permission',
  '50002': 'token-revoked',
  '61023': 'token-revoked',
  '10020049': 'refused',
  '10020051': 'transient',
  '10020052': 'not-found',
  '10020053': 'already-done',
  '10060002': 'not-found',
};

/** What a refusal means. */
export function errorOf(answer: Fields, call: RefusedCall): ChannelError {
  const code = text(answer.errcode);
  // Asked for a token, 40001 does not mean an old token but a wrong secret.
  const meaning = call.group === 'token' && code === '40001' ? 'auth-wrong-secret' : codeMeaning(ANSWERS, code);
  // The quota is counted per day; asking every ten minutes finds the new day soon enough.
  const retryAfterMs = meaning === 'quota' ? 10 * MINUTE : null;
  return refusalError({ meaning, platformCode: code, platformMessage: text(answer.errmsg), retryAfterMs }, call);
}
