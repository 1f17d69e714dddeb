import { fieldIdOf, type Compare, type Condition, type EvaluationNode, type EvaluationValue, type RuleValue } from '#shared/rule.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { fieldOf, isScalable, type FieldDefinition } from './catalogue.ts';
import { FALSE, TRUE, truthOf, UNKNOWN, verdictsOf, type Decided } from './decided.ts';
import { readPattern } from './pattern.ts';
import { radarReasons } from './radar-reasons.ts';
import { settleContrary, settleGroup, type Settlement, type Settling } from './settlement.ts';
import { listNames, namesList } from './words.ts';

type Values = readonly FieldValue[];

/** A comparison as it stands in a condition: how to show it, and whether an odd number of `not` stands above it. */
export interface Leaf {
  negated: boolean;
  describe(values: Values, factor: number): EvaluationNode;
}

/** A compiled condition: `test` is the hot path and allocates nothing, `describe` builds the tree that is shown. */
export interface CompiledCondition {
  /** `factor` multiplies the scalable numeric thresholds (1 = as written). */
  test(values: Values, factor: number): Decided;
  describe(values: Values, factor: number): EvaluationNode;
  /** Raising thresholds can only make this condition less true: every scaled comparison is `>` or `>=` and not negated. */
  narrowing: boolean;
  /** The comparisons that alone make it come out as `wanted`; null where no few of them do. */
  settle(wanted: Settling): Settlement | null;
}

export interface CompileContext {
  index: ReadonlyMap<string, number>;
  lists: Readonly<Record<string, readonly string[]>>;
  /** Every comparison compiled so far; its place is the number `Decided` speaks of. */
  leaves: Leaf[];
}

const OUTCOMES = ['false', 'true', 'unknown'] as const;
const outcomeOf = (decided: Decided): EvaluationNode['outcome'] => OUTCOMES[truthOf(decided)];

/** Threshold in force: money stays whole minor units. */
export function scaled(threshold: number, factor: number, definition: FieldDefinition): number {
  if (factor === 1 || !isScalable(definition.unit)) return threshold;
  return definition.unit === 'minor' ? Math.round(threshold * factor) : threshold * factor;
}

/** Does an operator ask for more or less? Only such thresholds can be multiplied. */
export function isOrdering(op: Compare['op']): boolean {
  return op === '>' || op === '>=' || op === '<' || op === '<=';
}

interface Reading {
  compare: Compare;
  /** Place in the vector. */
  at: number;
  definition: FieldDefinition;
  context: CompileContext;
  /** Number of the comparison. */
  leaf: number;
}
type Test = CompiledCondition['test'];

function numberTest({ compare, at, definition, leaf }: Reading): Test {
  const limit = compare.value as number;
  const scale = isScalable(definition.unit);
  const effective = (factor: number) => (factor === 1 || !scale ? limit : scaled(limit, factor, definition));
  const { yes, no, unknown } = verdictsOf(leaf);
  switch (compare.op) {
    case '>':
      return (values, factor) => {
        const value = values[at];
        return typeof value === 'number' ? (value > effective(factor) ? yes : no) : unknown;
      };
    case '>=':
      return (values, factor) => {
        const value = values[at];
        return typeof value === 'number' ? (value >= effective(factor) ? yes : no) : unknown;
      };
    case '<':
      return (values, factor) => {
        const value = values[at];
        return typeof value === 'number' ? (value < effective(factor) ? yes : no) : unknown;
      };
    default:
      return (values, factor) => {
        const value = values[at];
        return typeof value === 'number' ? (value <= effective(factor) ? yes : no) : unknown;
      };
  }
}

