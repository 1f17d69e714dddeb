import type { Allocation, OrderLine } from '#shared/order.ts';
import type { StockView } from '#main/model/facts.ts';

/** What could be given to an order and what is missing. */
export interface AllocationPlan {
  /** One entry per SKU and warehouse: SKUs in the order of the lines, warehouses in ranking order. */
  allocations: Allocation[];
  shortages: { sku: string; missing: number; pool: 'spot' | 'presale' }[];
  /** SKUs the pool does not manage; they do not hold the order back. */
  unmanaged: string[];
}

/** Pieces of one SKU the order asks for, and what each warehouse of the ranking could give. */
interface Demand {
  sku: string;
  wanted: number;
  /** What can be served at all: never more than all warehouses have together. */
  servable: number;
  /** Available pieces, parallel to the ranking. */
  offers: number[];
}

/** Up to this many warehouses the smallest set is searched exactly; an order that needs more is filled greedily in ranking order. */
const EXACT_WAREHOUSES = 4;

/**
 * Takes the order's pieces from the first warehouse of `ranking` that can serve the whole order; otherwise from as few
 * as possible, in ranking order. What is short is taken as far as it goes and the rest reported. Lines of the same SKU
 * count together. Pure: reserves nothing. The same arguments always give the same plan.
 */
export function planAllocation(
  lines: readonly OrderLine[],
  ranking: readonly string[],
  view: StockView,
  pool: 'spot' | 'presale',
): AllocationPlan {
  const wanted = new Map<string, number>();
  const unmanaged = new Set<string>();
  for (const line of lines) {
    if (view.managed(line.sku)) wanted.set(line.sku, (wanted.get(line.sku) ?? 0) + line.quantity);
    else unmanaged.add(line.sku);
  }
  const whole = wholeFrom(ranking[0], wanted, view, pool);
  if (whole) return { allocations: whole, shortages: [], unmanaged: [...unmanaged] };
  const demands: Demand[] = [];
  for (const [sku, pieces] of wanted) {
    const offers = ranking.map((warehouse) => Math.max(0, view.available(sku, warehouse, pool)));
    const total = offers.reduce((sum, offer) => sum + offer, 0);
    demands.push({ sku, wanted: pieces, servable: Math.min(pieces, total), offers });
  }
  const chosen = chooseWarehouses(demands, ranking.length);
  return {
    allocations: demands.flatMap((demand) => take(demand, chosen, ranking, pool)),
    shortages: demands
      .filter((demand) => demand.servable < demand.wanted)
      .map((demand) => ({ sku: demand.sku, missing: demand.wanted - demand.servable, pool })),
    unmanaged: [...unmanaged],
  };
}

/** Nearly every order: the first choice has it all, and nobody else need be asked. Null where it has not. */
function wholeFrom(
  warehouse: string | undefined,
  wanted: ReadonlyMap<string, number>,
  view: StockView,
  pool: 'spot' | 'presale',
): Allocation[] | null {
  if (warehouse === undefined) return null;
  const allocations: Allocation[] = [];
  for (const [sku, quantity] of wanted) {
    if (view.available(sku, warehouse, pool) < quantity) return null;
    if (quantity > 0) allocations.push({ sku, warehouse, quantity, pool });
  }
  return allocations;
}

/** Positions in the ranking of the smallest set that serves what can be served; the earliest in ranking order among equals. */
function chooseWarehouses(demands: readonly Demand[], warehouses: number): number[] {
  const open = demands.filter((demand) => demand.servable > 0);
  if (open.length === 0) return [];
  for (let size = 1; size <= Math.min(EXACT_WAREHOUSES, warehouses); size += 1) {
    const found = firstSetOf(size, 0, [], open, warehouses);
    if (found) return found;
  }
  return greedySet(open, warehouses);
}

function firstSetOf(size: number, from: number, taken: readonly number[], demands: readonly Demand[], warehouses: number): number[] | null {
  if (size === 0) return demands.every((demand) => offered(demand, taken) >= demand.servable) ? [...taken] : null;
  for (let position = from; position <= warehouses - size; position += 1) {
    if (!demands.some((demand) => (demand.offers[position] ?? 0) > 0)) continue;
    const found = firstSetOf(size - 1, position + 1, [...taken, position], demands, warehouses);
    if (found) return found;
  }
  return null;
}

/** Walks the ranking and keeps every warehouse that still adds something. */
function greedySet(demands: readonly Demand[], warehouses: number): number[] {
  const taken: number[] = [];
  for (let position = 0; position < warehouses; position += 1) {
    const open = demands.filter((demand) => offered(demand, taken) < demand.servable);
    if (open.length === 0) break;
    if (open.some((demand) => (demand.offers[position] ?? 0) > 0)) taken.push(position);
  }
  return taken;
}

function offered(demand: Demand, taken: readonly number[]): number {
  let sum = 0;
  for (const position of taken) sum += demand.offers[position] ?? 0;
  return sum;
}

function take(demand: Demand, chosen: readonly number[], ranking: readonly string[], pool: 'spot' | 'presale'): Allocation[] {
  const allocations: Allocation[] = [];
  let missing = demand.servable;
  for (const position of chosen) {
    const quantity = Math.min(missing, demand.offers[position] ?? 0);
    if (quantity > 0) allocations.push({ sku: demand.sku, warehouse: ranking[position] ?? '', quantity, pool });
    missing -= quantity;
  }
  return allocations;
}
