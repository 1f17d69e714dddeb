import type { Database } from 'better-sqlite3';
import type { StockRow, StockStore } from '#main/hub/ports.ts';
import type { StockChange } from '#main/model/outcome.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder, Write } from './recording.ts';

interface Change {
  sql: string;
  /** Parameters in the order of the statement. */
  cells(pieces: number, id: number): number[];
}

const reserve: Change['cells'] = (pieces, id) => [pieces, id, pieces];
const ship: Change['cells'] = (pieces, id) => [pieces, pieces, id, pieces];
const take: Change['cells'] = (pieces, id) => [pieces, id];

/** Each change is one update that holds only while the pieces are there, so available never goes below zero (D3, D5). */
const CHANGES: Record<`${StockChange['kind']} ${StockChange['pool']}`, Change> = {
  'reserve spot': { cells: reserve, sql: 'UPDATE stock_levels SET reserved = reserved + ? WHERE id = ? AND spot - reserved >= ?' },
  'release spot': { cells: reserve, sql: 'UPDATE stock_levels SET reserved = reserved - ? WHERE id = ? AND reserved >= ?' },
  'ship spot': { cells: ship, sql: 'UPDATE stock_levels SET spot = spot - ?, reserved = reserved - ? WHERE id = ? AND reserved >= ?' },
  'return spot': { cells: take, sql: 'UPDATE stock_levels SET spot = spot + ? WHERE id = ?' },
  'reserve presale': {
    cells: reserve,
    sql: 'UPDATE stock_levels SET presale_reserved = presale_reserved + ? WHERE id = ? AND presale_quota - presale_reserved >= ?',
  },
  'release presale': {
    cells: reserve,
    sql: 'UPDATE stock_levels SET presale_reserved = presale_reserved - ? WHERE id = ? AND presale_reserved >= ?',
  },
  'ship presale': {
    cells: ship,
    sql: `UPDATE stock_levels SET presale_quota = presale_quota - ?, presale_reserved = presale_reserved - ?
          WHERE id = ? AND presale_reserved >= ?`,
  },
  'return presale': { cells: take, sql: 'UPDATE stock_levels SET presale_quota = presale_quota + ? WHERE id = ?' },
};

/** Sign in the ledger: of the shelf for ship and return, of what is reserved for reserve and release. */
const SIGN: Record<StockChange['kind'], 1 | -1> = { reserve: 1, release: -1, ship: -1, return: 1 };

/** Levels by place and their ledger. */
export function createStock(database: Database, recorder: Recorder | null): StockStore & { forget(): void } {
  const updates = new Map<string, { write: Write; cells: Change['cells'] }>();
  for (const [key, { sql, cells }] of Object.entries(CHANGES)) updates.set(key, { write: prepareWrite(database, sql, recorder), cells });
  const open = prepareWrite(
    database,
    `INSERT INTO stock_levels (sku, warehouse, name, spot, presale_quota, safety) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    recorder,
  );
  const book = prepareWrite(database, 'UPDATE stock_levels SET spot = spot + ? WHERE id = ? AND spot + ? >= reserved', recorder);
  const move = prepareWrite(
    database,
    'INSERT INTO movements (level_id, at, kind, pool, quantity, order_no, note) VALUES (?, ?, ?, ?, ?, ?, ?)',
    recorder,
  );
  const levels = database.prepare<[], StockRow>(
    `SELECT sku, warehouse, name, spot, reserved, presale_quota AS presaleQuota, presale_reserved AS presaleReserved, safety
     FROM stock_levels ORDER BY sku, warehouse`,
  );
  const ids = levelIds(database);
  const soldSince = database.prepare<[number], { sku: string; warehouse: string; at: number; pieces: number }>(
    `SELECT l.sku, l.warehouse, max(m.at) AS at, sum(m.quantity) AS pieces FROM stock_levels l CROSS JOIN movements m
     WHERE m.level_id = l.id AND m.at >= ? AND m.kind = 'reserve' GROUP BY l.id, m.at / 3600000`,
  );

  function openPlace(row: Omit<StockRow, 'reserved' | 'presaleReserved'>, at: number): boolean {
    const result = open.run(row.sku, row.warehouse, row.name, row.spot, row.presaleQuota, row.safety);
    if (result.changes === 0) return false;
    const id = Number(result.lastInsertRowid);
    move.run(id, at, 'opening', 'spot', row.spot, null, '');
    if (row.presaleQuota > 0) move.run(id, at, 'opening', 'presale', row.presaleQuota, null, '');
    return true;
  }

  return {
    levels: () => levels.all(),
    open: openPlace,
    apply(change, at, orderNo) {
      const id = ids.of(change.sku, change.warehouse);
      const update = updates.get(`${change.kind} ${change.pool}`);
      if (id === null || !update || update.write.run(...update.cells(change.quantity, id)).changes === 0) return false;
      move.run(id, at, change.kind, change.pool, SIGN[change.kind] * change.quantity, orderNo, '');
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
      move.run(id, at, kind, 'spot', quantity, null, note);
      return true;
    },
    soldSince: (since) => soldSince.all(since),
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
