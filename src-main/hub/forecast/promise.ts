import { DAY } from '#shared/time.ts';
import type { StageLimits } from '#main/pulse/limits.ts';
import type { OrderRecord } from '#main/model/record.ts';

/** The moment an order must have arrived, and who says so. */
export interface Promised {
  dueAt: number;
  /** `told`: its source named it; `routed`: the route promised it; `limits`: the stages' own limits, one after the other. */
  basis: 'told' | 'routed' | 'limits';
}

export type PromisedRecord = Pick<OrderRecord, 'createdAt' | 'paidAt' | 'facets'> & { route?: OrderRecord['route'] };

/**
 * What "late" means, everywhere: an order is late when it has not arrived by this moment. It is the promise its source told
 * (`facets['promised-at']`), else the one of its route, else the red limits of the stages from payment to arrival, one after the other.
 */
export function promiseOf({ createdAt, paidAt, facets, route }: PromisedRecord, limits: StageLimits): Promised {
  const told = facets?.['promised-at'];
  if (typeof told === 'number') return { dueAt: told, basis: 'told' };
  if (route?.promisedAt != null) return { dueAt: route.promisedAt, basis: 'routed' };
  const { paid, awaiting_shipment, shipped } = limits;
  return { dueAt: (paidAt ?? createdAt) + paid.redAfterMs + awaiting_shipment.redAfterMs + shipped.redAfterMs, basis: 'limits' };
}

/** When an order arrived; null: it has not, or nobody knows when. */
export function arrivalOf({ status, statusSince, arrivedAt }: Pick<OrderRecord, 'status' | 'statusSince' | 'arrivedAt'>): number | null {
  if (arrivedAt != null) return arrivedAt;
  return status === 'delivered' ? statusSince : null;
}

/** Orders promised longer ago than this without any word are no evidence: nobody reports their parcels. */
export const FORGOTTEN_AFTER = 60 * DAY;
