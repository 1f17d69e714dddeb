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
  order: readonly Warehouse[];
  demotions: Map<string, Demotion>;
  /** Kilometres from a warehouse to the receiver's province; 0 where the province is unknown. */
  distance(warehouse: Warehouse): number;
}

/** Ranks all warehouses for a request; null when there is none. */
export function rankWarehouses(request: RoutingRequest, world: RoutingWorld): Ranking | null {
  const province = findProvince(world.table, request.province, request.city);
  const nearest = nearestOf(world.warehouses, province);
  const { line, order } = chooseLine(request, world, province, nearest);
  const [preferred] = order;
  if (!preferred) return null;
  const demotions = new Map<string, Demotion>();
  return {
    line,
    province,
    preferred,
    order: moveOn(protectSafety(order, line, request, world, demotions), world, demotions),
    demotions,
    distance: (warehouse) => (province ? distanceKm(warehouse, province) : 0),
  };
}

/** Distances never change, so each province asks for them once; a new list of warehouses starts anew. */
const NEAREST = new WeakMap<readonly Warehouse[], Map<Province | null, readonly Warehouse[]>>();

function nearestOf(warehouses: readonly Warehouse[], province: Province | null): readonly Warehouse[] {
  return remembered(NEAREST, warehouses, province, () => {
    const distances = new Map(warehouses.map((warehouse) => [warehouse, province ? distanceKm(warehouse, province) : 0]));
    return [...warehouses].sort((a, b) => (distances.get(a) ?? 0) - (distances.get(b) ?? 0));
  });
}

/** What a line makes of a ranking by distance never changes either: what it names first, then the rest. */
const NAMED = new WeakMap<readonly Warehouse[], Map<RoutingLine, readonly Warehouse[] | null>>();

/** Null where the line names no warehouse that exists. */
function orderOf(line: RoutingLine, nearest: readonly Warehouse[]): readonly Warehouse[] | null {
  return remembered(NAMED, nearest, line, () => {
    const chosen = new Set(line.prefer.flatMap((preference) => resolve(preference, nearest)));
    return chosen.size === 0 ? null : [...chosen, ...nearest.filter((warehouse) => !chosen.has(warehouse))];
  });
}

function remembered<O extends object, K, V>(memory: WeakMap<O, Map<K, V>>, owner: O, key: K, make: () => V): V {
  let known = memory.get(owner);
  if (!known) memory.set(owner, (known = new Map()));
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}

/** The first line that fits the order and names a warehouse that exists; the last line fits every order. */
function chooseLine(request: RoutingRequest, world: RoutingWorld, province: Province | null, nearest: readonly Warehouse[]) {
  for (const line of world.table.lines) {
    const order = fits(line, request, province) ? orderOf(line, nearest) : null;
    if (order) return { line, order };
  }
  const last = world.table.lines.at(-1);
  if (!last) throw new RangeError('A routing table has at least one line.');
  return { line: last, order: nearest };
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
): readonly Warehouse[] {
  const rule = line.belowSafety;
  const preferred = order[0];
  // Presale pieces come out of promised arrivals: the shelf does not matter for them.
  if (!rule || !preferred || request.presale || preferred.id === rule.instead) return order;
  const instead = order.find((warehouse) => warehouse.id === rule.instead);
  if (!instead) return order;
  const share = 1 - rule.percent / 100;
  const below = (warehouse: Warehouse) =>
    request.lines.some(({ sku }) => {
      const safety = world.stock.managed(sku) ? world.stock.safety(sku, warehouse.id) : 0;
      return safety > 0 && world.stock.available(sku, warehouse.id, 'spot') < safety * share;
    });
  if (!below(preferred) || below(instead)) return order;
  demotions.set(preferred.id, { kind: 'below-safety', percent: rule.percent });
  return [instead, ...order.filter((warehouse) => warehouse !== instead)];
}

/** A warehouse over its daily capacity is asked after all that are not. */
function moveOn(order: readonly Warehouse[], world: RoutingWorld, demotions: Map<string, Demotion>): readonly Warehouse[] {
  if (!order.some((warehouse) => world.load(warehouse.id) > 1)) return order;
  const busy = order.filter((warehouse) => world.load(warehouse.id) > 1);
  if (busy.length === order.length) return order;
  for (const warehouse of busy) demotions.set(warehouse.id, { kind: 'overloaded', load: world.load(warehouse.id) });
  return [...order.filter((warehouse) => !busy.includes(warehouse)), ...busy];
}
