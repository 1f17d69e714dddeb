import { describe, expect, test } from 'vitest';
import type { FieldValue } from '#main/model/verdict.ts';
import { ORDINARY_FIELDS, pack, parsedPack, vector } from './pack.ts';

const AT = Date.UTC(2026, 5, 18, 6);
const REGULAR = { 'customer-repurchase-rate': 60, 'customer-orders': 8, 'first-order': false };
const idsOf = (changes: Record<string, FieldValue>) => pack.judge(vector(changes), AT, []).map((hit) => hit.ruleId);

/** Rule, an order it must stop, an order just on the other side. */
const CASES: [rule: string, hitting: Record<string, FieldValue>, passing: Record<string, FieldValue>][] = [
  ['same-buyer-burst', { 'window:orders:buyer:10': 4 }, { 'window:orders:buyer:10': 3 }],
  ['same-phone-burst', { 'window:orders:phone:10': 4 }, { 'window:orders:phone:10': 3 }],
  ['one-ip-many-accounts', { 'window:buyers:ip:10': 3 }, { 'window:buyers:ip:10': 2 }],
  ['away-from-usual-area', { 'distance-from-usual-area': 50.1 }, { 'distance-from-usual-area': 50 }],
  ['discount-too-deep', { 'discount-share': 90.1 }, { 'discount-share': 90 }],
  ['amount-above-own-average', { 'amount-vs-customer-average': 3.01 }, { 'amount-vs-customer-average': 3 }],
  ['amount-above-shop-average', { 'amount-vs-shop-average': 3.01 }, { 'amount-vs-shop-average': 9, 'first-order': false }],
  ['remote-high-return', { province: '西藏', 'region-return-rate': 15.1 }, { province: '江苏', 'region-return-rate': 40 }],
  ['mixed-storage', { 'mixed-storage': true }, {}],
  ['malicious-returns', { 'buyer-tags': ['vip', 'malicious-returns'] }, { 'buyer-tags': ['vip'] }],
  ['new-customer-large-order', { 'order-amount': 500_001 }, { 'order-amount': 500_000 }],
  ['night-order', { channel: 'douyin', 'local-hour': 22 }, { channel: 'taobao', 'local-hour': 23 }],
  ['vague-address', { 'address-text': '人民路 3 号附近超市旁' }, { 'address-complete': null, 'address-text': null }],
  ['phone-malformed', { 'phone-malformed': true }, { 'phone-malformed': null }],
  ['blacklisted-words', { remarks: '老板，刷单的，返现 5 元' }, { remarks: '请用纸箱包装' }],
  ['improper-invoice', { 'invoice-wish': '发票开成办公用品' }, { 'invoice-wish': '发票按明细开' }],
  ['improper-invoice-read', { 'message-intent': ['urging', 'invoice-improper'] }, { 'message-intent': ['invoice'] }],
  ['forbidden-deal-read', { 'message-intent': ['cash-back'] }, { 'message-intent': ['cash-back'], remarks: '好评返现吗' }],
  ['complaint-words', { 'buyer-message': '再不发货就举报' }, { 'buyer-message': '尽快发货，谢谢' }],
  ['blacklisted-device', { device: 'blocked-device-example' }, { device: null, ip: null }],
  ['stock-short-spot', { 'stock-missing-spot': 1 }, { 'stock-missing-spot': 0 }],
  ['stock-short-presale', { 'stock-missing-presale': 2 }, { 'stock-missing-presale': 0 }],
  ['invoice-incomplete', { 'invoice-incomplete': true }, { 'invoice-incomplete': false }],
  ['duplicate-order', { 'duplicate-candidates': 1 }, { 'duplicate-candidates': 0 }],
  ['rebooked-refund', { 'rebooked-refund': 15 }, { 'rebooked-refund': 14.9 }],
  ['open-price-order', { 'open-price-order': 15 }, { 'open-price-order': null }],
  ['huge-quantity', { 'quantity-vs-shop': 30 }, { 'quantity-vs-shop': 29.9 }],
  ['complaint-tendency', { 'complaint-tendency': 50 }, { 'complaint-tendency': 49 }],
  ['complaint-tendency', { 'complaint-tendency': 90 }, { 'complaint-tendency': 90, 'buyer-message': '我要投诉' }],
  ['risk-service', { 'risk-score': 80 }, { 'risk-score': null }],
  ['tier-discount', { 'tier-discount-excess': 1 }, { 'tier-discount-excess': 0 }],
  ['wms-stock-short', { 'wms-missing': 1 }, { 'wms-missing': null }],
  ['customs-declared-value', { 'declared-vs-paid': 0.89 }, { 'declared-vs-paid': 1.1 }],
  ['duty-free-limit', { 'duty-free-excess': 1 }, { 'duty-free-excess': 0 }],
  ['merge-candidate', { 'merge-candidates': 1 }, { 'merge-candidates': 0 }],
];

