import type { LocalisedText } from '#shared/text.ts';
import type { Ground } from '#main/model/record.ts';
import { parseWindowFieldId } from './catalogue.ts';

export const GROUND_NAMES: Record<Ground, LocalisedText> = {
  receiver: { zh: '收货信息', en: 'the receiver' },
  region: { zh: '收货地区', en: 'the region' },
  buyer: { zh: '买家', en: 'the buyer' },
  goods: { zh: '商品', en: 'the goods' },
  amount: { zh: '金额', en: 'the amount' },
};

/** Fields that speak of something they do not name: 800 km are said of one address, and are no word about another one as far away. */
const FIELDS: Partial<Record<Ground, readonly string[]>> = {
  receiver: ['distance-from-usual-area', 'address-text', 'address-complete', 'phone-malformed', 'risk-score'],
  region: ['region-return-rate', 'duty-free-excess'],
  buyer: [
    ...['buyer-tags', 'first-order', 'corporate-buyer', 'customer-top-tenth', 'customer-orders', 'customer-average', 'orders-today'],
    ...['customer-repurchase-rate', 'customer-refund-share', 'amount-vs-customer-average', 'tier-discount-excess', 'risk-score'],
  ],
  goods: [
    ...['pieces', 'largest-line-pieces', 'line-count', 'gift-pieces', 'mixed-storage', 'presale'],
    ...['stock-missing-spot', 'stock-missing-presale', 'wms-missing'],
  ],
};

const byField = new Map<string, Ground[]>();
for (const [ground, fields] of Object.entries(FIELDS)) {
  for (const field of fields) byField.set(field, [...(byField.get(field) ?? []), ground as Ground]);
}

/** What else of an order a fact of this field stands or falls with; empty where its value says everything. */
export function groundsOf(field: string): readonly Ground[] {
  const by = parseWindowFieldId(field)?.by;
  if (by) return by === 'phone' || by === 'address' ? ['receiver'] : by === 'buyer' ? ['buyer'] : [];
  return byField.get(field) ?? [];
}

/** Figures of the order's own amount against an average: while the amount is the same, only the average moves. */
export function growsWithAmount(field: string): boolean {
  return field === 'amount-vs-customer-average' || field === 'amount-vs-shop-average';
}

/** Percentages and ratios of the order alone; no average moves them. */
export function isExact(field: string): boolean {
  return field === 'discount-share' || field === 'tier-discount-excess' || field === 'declared-vs-paid';
}
