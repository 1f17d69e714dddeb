import type { Allocation, OrderLine, Route } from '#shared/order.ts';
import type { Warehouse } from '#shared/stock.ts';
import type { AllocationPlan } from '#main/inventory/plan.ts';
import type { StockView } from '#main/model/facts.ts';

export interface RoutingRequest {
  province: string;
  city: string;
  paidMinor: number;
  currency: string;
  presale: boolean;
  lines: readonly OrderLine[];
  /** The decision is made at this moment (epoch ms). */
  now: number;
}

/** What routing looks at besides the order. */
export interface RoutingWorld {
  warehouses: readonly Warehouse[];
  /** resources/routing.json, parsed by `parseRoutingTable`. */
  table: RoutingTable;
  stock: StockView;
  /** Orders routed to a warehouse today against its daily capacity, 0 to 1 and above. */
  load(warehouse: string): number;
}

/** The decision table (E1, E2); its shape is defined with `parseRoutingTable`. */
export interface RoutingTable {
  version: number;
}

export interface RoutePlan extends Pick<AllocationPlan, 'shortages' | 'unmanaged'> {
  route: Route;
  allocations: Allocation[];
}

/** Ranks the warehouses by the decision table, plans the allocation, and says in one sentence why the winner won. */
export function planRoute(_request: RoutingRequest, _world: RoutingWorld): RoutePlan {
  throw new Error('not written yet');
}
