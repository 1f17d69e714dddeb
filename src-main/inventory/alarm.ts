import type { StockAlarm, StockLevel } from '#shared/stock.ts';
import type { LocalisedText } from '#shared/text.ts';

/** Limits of the stock alarms (D4). Every figure may be changed by a supervisor. */
export interface AlarmSettings {
  /** Below this many available pieces a level is `low`. */
  lowPieces: number;
  /** Below this share of the safety level it is `short`, 0 to 1. */
  shortShare: number;
  /** How far above its limit a level has to rise before the alarm ends, as a share of the limit: it must not flap. */
  clearMargin: number;
  /** Days of sales a replenishment should cover. */
  coverDays: number;
}

export const DEFAULT_ALARM_SETTINGS: AlarmSettings = { lowPieces: 50, shortShare: 0.15, clearMargin: 0.1, coverDays: 7 };

export type AlarmLevel = StockLevel['alarm'];

/** The figures an alarm is judged by. */
export type AlarmFigures = Pick<StockLevel, 'spot' | 'available' | 'presaleQuota' | 'safety' | 'soldLastDay'>;

/**
 * The alarm of a level. Worsening shows at once; an improvement counts only once the level is `clearMargin` above the
 * limit it had crossed, which `previous` remembers. `out` always tells the truth: it is zero available pieces, no more
 * and no less. A level that only carries presale promises has no shelf to watch and raises none.
 */
export function alarmOf(level: Omit<AlarmFigures, 'soldLastDay'>, settings: AlarmSettings, previous: AlarmLevel = 'none'): AlarmLevel {
  if (level.spot === 0 && level.safety === 0 && level.presaleQuota > 0) return 'none';
  if (level.available <= 0) return 'out';
  const short = level.safety * settings.shortShare;
  if (level.available < (previous === 'short' || previous === 'out' ? clearOf(short, settings) : short)) return 'short';
  const low = settings.lowPieces;
  return level.available < (previous === 'none' ? low : clearOf(low, settings)) ? 'low' : 'none';
}

/** The limit in pieces that an alarm of this level fell below. */
export function alarmLimit(level: AlarmFigures, alarm: Exclude<AlarmLevel, 'none'>, settings: AlarmSettings): number {
  if (alarm === 'short') return level.safety * settings.shortShare;
  if (alarm === 'low') return settings.lowPieces;
  return Math.max(settings.lowPieces, level.safety * settings.shortShare);
}

/** Pieces that bring a level back to its safety level, out of any alarm, and to `coverDays` of yesterday's sales. */
export function suggestedReplenishment(level: AlarmFigures, settings: AlarmSettings): number {
  const clear = clearOf(Math.max(settings.lowPieces, level.safety * settings.shortShare), settings);
  const target = Math.ceil(Math.max(level.safety, clear, level.soldLastDay * settings.coverDays));
  return Math.max(0, target - level.available);
}

/** The alarm as people see it, with its sentence and the pieces to order. `level.alarm` must not be `none`. */
export function stockAlarm(level: StockLevel, warehouse: LocalisedText, settings: AlarmSettings, raisedAt: number): StockAlarm {
  const kind = level.alarm;
  if (kind === 'none') throw new RangeError(`Level ${alarmId(level.sku, level.warehouse)} has no alarm.`);
  const replenish = suggestedReplenishment(level, settings);
  return {
    id: alarmId(level.sku, level.warehouse),
    sku: level.sku,
    name: level.name,
    warehouse: level.warehouse,
    level: kind,
    available: level.available,
    limit: alarmLimit(level, kind, settings),
    sentence: alarmSentence(level, kind, warehouse, settings, replenish),
    raisedAt,
    replenish,
  };
}

/** Stable id of the alarm of a level: it stays the same while the alarm gets worse or better. */
export function alarmId(sku: string, warehouse: string): string {
  return `${sku}@${warehouse}`;
}

/** Where an alarm ends that began at `limit`. A sum, because 50 x 1.1 is a little more than 55 in floating point. */
function clearOf(limit: number, settings: AlarmSettings): number {
  return limit + limit * settings.clearMargin;
}

function alarmSentence(
  level: StockLevel,
  kind: Exclude<AlarmLevel, 'none'>,
  warehouse: LocalisedText,
  settings: AlarmSettings,
  replenish: number,
): LocalisedText {
  const goods = level.name || level.sku;
  const zh = `${warehouse.zh}「${goods}」`;
  const en = `${warehouse.en}, ${goods}: `;
  const order = { zh: `，建议补货 ${replenish} 件`, en: `; replenish ${replenish}` };
  if (kind === 'out') {
    return {
      zh: `${zh}已无可用库存（在架 ${level.spot} 件，已预占 ${level.reserved} 件）${order.zh}`,
      en: `${en}nothing available (${level.spot} on the shelf, ${level.reserved} reserved)${order.en}`,
    };
  }
  if (kind === 'short') {
    const percent = Number((settings.shortShare * 100).toFixed(1));
    return {
      zh: `${zh}可用 ${level.available} 件，低于安全库存 ${level.safety} 件的 ${percent}%${order.zh}`,
      en: `${en}${level.available} available, below ${percent} % of the safety level ${level.safety}${order.en}`,
    };
  }
  return {
    zh: `${zh}可用 ${level.available} 件，低于 ${settings.lowPieces} 件${order.zh}`,
    en: `${en}${level.available} available, below ${settings.lowPieces}${order.en}`,
  };
}
