import type { ChannelErrorCode } from '../errors.ts';
import { ChannelError } from '../errors.ts';
import type { CallGroup } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { fields, text } from '../kit/fields.ts';

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

/** What `{success: false, error_code, error_msg}` means. Unknown words let a read be tried again. */
export function errorOf(
  value: unknown,
  response: HttpResponse,
  group: CallGroup,
  found: { app: string; permission: string },
): ChannelError {
  const answer = fields(value);
  const platformCode = text(answer.error_code) || text(answer.errorCode) || text(answer.code);
  const platformMessage = text(answer.error_msg) || text(answer.errorMsg) || text(answer.msg) || text(answer.message);
  const meaning = WORDS.find(([pattern]) => pattern.test(platformMessage))?.[1] ?? (group === 'write' ? 'refused' : 'transient');
  return new ChannelError(meaning, {
    platformCode,
    platformMessage,
    ...(meaning === 'auth-unknown-app' ? { found: found.app } : {}),
    ...(meaning === 'permission' ? { permission: found.permission } : {}),
    ...(meaning === 'clock-skew' && response.date !== null ? { clockOffMs: response.sentAt - response.date } : {}),
  });
}
