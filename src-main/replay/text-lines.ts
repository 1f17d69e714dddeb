import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A file that cannot be read to its end; the message says which, where and why. */
export class FileError extends Error {
  override name = 'FileError';
}

export interface TextLine {
  /** From 1. */
  number: number;
  text: string;
}

/** First two bytes of every gzip member (RFC 1952, section 2.3.1). */
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.equals(GZIP_MAGIC);
  } finally {
    await file.close();
  }
}

/** Bytes on disk, to measure progress against. Throws FileError when there is no such file. */
export async function fileSize(path: string): Promise<number> {
  const found = await stat(path).catch((error: Error) => {
    throw new FileError(`${path} cannot be opened: ${error.message}`);
  });
  if (!found.isFile()) throw new FileError(`${path} is not a file.`);
  return found.size;
}

/**
 * The bytes of a file, unpacked when they are gzip whatever the file is called. `onBytes` is told how many bytes of the
 * file itself were read. Failures of either stage destroy the answered stream with the error.
 */
export async function openBytes(path: string, onBytes: (bytes: number) => void = () => undefined): Promise<Readable> {
  await fileSize(path);
  const packed = await isGzip(path);
  const file = createReadStream(path);
  // Counting makes the stream flow, so nothing may be awaited between this and its reader.
  file.on('data', (chunk) => onBytes(chunk.length));
  if (!packed) return file;
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  unpacked.on('close', () => file.destroy());
  return file.pipe(unpacked);
}

/** The lines of a file as a stream: only what is being worked on is in memory. Throws FileError where the file breaks off. */
export async function* readTextLines(path: string, onBytes?: (bytes: number) => void): AsyncGenerator<TextLine> {
  const bytes = await openBytes(path, onBytes);
  const lines = createInterface({ input: bytes, crlfDelay: Infinity });
  // Some versions of readline pass errors of their input on, others wait for ever.
  let failure: Error | null = null;
  bytes.on('error', (error) => {
    failure = error;
    lines.close();
  });
  let number = 0;
  try {
    for await (const line of lines) {
      number += 1;
      yield { number, text: number === 1 ? line.replace(/^\uFEFF/, '') : line };
    }
  } catch (error) {
    failure ??= error as Error;
  } finally {
    lines.close();
    bytes.destroy();
  }
  if (failure) throw new FileError(`${path} breaks off after line ${number}: ${(failure as Error).message}`);
}
