const DAY_MS = 86_400_000;
const BEIJING_MS = 28_800_000;

/** `34900` -> `349.00`: minor units as decimal text. */
export function decimalText(minor: number, digits = 2): string {
  const sign = minor < 0 ? '-' : '';
  const text = String(Math.abs(Math.round(minor))).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** `yyyy-MM-dd HH:mm:ss` on the clocks of Beijing, without a zone. */
export function beijing(epochMs: number): string {
  return new Date(epochMs + BEIJING_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads `yyyy-MM-dd HH:mm:ss` as Beijing time; null when it is not exactly that. */
export function fromBeijing(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  const at = Date.parse(`${text.replace(' ', 'T')}Z`) - BEIJING_MS;
  return Number.isNaN(at) ? null : at;
}

/** ISO 8601 with the given offset in hours: `2025-06-18T19:14:50+07:00`. */
export function isoAt(epochMs: number, offsetHours: number): string {
  const shifted = new Date(epochMs + offsetHours * 3_600_000).toISOString().slice(0, 19);
  const hours = String(Math.abs(offsetHours)).padStart(2, '0');
  return `${shifted}${offsetHours < 0 ? '-' : '+'}${hours}:00`;
}

/** Start of the Beijing day that contains the moment. */
export function beijingDay(epochMs: number): number {
  return Math.floor((epochMs + BEIJING_MS) / DAY_MS) * DAY_MS - BEIJING_MS;
}

/** JSON as platforms write it: `bigint` becomes a bare number of any length. */
export function exactJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map((item: unknown) => exactJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).filter(([, item]) => item !== undefined);
    return `{${parts.map(([key, item]) => `${JSON.stringify(key)}:${exactJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** The masks Chinese marketplaces show: `陈晓` -> `陈**`, `13812345678` -> `138****5678`. */
export function starredName(name: string): string {
  return `${[...name][0] ?? ''}**`;
}
export function starredPhone(phone: string): string {
  return `${phone.slice(0, 3)}****${phone.slice(-4)}`;
}
