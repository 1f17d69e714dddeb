import type { CarrierId } from '#shared/carriers.ts';

/** Our carriers by Taobao's `company_code` (?): as `taobao.logistics.companies.get` lists them; each may be overridden per shop. */
export const COMPANY_CODES: Readonly<Record<CarrierId, string>> = {
  sf: 'SF',
  sto: 'STO',
  yto: 'YTO',
  zto: 'ZTO',
  yunda: 'YUNDA',
  jt: 'JTSD',
  jd: 'JD',
  ems: 'EMS',
  deppon: 'DBKD',
  other: 'OTHER',
};

/** What the platform writes into `logistics_company`, by the first word of it that tells. */
const NAMES: readonly (readonly [word: string, carrier: CarrierId])[] = [
  ['顺丰', 'sf'],
  ['申通', 'sto'],
  ['圆通', 'yto'],
  ['中通', 'zto'],
  ['韵达', 'yunda'],
  ['极兔', 'jt'],
  ['京东', 'jd'],
  ['邮政', 'ems'],
  ['EMS', 'ems'],
  ['德邦', 'deppon'],
];
const BY_CODE = new Map(Object.entries(COMPANY_CODES).map(([carrier, code]) => [code, carrier as CarrierId]));

/** The carrier behind a platform's code or name; null when there is none, `other` when it is not one of ours. */
export function carrierOf(word: string): CarrierId | null {
  if (word === '') return null;
  return BY_CODE.get(word) ?? NAMES.find(([name]) => word.includes(name))?.[1] ?? 'other';
}
