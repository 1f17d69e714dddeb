import { pino } from 'pino';
import type { Logger } from '#main/hub/ports.ts';

/** JSON lines on standard error, so that standard output stays free for answers. Level by `ORDERPULSE_LOG`; silent under a test runner. */
export function hubLogger(): Logger {
  const level = process.env['ORDERPULSE_LOG'] ?? (process.env['VITEST'] === undefined ? 'info' : 'silent');
  return pino({ name: 'hub', level, base: {} }, pino.destination({ dest: 2, sync: true }));
}
