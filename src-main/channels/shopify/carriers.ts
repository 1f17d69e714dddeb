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
