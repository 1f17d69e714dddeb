import { ChannelError } from '../errors.ts';
import type { ChannelErrorCode } from '../errors.ts';
import type { CallGroup } from '../manifest.ts';
import type { HttpResponse } from '../transport.ts';

/** What a platform said when it refused a call. `meaning` null: no table knows it. */
export interface Refusal {
  meaning: ChannelErrorCode | null;
  platformCode: string;
  platformMessage: string;
  retryAfterMs?: number | null;
}
/** The call that was refused: by which application, and which permission it needs. */
export interface RefusedCall {
  group: CallGroup;
  app: string;
  permission: string;
  response: HttpResponse;
}

/** The error for a refusal, with what the person who acts has to know. An unknown one is final for a write and tried again for a read. */
export function refusalError({ meaning, platformCode, platformMessage, retryAfterMs = null }: Refusal, call: RefusedCall): ChannelError {
  const code = meaning ?? (call.group === 'write' ? 'refused' : 'transient');
  const { date, sentAt } = call.response;
  return new ChannelError(code, {
    platformCode,
    platformMessage,
    ...(retryAfterMs !== null && (code === 'rate-limited' || code === 'quota') ? { retryAfterMs } : {}),
    ...(code === 'auth-unknown-app' ? { found: call.app } : {}),
    ...(code === 'permission' ? { permission: call.permission } : {}),
    ...(code === 'clock-skew' && date !== null ? { clockOffMs: sentAt - date } : {}),
  });
}

/** The meaning of the first of these words that a pattern knows; null when none does. */
export function meaningOf(
  table: readonly (readonly [pattern: RegExp, code: ChannelErrorCode])[],
  words: readonly string[],
): ChannelErrorCode | null {
  return table.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1] ?? null;
}

/** The meaning of a code; null when the table does not have it. */
export function codeMeaning(table: Readonly<Record<string, ChannelErrorCode>>, code: string): ChannelErrorCode | null {
  return Object.hasOwn(table, code) ? (table[code] ?? null) : null;
}
