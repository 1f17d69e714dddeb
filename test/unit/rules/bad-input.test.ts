import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Compare, Condition, Rule } from '#shared/rule.ts';
import { compileRuleSet, conditionText, effectText, legendOf, lintRuleSet } from '#main/rules/index.ts';
import { countChanges, sameContent } from '#main/hub/rules/content.ts';
import { differences } from '#main/hub/rules/difference.ts';
import { MaskedRules } from '#main/hub/rules/masked-rules.ts';
import { mergeBodies } from '#main/hub/rules/merge.ts';
import { BAD_VALUES, nestedArrays, nestedObjects, placesOf, replaced } from '#test/support/bad-values.ts';
import { rule } from '#test/support/rules.ts';
import pack from '../../../resources/rules.json' with { type: 'json' };

const SEED = 20_250_618;
const NOW = Date.UTC(2026, 5, 18);
type Body = Parameters<typeof lintRuleSet>[0];

/** Lints as while somebody types: whatever is wrong is told in words, with its place, and what is not told of can be judged by. */
function lint(body: Body) {
  const { findings, parsed } = lintRuleSet(body, { now: NOW, connected: new Set(['order']) });
  for (const { path, text } of findings) {
    expect(path).toMatch(/^(?:rules\.\d+|lists)(?:\.|$)/);
    expect(text.zh).toMatch(/\p{Script=Han}/u);
    expect(text.en).not.toMatch(/^$|undefined/);
  }
  // Answers go from thread to thread.
  structuredClone([findings, legendOf(parsed.ruleSet)]);
  for (const one of parsed.ruleSet.rules) expect([conditionText(one.when).zh, effectText(one).zh]).not.toContain('');
  compileRuleSet(parsed.ruleSet);
  const unread = body.rules.length - parsed.ruleSet.rules.length;
  expect(new Set(findings.filter(({ kind }) => kind === 'shape').map(({ path }) => path.split('.')[1])).size).toBeGreaterThanOrEqual(
    unread,
  );
  return findings;
}

/** What the desk does with a draft besides: counts, compares, masks and rebases it. */
function handle(body: Body): void {
  const base: Body = { rules: pack.rules, lists: pack.lists };
  expect(sameContent(body, body)).toBe(true);
  expect(countChanges(body, body)).toEqual({ added: 0, changed: 0, removed: 0 });
  for (const [before, after] of [
    [base, body],
    [body, base],
  ] as const) {
    const masked = differences(before, after, new MaskedRules(before, after));
    expect(masked.length).toBe(differences(before, after).length);
  }
  expect(mergeBodies(base, body, base).conflicts).toEqual([]);
}

/** Names every object has, values that are no rule, and as much as a rule may hold. */
const PARTS: readonly unknown[] = [
  ...BAD_VALUES.slice(0, -5),
  ...[nestedArrays(30), nestedObjects(30), nestedObjects(30, 'all')],
  ...['window', 'order-amount', 'buyer-message', 'a{1000}{1000}', '(', '(?=a)', '\\1', 'a{0,1000}'.repeat(50), '['],
  ...[
    { field: 'order-amount', op: '>', value: 1 },
    { all: [] },
    { any: [] },
    { not: { all: [{}] } },
    { skip: true },
    { multiplyThreshold: 1e308 },
  ],
  ...[8.64e15, 8.64e15 + 1, -8.64e15, Number.MAX_SAFE_INTEGER],
];

describe('a rule set that is no rule set', () => {
  test('a rule with anything in any of its places is linted in words', () => {
    const rules = fc.constantFrom(...pack.rules);
    const change = (one: (typeof pack.rules)[number], place: number, part: number) => {
      const places = placesOf(one);
      const changed = replaced(one, places[place % places.length] ?? [], PARTS[part]);
      lint({ rules: [changed, one], lists: pack.lists });
      return changed;
    };
    fc.assert(
      fc.property(rules, fc.nat(), fc.nat(PARTS.length - 1), (...of) => void change(...of)),
      { numRuns: 600, seed: SEED },
    );
    const handled = fc.property(rules, fc.nat(), fc.nat(PARTS.length - 1), (...of) =>
      handle({ rules: [change(...of), ...pack.rules.slice(0, 3)], lists: pack.lists }),
    );
    fc.assert(handled, { numRuns: 60, seed: SEED });
  });

  test('any JSON in the place of rules is', () => {
    const bodies = fc.record({ rules: fc.array(fc.jsonValue()), lists: fc.dictionary(fc.string(), fc.array(fc.string())) });
    fc.assert(
      fc.property(bodies, (body) => {
        lint(body);
        handle(body);
      }),
      { numRuns: 200, seed: SEED },
    );
  });

  test('lists under names every object has, lists that name each other, and rules that name themselves', () => {
    const of = (id: string, value: string, op: Compare['op'] = 'contains-any') => rule(id, { when: { field: 'buyer-message', op, value } });
    const lists = JSON.parse('{"__proto__":["x"],"constructor":["toString"],"a":["b"],"b":["a"],"c":["c"]}') as Body['lists'];
    const rules = ['__proto__', 'constructor', 'a', 'b', 'c', 'toString'].map((value, at) => of(`r-${at}`, value));
    const errors = lint({ rules, lists }).filter(({ level }) => level === 'error');
    expect(errors.map(({ path }) => path)).toEqual(expect.arrayContaining(['rules.5.when.value']));
    handle({ rules, lists });
  });

  test('the same id a thousand times is told a thousand times but one', () => {
    const rules = Array.from({ length: 1_000 }, () => rule('same'));
    expect(lint({ rules, lists: {} }).filter(({ path }) => path.endsWith('.id')).length).toBe(999);
  });
});

