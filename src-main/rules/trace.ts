import type { Decided } from './decided.ts';

/** What a rule said about an order, as kept in a trace. `failed`: it threw, and so decided nothing. */
export const SAID = { noHit: 0, hit: 1, relaxed: 2, cleared: 3, silent: 4, failed: 5 } as const;
export type Said = (typeof SAID)[keyof typeof SAID];

/** One number of a trace: what was said, and the comparison that decided it. */
export type Traced = number;

/** One number of a trace from its two halves. */
export function traced(decided: Decided, said: Said): Traced {
  return (decided << 3) | said;
}
/** What the rule said. */
export function tracedSaid(traced: Traced): Said {
  return (traced & 7) as Said;
}
/** The comparison that decided it. */
export function tracedDecision(traced: Traced): Decided {
  return traced >> 3;
}
