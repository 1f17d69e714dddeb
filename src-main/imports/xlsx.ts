import { Readable } from 'node:stream';
import Excel from 'exceljs';
import { DAY, HOUR } from '#shared/time.ts';
import { ImportFileError } from './encoding.ts';
import type { Table, TableRow } from './table.ts';
import { damaged, readingError, unpackedZip, zipContent, zipEntries } from './zip.ts';

/** A workbook unpacks to no more than this, or it is a bomb. */
const MOST_UNPACKED = 1024 * 1024 * 1024;
/** Texts that cells share are kept in memory while the rows are read; above this the file has to come as CSV. */
const MOST_SHARED_TEXT = 64 * 1024 * 1024;
/** Rows of one sheet (ECMA-376: 1,048,576), and the size of the list of sheets. */
const MOST_ROWS = 1_048_576;
const LONGEST_PART = 1024 * 1024;

/** Names of the sheets, in their order. Refuses, in words, what would not fit into bounded memory. */
export async function sheetsOf(path: string): Promise<string[]> {
  const entries = await zipEntries(path);
  const unpacked = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const shared = entries.find(({ name }) => name === 'xl/sharedStrings.xml');
  if (unpacked > MOST_UNPACKED || (shared?.bytes ?? 0) > MOST_SHARED_TEXT) {
    throw new ImportFileError('工作簿太大，请另存为 CSV 后再导入', 'The workbook is too large; save it as CSV and import that');
  }
  const book = entries.find(({ name }) => name === 'xl/workbook.xml');
  if (!book) throw new ImportFileError('压缩包里没有工作簿，不是 XLSX 文件', 'The archive holds no workbook: not an XLSX file');
  const xml = (await zipContent(path, book, LONGEST_PART)).toString('utf8');
  return [...xml.matchAll(/<(?:\w+:)?sheet\s[^<]*?\bname="([^"<]*)"/g)].map((match) => unescapeXml(match[1] ?? ''));
}

function unescapeXml(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(lt|gt|quot|apos|amp));/gi, (_whole, hex?: string, decimal?: string, name?: string) =>
    name === undefined ? String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)) : (named[name] ?? ''),
  );
}

/** What cells share is kept while the rows are read: as plain text, and not as a piece of the far larger text it was cut from. */
class SharedTexts extends Array<string> {
  override push(...cells: (string | null | { richText: readonly { text: string | null }[] })[]): number {
    for (const cell of cells) {
      const text = typeof cell === 'string' ? cell : (cell?.richText.map((run) => run.text ?? '').join('') ?? '');
      super.push(Buffer.from(text, 'utf8').toString('utf8'));
    }
    return this.length;
  }
}

/** ExcelJS gathers shared texts in a property of this name; a sheet that is read without one goes through a temporary file. */
class SheetReader extends Excel.stream.xlsx.WorkbookReader {
  #texts = new SharedTexts();

  get sharedStrings(): SharedTexts {
    return this.#texts;
  }

  set sharedStrings(_plain: unknown) {
    this.#texts = new SharedTexts();
  }
}

/** What a sheet is read with has to come before it; Excel itself writes the shared texts last. Everything else is left out. */
const PARTS = [
  /^xl\/_rels\/workbook\.xml\.rels$/,
  /^xl\/workbook\.xml$/,
  /^xl\/styles\.xml$/,
  /^xl\/sharedStrings\.xml$/,
  /^xl\/worksheets\/sheet\d+\.xml$/,
];

async function* bytesOf(path: string, read: (bytes: number) => void): AsyncGenerator<Buffer> {
  const entries = await zipEntries(path);
  const ordered = PARTS.flatMap((part) => entries.filter(({ name }) => part.test(name)));
  yield* unpackedZip(path, ordered, read);
}

/**
 * The rows of one sheet. A formula is its kept result, a date the local time it shows, a number its shortest decimal text.
 * The iteration throws ImportFileError where the workbook is damaged, and what the file system says where the file cannot be read.
 */
