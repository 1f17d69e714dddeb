import type { FrontierPoint, MeasuredShare, Suggestions } from '#shared/contract/reports.ts';
import { rate, whole } from '../../format/figure.ts';
import { said, t } from '../../locales/texts.ts';
import { pointsOf } from './words.ts';

const THIN = '\u202f';

/** `1.35 %`, `70.6 %`: false-kill rates differ by fractions of a per cent. A dash where there is none. */
export function percentOf(share: number | null): string {
  if (share === null) return '—';
  const percent = share * 100;
  const digits = percent === 0 || percent === 100 ? 0 : percent < 10 ? 2 : 1;
  return `${percent.toFixed(digits)}${THIN}%`;
}

/** As the axes of the chart say it: no digit more than is needed. */
export function axisOf(share: number): string {
  return `${Number((share * 100).toFixed(2))}${THIN}%`;
}

/** `53.8–83.2 %`, the interval of a share; empty where nothing was counted. */
export function intervalOf({ low, high }: MeasuredShare): string {
  return low === null || high === null ? '' : `${percentOf(low).replace(`${THIN}%`, '')}–${percentOf(high)}`;
}

/** `+0.51`, points of the false-kill rate beyond now. */
export function pointsMore(share: number): string {
  const points = pointsOf(Math.abs(share));
  if (Number(points) === 0) return '0';
  return `${share < 0 ? '−' : '+'}${points}`;
}

export function moreOf({ measured }: FrontierPoint): string {
  return pointsMore(measured.moreFalseKills);
}

export function nameOf({ changes }: FrontierPoint): string {
  const [only] = changes;
  if (!only) return t('reports.frontier.presentSet');
  if (changes.length > 1) return t('reports.frontier.changed', { count: changes.length });
  // Sign, number and unit stay together at the end of a line.
  return `${said(only.name)} ${`${only.op} ${said(only.toText)}`.replaceAll(' ', '\u00a0')}`;
}

/** What a person should know of a point beside its figures. */
export function marksOf({ changes, chosen, withinBound }: FrontierPoint): { text: string; tone: 'chosen' | 'beyond' | 'plain' }[] {
  return [
    ...(chosen ? [{ text: t(changes.length === 0 ? 'reports.frontier.stay' : 'reports.frontier.chosen'), tone: 'chosen' as const }] : []),
    ...(withinBound ? [] : [{ text: t('reports.frontier.beyond'), tone: 'beyond' as const }]),
  ];
}

/** The false-kill rate the bound of the computation allows on the later orders; null where it is not known. */
export function limitOf({ frontier, computedWith }: Suggestions): number | null {
  const present = frontier.find(({ changes }) => changes.length === 0)?.measured.falseKills.value ?? null;
  return present === null || computedWith === null ? null : Math.min(1, present + computedWith);
}

/** The point in a few lines, for the tip of the chart. */
export function tipOf(point: FrontierPoint): string {
  const { precision, recall, falseKills, perDay } = point.measured;
  const line = (name: string, share: MeasuredShare) =>
    `${name} <b>${percentOf(share.value)}</b> (${whole(share.part)} / ${whole(share.whole)})`;
  return [
    `<b>${nameOf(point)}</b>`,
    line(t('reports.precisionOf'), precision),
    line(t('reports.recallOf'), recall),
    line(t('reports.frontier.falseKillRate'), falseKills),
    `${t('reports.perDayOf')} <b>${rate(perDay)}</b>`,
  ].join('<br>');
}
