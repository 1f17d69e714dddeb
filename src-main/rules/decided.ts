/** Kleene's three truths as small integers, because a million comparisons a second are made with them. */
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
export type Truth = typeof FALSE | typeof TRUE | typeof UNKNOWN;

/**
 * A truth and the comparison that decided it in one integer: `comparison * 4 + truth`. That is how why and why-not come with every
 * judgement at no cost of their own: a comparison answers with one of three constants.
 */
export type Decided = number;

/** The truth a decision came out as. */
export function truthOf(decided: Decided): Truth {
  return (decided & 3) as Truth;
}

/** Number of the comparison that decided. */
export function leafOf(decided: Decided): number {
  return decided >> 2;
}

/** The three answers of one comparison. */
export function verdictsOf(leaf: number): { yes: Decided; no: Decided; unknown: Decided } {
  return { yes: (leaf << 2) | TRUE, no: (leaf << 2) | FALSE, unknown: (leaf << 2) | UNKNOWN };
}
