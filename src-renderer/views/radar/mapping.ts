import type { MethodOutput } from '#shared/contract/index.ts';
import type { RadarLabel, RadarMapping } from '#shared/contract/radar.ts';
import type { Shape } from '../imports/columns.ts';

export type Inspection = MethodOutput<'radar.inspect'>;
export type RadarColumn = keyof RadarMapping['columns'];
/** A mapping that may still lack the column of the order number, without which no row means an order. */
export type MappingInWork = Omit<RadarMapping, 'columns'> & { columns: { [C in RadarColumn]: number | null } };

export const RADAR_COLUMNS = ['order', 'label', 'kind', 'text', 'channel', 'shop'] as const satisfies readonly RadarColumn[];

const NOTHING: MappingInWork = {
  sheet: null,
  encoding: null,
  delimiter: null,
  headerRows: 1,
  columns: { order: null, label: null, kind: null, text: null, channel: null, shop: null },
  words: {},
};

/** What the work on a file starts from: the hub's suggestion, or nothing chosen yet. */
export function startOf({ suggestion }: Inspection): MappingInWork {
  return suggestion ?? NOTHING;
}

/** A mapping to learn a file's columns by where nothing is known of them: its first column stands for the order number. */
export function anyMapping(shape: Shape): RadarMapping {
  return { ...NOTHING, ...shape, columns: { ...NOTHING.columns, order: 0 } };
}

/** The mapping as the hub takes it; null while the order number's column is not chosen. */
export function wholeMapping(mapping: MappingInWork): RadarMapping | null {
  const { order } = mapping.columns;
  return order === null ? null : { ...mapping, columns: { ...mapping.columns, order } };
}

/** The mapping with one field taken from another column, or from none. A column is one thing: what had it before gives it up. */
export function withColumn(mapping: MappingInWork, field: RadarColumn, column: number | null): MappingInWork {
  const columns = { ...mapping.columns };
  for (const other of RADAR_COLUMNS) if (column !== null && columns[other] === column) columns[other] = null;
  columns[field] = column;
  // Words belong to the column they were found in.
  return { ...mapping, columns, words: field === 'label' ? {} : mapping.words };
}

export function withWord(mapping: MappingInWork, word: string, label: RadarLabel): MappingInWork {
  return { ...mapping, words: { ...mapping.words, [word]: label } };
}

/** The file's words of the label column that want a meaning or were given one: refused ones of the first rows come last. */
export function labelWords(mapping: MappingInWork, { columns, errors }: Pick<Inspection, 'columns' | 'errors'>): string[] {
  const { label } = mapping.columns;
  if (label === null) return [];
  const name = columns.find(({ index }) => index === label)?.name;
  const refused = errors.filter(({ row, column }) => row > 0 && column === name).map(({ value }) => value.trim());
  return [...new Set([...Object.keys(mapping.words), ...refused])].filter((word) => word !== '');
}

/** What a sample set is called until somebody names it: its file, without the ending. */
export function setName(file: string): string {
  return file.replace(/\.[^.]+$/, '').slice(0, 100);
}
