import type { Database } from 'better-sqlite3';
import type { StockRow, StockStore } from '#main/hub/ports.ts';
import type { StockChange } from '#main/model/outcome.ts';
import { prepareRows, prepareWrite } from './recording.ts';
import type { Cell, Recorder } from './recording.ts';

/** Signed pieces by which changes move the figures of one level. */
interface Shift {
  spot: number;
  reserved: number;
  presaleQuota: number;
  presaleReserved: number;
}

/** What a change does to the shelf and to what is reserved of it; presale pieces move the two presale figures alike. */
function add(shift: Shift, { kind, pool, quantity }: StockChange): void {
  const shelf = kind === 'ship' ? -quantity : kind === 'return' ? quantity : 0;
  const reserved = kind === 'reserve' ? quantity : kind === 'return' ? 0 : -quantity;
  if (pool === 'spot') {
    shift.spot += shelf;
    shift.reserved += reserved;
  } else {
    shift.presaleQuota += shelf;
    shift.presaleReserved += reserved;
  }
}

/** One update that holds only while the pieces are there, so available never goes below zero (D3, D5). */
const SHIFT = `UPDATE stock_levels SET spot = spot + ?, reserved = reserved + ?, presale_quota = presale_quota + ?, presale_reserved = presale_reserved + ?
  WHERE id = ? AND reserved + ? BETWEEN 0 AND spot + ? AND presale_reserved + ? BETWEEN 0 AND presale_quota + ?`;

/** Sign in the ledger: of the shelf for ship and return, of what is reserved for reserve and release. */
/** Looked at for what moved last: more than the hub books in the span that is asked for. */
const MOST_LAST_MOVED = 50_000;
const SIGN: Record<StockChange['kind'], 1 | -1> = { reserve: 1, release: -1, ship: -1, return: 1 };

/** Levels by place and their ledger. */
export function createStock(database: Database, recorder: Recorder | null): StockStore & { forget(): void } {
  const shiftLevel = prepareWrite(database, SHIFT, recorder);
  const open = prepareWrite(
    database,
    `INSERT INTO stock_levels (sku, warehouse, name, spot, presale_quota, safety) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    recorder,
  );
  const book = prepareWrite(database, 'UPDATE stock_levels SET spot = spot + ? WHERE id = ? AND spot + ? >= reserved', recorder);
  const ledger = prepareRows(database, 'movements', ['level_id', 'at', 'kind', 'pool', 'quantity', 'order_no', 'note'], recorder);
  const levels = database.prepare<[], StockRow>(
    `SELECT sku, warehouse, name, spot, reserved, presale_quota AS presaleQuota, presale_reserved AS presaleReserved, safety
     FROM stock_levels ORDER BY sku, warehouse`,
  );
  const ids = levelIds(database);
  const soldSince = database.prepare<[number], { sku: string; warehouse: string; at: number; pieces: number }>(
    `SELECT l.sku, l.warehouse, max(m.at) AS at, sum(m.quantity) AS pieces FROM stock_levels l CROSS JOIN movements m
     WHERE m.level_id = l.id AND m.at >= ? AND m.kind = 'reserve' GROUP BY l.id, m.at / 3600000`,
  );

  const lastMoved = database
    .prepare<[number], string>(
      `SELECT DISTINCT l.sku FROM (SELECT level_id, at FROM movements ORDER BY id DESC LIMIT ${MOST_LAST_MOVED}) AS m
       JOIN stock_levels AS l ON l.id = m.level_id WHERE m.at >= (SELECT at FROM movements ORDER BY id DESC LIMIT 1) - ?`,
    )
    .pluck();

  function openPlace(row: Omit<StockRow, 'reserved' | 'presaleReserved'>, at: number): boolean {
    const result = open.run(row.sku, row.warehouse, row.name, row.spot, row.presaleQuota, row.safety);
    if (result.changes === 0) return false;
    const id = Number(result.lastInsertRowid);
    ledger.add([[id, at, 'opening', 'spot', row.spot, null, '']]);
    if (row.presaleQuota > 0) ledger.add([[id, at, 'opening', 'presale', row.presaleQuota, null, '']]);
    return true;
  }

  return {
    levels: () => levels.all(),
    open: openPlace,
    apply(bookings, at) {
      const shifts = new Map<number, Shift>();
      const movements: Cell[][] = [];
      for (const { change, orderNo } of bookings) {
        const id = ids.of(change.sku, change.warehouse);
        if (id === null) return false;
        let shift = shifts.get(id);
        if (!shift) shifts.set(id, (shift = { spot: 0, reserved: 0, presaleQuota: 0, presaleReserved: 0 }));
        add(shift, change);
        movements.push([id, at, change.kind, change.pool, SIGN[change.kind] * change.quantity, orderNo, '']);
      }
      for (const [id, { spot, reserved, presaleQuota, presaleReserved }] of shifts) {
        const cells = [spot, reserved, presaleQuota, presaleReserved, id, reserved, spot, presaleReserved, presaleQuota];
        if (shiftLevel.run(...cells).changes === 0) return false;
      }
      ledger.add(movements);
      return true;
    },
    adjust(sku, warehouse, kind, quantity, at, note) {
      let id = ids.of(sku, warehouse);
      if (id === null) {
        if (quantity < 0) return false;
        openPlace({ sku, warehouse, name: sku, spot: 0, presaleQuota: 0, safety: 0 }, at);
        id = ids.of(sku, warehouse) as number;
      }
      if (book.run(quantity, id, quantity).changes === 0) return false;
      ledger.add([[id, at, kind, 'spot', quantity, null, note]]);
      return true;
    },
    soldSince: (since) => soldSince.all(since),
    lastMoved: (spanMs) => lastMoved.all(spanMs),
    forget: () => ids.forget(),
  };
}

/** Place to row id, remembered. After a roll-back a row may come again under another id, so what is remembered is forgotten. */
function levelIds(database: Database): { of(sku: string, warehouse: string): number | null; forget(): void } {
  const find = database.prepare<[string, string], number>('SELECT id FROM stock_levels WHERE sku = ? AND warehouse = ?').pluck();
  const known = new Map<string, Map<string, number>>();
  return {
    of(sku, warehouse) {
      const remembered = known.get(warehouse)?.get(sku);
      if (remembered !== undefined) return remembered;
      const id = find.get(sku, warehouse) as number | undefined;
      if (id === undefined) return null;
      let bySku = known.get(warehouse);
      if (!bySku) known.set(warehouse, (bySku = new Map()));
      bySku.set(sku, id);
      return id;
    },
    forget: () => known.clear(),
  };
}
