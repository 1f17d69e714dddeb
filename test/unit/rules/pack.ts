import { readFileSync } from 'node:fs';
import { compileRuleSet, parseRuleSet } from '#main/rules/index.ts';
import type { FieldValue } from '#main/model/verdict.ts';

/** The shipped pack, as the hub reads it. */
export const parsedPack = parseRuleSet(JSON.parse(readFileSync(new URL('../../../resources/rules.json', import.meta.url), 'utf8')));
export const pack = compileRuleSet(parsedPack.ruleSet);

/** An ordinary order of a new customer: every field known, nothing wrong. */
const ORDINARY: Record<string, FieldValue> = {
  currency: 'CNY',
  'window:orders:buyer:10': 1,
  'window:orders:phone:10': 1,
  'window:buyers:ip:10': 1,
  'customer-repurchase-rate': 0,
  'customer-orders': 0,
  'customer-top-tenth': false,
  'corporate-buyer': false,
  'distance-from-usual-area': 0,
  'discount-share': 10,
  'discount-amount': 2000,
  'amount-vs-customer-average': 1,
  'amount-vs-shop-average': 1,
  'order-amount': 18000,
  'first-order': true,
  province: '浙江',
  'region-return-rate': 4,
  'mixed-storage': false,
  'buyer-tags': [],
  channel: 'taobao',
  'local-hour': 14,
  'address-complete': true,
  'address-text': '文三路 12 号 3 幢 501 室',
  'phone-malformed': false,
  remarks: '',
  'invoice-wish': '',
  'buyer-message': '',
  device: 'device-1',
  ip: '198.51.100.7',
  'stock-missing-spot': 0,
  'stock-missing-presale': 0,
  'invoice-incomplete': false,
  'duplicate-candidates': 0,
  'merge-candidates': 0,
  'rebooked-refund': 0,
  'open-price-order': 0,
  'quantity-vs-shop': 0,
  'complaint-tendency': 5,
  'complaint-reasons': [],
  'message-intent': [],
  'message-model': 'messages-test',
  'risk-score': 5,
  'tier-discount-excess': 0,
  'wms-missing': 0,
  'declared-vs-paid': 1,
  'duty-free-excess': 0,
  'duty-free-basis': 'published',
};

/** The vector of an ordinary order with some fields different. */
export function vector(changes: Record<string, FieldValue> = {}, fields: readonly string[] = pack.fields): FieldValue[] {
  const unknown = Object.keys(changes).find((id) => !fields.includes(id));
  if (unknown) throw new Error(`The pack does not read ${unknown}`);
  return fields.map((id) => (id in changes ? (changes[id] ?? null) : (ORDINARY[id] ?? null)));
}

export const ORDINARY_FIELDS = Object.keys(ORDINARY);
