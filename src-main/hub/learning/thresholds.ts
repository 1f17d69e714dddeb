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

/** A round number near a value, as a person would write it. */
function round(value: number, { unit }: FieldDefinition): number {
  if (unit === 'count' || unit === 'score') return Math.round(value);
  // Money in whole units, and of large sums two digits.
  const step = unit === 'minor' ? Math.max(100, 10 ** (Math.floor(Math.log10(Math.max(1, Math.abs(value)))) - 1)) : 0.1;
  return Number((Math.round(value / step) * step).toFixed(2));
}

/**
 * Numbers to try instead of a threshold, from the values the field had on orders the rule hit (a stricter one lies among them) and
 * on bad orders it did not hit (a looser one lies among those).
 */
export function candidatesOf({ field, op, value }: Threshold, hit: readonly number[], missed: readonly number[]): number[] {
  const upward = op === '>' || op === '>=';
  const isStricter = (number: number) => (upward ? number > value : number < value);
  const stricter = quantiles(hit.filter(isStricter));
  const looser = quantiles(missed.filter((number) => !isStricter(number)));
  return [...new Set([...stricter, ...looser].map((number) => round(number, field)))].filter((number) => number !== value);
}

function quantiles(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return [];
  return Array.from({ length: TRIED }, (_, index) => sorted[Math.floor(((index + 0.5) * sorted.length) / TRIED)] as number);
}
