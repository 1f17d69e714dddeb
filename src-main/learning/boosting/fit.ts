import { logLoss } from '../metrics.ts';
import { chanceOf, chooseSome } from '../random.ts';
import type { Chance } from '../random.ts';
import { binColumn } from './bins.ts';
import { Grower } from './grow.ts';
import type { GrowOptions } from './grow.ts';
import { BoostedModel } from './model.ts';
import { inOrderOfTime, TrainingError } from './table.ts';
import type { FeatureSpec, Sample } from './table.ts';
import { finalShares, numericColumns } from './target-statistics.ts';
import type { WordShares } from './target-statistics.ts';
import type { Tree } from './tree.ts';

export interface BoostingOptions {
  /** Names the chance with which rows and columns are drawn; same seed, same samples: same model. */
  seed: number;
  /** Most trees of one run. */
  rounds: number;
  learningRate: number;
  maxLeaves: number;
  maxDepth: number;
  /** Least weight of a side of a split: rows count p(1 - p) each, so 2.5 is about ten rows at even odds and fifty at one in twenty. */
  leastWeight: number;
  lambda: number;
  leastGain: number;
  /** Bins a column is cut into. */
  bins: number;
  /** Share of rows and of columns each tree is grown on. */
  rowShare: number;
  columnShare: number;
  /** The latest share of the samples, on which the number of trees is chosen; 0: all rounds are grown. */
  laterShare: number;
  /** Stops after this many trees without a smaller log loss on the later part. */
  patience: number;
  /** Runs with seeds of their own, averaged: steadier where outcomes are few. */
  runs: number;
  /** Half-life of a sample's weight by age, days; null: all weigh the same. */
  halfLifeDays: number | null;
}

export const DEFAULT_BOOSTING: BoostingOptions = {
  seed: 1,
  rounds: 400,
  learningRate: 0.05,
  maxLeaves: 16,
  maxDepth: 6,
  leastWeight: 2,
  lambda: 5,
  leastGain: 0.01,
  bins: 64,
  rowShare: 0.7,
  columnShare: 0.6,
  laterShare: 0.2,
  patience: 40,
  runs: 1,
  halfLifeDays: null,
};

const DAY = 86_400_000;
/** Fewer of either outcome teach nothing that holds. */
const LEAST_OF_EACH = 5;

interface Prepared {
  columns: Float64Array[];
  outcomes: Uint8Array;
  weights: Float64Array;
}

/**
 * Gradient-boosted trees on histograms for a yes-or-no outcome (logistic loss; Friedman 2001, with the binned, best-leaf-first growth
 * of LightGBM, Ke et al. 2017). The number of trees is chosen on the latest samples and the model then grown again on all of them.
 * Throws TrainingError when either outcome is too rare.
 */
export function fitBoosting(
  features: readonly FeatureSpec[],
  samples: readonly Sample[],
  given: Partial<BoostingOptions> = {},
): BoostedModel {
  const options = { ...DEFAULT_BOOSTING, ...given };
  const sorted = inOrderOfTime(samples);
  const outcomes = sorted.reduce((sum, { outcome }) => sum + (outcome ? 1 : 0), 0);
  if (outcomes < LEAST_OF_EACH || sorted.length - outcomes < LEAST_OF_EACH) {
    throw new TrainingError(
      `Of ${sorted.length} samples ${outcomes} have the outcome; at least ${LEAST_OF_EACH} with and without are needed.`,
    );
  }
  const prepared = prepare(features, sorted, options);
  const rounds = roundsFor(features, sorted, prepared, options);
  const trees: Tree[] = [];
  let base = 0;
  for (let run = 0; run < options.runs; run += 1) {
    const grown = grow(features, prepared, sorted.length, { ...options, rounds, seed: options.seed + run * 7919 });
    base = grown.base;
    trees.push(...grown.trees.map((tree) => scaled(tree, 1 / options.runs)));
  }
  const words = features.map((feature, column): WordShares | null => (feature.kind === 'category' ? finalShares(sorted, column) : null));
  return BoostedModel.of({ features, base, trees, words });
}

function prepare(features: readonly FeatureSpec[], sorted: readonly Sample[], options: BoostingOptions): Prepared {
  const latest = sorted.at(-1)!.at;
  const halfLife = options.halfLifeDays === null ? Infinity : options.halfLifeDays * DAY;
  return {
    columns: numericColumns(features, sorted),
    outcomes: Uint8Array.from(sorted, ({ outcome }) => (outcome ? 1 : 0)),
    weights: Float64Array.from(sorted, ({ at }) => 2 ** ((at - latest) / halfLife)),
  };
}

