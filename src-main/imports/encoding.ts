import { createReadStream } from 'node:fs';
import type { LocalisedText } from '#shared/text.ts';

export type FileEncoding = 'utf-8' | 'gb18030';

/** What keeps a whole file from being read; single rows have faults instead. */
export class ImportFileError extends Error {
  override name = 'ImportFileError';
  readonly text: LocalisedText;

  constructor(zh: string, en: string) {
    super(en);
    this.text = { zh, en };
  }
}

const UTF8_MARK = [0xef, 0xbb, 0xbf];
const GB18030_MARK = [0x84, 0x31, 0x95, 0x33];
const CHUNK_BYTES = 256 * 1024;

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

/**
 * UTF-8 or GB18030 (which holds GBK and GB2312): by its byte order mark, else UTF-8 when the whole file is, for a file may be
 * plain ASCII for a long while. Throws ImportFileError for UTF-16 and for what is no text.
 */
export async function detectEncoding(path: string): Promise<FileEncoding> {
  const strict = new TextDecoder('utf-8', { fatal: true });
  let first = true;
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    if (first) {
      first = false;
      if (startsWith(chunk, UTF8_MARK)) return 'utf-8';
      if (startsWith(chunk, GB18030_MARK)) return 'gb18030';
      refuseOthers(chunk);
    }
    try {
      strict.decode(chunk, { stream: true });
    } catch {
      return 'gb18030';
    }
  }
  try {
    strict.decode();
  } catch {
    return 'gb18030';
  }
  return 'utf-8';
}

function refuseOthers(head: Uint8Array): void {
  if (startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff])) {
    throw new ImportFileError(
      '文件是 UTF-16 编码，请另存为「CSV UTF-8」或 XLSX 后再导入',
      'The file is UTF-16; save it as "CSV UTF-8" or XLSX and import that',
    );
  }
  if (startsWith(head, [0xd0, 0xcf, 0x11, 0xe0])) {
    throw new ImportFileError(
      '文件是旧版 XLS 工作簿，请另存为 XLSX 或 CSV 后再导入',
      'The file is an old XLS workbook; save it as XLSX or CSV and import that',
    );
  }
  if (head.includes(0)) throw new ImportFileError('文件不是文本，也不是 XLSX 工作簿', 'The file is neither text nor an XLSX workbook');
}
