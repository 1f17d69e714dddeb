import type { LocalisedText } from '#shared/text.ts';

export type ParsedJson = { ok: true; value: unknown } | { ok: false; reason: LocalisedText };

/** `JSON.parse source text access` (ES2026, in Node since 22): the third argument of a reviver carries the literal as written. */
type SourceReviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** A whole number a double cannot hold (64-bit ids of Taobao, Douyin, Shopify) stays exact as the text it was written in. */
const keepLargeIntegers: SourceReviver = (_key, value, context) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && context.source !== undefined && /^-?\d+$/.test(context.source)
    ? context.source
    : value;

/**
 * Reads UTF-8 JSON without losing digits: integers beyond 2^53 come back as strings. Unreadable bytes or text give the reason.
 * The slower exact reading is used only where a long run of digits occurs at all. Nobody changes the bytes or the value.
 */
export function parseJson(body: Uint8Array): ParsedJson {
  const parsed = READ_AHEAD.get(body) ?? parseText(body);
  READ_AHEAD.delete(body);
  return parsed;
}

/** The same for a first look, before the message is worked: the next reading of these bytes finds what this one found. */
export function parseJsonAhead(body: Uint8Array): ParsedJson {
  const parsed = parseText(body);
  READ_AHEAD.set(body, parsed);
  return parsed;
}

/** Whoever keeps a message's bytes must not keep everything read from them alive as well. */
const READ_AHEAD = new WeakMap<Uint8Array, ParsedJson>();

function parseText(body: Uint8Array): ParsedJson {
  let text: string;
  try {
    text = decoder.decode(body);
  } catch {
    return { ok: false, reason: { zh: '消息正文不是有效的 UTF-8 文本', en: 'The body is not valid UTF-8 text' } };
  }
  try {
    const value: unknown = /\d{16}/.test(text)
      ? JSON.parse(text, keepLargeIntegers as (key: string, value: unknown) => unknown)
      : JSON.parse(text);
    return { ok: true, value };
  } catch (error) {
    const where = (error as Error).message;
    return { ok: false, reason: { zh: `消息正文不是可读的 JSON：${where}`, en: `The body is not readable JSON: ${where}` } };
  }
}
