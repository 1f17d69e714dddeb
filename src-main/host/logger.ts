import { writeSync } from 'node:fs';
import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import type { Logger } from '#main/hub/ports.ts';

const STANDARD_ERROR = 2;

/**
 * Lines of a log on standard error, each written at once. Where it cannot be written (a full disk, a supervisor that went away) the line is
 * lost, not the program; pino's own destination throws then, and keeps a process from ending until the line is out.
 */
export const logLines: DestinationStream = {
  write(line) {
    try {
      writeSync(STANDARD_ERROR, line);
    } catch {
      // There is nobody left to tell.
    }
  },
};

/** JSON lines on standard error, so that standard output stays free for answers. Level by `ORDERPULSE_LOG`; silent under a test runner. */
export function hubLogger(): Logger {
  const level = process.env['ORDERPULSE_LOG'] ?? (process.env['VITEST'] === undefined ? 'info' : 'silent');
  return pino({ name: 'hub', level, base: {} }, logLines);
}
