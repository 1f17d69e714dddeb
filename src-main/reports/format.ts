import type { ReportFigure } from '#shared/contract/reports.ts';
import { minorToDecimal } from '#shared/money.ts';
import type { Locale } from '#shared/text.ts';
import { businessDateTime, MINUTE } from '#shared/time.ts';

/** A figure as paper shows it; `-` where there is none. */
export function figureText(value: number | null, unit: ReportFigure['unit'], currency: string, locale: Locale): string {
  if (value === null) return '-';
  switch (unit) {
    case 'ratio':
      return shareText(value);
    case 'minor':
      return `${minorToDecimal(value, currency)} ${currency}`;
    case 'ms':
      return `${minutes(value)} ${locale === 'zh' ? '分钟' : 'min'}`;
    case 'per-day':
      return value.toFixed(1);
    case 'count':
      return String(value);
  }
}

/** The two numbers of a share; empty for figures that are none. */
export function countsText(share: ReportFigure['share']): string {
  return share === null ? '' : `${share.part} / ${share.whole}`;
}

/** A share from 0 to 1 in percent; `-` where there is none. */
export function shareText(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(1)}%`;
}

/** Minutes of a duration in ms, one digit after the point. */
export function minutes(ms: number): number {
  return Math.round((ms / MINUTE) * 10) / 10;
}

/** The calendar day, Asia/Shanghai. */
export function dayText(at: number): string {
  return businessDateTime(at).slice(0, 10);
}

/** First and last day of [from, to). */
export function periodText(from: number, to: number): string {
  return `${dayText(from)} – ${dayText(to - 1)}`;
}
