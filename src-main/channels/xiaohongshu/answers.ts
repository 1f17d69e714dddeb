import type { ChannelError, ChannelErrorCode } from '../errors.ts';
import { fields, text } from '../kit/fields.ts';
import { meaningOf, refusalError } from '../kit/refusal.ts';
import type { RefusedCall } from '../kit/refusal.ts';

/** The platform's codes are not confirmed; its words are what is read. */
const WORDS: readonly (readonly [pattern: RegExp, code: ChannelErrorCode])[] = [
  [/timestamp|时间戳/i, 'clock-skew'],
  [/token|授权/i, 'token-revoked'],
  [/app_?id|appkey|应用不存在/i, 'auth-unknown-app'],
  [/sign|签名/i, 'auth-wrong-secret'],
  [/frequen|limit|too many|限流|频率|频繁/i, 'rate-limited'],
  [/permission|权限/i, 'permission'],
  [/不存在|not (?:exist|found)/i, 'not-found'],
];

/** What `{success: false, error_code, error_msg}` means. */
export function errorOf(value: unknown, call: RefusedCall): ChannelError {
  const answer = fields(value);
  const platformCode = text(answer.error_code) || text(answer.errorCode) || text(answer.code);
  const platformMessage = text(answer.error_msg) || text(answer.errorMsg) || text(answer.msg) || text(answer.message);
  return refusalError({ meaning: meaningOf(WORDS, [platformMessage]), platformCode, platformMessage }, call);
}
