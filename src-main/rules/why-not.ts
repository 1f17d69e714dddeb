import type { AppliedRelaxation, EvaluationNode, Rule } from '#shared/rule.ts';
import { businessDateTime, businessDayStart, DAY } from '#shared/time.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldUnit } from './catalogue.ts';
import type { Leaf } from './condition.ts';
import { formatValue } from './format.ts';
import { comparisonText, SOURCE_NAMES } from './words.ts';

function gapText(leaf: EvaluationNode, currency: string, locale: Locale): string {
  if (typeof leaf.actual !== 'number' || typeof leaf.threshold !== 'number') return '';
  // Days of the week are names, not a distance; hours of the day are hours apart.
  if (leaf.unit === 'weekday') return '';
  const unit = leaf.unit === 'hour' ? 'hours' : (leaf.unit as FieldUnit);
  const gap = formatValue(Math.abs(leaf.threshold - leaf.actual), unit, currency, locale);
  if (leaf.threshold === leaf.actual) return locale === 'zh' ? '，正好等于上限' : ', exactly at the limit';
  return locale === 'zh' ? `，相差 ${gap}` : `, ${gap} away`;
}

function failureText(leaf: EvaluationNode, negated: boolean, currency: string, locale: Locale): string {
  const label = leaf.label?.[locale] ?? leaf.field ?? '';
  if (leaf.outcome === 'unknown')
    return locale === 'zh' ? `缺少数据：${label}未知，不作判断` : `Data missing: ${label} is unknown, so nothing is concluded`;
  const unit = (leaf.unit ?? 'text') as FieldUnit;
  const op = leaf.op ?? '==';
  const condition = leaf.threshold === undefined ? '' : comparisonText(op, leaf.threshold, unit, currency, locale);
  const found = Array.isArray(leaf.actual) && leaf.actual.length === 0;
  if (found) return locale === 'zh' ? `${label}中没有名单里的词` : `${label}: none of the listed words`;
  const actual = formatValue(leaf.actual ?? null, unit, currency, locale);
  // A yes or no is said by its name alone, as the condition says it.
  if (typeof leaf.actual === 'boolean') {
    if (locale === 'zh') return `${leaf.actual ? '是' : '不是'}「${label}」${negated ? '，属于例外' : ''}`;
    return `${leaf.actual ? 'It is' : 'Not'}: ${label}${negated ? ', which is an exception' : ''}`;
  }
  if (leaf.actual === null) return locale === 'zh' ? `${label}不满足「${condition}」` : `${label} is not ${condition}`;
  if (negated) return locale === 'zh' ? `${label}为 ${actual}，属于例外` : `${label} is ${actual}, which is an exception`;
  return locale === 'zh'
    ? `${label}为 ${actual}，未满足「${condition}」${gapText(leaf, currency, locale)}`
    : `${label} is ${actual}, not ${condition}${gapText(leaf, currency, locale)}`;
}

/** M1: the comparison that decided against the rule and by how much, in one sentence. */
export function whyNotHit({ negated }: Leaf, node: EvaluationNode, currency: string): LocalisedText {
  return { zh: failureText(node, negated, currency, 'zh'), en: failureText(node, negated, currency, 'en') };
}

/** A rule that would have hit as written but was relaxed for this customer (B2). */
export function whyRelaxed(relaxed: readonly AppliedRelaxation[], leaf: Leaf, node: EvaluationNode, currency: string): LocalisedText {
  const zh = relaxed.map((entry) => entry.why.zh).join('；');
  const en = relaxed.map((entry) => entry.why.en).join('; ');
  if (relaxed.some((entry) => entry.effect === 'skip')) return { zh: `已放宽：${zh}`, en: `Relaxed: ${en}` };
  const failed = whyNotHit(leaf, node, currency);
  return { zh: `已放宽：${zh}；${failed.zh}`, en: `Relaxed: ${en}; ${failed.en}` };
}

/** The rule reads a source that has not told anything about this order. */
export function whyWaiting(node: EvaluationNode, source: Rule['source']): LocalisedText {
  const name = SOURCE_NAMES[source];
  const label = node.label ?? { zh: node.field ?? '', en: node.field ?? '' };
  return {
    zh: `等待数据源：${name.zh}尚未给出${label.zh}`,
    en: `Waiting: ${name.en} has not told the ${label.en.toLowerCase()} yet`,
  };
}

/** The very evidence was released before (M6). */
export function whyCleared({ by, at }: Clearance): LocalisedText {
  const when = businessDateTime(at).slice(0, 16);
  if (by === 'hub') {
    return {
      zh: `同样的证据已于 ${when} 到时自动放行，除非出现新证据，不再拦截`,
      en: `The same evidence was released by itself at ${when}; only new evidence may hold again`,
    };
  }
  return {
    zh: `同样的证据已由 ${by} 于 ${when} 放行，除非出现新证据，不再拦截`,
    en: `The same evidence was released by ${by} at ${when}; only new evidence may hold again`,
  };
}

/** The rule threw while it judged. */
export const WHY_FAILED: LocalisedText = {
  zh: '规则运行出错，对此订单未作判断；其他规则不受影响，详情见日志',
  en: 'The rule failed on this order and decided nothing; the other rules were judged. The log has the details',
};

function dayText(at: number): string {
  return new Date(businessDayStart(at) + DAY / 3).toISOString().slice(0, 10);
}

/** Why a rule says nothing at all: off, or outside its dates. */
export function whySilent(rule: Rule, at: number): LocalisedText {
  if (!rule.enabled) return { zh: '规则已停用', en: 'The rule is switched off' };
  if (rule.effectiveFrom !== null && at < rule.effectiveFrom) {
    const day = dayText(rule.effectiveFrom);
    return { zh: `规则自 ${day} 起生效`, en: `The rule takes effect on ${day}` };
  }
  const day = dayText(rule.effectiveTo ?? at);
  return { zh: `规则已于 ${day} 失效`, en: `The rule ended on ${day}` };
}
