import type { Allocation, OrderLine } from '#shared/order.ts';
import type { StockView } from '#main/model/facts.ts';

/** What could be given to an order and what is missing. */
export interface AllocationPlan {
  allocations: Allocation[];
  shortages: { sku: string; missing: number; pool: 'spot' | 'presale' }[];
  /** Lines whose SKU the pool does not manage; they do not hold the order back. */
  unmanaged: string[];
}

/**
 * Takes the order's pieces from the first warehouse of `ranking` that can serve the whole order; otherwise from as few
 * as possible, in ranking order. Pure: reserves nothing.
 */
export function planAllocation(_lines: readonly OrderLine[], _ranking: readonly string[], _view: StockView, _pool: 'spot' | 'presale'): AllocationPlan {
  throw new Error('not written yet');
}
