import type { ReasonValue } from '#main/model/radar.ts';
import type { SparseRow } from '#main/learning/logistic/sparse.ts';
import { choiceKey, sizeOf, standardised, UNKNOWN } from './features.ts';
import type { FeaturePlan, Scale } from './features.ts';

/** A labelled order as a model learns from it: the value of each feature, in the order of the plans. */
export interface RadarRow {
  values: readonly ReasonValue[];
  disputed: boolean;
  /** Orders it stands for. */
  weight: number;
  /** Who bought: orders of one buyer are never on both sides of a test. */
  buyer: string;
}

/** A column needs this many rows that have something in it. */
const LEAST_ROWS = 5;
const MOST_KEYS = 200;

/** How features become columns of the regression, learnt from the training rows alone. */
export interface Encoder {
  plans: readonly FeaturePlan[];
  scales: readonly (Scale | null)[];
  /** Column of each key, by feature. */
  columns: readonly ReadonlyMap<string, number>[];
  width: number;
}

type Visit = (key: string, value: number) => void;

function visitKeys(plan: FeaturePlan, scale: Scale | null, value: ReasonValue, visit: Visit): void {
  switch (plan.kind) {
    case 'number':
      if (typeof value !== 'number' || !scale) visit(UNKNOWN, 1);
      else visit('z', standardised(value, scale));
      return;
    case 'choice':
      visit(choiceKey(value, plan.step), 1);
      return;
    case 'words':
      if (Array.isArray(value)) for (const word of new Set(value)) visit(word, 1);
      return;
    case 'check':
      if (value === true) visit('hit', 1);
  }
}

function scaleOf(plan: FeaturePlan, rows: readonly RadarRow[], index: number): Scale | null {
  if (plan.kind !== 'number') return null;
  let [known, sum, squares] = [0, 0, 0];
  for (const { values } of rows) {
    const value = values[index];
    if (typeof value !== 'number') continue;
    const size = sizeOf(value, plan.log);
    known += 1;
    sum += size;
    squares += size * size;
  }
  const mean = known === 0 ? 0 : sum / known;
  const variance = known === 0 ? 0 : Math.max(0, squares / known - mean * mean);
  return { log: plan.log, mean, deviation: variance < 1e-12 ? 0 : Math.sqrt(variance) };
}

/** Columns of the keys that stand in enough rows, and not in all but a few: a key that is always there tells nothing. */
export function fitEncoder(plans: readonly FeaturePlan[], rows: readonly RadarRow[]): Encoder {
  let width = 0;
  const scales = plans.map((plan, index) => scaleOf(plan, rows, index));
  const columns = plans.map((plan, index) => {
    const counts = new Map<string, number>();
    for (const { values } of rows) {
      visitKeys(plan, scales[index] ?? null, values[index] ?? null, (key) => counts.set(key, (counts.get(key) ?? 0) + 1));
    }
    const kept = [...counts]
      .filter(([key, count]) => count >= LEAST_ROWS && (key === 'z' || rows.length - count >= LEAST_ROWS))
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, MOST_KEYS);
    const map = new Map(kept.map(([key], place) => [key, width + place]));
    width += map.size;
    return map;
  });
  return { plans, scales, columns, width };
}

/** The columns of a row and their values; what the encoder never learnt is left out. */
export function encodeRow({ plans, scales, columns }: Encoder, { values }: Pick<RadarRow, 'values'>): SparseRow {
  const row: { columns: number[]; values: number[] } = { columns: [], values: [] };
  plans.forEach((plan, index) => {
    visitKeys(plan, scales[index] ?? null, values[index] ?? null, (key, value) => {
      const column = columns[index]?.get(key);
      if (column === undefined || value === 0) return;
      row.columns.push(column);
      row.values.push(value);
    });
  });
  return row;
}
