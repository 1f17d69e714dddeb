import type { IMPORT_FIELDS } from '#shared/contract/imports.ts';
import { type ImportMapping } from '#shared/contract/imports.ts';
import type { MethodOutput } from '#shared/contract/index.ts';

export type ImportField = (typeof IMPORT_FIELDS)[number];
export type Column = MethodOutput<'imports.inspect'>['columns'][number];
/** How a file is written, as far as a person may say so; null: as it was found. */
export type Shape = Pick<ImportMapping, 'sheet' | 'encoding' | 'delimiter' | 'headerRows'>;
type Source = NonNullable<ImportMapping['columns'][ImportField]>;

/** What every order must say; what else a mapping lacks, the hub tells with the preview. */
export const REQUIRED: readonly ImportField[] = ['channelOrderId', 'sku', 'quantity'];
/** Values of the selection of a column that name no column. */
export const NOTHING = -1;
export const FIXED = -2;

/** What the selection of a field shows. */
export function chosenOf(mapping: ImportMapping, field: ImportField): number {
  const source = mapping.columns[field];
  if (source === undefined) return NOTHING;
  return 'fixed' in source ? FIXED : source.column;
}

/** The mapping with one field taken from another place. */
export function withSource(mapping: ImportMapping, field: ImportField, chosen: number, fixed = ''): ImportMapping {
  const { [field]: _before, ...others } = mapping.columns;
  const source: Source | null = chosen === NOTHING ? null : chosen === FIXED ? { fixed } : { column: chosen };
  return { ...mapping, columns: source === null ? others : { ...others, [field]: source } };
}

/** The file's words for states that still want a meaning or have one: from the samples, the problems of the preview, and the mapping. */
export function statusWords(
  mapping: ImportMapping,
  columns: readonly Column[],
  problems: readonly { column: string; value: string }[],
): string[] {
  const source = mapping.columns.status;
  if (source === undefined) return [];
  const column = 'column' in source ? columns.find(({ index }) => index === source.column) : undefined;
  const seen = 'fixed' in source ? [source.fixed] : (column?.samples ?? []);
  const refused = problems.filter((problem) => problem.column === column?.name || problem.column === 'status').map(({ value }) => value);
  return [...new Set([...Object.keys(mapping.statuses), ...seen, ...refused].map((word) => word.trim()))].filter((word) => word !== '');
}

/** One cell of a CSV file, quoted where it must be; a leading formula sign is disarmed for spreadsheets. */
export function csvCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as CSV text with a byte order mark, so that spreadsheets read Chinese. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => row.map(csvCell).join(',')).join('\r\n')}\r\n`;
}
