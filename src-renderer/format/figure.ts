import { minorToDecimal } from '#shared/money.ts';

/** Narrow no-break space: separates thousands without ending a line. */
const THIN = '\u202f';

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

/** `12 480`, thousands apart by a thin space. */
export function whole(value: number): string {
  return `${value < 0 ? '−' : ''}${grouped(String(Math.abs(Math.round(value))))}`;
}

/** One decimal below ten, none above: `3.4`, `128`. */
export function rate(value: number): string {
  return value < 10 && value > 0 ? value.toFixed(1) : whole(value);
}

/** A share 0 to 1 as `3.2 %`; whole per cents from ten on. */
export function share(value: number): string {
  const percent = value * 100;
  return `${percent > 0 && percent < 10 ? percent.toFixed(1) : Math.round(percent)}${THIN}%`;
}

const SIGNS: Record<string, string> = { CNY: '¥', USD: '$', EUR: '€', GBP: '£', HKD: 'HK$', SGD: 'S$' };

/** `¥12 480.00`: the currency's own digits, thousands apart by a thin space; unknown currencies show their code. */
export function money(minor: number, currency: string): string {
  const [major = '0', fraction] = minorToDecimal(Math.abs(minor), currency).split('.');
  const sign = SIGNS[currency] ?? `${currency}${THIN}`;
  return `${minor < 0 ? '−' : ''}${sign}${grouped(major)}${fraction === undefined ? '' : `.${fraction}`}`;
}
