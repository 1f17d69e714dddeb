/** Standard deviations that hold 95 of 100 cases. */
const Z = 1.959964;

/**
 * The interval that holds a true share in 95 of 100 cases, from a part of a whole (Wilson's score interval); null without a whole.
 * E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927): right for few cases and for shares of 0 and 1.
 */
export function shareInterval(part: number, whole: number): { low: number; high: number } | null {
  if (whole <= 0) return null;
  const share = part / whole;
  const spread = Z * Math.sqrt((share * (1 - share)) / whole + (Z * Z) / (4 * whole * whole));
  const scale = 1 + (Z * Z) / whole;
  const middle = share + (Z * Z) / (2 * whole);
  // Rounding must not leave the share itself outside.
  return { low: Math.min(share, Math.max(0, (middle - spread) / scale)), high: Math.max(share, Math.min(1, (middle + spread) / scale)) };
}
