/** Money is an integer number of minor units (fen, cents) with an ISO 4217 code beside it; floats never hold money. */

/** ISO 4217 minor-unit digits that differ from 2. Source: ISO 4217 list one. */
const MINOR_DIGITS: ReadonlyMap<string, number> = new Map([
  ...['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'].map(
    (code): [string, number] => [code, 0],
  ),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code): [string, number] => [code, 3]),
]);

/** Character codes. */
const PLUS = 43;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** Number of decimal places of a currency. */
export function minorDigits(currency: string): number {
  return MINOR_DIGITS.get(currency) ?? 2;
}

/**
 * Turns a decimal string or number of major units into integer minor units, exactly for strings.
 * Digits past the currency's precision are rounded half away from zero. Returns null when the text is no amount.
 */
export function toMinor(amount: string | number, currency: string): number | null {
  const text = typeof amount === 'number' ? String(amount) : amount.trim();
  const negative = text.charCodeAt(0) === MINUS;
  const start = negative || text.charCodeAt(0) === PLUS ? 1 : 0;
  const digits = minorDigits(currency);
  let minor = 0;
  /** Digits after the point so far; -1 before it. */
  let places = -1;
  let rounded = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT && places < 0 && at > start) {
      places = 0;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9) return null;
    if (places >= 0) places += 1;
    if (places <= digits) minor = minor * 10 + digit;
    else if (places === digits + 1 && digit >= 5) rounded = 1;
    if (minor > Number.MAX_SAFE_INTEGER) return null;
  }
  if (text.length === start) return null;
  for (let place = Math.max(0, places); place < digits; place += 1) minor *= 10;
  minor += rounded;
  if (!Number.isSafeInteger(minor)) return null;
  return negative && minor !== 0 ? -minor : minor;
}

/** Plain decimal text of an amount, `12345` CNY -> `123.45`; grouping and currency signs belong to the screen. */
export function minorToDecimal(minor: number, currency: string): string {
  const digits = minorDigits(currency);
  const sign = minor < 0 ? '-' : '';
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}
