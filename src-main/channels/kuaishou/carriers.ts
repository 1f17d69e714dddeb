import type { CarrierId } from '#shared/carriers.ts';

/** `expressCode` (a number) of Kuaishou's carriers by our own id. Source: the code table of the express interface as public SDKs quote it. */
const CODES: Partial<Record<CarrierId, string>> = {
  sf: '4',
  sto: '1',
  yto: '6',
  zto: '2',
  yunda: '9',
  jt: '113',
  jd: '37',
  ems: '11',
  deppon: '13',
};
const OURS = new Map(Object.entries(CODES).map(([id, code]) => [code, id]));

/** Kuaishou's number of a carrier; null when it has none for it. */
export function codeOf(carrier: string): string | null {
  return CODES[carrier as CarrierId] ?? null;
}

/** Our id of Kuaishou's number; an unknown one is `other`, none at all null. */
export function carrierOf(code: string): string | null {
  return code === '' || code === '0' ? null : (OURS.get(code) ?? 'other');
}