describe('what is large is linted while somebody types', () => {
  const numbered = (of: string, count: number, step = 1) => Array.from({ length: count }, (_, at) => `${of}${at * step}`);
  const lists = { all: numbered('w', 50_000), third: numbered('w', 16_000, 3), others: numbered('x', 50_000) };
  const named = (op: Compare['op'], field: string, count = 120): Rule[] =>
    Array.from({ length: count }, (_, at) => {
      const value = Object.keys(lists)[at % 3] as string;
      return rule(`r-${at}`, {
        when: {
          all: [
            { field, op, value },
            { field: 'pieces', op: '>', value: at },
          ],
        },
        sentence: { zh: '单', en: 'it' },
      });
    });
  const covered = (findings: ReturnType<typeof lint>) =>
    findings.filter(({ kind }) => kind === 'shadowed').map(({ ruleId, other }) => [ruleId, other]);

  test.each<[Compare['op'], string]>([
    ['contains-any', 'buyer-message'],
    ['in-list', 'province'],
    ['in-list', 'buyer-tags'],
  ])('lists of fifty thousand words that many rules name by %s of %s', (op, field) => {
    const found = covered(lint({ rules: named(op, field), lists }));
    // More pieces are asked of every later rule with the same list; a list within another is found as well.
    expect(found).toContainEqual(['r-3', 'r-0']);
    expect(found).toContainEqual(['r-4', 'r-0']);
    expect(found.filter(([narrow]) => narrow === 'r-1')).toEqual([['r-1', 'r-0']]);
    expect(found.filter(([narrow]) => narrow === 'r-2')).toEqual([]);
  });

  test('lists of that size on both sides of a contradiction, and beside patterns', () => {
    const on = (op: Compare['op'], value: string): Condition => ({ field: 'province', op, value });
    const kinds = (...all: Condition[]) =>
      lint({ rules: [rule('r', { when: { all }, sentence: { zh: '单', en: 'it' } })], lists }).map(({ kind }) => kind);
    expect(kinds(on('in-list', 'all'), on('in-list', 'others'))).toContain('contradiction');
    expect(kinds(on('in-list', 'third'), on('not-in-list', 'all'))).toContain('contradiction');
    expect(kinds(on('in-list', 'all'), on('contains-any', 'others'), on('matches', 'w+'))).not.toContain('contradiction');
    expect(kinds(on('not-in-list', 'all'), on('not-in-list', 'others'))).not.toContain('redundant');
  });

  test('thousands of numbers in one comparison', () => {
    const numbers = Array.from({ length: 4_900 }, (_, at) => at + 1);
    const of = (op: 'in' | 'not-in', value = numbers): Condition => ({ field: 'pieces', op, value });
    const kinds = (when: Condition) =>
      lint({ rules: [rule('r', { when, sentence: { zh: '单', en: 'it' } })], lists: {} }).map(({ kind }) => kind);
    expect(kinds(of('in'))).toEqual([]);
    expect(kinds({ all: [of('in'), of('not-in')] })).toContain('contradiction');
    expect(kinds({ any: [of('in'), of('in', numbers.slice(10))] })).toEqual(['redundant']);
  });

  test('patterns whose repetitions are not worth writing out', () => {
    const of = (value: string) => lint({ rules: [rule('r', { when: { field: 'buyer-message', op: 'matches', value } })], lists: {} });
    const patterns = ['a{0,1000}'.repeat(50), '(a{1,30}){1,30}', '((a{1,30}){1,30}){1,30}', 'a{999999999}', '(?:a{500}b){3}'];
    for (const pattern of patterns) expect([pattern, of(pattern).some(({ level }) => level === 'error')]).toEqual([pattern, true]);
    expect(of('\\{2000\\}').filter(({ level }) => level === 'error')).toEqual([]);
  });
});
