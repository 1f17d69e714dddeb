import { z } from 'zod';
import type { FeatureRow, FeatureSpec } from './table.ts';
import { numberOf } from './target-statistics.ts';
import type { WordShares } from './target-statistics.ts';
import type { Tree } from './tree.ts';

/** Why a prediction is what it is: one feature's part in it. */
export interface Reason {
  feature: string;
  /** As read; null: unknown. */
  value: number | string | null;
  /** Log-odds this feature moved the prediction by: above 0 towards the outcome, below 0 away from it. */
  effect: number;
}

export interface Prediction {
  /** 0 … 1, as the trees say; see calibration.ts for what to show. */
  probability: number;
  /** The strongest first. */
  reasons: Reason[];
}

const numbers = z.array(z.number());
const documentSchema = z.object({
  format: z.literal('orderpulse-boosting'),
  version: z.literal(1),
  features: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['number', 'category']),
      monotone: z.union([z.literal(-1), z.literal(0), z.literal(1)]).optional(),
    }),
  ),
  base: z.number(),
  words: z.array(z.object({ otherwise: z.number(), shares: z.record(z.string(), z.number()) }).nullable()),
  roots: numbers,
  feature: numbers,
  threshold: numbers,
  left: numbers,
  right: numbers,
  missingLeft: numbers,
  value: numbers,
});

/** A model as it is stored: plain JSON, every node of every tree in one list, children by place in it. */
export type BoostedDocument = z.output<typeof documentSchema>;

/** A stored model that cannot be trusted: another version, or places that point nowhere. */
export class ModelError extends Error {
  override name = 'ModelError';
}

interface Parts {
  features: readonly FeatureSpec[];
  base: number;
  trees: readonly Tree[];
  words: readonly (WordShares | null)[];
}

/** Values are stored with seven digits: more than any share is known to, and half the size. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}

/** A fitted model. Reads nothing but its row; safe to use from any thread it was parsed in. */
export class BoostedModel {
  readonly #features: readonly FeatureSpec[];
  readonly #base: number;
  readonly #words: readonly (WordShares | null)[];
  readonly #roots: Int32Array;
  readonly #feature: Int16Array;
  readonly #threshold: Float64Array;
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #missingLeft: Uint8Array;
  readonly #value: Float64Array;
  readonly #row: Float64Array;

  private constructor(document: BoostedDocument) {
    this.#features = document.features;
    this.#base = document.base;
    this.#words = document.words.map((words) => words && { otherwise: words.otherwise, shares: new Map(Object.entries(words.shares)) });
    this.#roots = Int32Array.from(document.roots);
    this.#feature = Int16Array.from(document.feature);
    this.#threshold = Float64Array.from(document.threshold);
    this.#left = Int32Array.from(document.left);
    this.#right = Int32Array.from(document.right);
    this.#missingLeft = Uint8Array.from(document.missingLeft);
    this.#value = Float64Array.from(document.value);
    this.#row = new Float64Array(document.features.length);
  }

  static of(parts: Parts): BoostedModel {
    return new BoostedModel(documentOf(parts));
  }

  /** Reads a stored model. Throws ModelError when it is none, or of a version not known here. */
  static parse(stored: unknown): BoostedModel {
    const parsed = documentSchema.safeParse(stored);
    if (!parsed.success) throw new ModelError(`Not a stored model of this version: ${z.prettifyError(parsed.error)}`);
    checkPlaces(parsed.data);
    return new BoostedModel(parsed.data);
  }

  get features(): readonly FeatureSpec[] {
    return this.#features;
  }

  get trees(): number {
    return this.#roots.length;
  }

