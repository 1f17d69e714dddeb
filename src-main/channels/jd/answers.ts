import type { ChannelError, ChannelErrorCode } from '../errors.ts';
import { fields, text } from '../kit/fields.ts';
import { codeMeaning, meaningOf, refusalError } from '../kit/refusal.ts';
import type { RefusedCall } from '../kit/refusal.ts';

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

/** What an `error_response`, or a result that says no, means. */
export function errorOf(value: unknown, call: RefusedCall): ChannelError {
  const error = fields(value);
  const code = text(error.code) || text(error.errorCode);
  const words = [error.zh_desc, error.en_desc, error.chineseErrCode, error.englishErrCode, error.errorMessage]
    .map(text)
    .filter((word) => word !== '');
  const meaning = meaningOf(WORDS, words) ?? codeMeaning(CODES, code);
  return refusalError({ meaning, platformCode: code, platformMessage: words[0] ?? '' }, call);
}
