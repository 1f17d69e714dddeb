import { FAULTS } from './types.ts';
import type { CallKind, Fault, FaultScript } from './types.ts';

/** What can go wrong with each kind of call. */
export const POSSIBLE: Record<CallKind, readonly Fault[]> = {
  list: ['rate-429', 'error-500', 'slow', 'half-page', 'cut-body', 'page-shift', 'garbage', 'clock-skew', 'disconnect'],
  detail: ['rate-429', 'error-500', 'slow', 'cut-body', 'garbage', 'clock-skew', 'disconnect'],
  push: ['duplicate', 'reorder', 'drop'],
  write: ['rate-429', 'error-500', 'slow', 'disconnect'],
  token: ['error-500', 'slow', 'disconnect'],
  socket: ['disconnect', 'duplicate', 'reorder', 'drop'],
};

function noCounts(): Record<Fault, number> {
  return Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Record<Fault, number>;
}

/** Nothing goes wrong. */
export function noFaults(): FaultScript {
  return { next: () => null, counts: noCounts(), calm: () => undefined };
}

export type FaultRates = Partial<Record<CallKind, Partial<Record<Fault, number>>>>;

/** Rates of all faults together: 3 % each for calls, more for what a push can suffer. */
export function everyFault(rate = 0.03): FaultRates {
  const rates: FaultRates = {};
  for (const kind of ['list', 'detail', 'write', 'token'] as const) {
    rates[kind] = Object.fromEntries(POSSIBLE[kind].map((fault) => [fault, rate]));
  }
  rates.push = { drop: 0.1, duplicate: 0.1, reorder: 0.2 };
  rates.socket = { drop: 0.05, duplicate: 0.1, reorder: 0.1, disconnect: 0.01 };
  return rates;
}

/** Faults by chance; the chance is seeded, so that a run can be repeated. At most one fault per call. */
export function seededFaults(chance: () => number, rates: FaultRates): FaultScript {
  const counts = noCounts();
  let calm = false;
  return {
    counts,
    calm: () => {
      calm = true;
    },
    next(call) {
      if (calm) return null;
      let draw = chance();
      for (const [fault, rate] of Object.entries(rates[call] ?? {}) as [Fault, number][]) {
        draw -= rate;
        if (draw >= 0) continue;
        counts[fault] += 1;
        return fault;
      }
      return null;
    },
  };
}

/** "The 7th list call answers 503": `nth` counts from 1 within its kind; without it, every one. */
export function scriptedFaults(script: readonly { call: CallKind; nth?: number; fault: Fault }[]): FaultScript {
  const counts = noCounts();
  const made = new Map<CallKind, number>();
  let calm = false;
  return {
    counts,
    calm: () => {
      calm = true;
    },
    next(call) {
      const nth = (made.get(call) ?? 0) + 1;
      made.set(call, nth);
      const entry = calm ? undefined : script.find((line) => line.call === call && (line.nth === undefined || line.nth === nth));
      if (entry) counts[entry.fault] += 1;
      return entry?.fault ?? null;
    },
  };
}
