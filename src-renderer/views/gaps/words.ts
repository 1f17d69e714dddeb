import type { DayAudit } from '#shared/contract/feeds.ts';
import { whole } from '../../format/figure.ts';
import { dayAndTime } from '../../format/time.ts';
import { said, t } from '../../locales/texts.ts';
import { openOf } from './matrix.ts';

/** `11-22`; today by name. */
export function dayName(day: number, today: number): string {
  if (day === today) return t('gaps.today');
  const [date = ''] = dayAndTime(day).split(' ');
  return date;
}

/** The state of a day in a whole sentence's words. */
export function stateWords(audit: DayAudit): string {
  return t(`gaps.state.${audit.state}`, { count: whole(openOf(audit)) });
}

/** What comparing a day just now led to. Of a day that began minutes ago no list is complete yet: there is nothing to compare. */
export function checkedWords(audit: DayAudit, day: string): string {
  if (audit.error !== null) return t('gaps.notChecked', { day, reason: said(audit.error) });
  if (audit.checkedAt === null) return t('gaps.tooEarly', { day });
  return t('gaps.checkedNow', { day, state: stateWords(audit) });
}
