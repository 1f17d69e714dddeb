import { maskIdentifier, maskPieces } from '#shared/masked-text.ts';
import type { CompareOperator, EvaluationNode, EvaluationValue, RuleValue } from '#shared/rule.ts';
import { FIELDS } from './catalogue.ts';
import { namesList } from './words.ts';

/** Fields every value of which stands for one line or one device. */
const LINES: ReadonlySet<string> = new Set(['ip', 'device']);

/** No sliding window is. */
const isSensitive = (field: string): boolean => FIELDS.get(field)?.sensitive ?? false;

/** Does a comparison deal in whole values that tell who somebody is? Of other personal texts it looks for words. */
export function isIdentifying(field: string, op: CompareOperator | undefined): boolean {
  if (LINES.has(field)) return true;
  return (op === 'in-list' || op === 'not-in-list') && isSensitive(field);
}

/** A text a comparison of a field holds or found, as anybody may see it. */
export function maskedWord(field: string, op: CompareOperator | undefined, word: string): string {
  if (isIdentifying(field, op)) return maskIdentifier(word);
  return isSensitive(field) ? maskPieces(word) : word;
}

/** What a comparison found, as anybody may see it (L4). */
export function maskedFound(field: string, op: CompareOperator | undefined, value: EvaluationValue): EvaluationValue {
  if (typeof value === 'string') return maskedWord(field, op, value);
  return Array.isArray(value) ? value.map((word) => maskedWord(field, op, word)) : value;
}

/** What a comparison looks for, as anybody may see it; the name of a list stays. */
export function maskedThreshold(field: string, op: CompareOperator, value: RuleValue): RuleValue {
  if (namesList(op, value)) return value;
  if (typeof value === 'string') return maskedWord(field, op, value);
  return Array.isArray(value) ? (value.map((word) => (typeof word === 'string' ? maskedWord(field, op, word) : word)) as RuleValue) : value;
}

/** An evaluation as anybody may see it. */
export function maskedTree(node: EvaluationNode): EvaluationNode {
  const { field, op, actual, threshold } = node;
  if (node.children) return { ...node, children: node.children.map(maskedTree) };
  if (field === undefined || !isSensitive(field)) return node;
  const masked = { ...node };
  if (actual !== undefined) masked.actual = maskedFound(field, op, actual);
  if (op !== undefined && threshold !== undefined) masked.threshold = maskedThreshold(field, op, threshold);
  return masked;
}
