import { ChannelError } from '../errors.ts';
import type { ChannelErrorCode } from '../errors.ts';
import { text } from '../kit/fields.ts';
import type { Fields } from '../kit/fields.ts';
import { meaningOf } from '../kit/words.ts';
import type { CallGroup } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';

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

/** What a refusal means. One that no table knows is final for a write and tried again for a read; its own words are shown. */
export function errorOf(
  answer: Fields,
  response: HttpResponse,
  group: CallGroup,
  about: { app: string; permission: string },
): ChannelError {
  const [result, code] = [text(answer.result), text(answer.code)];
  const meaning = meaningOf(ANSWERS, result) ?? meaningOf(ANSWERS, code) ?? (group === 'write' ? 'refused' : 'transient');
  return new ChannelError(meaning, {
    platformCode: [...new Set([result, code])].filter((part) => part !== '').join(' '),
    platformMessage: text(answer.error_msg) || text(answer.msg) || text(answer.message),
    ...(meaning === 'auth-unknown-app' ? { found: about.app } : {}),
    ...(meaning === 'permission' ? { permission: about.permission } : {}),
    ...(meaning === 'clock-skew' && response.date !== null ? { clockOffMs: response.sentAt - response.date } : {}),
  });
}
