import type { Database } from 'better-sqlite3';
import { StoreError } from '#main/hub/store-error.ts';
import { migrations as shipped } from './migrations/index.ts';

/** One step forward. There is no way back: an older program refuses a newer file instead. */
export interface Migration {
  version: number;
  name: string;
  sql: string;
}

/** "OPls" as a big-endian integer: marks the file as ours (SQLite `application_id`). */
export const APPLICATION_ID = 0x4f506c73;

/**
 * Brings the file to the newest schema, each step in a transaction of its own together with its number.
 * Throws StoreError `newer` for a file written by a later version, `foreign` for a database of another program.
 */
export function migrate(database: Database, migrations: readonly Migration[] = shipped): void {
  const owner = database.pragma('application_id', { simple: true }) as number;
  const present = database.pragma('user_version', { simple: true }) as number;
  const tables = database.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").pluck().get() as number;
  if (owner !== APPLICATION_ID && (owner !== 0 || tables > 0)) throw new StoreError('foreign');
  const newest = migrations.at(-1)?.version ?? 0;
  if (present > newest) throw new StoreError('newer', `file ${present}, program ${newest}`);
  for (const step of migrations) {
    if (step.version <= present) continue;
    database.transaction(() => {
      database.exec(step.sql);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${step.version}`);
    })();
  }
}
