import type { EvaluationValue, RuleValue } from '#shared/rule.ts';
import { t } from '../locales/texts.ts';
import { money, share, whole } from './figure.ts';

const SUFFIX: Record<string, string> = { km: ' km', hours: ' h', minutes: ' min', days: ' d', percent: '\u202f%' };

function plain(value: number): string {
  return Number.isInteger(value) ? whole(value) : String(Math.round(value * 100) / 100);
}

/** A value of the evaluation tree as a person reads it: money, share, distance or words, by the unit the field has. */
export function evaluationValue(value: EvaluationValue | RuleValue | undefined, unit: string | undefined, currency: string): string {
  if (value === null || value === undefined) return t('order.value.empty');
  if (typeof value === 'boolean') return value ? t('order.value.yes') : t('order.value.no');
  if (Array.isArray(value)) return value.length === 0 ? t('common.none') : value.join('、');
  if (typeof value === 'string') return value === '' ? t('order.value.empty') : value;
  if (unit === 'minor') return money(value, currency);
  if (unit === 'ratio') return share(value);
  return `${plain(value)}${SUFFIX[unit ?? ''] ?? ''}`;
}
