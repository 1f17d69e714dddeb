import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Compare, Condition, Rule, RuleSet } from '#shared/rule.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { aLargeSet, aSet, condition, LISTS, moment, someValues, type Values } from './arbitraries.ts';
import {
  compileRuleSet,
  conditionText,
  explainVerdict,
  fieldOf,
  parseRuleSet,
  printRuleSet,
  SAID,
  tracedDecision,
  tracedSaid,
} from '#main/rules/index.ts';

/** Plain reading of the same rules, written without looking at how they are compiled. */
type Truth = boolean | null;
const SCALED = new Set(['customer-orders', 'customer-refund-share', 'pieces', 'order-amount', 'discount-share', 'window:orders:phone:10']);

function interpretCompare(compare: Compare, values: Values, lists: RuleSet['lists'], factor: number): Truth {
  const id = compare.window ? `window:${compare.window.count}:${compare.window.by}:${compare.window.minutes}` : compare.field;
  const value = values[id] ?? null;
  if (value === null) return null;
  const words = typeof compare.value === 'string' ? (lists[compare.value] ?? []) : (compare.value as string[]);
  let threshold = compare.value as number;
  if (SCALED.has(id) && factor !== 1) threshold = id === 'order-amount' ? Math.round(threshold * factor) : threshold * factor;
  switch (compare.op) {
    case '>':
      return (value as number) > threshold;
    case '>=':
      return (value as number) >= threshold;
    case '<':
      return (value as number) < threshold;
    case '<=':
      return (value as number) <= threshold;
    case '==':
      return value === compare.value;
    case '!=':
      return value !== compare.value;
    case 'between': {
      const [from = 0, to = 0] = compare.value as number[];
      const number = value as number;
      return from <= to ? number >= from && number <= to : number >= from || number <= to;
    }
    case 'matches':
      return value !== '' && new RegExp(compare.value as string, 'i').test(value as string);
    case 'in':
      return (compare.value as FieldValue[]).includes(value);
    case 'not-in':
      return !(compare.value as FieldValue[]).includes(value);
    case 'contains-any':
      if (typeof value === 'string') return words.some((word) => value.toLowerCase().includes(word.toLowerCase()));
      return (value as string[]).some((entry) => words.includes(entry));
    case 'in-list':
      return Array.isArray(value) ? value.some((entry) => words.includes(entry)) : words.includes(value as string);
    case 'not-in-list':
      return Array.isArray(value) ? !value.some((entry) => words.includes(entry)) : !words.includes(value as string);
  }
}

function interpret(condition: Condition, values: Values, lists: RuleSet['lists'], factor: number): Truth {
  if ('not' in condition) {
    const inner = interpret(condition.not, values, lists, factor);
    return inner === null ? null : !inner;
  }
  if (!('all' in condition) && !('any' in condition)) return interpretCompare(condition, values, lists, factor);
  const all = 'all' in condition;
  const children = (all ? condition.all : condition.any).map((child) => interpret(child, values, lists, factor));
  if (children.includes(!all)) return !all;
  return children.includes(null) ? null : all;
}

function naiveHit(rule: Rule, values: Values, lists: RuleSet['lists'], at: number): boolean {
  if (!rule.enabled) return false;
  if (rule.effectiveFrom !== null && at < rule.effectiveFrom) return false;
  if (rule.effectiveTo !== null && at >= rule.effectiveTo) return false;
  const applied = rule.relax.filter((relaxation) => interpret(relaxation.when, values, lists, 1) === true);
  if (applied.some((relaxation) => 'skip' in relaxation.effect)) return false;
  const factors = applied.map((relaxation) => ('multiplyThreshold' in relaxation.effect ? relaxation.effect.multiplyThreshold : 1));
  return interpret(rule.when, values, lists, factors.length > 0 ? Math.max(...factors) : 1) === true;
}

const RUNS = { numRuns: 1_500 };

test('compiled evaluation equals a plain reading of the rules', () => {
  fc.assert(
    fc.property(aSet, someValues, moment, (set, values, at) => {
      const compiled = compileRuleSet(set);
      const hits = compiled.judge(
        compiled.fields.map((id) => values[id] ?? null),
        at,
        [],
      );
      expect(hits.map((hit) => hit.ruleId)).toEqual(set.rules.filter((rule) => naiveHit(rule, values, LISTS, at)).map((rule) => rule.id));
    }),
    RUNS,
  );
});