/** Both ends included. From the greater to the lesser runs over midnight. */
function betweenTest({ compare, at, leaf }: Reading): Test {
  const [from = 0, to = 0] = compare.value as number[];
  const { yes, no, unknown } = verdictsOf(leaf);
  const inside = from <= to ? (value: number) => value >= from && value <= to : (value: number) => value >= from || value <= to;
  return (values) => {
    const value = values[at];
    return typeof value === 'number' ? (inside(value) ? yes : no) : unknown;
  };
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

function containsTest({ compare, at, context, leaf }: Reading): Test {
  const words = wordsOf(compare, context).map((word) => word.toLowerCase());
  const exact = new Set(wordsOf(compare, context));
  const { yes, no, unknown } = verdictsOf(leaf);
  return (values) => {
    const value = values[at];
    if (typeof value === 'string') {
      if (value === '') return no;
      const text = value.toLowerCase();
      for (const word of words) if (text.includes(word)) return yes;
      return no;
    }
    if (!Array.isArray(value)) return unknown;
    for (const entry of value) if (exact.has(entry)) return yes;
    return no;
  };
}

function patternTest({ compare, at, leaf }: Reading): Test {
  const pattern = readPattern(String(compare.value));
  if (!('test' in pattern)) throw new Error('A pattern that cannot be used: parse the rule set before compiling it.');
  const { yes, no, unknown } = verdictsOf(leaf);
  return (values) => {
    const value = values[at];
    if (typeof value !== 'string') return unknown;
    return value !== '' && pattern.test(value) ? yes : no;
  };
}

function membershipTest({ compare, at, context, leaf }: Reading): Test {
  const named = compare.op === 'in-list' || compare.op === 'not-in-list';
  const members = new Set<unknown>(named ? wordsOf(compare, context) : Array.isArray(compare.value) ? compare.value : [compare.value]);
  const { yes, no, unknown } = verdictsOf(leaf);
  const wanted = compare.op === 'in' || compare.op === 'in-list';
  const [inside, outside] = wanted ? [yes, no] : [no, yes];
  return (values) => {
    const value = values[at];
    if (value === null || value === undefined) return unknown;
    if (!Array.isArray(value)) return members.has(value) ? inside : outside;
    for (const entry of value) if (members.has(entry)) return inside;
    return outside;
  };
}

function equalTest({ compare, at, leaf }: Reading): Test {
  const wanted = compare.value;
  const { yes, no, unknown } = verdictsOf(leaf);
  const [equal, different] = compare.op === '==' ? [yes, no] : [no, yes];
  return (values) => {
    const value = values[at];
    if (value === null || value === undefined) return unknown;
    return value === wanted ? equal : different;
  };
}

function testOf(reading: Reading): Test {
  const { op } = reading.compare;
  if (isOrdering(op)) return numberTest(reading);
  if (op === '==' || op === '!=') return equalTest(reading);
  if (op === 'between') return betweenTest(reading);
  if (op === 'contains-any') return containsTest(reading);
  if (op === 'matches') return patternTest(reading);
  return membershipTest(reading);
}

/** What may be shown of a value: of free and personal text only what matched. */
function shown({ compare, definition, context }: Reading, value: FieldValue): EvaluationValue {
  if (value === null) return null;
  if (compare.op === 'contains-any' && typeof value !== 'number' && typeof value !== 'boolean')
    return matches(value, wordsOf(compare, context));
  if (compare.op === 'matches') {
    const pattern = readPattern(String(compare.value));
    return typeof value === 'string' && 'find' in pattern ? pattern.find(value) : [];
  }
  if (definition.sensitive) return typeof value === 'string' && wordsOf(compare, context).includes(value) ? value : null;
  return value;
}

/** The words that spoke for a value, where its field has such; the reasons of a radar score in both languages. */
function because(field: string, { index }: CompileContext, values: Values): Pick<EvaluationNode, 'because' | 'reasons'> {
  const words = values[index.get(field) ?? -1];
  if (!Array.isArray(words) || words.length === 0) return {};
  return fieldOf(field)?.unit === 'reason' ? { reasons: radarReasons(words, String(values[0] ?? '')) } : { because: words };
}

function compileCompare(compare: Compare, context: CompileContext, negated: boolean): CompiledCondition {
  const id = fieldIdOf(compare);
  const definition = fieldOf(id);
  const at = context.index.get(id);
  if (!definition || at === undefined) throw new Error(`Field ${id} is not in the vector: parse the rule set before compiling it.`);
  const reading: Reading = { compare, at, definition, context, leaf: context.leaves.length };
  const test = testOf(reading);
  const scales = isOrdering(compare.op) && typeof compare.value === 'number' && isScalable(definition.unit);
  const describe = (values: Values, factor: number): EvaluationNode => {
    const threshold: RuleValue = scales ? scaled(compare.value as number, factor, definition) : compare.value;
    const node: EvaluationNode = {
      kind: 'compare',
      outcome: outcomeOf(test(values, factor)),
      label: definition.label,
      field: id,
      op: compare.op,
      actual: shown(reading, values[at] ?? null),
      threshold,
      unit: definition.unit,
    };
    // Part of every hit: what few comparisons have is added where there is any.
    if (namesList(compare.op, threshold)) node.thresholdName = listNames(threshold);
    if (definition.because !== undefined) Object.assign(node, because(definition.because, context, values));
    if (threshold !== compare.value) node.writtenThreshold = compare.value;
    return node;
  };
  context.leaves.push({ negated, describe });
  return {
    test,
    describe,
    narrowing: !scales || ((compare.op === '>' || compare.op === '>=') && (compare.value as number) >= 0),
    settle: (wanted) => {
      const { yes, no } = verdictsOf(reading.leaf);
      return { gates: [{ compare, definition, at, settledBy: wanted, scales, test }], decided: wanted === TRUE ? yes : no };
    },
  };
}

/** `all` stops at the first no, `any` at the first yes; what is unknown stays unknown unless the rest decides. */
function compileGroup(kind: 'all' | 'any', children: CompiledCondition[]): CompiledCondition {
  const deciding: Settling = kind === 'all' ? FALSE : TRUE;
  const tests = children.map((child) => child.test);
  function test(values: Values, factor: number): Decided {
    let first: Decided = -1;
    let unknown: Decided = -1;
    for (let at = 0; at < tests.length; at++) {
      const decided = (tests[at] as Test)(values, factor);
      const truth = truthOf(decided);
      if (truth === deciding) return decided;
      if (truth === UNKNOWN) {
        if (unknown < 0) unknown = decided;
      } else if (first < 0) first = decided;
    }
    return unknown < 0 ? first : unknown;
  }
  return {
    test: tests.length === 1 && tests[0] ? tests[0] : test,
    narrowing: children.every((child) => child.narrowing),
    settle: (wanted) =>
      settleGroup(
        children.map((child) => () => child.settle(wanted)),
        wanted === deciding,
      ),
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
export function compileCondition(condition: Condition, context: CompileContext, negated = false): CompiledCondition {
  const compileAll = (conditions: readonly Condition[]) => conditions.map((child) => compileCondition(child, context, negated));
  if ('all' in condition) return compileGroup('all', compileAll(condition.all));
  if ('any' in condition) return compileGroup('any', compileAll(condition.any));
  if (!('not' in condition)) return compileCompare(condition, context, negated);
  const inner = compileCondition(condition.not, context, !negated);
  const test = (values: Values, factor: number): Decided => {
    const decided = inner.test(values, factor);
    return truthOf(decided) === UNKNOWN ? decided : decided ^ TRUE;
  };
  return {
    test,
    narrowing: !scalesAnything(condition.not),
    settle: (wanted) => settleContrary(inner.settle(wanted === TRUE ? FALSE : TRUE)),
    describe: (values, factor) => ({ kind: 'not', outcome: outcomeOf(test(values, factor)), children: [inner.describe(values, factor)] }),
  };
}
