import type { StockAlarm, StockLevel, StockMovement } from '#shared/stock.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { StockView } from '#main/model/facts.ts';
import type { StockChange } from '#main/model/outcome.ts';
import { alarmId, alarmOf, DEFAULT_ALARM_SETTINGS, stockAlarm, type AlarmLevel, type AlarmSettings } from './alarm.ts';
import { SoldToday } from './sold.ts';

/** A level as the store keeps it: one SKU in one warehouse, pieces. */
export interface LevelRecord {
  sku: string;
  name: string;
  warehouse: string;
  spot: number;
  reserved: number;
  presaleQuota: number;
  presaleReserved: number;
  safety: number;
}

/** Pieces counted, received or returned by hand: a signed change of the shelf, or of the presale quota. */
export interface StockAdjustment {
  kind: 'opening' | 'adjust' | 'replenish' | 'return';
  sku: string;
  warehouse: string;
  /** Signed pieces. */
  quantity: number;
  /** Default `spot`. */
  pool?: 'spot' | 'presale';
  /** Name and safety level of a SKU that is new to this warehouse; a level already known keeps its own where absent. */
  name?: string;
  safety?: number;
}

/** What changed since it was last asked for: the payload of `stock.changed`. */
export interface StockNews {
  levels: StockLevel[];
  alarms: StockAlarm[];
  /** Ids of alarms that ended. */
  alarmsCleared: string[];
}

/** Sums over the levels of one warehouse. */
export interface WarehouseTotals {
  skus: number;
  available: number;
  reserved: number;
  soldLastDay: number;
  alarms: { low: number; short: number; out: number };
  /** Share of its SKUs without an alarm, 0 to 1; 1 for an empty warehouse. */
  health: number;
  /** Available pieces divided by pieces sold in the last 24 h; null when nothing was sold. */
  coverDays: number | null;
}

export interface StockPoolOptions {
  settings?: Partial<AlarmSettings>;
  /** Display name of a warehouse; its id where unknown. */
  warehouseName?: (warehouse: string) => LocalisedText;
}

interface Cell extends LevelRecord {
  sold: SoldToday;
  alarm: AlarmLevel;
  raisedAt: number;
}

/**
 * The central stock pool (D1, D3, D5): every SKU in every warehouse, hot in memory. Each change is conditional: it
 * happens as a whole or not at all, and no figure ever goes below zero. The pool keeps no clock; the latest `at` it was
 * given is its present, by which pieces leave the 24-hour sales figure.
 */
export class StockPool implements StockView {
  #skus = new Map<string, Map<string, Cell>>();
  #changed = new Set<Cell>();
  #cleared = new Set<string>();
  #present = 0;
  readonly #settings: AlarmSettings;
  readonly #warehouseName: (warehouse: string) => LocalisedText;

  constructor(options: StockPoolOptions = {}) {
    this.#settings = { ...DEFAULT_ALARM_SETTINGS, ...options.settings };
    this.#warehouseName = options.warehouseName ?? ((id) => ({ zh: id, en: id }));
  }

  /**
   * Replaces everything by the store's levels; an alarm that was open stays the same alarm. Throws RangeError for a level
   * that breaks an invariant of the pool.
   */
  load(levels: Iterable<LevelRecord>, at: number): void {
    const before = this.#skus;
    this.#skus = new Map();
    this.#changed.clear();
    this.#cleared.clear();
    this.#present = Math.max(this.#present, at);
    for (const level of levels) {
      if (!isSound(level))
        throw new RangeError(`Stock level ${alarmId(level.sku, level.warehouse)} is not sound: ${JSON.stringify(level)}`);
      const cell = this.#put(level);
      const { alarm, raisedAt } = before.get(level.sku)?.get(level.warehouse) ?? cell;
      Object.assign(cell, { alarm, raisedAt });
      this.#judge(cell, at);
    }
    this.#changed.clear();
  }

  /** Moves the pool's present on, so that sales older than 24 h leave the figures. */
  advance(now: number): void {
    this.#present = Math.max(this.#present, now);
  }

  managed(sku: string): boolean {
    return this.#skus.has(sku);
  }

  available(sku: string, warehouse: string, pool: 'spot' | 'presale'): number {
    const cell = this.#cell(sku, warehouse);
    if (!cell) return 0;
    return pool === 'spot' ? cell.spot - cell.reserved : cell.presaleQuota - cell.presaleReserved;
  }

  safety(sku: string, warehouse: string): number {
    return this.#cell(sku, warehouse)?.safety ?? 0;
  }

