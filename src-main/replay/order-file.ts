import { parseJson } from '#main/channels/kit/json.ts';
import { recogniseFormat, ROW_FORMATS } from './readers/recognise.ts';
import type { Row, RowFormat, RowReader } from './readers/row.ts';
import { FileError, readTextLines } from './text-lines.ts';

export interface NumberedRow {
  line: number;
  row: Row;
}

/** Readable rows that may be strange before the file as a whole is. */
const ROWS_TO_LOOK_AT = 10;

/** The format of an order file by its first rows. Throws FileError when none of them belongs to a known format. */
export async function recogniseFile(path: string): Promise<RowFormat> {
  let seen = 0;
  for await (const { text } of readTextLines(path)) {
    if (text.trim() === '') continue;
    const parsed = parseJson(Buffer.from(text));
    const format = parsed.ok ? recogniseFormat(parsed.value) : null;
    if (format) return format;
    seen += 1;
    if (seen === ROWS_TO_LOOK_AT) break;
  }
  const known = ROW_FORMATS.map((format) => format.name.en).join(', ');
  throw new FileError(`${path} is no order file known here (one JSON object a line): known are ${known}.`);
}

/** Time of the first row that can be used, epoch ms; null when none can. */
export async function firstMoment(path: string, format: RowFormat): Promise<number | null> {
  for await (const { row } of readOrderFile(path, format)) if (row.kind !== 'refused') return row.at;
  return null;
}

/**
 * The rows of an order file as a stream, in their order; blank lines are no rows, and a line that is no JSON is refused. `reader`: one that
 * read an earlier file and goes on.
 */
export async function* readOrderFile(
  path: string,
  format: RowFormat,
  onBytes?: (bytes: number) => void,
  reader: RowReader = format.open(),
): AsyncGenerator<NumberedRow> {
  for await (const { number, text } of readTextLines(path, onBytes)) {
    if (text.trim() === '') continue;
    const parsed = parseJson(Buffer.from(text));
    const row: Row = parsed.ok ? reader.read(parsed.value) : { kind: 'refused', reason: 'not-json', detail: parsed.reason.en };
    yield { line: number, row };
  }
}
