import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Excel from 'exceljs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guessDelimiter } from '#main/imports/csv.ts';
import { detectEncoding, ImportFileError } from '#main/imports/encoding.ts';
import { openSource, readHead } from '#main/imports/source.ts';
import type { TableRow } from '#main/imports/table.ts';
import { columnLetters } from '#main/imports/table.ts';
import { zipContent, zipEntries } from '#main/imports/zip.ts';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'orderpulse-imports-'))));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function fileOf(content: string | Uint8Array): string {
  const path = join(directory, `${(files += 1)}.upload`);
  writeFileSync(path, content);
  return path;
}
const ANY = { sheet: null, encoding: null, delimiter: null } as const;

async function rowsOf(path: string, choice: Parameters<typeof openSource>[1] = ANY): Promise<TableRow[]> {
  const source = await openSource(path, choice);
  const rows: TableRow[] = [];
  for await (const row of source.open()) rows.push(row);
  return rows;
}

/** An archive of parts that are not packed. */
function stored(parts: ReadonlyMap<string, Buffer>): Buffer {
  const [contents, directory]: [Buffer[], Buffer[]] = [[], []];
  let headerAt = 0;
  for (const [name, content] of parts) {
    const title = Buffer.from(name);
    const sizes = (record: Buffer, at: number) => {
      record.writeUInt32LE(content.length, at);
      record.writeUInt32LE(content.length, at + 4);
      record.writeUInt16LE(title.length, at + 8);
      return record;
    };
    const local = sizes(Buffer.from([0x50, 0x4b, 3, 4, ...new Array<number>(26).fill(0)]), 18);
    const entry = sizes(Buffer.from([0x50, 0x4b, 1, 2, ...new Array<number>(42).fill(0)]), 20);
    entry.writeUInt32LE(headerAt, 42);
    contents.push(local, title, content);
    directory.push(entry, title);
    headerAt += local.length + title.length + content.length;
  }
  const end = Buffer.from([0x50, 0x4b, 5, 6, ...new Array<number>(18).fill(0)]);
  const list = Buffer.concat(directory);
  end.writeUInt16LE(parts.size, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(headerAt, 16);
  return Buffer.concat([...contents, list, end]);
}

/** 订单号,收货人 / A1,李示例 and a character only GB18030 has (㐀), in GB18030. */
const GB18030 = Buffer.from('b6a9b5a5bac52ccad5bbf5c8cb0d0a41312cc0eecabec0fd8139ee390d0a', 'hex');

describe('encoding', () => {
  test('UTF-8, with and without its mark', async () => {
    expect(await detectEncoding(fileOf('订单号,收货人\nA1,李示例\n'))).toBe('utf-8');
    expect(await detectEncoding(fileOf('\uFEFF订单号\nA1\n'))).toBe('utf-8');
    expect((await rowsOf(fileOf('\uFEFF订单号\nA1\n')))[0]?.cells).toEqual(['订单号']);
  });

  test('GB18030, four-byte characters and all', async () => {
    const path = fileOf(GB18030);
    expect(await detectEncoding(path)).toBe('gb18030');
    expect((await rowsOf(path)).map(({ cells }) => cells)).toEqual([
      ['订单号', '收货人'],
      ['A1', '李示例㐀'],
    ]);
  });

  test('is told by the whole file, even where a character lies across two reads', async () => {
    const ascii = Buffer.alloc(256 * 1024 - 1, 'a');
    expect(await detectEncoding(fileOf(Buffer.concat([ascii, Buffer.from('订单\n')])))).toBe('utf-8');
    expect(await detectEncoding(fileOf(Buffer.concat([ascii, GB18030])))).toBe('gb18030');
    expect(await detectEncoding(fileOf(Buffer.concat([ascii, Buffer.from('订').subarray(0, 2)])))).toBe('gb18030');
  });

  test('the wrong choice faults its cells instead of the file', async () => {
    const [, row] = await rowsOf(fileOf(GB18030), { ...ANY, encoding: 'utf-8' });
    expect(row?.cells[0]).toBe('A1');
    expect(row?.cells[1]).toContain('\uFFFD');
  });

  test.each([
    ['UTF-16', Buffer.from('\uFEFFA1', 'utf16le'), 'UTF-16'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'XLS'],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), '不是文本'],
  ])('%s is refused in words', async (_name, bytes, words) => {
    const error = await detectEncoding(fileOf(bytes)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ImportFileError);
    expect((error as ImportFileError).text.zh).toContain(words);
  });
});