  /**
   * Reserves, releases, ships or takes back pieces of an order. False, and nothing touched, when there are not enough
   * or the level is unknown. A shipped piece leaves the shelf and its reservation in one step.
   */
  apply(change: StockChange, at: number): boolean {
    if (!Number.isSafeInteger(change.quantity) || change.quantity <= 0) {
      throw new RangeError(`A stock change needs a positive whole number of pieces, not ${change.quantity}.`);
    }
    const cell = this.#cell(change.sku, change.warehouse);
    if (!cell || !book(cell, change.kind, change.pool, change.quantity)) return false;
    if (change.kind === 'reserve') cell.sold.add(change.quantity, at);
    this.#touch(cell, at);
    return true;
  }

  /** Applies all changes or none. */
  applyAll(changes: readonly StockChange[], at: number): boolean {
    for (const [index, change] of changes.entries()) {
      if (this.apply(change, at)) continue;
      for (const done of changes.slice(0, index).reverse()) this.#takeBack(done, at);
      return false;
    }
    return true;
  }

  /**
   * Books counted or received pieces. False, and nothing touched, when the shelf (or the presale quota) would fall
   * below what is reserved of it. A SKU new to the warehouse becomes known by its first booking.
   */
  adjust(adjustment: StockAdjustment, at: number): boolean {
    const { sku, warehouse, quantity, pool = 'spot', name, safety } = adjustment;
    if (!Number.isSafeInteger(quantity)) throw new RangeError(`A booking needs a whole number of pieces, not ${quantity}.`);
    const known = this.#cell(sku, warehouse);
    const after = (known ? (pool === 'spot' ? known.spot : known.presaleQuota) : 0) + quantity;
    const reserved = known ? (pool === 'spot' ? known.reserved : known.presaleReserved) : 0;
    if (after < reserved) return false;
    const cell =
      known ??
      this.#put({ sku, name: name ?? '', warehouse, spot: 0, reserved: 0, presaleQuota: 0, presaleReserved: 0, safety: safety ?? 0 });
    if (pool === 'spot') cell.spot = after;
    else cell.presaleQuota = after;
    if (name !== undefined) cell.name = name;
    if (safety !== undefined) cell.safety = safety;
    this.#touch(cell, at);
    return true;
  }

  /** Tells a reservation made before a restart, so that the 24-hour sales figure is right again. Moves no stock. */
  recordSold(sku: string, warehouse: string, quantity: number, at: number): void {
    this.#cell(sku, warehouse)?.sold.add(quantity, at);
  }

  /** One level, or null where the warehouse does not know the SKU. */
  level(sku: string, warehouse: string): StockLevel | null {
    const cell = this.#cell(sku, warehouse);
    return cell ? this.#show(cell) : null;
  }

