import type { FeatureRow, FeatureSpec, Sample } from '../boosting/table.ts';
import { numberOf } from '../boosting/target-statistics.ts';
import type { SparseRow } from './sparse.ts';

/** How a feature of a table becomes columns of a linear model. */
export type ColumnRule =
  /** The number in standard deviations from its mean, at most 4; a column of its own says "unknown". */
  | { kind: 'number'; mean: number; deviation: number; column: number; unknown: number }
  /** One column a word; words too rare in training share none and count as nothing. */
  | { kind: 'category'; columns: Record<string, number> };

const FARTHEST = 4;
/** A word must have stood in this many rows to get a column. */
const LEAST_ROWS = 5;
const MOST_WORDS = 500;

export interface Encoder {
  rules: ColumnRule[];
  width: number;
}

/** Learns means, deviations and words from the training rows. */
export function fitEncoder(features: readonly FeatureSpec[], samples: readonly Sample[]): Encoder {
  let width = 0;
  const rules = features.map((feature, index): ColumnRule => {
    if (feature.kind === 'category') {
      const columns = Object.fromEntries(commonWords(samples, index).map((word, place) => [word, width + place]));
      width += Object.keys(columns).length;
      return { kind: 'category', columns };
    }
    const known = samples.map(({ row }) => numberOf(row[index])).filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, known.length);
    width += 2;
    return { kind: 'number', mean, deviation: Math.sqrt(variance), column: width - 2, unknown: width - 1 };
  });
  return { rules, width };
}

function commonWords(samples: readonly Sample[], index: number): string[] {
  const counts = new Map<string, number>();
  for (const { row } of samples) {
    const word = row[index];
    if (word != null) counts.set(String(word), (counts.get(String(word)) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, rows]) => rows >= LEAST_ROWS)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_WORDS)
    .map(([word]) => word);
}

/** Told each column a row has a value in: its feature, its column and the value. */
export type ColumnVisitor = (feature: number, column: number, value: number) => void;

/** Visits the columns of a row, feature by feature; nothing is built, so that a forecast costs little. */
export function visitColumns({ rules }: Encoder, row: FeatureRow, visit: ColumnVisitor): void {
  for (let feature = 0; feature < rules.length; feature += 1) {
    const rule = rules[feature]!;
    const value = row[feature];
    if (rule.kind === 'category') {
      const word = value == null ? null : String(value);
      if (word !== null && Object.hasOwn(rule.columns, word)) visit(feature, rule.columns[word]!, 1);
      continue;
    }
    const read = numberOf(value);
    if (Number.isNaN(read)) visit(feature, rule.unknown, 1);
    else if (rule.deviation > 0) visit(feature, rule.column, Math.max(-FARTHEST, Math.min(FARTHEST, (read - rule.mean) / rule.deviation)));
  }
}

/** The columns of a row and their values; what the encoding never learnt is left out. */
export function encodeRow(encoder: Encoder, row: FeatureRow): SparseRow {
  const columns: number[] = [];
  const values: number[] = [];
  visitColumns(encoder, row, (_, column, value) => {
    columns.push(column);
    values.push(value);
  });
  return { columns, values };
}
