import type { CarrierId } from '#shared/carriers.ts';

/** Our carriers as the tracking services call them. Sources: kuaidi100 company codes, kdniao shipper codes. */
const CODES: Record<Exclude<CarrierId, 'other'>, { kuaidi100: string; kdniao: string }> = {
  sf: { kuaidi100: 'shunfeng', kdniao: 'SF' },
  sto: { kuaidi100: 'shentong', kdniao: 'STO' },
  yto: { kuaidi100: 'yuantong', kdniao: 'YTO' },
  zto: { kuaidi100: 'zhongtong', kdniao: 'ZTO' },
  yunda: { kuaidi100: 'yunda', kdniao: 'YD' },
  jt: { kuaidi100: 'jtexpress', kdniao: 'JTSD' },
  jd: { kuaidi100: 'jd', kdniao: 'JD' },
  ems: { kuaidi100: 'ems', kdniao: 'EMS' },
  deppon: { kuaidi100: 'debangkuaidi', kdniao: 'DBL' },
};
type Service = 'kuaidi100' | 'kdniao';

/** A carrier's code at a tracking service; null where it has none. */
export function carrierCode(service: Service, carrier: string): string | null {
  return CODES[carrier as Exclude<CarrierId, 'other'>]?.[service] ?? null;
}

/** Our id of a service's code; the code itself where we know no such carrier. */
export function carrierOf(service: Service, code: string): string {
  const known = (Object.keys(CODES) as (keyof typeof CODES)[]).find((id) => CODES[id][service].toLowerCase() === code.toLowerCase());
  return known ?? code;
}
