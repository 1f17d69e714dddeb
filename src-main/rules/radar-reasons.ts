import type { Locale, LocalisedText } from '#shared/text.ts';
import { reasonOf, textCheckId, textCheckOf, type RadarReason } from '#main/model/radar.ts';
import { fieldOf } from './catalogue.ts';
import { formatValue } from './format.ts';
import { maskedWord } from './personal.ts';
import { comparisonText } from './words.ts';

/** What a reason speaks of, without its value: the field, or what was looked for in it. */
export function radarFeatureLabel(feature: string): LocalisedText {
  const check = textCheckOf(feature);
  if (!check) return fieldOf(feature)?.label ?? { zh: feature, en: feature };
  const label = fieldOf(check.field)?.label ?? { zh: check.field, en: check.field };
  const name = check.op === 'in-list' ? check.name : maskedWord(check.field, check.op, check.name);
  const looked = (locale: Locale) => comparisonText(check.op, name, 'text', '', locale);
  return { zh: `${label.zh}${looked('zh')}`, en: `${label.en} ${looked('en')}` };
}

/** Id of a feature as anybody may see it: what it looks for may tell who somebody is. */
export function radarFeatureShown(feature: string): string {
  const check = textCheckOf(feature);
  if (!check || check.op === 'in-list') return feature;
  return textCheckId({ ...check, name: maskedWord(check.field, check.op, check.name) });
}

function oddsText(effect: number): string {
  const odds = Math.exp(effect);
  return odds >= 100 ? '100+' : String(Number(odds.toPrecision(2)));
}

/** "首单：是（纠纷可能性 ×2.4）" */
export function radarReasonText({ feature, value, effect }: RadarReason, currency: string): LocalisedText {
  const unit = fieldOf(feature)?.unit ?? 'text';
  const label = radarFeatureLabel(feature);
  const none = Array.isArray(value) && value.length === 0;
  const shown = (locale: Locale) => (none ? (locale === 'zh' ? '无' : 'none') : formatValue(value, unit, currency, locale));
  return {
    zh: `${label.zh}：${shown('zh')}（纠纷可能性 ×${oddsText(effect)}）`,
    en: `${label.en}: ${shown('en')} (odds of a dispute × ${oddsText(effect)})`,
  };
}

/** The reasons kept beside a score, in words. */
export function radarReasons(kept: unknown, currency: string): LocalisedText[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((text) => {
    const reason = typeof text === 'string' ? reasonOf(text) : null;
    return reason ? [radarReasonText(reason, currency)] : [];
  });
}
