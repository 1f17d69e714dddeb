import { fieldIdOf, type Compare, type Condition, type EvaluationNode, type EvaluationValue, type RuleValue } from '#shared/rule.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { fieldOf, isScalable, type FieldDefinition } from './catalogue.ts';
import { listNames, namesList } from './words.ts';

/** Kleene's three truths as small integers, because a million comparisons a second are made with them. */
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
export type Truth = typeof FALSE | typeof TRUE | typeof UNKNOWN;

type Values = readonly FieldValue[];

/** A compiled condition: `test` is the hot path and allocates nothing, `describe` builds the tree that is shown. */
export interface CompiledCondition {
  /** `factor` multiplies the scalable numeric thresholds (1 = as written). */
  test(values: Values, factor: number): Truth;
  describe(values: Values, factor: number): EvaluationNode;
  /** Raising thresholds can only make this condition less true: every scaled comparison is `>` or `>=` and not negated. */
  narrowing: boolean;
}

export interface CompileContext {
  index: ReadonlyMap<string, number>;
  lists: Readonly<Record<string, readonly string[]>>;
}

const OUTCOMES = ['false', 'true', 'unknown'] as const;
export const outcomeOf = (truth: Truth): EvaluationNode['outcome'] => OUTCOMES[truth];

/** Threshold in force: money stays whole minor units. */
export function scaled(threshold: number, factor: number, definition: FieldDefinition): number {
  if (factor === 1 || !isScalable(definition.unit)) return threshold;
  return definition.unit === 'minor' ? Math.round(threshold * factor) : threshold * factor;
}

function isOrdering(op: Compare['op']): boolean {
  return op === '>' || op === '>=' || op === '<' || op === '<=';
}

function numberTest(compare: Compare, at: number, definition: FieldDefinition): CompiledCondition['test'] {
  const limit = compare.value as number;
  const scale = isScalable(definition.unit);
  const effective = (factor: number) => (factor === 1 || !scale ? limit : scaled(limit, factor, definition));
  switch (compare.op) {
    case '>':
      return (values, factor) => {
        const value = values[at];
        return typeof value === 'number' ? (value > effective(factor) ? TRUE : FALSE) : UNKNOWN;
      };
    case '>=':
      return (values, factor) => {
        const value = values[at];
        return typeof value === 'number' ? (value >= effective(factor) ? TRUE : FALSE) : UNKNOWN;
      };
    case '<':
      return (values, factor) => {
        const value = values[at];
        return typeof value === 'number' ? (value < effective(factor) ? TRUE : FALSE) : UNKNOWN;
      };
    default:
      return (values, factor) => {
        const value = values[at];
        return typeof value === 'number' ? (value <= effective(factor) ? TRUE : FALSE) : UNKNOWN;
      };
  }
}

/** Words of a text comparison: a named list or the literal array. */
function wordsOf(compare: Compare, context: CompileContext): readonly string[] {
  if (typeof compare.value === 'string') return context.lists[compare.value] ?? [];
  return Array.isArray(compare.value) ? compare.value.map(String) : [String(compare.value)];
}

/** Words that occur: inside a text (any case), or among a list of tags. */
function matches(value: string | string[], words: readonly string[]): string[] {
  if (typeof value !== 'string') return value.filter((entry) => words.includes(entry));
  const text = value.toLowerCase();
  return words.filter((word) => text.includes(word.toLowerCase()));
}

function containsTest(compare: Compare, at: number, context: CompileContext): CompiledCondition['test'] {
  const words = wordsOf(compare, context).map((word) => word.toLowerCase());
  const exact = new Set(wordsOf(compare, context));
  return (values) => {
    const value = values[at];
    if (typeof value === 'string') {
      if (value === '') return FALSE;
      const text = value.toLowerCase();
      for (const word of words) if (text.includes(word)) return TRUE;
      return FALSE;
    }
    if (!Array.isArray(value)) return UNKNOWN;
    for (const entry of value) if (exact.has(entry)) return TRUE;
    return FALSE;
  };
}

function membershipTest(compare: Compare, at: number, context: CompileContext): CompiledCondition['test'] {
  const named = compare.op === 'in-list' || compare.op === 'not-in-list';
  const members = new Set<unknown>(named ? wordsOf(compare, context) : Array.isArray(compare.value) ? compare.value : [compare.value]);
  const inside: Truth = compare.op === 'in' || compare.op === 'in-list' ? TRUE : FALSE;
  const outside: Truth = inside === TRUE ? FALSE : TRUE;
  return (values) => {
    const value = values[at];
    if (value === null || value === undefined) return UNKNOWN;
    if (!Array.isArray(value)) return members.has(value) ? inside : outside;
    for (const entry of value) if (members.has(entry)) return inside;
    return outside;
  };
}

