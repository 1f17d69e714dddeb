import { MINUTE, SECOND } from '#shared/time.ts';
import type { ChannelError, ChannelErrorCode } from '../errors.ts';
import { count, fields, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { codeMeaning, refusalError } from '../kit/refusal.ts';
import type { RefusedCall } from '../kit/refusal.ts';

/** Gateway codes. 10003, 10004, 20001 and 20002 are published; the others are those public integrations handle. */
export const ANSWERS: Readonly<Record<string, ChannelErrorCode>> = {
  '10000': 'auth-unknown-app',
  '10001': 'auth-unknown-app',
  '10002': 'auth-wrong-secret',
  '10003': 'token-expired',
  '10004': 'permission',
  '10005': 'token-revoked',
  '20001': 'rate-limited',
  '20002': 'quota',
  '40001': 'refused',
  '40004': 'not-found',
  '50000': 'transient',
  '4201': 'token-expired',
  '4203': 'token-revoked',
  '101600004': 'not-found',
  '101610004': 'already-done',
};

interface Failure {
  code: string;
  message: string;
}

/** An answer fails in one of three layouts; null when it does not. */
export function failureOf(answer: Fields): Failure | null {
  for (const place of [fields(answer.gw_err_resp), fields(answer.error_response)]) {
    const code = text(place.err_code) || text(place.code);
    if (code !== '') return { code, message: text(place.err_msg) || text(place.msg) };
  }
  const code = text(answer.code);
  if (answer.success === false || (code !== '' && code !== '200' && code !== '0')) {
    return { code, message: text(answer.message) || text(answer.msg) };
  }
  return null;
}

/** What a refusal means. A quota that is used up is asked for again every ten minutes. */
export function errorOf({ code, message }: Failure, call: RefusedCall): ChannelError {
  const meaning = codeMeaning(ANSWERS, code);
  const retryAfterMs = meaning === 'quota' ? 10 * MINUTE : null;
  return refusalError({ meaning, platformCode: code, platformMessage: message, retryAfterMs }, call);
}

/** `expires` of a token: a life in seconds, or the moment it ends in seconds or milliseconds; the notes disagree. */
export function expiryOf(value: unknown, sentAt: number): number | null {
  const told = count(value);
  if (told <= 0) return null;
  if (told > 1e12) return told;
  return told > 1e9 ? told * SECOND : sentAt + told * SECOND;
}
