import type { CarrierId } from '#shared/carriers.ts';

/** `company_code` of Douyin Shop's carriers by our own id. Source: the code table of `order/logisticsCompanyList` as public SDKs quote it. */
const CODES: Partial<Record<CarrierId, string>> = {
  sf: 'shunfeng',
  sto: 'shentong',
  yto: 'yuantong',
  zto: 'zhongtong',
  yunda: 'yunda',
  jt: 'jtexpress',
  jd: 'jd',
  ems: 'ems',
  deppon: 'debangwuliu',
};
const OURS = new Map(Object.entries(CODES).map(([id, code]) => [code, id]));

/** Douyin's code of a carrier; null when it has none for it. */
export function codeOf(carrier: string): string | null {
  return CODES[carrier as CarrierId] ?? null;
}

/** Our id of Douyin's code; an unknown one is `other`, none at all null. */
export function carrierOf(code: string): string | null {
  return code === '' ? null : (OURS.get(code) ?? 'other');
}
