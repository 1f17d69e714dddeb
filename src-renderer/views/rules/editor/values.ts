import type { RuleField } from '#shared/contract/rule-work.ts';
import { minorToDecimal, toMinor } from '#shared/money.ts';
import type { Compare, CompareOperator, RuleValue, WindowSpec } from '#shared/rule.ts';

/** Conditions are written in the money of the workspace; thresholds of other currencies count in their own minor units. */
export const CURRENCY = 'CNY';

/** What a window counts, as a field: an editor offers it as one of the fields. */
export const WINDOW_FIELD = 'window';
export const FIRST_WINDOW: WindowSpec = { count: 'orders', by: 'phone', minutes: 10 };

/** Operators whose right side is a list of words, a list's name or both. */
export const LIST_OPERATORS: readonly CompareOperator[] = ['in-list', 'not-in-list'];
export const MANY_OPERATORS: readonly CompareOperator[] = ['in', 'not-in'];

/** A number as it is typed: money in major units, everything else as it is. */
export function typedNumber(value: RuleValue, unit: string): string {
  if (typeof value !== 'number') return typeof value === 'string' ? value : '';
  return unit === 'minor' ? minorToDecimal(value, CURRENCY) : String(value);
}

/** What was typed as the catalogue counts it; the text itself where it is no number, so that nothing typed is lost and lint names it. */
export function readNumber(text: string, unit: string): number | string {
  const plain = text.trim().replace(/[\s,，_]/g, '');
  if (plain === '') return '';
  const value = unit === 'minor' ? toMinor(plain, CURRENCY) : /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
  return value ?? text;
}

/** Numbers of a list as they are typed: `1, 2, 3`. */
export function typedNumbers(value: RuleValue, unit: string): string {
  return Array.isArray(value) ? value.map((one) => typedNumber(one, unit)).join(', ') : typedNumber(value, unit);
}

export function readNumbers(text: string, unit: string): RuleValue {
  const values = text
    .split(/[,，、\s]+/)
    .filter((part) => part !== '')
    .map((part) => readNumber(part, unit));
  return values.every((value) => typeof value === 'number') ? values : values.map(String);
}

/** Words as they are typed, one after the other with any comma or a line between them. */
export function readWords(text: string): string[] {
  const words = text
    .split(/[,，、;；\n]+/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return [...new Set(words)];
}

/** The right side a comparison starts with when its field or operator was just chosen; what still fits is kept. */
export function valueFor(op: CompareOperator, type: RuleField['type'], before: RuleValue): RuleValue {
  const first = Array.isArray(before) ? before[0] : before;
  const isNumber = type === 'number';
  if (type === 'boolean') return typeof before === 'boolean' ? before : true;
  if (op === 'between') return Array.isArray(before) && before.length === 2 && isNumber ? before : isNumber ? pair(first) : ['', ''];
  if (MANY_OPERATORS.includes(op)) return many(before, isNumber);
  if (LIST_OPERATORS.includes(op)) return typeof before === 'string' ? before : '';
  if (op === 'contains-any') return Array.isArray(before) ? before.map(String) : before === '' || typeof before !== 'string' ? [] : before;
  if (isNumber) return typeof first === 'number' ? first : '';
  return typeof first === 'string' ? first : '';
}

function pair(first: RuleValue | undefined): RuleValue {
  return typeof first === 'number' ? [first, first] : ['', ''];
}

function many(before: RuleValue, isNumber: boolean): RuleValue {
  const values = Array.isArray(before) ? before : [before];
  const fitting = values.filter((value) => (isNumber ? typeof value === 'number' : typeof value === 'string' && value !== ''));
  return isNumber ? (fitting as number[]) : (fitting as string[]);
}

/** What people mean first by units that go round: days of the week are chosen, hours of the day lie between two. */
const USUAL: Readonly<Record<string, CompareOperator>> = { weekday: 'in', hour: 'between' };

function firstOperator({ unit, operators }: RuleField): CompareOperator {
  const usual = USUAL[unit];
  return usual !== undefined && operators.includes(usual) ? usual : (operators[0] ?? '==');
}

/** The first thing a comparison of this field says; an editor opens its value at once. */
export function newCompare(field: RuleField): Compare {
  const op = field.type === 'boolean' ? '==' : firstOperator(field);
  return { field: field.id, op, value: valueFor(op, field.type, '') };
}

export function newWindow(): Compare {
  return { field: WINDOW_FIELD, window: FIRST_WINDOW, op: '>', value: 3 };
}

/** Another field in the same place keeps the operator where it knows it. */
export function withField(before: Compare, field: RuleField): Compare {
  const op = field.operators.includes(before.op) ? before.op : firstOperator(field);
  return { field: field.id, op, value: valueFor(op, field.type, '') };
}

/** Yes or no, whichever way it is written. */
export function saysYes({ op, value }: Compare): boolean {
  return (value === true) === (op === '==');
}
