import type { ReportFigure, ThresholdChange } from '#shared/contract/reports.ts';
import { businessDateTime } from '#shared/time.ts';
import { money, share, whole } from '../../format/figure.ts';
import { age, dayAndTime } from '../../format/time.ts';
import { said, t } from '../../locales/texts.ts';

/** A figure as it stands on the page; a dash where there is none. */
export function figureText(value: number | null, unit: ReportFigure['unit'], currency: string): string {
  if (value === null) return '—';
  switch (unit) {
    case 'ratio':
      return share(value);
    case 'minor':
      return money(value, currency);
    case 'ms':
      return age(value);
    case 'per-day':
      return value.toFixed(1);
    case 'count':
      return whole(value);
  }
}

/** `2026-03-02`, Asia/Shanghai. */
export function dayOf(at: number): string {
  return businessDateTime(at).slice(0, 10);
}

export function periodOf({ from, to }: { from: number; to: number }): string {
  return t('reports.period', { from: dayOf(from), to: dayOf(to - 1) });
}

export function madeOf({ madeAt, madeBy }: { madeAt: number; madeBy: string }): string {
  return t('reports.madeAt', { at: dayAndTime(madeAt), by: madeBy === 'hub' ? t('reports.hub') : madeBy });
}

/** `0.5`: a share in points, hundredths of the whole. */
export function pointsOf(share: number): string {
  return String(Number((share * 100).toFixed(2)));
}

/** `Discount share: > 90 % → > 80 %`: a comparison with another threshold. */
export function movedText({ label, op, fromText, toText }: Pick<ThresholdChange, 'label' | 'op' | 'fromText' | 'toText'>): string {
  return t('reports.change', { label: said(label), from: `${op} ${said(fromText)}`, to: `${op} ${said(toText)}` });
}
