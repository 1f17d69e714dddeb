import { fieldIdOf } from '#shared/rule.ts';
import type { Compare, Condition, Rule } from '#shared/rule.ts';
import { fieldOf } from '#main/rules/index.ts';
import type { FieldDefinition } from '#main/rules/index.ts';

/** A number a rule compares a field with. `place` counts the comparisons of the condition in the order written. */
export interface Threshold {
  place: number;
  field: FieldDefinition;
  op: Ordering;
  value: number;
}

const ORDERINGS = ['>', '>=', '<', '<='] as const;
type Ordering = (typeof ORDERINGS)[number];

/** The thresholds of a rule's condition that may be moved. An hour of the day is a time, not a limit. */
export function thresholdsOf(rule: Rule): Threshold[] {
  const found: Threshold[] = [];
  let place = 0;
  visit(rule.when, (compare) => {
    const field = fieldOf(fieldIdOf(compare));
    const op = ORDERINGS.find((one) => one === compare.op);
    if (field && op && typeof compare.value === 'number' && field.unit !== 'hour' && field.id !== 'weekday') {
      found.push({ place, field, op, value: compare.value });
    }
    place += 1;
  });
  return found;
}

/** The rule with another number at one comparison. */
export function withThreshold(rule: Rule, place: number, value: number): Rule {
  let at = -1;
  const when = mapped(rule.when, (compare) => {
    at += 1;
    return at === place ? { ...compare, value } : compare;
  });
  return { ...rule, when };
}

function visit(condition: Condition, see: (compare: Compare) => void): void {
  mapped(condition, (compare) => {
    see(compare);
    return compare;
  });
}

function mapped(condition: Condition, change: (compare: Compare) => Compare): Condition {
  if ('all' in condition) return { all: condition.all.map((child) => mapped(child, change)) };
  if ('any' in condition) return { any: condition.any.map((child) => mapped(child, change)) };
  if ('not' in condition) return { not: mapped(condition.not, change) };
  return change(condition);
}

/** How many thresholds are tried on either side of the present one. */
const TRIED = 8;

/** Numbers as a person would write them near a value are multiples of this. */
function stepOf(value: number, { unit }: FieldDefinition): number {
  if (unit === 'count' || unit === 'score') return 1;
  // Money in whole units, and of large sums two digits.
  return unit === 'minor' ? Math.max(100, 10 ** (Math.floor(Math.log10(Math.max(1, Math.abs(value)))) - 1)) : 0.1;
}

/** The round number nearest to a value; with `reaches` the nearest one the value is on the right side of. */
function round(value: number, field: FieldDefinition, reaches: { op: Ordering } | null = null): number {
  const step = stepOf(value, field);
  const multiple = (count: number) => Number((count * step).toFixed(2));
  let count = Math.round(value / step);
  if (reaches) while (!isBeyond(value, reaches.op, multiple(count))) count += isUpward(reaches.op) ? -1 : 1;
  return multiple(count);
}

const isUpward = (op: Ordering): boolean => op === '>' || op === '>=';

function isBeyond(value: number, op: Ordering, limit: number): boolean {
  if (op === '>') return value > limit;
  if (op === '>=') return value >= limit;
  return op === '<' ? value < limit : value <= limit;
}

/**
 * Numbers to try instead of a threshold, from the values the field had on orders the rule hit (a stricter one lies among them) and
 * on bad orders it did not hit (a looser one lies just where it reaches those).
 */
export function candidatesOf({ field, op, value }: Threshold, hit: readonly number[], missed: readonly number[]): number[] {
  const isStricter = (number: number) => (isUpward(op) ? number > value : number < value);
  const stricter = quantiles(hit.filter(isStricter)).map((number) => round(number, field));
  const looser = quantiles(missed.filter((number) => !isStricter(number))).map((number) => round(number, field, { op }));
  return [...new Set([...stricter, ...looser])].filter((number) => number !== value && isLimit(number, op, value));
}

/** Beside a positive threshold one that parts nothing any more, such as `>= 0` or `< 0` of what is never negative, is none. */
function isLimit(number: number, op: Ordering, beside: number): boolean {
  if (beside <= 0 || number > 0) return true;
  return number === 0 && (op === '>' || op === '<=');
}

function quantiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return [];
  return Array.from({ length: TRIED }, (_, index) => sorted[Math.floor(((index + 0.5) * sorted.length) / TRIED)] as number);
}
