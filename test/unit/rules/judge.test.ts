import { describe, expect, test } from 'vitest';
import type { Condition, Rule, RuleSet } from '#shared/rule.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { compileRuleSet, conditionText, explainVerdict } from '#main/rules/index.ts';

function rule(when: Condition, more: Partial<Rule> = {}): Rule {
  return {
    id: 'rule',
    version: 1,
    enabled: true,
    name: { zh: '规则', en: 'Rule' },
    about: { zh: '', en: '' },
    severity: 'medium',
    action: 'hold',
    role: 'service',
    when,
    relax: [],
    sentence: { zh: '{value}／{limit}', en: '{value} of {limit}' },
    stock: 'keep',
    effectiveFrom: null,
    effectiveTo: null,
    source: 'order',
    ...more,
  };
}
const setOf = (...rules: Rule[]): RuleSet => ({ version: 7, rules, lists: { words: ['刷单', 'Cash'] } });

function judge(set: RuleSet, values: Record<string, FieldValue>, clearances: Clearance[] = [], at = 0) {
  const compiled = compileRuleSet(set);
  const vector = compiled.fields.map((id) => values[id] ?? null);
  return { hits: compiled.judge(vector, at, clearances), results: compiled.explain(vector, at, clearances), compiled, vector };
}

const PIECES: Condition = { field: 'pieces', op: '>', value: 3 };
const AMOUNT: Condition = { field: 'order-amount', op: '>=', value: 10_000 };

describe('three truths', () => {
  test.each([
    [{ all: [PIECES, AMOUNT] }, { pieces: 4 }, 'unknown'],
    [{ all: [PIECES, AMOUNT] }, { pieces: 3 }, 'false'],
    [{ any: [PIECES, AMOUNT] }, { pieces: 4 }, 'true'],
    [{ any: [PIECES, AMOUNT] }, { pieces: 3 }, 'unknown'],
    [{ not: PIECES }, {}, 'unknown'],
    [{ not: PIECES }, { pieces: 1 }, 'true'],
  ] as [Condition, Record<string, FieldValue>, string][])('%j with %j is %s', (when, values, expected) => {
    const { hits, results } = judge(setOf(rule(when)), values);
    expect(results[0]?.tree?.outcome).toBe(expected);
    expect(hits).toHaveLength(expected === 'true' ? 1 : 0);
  });

  test('words are found in any case, and only what matched is shown', () => {
    const { results } = judge(setOf(rule({ field: 'remarks', op: 'contains-any', value: 'words' })), { remarks: '给 cash，别写刷单' });
    expect(results[0]?.tree?.actual).toEqual(['刷单', 'Cash']);
  });

  test('a text of a sensitive field never reaches a tree', () => {
    const { results } = judge(setOf(rule({ field: 'ip', op: 'in-list', value: 'words' })), { ip: '198.51.100.1' });
    expect(JSON.stringify(results)).not.toContain('198.51.100.1');
  });
});

describe('relaxations (B2)', () => {
  const LOYAL: Condition = { field: 'customer-repurchase-rate', op: '>', value: 30 };
  const why = { zh: '老客户', en: 'a regular' };
  const wider = rule(PIECES, { relax: [{ id: 'loyal', when: LOYAL, effect: { multiplyThreshold: 2 }, why }] });
  const skipped = rule(PIECES, { relax: [{ id: 'loyal', when: LOYAL, effect: { skip: true }, why }] });

  test('multiply the threshold, and say so', () => {
    const { hits, results } = judge(setOf(wider), { pieces: 5, 'customer-repurchase-rate': 50 });
    expect(hits).toEqual([]);
    expect(results[0]).toMatchObject({
      result: 'snoozed',
      relaxed: [{ id: 'loyal', effect: '×2', why }],
      tree: { threshold: 6, writtenThreshold: 3 },
      whyNot: { zh: '已放宽：老客户；件数为 5，未满足「大于 6」，相差 1', en: 'Relaxed: a regular; Pieces is 5, not above 6, 1 away' },
    });
  });

  test('stop at the wider threshold', () => {
    const { hits } = judge(setOf(wider), { pieces: 7, 'customer-repurchase-rate': 50 });
    expect(hits[0]?.sentence.en).toBe('7 of 6');
  });

  test('skip the rule altogether', () => {
    const { hits, results } = judge(setOf(skipped), { pieces: 500, 'customer-repurchase-rate': 31 });
    expect(hits).toEqual([]);
    expect(results[0]?.whyNot?.en).toBe('Relaxed: a regular');
  });

  test('an unknown standing relaxes nothing', () => {
    expect(judge(setOf(skipped), { pieces: 500 }).hits).toHaveLength(1);
  });
});

