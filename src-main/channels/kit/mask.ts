import type { Sensitive } from '#main/model/incoming.ts';

/** `陈小明` -> `陈**`, `Demo Buyer` -> `D**`. */
export function maskName(name: string): string {
  const [first] = name.trim();
  return first === undefined ? '' : `${first}**`;
}

/** `13812345678` and `+86 138-1234-5678` -> `138****5678`; shorter numbers show less, numbers under seven digits nothing. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '').replace(/^(?:00)?86(?=1\d{10}$)/, '');
  if (digits === '') return phone.trim() === '' ? '' : '****';
  if (digits.length >= 11) return `${digits.slice(0, 3)}****${digits.slice(-4)}`;
  if (digits.length >= 7) return `${digits.slice(0, 2)}****${digits.slice(-2)}`;
  return '****';
}

/** Words that only say what kind of place follows or precedes; they identify nobody. */
const PLACE_WORDS = /([路街道巷弄号栋幢座室楼层村镇乡]|单元|小区|大厦|广场)/;

/** `示例路1号` -> `**路**号`: the shape of an address without the address. */
export function maskAddress(address: string): string {
  return address
    .trim()
    .split(PLACE_WORDS)
    .map((part, index) => (index % 2 === 1 || part === '' ? part : '**'))
    .join('');
}

/** A field that may come plain, masked by the platform, or not at all. A platform's own mask is kept as it is. */
export function sensitive(plain: string | null | undefined, mask: (text: string) => string, givenMask?: string | null): Sensitive {
  const text = plain?.trim();
  const known = text === undefined || text === '' ? null : text;
  return { plain: known, mask: givenMask?.trim() || (known === null ? '' : mask(known)), index: null };
}
