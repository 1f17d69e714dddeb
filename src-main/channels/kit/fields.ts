import { toMinor } from '#shared/money.ts';
import { parseBusinessTime, SECOND } from '#shared/time.ts';
import type { Sensitive } from '#main/model/incoming.ts';

/**
 * Readers of platform values. Total: whatever stands there, they answer a value of their type and never throw.
 * Nothing is `undefined`, null, `""` or the text `"null"`, which several platforms send for absent values.
 */
export type Fields = Readonly<Record<string, unknown>>;

const NO_FIELDS: Fields = Object.freeze({});
/** 1971-01-01: platforms write 0001-01-01 or 1970-01-01 for "not yet". */
const FIRST_REAL_TIME = 31_536_000_000;
/** 2100-01-01: platforms write 9999-12-31 for "never"; such a change time would keep every later one out. */
const FIRST_UNREAL_TIME = 4_102_444_800_000;
/** Thousands set apart by commas; any other comma may be a decimal one, and `12,00` must not become twelve hundred. */
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;
const DATE = /^\d{4}[-/]/;
const SHORTEST_DATE = 'yyyy-MM-dd'.length;
/** Longer than any way to write one; a search below takes the square of what it is given. */
const LONGEST_TIME = 64;
/** `yyyy-MM-dd HH:mm:ss`. */
const PLAIN_TIME_LENGTH = 19;
/** 2001-09-09 in ms; a smaller count is seconds. */
const SMALLEST_MS = 1e12;

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NO_FIELDS;
}
/**
 * The entries of a list. Some platforms give a lone entry without its list, and PHP gives a list with holes as an object of numbers
 * (`{"0": …, "2": …}`) and an empty one as `{}`.
 */
export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [];
  const names = Object.keys(value);
  return names.every((name) => /^\d+$/.test(name)) ? Object.values(value) : [value];
}
/** The entries that are objects; `name`: where the list stands when it came in a wrapper of its own (`{ "order": [ … ] }`). */
export function rows(value: unknown, name: string): readonly Fields[] {
  const wrapper = fields(value);
  const entries = list(name in wrapper ? wrapper[name] : value);
  return entries.filter((entry): entry is Fields => typeof entry === 'object' && entry !== null && !Array.isArray(entry));
}
/** Text, with numbers as written and surrounding blanks kept away; empty when there is nothing. */
export function text(value: unknown): string {
  if (typeof value === 'string') {
    const written = value.trim();
    return written === 'null' ? '' : written;
  }
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
}
export function optional(value: unknown): string | null {
  return text(value) || null;
}
/** A whole count, 0 when there is none or none a double can hold. */
export function count(value: unknown): number {
  const number = typeof value === 'number' ? value : Number(text(value).replaceAll(',', '') || 0);
  const whole = Math.trunc(number);
  return Number.isSafeInteger(whole) ? whole : 0;
}
export function flag(value: unknown): boolean {
  return value === true || ['1', 'true', 'y', 'yes'].includes(text(value).toLowerCase());
}
/** Decimal major units (`"349.00"`, 19.9) in minor units, by decimal text and never by multiplying floats; null when it is no amount. */
export function decimal(value: unknown, currency: string): number | null {
  const written = text(value);
  if (written === '') return null;
  if (!written.includes(',')) return toMinor(written, currency);
  return GROUPED.test(written) ? toMinor(written.replaceAll(',', ''), currency) : null;
}
export function yuan(value: unknown): number {
  return decimal(value, 'CNY') ?? 0;
}
/** Whole minor units, as number or text. */
export function fen(value: unknown): number {
  return count(value);
}
function real(at: number | null): number | null {
  return at !== null && Number.isFinite(at) && at >= FIRST_REAL_TIME && at < FIRST_UNREAL_TIME ? at : null;
}
/**
 * A point in time, however the platform writes it: `yyyy-MM-dd HH:mm:ss` (also with slashes) as GMT+8 unless it carries a zone
 * (also ` +0700`), unix seconds or unix milliseconds, as number or text. Sentinels for "not yet" and "never" are null.
 */
export function time(value: unknown): number | null {
  const written = text(value);
  if (written.length > LONGEST_TIME) return null;
  if (written.length < SHORTEST_DATE || !DATE.test(written)) {
    const number = count(written);
    return real(number >= SMALLEST_MS ? number : number * SECOND);
  }
  const dashed = written[4] === '/' ? written.replaceAll('/', '-') : written;
  const spaced = dashed.length > PLAIN_TIME_LENGTH && dashed.includes(' ', PLAIN_TIME_LENGTH);
  return real(parseBusinessTime(spaced ? dashed.replace(/\s+([+-]\d{2}):?(\d{2})$/, '$1:$2') : dashed));
}
/** The same, where a platform writes unix seconds. */
export const seconds = time;
/** The same, where a platform writes unix milliseconds. */
export const millis = time;

/** A field that may be plain, masked or ciphertext. What holds `*` is a mask, whatever field it came in. */
export function hidden(
  plain: unknown,
  mask: (text: string) => string,
  given: { mask?: unknown; cipher?: unknown; index?: unknown } = {},
): Sensitive {
  const written = text(plain);
  const shown = written.includes('*') ? written : '';
  const known = written === '' || shown !== '' ? null : written;
  return {
    plain: known,
    mask: text(given.mask) || shown || (known === null ? '' : mask(known)),
    index: optional(given.index),
    cipher: optional(given.cipher),
  };
}
