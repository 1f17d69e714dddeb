/** One row of a file. `row` counts from 1 as a spreadsheet does, headings included; every cell is text. */
export interface TableRow {
  row: number;
  cells: readonly string[];
}

/** A file as rows. Iterating reads it once, from its beginning, no faster than rows are taken. */
export interface Table extends AsyncIterable<TableRow> {
  /** Bytes of the file read so far. */
  readonly readBytes: number;
  /** Ends reading early; safe at any time. */
  close(): void;
}

export function isBlank(row: TableRow): boolean {
  return row.cells.every((cell) => cell.trim() === '');
}

/** `A`, `B` … `Z`, `AA`: a column's name where it has no heading. `index` counts from 0. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}
