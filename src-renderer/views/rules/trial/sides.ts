import type { Trial } from '#shared/contract/rule-runs.ts';
import { t } from '../../../locales/texts.ts';
import { money, rate, share, whole } from '../../../format/figure.ts';

type Side = NonNullable<Trial['before']>;
export type SideRow = 'held' | 'frozen' | 'tasks' | 'reviewsPerDay' | 'heldMinor' | 'falseKills' | 'caught';
export const SIDE_ROWS: readonly SideRow[] = ['held', 'frozen', 'tasks', 'reviewsPerDay', 'heldMinor', 'falseKills', 'caught'];

/** A figure of one side as a number; null where nothing is known to divide by. */
export function sideValue(side: Side, row: SideRow): number | null {
  if (row === 'falseKills') return side.known > 0 ? side.good / side.known : null;
  if (row === 'caught') return side.bad > 0 ? side.caught / side.bad : null;
  return side[row];
}

export function sideText(side: Side, row: SideRow, currency: string): string {
  const value = sideValue(side, row);
  if (value === null) return '—';
  if (row === 'heldMinor') return money(value, currency);
  if (row === 'falseKills' || row === 'caught') return share(value);
  return row === 'reviewsPerDay' ? rate(value) : whole(value);
}

/** What the draft changes: `+12`, `−3`, `+0.8` points; empty where nothing does or nothing is known. */
export function changeText(before: Side, after: Side, row: SideRow, currency: string): string {
  const [from, to] = [sideValue(before, row), sideValue(after, row)];
  if (from === null || to === null || from === to) return '';
  const difference = Math.abs(to - from);
  const sign = to > from ? '+' : '−';
  if (row === 'heldMinor') return `${sign}${money(difference, currency)}`;
  if (row === 'falseKills' || row === 'caught') return t('trial.points', { points: `${sign}${rate(difference * 100)}` });
  return `${sign}${row === 'reviewsPerDay' ? rate(difference) : whole(difference)}`;
}
