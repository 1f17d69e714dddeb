import type { StockLevel, WarehouseHealth } from '#shared/stock.ts';
import { ALARM_LEVELS } from './filter.ts';

/** The gravest alarm that stands in a warehouse. */
export function worstAlarmOf({ alarms }: Pick<WarehouseHealth, 'alarms'>): StockLevel['alarm'] {
  return ALARM_LEVELS.find((level) => alarms[level] > 0) ?? 'none';
}
