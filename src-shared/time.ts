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

/** Parses `yyyy-MM-dd HH:mm:ss`, with `T` or blank and optional fraction, as GMT+8 unless it carries a zone. Returns null when it is no date. */
export function parseBusinessTime(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d{4}-\d{2}-\d{2}/.test(trimmed)) return null;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(trimmed);
  const iso = trimmed.replace(' ', 'T');
  const parsed = Date.parse(zoned ? iso : `${iso.length === 10 ? `${iso}T00:00:00` : iso}+08:00`);
  return Number.isNaN(parsed) ? null : parsed;
}
