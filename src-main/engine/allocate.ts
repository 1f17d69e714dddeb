import type { Allocation, OrderLine } from '#shared/order.ts';
import type { StockView } from '#main/model/facts.ts';
import type { StockChange } from '#main/model/outcome.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { planRoute } from '#main/routing/route.ts';
import { orderAmount } from './amount.ts';
import type { MissingPieces } from './collect.ts';
import type { Facts } from './facts.ts';
import { hasEnded, hasShipped, isOpen } from './lifecycle.ts';

/** What the order should have of the stock, before it is known whether a hold frees it. */
export interface StockPlan {
  allocations: Allocation[];
  route: OrderRecord['route'];
  missing: MissingPieces;
  /** True when warehouses were asked anew; a kept plan says nothing on the timeline. */
  fresh: boolean;
}

/** The pool as if this order held nothing, so that planning again may choose its own pieces. */
function withOwn(view: StockView, own: readonly Allocation[]): StockView {
  if (own.length === 0) return view;
  const held = new Map(own.map((entry) => [`${entry.sku}\n${entry.warehouse}\n${entry.pool}`, entry.quantity]));
  return {
    managed: (sku) => view.managed(sku),
    safety: (sku, warehouse) => view.safety(sku, warehouse),
    available: (sku, warehouse, pool) => view.available(sku, warehouse, pool) + (held.get(`${sku}\n${warehouse}\n${pool}`) ?? 0),
  };
}

function piecesShort(lines: readonly OrderLine[], allocations: readonly Allocation[], view: StockView): number {
  const wanted = new Map<string, number>();
  for (const line of lines) if (view.managed(line.sku)) wanted.set(line.sku, (wanted.get(line.sku) ?? 0) + line.quantity);
  for (const { sku, quantity } of allocations) wanted.set(sku, (wanted.get(sku) ?? 0) - quantity);
  let short = 0;
  for (const pieces of wanted.values()) if (pieces > 0) short += pieces;
  return short;
}

function linesKey(lines: readonly OrderLine[]): string {
  return lines.map((line) => `${line.sku}×${line.quantity}`).join('|');
}

/** Did the goods, the place or the pool change, so that another warehouse may be right? */
export function goesElsewhere(before: OrderRecord, after: OrderRecord): boolean {
  return (
    linesKey(before.lines) !== linesKey(after.lines) ||
    before.receiver.province !== after.receiver.province ||
    before.receiver.city !== after.receiver.city ||
    (before.presale === null) !== (after.presale === null)
  );
}

/** Did an order that held no pieces leave now? They are missing in the warehouse all the same. */
function leavesUnreserved(before: OrderRecord | null, draft: OrderRecord): boolean {
  return draft.stock === 'none' && hasShipped(draft.status) && before !== null && !hasShipped(before.status);
}

function missingOf(short: number, presale: boolean): MissingPieces {
  return presale ? { spot: 0, presale: short } : { spot: short, presale: 0 };
}

/**
 * Plans the stock of an order. A complete reservation is kept as long as goods and place are the same: an order does not
 * wander between warehouses because stock moved elsewhere.
 */
export function planStock(before: OrderRecord | null, draft: OrderRecord, facts: Facts): StockPlan {
  const presale = draft.presale !== null;
  const kept = { allocations: draft.allocations, route: draft.route, fresh: false };
  if (!isOpen(draft.status) && !leavesUnreserved(before, draft)) return { ...kept, missing: missingOf(0, presale) };
  const { stock } = facts.world;
  if (before !== null && draft.stock === 'reserved' && !goesElsewhere(before, draft)) {
    const short = piecesShort(draft.lines, draft.allocations, stock);
    if (short === 0) return { ...kept, missing: missingOf(0, presale) };
  }
  const plan = planRoute(
    {
      province: draft.receiver.province,
      city: draft.receiver.city,
      paidMinor: orderAmount(draft),
      currency: draft.currency,
      presale,
      lines: draft.lines,
      now: facts.now,
    },
    { ...facts.world, stock: withOwn(stock, draft.stock === 'reserved' ? draft.allocations : []) },
  );
  const short = plan.shortages.reduce((sum, shortage) => sum + shortage.missing, 0);
  return { allocations: plan.allocations, route: plan.route, missing: missingOf(short, presale), fresh: true };
}

function changesOf(kind: StockChange['kind'], allocations: readonly Allocation[]): StockChange[] {
  return allocations.map(({ sku, warehouse, pool, quantity }) => ({ kind, sku, warehouse, pool, quantity }));
}

/** What must be given back and what reserved to get from one set of allocations to another; give-backs first. */
export function allocationDifference(before: readonly Allocation[], after: readonly Allocation[]): StockChange[] {
  const pieces = new Map<string, { entry: Allocation; by: number }>();
  const count = (entry: Allocation, sign: 1 | -1) => {
    const key = `${entry.sku}\n${entry.warehouse}\n${entry.pool}`;
    const known = pieces.get(key);
    if (known) known.by += sign * entry.quantity;
    else pieces.set(key, { entry, by: sign * entry.quantity });
  };
  for (const entry of after) count(entry, 1);
  for (const entry of before) count(entry, -1);
  const changes: StockChange[] = [];
  for (const { entry, by } of pieces.values()) {
    if (by === 0) continue;
    const { sku, warehouse, pool } = entry;
    changes.push({ kind: by > 0 ? 'reserve' : 'release', sku, warehouse, pool, quantity: Math.abs(by) });
  }
  return changes.sort((a, b) => (a.kind === b.kind ? 0 : a.kind === 'release' ? -1 : 1));
}

export interface SettledStock extends Pick<OrderRecord, 'allocations' | 'stock'> {
  changes: StockChange[];
}

/**
 * Turns the plan into movements. Open orders hold their pieces (D3), also unpaid ones; ended orders and holds that free the
 * stock give them back; shipped orders turn the reservation into a shipment, once. An order that was already shipped when
 * it first appeared left before this pool counted, so it moves nothing.
 */
export function settleStock(before: OrderRecord | null, draft: OrderRecord, plan: StockPlan): SettledStock {
  const held = draft.stock === 'reserved' ? draft.allocations : [];
  if (draft.stock === 'shipped') return { allocations: draft.allocations, stock: 'shipped', changes: [] };
  if (hasShipped(draft.status)) {
    const missing = leavesUnreserved(before, draft) ? plan.allocations : [];
    if (draft.stock === 'none' && missing.length === 0) return { allocations: [], stock: 'none', changes: [] };
    const leaving = [...held, ...missing];
    return { allocations: leaving, stock: 'shipped', changes: [...changesOf('reserve', missing), ...changesOf('ship', leaving)] };
  }
  if (hasEnded(draft.status) || draft.hold?.stock === 'free')
    return { allocations: [], stock: 'none', changes: changesOf('release', held) };
  if (!isOpen(draft.status)) return { allocations: draft.allocations, stock: draft.stock, changes: [] };
  return { allocations: plan.allocations, stock: 'reserved', changes: allocationDifference(held, plan.allocations) };
}
