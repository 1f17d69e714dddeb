import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

export const IMPORT_HEADINGS =
  '订单编号,订单状态,下单时间,付款时间,买家实付金额,商家编码,商品名称,数量,单价,收货人,手机号,省,市,区县,详细地址,买家留言';

/** One row of a usual export; `index` makes it an order of its own. Invented, well-formed and good. */
export function importRow(index: number, changes: { state?: string; quantity?: string; paid?: string } = {}): string {
  const minute = String(index % 60).padStart(2, '0');
  const { state = '待发货', quantity = '2', paid = '40.00' } = changes;
  return [
    `EX${String(20_250_618_000_000 + index)}`,
    state,
    `2025-06-18 08:${minute}:00`,
    `2025-06-18 08:${minute}:30`,
    paid,
    'CUP',
    '杯子',
    quantity,
    '20.00',
    '张晓明',
    `139${String(10_000_000 + (index % 89_999_999)).slice(-8)}`,
    '江苏省',
    '南京市',
    '玄武区',
    `珠江路 ${index + 1} 号`,
    index % 5 === 0 ? '周末送' : '',
  ].join(',');
}

/** The two-byte part of GB18030 turned round; there is a decoder for it at hand, and no encoder. */
function twoByteCharacters(): Map<string, number> {
  const codes: number[] = [];
  for (let lead = 0x81; lead <= 0xfe; lead += 1) for (let trail = 0x40; trail <= 0xfe; trail += 1) codes.push((lead << 8) | trail);
  const lines = new TextDecoder('gb18030').decode(Uint8Array.from(codes.flatMap((code) => [code >> 8, code & 255, 10]))).split('\n');
  const characters = new Map<string, number>();
  for (const [index, code] of codes.entries()) {
    const character = lines[index] ?? '';
    if (character.length === 1 && character !== '\uFFFD') characters.set(character, code);
  }
  return characters;
}

/** Text of ASCII and usual Chinese characters in GB18030. */
export function gb18030(text: string): Buffer {
  const characters = twoByteCharacters();
  const bytes = Buffer.alloc(text.length * 2);
  let length = 0;
  for (const character of text) {
    const code = character.charCodeAt(0) < 0x80 ? character.charCodeAt(0) : characters.get(character);
    if (code === undefined) throw new RangeError(`${character} is not of the usual ones.`);
    length = code < 0x80 ? bytes.writeUInt8(code, length) : bytes.writeUInt16BE(code, length);
  }
  return bytes.subarray(0, length);
}

/** Writes a file of that many rows in one state without holding it. */
export async function writeImportFile(path: string, rows: number, state: string): Promise<void> {
  const file = createWriteStream(path);
  file.write(`${IMPORT_HEADINGS}\n`);
  for (let from = 0; from < rows; from += 1_000) {
    const piece = Array.from({ length: Math.min(1_000, rows - from) }, (_, index) => importRow(from + index, { state })).join('\n');
    if (!file.write(`${piece}\n`)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}
