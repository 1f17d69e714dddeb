import { codeName } from '#shared/code-name.ts';
import type { EvaluationValue, RuleValue } from '#shared/rule.ts';
import { said, t } from '../locales/texts.ts';
import { money, whole } from './figure.ts';

/** Units of the field catalogue: `percent` runs from 0 to 100, `ratio` is a multiple, `hour` an hour of the day. */
const SUFFIX: Record<string, string> = { km: '\u202fkm', hours: '\u202fh', hour: ':00', percent: '\u202f%', ratio: '\u202f×' };

function plain(value: number): string {
  return Number.isInteger(value) ? whole(value) : String(Math.round(value * 100) / 100);
}

/** A value of the evaluation tree as a person reads it: money, per cent, multiple, distance or words, by the unit the field has. */
export function evaluationValue(value: EvaluationValue | RuleValue | undefined, unit: string | undefined, currency: string): string {
  if (value === null || value === undefined) return t('order.value.empty');
  if (typeof value === 'boolean') return value ? t('order.value.yes') : t('order.value.no');
  if (Array.isArray(value)) {
    const entries = value.map((entry) => evaluationValue(entry, unit, currency));
    return entries.length === 0 ? t('common.none') : entries.join(t('common.comma'));
  }
  const named = codeName(unit ?? '', value);
  if (named) return said(named);
  if (typeof value === 'string') return value === '' ? t('order.value.empty') : value;
  if (unit === 'minor') return money(value, currency);
  return `${plain(value)}${SUFFIX[unit ?? ''] ?? ''}`;
}
