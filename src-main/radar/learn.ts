import { fitPlatt, fromLogOdds } from '#main/learning/calibration.ts';
import { DEFAULT_SOLVE, solveLogistic } from '#main/learning/logistic/solve.ts';
import { sparseRows } from '#main/learning/logistic/sparse.ts';
import type { RadarDocument, RadarFeatureDocument } from './document.ts';
import { encodeRow, fitEncoder } from './encode.ts';
import type { Encoder, RadarRow } from './encode.ts';
import type { FeaturePlan } from './features.ts';
import { dealFolds, foldsFor } from './folds.ts';

/** Pull of every weight towards 0, in rows: thirty disputes must not be learnt by heart. */
const RIDGE = 5;

/** Fewer disputed or fine orders than this cannot be learnt from. */
export const LEAST_ORDERS = 10;
/** With fewer than this nobody knows how good it is. */
export const READY_ORDERS = 30;

/** A regression before it is calibrated: log-odds at even odds of disputed and fine. */
interface Fit {
  encoder: Encoder;
  /** One for each column; the intercept last. */
  weights: Float64Array;
  /** Mean of each column over the rows learnt from, both kinds weighing the same. */
  means: Float64Array;
}

/** Disputed and fine orders weigh the same, however many there are of each: a score says how like either an order is. */
function evenWeights(rows: readonly RadarRow[]): Float64Array {
  let [disputed, fine] = [0, 0];
  for (const row of rows) {
    if (row.disputed) disputed += row.weight;
    else fine += row.weight;
  }
  const half = rows.length / 2;
  return Float64Array.from(rows, (row) => row.weight * (half / (row.disputed ? disputed : fine)));
}

function fit(plans: readonly FeaturePlan[], rows: readonly RadarRow[]): Fit {
  const encoder = fitEncoder(plans, rows);
  const encoded = rows.map((row) => encodeRow(encoder, row));
  const rowWeights = evenWeights(rows);
  const weights = solveLogistic(
    sparseRows(encoder.width, encoded),
    Uint8Array.from(rows, ({ disputed }) => (disputed ? 1 : 0)),
    rowWeights,
    { ...DEFAULT_SOLVE, ridge: RIDGE },
  );
  const means = new Float64Array(encoder.width);
  encoded.forEach(({ columns, values }, row) => {
    columns.forEach((column, place) => {
      means[column] = (means[column] as number) + ((values[place] as number) * (rowWeights[row] as number)) / rows.length;
    });
  });
  return { encoder, weights, means };
}

function logOddsOf({ encoder, weights }: Fit, row: RadarRow): number {
  const { columns, values } = encodeRow(encoder, row);
  let sum = weights[encoder.width] as number;
  columns.forEach((column, place) => (sum += (weights[column] as number) * (values[place] as number)));
  return sum;
}

/** A calibration of log-odds at even odds: stretched and shifted. */
interface Stretch {
  slope: number;
  shift: number;
}

/**
 * Platt's correction, learnt on log-odds of orders the models had not seen. It is fitted at the odds of the sample, where the rows are, and
 * brought back to even odds.
 */
function calibrated(unseen: Float64Array, rows: readonly RadarRow[]): Stretch {
  const outcomes = Uint8Array.from(rows, ({ disputed }) => (disputed ? 1 : 0));
  const disputed = outcomes.reduce((sum, outcome) => sum + outcome, 0);
  const odds = Math.log(disputed / (rows.length - disputed));
  const fitted = fitPlatt(
    unseen.map((value) => fromLogOdds(value + odds)),
    outcomes,
  );
  if (fitted.kind !== 'platt') throw new RangeError('A stretch was asked for.');
  return { slope: fitted.slope, shift: fitted.slope * odds + fitted.shift - odds };
}

function documentOf({ encoder, weights, means }: Fit, { slope, shift }: Stretch, inputs: readonly string[]): RadarDocument {
  let base = slope * (weights[encoder.width] as number) + shift;
  const features = encoder.plans.flatMap((plan, index): RadarFeatureDocument[] => {
    const columns = [...(encoder.columns[index] ?? [])];
    const kept: Record<string, number> = Object.fromEntries(
      columns.map(([key, column]) => [key, slope * (weights[column] as number)] as const).filter(([, weight]) => weight !== 0),
    );
    if (Object.keys(kept).length === 0) return [];
    // Effects are told against the average order: what every order has is no reason.
    const average = columns.reduce((sum, [, column]) => sum + slope * (weights[column] as number) * (means[column] as number), 0);
    base += average;
    const part = { field: plan.field, weights: kept, offset: -average };
    switch (plan.kind) {
      case 'number': {
        const scale = encoder.scales[index] ?? { log: plan.log, mean: 0, deviation: 0 };
        return [{ kind: 'number', ...part, ...scale }];
      }
      case 'choice':
        return [{ kind: 'choice', ...part, step: plan.step }];
      case 'words':
        return [{ kind: 'words', ...part }];
      case 'check':
        return [{ kind: 'check', ...part, op: plan.op, name: plan.name, words: plan.words }];
    }
  });
  return { format: 'orderpulse-radar', version: 1, inputs: [...inputs], features, base };
}

/** What a training found. */
export interface Learnt {
  document: RadarDocument;
  /** Log-odds of each row by a model that knew neither it nor its buyer, calibrated. */
  unseen: Float64Array;
  folds: number;
}

/** Told after each turn; false ends the work. */
export type OnTurn = (done: number, of: number) => boolean;

/**
 * Learns a model and tests it: in turns each part of the buyers is left out, learnt from the others, and judged. The calibration
 * comes from what the turns said, the model from all rows. No chance but the seed: the same rows and seed give the same model.
 * Null: told to stop. Throws RangeError where there are too few rows (`foldsFor` tells).
 */
export function learnRadar(
  plans: readonly FeaturePlan[],
  inputs: readonly string[],
  rows: readonly RadarRow[],
  seed: number,
  onTurn: OnTurn,
): Learnt | null {
  const folds = foldsFor(rows);
  if (folds < 2) throw new RangeError('Too few buyers with disputed and with fine orders.');
  const parts = dealFolds(rows, folds, seed);
  const unseen = new Float64Array(rows.length);
  for (let part = 0; part < folds; part += 1) {
    if (!onTurn(part, folds + 1)) return null;
    const fitted = fit(
      plans,
      rows.filter((_, row) => parts[row] !== part),
    );
    rows.forEach((row, index) => {
      if (parts[index] === part) unseen[index] = logOddsOf(fitted, row);
    });
  }
  if (!onTurn(folds, folds + 1)) return null;
  const stretch = calibrated(unseen, rows);
  const document = documentOf(fit(plans, rows), stretch, inputs);
  return { document, unseen: unseen.map((value) => stretch.slope * value + stretch.shift), folds };
}
