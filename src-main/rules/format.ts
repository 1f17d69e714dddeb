import { codeName } from '#shared/code-name.ts';
import { minorToDecimal } from '#shared/money.ts';
import type { EvaluationValue, RuleValue } from '#shared/rule.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import type { FieldUnit } from './catalogue.ts';

function rounded(value: number, digits: number): string {
  if (Number.isInteger(value)) return String(value);
  return String(Number(value.toFixed(digits)));
}

function money(minor: number, currency: string, locale: Locale): string {
  const decimal = minorToDecimal(Math.round(minor), currency);
  return locale === 'zh' && currency === 'CNY' ? `${decimal} 元` : `${decimal} ${currency}`.trimEnd();
}

function formatNumber(value: number, unit: FieldUnit, currency: string, locale: Locale): string {
  const zh = locale === 'zh';
  switch (unit) {
    case 'minor':
      return money(value, currency, locale);
    case 'percent':
      return zh ? `${rounded(value, 1)}%` : `${rounded(value, 1)} %`;
    case 'ratio':
      return zh ? `${rounded(value, 2)} 倍` : `${rounded(value, 2)} times`;
    case 'km':
      return `${rounded(value, value < 10 ? 1 : 0)} ${zh ? '公里' : 'km'}`;
    case 'hours':
      return `${rounded(value, 1)} ${zh ? '小时' : 'h'}`;
    case 'hour':
      return zh ? `${value} 点` : `${value}:00`;
    default:
      return rounded(value, 2);
  }
}

/** A value as a person reads it: money as decimals with its currency, shares in percent, distances in km. */
export function formatValue(value: EvaluationValue | RuleValue, unit: FieldUnit, currency: string, locale: Locale): string {
  if (value === null) return locale === 'zh' ? '未知' : 'unknown';
  if (typeof value === 'boolean') return locale === 'zh' ? (value ? '是' : '否') : value ? 'yes' : 'no';
  if (typeof value === 'number') return codeName(unit, value)?.[locale] ?? formatNumber(value, unit, currency, locale);
  if (typeof value === 'string') return codeName(unit, value)?.[locale] ?? value;
  return value.map((entry) => formatValue(entry, unit, currency, locale)).join(locale === 'zh' ? '、' : ', ');
}

/** Both languages at once. */
export function formatBoth(value: EvaluationValue | RuleValue, unit: FieldUnit, currency: string): LocalisedText {
  return { zh: formatValue(value, unit, currency, 'zh'), en: formatValue(value, unit, currency, 'en') };
}
