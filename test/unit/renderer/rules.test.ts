// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ruleList } from '../../../src-renderer/api/fake/rules.ts';
import { i18n, loadTexts } from '../../../src-renderer/locales/texts.ts';
import ConditionTree from '../../../src-renderer/views/rules/ConditionTree.vue';
import { matchesRule, readRuleFilter, sortRules, writeRuleFilter, type RuleFilter } from '../../../src-renderer/views/rules/filter.ts';
import { templateParts } from '../../../src-renderer/views/rules/template.ts';

const { items, legend } = ruleList(1_700_000_000_000);
const NONE: RuleFilter = { state: null, severity: null, text: '' };

beforeAll(() => loadTexts('en'));
afterEach(() => void (i18n.global.locale.value = 'zh'));

function treeOf(ruleId: string, locale: 'zh' | 'en'): string {
  i18n.global.locale.value = locale;
  const row = items.find(({ rule }) => rule.id === ruleId);
  if (!row) throw new Error(ruleId);
  const tree = mount(ConditionTree, { props: { condition: row.rule.when, legend, currency: 'CNY' } });
  return tree.text().replace(/\s+/g, ' ');
}

describe('the rules page', () => {
  it('puts what is in force first, the gravest and busiest at the head', () => {
    const sorted = sortRules(items).map(({ rule, state }) => [state, rule.severity, rule.id]);
    expect(sorted.slice(0, 3)).toEqual([
      ['on', 'high', 'phone-burst'],
      ['on', 'high', 'blacklisted-words'],
      ['on', 'medium', 'coupon-abuse'],
    ]);
    expect(sorted.slice(-2).map(([state]) => state)).toEqual(['waiting', 'off']);
  });

  it('narrows by state, severity and words in either language', () => {
    const found = (filter: Partial<RuleFilter>): string[] =>
      items.filter((row) => matchesRule(row, { ...NONE, ...filter })).map(({ rule }) => rule.id);
    expect(found({ state: 'waiting' })).toEqual(['tier-discount']);
    expect(found({ severity: 'high' })).toEqual(['phone-burst', 'blacklisted-words']);
    expect(found({ text: '优惠 90%' })).toEqual(['coupon-abuse']);
    expect(found({ text: 'usual AREA' })).toEqual(['far-address']);
    expect(found({})).toHaveLength(items.length);
  });

  it('keeps its filter in the address', () => {
    const filter = { state: 'off' as const, severity: 'low' as const, text: '当日' };
    expect(readRuleFilter(writeRuleFilter(filter, 'daily-limit') as Record<string, string>)).toEqual(filter);
    expect(writeRuleFilter(NONE, null)).toEqual({});
    expect(readRuleFilter({ state: 'asleep', severity: 'grave' })).toEqual(NONE);
  });

  it('says a condition in words, with the unit of each field', () => {
    expect(treeOf('coupon-abuse', 'zh')).toBe('同时满足优惠占比大于90 %优惠金额大于¥20.00不满足预售是');
    expect(treeOf('phone-burst', 'en')).toBe('orders from the same phone within 10 minabove3');
    expect(treeOf('amount-spike', 'zh')).toContain('¥5 000.00');
  });

  it('spells a word list out', () => {
    const text = treeOf('blacklisted-words', 'zh');
    for (const word of legend.words['brushing-words'] ?? []) expect(text).toContain(word);
    expect(text).not.toContain('brushing-words');
  });

  it('shows an unknown field by its id rather than nothing', () => {
    const tree = mount(ConditionTree, { props: { condition: { field: 'new-field', op: '>', value: 3 }, legend, currency: 'CNY' } });
    expect(tree.text()).toContain('new-field');
  });

  it('tells the places of a sentence from its words', () => {
    expect(templateParts('上限 {limit}，{customer-orders} 单')).toEqual([
      { text: '上限 ', isField: false },
      { text: 'limit', isField: true },
      { text: '，', isField: false },
      { text: 'customer-orders', isField: true },
      { text: ' 单', isField: false },
    ]);
  });
});