describe('delimited text', () => {
  test.each([
    ['a,b;c,d', ','],
    ['a\tb\tc', '\t'],
    ['a;b;"c,d,e,f"', ';'],
    ['a|b|c\n1,2,3,4,5', '|'],
    ['alone', ','],
  ])('%j', (text, delimiter) => expect(guessDelimiter(text)).toBe(delimiter));

  test('quotes, line ends of every kind, short, long and empty rows', async () => {
    const rows = await rowsOf(fileOf('a,b\r\n"x, ""y""","two\nlines"\r\n\r\n1\n1,2,3\n"5"" tall",z'));
    expect(rows).toEqual([
      { row: 1, cells: ['a', 'b'] },
      { row: 2, cells: ['x, "y"', 'two\nlines'] },
      { row: 3, cells: [''] },
      { row: 4, cells: ['1'] },
      { row: 5, cells: ['1', '2', '3'] },
      { row: 6, cells: ['5" tall', 'z'] },
    ]);
  });

  test('a quote that is never closed ends the reading and names the row', async () => {
    const error = await rowsOf(fileOf('a,b\n1,2\n"3,4\n5,6\n')).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ImportFileError);
    expect((error as ImportFileError).text.zh).toContain('第 3 行');
  });

  test('the head stops early, and names columns without a heading', async () => {
    const source = await openSource(fileOf(`订单号,,状态\n${'1,2,3,4\n'.repeat(100_000)}`), ANY);
    const table = source.open();
    const { headings, rows } = await readHead(table, 1, 3);
    expect(headings).toEqual(['订单号', 'B', '状态', 'D']);
    expect(rows.map(({ row }) => row)).toEqual([2, 3, 4]);
    expect(table.readBytes).toBeLessThan(400_000);
    expect(columnLetters(27)).toBe('AB');
  });
});

