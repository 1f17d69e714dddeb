import type { ChannelErrorCode, ChannelErrorDetails } from '../errors.ts';
import { ChannelError } from '../errors.ts';
import { fields, text } from '../kit/fields.ts';
import { codeMeaning } from '../kit/refusal.ts';

/** Lazada's error codes. Source: Lazada Open Platform, error code list; what is not listed is tried again. */
export const CODES: Readonly<Record<string, ChannelErrorCode>> = {
  IllegalAccessToken: 'token-expired',
  AccessTokenExpired: 'token-expired',
  IllegalRefreshToken: 'token-revoked',
  InvalidRefreshToken: 'token-revoked',
  IncompleteSignature: 'auth-wrong-secret',
  InvalidAppKey: 'auth-unknown-app',
  MissingAppKey: 'auth-unknown-app',
  AppDisabled: 'auth-unknown-app',
  InvalidTimestamp: 'clock-skew',
  IllegalTimestamp: 'clock-skew',
  InsufficientPermission: 'permission',
  InsufficientIsvPermissions: 'permission',
  ApiCallLimit: 'rate-limited',
  AppCallLimit: 'rate-limited',
  SellerCallLimit: 'rate-limited',
  AppWhiteIpLimit: 'permission',
  ServiceTimeout: 'transient',
  ServiceUnavailable: 'transient',
  MissingParameter: 'refused',
  InvalidParameter: 'refused',
  E016: 'not-found',
  '16': 'not-found',
};

/** Throws what `code` means unless it is `"0"`. `path`: the call that was refused; `clockOffMs`: ours minus the platform's, where it told its time. */
export function check(value: unknown, path: string, clockOffMs: number | null): void {
  const answer = fields(value);
  const code = text(answer['code']);
  if (code === '0') return;
  if (code === '') throw new ChannelError('bad-answer', { detail: 'code' });
  const details: ChannelErrorDetails = { platformCode: code, platformMessage: text(answer['message']) };
  const meaning = codeMeaning(CODES, code) ?? 'transient';
  throw new ChannelError(meaning, {
    ...details,
    ...(meaning === 'permission' && { permission: path }),
    ...(meaning === 'clock-skew' && clockOffMs !== null && { clockOffMs }),
  });
}
