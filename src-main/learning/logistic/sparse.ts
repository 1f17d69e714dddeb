/** Rows of few non-zero values among many columns, all in three lists: row r has the entries starts[r] … starts[r + 1] - 1. */
export interface SparseRows {
  rows: number;
  width: number;
  starts: Int32Array;
  columns: Int32Array;
  values: Float64Array;
}

/** One row: columns and their values, place by place. A column may stand twice; its values add up. */
export interface SparseRow {
  columns: readonly number[];
  values: readonly number[];
}

/** Rows of few values as one table, row after row. */
export function sparseRows(width: number, rows: readonly SparseRow[]): SparseRows {
  const starts = new Int32Array(rows.length + 1);
  rows.forEach(({ columns }, row) => (starts[row + 1] = starts[row]! + columns.length));
  const columns = new Int32Array(starts[rows.length]!);
  const values = new Float64Array(columns.length);
  rows.forEach((row, index) => {
    columns.set(row.columns, starts[index]!);
    values.set(row.values, starts[index]!);
  });
  return { rows: rows.length, width, starts, columns, values };
}
