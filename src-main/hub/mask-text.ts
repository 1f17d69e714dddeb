import { EMAIL_IN_TEXT, PHONE_IN_TEXT } from '#shared/masked-text.ts';

/** JSON fields whose text is personal, by the words platforms use for them. */
const PERSONAL_FIELD =
  /"((?:[a-z_]*_)?(?:name|phone|mobile|tel|telephone|email|address|address1|address2|street|detail|receiver|plain|zip|postcode|tax_?number|id_?card))"(\s*:\s*)"((?:[^"\\]|\\.)*)"/gi;
/** Names of goods and shops are no secret and make a message readable. */
const OPEN_FIELD = /^(?:sku_?name|product_?name|title|shop_?name|item_?name|variant_?title|first_?seen_?name)$/i;

/** A platform message as a person may see it: personal fields, phone numbers and mail addresses masked, the rest as received. */
export function maskPersonal(body: Uint8Array): string {
  return new TextDecoder()
    .decode(body)
    .replace(PERSONAL_FIELD, (whole, field: string, colon: string, value: string, offset: number, all: string) =>
      OPEN_FIELD.test(field) || isGoods(all, offset) ? whole : `"${field}"${colon}"${maskValue(value)}"`,
    )
    .replace(PHONE_IN_TEXT, '$1****$2')
    .replace(EMAIL_IN_TEXT, '$1***@$2');
}

/** A `name` beside a `sku` in the same object is the name of goods. */
function isGoods(text: string, offset: number): boolean {
  const open = text.lastIndexOf('{', offset);
  const close = text.indexOf('}', offset);
  return open >= 0 && close > open && /"sku"\s*:/.test(text.slice(open, close));
}

function maskValue(value: string): string {
  if (value === '') return value;
  const first = value.startsWith('\\') ? '' : String.fromCodePoint(value.codePointAt(0) ?? 42);
  return `${first}${'*'.repeat(Math.min(6, Math.max(1, [...value].length - 1)))}`;
}
