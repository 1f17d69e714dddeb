import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { auditHash, AUDIT_ROOT } from '#main/storage/audit.ts';
import type { AuditRow } from '#main/storage/audit.ts';
import { decodeOrder } from '#main/storage/order-document.ts';
import type { OrderRow } from '#main/storage/order-document.ts';

/** Looks at a copy, so that recovering from the kill is left to the hub. Null when the hub was killed before it made a database. */
export function openCopy(dataDirectory: string, copyDirectory: string): Database.Database | null {
  const file = 'orderpulse.db';
  if (!existsSync(join(dataDirectory, file))) return null;
  mkdirSync(copyDirectory, { recursive: true });
  for (const suffix of ['', '-wal']) {
    const from = join(dataDirectory, file + suffix);
    if (existsSync(from)) copyFileSync(from, join(copyDirectory, file + suffix));
  }
  const database = new Database(join(copyDirectory, file));
  if ((database.pragma('user_version', { simple: true }) as number) > 0) return database;
  database.close();
  return null;
}

/** Everything that must hold in the files after a kill, as a list of what does not. */
export function violations(database: Database.Database, acknowledged: ReadonlySet<string>): string[] {
  const found: string[] = [];
  if (database.pragma('integrity_check', { simple: true }) !== 'ok') found.push('the file is damaged');
  const count = (sql: string) => database.prepare(sql).pluck().get() as number;
  const stored = new Map(
    (
      database.prepare('SELECT delivery_id, count(*) AS n FROM inbox GROUP BY delivery_id').all() as { delivery_id: string; n: number }[]
    ).map(({ delivery_id, n }) => [delivery_id, n]),
  );
  for (const id of acknowledged) if (stored.get(id) !== 1) found.push(`acknowledged message ${id} is there ${stored.get(id) ?? 0} times`);
  const doubled = count('SELECT count(*) - count(DISTINCT channel_order_id) FROM orders');
  if (doubled !== 0) found.push(`${doubled} orders are there twice`);
  found.push(...stockViolations(database), ...auditViolations(database), ...historyViolations(database));
  return found;
}

interface LevelSums {
  sku: string;
  spot: number;
  reserved: number;
  moved: number;
  booked: number;
}

/** Levels are the sum of their ledger, reservations are those of living orders, and nothing is below zero (D3). */
function stockViolations(database: Database.Database): string[] {
  const found: string[] = [];
  const levels = database
    .prepare(
      `SELECT l.sku, l.spot, l.reserved,
         (SELECT coalesce(sum(quantity), 0) FROM movements m WHERE m.level_id = l.id AND kind IN ('opening', 'ship', 'return', 'adjust', 'replenish')) AS moved,
         (SELECT coalesce(sum(quantity), 0) FROM movements m WHERE m.level_id = l.id AND kind IN ('reserve', 'release', 'ship')) AS booked
       FROM stock_levels l`,
    )
    .all() as LevelSums[];
  const held = new Map<string, number>();
  for (const row of database.prepare('SELECT * FROM orders').all() as OrderRow[]) {
    const { stock, allocations } = decodeOrder(row);
    if (stock === 'reserved') for (const { sku, quantity } of allocations) held.set(sku, (held.get(sku) ?? 0) + quantity);
  }
  for (const { sku, spot, reserved, moved, booked } of levels) {
    if (spot !== moved) found.push(`${sku}: ${spot} on the shelf, ${moved} by the ledger`);
    if (reserved !== booked) found.push(`${sku}: ${reserved} reserved, ${booked} by the ledger`);
    if (reserved !== (held.get(sku) ?? 0)) found.push(`${sku}: ${reserved} reserved, ${held.get(sku) ?? 0} by the orders`);
    if (reserved < 0 || spot < reserved) found.push(`${sku}: below zero`);
  }
  return found;
}

function auditViolations(database: Database.Database): string[] {
  let before = AUDIT_ROOT;
  let expected = 1;
  for (const row of database.prepare('SELECT * FROM audit ORDER BY seq').all() as AuditRow[]) {
    if (row.seq !== expected || auditHash(before, row) !== row.hash) return [`audit entry ${row.seq} does not fit the chain`];
    before = row.hash;
    expected += 1;
  }
  return [];
}

/** An order has exactly the history its version tells: one timeline row per stored change, a verdict from the first one on. */
function historyViolations(database: Database.Database): string[] {
  const rows = database
    .prepare(
      `SELECT o.order_no, o.version, (SELECT count(*) FROM timeline t WHERE t.order_id = o.id) AS changes,
         (SELECT count(*) FROM verdicts v WHERE v.order_id = o.id) AS verdicts FROM orders o`,
    )
    .all() as { order_no: string; version: number; changes: number; verdicts: number }[];
  return rows.flatMap(({ order_no, version, changes, verdicts }) =>
    changes > version || verdicts > version ? [`${order_no}: version ${version} with ${changes} changes and ${verdicts} verdicts`] : [],
  );
}
