import type { ImportMapping } from '#shared/contract/imports.ts';
import type { OrderStatus } from '#shared/order.ts';
import type { FileEncoding } from './encoding.ts';
import { HEADINGS, knownStatus } from './words.ts';
import type { ImportField } from './words.ts';

/** What is known of a file before anybody mapped its columns. */
export interface FileHead {
  headings: readonly string[];
  /** First rows below the headings. */
  rows: readonly (readonly string[])[];
  sheet: string | null;
  encoding: FileEncoding | null;
  delimiter: ImportMapping['delimiter'];
}

function plain(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[\s_\-*]+/g, '')
    .replaceAll(/[（(].*?[）)]/g, '');
}

/** The column of each field by its heading; a surer heading wins, and no column is used twice. */
function columnsOf(headings: readonly string[]): ImportMapping['columns'] {
  const names = headings.map(plain);
  const wishes = (Object.entries(HEADINGS) as [ImportField, readonly string[]][]).flatMap(([field, words]) =>
    words.flatMap((word, rank) => {
      const column = names.indexOf(word);
      return column < 0 ? [] : [{ field, column, rank }];
    }),
  );
  wishes.sort((a, b) => a.rank - b.rank);
  const columns: ImportMapping['columns'] = {};
  const taken = new Set<number>();
  for (const { field, column } of wishes) {
    if (columns[field] !== undefined || taken.has(column)) continue;
    columns[field] = { column };
    taken.add(column);
  }
  return columns;
}

/** Words of the state column among the first rows that are known. */
function statusesOf(head: FileHead, columns: ImportMapping['columns']): Record<string, OrderStatus> {
  const from = columns.status;
  if (from === undefined || !('column' in from)) return {};
  const words: Record<string, OrderStatus> = {};
  for (const cells of head.rows) {
    const word = cells[from.column]?.trim() ?? '';
    const status = knownStatus(word);
    if (word !== '' && status !== undefined) words[word] = status;
  }
  return words;
}

/** A mapping to begin with; a person looks at it before anything is imported. */
export function suggestMapping(head: FileHead): ImportMapping {
  const columns = columnsOf(head.headings);
  const amount = [columns.paid, columns.goods, columns.unitPrice].find((source) => source !== undefined && 'column' in source);
  const heading = amount !== undefined && 'column' in amount ? (head.headings[amount.column] ?? '') : '';
  return {
    sheet: head.sheet,
    encoding: head.encoding,
    delimiter: head.delimiter,
    headerRows: 1,
    columns,
    money: /[（(]\s*(?:分|fen)\s*[）)]/i.test(heading) ? 'fen' : 'yuan',
    currency: 'CNY',
    statuses: statusesOf(head, columns),
  };
}
