import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { ImportFileError } from './encoding.ts';

/** One file inside a ZIP archive, from its central directory. Source: PKWARE APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16. */
export interface ZipEntry {
  name: string;
  method: number;
  packedBytes: number;
  bytes: number;
  headerAt: number;
}

const HEADER_MARK = 0x04034b50;
const END_MARK = 0x06054b50;
const ENTRY_MARK = 0x02014b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
/** A workbook has a few dozen parts. */
const MOST_ENTRIES = 10_000;
const LONGEST_DIRECTORY = 4 * 1024 * 1024;

/** What is said of an archive that is none, or whose parts do not hold together. */
export const damaged = (): ImportFileError =>
  new ImportFileError('XLSX 文件已损坏，无法打开', 'The XLSX file is damaged and cannot be opened');

/** What ended the reading of an archive: what was said in words already, what the file system says, and else that it is damaged. */
export function readingError(error: unknown): unknown {
  const known = error instanceof ImportFileError || (error instanceof Error && 'syscall' in error);
  return known ? error : damaged();
}

export async function isZip(path: string): Promise<boolean> {
  return withFile(path, async (file) => (await bytesAt(file, 0, 4)).equals(Buffer.from('PK\u0003\u0004', 'latin1')));
}

/** The entries of an archive. Throws ImportFileError when it is none, or one of more than 4 GiB (ZIP64), which no workbook we take is. */
export async function zipEntries(path: string): Promise<ZipEntry[]> {
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    const tailAt = Math.max(0, size - END_BYTES - LONGEST_COMMENT);
    const tail = await bytesAt(file, tailAt, size - tailAt);
    const end = lastMark(tail);
    if (end < 0) throw damaged();
    const count = tail.readUInt16LE(end + 10);
    const length = tail.readUInt32LE(end + 12);
    if (count > MOST_ENTRIES || length > LONGEST_DIRECTORY) throw damaged();
    return readDirectory(await bytesAt(file, tail.readUInt32LE(end + 16), length), count);
  });
}

/**
 * The same archive unpacked, with these entries alone and in this order, for readers that go through it from its beginning. No piece
 * ends within a UTF-8 character, because such readers decode piece by piece. `read` is told how many packed bytes were taken.
 * Throws ImportFileError where an entry is damaged or larger than it says.
 */
export async function* unpackedZip(path: string, entries: readonly ZipEntry[], read: (bytes: number) => void): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    yield localHeader(entry);
    if (entry.packedBytes > 0) yield* unpacked(path, entry, read);
  }
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END_MARK, 0);
  yield end;
}

async function* unpacked(path: string, entry: ZipEntry, read: (bytes: number) => void): AsyncGenerator<Buffer> {
  const start = await withFile(path, (file) => dataPlace(file, entry));
  const file = createReadStream(path, { start, end: start + entry.packedBytes - 1, highWaterMark: 64 * 1024 });
  // An error of either ends the iteration, which reports it.
  const content = entry.method === 0 ? file : pipeline(file, createInflateRaw(), () => undefined);
  let rest: Buffer = Buffer.alloc(0);
  let [bytes, taken] = [0, 0];
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > entry.bytes) throw damaged();
      const piece = rest.byteLength === 0 ? chunk : Buffer.concat([rest, chunk]);
      const whole = wholeCharacters(piece);
      rest = piece.subarray(whole);
      read(file.bytesRead - taken);
      taken = file.bytesRead;
      if (whole > 0) yield piece.subarray(0, whole);
    }
  } catch (error) {
    throw readingError(error);
  } finally {
    file.destroy();
  }
  if (bytes !== entry.bytes) throw damaged();
  if (rest.byteLength > 0) yield rest;
}

/** How many bytes from the beginning end with a whole UTF-8 character. */
function wholeCharacters(bytes: Buffer): number {
  let lead = bytes.byteLength - 1;
  while (lead > 0 && lead > bytes.byteLength - 4 && ((bytes[lead] ?? 0) & 0xc0) === 0x80) lead -= 1;
  const first = bytes[lead] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return lead + length > bytes.byteLength ? lead : bytes.byteLength;
}

/** A stored entry; its check sum is left out, as nobody who reads from the beginning looks at it. */
function localHeader({ name, bytes }: ZipEntry): Buffer {
  const title = Buffer.from(name, 'utf8');
  const header = Buffer.alloc(30);
  header.writeUInt32LE(HEADER_MARK, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt32LE(bytes, 18);
  header.writeUInt32LE(bytes, 22);
  header.writeUInt16LE(title.byteLength, 26);
  return Buffer.concat([header, title]);
}

/** Where the packed bytes of an entry begin. */
async function dataPlace(file: FileHandle, { headerAt }: ZipEntry): Promise<number> {
  const header = await bytesAt(file, headerAt, 30);
  if (header.length < 30) throw damaged();
  return headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

/** The unpacked content of a small entry; throws ImportFileError above `limit` bytes. */
export async function zipContent(path: string, entry: ZipEntry, limit: number): Promise<Buffer> {
  return withFile(path, async (file) => {
    const packed = await bytesAt(file, await dataPlace(file, entry), Math.min(entry.packedBytes, limit));
    try {
      return entry.method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: limit });
    } catch {
      throw damaged();
    }
  });
}

function readDirectory(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY_MARK) throw damaged();
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    entries.push({
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      headerAt: directory.readUInt32LE(at + 42),
      name: directory.toString('utf8', at + 46, at + 46 + nameBytes),
    });
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

function lastMark(tail: Buffer): number {
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) if (tail.readUInt32LE(at) === END_MARK) return at;
  return -1;
}

async function bytesAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

async function withFile<T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r');
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
