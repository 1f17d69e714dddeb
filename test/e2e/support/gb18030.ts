/** Bytes of each character that GB18030 writes with two of them, found by reading every pair of bytes. */
function tableOf(): Map<string, [number, number]> {
  const decoder = new TextDecoder('gb18030');
  const table = new Map<string, [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const text = trail === 0x7f ? '' : decoder.decode(Uint8Array.of(lead, trail));
      if (text.length === 1 && text !== '\uFFFD') table.set(text, [lead, trail]);
    }
  }
  return table;
}

/** Text as GB18030. Node reads this encoding and does not write it; characters of four bytes are refused. */
export function gb18030(text: string): Buffer {
  const table = tableOf();
  const bytes = Buffer.alloc(text.length * 2);
  let at = 0;
  for (const character of text) {
    const pair = table.get(character);
    if (pair) {
      bytes[at++] = pair[0];
      bytes[at++] = pair[1];
    } else if (character < '\u0080') bytes[at++] = character.charCodeAt(0);
    else throw new Error(`${character} has no two bytes in GB18030`);
  }
  return bytes.subarray(0, at);
}
