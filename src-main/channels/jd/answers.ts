import type { ChannelErrorCode } from '../errors.ts';
import { ChannelError } from '../errors.ts';
import type { CallGroup } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';
import { fields, text } from '../kit/fields.ts';

/** JOS codes (?): the ones its documents and integrations agree on. */
const CODES: Readonly<Record<string, ChannelErrorCode>> = {
  '2': 'rate-limited',
  '10': 'auth-unknown-app',
  '11': 'auth-unknown-app',
  '12': 'auth-wrong-secret',
  '18': 'token-revoked',
  '19': 'token-revoked',
  '21': 'auth-wrong-secret',
  '22': 'clock-skew',
  '23': 'clock-skew',
  '65': 'transient',
  '66': 'transient',
  '67': 'transient',
};
/** The words are clearer than the codes and the same in every version. */
const WORDS: readonly (readonly [pattern: RegExp, code: ChannelErrorCode])[] = [
  [/timestamp|时间戳/i, 'clock-skew'],
  [/access[_ ]?token|授权/i, 'token-revoked'],
  [/app[_ ]?key/i, 'auth-unknown-app'],
  [/sign(?:ature)?\b|签名/i, 'auth-wrong-secret'],
  [/frequen|limit|too many|限流|频率|超限/i, 'rate-limited'],
  [/permission|权限|forbidden/i, 'permission'],
  [/不存在|not (?:exist|found)/i, 'not-found'],
  [/已出库|已发货|already/i, 'already-done'],
];

/** What an `error_response` (or a refusing result) means. An unknown one refuses a write and lets a read be tried again. */
export function errorOf(
  value: unknown,
  response: HttpResponse,
  group: CallGroup,
  found: { app: string; permission: string },
): ChannelError {
  const error = fields(value);
  const code = text(error.code) || text(error.errorCode);
  const words = [error.zh_desc, error.en_desc, error.chineseErrCode, error.englishErrCode, error.errorMessage]
    .map(text)
    .filter((word) => word !== '');
  const byWords = WORDS.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1];
  const meaning = byWords ?? (Object.hasOwn(CODES, code) ? CODES[code] : undefined) ?? (group === 'write' ? 'refused' : 'transient');
  return new ChannelError(meaning, {
    platformCode: code,
    platformMessage: words[0] ?? '',
    ...(meaning === 'auth-unknown-app' ? { found: found.app } : {}),
    ...(meaning === 'permission' ? { permission: found.permission } : {}),
    ...(meaning === 'clock-skew' && response.date !== null ? { clockOffMs: response.sentAt - response.date } : {}),
  });
}
