import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Condition, Rule, RuleSet } from '#shared/rule.ts';
import { compileRuleSet, lintRuleSet } from '#main/rules/index.ts';
import { aSet, condition, LISTS, moment, someValues, type Values } from './arbitraries.ts';
import { parsedPack } from './pack.ts';

const NOW = Date.UTC(2026, 5, 18);
const CONNECTED = new Set<Rule['source']>(['order']);
const words = { zh: '规则', en: 'Rule' };

function rule(when: Condition, more: Partial<Rule> = {}): Rule {
  return {
    ...{ id: 'rule', version: 1, enabled: true, name: words, about: words, severity: 'medium', action: 'hold', role: 'risk', when },
    ...{ relax: [], sentence: words, stock: 'keep', effectiveFrom: null, effectiveTo: null, source: 'order' },
    ...more,
  };
}

function lint(rules: unknown[], lists: RuleSet['lists'] = LISTS) {
  return lintRuleSet({ rules, lists }, { now: NOW, connected: CONNECTED }).findings.filter(({ kind }) => kind !== 'unused-list');
}
const kindsOf = (when: Condition, more: Partial<Rule> = {}) => lint([rule(when, more)]).map(({ kind, path }) => [kind, path]);

const AMOUNT = (op: '>' | '<' | '>=' | '<=', value: number): Condition => ({ field: 'order-amount', op, value });
const FIRST: Condition = { field: 'first-order', op: '==', value: true };

describe('what can never be true', () => {
  test.each<[string, Condition]>([
    ['above and below', { all: [AMOUNT('>', 500_000), AMOUNT('<', 300_000)] }],
    [
      'nothing between two whole numbers',
      {
        all: [
          { field: 'pieces', op: '>', value: 5 },
          { field: 'pieces', op: '<', value: 6 },
        ],
      },
    ],
    ['a first order with a past', { all: [FIRST, { field: 'customer-orders', op: '>=', value: 3 }] }],
    ['a first order against own average', { all: [FIRST, { field: 'amount-vs-customer-average', op: '>', value: 3 }] }],
    ['yes and no', { all: [FIRST, { not: FIRST }] }],
    [
      'of one channel and another',
      {
        all: [
          { field: 'channel', op: '==', value: 'jd' },
          { field: 'channel', op: 'in', value: ['douyin', 'taobao'] },
        ],
      },
    ],
    [
      'with a word and without it',
      {
        all: [
          { field: 'remarks', op: 'contains-any', value: ['刷单'] },
          { not: { field: 'remarks', op: 'contains-any', value: ['刷', '返现'] } },
        ],
      },
    ],
  ])('%s: both places are named', (_, when) => {
    const [finding] = lint([rule(when)]);
    expect(finding).toMatchObject({ kind: 'contradiction', level: 'error', path: 'rules.0.when.all.1', other: 'rules.0.when.all.0' });
  });

  test.each<[string, Condition]>([
    ['the window counts the order itself', { field: 'window', window: { count: 'orders', by: 'phone', minutes: 10 }, op: '<', value: 1 }],
    ['deep inside', { any: [{ all: [{ any: [AMOUNT('>', 900)] }, { not: AMOUNT('>=', 800) }] }] }],
    ['an empty list', { field: 'remarks', op: 'contains-any', value: 'nothing' }],
  ])('%s', (_, when) => {
    const findings = lint([rule(when)], { ...LISTS, nothing: [] });
    expect(findings.map(({ kind }) => kind)).toContain('never-true');
  });

  test('a relaxation that takes every hit away', () => {
    const relax = [{ id: 'all', when: { field: 'pieces', op: '>', value: 1 } as const, effect: { skip: true as const }, why: words }];
    expect(kindsOf({ field: 'pieces', op: '>', value: 3 }, { relax })).toEqual([['never-true', 'rules.0.relax.0']]);
  });

  test('what only a relaxation makes possible is not called dead', () => {
    const between: Condition = {
      all: [
        { field: 'pieces', op: '>', value: 5 },
        { field: 'pieces', op: '<', value: 6 },
      ],
    };
    const relax = [{ id: 'more', when: FIRST, effect: { multiplyThreshold: 3 }, why: words }];
    expect(kindsOf(between, { relax })).toEqual([]);
  });
});

