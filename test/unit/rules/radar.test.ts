import { describe, expect, test } from 'vitest';
import type { Condition, Rule } from '#shared/rule.ts';
import { addRadar } from '#main/engine/index.ts';
import { reasonText } from '#main/model/radar.ts';
import type { RadarScorer } from '#main/model/radar.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import {
  compileRuleSet,
  lintRuleSet,
  RADAR_INPUTS,
  RADAR_SCORE,
  radarFeatureLabel,
  radarModelFor,
  radarReasonText,
  type CompiledRuleSet,
} from '#main/rules/index.ts';
import { rule } from '#test/support/rules.ts';

const score = (value = 70): Condition => ({ field: 'radar-score', op: '>=', value });
const model = (value = 'radar-3'): Condition => ({ field: 'radar-model', op: '==', value });
const radar = (id: string, all: Condition[], more: Partial<Rule> = {}) =>
  rule(id, {
    when: { all },
    source: 'model',
    sentence: { zh: '评分 {radar-score}：{radar-reasons}', en: 'score {radar-score}: {radar-reasons}' },
    ...more,
  });

const REASONS = [
  reasonText({ feature: 'first-order', value: true, effect: Math.log(2.4) }),
  reasonText({ feature: 'order-amount', value: 520_000, effect: -0.7 }),
  reasonText({ feature: 'remarks contains-any forbidden-words', value: true, effect: 5 }),
];
const scorerOf = (given: number, read?: (values: readonly FieldValue[]) => void): RadarScorer => ({
  model: 'radar-3',
  inputs: ['order-amount', 'province', 'not-there'],
  read(values) {
    read?.(values);
    return { score: given, reasons: REASONS };
  },
});
const vectorOf = (compiled: CompiledRuleSet, values: Record<string, FieldValue>) => compiled.fields.map((id) => values[id] ?? null);

describe('the vector of a set that reads the score', () => {
  const compiled = compileRuleSet({ version: 1, rules: [radar('r', [score(), model()])], lists: {} });

  test('holds everything a model may read, and the hub counts its windows', () => {
    for (const id of [...RADAR_INPUTS, 'radar-reasons', 'radar-model', 'message-model']) expect(compiled.fields).toContain(id);
    expect(compiled.windows.map(({ by }) => by).sort()).toEqual(['buyer', 'ip', 'phone']);
  });

  test('of one that does not holds none of it, and the model is not even asked', () => {
    const other = compileRuleSet({ version: 1, rules: [rule('large')], lists: {} });
    expect(other.fields).not.toContain('radar-model');
    const vector = vectorOf(other, { 'order-amount': 5 });
    addRadar(
      vector,
      other,
      scorerOf(99, () => expect.unreachable()),
    );
    expect(vector).toEqual(vectorOf(other, { 'order-amount': 5 }));
  });

  test('the model is handed the values in its own order; what the vector has no place for is unknown', () => {
    const vector = vectorOf(compiled, { currency: 'CNY', province: '广东', 'order-amount': 7 });
    let handed: readonly FieldValue[] = [];
    addRadar(
      vector,
      compiled,
      scorerOf(81.5, (values) => (handed = [...values])),
    );
    expect(handed).toEqual([7, '广东', null]);
    const at = (id: string) => vector[compiled.fields.indexOf(id)];
    expect([at('radar-score'), at('radar-model'), at('radar-reasons')]).toEqual([81.5, 'radar-3', REASONS]);
  });
});