/** How many trees do best on the later part, grown on what was known when it began. */
function roundsFor(features: readonly FeatureSpec[], sorted: readonly Sample[], prepared: Prepared, options: BoostingOptions): number {
  const from = Math.floor(sorted.length * (1 - options.laterShare));
  if (options.laterShare <= 0 || from >= sorted.length) return options.rounds;
  const later = prepared.outcomes.subarray(from);
  const laterOutcomes = later.reduce((sum, outcome) => sum + outcome, 0);
  const earlierOutcomes = prepared.outcomes.subarray(0, from).reduce((sum, outcome) => sum + outcome, 0);
  if (Math.min(laterOutcomes, later.length - laterOutcomes, earlierOutcomes, from - earlierOutcomes) < LEAST_OF_EACH) return options.rounds;
  return grow(features, prepared, from, options, from).bestRounds;
}

interface Grown {
  base: number;
  trees: Tree[];
  /** Trees after which the log loss from row `watchFrom` on was least. */
  bestRounds: number;
}

/** Grows on rows 0 … `to` - 1. With `watchFrom` the rows from there on are watched and growth stops when they no longer gain. */
function grow(
  features: readonly FeatureSpec[],
  prepared: Prepared,
  to: number,
  options: BoostingOptions,
  watchFrom = prepared.outcomes.length,
): Grown {
  const rows = prepared.outcomes.length;
  // Bins are cut on the rows learnt from; watched rows fall into them.
  const columns = prepared.columns.map((values) => binColumn(values, options.bins));
  const monotone = features.map(({ kind, monotone: direction }) => (kind === 'category' ? 1 : (direction ?? 0)));
  const grower = new Grower(columns, monotone, growOptions(options));
  const chance = chanceOf(options.seed);
  const base = baseOf(prepared, to);
  const scores = new Float64Array(rows).fill(base);
  const gradient = new Float64Array(rows);
  const weight = new Float64Array(rows);
  const trees: Tree[] = [];
  let best = { rounds: 0, loss: lossFrom(prepared, scores, watchFrom) };
  for (let round = 0; round < options.rounds; round += 1) {
    derive(prepared, scores, to, gradient, weight);
    const tree = grower.grow(drawRows(to, options, chance), drawColumns(features.length, options, chance), gradient, weight);
    trees.push(tree);
    addTree(tree, prepared.columns, scores);
    if (watchFrom >= rows) continue;
    const loss = lossFrom(prepared, scores, watchFrom);
    if (loss < best.loss - 1e-7) best = { rounds: round + 1, loss };
    else if (round + 1 - best.rounds >= options.patience) break;
  }
  return { base, trees, bestRounds: Math.max(1, best.rounds) };
}

function growOptions({ maxLeaves, maxDepth, leastWeight, lambda, leastGain, learningRate }: BoostingOptions): GrowOptions {
  return { maxLeaves, maxDepth, leastWeight, lambda, leastGain, learningRate };
}

function baseOf({ outcomes, weights }: Prepared, to: number): number {
  let sum = 0;
  let all = 0;
  for (let row = 0; row < to; row += 1) {
    sum += weights[row]! * outcomes[row]!;
    all += weights[row]!;
  }
  const share = Math.min(Math.max(sum / all, 1e-6), 1 - 1e-6);
  return Math.log(share / (1 - share));
}

function derive({ outcomes, weights }: Prepared, scores: Float64Array, to: number, gradient: Float64Array, weight: Float64Array): void {
  for (let row = 0; row < to; row += 1) {
    const probability = 1 / (1 + Math.exp(-scores[row]!));
    gradient[row] = weights[row]! * (probability - outcomes[row]!);
    weight[row] = weights[row]! * Math.max(probability * (1 - probability), 1e-9);
  }
}

function drawRows(to: number, { rowShare }: BoostingOptions, chance: Chance): Int32Array {
  return chooseSome(to, Math.max(1, Math.round(to * rowShare)), chance);
}

function drawColumns(count: number, { columnShare }: BoostingOptions, chance: Chance): Int32Array {
  return chooseSome(count, Math.max(1, Math.round(count * columnShare)), chance);
}

function addTree(tree: Tree, columns: readonly Float64Array[], scores: Float64Array): void {
  const { feature, threshold, left, right, missingLeft, value } = tree;
  for (let row = 0; row < scores.length; row += 1) {
    let node = 0;
    while (feature[node]! >= 0) {
      const read = columns[feature[node]!]![row]!;
      node = (Number.isNaN(read) ? missingLeft[node] === 1 : read <= threshold[node]!) ? left[node]! : right[node]!;
    }
    scores[row] = scores[row]! + value[node]!;
  }
}

function lossFrom({ outcomes }: Prepared, scores: Float64Array, from: number): number {
  if (from >= scores.length) return 0;
  const probabilities = Float64Array.from(scores.subarray(from), (score) => 1 / (1 + Math.exp(-score)));
  return logLoss(probabilities, outcomes.subarray(from));
}

function scaled(tree: Tree, by: number): Tree {
  return by === 1 ? tree : { ...tree, value: tree.value.map((value) => value * by) };
}
