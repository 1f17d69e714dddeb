import type { LocalisedText } from '#shared/text.ts';

export type ParsedJson = { ok: true; value: unknown } | { ok: false; reason: LocalisedText };

const decoder = new TextDecoder('utf-8', { fatal: true });
/**
 * What a double cannot hold has at least sixteen digits, and a number of JSON follows only one of these; asking for them passes over the
 * ids that stand in quotes anyway, for which the text would have to be read from its beginning.
 */
const LONG_DIGITS = /[:,[\s-][1-9]\d{15,}/g;

/** True when the quote at `at` ends or begins a string, not when a backslash escapes it. */
function isBare(text: string, at: number): boolean {
  let slashes = 0;
  for (let i = at - 1; text.charCodeAt(i) === 92; i -= 1) slashes += 1;
  return slashes % 2 === 0;
}

/** A part of a fraction or exponent is no integer of its own. */
function isWhole(text: string, start: number, end: number): boolean {
  const before = text.charAt(start - 1);
  const after = text.charAt(end);
  return !'.eE+'.includes(before || ' ') && !'.eE'.includes(after || ' ');
}

/**
 * Puts quotes around integers a double cannot hold (64-bit ids), leaving strings and every other number as they are.
 * Several times cheaper than a reviver, which would be called for every value.
 */
function quoteLargeIntegers(written: string): string {
  // A bare number is a whole text of its own and follows nothing.
  const text = /^-?\d/.test(written) ? ` ${written}` : written;
  let out = '';
  let copied = 0;
  let inString = false;
  // Each quote is looked for once: asked anew for every number, a text with none would be read to its end as often as it holds numbers.
  let quote = text.indexOf('"');
  LONG_DIGITS.lastIndex = 0;
  for (let found = LONG_DIGITS.exec(text); found !== null; found = LONG_DIGITS.exec(text)) {
    const index = found.index + 1;
    const end = LONG_DIGITS.lastIndex;
    for (; quote >= 0 && quote < index; quote = text.indexOf('"', quote + 1)) {
      if (!inString || isBare(text, quote)) inString = !inString;
    }
    const start = text.charAt(index - 1) === '-' ? index - 1 : index;
    if (inString || Number.isSafeInteger(Number(text.slice(index, end))) || !isWhole(text, start, end)) continue;
    out += `${text.slice(copied, start)}"${text.slice(start, end)}"`;
    copied = end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

/** Reads JSON text without losing digits: integers beyond 2^53 come back as strings. */
export function parseText(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(quoteLargeIntegers(text)) as unknown };
  } catch (error) {
    const where = (error as Error).message;
    return { ok: false, reason: { zh: `消息正文不是可读的 JSON：${where}`, en: `The body is not readable JSON: ${where}` } };
  }
}

/** Reads UTF-8 bytes in the same way. Unreadable bytes or text give the reason. */
export function parseJson(body: Uint8Array): ParsedJson {
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return { ok: false, reason: { zh: '消息正文不是有效的 UTF-8 文本', en: 'The body is not valid UTF-8 text' } };
  }
  return parseText(text);
}

/** No platform nests so deep; what does is made to exhaust the stack, and is left out. */
const DEEPEST = 200;

/** Compact JSON with 64-bit integers as digits (`bigint`), nothing escaped for HTML; keys sorted at every level where asked. */
export function writeJson(value: unknown, options: { sortKeys?: boolean } = {}, level = 0): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (level > DEEPEST) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item ?? null, options, level + 1)).join(',')}]`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (options.sortKeys) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${writeJson(item, options, level + 1)}`).join(',')}}`;
}
