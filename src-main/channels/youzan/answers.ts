import { SECOND } from '#shared/time.ts';
import { ChannelError } from '../errors.ts';
import type { ChannelErrorCode } from '../errors.ts';
import { count, fields, text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { meaningOf } from '../kit/words.ts';
import type { CallGroup } from '../manifest.ts';

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

/** What a refusal means. One that no table knows is final for a write and tried again for a read; its own words are shown. */
export function errorOf({ code, message }: Failure, group: CallGroup, about: { app: string; permission: string }): ChannelError {
  const meaning = meaningOf(ANSWERS, code) ?? (group === 'write' ? 'refused' : 'transient');
  return new ChannelError(meaning, {
    platformCode: code,
    platformMessage: message,
    ...(meaning === 'auth-unknown-app' ? { found: about.app } : {}),
    ...(meaning === 'permission' ? { permission: about.permission } : {}),
    ...(meaning === 'quota' ? { retryAfterMs: 600 * SECOND } : {}),
  });
}

/** `expires` of a token: a life in seconds, or the moment it ends in seconds or milliseconds; the notes disagree. */
export function expiryOf(value: unknown, sentAt: number): number | null {
  const told = count(value);
  if (told <= 0) return null;
  if (told > 1e12) return told;
  return told > 1e9 ? told * SECOND : sentAt + told * SECOND;
}
