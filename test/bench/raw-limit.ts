import { openDatabase } from '#main/storage/database.ts';
import type { Cell, RecordedWrite } from '#main/storage/recording.ts';

/** The writes of one transaction, in their order. */
export type WriteGroup = readonly RecordedWrite[];

/**
 * Makes the recorded writes again on a fresh file with the same schema and settings, with nothing around them: prepared
 * statements, bound values, one transaction a group. `before` brings the file to where the measured part began and
 * is not timed. Answers the seconds the groups took: what SQLite itself needs for these rows on this machine.
 */
export function timeRawWrites(path: string, before: readonly WriteGroup[], groups: readonly WriteGroup[]): number {
  const database = openDatabase(path);
  try {
    const statements = new Map<string, { run(...cells: Cell[]): unknown }>();
    const prepared = (group: WriteGroup) =>
      group.map(({ sql, cells }) => {
        let statement = statements.get(sql);
        if (!statement) statements.set(sql, (statement = database.prepare<Cell[]>(sql)));
        return { statement, cells };
      });
    const begin = database.prepare('BEGIN IMMEDIATE');
    const commit = database.prepare('COMMIT');
    const write = (group: ReturnType<typeof prepared>): void => {
      begin.run();
      for (const { statement, cells } of group) statement.run(...cells);
      commit.run();
    };
    for (const group of before) write(prepared(group));
    const ready = groups.map(prepared);
    const started = performance.now();
    for (const group of ready) write(group);
    return (performance.now() - started) / 1_000;
  } finally {
    database.close();
  }
}

/** Middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
