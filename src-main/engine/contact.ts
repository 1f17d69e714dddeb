import type { Invoice, Receiver } from '#main/model/incoming.ts';
import { phoneDigits } from './match-keys.ts';

const MAINLAND = new Set(['', 'CN', 'CHN', '中国', 'CHINA', '中国大陆']);
const MAINLAND_MOBILE = /^1[3-9]\d{9}$/;
/** Area code and subscriber number; shops and factories do leave them. */
const MAINLAND_LANDLINE = /^0\d{2,3}\d{7,8}$/;
/** Platforms lend buyers a relay number with an extension: `17012345678-1234`, `…转1234`. */
const EXTENSION = /(?:\s*(?:转|分机|ext\.?|x|#|,)\s*\d{1,6}|-\d{1,4})$/i;

/** Is this a masked or encrypted value that slipped into a plain field? */
function isMasked(plain: string): boolean {
  return plain.includes('*') || plain.includes('~');
}

/**
 * Is the phone number one nobody can be called on? Mainland: 11 digits from 13 to 19, or a landline with area code.
 * Foreign numbers: 7 to 15 digits (ITU-T E.164). Null when the number is missing, masked or encrypted: nothing is known then.
 */
export function isPhoneMalformed(receiver: Pick<Receiver, 'phone' | 'country'>): boolean | null {
  const plain = receiver.phone.plain?.trim() ?? '';
  if (plain === '' || isMasked(plain)) return null;
  // 138-0013-8000 ends like a number with an extension and has none.
  return !isNumber(plain, receiver.country) && !isNumber(plain.replace(EXTENSION, ''), receiver.country);
}

function isNumber(number: string, country: string): boolean {
  const international = number.startsWith('+') || number.startsWith('00');
  const mainlandCode = /^(?:\+|00)86/.test(number);
  const mainland = mainlandCode || (!international && MAINLAND.has(country.trim().toUpperCase()));
  const digits = phoneDigits(number);
  if (mainland) return MAINLAND_MOBILE.test(digits) || MAINLAND_LANDLINE.test(digits);
  const length = digits.length - (number.startsWith('00') ? 2 : 0);
  return length >= 7 && length <= 15;
}

const SHORTEST_ADDRESS = 5;
/** What a courier can find: a number, a building, a village with its group, an institution. */
const FINDABLE =
  /\d|[一二三四五六七八九十百]+(?:号|栋|幢|座|楼|层|单元|组|队|社|巷|弄|里)|[村屯寨庄组]|小区|花园|公寓|大厦|广场|中心|学校|大学|中学|小学|医院|公司|工厂|工业园|科技园|营业厅|驿站|政府|法院|银行|酒店|宾馆|超市$|商场|市场|苑|庭|府|墅/;
/** The district written again instead of an address. */
const ONLY_REGION = /^[^\d]{0,12}(?:省|市|区|县|镇|乡|街道)$/;

/** Has the address what a courier needs? Null when it is missing, masked or encrypted. */
export function isAddressComplete(receiver: Pick<Receiver, 'address'>): boolean | null {
  const plain = receiver.address.plain?.trim() ?? '';
  if (plain === '' || isMasked(plain)) return null;
  if (ONLY_REGION.test(plain)) return false;
  const chinese = /\p{Script=Han}/u.test(plain);
  if (!chinese) return plain.length >= SHORTEST_ADDRESS && /\d|\bbox\b|\s\S+\s/i.test(plain);
  return plain.length >= SHORTEST_ADDRESS && FINDABLE.test(plain);
}

/** Titles of firms and institutions, which need a tax number; a person's name does not. */
const COMPANY = /公司|厂|集团|事务所|商行|经营部|工作室|合作社|\b(?:ltd|inc|llc|gmbh|co)\b\.?/i;

/** Is an invoice wanted that cannot be written as it is? Without a wish for one nothing is missing. */
export function isInvoiceIncomplete(invoice: Invoice | null): boolean {
  if (invoice === null) return false;
  if (invoice.title.trim() === '') return true;
  return COMPANY.test(invoice.title) && (invoice.taxNumber ?? '').trim() === '';
}