  /** Probability of the outcome, 0 … 1. Costs a few microseconds. */
  probability(row: FeatureRow): number {
    this.#encode(row);
    const values = this.#row;
    let score = this.#base;
    for (const root of this.#roots) score += this.#value[this.#leafOf(root, values)]!;
    return 1 / (1 + Math.exp(-score));
  }

  /**
   * Probability and its strongest reasons. Each step down a tree changes what the tree would say; the change belongs to the feature
   * asked there (path attribution, Saabas 2014). Effects of all features and the base add up to the log-odds.
   */
  explain(row: FeatureRow, most = 5): Prediction {
    this.#encode(row);
    const effects = new Float64Array(this.#features.length);
    let score = this.#base;
    for (const root of this.#roots) {
      let node = root;
      score += this.#value[root]!;
      while (this.#feature[node]! >= 0) {
        const next = this.#next(node, this.#row);
        const change = this.#value[next]! - this.#value[node]!;
        effects[this.#feature[node]!]! += change;
        score += change;
        node = next;
      }
    }
    const reasons = this.#features
      .map((feature, column): Reason => ({ feature: feature.name, value: row[column] ?? null, effect: effects[column]! }))
      .filter(({ effect }) => effect !== 0)
      .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
      .slice(0, most);
    return { probability: 1 / (1 + Math.exp(-score)), reasons };
  }

  /** Share of each feature in all that the trees tell apart, the largest first; adds up to 1. Weighted over the given rows. */
  importance(rows: readonly FeatureRow[]): { feature: string; share: number }[] {
    const totals = new Map<string, number>(this.#features.map(({ name }) => [name, 0]));
    let all = 0;
    for (const row of rows) {
      for (const { feature, effect } of this.explain(row, this.#features.length).reasons) {
        totals.set(feature, totals.get(feature)! + Math.abs(effect));
        all += Math.abs(effect);
      }
    }
    return [...totals].map(([feature, total]) => ({ feature, share: all > 0 ? total / all : 0 })).sort((a, b) => b.share - a.share);
  }

  toJSON(): BoostedDocument {
    return {
      format: 'orderpulse-boosting',
      version: 1,
      features: this.#features.map((feature) => ({ ...feature })),
      base: this.#base,
      words: this.#words.map((words) => words && { otherwise: words.otherwise, shares: Object.fromEntries(words.shares) }),
      roots: [...this.#roots],
      feature: [...this.#feature],
      threshold: [...this.#threshold],
      left: [...this.#left],
      right: [...this.#right],
      missingLeft: [...this.#missingLeft],
      value: [...this.#value],
    };
  }

  #encode(row: FeatureRow): void {
    for (let column = 0; column < this.#features.length; column += 1) {
      const words = this.#words[column];
      const value = row[column];
      if (!words) this.#row[column] = numberOf(value);
      else this.#row[column] = value == null ? Number.NaN : (words.shares.get(String(value)) ?? words.otherwise);
    }
  }

  #next(node: number, values: Float64Array): number {
    const read = values[this.#feature[node]!]!;
    const goesLeft = Number.isNaN(read) ? this.#missingLeft[node] === 1 : read <= this.#threshold[node]!;
    return goesLeft ? this.#left[node]! : this.#right[node]!;
  }

  /** The same walk as by #next, written out: it is where a forecast spends its time. */
  #leafOf(root: number, values: Float64Array): number {
    const feature = this.#feature;
    const threshold = this.#threshold;
    let node = root;
    for (let column = feature[node]!; column >= 0; column = feature[node]!) {
      const read = values[column]!;
      if (read <= threshold[node]!) node = this.#left[node]!;
      else if (read > threshold[node]!) node = this.#right[node]!;
      else node = this.#missingLeft[node] === 1 ? this.#left[node]! : this.#right[node]!;
    }
    return node;
  }
}

function documentOf({ features, base, trees, words }: Parts): BoostedDocument {
  const document: BoostedDocument = {
    format: 'orderpulse-boosting',
    version: 1,
    features: features.map((feature) => ({ ...feature })),
    base: short(base),
    words: words.map((kept) => kept && { otherwise: short(kept.otherwise), shares: mapped(kept.shares) }),
    roots: [],
    feature: [],
    threshold: [],
    left: [],
    right: [],
    missingLeft: [],
    value: [],
  };
  for (const tree of trees) {
    const start = document.feature.length;
    document.roots.push(start);
    document.feature.push(...tree.feature);
    document.threshold.push(...tree.threshold);
    document.left.push(...tree.left.map((child) => (child < 0 ? -1 : child + start)));
    document.right.push(...tree.right.map((child) => (child < 0 ? -1 : child + start)));
    document.missingLeft.push(...tree.missingLeft);
    document.value.push(...Array.from(tree.value, short));
  }
  return document;
}

function mapped(shares: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...shares].map(([word, share]) => [word, short(share)]));
}

/** Children come after their parent, so no stored model can make a prediction run for ever. */
function checkPlaces({ features, words, roots, feature, threshold, left, right, missingLeft, value }: BoostedDocument): void {
  const nodes = feature.length;
  const isNode = (place: number, after: number): boolean => Number.isInteger(place) && place > after && place < nodes;
  const sound =
    words.length === features.length &&
    [threshold, left, right, missingLeft, value].every((list) => list.length === nodes) &&
    roots.every((root) => isNode(root, -1)) &&
    feature.every(
      (column, node) => column === -1 || (features[column] !== undefined && isNode(left[node]!, node) && isNode(right[node]!, node)),
    );
  if (!sound) throw new ModelError('The stored model is damaged: a tree points outside of itself.');
}
