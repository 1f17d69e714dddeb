import { z } from 'zod';
import type { Numbers } from './metrics.ts';

/** How scores become honest probabilities. */
export const calibrationSchema = z.discriminatedUnion('kind', [
  /** Log-odds stretched and shifted (Platt 1999): two numbers, holds with few outcomes. */
  z.object({ kind: z.literal('platt'), slope: z.number(), shift: z.number() }),
  /** A rising staircase (isotonic regression): any shape, wants a thousand rows or more. `scores` ascending, `shares` what came true there. */
  z.object({ kind: z.literal('isotonic'), scores: z.array(z.number()).min(1), shares: z.array(z.number()).min(1) }),
]);

export type Calibration = z.output<typeof calibrationSchema>;

export const UNCHANGED: Calibration = { kind: 'platt', slope: 1, shift: 0 };

/** Natural logarithm of p / (1 - p), kept finite. */
export function logOdds(probability: number): number {
  const kept = Math.min(Math.max(probability, 1e-9), 1 - 1e-9);
  return Math.log(kept / (1 - kept));
}

/** The probability with these log-odds. */
export function fromLogOdds(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

/** The probability to show for a score, 0 … 1 each. */
export function calibrate(calibration: Calibration, probability: number): number {
  if (calibration.kind === 'platt') return fromLogOdds(calibration.slope * logOdds(probability) + calibration.shift);
  const { scores, shares } = calibration;
  const above = scores.findIndex((score) => score >= probability);
  if (above === 0) return shares[0]!;
  if (above < 0) return shares.at(-1)!;
  const part = (probability - scores[above - 1]!) / (scores[above]! - scores[above - 1]!);
  return shares[above - 1]! + part * (shares[above]! - shares[above - 1]!);
}

/**
 * Pull of the slope towards 1 and of the shift towards 0 (a Gaussian belief of this precision): where outcomes come and go with the
 * season, a correction learnt from a few hundred rows does more harm than good.
 */
const PULL = 100;

/**
 * Fits on scores of rows the model did not learn from, later ones by rights. Newton's method; the cost is convex. `pull` is how many
 * rows the belief that nothing needs correcting is worth.
 */
export function fitPlatt(probabilities: Numbers, outcomes: Numbers, pull = PULL): Calibration {
  let slope = 1;
  let shift = 0;
  for (let step = 0; step < 50; step += 1) {
    let [bySlope, byShift, slopeSlope, slopeShift, shiftShift] = [pull * (slope - 1), pull * shift, pull, 0, pull];
    for (let row = 0; row < probabilities.length; row += 1) {
      const score = logOdds(probabilities[row]!);
      const said = fromLogOdds(slope * score + shift);
      const error = said - outcomes[row]!;
      const weight = Math.max(said * (1 - said), 1e-9);
      bySlope += error * score;
      byShift += error;
      slopeSlope += weight * score * score;
      slopeShift += weight * score;
      shiftShift += weight;
    }
    const determinant = slopeSlope * shiftShift - slopeShift * slopeShift;
    if (determinant < 1e-12) break;
    const slopeStep = (shiftShift * bySlope - slopeShift * byShift) / determinant;
    const shiftStep = (slopeSlope * byShift - slopeShift * bySlope) / determinant;
    slope -= clamp(slopeStep);
    shift -= clamp(shiftStep);
    if (Math.abs(slopeStep) + Math.abs(shiftStep) < 1e-9) break;
  }
  // A falling line would say that the model is worse than chance; then only the level is worth correcting.
  return { kind: 'platt', slope: Math.max(slope, 0.05), shift };
}

function clamp(step: number): number {
  return Math.max(-2, Math.min(2, step));
}

/** Pools neighbours that break the order (Ayer et al. 1955) on scores of rows the model did not learn from. */
export function fitIsotonic(probabilities: Numbers, outcomes: Numbers): Calibration {
  const order = Array.from({ length: probabilities.length }, (_, row) => row).sort(
    (a, b) => probabilities[a]! - probabilities[b]! || a - b,
  );
  const pools: { rows: number; scores: number; hits: number }[] = [];
  for (const row of order) {
    pools.push({ rows: 1, scores: probabilities[row]!, hits: outcomes[row]! });
    for (let last = pools.length - 1; last > 0; last -= 1) {
      const [before, after] = [pools[last - 1]!, pools[last]!];
      const tied = before.scores / before.rows === after.scores / after.rows;
      if (!tied && before.hits / before.rows < after.hits / after.rows) break;
      pools.splice(last - 1, 2, { rows: before.rows + after.rows, scores: before.scores + after.scores, hits: before.hits + after.hits });
    }
  }
  return {
    kind: 'isotonic',
    scores: pools.map(({ scores, rows }) => scores / rows),
    shares: pools.map(({ hits, rows }) => hits / rows),
  };
}
