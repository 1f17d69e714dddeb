import type { ChannelId } from '#shared/channels.ts';
import type { DayAudit } from '#shared/contract/feeds.ts';
import { businessDayStart, DAY } from '#shared/time.ts';
import { laneKey } from '../../stores/pulse.ts';

export interface ShopRow {
  channel: ChannelId;
  shopId: string;
  /** By start of the day; a day that was never compared is absent. */
  days: ReadonlyMap<number, DayAudit>;
  missing: number;
}

/** The last `count` business days, newest first. */
export function lastDays(now: number, count: number): number[] {
  const today = businessDayStart(now);
  return Array.from({ length: count }, (_, index) => today - index * DAY);
}

/** Shops as rows; those that miss orders first, then in the order they came. */
export function rowsOf(audits: Iterable<DayAudit>): ShopRow[] {
  const rows = new Map<string, { row: Omit<ShopRow, 'days'>; days: Map<number, DayAudit> }>();
  for (const audit of audits) {
    const key = laneKey(audit);
    const known = rows.get(key) ?? { row: { channel: audit.channel, shopId: audit.shopId, missing: 0 }, days: new Map<number, DayAudit>() };
    known.days.set(audit.day, audit);
    known.row.missing += openOf(audit);
    rows.set(key, known);
  }
  return [...rows.values()].map(({ row, days }) => ({ ...row, days })).sort((one, other) => other.missing - one.missing);
}

/** Orders still missing: those filled since the comparison are here. */
export function openOf({ state, missing, filled }: DayAudit): number {
  return state === 'missing' || state === 'filling' ? Math.max(0, missing - filled) : 0;
}

export function summaryOf(audits: Iterable<DayAudit>): { checked: number; gaps: number; orders: number } {
  const all = [...audits];
  const holed = all.filter((audit) => openOf(audit) > 0);
  return {
    checked: all.filter(({ state }) => state === 'equal' || state === 'missing' || state === 'filling').length,
    gaps: holed.length,
    orders: holed.reduce((sum, audit) => sum + openOf(audit), 0),
  };
}
