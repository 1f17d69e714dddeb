import type { CarrierId } from '#shared/carriers.ts';

/** Names Shopify shows and links tracking pages for. Source: shopify.dev, supported tracking companies; others are taken as written. */
export const CARRIER_NAMES: Record<CarrierId, string> = {
  sf: 'SF Express',
  sto: 'STO Express',
  yto: 'YTO Express',
  zto: 'ZTO Express',
  yunda: 'Yunda Express',
  jt: 'J&T Express',
  jd: 'JD Logistics',
  ems: 'China Post',
  deppon: 'Deppon Express',
  other: 'Other',
};

const OURS = new Map(Object.entries(CARRIER_NAMES).map(([id, name]) => [name.toLowerCase(), id]));

/** Our id of a company as Shopify or the shop's staff wrote it; the name itself where it is none of ours, null where none is told. */
export function carrierOf(company: string): string | null {
  return company === '' ? null : (OURS.get(company.toLowerCase()) ?? company);
}
