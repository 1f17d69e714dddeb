import type { StockAlarm, StockLevel } from '#shared/stock.ts';

export type AlarmLevel = StockAlarm['level'];
/** Gravest first. */
export const ALARM_LEVELS: readonly AlarmLevel[] = ['out', 'short', 'low'];

/** What map, alarms and matrix are narrowed to; `null` and the empty text leave everything. */
export interface InventoryFilter {
  text: string;
  warehouse: string | null;
  alarm: AlarmLevel | null;
}
export const NO_FILTER: InventoryFilter = { text: '', warehouse: null, alarm: null };

/** Rank of an alarm, 0 for none; larger is graver. */
export function alarmRank(level: StockLevel['alarm']): number {
  return level === 'none' ? 0 : ALARM_LEVELS.length - ALARM_LEVELS.indexOf(level);
}

/** The gravest of several. */
export function worstOf(levels: Iterable<StockLevel['alarm']>): StockLevel['alarm'] {
  let worst: StockLevel['alarm'] = 'none';
  for (const level of levels) if (alarmRank(level) > alarmRank(worst)) worst = level;
  return worst;
}

/** True where SKU or name contains every word of the text. */
export function matchesText({ sku, name }: { sku: string; name: string }, text: string): boolean {
  const words = text.trim().toLowerCase().split(/\s+/);
  const whole = `${sku} ${name}`.toLowerCase();
  return words.every((word) => whole.includes(word));
}

/** The alarms within a filter, gravest first, then the longest standing. */
export function shownAlarms(alarms: Iterable<StockAlarm>, filter: InventoryFilter): StockAlarm[] {
  return [...alarms]
    .filter(({ warehouse }) => filter.warehouse === null || warehouse === filter.warehouse)
    .filter(({ level }) => filter.alarm === null || level === filter.alarm)
    .filter((alarm) => matchesText(alarm, filter.text))
    .sort((one, other) => alarmRank(other.level) - alarmRank(one.level) || one.raisedAt - other.raisedAt || one.id.localeCompare(other.id));
}

/** How many alarms of each level stand in the warehouse and text of the filter, whatever level it names. */
export function alarmCounts(alarms: Iterable<StockAlarm>, filter: InventoryFilter): Record<AlarmLevel, number> {
  const counts: Record<AlarmLevel, number> = { out: 0, short: 0, low: 0 };
  for (const { level } of shownAlarms(alarms, { ...filter, alarm: null })) counts[level] += 1;
  return counts;
}
