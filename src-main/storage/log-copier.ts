import Sqlite from 'better-sqlite3';
import { asStoreError } from './database.ts';

/** Copies what stands in a workspace's log back into its database. */
export interface LogCopier {
  /** As far as nobody reads what would be overwritten; never makes a writer wait. Throws StoreError. */
  copy(): void;
  close(): void;
}

/**
 * Opens a workspace for copying its log, from another thread than the hub's: a commit then only appends, and the pages that many of
 * them touched are brought home beside it. The copy is on disk before the log may start over, as with the hub's own.
 * Source: https://www.sqlite.org/c3ref/wal_checkpoint_v2.html (SQLITE_CHECKPOINT_PASSIVE). Throws StoreError.
 */
export function openLogCopier(path: string): LogCopier {
  try {
    const database = new Sqlite(path, { fileMustExist: true, timeout: 0 });
    database.pragma('synchronous = FULL');
    return {
      copy() {
        try {
          database.pragma('wal_checkpoint(PASSIVE)');
        } catch (error) {
          throw asStoreError(error);
        }
      },
      close: () => void database.close(),
    };
  } catch (error) {
    throw asStoreError(error);
  }
}
