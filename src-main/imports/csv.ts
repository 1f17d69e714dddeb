import { createReadStream } from 'node:fs';
import { pipeline, Transform } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { ImportFileError } from './encoding.ts';
import type { FileEncoding } from './encoding.ts';
import type { Table, TableRow } from './table.ts';

export const DELIMITERS = [',', '\t', ';', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** A record longer than this is an open quote that swallows the rest of the file, not a row. */
const LONGEST_RECORD = 1024 * 1024;

/** The separator that stands most often outside quotes in the first line; a comma where none does. */
export function guessDelimiter(text: string): Delimiter {
  const counts = new Map<string, number>();
  let quoted = false;
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    else if (!quoted && letter === '\n' && counts.size > 0) break;
    else if (!quoted && (DELIMITERS as readonly string[]).includes(letter)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return DELIMITERS.reduce((best, candidate) => ((counts.get(candidate) ?? 0) > (counts.get(best) ?? 0) ? candidate : best));
}

/** Bytes into text. What is no text in this encoding becomes U+FFFD, which faults its cell later. */
function decoding(encoding: FileEncoding): Transform {
  const decoder = new TextDecoder(encoding);
  return new Transform({
    decodeStrings: false,
    encoding: 'utf8',
    transform(chunk: Buffer, _encoding, done) {
      done(null, decoder.decode(chunk, { stream: true }));
    },
    flush(done) {
      done(null, decoder.decode());
    },
  });
}

/** Reads delimited text (RFC 4180; line ends of any kind). Throws ImportFileError where the quoting of the file is broken. */
export function openCsv(path: string, encoding: FileEncoding, delimiter: string): Table {
  // The rows of one piece are handed on without a break: of blank lines that is one a byte, and nothing else runs meanwhile.
  const file = createReadStream(path, { highWaterMark: 8 * 1024 });
  const parser = parse({
    delimiter,
    // Told, because files that grew by copying have several, and guessing takes the first for all.
    record_delimiter: ['\r\n', '\n', '\r'],
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: LONGEST_RECORD,
    skip_empty_lines: false,
  });
  // An error of any part ends the iteration over the parser, which reports it.
  pipeline(file, decoding(encoding), parser, () => undefined);
  return {
    get readBytes() {
      return file.bytesRead;
    },
    close: () => void file.destroy(),
    async *[Symbol.asyncIterator](): AsyncGenerator<TableRow> {
      let row = 0;
      try {
        for await (const cells of parser as AsyncIterable<string[]>) {
          row += 1;
          yield { row, cells };
        }
      } catch (error) {
        if (!(error instanceof CsvError)) throw error;
        throw error.code === 'CSV_MAX_RECORD_SIZE' ? tooLong(row + 1) : brokenQuotes(row + 1);
      }
    },
  };
}

function tooLong(row: number): ImportFileError {
  return new ImportFileError(
    `第 ${row} 行超过 1 MB：可能是引号没有正确结束，或文件没有换行；请修正后重新导入`,
    `Row ${row} is longer than 1 MB: a quotation mark is not closed, or the file has no line ends; correct the file and import it again`,
  );
}

function brokenQuotes(row: number): ImportFileError {
  return new ImportFileError(
    `第 ${row} 行起引号没有正确结束，后面的内容无法分行；请修正后重新导入`,
    `From row ${row} on a quotation mark is not closed, so the rest cannot be told into rows; correct the file and import it again`,
  );
}
