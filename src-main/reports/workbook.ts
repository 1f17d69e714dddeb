import { buffer } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import ExcelJS from 'exceljs';
import type { Report, ReportFigure } from '#shared/contract/reports.ts';
import { minorToDecimal } from '#shared/money.ts';
import type { Locale, LocalisedText } from '#shared/text.ts';
import { countsText, dayText, minutes, periodText } from './format.ts';
import { HEADINGS, KIND_NAMES, REVIEW_NAMES } from './words.ts';

/** A number with a form of its own where the column has none. */
interface Formatted {
  value: number;
  format: string;
}
type Cell = string | number | Formatted | null;
interface Sheet {
  name: LocalisedText;
  columns: { heading: LocalisedText; width: number; format?: string }[];
  rows: Cell[][];
}

const SHARE = '0.0%';

/** A figure as a number one can go on calculating with. */
function figureCell(value: number | null, unit: ReportFigure['unit'], currency: string, locale: Locale): Cell {
  if (value === null) return '-';
  switch (unit) {
    case 'ratio':
      return { value, format: SHARE };
    case 'minor': {
      const decimal = minorToDecimal(value, currency);
      const digits = decimal.split('.')[1]?.length ?? 0;
      return { value: Number(decimal), format: `#,##0${digits > 0 ? `.${'0'.repeat(digits)}` : ''}" ${currency}"` };
    }
    case 'ms':
      return { value: minutes(value), format: locale === 'zh' ? '0.0" 分钟"' : '0.0" min"' };
    case 'per-day':
      return { value, format: '0.0' };
    case 'count':
      return { value, format: '#,##0' };
  }
}

function figuresSheet({ figures, currency }: Report, locale: Locale): Sheet {
  return {
    name: HEADINGS.figures,
    columns: [
      { heading: HEADINGS.figure, width: 30 },
      { heading: HEADINGS.value, width: 18 },
      { heading: HEADINGS.counts, width: 18 },
      { heading: HEADINGS.before, width: 18 },
      { heading: HEADINGS.formula, width: 80 },
    ],
    rows: figures.map(({ name, value, before, unit, formula, share }) => [
      name[locale],
      figureCell(value, unit, currency, locale),
      countsText(share),
      figureCell(before, unit, currency, locale),
      formula[locale],
    ]),
  };
}

function rulesSheet({ rules }: Report, locale: Locale): Sheet {
  const numbers = [HEADINGS.version, HEADINGS.hits, HEADINGS.known, HEADINGS.bad, HEADINGS.good];
  return {
    name: HEADINGS.rules,
    columns: [
      { heading: HEADINGS.rule, width: 40 },
      ...numbers.map((heading) => ({ heading, width: 12 })),
      { heading: HEADINGS.precision, width: 12, format: SHARE },
    ],
    rows: rules.map(({ name, version, hits, known, bad, good, precision }) => [name[locale], version, hits, known, bad, good, precision]),
  };
}

function missesSheet({ misses }: Report, locale: Locale): Sheet {
  return {
    name: HEADINGS.misses,
    columns: [
      { heading: HEADINGS.feature, width: 50 },
      { heading: HEADINGS.missed, width: 12 },
      { heading: HEADINGS.missedShare, width: 14, format: SHARE },
      { heading: HEADINGS.passedShare, width: 26, format: SHARE },
      { heading: HEADINGS.lift, width: 10, format: '0.0' },
    ],
    rows: misses.features.map(({ label, value, missed, missedShare, passedShare, lift }) => [
      `${label[locale]}: ${value[locale]}`,
      ...[missed, missedShare, passedShare, lift],
    ]),
  };
}

function handlingSheet({ handling }: Report, locale: Locale): Sheet {
  const weeks = handling[0]?.weeks ?? [];
  return {
    name: HEADINGS.handling,
    columns: [
      { heading: HEADINGS.kind, width: 40 },
      ...weeks.map(({ from }) => ({ heading: { zh: dayText(from), en: dayText(from) }, width: 13, format: '0.0' })),
    ],
    rows: handling.map(({ name, weeks: trend }) => [
      name[locale],
      ...trend.map(({ medianMs }) => (medianMs === null ? null : minutes(medianMs))),
    ]),
  };
}

