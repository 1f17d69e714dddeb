import type { ChannelError, ChannelErrorCode } from '../errors.ts';
import { text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { codeMeaning, refusalError } from '../kit/refusal.ts';
import type { RefusedCall } from '../kit/refusal.ts';

/** Only this result is a success. */
export const SUCCESS = '1';

/** `result` (gateway and OAuth), else `code`. The platform publishes no complete list; these are the ones public integrations handle. */
export const ANSWERS: Readonly<Record<string, ChannelErrorCode>> = {
  '10': 'transient',
  '11': 'transient',
  '12': 'transient',
  '13': 'rate-limited',
  '14': 'rate-limited',
  '21': 'refused',
  '22': 'auth-unknown-app',
  '23': 'permission',
  '24': 'token-revoked',
  '25': 'clock-skew',
  '26': 'auth-wrong-secret',
  '27': 'permission',
  '28': 'token-expired',
  '29': 'token-revoked',
  '30': 'quota',
  '100200100': 'auth-unknown-app',
  '100200101': 'auth-wrong-secret',
  '100200102': 'token-revoked',
  '100200103': 'token-expired',
  '100200105': 'permission',
  '100200106': 'token-revoked',
  '100200110': 'rate-limited',
  '100200120': 'clock-skew',
  '801001': 'not-found',
  '801002': 'already-done',
};

/** What a refusal means. */
export function errorOf(answer: Fields, call: RefusedCall): ChannelError {
  const [result, code] = [text(answer.result), text(answer.code)];
  return refusalError(
    {
      meaning: codeMeaning(ANSWERS, result) ?? codeMeaning(ANSWERS, code),
      platformCode: [...new Set([result, code])].filter((part) => part !== '').join(' '),
      platformMessage: text(answer.error_msg) || text(answer.msg) || text(answer.message),
    },
    call,
  );
}
