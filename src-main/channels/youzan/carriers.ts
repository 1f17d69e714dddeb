import type { CarrierId } from '#shared/carriers.ts';

/** `express_id` of Youzan's carriers by our own id. Source: `youzan.logistics.express.get` as public SDKs quote it. */
const CODES: Partial<Record<CarrierId, string>> = {
  sto: '1',
  yto: '2',
  zto: '3',
  yunda: '4',
  sf: '7',
  ems: '11',
  jd: '138',
  deppon: '28',
  jt: '516',
};
const OURS = new Map(Object.entries(CODES).map(([id, code]) => [code, id]));

/** Youzan's number of a carrier; null when it has none for it. */
export function codeOf(carrier: string): string | null {
  return CODES[carrier as CarrierId] ?? null;
}

/** Our id of Youzan's number; an unknown one is `other`, none at all null. */
export function carrierOf(code: string): string | null {
  return code === '' || code === '0' ? null : (OURS.get(code) ?? 'other');
}