export function openXlsx(path: string, sheet: string): Table {
  let readBytes = 0;
  const file = Readable.from(
    bytesOf(path, (bytes) => (readBytes += bytes)),
    { objectMode: false, highWaterMark: 64 * 1024 },
  );
  const failure = failureOf(file);
  return {
    get readBytes() {
      return readBytes;
    },
    close: () => void file.destroy(),
    [Symbol.asyncIterator]: () => untilFailure(rowsOf(file, sheet), failure),
  };
}

async function* rowsOf(file: Readable, sheet: string): AsyncGenerator<TableRow, void> {
  const reader = new SheetReader(file, {
    worksheets: 'emit',
    sharedStrings: 'cache',
    styles: 'cache',
    hyperlinks: 'ignore',
    entries: 'ignore',
  });
  for await (const worksheet of reader) {
    // The reader's types leave the name out.
    const wanted = (worksheet as unknown as { name?: string }).name === sheet;
    for await (const row of worksheet) if (wanted && row.number <= MOST_ROWS) yield { row: row.number, cells: cellsOf(row) };
    if (wanted) return;
  }
  // The list of sheets names it, and nothing leads to its rows.
  throw damaged();
}

/** What went wrong with the bytes of a file, also when it did while nobody waited for any. */
interface Failure {
  readonly reason: unknown;
  /** Calls `told` when it happens, in place of whoever was to be called before. */
  await(told: (reason: unknown) => void): void;
}

function failureOf(file: Readable): Failure {
  let reason: unknown = null;
  let tell: (reason: unknown) => void = () => undefined;
  file.on('error', (error) => {
    reason = error;
    tell(error);
  });
  return {
    get reason() {
      return reason;
    },
    await: (told) => (tell = told),
  };
}

/** ExcelJS hears nothing of an error of the file it reads, and would wait for the next bytes for ever: its rows, until there is one. */
async function* untilFailure(rows: AsyncGenerator<TableRow, void>, failure: Failure): AsyncGenerator<TableRow, void> {
  try {
    for (;;) {
      const step = await new Promise<IteratorResult<TableRow, void>>((resolve, reject) => {
        failure.await(reject);
        if (failure.reason === null) rows.next().then(resolve, reject);
        else reject(failure.reason as Error);
      });
      if (step.done === true) return;
      yield step.value;
    }
  } catch (error) {
    throw readingError(error);
  } finally {
    // A reader that waits for bytes is not ended by being asked to.
    if (failure.reason === null) await rows.return();
  }
}
function cellsOf(row: Excel.Row): string[] {
  // Cells count from 1, and those nobody filled are holes.
  const values = Array.isArray(row.values) ? row.values : [];
  return Array.from({ length: Math.max(0, values.length - 1) }, (_, index) => textOf(values[index + 1]));
}

function textOf(value: Excel.CellValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return numberText(value);
  if (value instanceof Date) return dateText(value);
  if (typeof value !== 'object') return String(value);
  if ('richText' in value) return value.richText.map(({ text }) => text).join('');
  if ('result' in value) return textOf(value.result as Excel.CellValue);
  if ('text' in value) return textOf(value.text as unknown as Excel.CellValue);
  return 'error' in value ? value.error : '';
}

/** Numbers of sixteen digits and more have lost some: they are shown in the way that says so (see `idCell`). */
function numberText(value: number): string {
  if (Math.abs(value) >= 1e15) return value.toExponential().toUpperCase();
  const short = String(value);
  // 0.1 + 0.2 as a sheet's formula leaves it: fifteen digits are all a cell has.
  return short.length > 16 ? String(Number(value.toPrecision(15))) : short;
}

/** A workbook has no time zone: what it shows is taken for local time, to the second. */
function dateText(date: Date): string {
  const at = Math.round(date.getTime() / 1_000) * 1_000;
  // Before 1900 there is only a time of day.
  if (at < -70 * 365 * DAY - 12 * HOUR) return '';
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
