import type { Database } from 'better-sqlite3';

/** A value SQLite stores. */
export type Cell = string | number | bigint | Uint8Array | null;

/** One write as it went to SQLite: the statement and its parameters. */
export interface RecordedWrite {
  sql: string;
  cells: readonly Cell[];
}

/** Collects every write of a store, so that a benchmark can make the very same ones without the hub around them. */
export interface Recorder {
  write(write: RecordedWrite): void;
  /** The writes since the last call were one transaction, now on disk. */
  committed(): void;
}

/** A prepared statement that changes rows. */
export interface Write {
  run(...cells: Cell[]): { changes: number; lastInsertRowid: number | bigint };
}

/** Prepares a write; with a recorder every run is told to it first. */
export function prepareWrite(database: Database, sql: string, recorder: Recorder | null): Write {
  const statement = database.prepare<Cell[]>(sql);
  if (!recorder) return statement;
  return {
    run(...cells) {
      recorder.write({ sql, cells });
      return statement.run(...cells);
    },
  };
}