describe('why not (M1)', () => {
  test('names the first condition that failed and by how much', () => {
    const { results } = judge(setOf(rule({ all: [AMOUNT, PIECES] })), { 'order-amount': 9_050, pieces: 1, currency: 'CNY' });
    expect(results[0]?.whyNot).toEqual({
      zh: '订单金额为 90.50 元，未满足「不少于 100.00 元」，相差 9.50 元',
      en: 'Order amount is 90.50 CNY, not at least 100.00 CNY, 9.50 CNY away',
    });
  });

  test('says when data is missing', () => {
    expect(judge(setOf(rule(PIECES)), {}).results[0]?.whyNot?.zh).toBe('缺少数据：件数未知，不作判断');
  });

  test.each([
    [{ enabled: false }, 'snoozed', 'The rule is switched off'],
    [{ effectiveFrom: Date.UTC(2026, 0, 1, -8) }, 'snoozed', 'The rule takes effect on 2026-01-01'],
    [{ effectiveTo: Date.UTC(2024, 11, 31, -8) }, 'snoozed', 'The rule ended on 2024-12-31'],
  ])('says why it is silent: %j', (more, result, text) => {
    const { hits, results } = judge(setOf(rule(PIECES, more)), { pieces: 9 }, [], Date.UTC(2025, 5, 1));
    expect(hits).toEqual([]);
    expect(results[0]).toMatchObject({ result, whyNot: { en: text } });
  });
});

test('a rule waits for a source that has not told anything', () => {
  const set = setOf(rule({ field: 'tier-discount-excess', op: '>', value: 5 }, { source: 'crm' }));
  const { hits, results } = judge(set, {});
  expect(hits).toEqual([]);
  expect(results[0]).toMatchObject({
    result: 'waiting',
    whyNot: { en: 'Waiting: the CRM has not told the discount beyond the tier yet' },
  });
  expect(judge(set, { 'tier-discount-excess': 6 }).hits).toHaveLength(1);
});

describe('sticky release (M6)', () => {
  const set = setOf(rule({ all: [PIECES, { field: 'amount-vs-shop-average', op: '>', value: 3 }] }));
  const released = (values: Record<string, FieldValue>): Clearance[] =>
    judge(set, values).hits.map((hit) => ({ ruleId: hit.ruleId, ruleVersion: 1, evidence: hit.evidence, at: 1, by: 'lin' }));
  const before = released({ pieces: 5, 'amount-vs-shop-average': 4 });

  test.each([
    ['the same evidence', { pieces: 5, 'amount-vs-shop-average': 4 }, 'cleared'],
    ['weaker evidence', { pieces: 4, 'amount-vs-shop-average': 3.5 }, 'cleared'],
    ['an average that slipped', { pieces: 5, 'amount-vs-shop-average': 4.4 }, 'cleared'],
    ['one piece more', { pieces: 6, 'amount-vs-shop-average': 4 }, 'hit'],
    ['a much graver ratio', { pieces: 5, 'amount-vs-shop-average': 5.1 }, 'hit'],
  ])('%s is %s', (_, values, expected) => {
    const { hits, results } = judge(set, values, before);
    expect(results[0]?.result).toBe(expected);
    expect(hits).toHaveLength(expected === 'hit' ? 1 : 0);
  });

  test('holds across versions of the rule', () => {
    const next = setOf(rule(set.rules[0]?.when as Condition, { version: 2 }));
    expect(judge(next, { pieces: 5, 'amount-vs-shop-average': 4 }, before).hits).toEqual([]);
  });

  test('holds when the rule is edited in its thresholds alone, however it writes them', () => {
    const values = { pieces: 5, 'amount-vs-shop-average': 4 };
    const edited = (pieces: Condition): RuleSet =>
      setOf(rule({ all: [pieces, { field: 'amount-vs-shop-average', op: '>=', value: 1 }] }, { version: 2 }));
    expect(judge(edited({ field: 'pieces', op: '>', value: 1 }), values, before).hits).toEqual([]);
    expect(judge(edited({ field: 'pieces', op: 'between', value: [2, 9] }), values, before).hits).toEqual([]);
  });

  test('a rule that reads another fact finds new evidence', () => {
    const wider = setOf(rule({ all: [PIECES, { field: 'mixed-storage', op: '==', value: true }] }, { version: 2 }));
    const { hits } = judge(wider, { pieces: 5, 'mixed-storage': true }, before);
    expect(hits[0]?.sentence).toEqual({
      zh: '5／3（新证据：冷链与常温混装，lin 放行时没有）',
      en: '5 of 3 (new evidence: Cold and normal goods together, which was not so when lin released it)',
    });
  });

  test('what is new is said: the figure then and now, and by whom it was released', () => {
    const { hits, results } = judge(set, { pieces: 8, 'amount-vs-shop-average': 4 }, before);
    const sentence = {
      zh: '8／3（新证据：lin 放行时件数为 5，现为 8）',
      en: '8 of 3 (new evidence: Pieces was 5 when lin released it, now 8)',
    };
    expect(hits[0]?.sentence).toEqual(sentence);
    expect(results[0]?.sentence).toEqual(sentence);
  });

  test('words are new one by one', () => {
    const words = setOf(rule({ field: 'buyer-message', op: 'contains-any', value: ['刷单', '返现'] }));
    const first = judge(words, { 'buyer-message': '刷单' });
    const cleared = first.hits.map(({ ruleId, evidence }) => ({ ruleId, ruleVersion: 1, evidence, at: 1, by: 'hub' }));
    expect(judge(words, { 'buyer-message': '刷单刷单' }, cleared).hits).toEqual([]);
    expect(judge(words, { 'buyer-message': '刷单返现' }, cleared).hits[0]?.sentence.zh).toContain('新证据：出现「返现」，自动放行时没有');
  });

  test('facts of several releases add up', () => {
    const either = setOf(rule({ any: [PIECES, { field: 'mixed-storage', op: '==', value: true }] }));
    const release = (values: Record<string, FieldValue>, at: number, known: Clearance[]): Clearance[] => [
      ...known,
      ...judge(either, values, known).hits.map(({ ruleId, evidence }) => ({ ruleId, ruleVersion: 1, evidence, at, by: 'lin' })),
    ];
    const twice = release({ 'mixed-storage': true }, 2, release({ pieces: 5 }, 1, []));
    expect(twice).toHaveLength(2);
    expect(judge(either, { pieces: 5, 'mixed-storage': true }, twice).hits).toEqual([]);
  });
});

