import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Rule } from '#shared/rule.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { compileRuleSet, type CompiledRuleSet } from '#main/rules/index.ts';
import { aSet, moment, someValues } from './arbitraries.ts';

const RUNS = { numRuns: 500 };
const FIELDS = ['pieces', 'line-count', 'customer-orders', 'gift-pieces'];

function ruleOf(limits: readonly number[], version: number): Rule {
  const words = { zh: '规则', en: 'Rule' };
  return {
    ...{ id: 'rule', version, enabled: true, name: words, about: words, severity: 'medium', action: 'hold', role: 'service', relax: [] },
    ...{ sentence: words, stock: 'keep', effectiveFrom: null, effectiveTo: null, source: 'order' },
    when: { all: limits.map((value, at) => ({ field: FIELDS[at] as string, op: '>' as const, value })) },
  };
}
const compiledOf = (limits: readonly number[], version = 1) => compileRuleSet({ version, rules: [ruleOf(limits, version)], lists: {} });
const vectorOf = (compiled: CompiledRuleSet, figures: readonly number[]) =>
  compiled.fields.map((id) => figures[FIELDS.indexOf(id)] ?? null);
const release = (compiled: CompiledRuleSet, vector: readonly FieldValue[], at: number, known: readonly Clearance[]): Clearance[] => [
  ...known,
  ...compiled.judge(vector, at, known).map(({ ruleId, ruleVersion, evidence }) => ({ ruleId, ruleVersion, evidence, at, by: 'lin' })),
];
const figures = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 4, maxLength: 4 });
const limits = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 1, maxLength: 4 });

test('released facts stop no order again, weaker ones neither, whatever thresholds the next version has', () => {
  let cleared = 0;
  fc.assert(
    fc.property(limits, figures, figures, limits, (written, seen, later, edited) => {
      const compiled = compiledOf(written);
      const clearances = release(compiled, vectorOf(compiled, seen), 1, []);
      if (clearances.length === 0) return;
      const next = compiledOf(
        written.map((value, at) => edited[at] ?? value),
        2,
      );
      const weaker = later.map((value, at) => Math.min(value, seen[at] ?? 0));
      expect(next.judge(vectorOf(next, weaker), 2, clearances)).toEqual([]);
      cleared += 1;
    }),
    RUNS,
  );
  expect(cleared).toBeGreaterThan(50);
});

test('after a release a hit names a fact that is graver than all that was released', () => {
  let again = 0;
  fc.assert(
    fc.property(limits, fc.array(figures, { minLength: 2, maxLength: 6 }), (written, course) => {
      const compiled = compiledOf(written);
      let clearances: Clearance[] = [];
      const most = FIELDS.map(() => -1);
      for (const [at, seen] of course.entries()) {
        const [hit] = compiled.judge(vectorOf(compiled, seen), at, clearances);
        const graver = written.some((_, field) => (seen[field] as number) > (most[field] as number));
        if (clearances.length > 0 && hit) {
          again += 1;
          expect(graver).toBe(true);
          expect(hit.sentence.zh).toMatch(/新证据：.*lin 放行时/);
          expect(hit.sentence.en).toMatch(/new evidence: .* was \d+ when lin released it, now \d+/);
        }
        if (!hit) continue;
        for (const field of FIELDS.keys()) most[field] = Math.max(most[field] as number, seen[field] as number);
        clearances = release(compiled, vectorOf(compiled, seen), at, clearances);
      }
    }),
    RUNS,
  );
  expect(again).toBeGreaterThan(50);
});

test('whatever the rules read: nothing released comes back, and a later hit of the same rule says what is new', () => {
  fc.assert(
    fc.property(aSet, someValues, someValues, moment, (set, values, others, at) => {
      const compiled = compileRuleSet(set);
      const vector = (of: typeof values) => compiled.fields.map((id) => of[id] ?? null);
      const clearances = release(compiled, vector(values), at, []);
      expect(compiled.judge(vector(values), at, clearances)).toEqual([]);
      for (const hit of compiled.judge(vector(others), at, clearances)) {
        expect(hit.sentence.zh.includes('新证据')).toBe(clearances.some((one) => one.ruleId === hit.ruleId));
      }
    }),
    RUNS,
  );
});
