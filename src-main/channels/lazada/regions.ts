/** One marketplace per country. No order names its currency: the marketplace does. */
export const REGIONS = {
  vn: { host: 'https://api.lazada.vn', currency: 'VND', country: 'VN', zh: '越南', en: 'Vietnam' },
  sg: { host: 'https://api.lazada.sg', currency: 'SGD', country: 'SG', zh: '新加坡', en: 'Singapore' },
  my: { host: 'https://api.lazada.com.my', currency: 'MYR', country: 'MY', zh: '马来西亚', en: 'Malaysia' },
  th: { host: 'https://api.lazada.co.th', currency: 'THB', country: 'TH', zh: '泰国', en: 'Thailand' },
  ph: { host: 'https://api.lazada.com.ph', currency: 'PHP', country: 'PH', zh: '菲律宾', en: 'Philippines' },
  id: { host: 'https://api.lazada.co.id', currency: 'IDR', country: 'ID', zh: '印度尼西亚', en: 'Indonesia' },
} as const;
export type Region = keyof typeof REGIONS;
export const DEFAULT_REGION: Region = 'vn';
/** Token calls go to one address for all countries. */
export const AUTH_HOST = 'https://auth.lazada.com';

export function regionOf(option: unknown): (typeof REGIONS)[Region] {
  return REGIONS[(typeof option === 'string' && option in REGIONS ? option : DEFAULT_REGION) as Region];
}
