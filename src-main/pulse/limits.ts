import { STAGES, type Stage } from '#shared/pulse.ts';
import { DAY, HOUR } from '#shared/time.ts';

/** How long an order may stay in a stage before it counts as amber, and as red (G2), in milliseconds. */
export interface StageLimit {
  amberAfterMs: number;
  redAfterMs: number;
}
export type StageLimits = Record<Stage, StageLimit>;

/** Two hours where the hub or the warehouse has to act; longer where the buyer or the carrier does. */
export const DEFAULT_RED_AFTER: Record<Stage, number> = {
  pending_payment: DAY,
  paid: 2 * HOUR,
  review: 2 * HOUR,
  awaiting_shipment: 2 * HOUR,
  shipped: 3 * DAY,
  delivered: 10 * DAY,
};

/** Limits from the red ones; amber begins at half. Throws RangeError for a limit that is not positive. */
export function stageLimits(redAfter: Partial<Record<Stage, number>> = {}): StageLimits {
  const limitOf = (stage: Stage): StageLimit => {
    const redAfterMs = redAfter[stage] ?? DEFAULT_RED_AFTER[stage];
    if (!(redAfterMs > 0)) throw new RangeError(`The limit of stage ${stage} has to be positive, not ${redAfterMs}.`);
    return { amberAfterMs: redAfterMs / 2, redAfterMs };
  };
  return Object.fromEntries(STAGES.map((stage) => [stage, limitOf(stage)])) as StageLimits;
}
