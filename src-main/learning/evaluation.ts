import { z } from 'zod';
import { areaUnderCurve, atTopShare, brierScore, calibrationError, logLoss, reliability } from './metrics.ts';
import type { Numbers } from './metrics.ts';

/** The figures stored with a model and shown beside it. */
export const evaluationSchema = z.object({
  rows: z.int().min(0),
  outcomes: z.int().min(0),
  /** Null where only one kind of row was there. */
  areaUnderCurve: z.number().nullable(),
  topTenth: z.object({ rows: z.int(), precision: z.number(), recall: z.number(), threshold: z.number() }).nullable(),
  brier: z.number(),
  logLoss: z.number(),
  calibrationError: z.number(),
  reliability: z.array(z.object({ rows: z.int(), said: z.number(), cameTrue: z.number() })),
});

export type Evaluation = z.output<typeof evaluationSchema>;

/** All figures of one set of forecasts; `probabilities` and `outcomes` (1 or 0) row by row, at least one row. */
export function evaluate(probabilities: Numbers, outcomes: Numbers): Evaluation {
  return {
    rows: probabilities.length,
    outcomes: Array.from(outcomes).reduce((sum, outcome) => sum + outcome, 0),
    areaUnderCurve: areaUnderCurve(probabilities, outcomes),
    topTenth: atTopShare(probabilities, outcomes, 0.1),
    brier: brierScore(probabilities, outcomes),
    logLoss: logLoss(probabilities, outcomes),
    calibrationError: calibrationError(probabilities, outcomes),
    reliability: reliability(probabilities, outcomes),
  };
}
