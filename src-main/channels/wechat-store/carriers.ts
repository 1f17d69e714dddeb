import type { CarrierId } from '#shared/carriers.ts';

/** `delivery_id` of WeChat Store's carriers by our own id. Source: `order/deliverycompanylist` as public SDKs quote it. */
const CODES: Partial<Record<CarrierId, string>> = {
  sf: 'SF',
  sto: 'STO',
  yto: 'YTO',
  zto: 'ZTO',
  yunda: 'YUNDA',
  jt: 'JTSD',
  jd: 'JDL',
  ems: 'EMS',
  deppon: 'DBL',
};
const OURS = new Map(Object.entries(CODES).map(([id, code]) => [code, id]));

/** WeChat's code of a carrier; null when it has none for it. */
export function codeOf(carrier: string): string | null {
  return CODES[carrier as CarrierId] ?? null;
}

/** Our id of WeChat's code; an unknown one is `other`, none at all null. */
export function carrierOf(code: string): string | null {
  return code === '' ? null : (OURS.get(code.toUpperCase()) ?? 'other');
}
