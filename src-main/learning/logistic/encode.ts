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

export interface EncodedRow extends SparseRow {
  columns: number[];
  values: number[];
  /** The feature each entry came from. */
  features: number[];
}

export function encodeRow({ rules }: Encoder, row: FeatureRow): EncodedRow {
  const encoded: EncodedRow = { columns: [], values: [], features: [] };
  const put = (feature: number, column: number, value: number): void => {
    encoded.columns.push(column);
    encoded.values.push(value);
    encoded.features.push(feature);
  };
  rules.forEach((rule, feature) => {
    const value = row[feature];
    if (rule.kind === 'category') {
      const column = value == null || !Object.hasOwn(rule.columns, String(value)) ? undefined : rule.columns[String(value)];
      if (column !== undefined) put(feature, column, 1);
      return;
    }
    const read = numberOf(value);
    if (Number.isNaN(read)) put(feature, rule.unknown, 1);
    else if (rule.deviation > 0) put(feature, rule.column, Math.max(-FARTHEST, Math.min(FARTHEST, (read - rule.mean) / rule.deviation)));
  });
  return encoded;
}
