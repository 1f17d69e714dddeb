import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Database } from 'better-sqlite3';
import { StoreError } from '#main/hub/store-error.ts';
import type { StoreErrorCode } from '#main/hub/store-error.ts';
import { migrate } from './migrate.ts';

/** What SQLite's result codes mean for the workspace. Source: https://www.sqlite.org/rescode.html */
const MEANING: [prefix: string, code: StoreErrorCode][] = [
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_READONLY', 'unwritable'],
  ['SQLITE_CANTOPEN', 'unwritable'],
  ['SQLITE_PERM', 'unwritable'],
  ['SQLITE_IOERR', 'io'],
];

/** A StoreError for what the disk or the file caused; anything else (a broken constraint, a bug) stays what it is. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof StoreError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return error;
  if (code === 'ENOSPC') return new StoreError('full', code, { cause: error });
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) return new StoreError('unwritable', code, { cause: error });
  const meaning = MEANING.find(([prefix]) => code === prefix || code.startsWith(`${prefix}_`));
  return meaning ? new StoreError(meaning[1], code, { cause: error }) : error;
}

/** Files up to this size are checked page by page when opened; above, a check would hold up the start for too long. */
const FULL_CHECK_BELOW_PAGES = 65_536;

/**
 * Opens and migrates the database of a workspace; `:memory:` for tests.
 *
 * WAL with `synchronous=FULL`: a transaction is on disk when `COMMIT` returns. One hub per workspace: the second is refused with
 * `locked` instead of judging the same orders again (`holdWorkspace`); readers of its own may look in beside it. Not `durable`
 * (a workspace that is thrown away): `synchronous=OFF`, everything else the same.
 * Throws StoreError; never starts on an empty database because the real one could not be read.
 */
export function openDatabase(path: string, durable = true): Database {
  let database: Database | null = null;
  try {
    if (path !== ':memory:' && !existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    database = new Sqlite(path, { timeout: 2_000 });
    if (path !== ':memory:') holdWorkspace(database, `${path}.lock`);
    database.pragma('main.journal_mode = WAL');
    database.pragma(`synchronous = ${durable ? 'FULL' : 'OFF'}`);
    database.pragma('foreign_keys = ON');
    // 128 MB: the log is copied back beside the hub (`openLogCopier`); a commit does it only where that could not keep up.
    database.pragma('wal_autocheckpoint = 32000');
    database.pragma('journal_size_limit = 134217728');
    database.pragma('cache_size = -65536');
    database.pragma('temp_store = MEMORY');
    database.exec('BEGIN IMMEDIATE; COMMIT');
    check(database);
    migrate(database);
    return database;
  } catch (error) {
    database?.close();
    throw asStoreError(error);
  }
}

/**
 * Takes the workspace for as long as the connection is open, also where the program ends without closing it: an empty database
 * beside the real one, locked by SQLite itself. An exclusive lock on the real file would shut out our own readers as well.
 * Source: https://www.sqlite.org/pragma.html#pragma_locking_mode
 */
function holdWorkspace(database: Database, path: string): void {
  database.prepare('ATTACH ? AS workspace').run(path);
  database.pragma('workspace.locking_mode = EXCLUSIVE');
  database.pragma('workspace.journal_mode = MEMORY');
  database.exec('BEGIN EXCLUSIVE; COMMIT');
}

/**
 * Opens a workspace for reading beside its hub, from another thread. Long reads keep the log from being cut: read in pieces.
 * `image`: the bytes of one that lies in memory only. Throws StoreError.
 */
export function openReader(place: { path: string } | { image: Uint8Array }): Database {
  try {
    if ('image' in place) return new Sqlite(Buffer.from(place.image.buffer, place.image.byteOffset, place.image.byteLength));
    const database = new Sqlite(place.path, { readonly: true, fileMustExist: true, timeout: 2_000 });
    database.pragma('query_only = ON');
    database.pragma('cache_size = -32768');
    database.pragma('temp_store = MEMORY');
    return database;
  } catch (error) {
    throw asStoreError(error);
  }
}

function check(database: Database): void {
  const pages = database.pragma('page_count', { simple: true }) as number;
  if (pages === 0 || pages > FULL_CHECK_BELOW_PAGES) return;
  const findings = database.pragma('quick_check(1)', { simple: true }) as string;
  if (findings !== 'ok') throw new StoreError('corrupt', findings);
}
