import type { ChannelError, ChannelErrorCode } from '../errors.ts';
import { fields, text } from '../kit/fields.ts';
import { codeMeaning, meaningOf, refusalError } from '../kit/refusal.ts';
import type { RefusedCall } from '../kit/refusal.ts';

/** POP codes (?): the ones public integrations agree on. */
const CODES: Readonly<Record<string, ChannelErrorCode>> = {
  '10002': 'auth-unknown-app',
  '10003': 'clock-skew',
  '10016': 'auth-unknown-app',
  '10019': 'token-expired',
  '10035': 'permission',
  '20004': 'auth-wrong-secret',
  '20005': 'permission',
  '20031': 'permission',
  '20032': 'permission',
  '20034': 'rate-limited',
  '20035': 'rate-limited',
  '30000': 'permission',
  '30001': 'token-revoked',
  '50000': 'transient',
  '52101': 'rate-limited',
  '52102': 'rate-limited',
  '52103': 'transient',
  '70031': 'rate-limited',
  '70032': 'rate-limited',
};
/** The words say more than codes that are shared by several causes. */
const WORDS: readonly (readonly [pattern: RegExp, code: ChannelErrorCode])[] = [
  [/timestamp|时间戳/i, 'clock-skew'],
  [/token.*(?:expire|过期)|(?:expire|过期).*token/i, 'token-expired'],
  [/access_?token|refresh_?token|授权(?:已)?(?:取消|撤销|失效)/i, 'token-revoked'],
  [/sign\b|签名/i, 'auth-wrong-secret'],
  [/client_?id/i, 'auth-unknown-app'],
  [/频繁|限流|frequen|rate limit|too many/i, 'rate-limited'],
  [/权限|permission/i, 'permission'],
  [/不存在|not (?:exist|found)/i, 'not-found'],
  [/已发货|already/i, 'already-done'],
];

/** What an `error_response` means. */
export function errorOf(value: unknown, call: RefusedCall): ChannelError {
  const error = fields(value);
  const code = text(error.error_code);
  const subCode = text(error.sub_code);
  const words = [text(error.sub_msg), text(error.error_msg)];
  return refusalError(
    {
      meaning: meaningOf(WORDS, words) ?? codeMeaning(CODES, code),
      platformCode: subCode === '' ? code : `${code} ${subCode}`,
      platformMessage: words.find((word) => word !== '') ?? '',
    },
    call,
  );
}
