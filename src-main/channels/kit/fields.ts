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
/** 2001-09-09 in ms; a smaller count is seconds. */
const SMALLEST_MS = 1e12;

function isNothing(value: unknown): value is null | undefined | '' | 'null' {
  return value === undefined || value === null || value === '' || value === 'null';
}

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NO_FIELDS;
}
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
/** Text, with numbers as written and surrounding blanks kept away; empty when there is nothing. */
export function text(value: unknown): string {
  if (isNothing(value)) return '';
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : '';
}
export function optional(value: unknown): string | null {
  return text(value) || null;
}
/** A whole count, 0 when there is none or none a double can hold. */
export function count(value: unknown): number {
  const number = typeof value === 'number' ? value : Number(text(value) || 0);
  const whole = Math.trunc(number);
  return Number.isSafeInteger(whole) ? whole : 0;
}
export function flag(value: unknown): boolean {
  return value === true || ['1', 'true', 'y', 'yes'].includes(text(value).toLowerCase());
}
/** Decimal major units (`"349.00"`, 19.9) in minor units, by decimal text and never by multiplying floats; null when it is no amount. */
export function decimal(value: unknown, currency: string): number | null {
  const written = text(value).replaceAll(',', '');
  return written === '' ? null : toMinor(written, currency);
}
export function yuan(value: unknown): number {
  return decimal(value, 'CNY') ?? 0;
}
/** Whole minor units, as number or text. */
export function fen(value: unknown): number {
  return count(value);
}
function real(at: number | null): number | null {
  return at !== null && Number.isFinite(at) && at >= FIRST_REAL_TIME ? at : null;
}
/** `yyyy-MM-dd HH:mm:ss` as GMT+8 unless it carries a zone (also ` +0700`); sentinels are null. */
export function time(value: unknown): number | null {
  return real(parseBusinessTime(text(value).replace(/\s+([+-]\d{2}):?(\d{2})$/, '$1:$2')));
}
/** Unix seconds; a value in milliseconds is taken as such. */
export function seconds(value: unknown): number | null {
  const number = count(value);
  return real(number >= SMALLEST_MS ? number : number * SECOND);
}
/** Unix milliseconds; a value in seconds is taken as such. */
export const millis = seconds;

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
