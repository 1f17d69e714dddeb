import type { StockLevel } from '#shared/stock.ts';
import { alarmRank, matchesText, worstOf, type InventoryFilter } from './filter.ts';

/** Figures of a warehouse's group of columns, in their order. */
export const MEASURES = ['spot', 'presale', 'reserved', 'available', 'cover'] as const;
export type Measure = (typeof MEASURES)[number];

/** One SKU with its level in each warehouse that keeps it. */
export interface SkuRow {
  sku: string;
  name: string;
  byWarehouse: ReadonlyMap<string, StockLevel>;
}

/** What rows are sorted by: gravest alarm, a text column, or one figure of one warehouse (`null`: of all together). */
export type SortKey =
  { column: 'worst' | 'sku' | 'name'; descending: boolean } | { column: Measure; warehouse: string | null; descending: boolean };

/** Groups levels by SKU, in the order they come. */
export function rowsOf(levels: Iterable<StockLevel>): SkuRow[] {
  const bySku = new Map<string, { sku: string; name: string; byWarehouse: Map<string, StockLevel> }>();
  for (const level of levels) {
    let row = bySku.get(level.sku);
    if (!row) bySku.set(level.sku, (row = { sku: level.sku, name: level.name, byWarehouse: new Map() }));
    row.byWarehouse.set(level.warehouse, level);
  }
  return [...bySku.values()];
}

/** The levels of a row that the filter's warehouse leaves. */
export function levelsOf({ byWarehouse }: SkuRow, warehouse: string | null): StockLevel[] {
  if (warehouse === null) return [...byWarehouse.values()];
  const level = byWarehouse.get(warehouse);
  return level ? [level] : [];
}

/** Rows within the filter: kept in the warehouse, with the alarm there, and named by the text. */
export function shownRows(rows: readonly SkuRow[], filter: InventoryFilter): SkuRow[] {
  return rows.filter((row) => {
    const levels = levelsOf(row, filter.warehouse);
    return (
      levels.length > 0 && (filter.alarm === null || levels.some(({ alarm }) => alarm === filter.alarm)) && matchesText(row, filter.text)
    );
  });
}

/** One figure over some levels: pieces add up; cover is what is available against what was sold in the last day. Null: nothing to tell. */
export function measureOf(measure: Measure, levels: readonly StockLevel[]): number | null {
  if (levels.length === 0) return null;
  const sum = (pick: (level: StockLevel) => number): number => levels.reduce((total, level) => total + pick(level), 0);
  switch (measure) {
    case 'presale': {
      const quota = sum(({ presaleQuota }) => presaleQuota);
      return quota === 0 ? null : quota - sum(({ presaleReserved }) => presaleReserved);
    }
    case 'cover': {
      const sold = sum(({ soldLastDay }) => soldLastDay);
      return sold === 0 ? null : sum(({ available }) => available) / sold;
    }
    default:
      return sum((level) => level[measure]);
  }
}

/**
 * Sorts rows; rows without the figure come last either way. `worst` puts the gravest alarm first, then what is sold out
 * soonest.
 */
export function sortRows(rows: readonly SkuRow[], key: SortKey, warehouse: string | null): SkuRow[] {
  const byCover = (row: SkuRow): number => measureOf('cover', levelsOf(row, warehouse)) ?? Infinity;
  const bySku = (one: SkuRow, other: SkuRow): number => (one.sku < other.sku ? -1 : 1);
  const sign = key.descending ? -1 : 1;
  if (key.column === 'sku') return rows.toSorted((one, other) => sign * bySku(one, other));
  if (key.column === 'name') return rows.toSorted((one, other) => sign * one.name.localeCompare(other.name, 'zh') || bySku(one, other));
  if (!('warehouse' in key)) {
    const rank = (row: SkuRow): number => alarmRank(worstOf(levelsOf(row, warehouse).map(({ alarm }) => alarm)));
    return keyed(rows, (row) => [-rank(row), byCover(row)])
      .toSorted(compareKeyed(1, bySku))
      .map(({ row }) => row);
  }
  const { column, warehouse: place } = key;
  return keyed(rows, (row) => [measureOf(column, levelsOf(row, place))])
    .toSorted(compareKeyed(sign, bySku))
    .map(({ row }) => row);
}

interface Keyed {
  row: SkuRow;
  values: (number | null)[];
}
function keyed(rows: readonly SkuRow[], valuesOf: (row: SkuRow) => (number | null)[]): Keyed[] {
  return rows.map((row) => ({ row, values: valuesOf(row) }));
}
function compareKeyed(sign: 1 | -1, otherwise: (one: SkuRow, other: SkuRow) => number) {
  return (one: Keyed, other: Keyed): number => {
    for (const [index, value] of one.values.entries()) {
      const against = other.values[index] ?? null;
      if (value === against) continue;
      if (value === null) return 1;
      if (against === null) return -1;
      return sign * (value < against ? -1 : 1);
    }
    return otherwise(one.row, other.row);
  };
}