describe('a rule on the score', () => {
  const compiled = compileRuleSet({ version: 1, rules: [radar('r', [score(), model()])], lists: {} });
  const scored = (value: number | null, name: string | null = 'radar-3') =>
    vectorOf(compiled, { currency: 'CNY', 'radar-score': value, 'radar-model': name, 'radar-reasons': value === null ? null : REASONS });

  test('says its reasons in both languages', () => {
    const [hit] = compiled.judge(scored(83.2), 0, []);
    expect(hit?.sentence.zh).toBe(
      '评分 83.2：首单：是（纠纷可能性 ×2.4）；订单金额：5200.00 元（纠纷可能性 ×0.5）；备注含「违规词」中的词：是（纠纷可能性 ×100+）',
    );
    expect(hit?.sentence.en).toContain('First order: yes (odds of a dispute × 2.4); Order amount: 5200.00 CNY');
    const [result] = compiled.explain(scored(83.2), 0, []);
    const leaf = result?.tree?.children?.find(({ field }) => field === RADAR_SCORE);
    expect(leaf?.reasons?.map(({ zh }) => zh)[0]).toBe('首单：是（纠纷可能性 ×2.4）');
    expect(leaf?.because).toBeUndefined();
  });

  test('without a model waits: unknown is not zero', () => {
    const [result] = compiled.explain(scored(null, null), 0, []);
    expect(result?.result).toBe('waiting');
    expect(compiled.judge(scored(null, null), 0, [])).toEqual([]);
    const below = compileRuleSet({ version: 1, rules: [radar('r', [{ field: 'radar-score', op: '<', value: 10 }, model()])], lists: {} });
    expect(below.judge(vectorOf(below, { currency: 'CNY' }), 0, [])).toEqual([]);
  });

  test('another model than the one named does not hit', () => {
    expect(compiled.judge(scored(99, 'radar-4'), 0, [])).toEqual([]);
  });

  test('a release holds while the score drifts by a quarter, as averages move; a much graver one is new evidence', () => {
    const tall = compileRuleSet({ version: 1, rules: [radar('r', [score(40), model()])], lists: {} });
    const at = (value: number) =>
      vectorOf(tall, { currency: 'CNY', 'radar-score': value, 'radar-model': 'radar-3', 'radar-reasons': REASONS });
    const cleared: Clearance[] = tall
      .judge(at(60), 0, [])
      .map(({ ruleId, ruleVersion, evidence }) => ({ ruleId, ruleVersion, evidence, at: 1, by: 'lin' }));
    expect(tall.judge(at(74), 2, cleared)).toEqual([]);
    expect(tall.judge(at(90), 2, cleared)[0]?.sentence.zh).toContain('新证据');
  });
});

describe('the model of a set', () => {
  test('is the newest one an enabled rule names in its condition', () => {
    const rules = [
      radar('a', [score(), model('radar-2')]),
      radar('b', [score(), { any: [{ field: 'radar-model', op: 'in', value: ['radar-10', 'radar-9'] }] }]),
      radar('c', [score(), model('radar-11')], { enabled: false }),
      radar('d', [score(), model('radar-x')]),
    ];
    expect(radarModelFor({ rules })).toBe('radar-10');
    expect(radarModelFor({ rules: [rule('large'), radar('r', [score()])] })).toBeNull();
  });

  const lint = (rules: Rule[]) =>
    lintRuleSet({ rules, lists: {} }, { now: 0, connected: new Set(['order', 'model']) }).findings.filter(({ kind }) => kind === 'source');

  test('lint names rules that read a score no model gives, and those of a model that is not asked', () => {
    expect(lint([radar('r', [score(), model()])])).toEqual([]);
    expect(lint([radar('r', [score()])])).toMatchObject([{ ruleId: 'r', level: 'warning', path: 'rules.0.when' }]);
    // A second rule may lean on the model the first one names.
    expect(lint([radar('r', [score(), model()]), radar('s', [score(90)])])).toEqual([]);
    expect(lint([radar('old', [score(), model('radar-2')]), radar('new', [score(), model()])])).toMatchObject([{ ruleId: 'old' }]);
  });
});

test('features are called by their field or by what is looked for', () => {
  expect(radarFeatureLabel('window:orders:phone:10').zh).toBe('同一手机号 10 分钟内订单数');
  expect(radarFeatureLabel('remarks matches 返.*现').en).toBe('Remarks matching the pattern "返.*现"');
  expect(radarReasonText({ feature: 'buyer-tags', value: [], effect: -0.2 }, 'CNY').en).toBe('Buyer tags: none (odds of a dispute × 0.82)');
});

test('reasons are told and not asked: a rule on them is refused', () => {
  const on = rule('r', { when: { field: 'radar-reasons', op: 'contains-any', value: ['x'] } });
  const { findings } = lintRuleSet({ rules: [on], lists: {} }, { now: 0, connected: new Set(['order', 'model']) });
  expect(findings.some(({ level, path }) => level === 'error' && path.startsWith('rules.0'))).toBe(true);
});
