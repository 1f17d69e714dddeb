import { whole } from '../../format/figure.ts';
import { t } from '../../locales/texts.ts';

/** Days of cover at which a ring is full. */
export const FULL_COVER_DAYS = 30;

/** Cover is told to a tenth of a day while it is short, and no further than three digits: beyond, it only means "plenty". */
export function coverFigure(days: number): string {
  return days > 999 ? '>999' : days < 10 ? days.toFixed(1) : whole(days);
}

/** `4.2 天`; says so where nothing was sold, because then there is no cover to tell. */
export function coverWords(days: number | null): string {
  return days === null ? t('inventory.coverNone') : t('inventory.unit.days', { count: coverFigure(days) });
}
