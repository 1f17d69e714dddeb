import type { Allocation, OrderLine, Route } from '#shared/order.ts';
import type { Warehouse } from '#shared/stock.ts';
import { businessDayStart, businessHour, DAY } from '#shared/time.ts';
import { planAllocation, type AllocationPlan } from '#main/inventory/plan.ts';
import type { StockView } from '#main/model/facts.ts';
import { rankWarehouses, type Ranking } from './ranking.ts';
import { composeReason, NO_WAREHOUSE } from './reason.ts';
import type { RoutingTable } from './table.ts';

export type { RoutingTable } from './table.ts';

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

export interface RoutePlan extends Pick<AllocationPlan, 'shortages' | 'unmanaged'> {
  route: Route;
  allocations: Allocation[];
}

/**
 * Ranks the warehouses by the decision table, plans the allocation, and says in one sentence why the winner won.
 * `route.warehouse` is the one that sends most pieces; null when nothing can be sent at all. `promisedAt` is the end of
 * the promised day in Asia/Shanghai; null for presale goods, whose arrival nobody knows yet, and where pieces are short.
 */
export function planRoute(request: RoutingRequest, world: RoutingWorld): RoutePlan {
  const ranking = rankWarehouses(request, world);
  const pool = request.presale ? 'presale' : 'spot';
  const ids = ranking?.order.map((warehouse) => warehouse.id) ?? [];
  const { allocations, shortages, unmanaged } = planAllocation(request.lines, ids, world.stock, pool);
  if (!ranking) {
    return {
      route: { warehouse: null, warehouseName: null, preferred: null, reason: NO_WAREHOUSE, promisedAt: null },
      allocations,
      shortages,
      unmanaged,
    };
  }
  const senders = sendersOf(allocations, shortages.length > 0, ranking);
  const winner = mainSender(senders, allocations);
  const delivery = deliveryDays(senders, ranking, world.table);
  const promised = winner !== null && shortages.length === 0 && !request.presale;
  return {
    route: {
      warehouse: winner?.id ?? null,
      warehouseName: winner?.name ?? null,
      preferred: ranking.preferred.id,
      reason: composeReason({ ...request, ranking, senders, winner, shortages, delayDays: delivery.delay }),
      promisedAt: promised ? endOfDay(request.now, delivery.days, world.table.promise.cutOffHour) : null,
    },
    allocations,
    shortages,
    unmanaged,
  };
}

/** Warehouses that send something, in ranking order. Goods the pool does not manage are sent by the first of the ranking. */
function sendersOf(allocations: readonly Allocation[], short: boolean, ranking: Ranking): Warehouse[] {
  const used = new Set(allocations.map((allocation) => allocation.warehouse));
  if (used.size === 0 && !short) return ranking.order.slice(0, 1);
  return ranking.order.filter((warehouse) => used.has(warehouse.id));
}

function mainSender(senders: readonly Warehouse[], allocations: readonly Allocation[]): Warehouse | null {
  const pieces = new Map<string, number>();
  for (const { warehouse, quantity } of allocations) pieces.set(warehouse, (pieces.get(warehouse) ?? 0) + quantity);
  let winner: Warehouse | null = null;
  for (const sender of senders) {
    if (winner === null || (pieces.get(sender.id) ?? 0) > (pieces.get(winner.id) ?? 0)) winner = sender;
  }
  return winner;
}

/** Days to delivery by the slowest sender, and how many of them come from not being sent by the first choice alone. */
function deliveryDays(senders: readonly Warehouse[], ranking: Ranking, table: RoutingTable): { days: number; delay: number } {
  const { kilometresPerExtraDay, redirectDays } = table.promise;
  const daysFrom = (warehouse: Warehouse) => ranking.line.leadDays + Math.floor(ranking.distance(warehouse) / kilometresPerExtraDay);
  const usual = daysFrom(ranking.preferred);
  const others = senders.filter((sender) => sender !== ranking.preferred);
  if (others.length === 0) return { days: usual, delay: 0 };
  const days = Math.max(usual + redirectDays, ...others.map(daysFrom));
  return { days, delay: days - usual };
}

function endOfDay(now: number, days: number, cutOffHour: number): number {
  const late = businessHour(now) >= cutOffHour ? 1 : 0;
  return businessDayStart(now) + (days + late + 1) * DAY - 1;
}