test('a stored verdict is derived again, and a forged one is found out (M5)', () => {
  const set = setOf(rule(PIECES), rule(AMOUNT, { id: 'other', severity: 'high', action: 'freeze' }));
  const { compiled, vector, hits } = judge(set, { pieces: 9, 'order-amount': 20_000, currency: 'CNY' });
  const verdict = {
    orderNo: 'TB1',
    orderVersion: 1,
    at: 5,
    ruleSetVersion: 7,
    grade: 'high' as const,
    healthScore: 0,
    hits: [...hits],
    fields: compiled.fields,
    inputs: vector,
  };
  const explained = explainVerdict(compiled, verdict, []);
  expect(explained.rederived).toBe(true);
  expect(explained.results.map((entry) => entry.ruleId)).toEqual(['other', 'rule']);
  expect(explained.sentence.en).toBe('200.00 CNY of 100.00 CNY; 9 of 3');
  expect(explainVerdict(compiled, { ...verdict, hits: [] }, []).rederived).toBe(false);
  // A release in the very millisecond of the decision, or later, had no part in it.
  expect(
    explainVerdict(compiled, verdict, [{ ruleId: 'other', ruleVersion: 1, evidence: hits[1]?.evidence ?? '', at: 5, by: 'lin' }]).rederived,
  ).toBe(true);
  expect(
    explainVerdict(compiled, verdict, [{ ruleId: 'rule', ruleVersion: 1, evidence: hits[0]?.evidence ?? '', at: 6, by: 'lin' }]).rederived,
  ).toBe(true);
});

test('a list goes by its name', () => {
  expect(conditionText({ field: 'province', op: 'in-list', value: 'remote-provinces' })).toEqual({
    zh: '收货省份 在名单「偏远省份」中',
    en: 'Province on the list "remote provinces"',
  });
});

test('a condition reads as one line', () => {
  const when: Condition = { all: [{ any: [PIECES, { not: AMOUNT }] }, { field: 'presale', op: '==', value: false }] };
  expect(conditionText(when)).toEqual({
    zh: '（件数 大于 3 或 非 订单金额 不少于 100.00 元） 且 非预售',
    en: '(Pieces above 3 or not Order amount at least 100.00 CNY) and not Presale',
  });
});

test('a sentence may quote a sliding window the condition does not read', () => {
  const window = 'window:orders:phone:10';
  const { hits, compiled } = judge(setOf(rule(PIECES, { sentence: { zh: `{${window}} 单`, en: `{${window}} orders` } })), {
    pieces: 5,
    [window]: 4,
  });
  expect(hits[0]?.sentence).toEqual({ zh: '4 单', en: '4 orders' });
  expect(compiled.windows).toEqual([{ count: 'orders', by: 'phone', minutes: 10 }]);
});
