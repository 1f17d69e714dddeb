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

/** Rows one statement takes at most: the call into SQLite weighs as much as a small row, so many at once cost a third less. */
const ROWS_AT_ONCE = 16;

/** Adds rows to a table, in their order. */
export interface RowWriter {
  add(rows: readonly (readonly Cell[])[]): void;
}

/** Prepares an insert of any number of rows; `tail` is what follows the values, a conflict clause for example. */
export function prepareRows(
  database: Database,
  table: string,
  columns: readonly string[],
  recorder: Recorder | null,
  tail = '',
): RowWriter {
  const values = `(${columns.map(() => '?').join(', ')})`;
  const insertOf = (rows: number) =>
    prepareWrite(
      database,
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array<string>(rows).fill(values).join(', ')} ${tail}`,
      recorder,
    );
  const [one, many] = [insertOf(1), insertOf(ROWS_AT_ONCE)];
  return {
    add(rows) {
      let from = 0;
      for (; from + ROWS_AT_ONCE <= rows.length; from += ROWS_AT_ONCE) many.run(...rows.slice(from, from + ROWS_AT_ONCE).flat());
      for (; from < rows.length; from += 1) one.run(...(rows[from] as readonly Cell[]));
    },
  };
}
