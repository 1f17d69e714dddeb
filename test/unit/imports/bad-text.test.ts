import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ImportFileError } from '#main/imports/encoding.ts';
import { openSource, readHead } from '#main/imports/source.ts';
import type { ReadingChoice } from '#main/imports/source.ts';

const SEED = 20_250_618;
const ANY: ReadingChoice = { sheet: null, encoding: null, delimiter: null };
let directory: string;
let files = 0;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'orderpulse-bad-text-'))));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fileOf(content: string | Uint8Array): string {
  const path = join(directory, `${(files += 1)}.upload`);
  writeFileSync(path, content);
  return path;
}

/** Reads the head and then every row; the number of rows, or the words in which the file is refused. */
async function read(path: string, choice = ANY): Promise<number | string> {
  try {
    const source = await openSource(path, choice);
    const { headings } = await readHead(source.open(), 1, 20);
    let rows = 0;
    for await (const { cells } of source.open()) {
      expect(cells.every((cell) => typeof cell === 'string')).toBe(true);
      rows += 1;
    }
    expect(headings.every((name) => name !== '')).toBe(true);
    return rows;
  } catch (error) {
    if (!(error instanceof ImportFileError)) throw error;
    expect(error.text.zh).toMatch(/\p{Script=Han}/u);
    return error.text.en;
  }
}

describe('a file that is no table', () => {
  test('of any bytes is read or refused in words, whatever is chosen for it', async () => {
    const pieces = fc.constantFrom('"', ',', '\t', ';', '\r', '\n', '\r\n', '\0', '订单', 'A1', '""', '\uFEFF', ' ', '=1+1', '\uFFFD');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.array(pieces, { maxLength: 80 }).map((parts) => new Uint8Array(Buffer.from(parts.join('')))),
      fc.array(fc.oneof(pieces, fc.uint8Array({ maxLength: 6 })), { maxLength: 60 }).map((parts) => {
        return new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part))));
      }),
    );
    const choice = fc.record<ReadingChoice>({
      sheet: fc.constantFrom(null, 'x'),
      encoding: fc.constantFrom(null, 'utf-8', 'gb18030'),
      delimiter: fc.constantFrom(null, ',', '\t', ';', '|'),
    });
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(bytes, choice, async (content, chosen) => void seen.add(typeof (await read(fileOf(content), chosen)))),
      { numRuns: 100, seed: SEED },
    );
    expect(seen).toEqual(new Set(['number', 'string']));
  });

  test.each<[string, () => string | Buffer, number | RegExp]>([
    ['nothing', () => '', 0],
    ['a byte order mark alone', () => '\uFEFF', 0],
    ['a row of fifty megabytes', () => Buffer.alloc(50 * 1024 * 1024, 'a'), /^Row 1 is longer than 1 MB/],
    [
      'a row of fifty megabytes below good ones',
      () => Buffer.concat([Buffer.from('a,b\n1,2\n'), Buffer.alloc(50 * 1024 * 1024, 'a')]),
      /^Row 3 /,
    ],
    ['a quote that takes in the rest of it', () => `a,b\n1,2\n"${'3,4\n'.repeat(400_000)}`, /^Row 3 .+ quotation mark/],
    ['twenty thousand columns', () => `${'a,'.repeat(20_000)}\n`, /20001 columns/],
    ['half a million columns in one row', () => `a,b\n1,2\n${'1,'.repeat(400_000)}\n`, /400001 columns/],
    ['as many columns as a workbook can have', () => `${Array.from({ length: 16_384 }, (_, at) => `c${at}`).join(',')}\n`, 1],
    ['half a million blank columns', () => `a,b\n1,2\n${','.repeat(500_000)}\n`, 3],
    ['ten thousand empty rows', () => `a,b\n${'\n'.repeat(10_000)}`, 10_001],
    ['NULs behind its beginning', () => `a,b\n${'1,2\n'.repeat(70_000)}\0,\0\n`, 70_002],
    ['line ends of every kind', () => 'a,b\r1,2\n3,4\r\n5,6', 4],
    ['one encoding after the other', () => Buffer.concat([Buffer.from('订单,状态\n'), Buffer.from('b6a9b5a5bac52c310a', 'hex')]), 2],
  ])('%s', async (_what, content, expected) => {
    const found = await read(fileOf(content()));
    if (typeof expected === 'number') expect(found).toBe(expected);
    else expect(found).toMatch(expected);
  });

  test('that goes before it was read, or is none, says so to whoever reads it', async () => {
    const path = fileOf(`a,b\n${'1,2\n'.repeat(200_000)}`);
    const source = await openSource(path, ANY);
    const [table, unread] = [source.open(), source.open()];
    rmSync(path);
    await expect(readHead(table, 1, 1)).rejects.toThrow('ENOENT');
    unread.close();
    await expect(openSource(path, ANY)).rejects.toThrow('ENOENT');
    await expect(openSource(directory, ANY)).rejects.toThrow('EISDIR');
  });

  test('that is left in the middle is closed', async () => {
    const table = (await openSource(fileOf(`a,b\n${'1,2\n'.repeat(200_000)}`), ANY)).open();
    for await (const { row } of table) if (row === 10) break;
    table.close();
    expect(table.readBytes).toBeLessThan(400_000);
  });
});