test('what is explained is what was judged, sentence by sentence', () => {
  fc.assert(
    fc.property(aSet, someValues, moment, (set, values, at) => {
      const compiled = compileRuleSet(set);
      const vector = compiled.fields.map((id) => values[id] ?? null);
      const hits = compiled.judge(vector, at, []);
      const results = compiled.explain(vector, at, []);
      expect(results.filter((entry) => entry.result === 'hit').map((entry) => [entry.ruleId, entry.sentence])).toEqual(
        hits.map((hit) => [hit.ruleId, hit.sentence]),
      );
      for (const entry of results) expect(entry.whyNot === null).toBe(entry.result === 'hit');
    }),
    RUNS,
  );
});

test('stored inputs derive the same hits again, after a round through JSON', () => {
  fc.assert(
    fc.property(aSet, someValues, moment, (set, values, at) => {
      const compiled = compileRuleSet(set);
      const inputs = compiled.fields.map((id) => values[id] ?? null);
      const hits = [...compiled.judge(inputs, at, [])];
      const stored = {
        orderNo: 'TB1',
        orderVersion: 1,
        at,
        ruleSetVersion: 3,
        grade: 'pass',
        healthScore: 0,
        hits,
        fields: compiled.fields,
        inputs,
      };
      expect(explainVerdict(compileRuleSet(set), JSON.parse(JSON.stringify(stored)), []).rederived).toBe(true);
    }),
    RUNS,
  );
});

test('released evidence never stops the same order again', () => {
  fc.assert(
    fc.property(aSet, someValues, moment, (set, values, at) => {
      const compiled = compileRuleSet(set);
      const vector = compiled.fields.map((id) => values[id] ?? null);
      const clearances = compiled
        .judge(vector, at, [])
        .map(({ ruleId, ruleVersion, evidence }) => ({ ruleId, ruleVersion, evidence, at, by: 'lin' }));
      expect(compiled.judge(vector, at, clearances)).toEqual([]);
    }),
    RUNS,
  );
});

test('what is printed reads back the same', () => {
  fc.assert(
    fc.property(aSet, (set) => {
      expect(parseRuleSet(JSON.parse(printRuleSet(set)))).toEqual({ ruleSet: set, issues: [] });
    }),
    { numRuns: 300 },
  );
});

const SAID_OF = { hit: SAID.hit, 'no-hit': SAID.noHit, waiting: SAID.noHit, cleared: SAID.cleared } as const;

test('a trace says of every rule what its explanation says', () => {
  fc.assert(
    fc.property(aSet, someValues, moment, fc.boolean(), (set, values, at, released) => {
      const compiled = compileRuleSet(set);
      const vector = compiled.fields.map((id) => values[id] ?? null);
      const clearances = compiled
        .judge(vector, at, [])
        .filter(() => released)
        .map(({ ruleId, ruleVersion, evidence }) => ({ ruleId, ruleVersion, evidence, at, by: 'lin' }));
      const trace = new Int32Array(set.rules.length);
      expect(compiled.trace(vector, at, clearances, trace)).toEqual(compiled.judge(vector, at, clearances));
      const said = [...trace].map(tracedSaid);
      for (const [position, { result }] of compiled.explain(vector, at, clearances).entries()) {
        if (result === 'snoozed') expect([SAID.silent, SAID.relaxed]).toContain(said[position]);
        else expect(said[position]).toBe(SAID_OF[result as keyof typeof SAID_OF]);
      }
    }),
    RUNS,
  );
});

/** Comparisons of a condition in the order written. */
function leavesOf(written: Condition): Compare[] {
  if ('not' in written) return leavesOf(written.not);
  if ('all' in written || 'any' in written) return ('all' in written ? written.all : written.any).flatMap(leavesOf);
  return [written];
}

/** The comparison that decides a condition, read plainly: the first that stops a group, else its first unknown one, else its first. */
function deciding(written: Condition, values: Values): { truth: Truth; leaf: Compare } {
  if ('not' in written) {
    const { truth, leaf } = deciding(written.not, values);
    return { truth: truth === null ? null : !truth, leaf };
  }
  if (!('all' in written) && !('any' in written)) return { truth: interpretCompare(written, values, LISTS, 1), leaf: written };
  const children = ('all' in written ? written.all : written.any).map((child) => deciding(child, values));
  const stops = 'any' in written;
  const one = children.find(({ truth }) => truth === stops) ?? children.find(({ truth }) => truth === null) ?? children[0];
  return one as { truth: Truth; leaf: Compare };
}

const comparisonsOf = (rule: Rule) => leavesOf(rule.when).length + rule.relax.flatMap(({ when }) => leavesOf(when)).length;