describe('the shipped pack', () => {
  test('says of a complaint which words it found, and what spoke for it where there are none', () => {
    const [listed] = pack.judge(vector({ 'buyer-message': '我打12315了', 'complaint-tendency': 93 }), AT, []);
    expect(listed?.sentence).toEqual({
      zh: '买家留言提到「12315」；投诉倾向 93',
      en: 'The buyer\'s message mentions "12315"; complaint tendency 93',
    });
    const [judged] = pack.judge(vector({ 'complaint-tendency': 64, 'complaint-reasons': ['没完', '等着'] }), AT, []);
    expect(judged?.sentence.zh).toBe('买家留言的投诉倾向为 64（50 起提醒），依据「没完、等着」');
    const [invoice] = pack.judge(vector({ 'message-intent': ['urging', 'invoice-improper'] }), AT, []);
    expect(invoice?.sentence).toEqual({
      zh: '模型判断留言意图：催促发货、不合规开票',
      en: 'The message reads like: urging delivery, improper invoice',
    });
  });

  test('shows what spoke for the tendency beside its value', () => {
    const results = pack.explain(vector({ 'complaint-tendency': 64, 'complaint-reasons': ['没完', '等着'] }), AT, []);
    const tree = results.find(({ ruleId }) => ruleId === 'complaint-tendency')?.tree;
    expect(tree?.children?.[0]).toMatchObject({ field: 'complaint-tendency', actual: 64, because: ['没完', '等着'] });
  });

  test('reads without a complaint', () => {
    expect(parsedPack.issues).toEqual([]);
    expect(parsedPack.ruleSet.rules).toHaveLength(35);
  });

  test('the ordinary order names every field the pack reads', () => {
    expect(pack.fields.filter((id) => !ORDINARY_FIELDS.includes(id))).toEqual([]);
  });

  test('an ordinary order passes, and passing allocates nothing', () => {
    const first = pack.judge(vector(), AT, []);
    expect(first).toEqual([]);
    expect(pack.judge(vector(), AT, [])).toBe(first);
  });

  test('an order about which nothing is known passes', () => {
    const nothing = pack.fields.map(() => null);
    expect(pack.judge(nothing, AT, [])).toEqual([]);
  });

  test.each(CASES)('%s stops what it should and nothing beside it', (rule, hitting, passing) => {
    expect(idsOf(hitting)).toContain(rule);
    expect(idsOf(passing)).not.toContain(rule);
  });

  test('every rule that judges has a case', () => {
    const judging = parsedPack.ruleSet.rules.filter((rule) => rule.enabled).map((rule) => rule.id);
    expect(judging.sort()).toEqual([...new Set(CASES.map(([rule]) => rule))].sort());
  });

  test('rules of other sources wait, and the daily limit is off', () => {
    const silent = ['complaint-tendency', 'risk-score', 'tier-discount-excess', 'wms-missing', 'declared-vs-paid', 'duty-free-excess'];
    const results = pack.explain(vector(Object.fromEntries(silent.map((id) => [id, null]))), AT, []);
    const of = (result: string) => results.filter((entry) => entry.result === result).map((entry) => entry.ruleId);
    expect(of('waiting')).toEqual(['complaint-tendency', 'risk-service', 'tier-discount', 'wms-stock-short']);
    expect(of('snoozed')).toEqual(['orders-per-day']);
  });

  test.each([
    ['a regular adds orders', { ...REGULAR, 'window:orders:buyer:10': 6, 'window:orders:phone:10': 6 }, []],
    ['even a regular does not order ten times', { ...REGULAR, 'window:orders:buyer:10': 10 }, ['same-buyer-burst']],
    ['a wholesaler orders without end', { 'corporate-buyer': true, 'window:orders:buyer:10': 40, 'window:orders:phone:10': 40 }, []],
    ['a big buyer spends five times as usual', { 'customer-top-tenth': true, 'amount-vs-customer-average': 5 }, []],
    ['a regular sends a present to the next province', { ...REGULAR, 'distance-from-usual-area': 180 }, []],
    ['a firm places a large first order', { 'corporate-buyer': true, 'order-amount': 9_000_000, 'amount-vs-shop-average': 50 }, []],
  ] as [string, Record<string, FieldValue>, string[]][])('%s (B2)', (_, changes, expected) => {
    expect(idsOf(changes)).toEqual(expected);
  });

  test('a sentence reads as an agent would say it', () => {
    const [hit] = pack.judge(vector({ 'window:orders:phone:10': 5 }), AT, []);
    expect(hit?.sentence).toEqual({
      zh: '同一手机号 10 分钟内 5 单，上限 3 单',
      en: '5 orders to the same phone within 10 min, limit 3',
    });
    const [deep] = pack.judge(vector({ 'discount-share': 95, 'discount-amount': 19_000 }), AT, []);
    expect(deep?.sentence).toEqual({
      zh: '优惠 190.00 元，占原价 95%，上限 90%，锁定复核',
      en: 'Discount of 190.00 CNY is 95 % of the full price, limit 90 %: locked for review',
    });
  });

  test('no hit ever shows a brace, whatever is known', () => {
    for (const [, hitting] of CASES) {
      for (const hit of pack.judge(vector(hitting), AT, [])) {
        expect(`${hit.sentence.zh}${hit.sentence.en}`).not.toMatch(/[{}]|undefined|NaN/);
      }
    }
  });
});
