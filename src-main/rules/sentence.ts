import type { Compare, EvaluationNode, EvaluationValue } from '#shared/rule.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { fieldOf, parseWindowFieldId, type FieldUnit } from './catalogue.ts';
import { formatValue } from './format.ts';
import { maskedTree } from './personal.ts';
import { radarReasons } from './radar-reasons.ts';

/**
 * Placeholders a sentence may use besides the id of any catalogue field:
 * `{value}` and `{limit}` are the first comparison that decided the hit, `{minutes}` its window, `{words}` what was found,
 * `{limit:<field>}` the threshold of a named field.
 */
export const SENTENCE_PLACEHOLDERS = ['value', 'limit', 'minutes', 'words'] as const;

/** What a placeholder for the threshold of a named field begins with. */
export const LIMIT_OF = 'limit:';

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

/** What is put in the place of a name. */
type Piece = (context: SentenceContext, leaves: readonly EvaluationNode[], locale: Locale) => string;

function show(value: EvaluationValue | Compare['value'] | undefined, unit: string | undefined, currency: string, locale: Locale): string {
  return formatValue(value ?? null, (unit ?? 'text') as FieldUnit, currency, locale);
}

function decisiveOf(leaves: readonly EvaluationNode[]): EvaluationNode | undefined {
  return leaves.find(isNumeric) ?? leaves[0];
}

/** A comparison as a sentence may quote it: it is read by many, and kept. */
function quoted(leaf: EvaluationNode | undefined): EvaluationNode | undefined {
  return leaf && maskedTree(leaf);
}

function pieceFor(name: string): Piece {
  switch (name) {
    case 'value':
      return ({ currency }, leaves, locale) => show(quoted(decisiveOf(leaves))?.actual, decisiveOf(leaves)?.unit, currency, locale);
    case 'limit':
      return ({ currency }, leaves, locale) => show(quoted(decisiveOf(leaves))?.threshold, decisiveOf(leaves)?.unit, currency, locale);
    case 'minutes':
      return (_, leaves) => String(leaves.map((leaf) => parseWindowFieldId(leaf.field ?? '')).find((spec) => spec)?.minutes ?? '');
    case 'words':
      return ({ currency }, leaves, locale) => {
        const found = quoted(leaves.find((leaf) => Array.isArray(leaf.actual)) ?? decisiveOf(leaves));
        return show(found?.actual, found?.unit === 'intent' ? 'intent' : 'text', currency, locale);
      };
  }
  if (name.startsWith(LIMIT_OF)) {
    const field = name.slice(LIMIT_OF.length);
    return ({ currency }, leaves, locale) => {
      const leaf = quoted(leaves.find((candidate) => candidate.field === field));
      return show(leaf?.threshold, leaf?.unit, currency, locale);
    };
  }
  const unit = fieldOf(name)?.unit;
  if (unit !== 'reason') return ({ currency, valueOf }, _, locale) => show(valueOf(name), unit, currency, locale);
  return ({ currency, valueOf }, _, locale) => {
    const reasons = radarReasons(valueOf(name), currency).map((text) => text[locale]);
    return reasons.length === 0 ? show(null, 'text', currency, locale) : reasons.join(locale === 'zh' ? '；' : '; ');
  };
}

/** A template read once: texts and names by turns. */
function readTemplate(template: string): (string | Piece)[] {
  return template.split(PLACEHOLDER).map((part, at) => (at % 2 === 0 ? part : pieceFor(part)));
}

/** Fills a template in both languages. A placeholder nothing is known about reads "unknown", never a brace. */
export type FillSentence = (context: SentenceContext) => LocalisedText;

/** The template is read when it is first filled: of a large set few rules ever hit. */
export function compileSentence(sentence: LocalisedText): FillSentence {
  let read: Record<Locale, (string | Piece)[]> | null = null;
  return (context) => {
    const templates = (read ??= { zh: readTemplate(sentence.zh), en: readTemplate(sentence.en) });
    const leaves = trueLeaves(context.tree);
    const inLocale = (locale: Locale) => {
      let text = '';
      for (const part of templates[locale]) text += typeof part === 'string' ? part : part(context, leaves, locale);
      return text;
    };
    return { zh: inLocale('zh'), en: inLocale('en') };
  };
}