describe('what is doubtful', () => {
  test.each<[string, Condition, string, string]>([
    ['a part that another covers', { all: [AMOUNT('>', 500_000), AMOUNT('>', 300_000)] }, 'redundant', 'rules.0.when.all.1'],
    ['a branch within another', { any: [AMOUNT('>', 500_000), AMOUNT('>', 300_000)] }, 'redundant', 'rules.0.when.any.0'],
    ['a branch that cannot be', { any: [AMOUNT('>', 500), { all: [FIRST, { not: FIRST }] }] }, 'never-true', 'rules.0.when.any.1'],
    ['every order', { any: [AMOUNT('>', 500), AMOUNT('<=', 500)] }, 'always-true', 'rules.0.when'],
    ['less than one yuan', AMOUNT('>', 50), 'unit', 'rules.0.when'],
  ])('%s', (_, when, kind, path) => {
    expect(kindsOf(when)).toContainEqual([kind, path]);
  });

  test('a rule in the shadow of another, and one that is the same', () => {
    const [wide, narrow, again] = [
      rule(AMOUNT('>', 100_000), { id: 'wide' }),
      rule({ all: [AMOUNT('>', 500_000), FIRST] }, { id: 'narrow' }),
      rule(AMOUNT('>', 100_000), { id: 'again' }),
    ];
    expect(lint([wide, narrow, again]).map(({ kind, ruleId, other }) => [kind, ruleId, other])).toEqual([
      ['shadowed', 'narrow', 'wide'],
      ['duplicate', 'again', 'wide'],
    ]);
    const graver = { ...narrow, severity: 'high' as const, action: 'freeze' as const };
    expect(lint([wide, graver])).toEqual([]);
  });

  test('lists: blank words, empty lists, lists nobody names', () => {
    const findings = lintRuleSet(
      {
        rules: [
          rule({ not: { field: 'remarks', op: 'contains-any', value: 'empty' } }),
          rule({ field: 'remarks', op: 'in-list', value: 'blank' }, { id: 'b' }),
        ],
        lists: { empty: [], blank: ['刷单', ' '], idle: ['x'] },
      },
      { now: NOW, connected: CONNECTED },
    ).findings;
    expect(findings.map(({ kind, path }) => [kind, path])).toEqual(
      expect.arrayContaining([
        ['blank', 'lists.empty'],
        ['blank', 'lists.blank'],
        ['unused-list', 'lists.idle'],
      ]),
    );
  });

  test('dates that have passed and sources that are not there', () => {
    expect(kindsOf(FIRST, { effectiveTo: NOW })).toEqual([['dates', 'rules.0.effectiveTo']]);
    expect(kindsOf({ field: 'risk-score', op: '>', value: 80 })).toEqual([['source', 'rules.0.when']]);
  });

  test('a rule that cannot be read is named by its place and stops no other', () => {
    const findings = lint([{ id: 'broken' }, rule({ all: [AMOUNT('>', 900), AMOUNT('<', 900)] })]);
    expect(findings.filter(({ ruleId }) => ruleId === 'broken').every(({ kind, level }) => kind === 'shape' && level === 'error')).toBe(
      true,
    );
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'contradiction', path: 'rules.1.when.all.1' }));
  });

  test('a pattern that could run away is refused with its reason', () => {
    const [finding] = lint([rule({ field: 'remarks', op: 'matches', value: '(a+)\\1' })]);
    expect(finding).toMatchObject({ path: 'rules.0.when.value', level: 'error' });
    expect(finding?.text.en).toContain('back-references');
  });
});

test('the shipped pack has no finding but sources that are not connected', () => {
  const { findings } = lintRuleSet(parsedPack.ruleSet, { now: NOW, connected: CONNECTED });
  expect(findings.filter(({ kind }) => kind !== 'source').map(({ ruleId, path, text }) => [ruleId, path, text.en])).toEqual([]);
});

const hitsOf = (set: RuleSet, values: Values, at: number) => {
  const compiled = compileRuleSet(set);
  return new Set(
    compiled
      .judge(
        compiled.fields.map((id) => values[id] ?? null),
        at,
        [],
      )
      .map(({ ruleId }) => ruleId),
  );
};
const RUNS = { numRuns: 3_000 };

