/** Durations in milliseconds. Time inside the product is epoch milliseconds UTC. */
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The time zone of screens and of platform strings that carry no zone of their own. */
export const BUSINESS_TIME_ZONE = 'Asia/Shanghai';

/** China has had one fixed offset and no daylight saving since 1991, so local parts need no zone database. */
const BUSINESS_OFFSET = 8 * HOUR;

/** Hour of the day 0 to 23 in Asia/Shanghai. */
export function businessHour(epochMs: number): number {
  return Math.floor(((((epochMs + BUSINESS_OFFSET) % DAY) + DAY) % DAY) / HOUR);
}

/** Day of the week in Asia/Shanghai: 1 is Monday, 7 Sunday. */
export function businessWeekday(epochMs: number): number {
  const days = Math.floor((epochMs + BUSINESS_OFFSET) / DAY);
  // Day 0 was a Thursday.
  return ((((days + 3) % 7) + 7) % 7) + 1;
}

/** Whole days since the first of January in Asia/Shanghai, from 0. */
export function businessDayOfYear(epochMs: number): number {
  const local = epochMs + BUSINESS_OFFSET;
  return Math.floor((local - Date.UTC(new Date(local).getUTCFullYear(), 0, 1)) / DAY);
}

/** Start (epoch ms) of the calendar day in Asia/Shanghai that contains `epochMs`. */
export function businessDayStart(epochMs: number): number {
  return Math.floor((epochMs + BUSINESS_OFFSET) / DAY) * DAY - BUSINESS_OFFSET;
}

/** `yyyyMMddHHmmssSSS` in Asia/Shanghai: the time part of an internal order number (A6). */
export function businessCompactStamp(epochMs: number): string {
  return new Date(epochMs + BUSINESS_OFFSET).toISOString().replace(/[-:T.Z]/g, '');
}

/** `yyyy-MM-dd HH:mm:ss` in Asia/Shanghai, as Chinese platforms write and read it; the part of a second is dropped. */
export function businessDateTime(epochMs: number): string {
  return new Date(epochMs + BUSINESS_OFFSET).toISOString().slice(0, 19).replace('T', ' ');
}

const DAYS_OF_MONTH = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const ZERO_CODE = 48;

/** The two digits at `at`; NaN where something else stands. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO_CODE;
  const ones = text.charCodeAt(at + 1) - ZERO_CODE;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

/**
 * Epoch ms of `yyyy-MM-dd HH:mm:ss` (or with `T`) read as UTC, by its places: the form nearly every platform writes, several times
 * faster than `Date.parse`. NaN for anything else and for the rare days a table does not hold; they are left to the slow way.
 */
function plainTime(text: string): number {
  const [year, month, day] = [twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8)];
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  const parted = text[4] === '-' && text[7] === '-' && (text[10] === ' ' || text[10] === 'T') && text[13] === ':' && text[16] === ':';
  const inRange = day >= 1 && day <= (DAYS_OF_MONTH[month] ?? 0) && hour < 24 && minute < 60 && second < 60 && year >= 1000;
  return parted && inRange ? Date.UTC(year, month - 1, day, hour, minute, second) : NaN;
}

/** Ms of a zone such as `Z` or `+08:00` at the end of a text of 19 places and it; NaN when it is none of these. */
function zoneOf(text: string): number {
  if (text.length === 20 && text[19] === 'Z') return 0;
  if (text.length !== 25 || text[22] !== ':' || (text[19] !== '+' && text[19] !== '-')) return NaN;
  const [hours, minutes] = [twoDigits(text, 20), twoDigits(text, 23)];
  const offset = hours < 24 && minutes < 60 ? hours * HOUR + minutes * MINUTE : NaN;
  return text[19] === '-' ? -offset : offset;
}

/** Parses `yyyy-MM-dd HH:mm:ss`, with `T` or blank and optional fraction, as GMT+8 unless it carries a zone. Returns null when it is no date. */
export function parseBusinessTime(text: string): number | null {
  const trimmed = text.trim();
  const plain = plainTime(trimmed) - (trimmed.length === 19 ? BUSINESS_OFFSET : zoneOf(trimmed));
  if (!Number.isNaN(plain)) return plain;
  if (!/^\d{4}-\d{2}-\d{2}/.test(trimmed)) return null;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(trimmed);
  const iso = trimmed.replace(' ', 'T');
  const parsed = Date.parse(zoned ? iso : `${iso.length === 10 ? `${iso}T00:00:00` : iso}+08:00`);
  return Number.isNaN(parsed) ? null : parsed;
}
