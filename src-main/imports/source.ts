import { createReadStream } from 'node:fs';
import { guessDelimiter, openCsv } from './csv.ts';
import type { Delimiter } from './csv.ts';
import { detectEncoding, ImportFileError } from './encoding.ts';
import type { FileEncoding } from './encoding.ts';
import { columnLetters, isBlank } from './table.ts';
import type { Table, TableRow } from './table.ts';
import { isZip } from './zip.ts';

/** What has to be chosen before a file can be read as rows; null leaves the choice to the file. */
export interface ReadingChoice {
  sheet: string | null;
  encoding: FileEncoding | null;
  delimiter: Delimiter | null;
}

/** A file that was looked at. Workbooks have no encoding and no delimiter, delimited text has no sheets. */
export interface ImportSource {
  format: 'csv' | 'xlsx';
  encoding: FileEncoding | null;
  delimiter: Delimiter | null;
  sheet: string | null;
  sheets: string[];
  open(): Table;
}

const HEAD_BYTES = 64 * 1024;

/** Looks at a file and decides how it is read. Throws ImportFileError, in words, when it cannot be. */
export async function openSource(path: string, choice: ReadingChoice): Promise<ImportSource> {
  if (await isZip(path)) {
    // The reader of workbooks is the largest library of the hub: loaded when the first one comes, not at every start.
    const { openXlsx, sheetsOf } = await import('./xlsx.ts');
    const sheets = await sheetsOf(path);
    const sheet = choice.sheet ?? sheets[0];
    if (sheet === undefined || !sheets.includes(sheet)) {
      throw new ImportFileError(`工作簿里没有工作表「${sheet ?? ''}」`, `The workbook has no sheet "${sheet ?? ''}"`);
    }
    return { format: 'xlsx', encoding: null, delimiter: null, sheet, sheets, open: () => openXlsx(path, sheet) };
  }
  const encoding = choice.encoding ?? (await detectEncoding(path));
  const delimiter = choice.delimiter ?? guessDelimiter(await headText(path, encoding));
  return { format: 'csv', encoding, delimiter, sheet: null, sheets: [], open: () => openCsv(path, encoding, delimiter) };
}

async function headText(path: string, encoding: FileEncoding): Promise<string> {
  for await (const chunk of createReadStream(path, { end: HEAD_BYTES - 1, highWaterMark: HEAD_BYTES }) as AsyncIterable<Buffer>) {
    return new TextDecoder(encoding).decode(chunk, { stream: true });
  }
  return '';
}

/** As many as a workbook can have. A file of more is read with the wrong separator, or is no table. */
const MOST_COLUMNS = 16_384;

/** Headings and the first rows that hold anything. Throws ImportFileError where they are no table. */
export async function readHead(table: Table, headerRows: number, limit: number): Promise<{ headings: string[]; rows: TableRow[] }> {
  let headings: readonly string[] = [];
  const rows: TableRow[] = [];
  try {
    for await (const row of table) {
      if (row.row <= headerRows) headings = row.row === headerRows ? row.cells : headings;
      else if (!isBlank(row)) rows.push(row);
      if (rows.length >= limit) break;
    }
  } finally {
    table.close();
  }
  const width = Math.max(headings.length, ...rows.map(({ cells }) => cells.length));
  if (width > MOST_COLUMNS) {
    throw new ImportFileError(
      `文件有 ${width} 列，最多 ${MOST_COLUMNS} 列；请检查分隔符`,
      `The file has ${width} columns, the most is ${MOST_COLUMNS}; check what separates them`,
    );
  }
  return { headings: Array.from({ length: width }, (_, index) => headings[index]?.trim() || columnLetters(index)), rows };
}
