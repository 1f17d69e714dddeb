import type { Warehouse } from '#shared/stock.ts';
import { distanceKm } from './distance.ts';
import type { RoutingRequest, RoutingWorld } from './route.ts';
import { findProvince, type Province, type RoutingLine, type RoutingPreference } from './table.ts';

/** Why a warehouse was moved back in the ranking. */
export type Demotion = { kind: 'below-safety'; percent: number } | { kind: 'overloaded'; load: number };

/** The warehouses in the order in which they are asked, and how that order came about. */
export interface Ranking {
  line: RoutingLine;
  province: Province | null;
  /** First choice of the decision table, before stock and load were looked at. */
  preferred: Warehouse;
  order: Warehouse[];
  demotions: Map<string, Demotion>;
  /** Kilometres from a warehouse to the receiver's province; 0 where the province is unknown. */
  distance(warehouse: Warehouse): number;
}

/** Ranks all warehouses for a request; null when there is none. */
export function rankWarehouses(request: RoutingRequest, world: RoutingWorld): Ranking | null {
  const province = findProvince(world.table, request.province, request.city);
  const distance = (warehouse: Warehouse) => (province ? distanceKm(warehouse, province) : 0);
  const nearest = nearestOf(world.warehouses, province);
  const first = nearest[0];
  if (!first) return null;
  const { line, chosen } = chooseLine(request, world, province, nearest);
  const order = [...chosen, ...nearest.filter((warehouse) => !chosen.includes(warehouse))];
  const preferred = order[0] ?? first;
  const demotions = new Map<string, Demotion>();
  return {
    line,
    province,
    preferred,
    order: moveOn(protectSafety(order, line, request, world, demotions), world, demotions),
    demotions,
    distance,
  };
}

/** Distances never change, so each province asks for them once; a new list of warehouses starts anew. */
const NEAREST = new WeakMap<readonly Warehouse[], Map<Province | null, readonly Warehouse[]>>();

function nearestOf(warehouses: readonly Warehouse[], province: Province | null): readonly Warehouse[] {
  let known = NEAREST.get(warehouses);
  if (!known) NEAREST.set(warehouses, (known = new Map()));
  let nearest = known.get(province);
  if (!nearest) {
    const distances = new Map(warehouses.map((warehouse) => [warehouse, province ? distanceKm(warehouse, province) : 0]));
    nearest = [...warehouses].sort((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0));
    known.set(province, nearest);
  }
  return nearest;
}

/** The first line that fits the order and names a warehouse that exists; the last line fits every order. */
function chooseLine(request: RoutingRequest, world: RoutingWorld, province: Province | null, nearest: readonly Warehouse[]) {
  for (const line of world.table.lines) {
    if (!fits(line, request, province)) continue;
    const chosen = line.prefer.flatMap((preference) => resolve(preference, nearest));
    if (chosen.length > 0) return { line, chosen: [...new Set(chosen)] };
  }
  const last = world.table.lines.at(-1);
  if (!last) throw new RangeError('A routing table has at least one line.');
  return { line: last, chosen: [] };
}

function fits(line: RoutingLine, request: RoutingRequest, province: Province | null): boolean {
  const { regions, paidAboveMinor } = line.when;
  if (regions && !(province && regions.includes(province.region))) return false;
  if (!paidAboveMinor) return true;
  const limit = paidAboveMinor[request.currency];
  return limit !== undefined && request.paidMinor > limit;
}

function resolve(preference: RoutingPreference, nearest: readonly Warehouse[]): Warehouse[] {
  switch (preference.kind) {
    case 'warehouse':
      return nearest.filter((warehouse) => warehouse.id === preference.id);
    case 'vip':
      return nearest.filter((warehouse) => warehouse.vip);
    case 'nearest':
      return preference.of.length === 0 ? [...nearest] : nearest.filter((warehouse) => preference.of.includes(warehouse.id));
  }
}

/** E1: the named stand-in goes to the front when the first choice is too far below its safety level and the stand-in is not. */
function protectSafety(
  order: readonly Warehouse[],
  line: RoutingLine,
  request: RoutingRequest,
  world: RoutingWorld,
  demotions: Map<string, Demotion>,
): Warehouse[] {
  const rule = line.belowSafety;
  const preferred = order[0];
  // Presale pieces come out of promised arrivals: the shelf does not matter for them.
  if (!rule || !preferred || request.presale || preferred.id === rule.instead) return [...order];
  const instead = order.find((warehouse) => warehouse.id === rule.instead);
  if (!instead) return [...order];
  const share = 1 - rule.percent / 100;
  const below = (warehouse: Warehouse) =>
    request.lines.some(({ sku }) => {
      const safety = world.stock.managed(sku) ? world.stock.safety(sku, warehouse.id) : 0;
      return safety > 0 && world.stock.available(sku, warehouse.id, 'spot') < safety * share;
    });
  if (!below(preferred) || below(instead)) return [...order];
  demotions.set(preferred.id, { kind: 'below-safety', percent: rule.percent });
  return [instead, ...order.filter((warehouse) => warehouse !== instead)];
}

/** A warehouse over its daily capacity is asked after all that are not. */
function moveOn(order: readonly Warehouse[], world: RoutingWorld, demotions: Map<string, Demotion>): Warehouse[] {
  const busy = order.filter((warehouse) => world.load(warehouse.id) > 1);
  if (busy.length === 0 || busy.length === order.length) return [...order];
  for (const warehouse of busy) demotions.set(warehouse.id, { kind: 'overloaded', load: world.load(warehouse.id) });
  return [...order.filter((warehouse) => !busy.includes(warehouse)), ...busy];
}