test('a large set, looked up by field, says of every rule what the rule alone says', () => {
  fc.assert(
    fc.property(aLargeSet, fc.array(fc.tuple(someValues, moment), { minLength: 1, maxLength: 4 }), (set, orders) => {
      const compiled = compileRuleSet(set);
      const alone = set.rules.map((rule) => compileRuleSet({ ...set, rules: [rule] }));
      for (const [values, at] of orders) {
        const vectorOf = (fields: readonly string[]) => fields.map((id) => values[id] ?? null);
        const vector = vectorOf(compiled.fields);
        const trace = new Int32Array(set.rules.length).fill(-1);
        const hits = compiled.trace(vector, at, [], trace);
        expect(hits.map(({ ruleId }) => ruleId)).toEqual(set.rules.filter((rule) => naiveHit(rule, values, LISTS, at)).map(({ id }) => id));
        expect(compiled.judge(vector, at, [])).toEqual(hits);
        let before = 0;
        set.rules.forEach((rule, place) => {
          const one = alone[place] as (typeof alone)[number];
          const said = new Int32Array(1);
          expect(one.trace(vectorOf(one.fields), at, [], said)).toEqual(hits.filter(({ ruleId }) => ruleId === rule.id));
          const traced = trace[place] as number;
          expect(tracedSaid(traced)).toBe(tracedSaid(said[0] as number));
          if (tracedSaid(traced) !== SAID.silent) {
            // Comparisons are numbered through the set.
            expect(tracedDecision(traced)).toBe(tracedDecision(said[0] as number) + 4 * before);
            if (rule.relax.length === 0) {
              const { truth, leaf } = deciding(rule.when, values);
              const number = tracedDecision(traced) >> 2;
              expect(leavesOf(rule.when)[number - before]).toBe(leaf);
              expect(tracedDecision(traced) & 3).toBe(truth === null ? 2 : Number(truth));
            }
          }
          if (rule.enabled) before += comparisonsOf(rule);
        });
      }
    }),
    { numRuns: 60 },
  );
});

test('a value of another kind than its field is looked up as it is compared', () => {
  const anything = fc.oneof(
    fc.constant(NaN),
    fc.constantFrom<FieldValue>(null, -0, Infinity, true, false, '', 'vip', '帮忙刷单', 'jd'),
    fc.integer({ min: -3, max: 25 }),
    fc.subarray(['vip', 'bad', 'new', 'jd']),
  );
  const strange = someValues.chain((values) => fc.record(Object.fromEntries(Object.keys(values).map((id) => [id, anything]))));
  fc.assert(
    fc.property(aLargeSet, strange, moment, (set, values, at) => {
      const compiled = compileRuleSet(set);
      const vector = compiled.fields.map((id) => values[id] ?? null);
      const trace = new Int32Array(set.rules.length);
      compiled.trace(vector, at, [], trace);
      set.rules.forEach((rule, place) => {
        const alone = compileRuleSet({ ...set, rules: [rule] });
        const said = new Int32Array(1);
        alone.trace(
          alone.fields.map((id) => values[id] ?? null),
          at,
          [],
          said,
        );
        expect(tracedSaid(trace[place] as number)).toBe(tracedSaid(said[0] as number));
        expect(tracedDecision(trace[place] as number) & 3).toBe(tracedDecision(said[0] as number) & 3);
      });
    }),
    { numRuns: 100 },
  );
});

test('the places of a set are those of its hits', () => {
  fc.assert(
    fc.property(fc.oneof(aSet, aLargeSet), someValues, moment, (set, values, at) => {
      const compiled = compileRuleSet(set);
      const vector = compiled.fields.map((id) => values[id] ?? null);
      const places = [...compiled.places(vector, at)];
      expect(places.map((place) => compiled.hitAt(place, vector))).toEqual(compiled.judge(vector, at, []));
      const other = set.rules.findIndex(
        (rule, place) => rule.enabled && rule.effectiveFrom === null && rule.effectiveTo === null && !places.includes(place),
      );
      if (other >= 0) expect(() => compiled.hitAt(other, vector)).toThrow(RangeError);
    }),
    { numRuns: 300 },
  );
});

test('the sentence of a condition names every comparison in it', () => {
  fc.assert(
    fc.property(condition, (written) => {
      const text = conditionText(written);
      for (const locale of ['zh', 'en'] as const) {
        let rest = text[locale];
        for (const leaf of leavesOf(written)) {
          const label = fieldOf(leaf.window ? 'window:orders:phone:10' : leaf.field)?.label[locale] ?? '';
          expect(rest).toContain(label);
          rest = rest.slice(rest.indexOf(label) + label.length);
          const shown =
            typeof leaf.value === 'number' || leaf.op === 'matches' ? [leaf.value] : leaf.op === 'between' ? (leaf.value as number[]) : [];
          for (const value of shown) {
            const digits = leaf.field === 'order-amount' ? (Number(value) / 100).toFixed(2) : String(value);
            expect(rest).toContain(digits);
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});
