import { MINUTE, SECOND } from '#shared/time.ts';

/** Wait before the n-th repeat (from 1): doubles from a second up to a minute, the upper half of it by chance. */
export function backOff(attempt: number, chance: number): number {
  const full = Math.min(MINUTE, SECOND * 2 ** Math.min(attempt - 1, 10));
  return Math.round(full * (0.5 + chance * 0.5));
}
