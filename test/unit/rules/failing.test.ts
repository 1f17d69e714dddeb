import { describe, expect, test } from 'vitest';
import type { Rule, RuleSet } from '#shared/rule.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldValue, VerdictRecord } from '#main/model/verdict.ts';
import { compileRuleSet, explainVerdict, SAID, tracedSaid } from '#main/rules/index.ts';
import { rule } from '../../support/rules.ts';

/** A value that cannot be looked at: whatever a rule reads of it throws. */
const POISON = new Proxy([] as string[], {
  get(target, name) {
    if (name === Symbol.iterator) throw new TypeError('a value that cannot be looked at');
    return Reflect.get(target, name) as unknown;
  },
});

const BAD = rule('bad', { when: { field: 'skus', op: 'in-list', value: 'watched' }, severity: 'high', action: 'freeze' });
const SEARCH = rule('search', { when: { field: 'skus', op: 'contains-any', value: ['A-1'] } });
const GOOD = rule('good');

/** Beyond 32 rules they are looked up by field, and the look-up meets the value as well. */
function setOf(size: number): RuleSet {
  const more = Array.from({ length: Math.max(0, size - 3) }, (_, index): Rule =>
    rule(`more-${index}`, { when: { field: 'pieces', op: '>', value: 100 + index } }),
  );
  return { version: 3, rules: [BAD, GOOD, SEARCH, ...more], lists: { watched: ['B-2'] } };
}

function vectorFor(fields: readonly string[]): FieldValue[] {
  const values: Record<string, FieldValue> = { currency: 'CNY', 'order-amount': 5_000, pieces: 1, skus: POISON };
  return fields.map((id) => values[id] ?? null);
}

describe.each([3, 40])('one rule of %i that throws', (size) => {
  test('decides nothing, stops no other, and is told each time it judges', () => {
    const failures: [string, number][] = [];
    const compiled = compileRuleSet(setOf(size), ({ id }, _error, at) => failures.push([id, at]));
    const vector = vectorFor(compiled.fields);
    const trace = new Int32Array(compiled.rules.length);
    for (let times = 0; times < 3; times += 1) {
      expect(compiled.trace(vector, times, [], trace).map(({ ruleId }) => ruleId)).toEqual(['good']);
    }
    expect([...trace].slice(0, 3).map(tracedSaid)).toEqual([SAID.failed, SAID.hit, SAID.failed]);
    expect(failures.filter(([id]) => id === 'bad')).toEqual([0, 1, 2].map((at) => ['bad', at]));
    expect(failures.filter(([id]) => id === 'search')).toHaveLength(3);
    expect(compiled.places(vector, 0)).toEqual([1]);
    const told = failures.length;
    compiled.explain(vector, 0, []);
    expect(failures).toHaveLength(told);
  });

  test('is shown as an error, and what the others decided comes out again', () => {
    const compiled = compileRuleSet(setOf(size));
    const inputs = vectorFor(compiled.fields);
    const verdict: VerdictRecord = {
      ...{ orderNo: 'T1', orderVersion: 1, at: 5, ruleSetVersion: 3, grade: 'medium', healthScore: 80 },
      ...{ hits: [...compiled.judge(inputs, 5, [])], fields: compiled.fields, inputs },
    };
    const { results, rederived } = explainVerdict(compiled, verdict, []);
    expect(rederived).toBe(true);
    expect(results.slice(0, 3).map(({ ruleId, result }) => [ruleId, result])).toEqual([
      ['good', 'hit'],
      ['bad', 'error'],
      ['search', 'error'],
    ]);
    expect(results[1]).toMatchObject({
      tree: null,
      sentence: { zh: expect.stringContaining('出错'), en: expect.stringContaining('failed') },
    });
  });
});

test('what was released of a rule under another form of evidence hides nothing and throws nothing', () => {
  const compiled = compileRuleSet(setOf(3));
  const vector = vectorFor(compiled.fields);
  const old: Clearance = { ruleId: 'good', ruleVersion: 1, evidence: 'amount>5000', at: 1, by: 'zhao' };
  expect(compiled.judge(vector, 5, [old]).map(({ ruleId }) => ruleId)).toEqual(['good']);
});
