import { SECOND } from '#shared/time.ts';
import type { ChannelError, ChannelErrorCode } from '../errors.ts';
import { fields, text } from '../kit/fields.ts';
import { codeMeaning, meaningOf, refusalError } from '../kit/refusal.ts';
import type { RefusedCall } from '../kit/refusal.ts';

/** TOP's own codes. Source: TOP guide on error codes; they are not confirmed one by one, so a sub code that says more goes first. */
const CODES: Readonly<Record<string, ChannelErrorCode>> = {
  '7': 'rate-limited',
  '10': 'transient',
  '11': 'permission',
  '12': 'permission',
  '13': 'permission',
  '24': 'auth-wrong-secret',
  '25': 'auth-wrong-secret',
  '26': 'token-revoked',
  '27': 'token-revoked',
  '28': 'auth-unknown-app',
  '29': 'auth-unknown-app',
  '30': 'clock-skew',
  '31': 'clock-skew',
  '53': 'token-revoked',
};
const SUB_CODES: readonly (readonly [pattern: RegExp, code: ChannelErrorCode])[] = [
  [/trade-not-(?:exist|found)|order-not-(?:exist|found)/, 'not-found'],
  [/already|repeat-consign|has-been-sent/, 'already-done'],
  [/session|token/, 'token-revoked'],
  [/limited-by-(?:api-access-count|app-access-count)|call-limited/, 'rate-limited'],
  [/day-access-count|quota/, 'quota'],
  [/permission|unauthori[sz]ed|not-authori[sz]ed/, 'permission'],
  [/^isp\./, 'transient'],
];

/** "This ban will last for 1 more seconds": when a call may be made again, ms; null where it is not said. */
function banOf(words: string): number | null {
  const seconds = /last for (\d+) more second/.exec(words)?.[1];
  return seconds === undefined ? null : Number(seconds) * SECOND;
}

/** What an `error_response` means. */
export function errorOf(value: unknown, call: RefusedCall): ChannelError {
  const error = fields(value);
  const code = text(error.code);
  const subCode = text(error.sub_code);
  return refusalError(
    {
      meaning: meaningOf(SUB_CODES, [subCode]) ?? codeMeaning(CODES, code),
      platformCode: subCode === '' ? code : `${code} ${subCode}`,
      platformMessage: text(error.sub_msg) || text(error.msg),
      retryAfterMs: banOf(`${text(error.msg)} ${text(error.sub_msg)}`),
    },
    call,
  );
}
