/**
 * What tells who somebody is, masked inside texts that are no field of their own: what stays tells two of them apart at a glance and finds
 * nobody. Names and addresses are masked where they are read, field by field.
 */

/** Mainland mobile numbers wherever they stand; the first three and the last four digits are its groups. */
export const PHONE_IN_TEXT = /(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)/g;
export const EMAIL_IN_TEXT = /([\w.+-])[\w.+-]*@([\w-]+\.)/g;
const IPV4 = /(?<![\d.])(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}(?![\d.])/g;
/** Three groups at least: a time of day has no more than two colons and no letters beside them. */
const IPV6 = /(?<![\w:])([0-9a-f]{1,4}):(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi;

/** Most words of most texts have none of what all of these have. */
const MAY_HOLD_ONE = /[\d@:]/;

/** A text with its mobile numbers, mail addresses and IP addresses masked: `203.0.*.*`, `138****5678`. */
export function maskPieces(text: string): string {
  if (!MAY_HOLD_ONE.test(text)) return text;
  return text.replace(PHONE_IN_TEXT, '$1****$2').replace(EMAIL_IN_TEXT, '$1***@$2').replace(IPV4, '$1.*.*').replace(IPV6, '$1:*');
}

const SHOWN = 2;

/** A text that as a whole stands for somebody (a device, an address a parcel went to): its beginning. */
export function maskIdentifier(text: string): string {
  const pieces = maskPieces(text);
  if (pieces !== text || text === '') return pieces;
  const characters = [...text];
  return `${characters.length > SHOWN * 2 ? characters.slice(0, SHOWN).join('') : ''}****`;
}
