import type { CarrierId } from '#shared/carriers.ts';

/** Our carriers by JD's `logisticsId` (?): as its list of logistics companies numbers them. */
export const LOGISTICS_IDS: Readonly<Record<CarrierId, string>> = {
  sf: '467',
  sto: '470',
  yto: '463',
  zto: '1499',
  yunda: '1327',
  jt: '773574',
  jd: '2087',
  ems: '465',
  deppon: '3046',
  other: '1274',
};
const BY_ID = new Map(Object.entries(LOGISTICS_IDS).map(([carrier, id]) => [id, carrier as CarrierId]));

/** The carrier behind a `logisticsId`; null when there is none, `other` when it is not one of ours. */
export function carrierOf(logisticsId: string): CarrierId | null {
  return logisticsId === '' || logisticsId === '0' ? null : (BY_ID.get(logisticsId) ?? 'other');
}