function daysSheet({ days }: Report): Sheet {
  return {
    name: HEADINGS.days,
    columns: [HEADINGS.day, HEADINGS.stopped, HEADINGS.decided].map((heading) => ({ heading, width: 14 })),
    rows: days.map(({ day, stopped, decided }) => [dayText(day), stopped, decided]),
  };
}

function reviewSheet(review: NonNullable<Report['review']>, locale: Locale): Sheet {
  return {
    name: HEADINGS.review,
    columns: [
      { heading: HEADINGS.why, width: 18 },
      { heading: HEADINGS.rule, width: 40 },
      { heading: HEADINGS.detail, width: 60 },
    ],
    rows: review.map(({ why, name, detail }) => [REVIEW_NAMES[why][locale], name[locale], detail[locale]]),
  };
}

/** Orders behind the figures, in a row each: group and number. */
export type BehindRows = readonly { name: LocalisedText; orderNos: readonly string[] }[];

function ordersSheet(behind: BehindRows, locale: Locale): Sheet {
  return {
    name: HEADINGS.behind,
    columns: [
      { heading: HEADINGS.figure, width: 40 },
      { heading: HEADINGS.orderNo, width: 28 },
    ],
    rows: behind.flatMap(({ name, orderNos }) => orderNos.map((orderNo) => [name[locale], orderNo])),
  };
}

/** A number as text: its minus sign begins no formula. */
const NUMBER = /^-?\d+(?:\.\d+)?(?: [A-Z]{3})?$/;
/** What makes a spreadsheet read a text as a formula, also once the sheet was saved as CSV; full width counts for some. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/u;

function isFormatted(cell: Cell): cell is Formatted {
  return typeof cell === 'object' && cell !== null;
}

/** A text cell that a spreadsheet could read as a formula is led by an apostrophe, as rule names are written by people. */
function safe(cell: string | number | null): string | number | null {
  return typeof cell === 'string' && FORMULA.test(cell) && !NUMBER.test(cell) && cell !== '-' ? `'${cell}` : cell;
}

/** Rows written in one turn. */
const ROWS = 250;

/**
 * The report as a workbook, a sheet for each section, written some rows at a time. The same report gives the same content.
 *
 * @param turn lets other work come between
 */
export async function reportWorkbook(report: Report, behind: BehindRows, locale: Locale, turn: () => Promise<void>): Promise<Uint8Array> {
  const stream = new PassThrough();
  const content = buffer(stream);
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true });
  workbook.creator = 'OrderPulse';
  workbook.created = new Date(report.madeAt);
  workbook.modified = new Date(report.madeAt);
  workbook.title = `${KIND_NAMES[report.kind][locale]} ${periodText(report.from, report.to)}`;
  const sheets = [
    ...[figuresSheet(report, locale), rulesSheet(report, locale), missesSheet(report, locale), handlingSheet(report, locale)],
    ...[daysSheet(report), ...(report.review ? [reviewSheet(report.review, locale)] : []), ordersSheet(behind, locale)],
  ];
  for (const { name, columns, rows } of sheets) {
    // A sheet's name may not hold these, nor more than 31 characters.
    const sheet = workbook.addWorksheet(name[locale].replace(/[[\]*?:/\\]/g, ' ').slice(0, 31), {
      views: [{ state: 'frozen', ySplit: 1 }],
    });
    sheet.columns = columns.map(({ heading, width, format }) => ({
      header: heading[locale],
      width,
      ...(format === undefined ? {} : { style: { numFmt: format } }),
    }));
    sheet.getRow(1).font = { bold: true };
    for (const [index, row] of rows.entries()) {
      const written = sheet.addRow(row.map((cell) => (isFormatted(cell) ? cell.value : safe(cell))));
      for (const [column, cell] of row.entries()) if (isFormatted(cell)) written.getCell(column + 1).numFmt = cell.format;
      written.commit();
      if (index % ROWS === ROWS - 1) await turn();
    }
    sheet.commit();
    await turn();
  }
  await workbook.commit();
  return new Uint8Array(await content);
}
