import type { CarrierId } from '#shared/carriers.ts';

/** Xiaohongshu's `expressCompanyCode` (?) by our carriers. */
const CODES: Readonly<Record<string, CarrierId>> = {
  shunfeng: 'sf',
  shentong: 'sto',
  yuantong: 'yto',
  zhongtong: 'zto',
  yunda: 'yunda',
  jtexpress: 'jt',
  jd: 'jd',
  ems: 'ems',
  debangwuliu: 'deppon',
};

/** The carrier behind a code; null when there is none, `other` when it is not one of ours. */
export function carrierOf(code: string): CarrierId | null {
  if (code === '') return null;
  return Object.hasOwn(CODES, code) ? (CODES[code] ?? 'other') : 'other';
}
