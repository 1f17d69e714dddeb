import type { AppliedRelaxation, EvaluationNode, Rule, RuleValue } from '#shared/rule.ts';
import { businessDayStart, DAY } from '#shared/time.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldUnit } from './catalogue.ts';
import { formatValue } from './format.ts';
import { listName, namesList, operatorText, SOURCE_NAMES } from './words.ts';

/** The first comparison that kept a tree from being true, and which way round it was read (a `not` turns it). */
function firstFailed(node: EvaluationNode, wanted: 'true' | 'false' = 'true'): { leaf: EvaluationNode; wanted: 'true' | 'false' } | null {
  if (node.outcome === wanted) return null;
  if (node.kind === 'compare') return { leaf: node, wanted };
  const children = node.children ?? [];
  const inner = node.kind === 'not' ? (wanted === 'true' ? 'false' : 'true') : wanted;
  const opposite = inner === 'true' ? 'false' : 'true';
  const failing = children.find((child) => child.outcome === opposite) ?? children.find((child) => child.outcome !== inner);
  return failing ? firstFailed(failing, inner) : null;
}

function gapText(leaf: EvaluationNode, currency: string, locale: Locale): string {
  if (typeof leaf.actual !== 'number' || typeof leaf.threshold !== 'number') return '';
  const gap = formatValue(Math.abs(leaf.threshold - leaf.actual), leaf.unit as FieldUnit, currency, locale);
  if (leaf.threshold === leaf.actual) return locale === 'zh' ? '，正好等于上限' : ', exactly at the limit';
  return locale === 'zh' ? `，相差 ${gap}` : `, ${gap} away`;
}

function failureText({ leaf, wanted }: { leaf: EvaluationNode; wanted: 'true' | 'false' }, currency: string, locale: Locale): string {
  const label = leaf.label?.[locale] ?? leaf.field ?? '';
  if (leaf.outcome === 'unknown')
    return locale === 'zh' ? `缺少数据：${label}未知，不作判断` : `Data missing: ${label} is unknown, so nothing is concluded`;
  const unit = (leaf.unit ?? 'text') as FieldUnit;
  const op = leaf.op ?? '==';
  const showThreshold = (value: RuleValue) => (namesList(op, value) ? listName(value, locale) : formatValue(value, unit, currency, locale));
  const condition = leaf.threshold === undefined ? '' : operatorText(op, showThreshold(leaf.threshold), locale);
  const found = Array.isArray(leaf.actual) && leaf.actual.length === 0;
  if (found) return locale === 'zh' ? `${label}中没有名单里的词` : `${label}: none of the listed words`;
  const actual = formatValue(leaf.actual ?? null, unit, currency, locale);
  if (leaf.actual === null) return locale === 'zh' ? `${label}不满足「${condition}」` : `${label} is not ${condition}`;
  if (wanted === 'false') return locale === 'zh' ? `${label}为 ${actual}，属于例外` : `${label} is ${actual}, which is an exception`;
  return locale === 'zh'
    ? `${label}为 ${actual}，未满足「${condition}」${gapText(leaf, currency, locale)}`
    : `${label} is ${actual}, not ${condition}${gapText(leaf, currency, locale)}`;
}

/** M1: the first condition that failed and by how much, in one sentence. */
export function whyNotHit(tree: EvaluationNode, currency: string): LocalisedText {
  const failed = firstFailed(tree);
  if (!failed) return { zh: '条件未满足', en: 'The condition does not hold' };
  return { zh: failureText(failed, currency, 'zh'), en: failureText(failed, currency, 'en') };
}

/** A rule that would have hit as written but was relaxed for this customer (B2). */
export function whyRelaxed(relaxed: readonly AppliedRelaxation[], tree: EvaluationNode, currency: string): LocalisedText {
  const zh = relaxed.map((entry) => entry.why.zh).join('；');
  const en = relaxed.map((entry) => entry.why.en).join('; ');
  if (relaxed.some((entry) => entry.effect === 'skip')) return { zh: `已放宽：${zh}`, en: `Relaxed: ${en}` };
  const failed = whyNotHit(tree, currency);
  return { zh: `已放宽：${zh}；${failed.zh}`, en: `Relaxed: ${en}; ${failed.en}` };
}

/** The very evidence was released before (M6). */
export function whyCleared(clearance: Clearance): LocalisedText {
  return {
    zh: `同样的证据已由 ${clearance.by} 放行，除非出现新证据，不再拦截`,
    en: `The same evidence was released by ${clearance.by}; only new evidence may hold again`,
  };
}

function dayText(at: number): string {
  return new Date(businessDayStart(at) + DAY / 3).toISOString().slice(0, 10);
}

/** Why a rule says nothing at all: off, outside its dates, or waiting for its source. */
export function whySilent(rule: Rule, at: number): LocalisedText {
  if (!rule.enabled) return { zh: '规则已停用', en: 'The rule is switched off' };
  if (rule.source !== 'order') {
    const source = SOURCE_NAMES[rule.source];
    return { zh: `等待数据源：${source.zh}尚未接入`, en: `Waiting: ${source.en} is not connected yet` };
  }
  if (rule.effectiveFrom !== null && at < rule.effectiveFrom) {
    const day = dayText(rule.effectiveFrom);
    return { zh: `规则自 ${day} 起生效`, en: `The rule takes effect on ${day}` };
  }
  const day = dayText(rule.effectiveTo ?? at);
  return { zh: `规则已于 ${day} 失效`, en: `The rule ended on ${day}` };
}
