import type { Compare, EvaluationNode, EvaluationValue } from '#shared/rule.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { fieldOf, parseWindowFieldId, type FieldUnit } from './catalogue.ts';
import { formatValue } from './format.ts';
import { radarReasons } from './radar-reasons.ts';

/**
 * Placeholders a sentence may use besides the id of any catalogue field:
 * `{value}` and `{limit}` are the first comparison that decided the hit, `{minutes}` its window, `{words}` what was found,
 * `{limit:<field>}` the threshold of a named field.
 */
export const SENTENCE_PLACEHOLDERS = ['value', 'limit', 'minutes', 'words'] as const;

const PLACEHOLDER = /\{([^{}]+)\}/g;

/** Names between braces in either language. */
export function placeholdersOf(sentence: LocalisedText): Set<string> {
  return new Set([...`${sentence.zh} ${sentence.en}`.matchAll(PLACEHOLDER)].map((match) => match[1] as string));
}

/** Comparisons that made a condition true, in order; those under a `not` do not count as evidence to quote. */
export function trueLeaves(node: EvaluationNode, found: EvaluationNode[] = []): EvaluationNode[] {
  if (node.outcome !== 'true') return found;
  if (node.kind === 'compare') found.push(node);
  else if (node.kind !== 'not') for (const child of node.children ?? []) trueLeaves(child, found);
  return found;
}

/** What a sentence is filled from: the evaluated tree and the vector it was evaluated on. */
export interface SentenceContext {
  tree: EvaluationNode;
  currency: string;
  valueOf(fieldId: string): FieldValue;
}

function isNumeric(node: EvaluationNode): boolean {
  return typeof node.actual === 'number' && typeof node.threshold === 'number';
}

function fill(name: string, context: SentenceContext, leaves: readonly EvaluationNode[], locale: Locale): string {
  const show = (value: EvaluationValue | Compare['value'] | undefined, unit: string | undefined) =>
    formatValue(value ?? null, (unit ?? 'text') as FieldUnit, context.currency, locale);
  const decisive = leaves.find(isNumeric) ?? leaves[0];
  if (name === 'value') return show(decisive?.actual, decisive?.unit);
  if (name === 'limit') return show(decisive?.threshold, decisive?.unit);
  if (name === 'minutes') return String(leaves.map((leaf) => parseWindowFieldId(leaf.field ?? '')).find((spec) => spec)?.minutes ?? '');
  if (name === 'words') {
    const found = leaves.find((leaf) => Array.isArray(leaf.actual)) ?? decisive;
    return show(found?.actual, found?.unit === 'intent' ? 'intent' : 'text');
  }
  if (name.startsWith('limit:')) {
    const leaf = leaves.find((candidate) => candidate.field === name.slice(6));
    return show(leaf?.threshold, leaf?.unit);
  }
  const definition = fieldOf(name);
  if (definition?.unit !== 'reason') return show(context.valueOf(name), definition?.unit);
  const reasons = radarReasons(context.valueOf(name), context.currency).map((text) => text[locale]);
  return reasons.length === 0 ? show(null, 'text') : reasons.join(locale === 'zh' ? '；' : '; ');
}

/** Fills a template in both languages. A placeholder nothing is known about reads "unknown", never a brace. */
export function fillSentence(sentence: LocalisedText, context: SentenceContext): LocalisedText {
  const leaves = trueLeaves(context.tree);
  const inLocale = (locale: Locale) => sentence[locale].replace(PLACEHOLDER, (_, name: string) => fill(name, context, leaves, locale));
  return { zh: inLocale('zh'), en: inLocale('en') };
}