describe('workbooks', () => {
  async function workbook(): Promise<string> {
    const book = new Excel.Workbook();
    book.addWorksheet('说明 & 帮助').addRow(['not here']);
    const sheet = book.addWorksheet('订单');
    sheet.addRow(['订单号', '下单时间', '金额', '数量', '备注', '编号']);
    const row = sheet.addRow([
      'A1',
      new Date(Date.UTC(2025, 5, 18, 20, 15, 33)),
      { formula: '1+1.5', result: 2.5 },
      3,
      null,
      4.83732876534857e18,
    ]);
    row.getCell(2).numFmt = 'yyyy-mm-dd hh:mm:ss';
    sheet.addRow([{ richText: [{ text: 'A' }, { text: '2' }] }, '2025/6/19', 0.1 + 0.2, 1]);
    const path = join(directory, `${(files += 1)}.upload`);
    await book.xlsx.writeFile(path);
    return path;
  }

  test('in Excel’s own order, the sheet before the texts it shares: every character whole, and nothing left in a temporary folder', async () => {
    const path = join(directory, `${(files += 1)}.upload`);
    const book = new Excel.stream.xlsx.WorkbookWriter({ filename: path, useSharedStrings: true });
    const sheet = book.addWorksheet('订单');
    sheet.addRow(['订单号', '收货人']).commit();
    for (let index = 1; index <= 20_000; index += 1) sheet.addRow([`A${index}`, `张晓明${index}号`]).commit();
    sheet.commit();
    await book.commit();
    const names = (await zipEntries(path)).map(({ name }) => name);
    expect(names.indexOf('xl/worksheets/sheet1.xml')).toBeLessThan(names.indexOf('xl/sharedStrings.xml'));
    const temporary = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`tmp-${process.pid}-`));
    const before = temporary();
    const source = await openSource(path, ANY);
    const { headings, rows } = await readHead(source.open(), 1, 2);
    expect([headings, rows.map(({ cells }) => cells)]).toEqual([
      ['订单号', '收货人'],
      [
        ['A1', '张晓明1号'],
        ['A2', '张晓明2号'],
      ],
    ]);
    const table = source.open();
    const people: (string | undefined)[] = [];
    for await (const row of table) people.push(row.cells[1]);
    // Pieces of the file end within a character now and then; no name may suffer from it.
    expect(new Set(people.slice(1))).toEqual(new Set(people.slice(1).map((_name, index) => `张晓明${index + 1}号`)));
    expect([people.length, table.readBytes > 0]).toEqual([20_001, true]);
    expect(temporary()).toEqual(before);
  });

  test('sheets, dates, formulas and numbers become the text a person sees', async () => {
    const path = await workbook();
    const source = await openSource(path, { ...ANY, sheet: '订单' });
    expect(source).toMatchObject({ format: 'xlsx', encoding: null, sheets: ['说明 & 帮助', '订单'] });
    expect((await rowsOf(path, { ...ANY, sheet: '订单' })).map(({ cells }) => cells)).toEqual([
      ['订单号', '下单时间', '金额', '数量', '备注', '编号'],
      ['A1', '2025-06-18 20:15:33', '2.5', '3', '', '4.83732876534857E+18'],
      ['A2', '2025/6/19', '0.3', '1'],
    ]);
    expect((await rowsOf(path)).map(({ cells }) => cells)).toEqual([['not here']]);
  });

  test('a sheet that is not there, a damaged file and a bomb are refused in words', async () => {
    const path = await workbook();
    await expect(openSource(path, { ...ANY, sheet: 'Sheet9' })).rejects.toThrow('has no sheet');
    await expect(openSource(fileOf('PK\u0003\u0004 and nothing else'), ANY)).rejects.toThrow('damaged');
    const bytes = readFileSync(path);
    const entryAt = bytes.lastIndexOf('xl/worksheets/sheet2.xml') - 46;
    bytes.writeUInt32LE(0x7fffffff, entryAt + 24);
    const bomb = fileOf(bytes);
    expect((await zipEntries(bomb)).find(({ name }) => name.endsWith('sheet2.xml'))?.bytes).toBe(0x7fffffff);
    await expect(openSource(bomb, ANY)).rejects.toThrow('too large');
  });

  test('a list of sheets that is none is read once, however long it is', async () => {
    const path = fileOf(stored(new Map([['xl/workbook.xml', Buffer.from('<sheet '.repeat(140_000))]])));
    await expect(openSource(path, ANY)).rejects.toThrow('has no sheet');
  });

  /** How reading ended; anything but rows or words for the person in front of it fails, and so does an error nobody waits for. */
  async function outcomeOf(bytes: Buffer): Promise<'rows' | 'refused'> {
    try {
      await rowsOf(fileOf(bytes));
      return 'rows';
    } catch (error) {
      expect(error).toBeInstanceOf(ImportFileError);
      return 'refused';
    }
  }
  const damages = fc.array(fc.record({ at: fc.nat(1_000_000), byte: fc.nat(255) }), { minLength: 1, maxLength: 4 });
  function damagedAt(bytes: Buffer, places: readonly { at: number; byte: number }[]): Buffer {
    const copy = Buffer.from(bytes);
    for (const { at, byte } of places) copy[at % copy.length] = byte;
    return copy;
  }

  test('damaged in any place, packed: read, or refused in words, and nothing waits for ever', async () => {
    const whole = readFileSync(await workbook());
    const seen = new Set<string>();
    const check = async (places: { at: number; byte: number }[], end: number) =>
      void seen.add(await outcomeOf(damagedAt(whole, places).subarray(0, whole.length - (end % whole.length))));
    await fc.assert(fc.asyncProperty(damages, fc.oneof(fc.constant(0), fc.nat(1_000_000)), check), { numRuns: 150, seed: 20_250_618 });
    expect(seen).toEqual(new Set(['rows', 'refused']));
  });

  test('damaged in any part, or without it: read, or refused in words, and nothing waits for ever', async () => {
    const path = await workbook();
    const parts = new Map<string, Buffer>();
    for (const entry of await zipEntries(path)) parts.set(entry.name, await zipContent(path, entry, 1_000_000));
    expect(await outcomeOf(stored(parts))).toBe('rows');
    for (const name of ['xl/workbook.xml', 'xl/_rels/workbook.xml.rels', 'xl/worksheets/sheet1.xml'])
      expect([name, await outcomeOf(stored(new Map([...parts].filter(([other]) => other !== name))))]).toEqual([name, 'refused']);
    const seen = new Set<string>();
    const check = async (name: string, places: { at: number; byte: number }[]) => {
      const content = parts.get(name);
      if (content) seen.add(await outcomeOf(stored(new Map(parts).set(name, damagedAt(content, places)))));
    };
    await fc.assert(fc.asyncProperty(fc.constantFrom(...parts.keys()), damages, check), { numRuns: 150, seed: 20_250_618 });
    expect(seen).toEqual(new Set(['rows', 'refused']));
  });

  test('whose file goes before it was read, says so to whoever reads it', async () => {
    const path = await workbook();
    const source = await openSource(path, ANY);
    const [table, unread] = [source.open(), source.open()];
    rmSync(path);
    await expect(readHead(table, 1, 1)).rejects.toThrow('ENOENT');
    unread.close();
  });
});
