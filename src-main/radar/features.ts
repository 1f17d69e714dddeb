import { comparisons } from '#main/rules/vector.ts';
import { readPattern } from '#main/rules/pattern.ts';
import { RADAR_INPUTS, RADAR_TEXTS } from '#main/rules/index.ts';
import { textCheckId } from '#main/model/radar.ts';
import type { ReasonValue, TextCheck } from '#main/model/radar.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import type { RuleSet } from '#shared/rule.ts';

/** What a model looks at, before it has learnt any weight. */
export type FeaturePlan =
  | { kind: 'number'; field: string; log: boolean }
  | { kind: 'choice'; field: string; step: number }
  | { kind: 'words'; field: string }
  | ({ kind: 'check'; words: string[] } & TextCheck);

/** Numbers that grow without bound count by their size, not by their units: 10 against 100 is as much as 100 against 1,000. */
const BY_SIZE = new Set([
  ...['order-amount', 'freight-amount', 'amount-vs-customer-average', 'amount-vs-shop-average', 'customer-orders', 'orders-today'],
  ...['distance-from-usual-area', 'line-count', 'gift-pieces', 'pieces', 'largest-line-pieces'],
  ...['window:orders:buyer:10', 'window:orders:phone:10', 'window:buyers:ip:10'],
]);
const NUMBERS = new Set([
  ...BY_SIZE,
  ...['discount-share', 'customer-repurchase-rate', 'customer-refund-share', 'region-return-rate', 'complaint-tendency'],
]);
const WORDS = new Set(['buyer-tags', 'message-intent', 'skus', 'order-tags']);
/** Hours of the night are alike, and few orders have the same one. */
const STEPS: Record<string, number> = { 'local-hour': 3 };

/** Lists longer than this are look-ups, and no model carries them with it. */
const LONGEST_LIST = 2_000;
const MOST_CHECKS = 60;

/** Every plain feature, in the order of the inputs. */
export const PLAIN_FEATURES: readonly FeaturePlan[] = RADAR_INPUTS.filter((field) => !RADAR_TEXTS.includes(field)).map((field) => {
  if (NUMBERS.has(field)) return { kind: 'number', field, log: BY_SIZE.has(field) };
  return WORDS.has(field) ? { kind: 'words', field } : { kind: 'choice', field, step: STEPS[field] ?? 1 };
});

/** The word lists and patterns a rule set looks for in texts, each once: what a supervisor found worth looking for is worth learning from. */
export function textChecksOf({ rules, lists }: Pick<RuleSet, 'rules' | 'lists'>): FeaturePlan[] {
  const checks = new Map<string, FeaturePlan>();
  for (const rule of rules) {
    for (const { field, op, value } of comparisons(rule.when)) {
      if (!RADAR_TEXTS.includes(field) || (op !== 'contains-any' && op !== 'matches' && op !== 'in-list')) continue;
      const words = op === 'matches' ? [] : Array.isArray(value) ? value.map(String) : (lists[String(value)] ?? []);
      if (op === 'matches' ? !('test' in readPattern(String(value))) : words.length === 0 || words.length > LONGEST_LIST) continue;
      const check: TextCheck = { field, op, name: Array.isArray(value) ? value.join(', ') : String(value) };
      if (checks.size < MOST_CHECKS) checks.set(textCheckId(check), { kind: 'check', ...check, words: [...words] });
    }
  }
  return [...checks.values()];
}

/** Name of a feature: its field, or what is looked for in it. */
export function featureId(plan: Pick<FeaturePlan, 'kind' | 'field'> & Partial<TextCheck>): string {
  const { kind, field, op, name } = plan;
  return kind === 'check' && op !== undefined && name !== undefined ? textCheckId({ field, op, name }) : field;
}

/** Reads one feature out of a value of its field. */
export type FeatureReader = (value: FieldValue) => ReasonValue;

/** What a feature makes of its field's value: the value itself, or for a check whether something was found; null where nothing is known. */
export function readerOf(
  plan: Pick<FeaturePlan, 'kind'> & { op?: TextCheck['op']; name?: string; words?: readonly string[] },
): FeatureReader {
  switch (plan.kind) {
    case 'number':
      return (value) => (typeof value === 'number' ? value : null);
    case 'choice':
      return (value) => (Array.isArray(value) ? null : value);
    case 'words':
      return (value) => (Array.isArray(value) ? value : null);
    case 'check':
      return checkReader(plan.op ?? 'contains-any', plan.name ?? '', plan.words ?? []);
  }
}

function checkReader(op: TextCheck['op'], name: string, list: readonly string[]): FeatureReader {
  const tell = (test: (text: string) => boolean): FeatureReader => {
    return (value) => (typeof value === 'string' ? value !== '' && test(value) : null);
  };
  if (op === 'in-list') {
    const members = new Set(list);
    return tell((text) => members.has(text));
  }
  if (op === 'contains-any') {
    const words = list.map((word) => word.toLowerCase());
    return tell((text) => {
      const lower = text.toLowerCase();
      return words.some((word) => lower.includes(word));
    });
  }
  const pattern = readPattern(name);
  return tell((text) => 'test' in pattern && pattern.test(text));
}

export const UNKNOWN = '?';
const FARTHEST = 4;

/** How a number is measured. */
export interface Scale {
  log: boolean;
  mean: number;
  deviation: number;
}

/** A number as it is measured: itself, or by its size. */
export function sizeOf(value: number, log: boolean): number {
  return log ? Math.log1p(Math.max(0, value)) : value;
}

/** Deviations from the mean, at most four either way; 0 where all numbers were the same. */
export function standardised(value: number, { log, mean, deviation }: Scale): number {
  if (deviation <= 0) return 0;
  return Math.max(-FARTHEST, Math.min(FARTHEST, (sizeOf(value, log) - mean) / deviation));
}

/** The weight a choice goes by. */
export function choiceKey(value: ReasonValue, step: number): string {
  if (value === null) return UNKNOWN;
  return typeof value === 'number' && step > 1 ? String(Math.floor(value / step) * step) : String(value);
}
