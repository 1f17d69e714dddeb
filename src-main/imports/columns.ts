import type { ImportMapping } from '#shared/contract/imports.ts';
import type { LocalisedText } from '#shared/text.ts';
import { columnLetters } from './table.ts';
import { FIELD_NAMES } from './words.ts';
import type { ImportField } from './words.ts';

/** Fields that must come from somewhere; one of each group. */
const NEEDED: readonly (readonly ImportField[])[] = [
  ['channelOrderId'],
  ['createdAt', 'paidAt'],
  ['status', 'paidAt'],
  ['sku'],
  ['quantity'],
  ['unitPrice', 'goods', 'paid'],
];

/** What keeps a mapping from being used at all; empty when nothing does. */
export function mappingProblems(mapping: ImportMapping, columnCount: number): LocalisedText[] {
  const missing = NEEDED.filter((group) => group.every((field) => mapping.columns[field] === undefined)).map((group) => ({
    zh: `请指定「${group.map((field) => FIELD_NAMES[field].zh).join('」或「')}」来自哪一列，或填一个固定值`,
    en: `Say which column holds the ${group.map((field) => FIELD_NAMES[field].en).join(' or the ')}, or give a fixed value`,
  }));
  const absent = Object.entries(mapping.columns).flatMap(([field, source]) =>
    'column' in source && source.column >= columnCount
      ? [
          {
            zh: `「${FIELD_NAMES[field as ImportField].zh}」指向第 ${source.column + 1} 列，但文件只有 ${columnCount} 列`,
            en: `The ${FIELD_NAMES[field as ImportField].en} is mapped to column ${source.column + 1}, but the file has ${columnCount}`,
          },
        ]
      : [],
  );
  return [...missing, ...absent];
}

/** Where each field of a row stands, looked up once for the whole file. */
export class Columns {
  readonly #places = new Map<ImportField, number>();
  readonly #fixed = new Map<ImportField, string>();
  readonly #headings: readonly string[];

  constructor(mapping: ImportMapping, headings: readonly string[]) {
    this.#headings = headings;
    for (const [field, source] of Object.entries(mapping.columns) as [ImportField, NonNullable<ImportMapping['columns'][ImportField]>][]) {
      if ('column' in source) this.#places.set(field, source.column);
      else this.#fixed.set(field, source.fixed);
    }
  }

  has(field: ImportField): boolean {
    return this.#places.has(field) || this.#fixed.has(field);
  }

  /** The cell of a field; empty text where the row is too short or nothing is mapped. */
  cell(cells: readonly string[], field: ImportField): string {
    const place = this.#places.get(field);
    return place === undefined ? (this.#fixed.get(field) ?? '') : (cells[place] ?? '');
  }

  /** What a person calls the column of a field. */
  nameOf(field: ImportField): string {
    const place = this.#places.get(field);
    return place === undefined ? FIELD_NAMES[field].zh : this.#headings[place]?.trim() || columnLetters(place);
  }
}
