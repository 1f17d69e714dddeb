import { SECOND } from '#shared/time.ts';
import { ChannelError } from '../errors.ts';
import type { ChannelErrorCode } from '../errors.ts';
import { text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { meaningOf } from '../kit/words.ts';
import type { CallGroup } from '../manifest.ts';

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

/** What a refusal means. One that no table knows is final for a write and tried again for a read; its own words are shown. */
export function errorOf(answer: Fields, group: CallGroup, about: { app: string; permission: string }): ChannelError {
  const code = text(answer.errcode);
  // Asked for a token, 40001 does not mean an old token but a wrong secret.
  const ownMeaning = group === 'token' && code === '40001' ? 'auth-wrong-secret' : meaningOf(ANSWERS, code);
  const meaning = ownMeaning ?? (group === 'write' ? 'refused' : 'transient');
  return new ChannelError(meaning, {
    platformCode: code,
    platformMessage: text(answer.errmsg),
    ...(meaning === 'auth-unknown-app' ? { found: about.app } : {}),
    ...(meaning === 'permission' ? { permission: about.permission } : {}),
    // The quota is counted per day; asking every ten minutes finds the new day soon enough.
    ...(meaning === 'quota' ? { retryAfterMs: 600 * SECOND } : {}),
  });
}
