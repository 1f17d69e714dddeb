import type { Database } from 'better-sqlite3';
import { sql, type SelectQueryBuilder, type StringReference } from 'kysely';
import { all } from './tables.ts';

/** An opaque page cursor: the sort values of the last row. */
function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** The sort values of a cursor made by `encodeCursor`; null for none and for anything that is not one. */
export function decodeCursor(cursor: string | null, length: number): (string | number)[] | null {
  if (cursor === null) return null;
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(values) && values.length === length && values.every((value) => ['string', 'number'].includes(typeof value))) {
      return values as (string | number)[];
    }
  } catch {
    // Not ours: the list starts from the top, as without a cursor.
  }
  return null;
}

export interface Page<T> {
  items: T[];
  /** Where the next page starts; null after the last. */
  next: string | null;
}

/** Cuts one row too many off and says where the next page starts. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  item: (row: R) => T,
  position: (row: R) => readonly (string | number)[],
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), next: rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null };
}

/**
 * One page of a list that runs down from the highest number in `column`; `place` is that number in a row that was read. `few`: an
 * index of the query's own picks few rows, which are sorted then; otherwise every row would be looked at in the order of the numbers.
 */
export function newestFirst<DB, TB extends keyof DB, R, T>(
  database: Database,
  query: SelectQueryBuilder<DB, TB, R>,
  { after, limit }: { after: string | null; limit: number },
  { column, place, item, few = false }: { column: StringReference<DB, TB>; place: (row: R) => number; item: (row: R) => T; few?: boolean },
): Page<T> {
  const rows = all(database, downFrom(query, column, { after, limit, few }));
  return pageOf(rows, limit, item, (row) => [place(row)]);
}

/** The query of such a page, with one row too many. */
export function downFrom<DB, TB extends keyof DB, R>(
  query: SelectQueryBuilder<DB, TB, R>,
  column: StringReference<DB, TB>,
  { after, limit, few }: { after: string | null; limit: number; few: boolean },
): SelectQueryBuilder<DB, TB, R> {
  const place = sql.ref<number>(column);
  // A sign before a column keeps SQLite from using the order of the rows.
  const number = few ? sql<number>`+${place}` : place;
  const last = decodeCursor(after, 1);
  const rest = last ? query.where(sql<boolean>`${number} < ${Number(last[0])}`) : query;
  return rest.orderBy(number, 'desc').limit(limit + 1);
}