test('lint never calls a hitting rule dead, nor a rule shadowed that hits where the other does not', () => {
  fc.assert(
    fc.property(aSet, someValues, moment, (set, values, at) => {
      const { findings } = lintRuleSet(set, { now: 0, connected: CONNECTED });
      const hits = hitsOf(set, values, at);
      for (const { ruleId, kind, level, other } of findings) {
        if (ruleId === null || !hits.has(ruleId)) continue;
        expect([kind, level]).not.toEqual(['never-true', 'error']);
        expect(kind).not.toBe('contradiction');
        if (kind === 'shadowed' || kind === 'duplicate') expect(hits).toContain(other);
      }
    }),
    RUNS,
  );
});

/** The condition without the part at a path. */
function without(written: Condition, path: readonly string[]): Condition {
  const [step, index, ...rest] = path;
  if (step === 'not' && 'not' in written) return { not: without(written.not, path.slice(1)) };
  const children = 'all' in written ? written.all : 'any' in written ? written.any : [];
  const left = children.flatMap((child, at) => (at !== Number(index) ? [child] : rest.length === 0 ? [] : [without(child, rest)]));
  return 'all' in written ? { all: left } : { any: left };
}

test('a part called idle can be taken out, and an always true condition hits every order of which all is known', () => {
  fc.assert(
    fc.property(condition, someValues, (when, values) => {
      const set = (written: Condition): RuleSet => ({ version: 1, lists: LISTS, rules: [rule(written)] });
      const hits = hitsOf(set(when), values, 0).size;
      for (const { kind, level, path } of lint([rule(when)])) {
        const inner = path.split('.').slice(3);
        if (kind === 'redundant' || (kind === 'never-true' && level === 'warning')) {
          // Under a `not` an unknown part can keep a condition unknown that is false without it: neither hits.
          if (!inner.includes('not')) expect(hitsOf(set(without(when, inner)), values, 0).size).toBe(hits);
        }
        if (kind === 'always-true' && Object.values(values).every((value) => value !== null)) expect(hits).toBe(1);
      }
    }),
    RUNS,
  );
});

describe('what slips past a quick look', () => {
  const LOYAL = { id: 'loyal', effect: { skip: true }, why: words } as const;

  test('a sum below one yuan in a range, a list or a relaxation', () => {
    expect(kindsOf({ field: 'order-amount', op: 'between', value: [1, 50] })).toEqual([['unit', 'rules.0.when']]);
    expect(kindsOf({ field: 'order-amount', op: 'between', value: [1, 50_000] })).toEqual([]);
    expect(kindsOf(AMOUNT('>', 300_000), { relax: [{ ...LOYAL, when: { field: 'customer-average', op: '>', value: 20 } }] })).toEqual([
      ['unit', 'rules.0.relax.0.when'],
    ]);
  });

  test('a pattern whose repetitions would slow every order down; long ones without are nothing to say of', () => {
    const found = (value: string) => kindsOf({ field: 'remarks', op: 'matches', value });
    for (const value of ['.{1,500}z', '(.{1,30}){1,30}z', '(?:(?:a?){500}a)']) expect(found(value)).toEqual([['pattern', 'rules.0.when']]);
    const words = Array.from({ length: 80 }, (_, index) => `词${index}`).join('|');
    for (const value of [words, '加?微信.{0,20}[a-z0-9]+', '1[3-9]\\d{9}', '(x+x+)+y']) expect(found(value)).toEqual([]);
  });

  test('a text compared with nothing blocks, wherever it stands', () => {
    const blank = (op: '==' | '!=', value: string): Condition => ({ field: 'province', op, value });
    const when: Condition = { all: [FIRST, { any: [{ not: blank('==', ' ') }, AMOUNT('>', 300_000)] }] };
    const found = lint([rule(when, { relax: [{ ...LOYAL, when: blank('!=', '') }] })]).filter(({ kind }) => kind === 'blank');
    expect(found.map(({ path, level }) => [path, level])).toEqual([
      ['rules.0.when.all.1.any.0.not.value', 'error'],
      ['rules.0.relax.0.when.value', 'error'],
    ]);
  });

  test('a sentence that quotes what the condition does not compare', () => {
    const quoting = (zh: string) => kindsOf(AMOUNT('>', 300_000), { sentence: { zh, en: zh } });
    expect(quoting('{limit:pieces}')).toEqual([['blank', 'rules.0.sentence']]);
    expect(quoting('{minutes}')).toEqual([['blank', 'rules.0.sentence']]);
    expect(quoting('{order-amount} {limit:order-amount} {value} {limit} {pieces}')).toEqual([]);
  });
});
