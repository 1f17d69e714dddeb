import type { CarrierId } from '#shared/carriers.ts';

/** Our carriers by Pinduoduo's `logistics_id` (?): as `pdd.logistics.companies.get` numbers them. */
export const LOGISTICS_IDS: Readonly<Record<CarrierId, string>> = {
  sf: '44',
  sto: '1',
  yto: '85',
  zto: '115',
  yunda: '121',
  jt: '384',
  jd: '120',
  ems: '118',
  deppon: '131',
  other: '0',
};
const BY_ID = new Map(Object.entries(LOGISTICS_IDS).map(([carrier, id]) => [id, carrier as CarrierId]));

/** The carrier behind a `logistics_id`; null when there is none, `other` when it is not one of ours. */
export function carrierOf(logisticsId: string): CarrierId | null {
  return logisticsId === '' || logisticsId === '0' ? null : (BY_ID.get(logisticsId) ?? 'other');
}