function equalTest(compare: Compare, at: number): CompiledCondition['test'] {
  const wanted = compare.value;
  const equal: Truth = compare.op === '==' ? TRUE : FALSE;
  const different: Truth = equal === TRUE ? FALSE : TRUE;
  return (values) => {
    const value = values[at];
    if (value === null || value === undefined) return UNKNOWN;
    return value === wanted ? equal : different;
  };
}

function testOf(compare: Compare, at: number, definition: FieldDefinition, context: CompileContext): CompiledCondition['test'] {
  if (isOrdering(compare.op)) return numberTest(compare, at, definition);
  if (compare.op === '==' || compare.op === '!=') return equalTest(compare, at);
  if (compare.op === 'contains-any') return containsTest(compare, at, context);
  return membershipTest(compare, at, context);
}

/** What may be shown of a value: of free and personal text only what matched. */
function shown(compare: Compare, value: FieldValue, definition: FieldDefinition, context: CompileContext): EvaluationValue {
  if (value === null) return null;
  if (compare.op === 'contains-any' && typeof value !== 'number' && typeof value !== 'boolean')
    return matches(value, wordsOf(compare, context));
  if (definition.sensitive) return typeof value === 'string' && wordsOf(compare, context).includes(value) ? value : null;
  return value;
}

function compileCompare(compare: Compare, context: CompileContext): CompiledCondition {
  const id = fieldIdOf(compare);
  const definition = fieldOf(id);
  const at = context.index.get(id);
  if (!definition || at === undefined) throw new Error(`Field ${id} is not in the vector: parse the rule set before compiling it.`);
  const test = testOf(compare, at, definition, context);
  const scales = isOrdering(compare.op) && typeof compare.value === 'number' && isScalable(definition.unit);
  return {
    test,
    narrowing: !scales || ((compare.op === '>' || compare.op === '>=') && (compare.value as number) >= 0),
    describe(values, factor) {
      const threshold: RuleValue = scales ? scaled(compare.value as number, factor, definition) : compare.value;
      return {
        kind: 'compare',
        outcome: outcomeOf(test(values, factor)),
        label: definition.label,
        field: id,
        op: compare.op,
        actual: shown(compare, values[at] ?? null, definition, context),
        threshold,
        ...(namesList(compare.op, threshold) ? { thresholdName: listNames(threshold) } : {}),
        unit: definition.unit,
        ...(threshold === compare.value ? {} : { writtenThreshold: compare.value }),
      };
    },
  };
}

/** `all` stops at the first no, `any` at the first yes; what is unknown stays unknown unless the rest decides. */
function compileGroup(kind: 'all' | 'any', children: CompiledCondition[]): CompiledCondition {
  const deciding: Truth = kind === 'all' ? FALSE : TRUE;
  const otherwise: Truth = kind === 'all' ? TRUE : FALSE;
  const tests = children.map((child) => child.test);
  function test(values: Values, factor: number): Truth {
    let result: Truth = otherwise;
    for (let at = 0; at < tests.length; at++) {
      const truth = (tests[at] as CompiledCondition['test'])(values, factor);
      if (truth === deciding) return deciding;
      if (truth === UNKNOWN) result = UNKNOWN;
    }
    return result;
  }
  return {
    test: tests.length === 1 && tests[0] ? tests[0] : test,
    narrowing: children.every((child) => child.narrowing),
    describe: (values, factor) => ({
      kind,
      outcome: outcomeOf(test(values, factor)),
      children: children.map((child) => child.describe(values, factor)),
    }),
  };
}

function scalesAnything(condition: Condition): boolean {
  if ('all' in condition) return condition.all.some(scalesAnything);
  if ('any' in condition) return condition.any.some(scalesAnything);
  if ('not' in condition) return scalesAnything(condition.not);
  return isOrdering(condition.op) && isScalable(fieldOf(fieldIdOf(condition))?.unit ?? 'text');
}

/** Compiles a checked condition to closures over the input vector. */
export function compileCondition(condition: Condition, context: CompileContext): CompiledCondition {
  if ('all' in condition)
    return compileGroup(
      'all',
      condition.all.map((child) => compileCondition(child, context)),
    );
  if ('any' in condition)
    return compileGroup(
      'any',
      condition.any.map((child) => compileCondition(child, context)),
    );
  if (!('not' in condition)) return compileCompare(condition, context);
  const inner = compileCondition(condition.not, context);
  const test = (values: Values, factor: number): Truth => {
    const truth = inner.test(values, factor);
    return truth === UNKNOWN ? UNKNOWN : truth === TRUE ? FALSE : TRUE;
  };
  return {
    test,
    narrowing: !scalesAnything(condition.not),
    describe: (values, factor) => ({ kind: 'not', outcome: outcomeOf(test(values, factor)), children: [inner.describe(values, factor)] }),
  };
}
