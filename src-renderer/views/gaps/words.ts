import type { DayAudit } from '#shared/contract/feeds.ts';
import { whole } from '../../format/figure.ts';
import { dayAndTime } from '../../format/time.ts';
import { t } from '../../locales/texts.ts';
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
