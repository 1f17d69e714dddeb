/** An opaque page cursor: the sort values of the last row. */
export function encodeCursor(values: readonly (string | number)[]): string {
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

/** Cuts one row too many off and says where the next page starts. */
export function pageOf<R, T>(
  rows: readonly R[],
  limit: number,
  item: (row: R) => T,
  position: (row: R) => readonly (string | number)[],
): { items: T[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), next: rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null };
}
