import { toMinor } from '#shared/money.ts';
import type { LocalisedText } from '#shared/text.ts';
import { DAY, HOUR, parseBusinessTime } from '#shared/time.ts';

/** A cell as a value of its kind, `null` when it is empty, or what is wrong with it. */
export type CellValue<T> = { ok: true; value: T } | { ok: false; reason: LocalisedText };

const good = <T>(value: T): CellValue<T> => ({ ok: true, value });
const bad = (zh: string, en: string): { ok: false; reason: LocalisedText } => ({ ok: false, reason: { zh, en } });

/** What several systems write for "nothing". */
const NOTHING = new Set(['', '-', '--', '/', 'null', 'NULL', 'None', '无']);

/** Excel writes ids of sixteen digits and more like this once it took them for numbers; the digits are gone. */
const SHORTENED = /^\d(?:\.\d+)?E\+\d+$/i;
/** A tab or an apostrophe keeps Excel from taking a number for one. */
const KEPT_AS_TEXT = /^['`\t\s=]*"?(.*?)"?[\t\s]*$/s;

export function textCell(cell: string, longest: number): CellValue<string | null> {
  const text = cell.trim();
  if (NOTHING.has(text)) return good(null);
  if (text.includes('\uFFFD'))
    return bad('有无法识别的文字，可能是文件编码选错了', 'holds characters that cannot be read; the encoding may be wrong');
  return text.length > longest ? tooLong(longest) : good(text);
}

function tooLong(longest: number): { ok: false; reason: LocalisedText } {
  return bad(`超过 ${longest} 个字`, `is longer than ${longest} characters`);
}

const LONGEST_ID = 200;
/** With quotes and blanks around it. */
const LONGEST_ID_CELL = 1_000;

/** An identifier: never blank inside, never a number that lost its digits. */
export function idCell(cell: string): CellValue<string | null> {
  // The search below takes the square of what it is given.
  if (cell.length > LONGEST_ID_CELL) return tooLong(LONGEST_ID);
  const text = textCell(KEPT_AS_TEXT.exec(cell)?.[1] ?? cell, LONGEST_ID);
  if (!text.ok || text.value === null) return text;
  if (SHORTENED.test(text.value)) {
    return bad(
      '编号已被 Excel 变成科学计数、尾数丢失，请把该列设为文本后重新导出',
      'was turned into a rounded number by Excel; format the column as text and export it again',
    );
  }
  return text;
}

/** `￥1,234.50`, `1234.5元` or `12.30` in minor units; `fen`: whole minor units. */
export function moneyCell(cell: string, unit: 'yuan' | 'fen', currency: string): CellValue<number | null> {
  const text = textCell(cell, 60);
  if (!text.ok || text.value === null) return text as CellValue<null>;
  const plain = text.value
    .replace(/^(?:[￥¥$€£]|CNY|RMB|USD)\s*/i, '')
    .replace(/\s*(?:元|分)$/, '')
    .replaceAll(/[,，]/g, '');
  const minor = unit === 'fen' ? (/^\d+(?:\.0+)?$/.test(plain) ? Number(plain) : null) : toMinor(plain, currency);
  if (minor === null || !Number.isSafeInteger(minor)) return bad('不是金额', 'is not an amount of money');
  return minor < 0 ? bad('金额不能为负', 'is negative') : good(minor);
}

export function countCell(cell: string): CellValue<number | null> {
  const text = textCell(cell, 60);
  if (!text.ok || text.value === null) return text as CellValue<null>;
  const written = text.value.replaceAll(',', '');
  const count = /^\d+(?:\.0+)?$/.test(written) ? Number(written) : 0;
  return count > 0 && count <= 1_000_000 ? good(count) : bad('应为大于零的整数', 'is not a whole number above zero');
}

const LOCAL_TIME = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T\s]+(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2})秒?)?(?:\.\d+)?分?)?$/;
const COMPACT_TIME = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$/;
/** Excel counts days from 1899-12-30 in local time; these are the years 1980 to 2100. */
const FIRST_SERIAL = 29_221;
const LAST_SERIAL = 73_415;
const SERIAL_ORIGIN = Date.UTC(1899, 11, 30);
/** Before this a time means "not yet" (0001-01-01, 1970-01-01). */
const FIRST_REAL = Date.UTC(1980, 0, 1);

/** The many ways people write a time, as Asia/Shanghai unless it carries a zone; seconds and milliseconds since 1970; Excel's day numbers. */
export function timeCell(cell: string): CellValue<number | null> {
  const text = textCell(cell, 60);
  if (!text.ok || text.value === null) return text as CellValue<null>;
  const parts = LOCAL_TIME.exec(text.value) ?? COMPACT_TIME.exec(text.value);
  const at = parts ? local(parts) : (counted(text.value) ?? parseBusinessTime(text.value));
  if (at === null) return bad('不是时间，请写成 2025-06-18 20:15:33', 'is not a time; write 2025-06-18 20:15:33');
  return good(at < FIRST_REAL ? null : at);
}

function local(parts: RegExpExecArray): number | null {
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second || 0));
  const real = at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 && (second || 0) < 60;
  return real ? at.getTime() - 8 * HOUR : null;
}

function counted(text: string): number | null {
  if (/^\d{13}$/.test(text)) return Number(text);
  if (/^\d{10}$/.test(text)) return Number(text) * 1_000;
  if (!/^\d{5}(?:\.\d+)?$/.test(text)) return null;
  const days = Number(text);
  return days >= FIRST_SERIAL && days < LAST_SERIAL ? Math.round((SERIAL_ORIGIN + days * DAY) / 1_000) * 1_000 - 8 * HOUR : null;
}