  /** The levels of one SKU, in the order its warehouses became known. */
  levelsOf(sku: string): StockLevel[] {
    return [...(this.#skus.get(sku)?.values() ?? [])].map((cell) => this.#show(cell));
  }

  /** Every level, SKUs in the order they became known. */
  *list(): Generator<StockLevel> {
    for (const warehouses of this.#skus.values()) for (const cell of warehouses.values()) yield this.#show(cell);
  }

  /** Levels as the store keeps them. */
  *records(): Generator<LevelRecord> {
    for (const warehouses of this.#skus.values()) for (const cell of warehouses.values()) yield recordOf(cell);
  }

  /** Every open alarm, gravest first, then fewest pieces first. */
  alarms(): StockAlarm[] {
    const open: StockAlarm[] = [];
    for (const warehouses of this.#skus.values()) {
      for (const cell of warehouses.values()) if (cell.alarm !== 'none') open.push(this.#alarm(cell));
    }
    const rank = { out: 0, short: 1, low: 2 };
    return open.sort((a, b) => rank[a.level] - rank[b.level] || a.available - b.available || (a.id < b.id ? -1 : 1));
  }

  /** Levels and alarms that changed since the last call. Forgets them. */
  takeNews(): StockNews {
    const cells = [...this.#changed];
    const news: StockNews = {
      levels: cells.map((cell) => this.#show(cell)),
      alarms: cells.filter((cell) => cell.alarm !== 'none').map((cell) => this.#alarm(cell)),
      alarmsCleared: [...this.#cleared],
    };
    this.#changed.clear();
    this.#cleared.clear();
    return news;
  }

  totals(warehouse: string): WarehouseTotals {
    const totals = { skus: 0, available: 0, reserved: 0, soldLastDay: 0, alarms: { low: 0, short: 0, out: 0 } };
    for (const warehouses of this.#skus.values()) {
      const cell = warehouses.get(warehouse);
      if (!cell) continue;
      totals.skus += 1;
      totals.available += cell.spot - cell.reserved;
      totals.reserved += cell.reserved;
      totals.soldLastDay += cell.sold.sum(this.#present);
      if (cell.alarm !== 'none') totals.alarms[cell.alarm] += 1;
    }
    const alarmed = totals.alarms.low + totals.alarms.short + totals.alarms.out;
    return {
      ...totals,
      health: totals.skus === 0 ? 1 : 1 - alarmed / totals.skus,
      coverDays: totals.soldLastDay > 0 ? totals.available / totals.soldLastDay : null,
    };
  }

  #cell(sku: string, warehouse: string): Cell | undefined {
    return this.#skus.get(sku)?.get(warehouse);
  }

  #put(level: LevelRecord): Cell {
    const cell: Cell = { ...recordOf(level), sold: new SoldToday(), alarm: 'none', raisedAt: 0 };
    let warehouses = this.#skus.get(level.sku);
    if (!warehouses) this.#skus.set(level.sku, (warehouses = new Map()));
    warehouses.set(level.warehouse, cell);
    return cell;
  }

  #takeBack(change: StockChange, at: number): void {
    const cell = this.#cell(change.sku, change.warehouse);
    if (!cell) return;
    undo(cell, change.kind, change.pool, change.quantity);
    if (change.kind === 'reserve') cell.sold.add(-change.quantity, at);
    this.#touch(cell, at);
  }

  #touch(cell: Cell, at: number): void {
    this.advance(at);
    this.#changed.add(cell);
    this.#judge(cell, at);
  }

  #judge(cell: Cell, at: number): void {
    const before = cell.alarm;
    const { spot, presaleQuota, safety } = cell;
    cell.alarm = alarmOf({ spot, available: spot - cell.reserved, presaleQuota, safety }, this.#settings, before);
    const id = alarmId(cell.sku, cell.warehouse);
    if (before === 'none' && cell.alarm !== 'none') {
      cell.raisedAt = at;
      this.#cleared.delete(id);
    } else if (before !== 'none' && cell.alarm === 'none') this.#cleared.add(id);
  }

  #alarm(cell: Cell): StockAlarm {
    return stockAlarm(this.#show(cell), this.#warehouseName(cell.warehouse), this.#settings, cell.raisedAt);
  }

  #show(cell: Cell): StockLevel {
    const available = cell.spot - cell.reserved;
    const soldLastDay = Math.max(0, cell.sold.sum(this.#present));
    return {
      ...recordOf(cell),
      available,
      soldLastDay,
      coverDays: soldLastDay > 0 ? available / soldLastDay : null,
      alarm: cell.alarm,
    };
  }
}

/**
 * Signed pieces of the ledger entry of a change: a reservation grows and a release lowers what is reserved; a shipment
 * lowers the shelf and what is reserved alike; a return grows the shelf.
 */
export function ledgerQuantity(change: StockChange): StockMovement['quantity'] {
  return change.kind === 'reserve' || change.kind === 'return' ? change.quantity : -change.quantity;
}

function recordOf(level: LevelRecord): LevelRecord {
  const { sku, name, warehouse, spot, reserved, presaleQuota, presaleReserved, safety } = level;
  return { sku, name, warehouse, spot, reserved, presaleQuota, presaleReserved, safety };
}

function isSound(level: LevelRecord): boolean {
  const figures = [level.spot, level.reserved, level.presaleQuota, level.presaleReserved, level.safety];
  return (
    figures.every((figure) => Number.isSafeInteger(figure) && figure >= 0) &&
    level.reserved <= level.spot &&
    level.presaleReserved <= level.presaleQuota
  );
}

/** Books a change on the figures of its pool; false and untouched where that would break `0 <= reserved <= stock`. */
function book(cell: LevelRecord, kind: StockChange['kind'], pool: StockChange['pool'], pieces: number): boolean {
  const stock = (pool === 'spot' ? cell.spot : cell.presaleQuota) + (kind === 'ship' ? -pieces : kind === 'return' ? pieces : 0);
  const before = pool === 'spot' ? cell.reserved : cell.presaleReserved;
  const reserved = before + (kind === 'reserve' ? pieces : kind === 'return' ? 0 : -pieces);
  if (reserved < 0 || reserved > stock) return false;
  setFigures(cell, pool, stock, reserved);
  return true;
}

/** The exact opposite of a booking that succeeded. */
function undo(cell: LevelRecord, kind: StockChange['kind'], pool: StockChange['pool'], pieces: number): void {
  const stock = (pool === 'spot' ? cell.spot : cell.presaleQuota) + (kind === 'ship' ? pieces : kind === 'return' ? -pieces : 0);
  const before = pool === 'spot' ? cell.reserved : cell.presaleReserved;
  setFigures(cell, pool, stock, before + (kind === 'reserve' ? -pieces : kind === 'return' ? 0 : pieces));
}

function setFigures(cell: LevelRecord, pool: StockChange['pool'], stock: number, reserved: number): void {
  if (pool === 'spot') {
    cell.spot = stock;
    cell.reserved = reserved;
  } else {
    cell.presaleQuota = stock;
    cell.presaleReserved = reserved;
  }
}
