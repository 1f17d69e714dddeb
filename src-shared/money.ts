/** Money is an integer number of minor units (fen, cents) with an ISO 4217 code beside it; floats never hold money. */

/** ISO 4217 minor-unit digits that differ from 2. Source: ISO 4217 list one, currencies our channels trade in. */
const MINOR_DIGITS: Record<string, number> = { JPY: 0, KRW: 0, VND: 0, IDR: 2, KWD: 3, BHD: 3 };

/** Number of decimal places of a currency. */
export function minorDigits(currency: string): number {
  return MINOR_DIGITS[currency] ?? 2;
}

/**
 * Turns a decimal string or number of major units into integer minor units, exactly for strings.
 * Digits past the currency's precision are rounded half away from zero. Returns null when the text is no amount.
 */
export function toMinor(amount: string | number, currency: string): number | null {
  const text = typeof amount === 'number' ? String(amount) : amount.trim();
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (!match) return null;
  const digits = minorDigits(currency);
  const fraction = (match[3] ?? '').padEnd(digits + 1, '0');
  const kept = Number(`${match[2]}${fraction.slice(0, digits)}`);
  const rounded = kept + (Number(fraction[digits]) >= 5 ? 1 : 0);
  if (!Number.isSafeInteger(rounded)) return null;
  return match[1] === '-' ? -rounded : rounded;
}

/** Plain decimal text of an amount, `12345` CNY -> `123.45`; grouping and currency signs belong to the screen. */
export function minorToDecimal(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  const sign = minor < 0 ? '-' : '';
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
