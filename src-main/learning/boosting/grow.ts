import type { BinnedColumn } from './bins.ts';
import { TreeBuilder } from './tree.ts';
import type { Tree } from './tree.ts';

export interface GrowOptions {
  maxLeaves: number;
  maxDepth: number;
  /** Least sum of p(1 - p) on each side of a split. */
  leastWeight: number;
  /** Ridge on leaf values. */
  lambda: number;
  /** Least gain a split must bring. */
  leastGain: number;
  learningRate: number;
}

interface Split {
  gain: number;
  feature: number;
  bin: number;
  missingLeft: boolean;
}

interface Leaf {
  node: number;
  depth: number;
  /** Rows of the leaf: a span of the shared row order. */
  from: number;
  to: number;
  gradient: number;
  weight: number;
  /** Values the leaf may take, narrowed by monotone splits above it. */
  low: number;
  high: number;
  sums: Float64Array;
  best: Split | null;
}

/** Grows trees over the same columns, the most useful leaf first. */
export class Grower {
  readonly #columns: readonly BinnedColumn[];
  readonly #monotone: readonly number[];
  readonly #options: GrowOptions;
  /** Where the sums of a column start: two numbers a bin, gradient and weight. */
  readonly #offsets: number[] = [];
  readonly #width: number;
  readonly #orderedGradient: Float64Array;
  readonly #orderedWeight: Float64Array;
  readonly #moved: Int32Array;

  constructor(columns: readonly BinnedColumn[], monotone: readonly number[], options: GrowOptions) {
    this.#columns = columns;
    this.#monotone = monotone;
    this.#options = options;
    let width = 0;
    for (const column of columns) {
      this.#offsets.push(width);
      width += 2 * (column.missing + 1);
    }
    this.#width = width;
    const rows = columns[0]?.bins.length ?? 0;
    this.#orderedGradient = new Float64Array(rows);
    this.#orderedWeight = new Float64Array(rows);
    this.#moved = new Int32Array(rows);
  }

  /** One tree on the given rows (reordered in place) and columns. `gradient` and `weight` are the first and second derivative of the loss. */
  grow(rows: Int32Array, features: Int32Array, gradient: Float64Array, weight: Float64Array): Tree {
    const builder = new TreeBuilder();
    const root = this.#leafOver(rows, features, gradient, weight, builder);
    const open: Leaf[] = [root];
    for (let leaves = 1; leaves < this.#options.maxLeaves; leaves += 1) {
      let chosen = -1;
      for (let index = 0; index < open.length; index += 1) {
        const best = open[index]!.best;
        if (best && (chosen < 0 || best.gain > open[chosen]!.best!.gain)) chosen = index;
      }
      if (chosen < 0) break;
      const [leaf] = open.splice(chosen, 1);
      open.push(...this.#divide(leaf!, rows, features, gradient, weight, builder));
    }
    return builder.done();
  }

  #leafOver(rows: Int32Array, features: Int32Array, gradient: Float64Array, weight: Float64Array, builder: TreeBuilder): Leaf {
    const leaf = this.#newLeaf({ node: 0, depth: 0, from: 0, to: rows.length, gradient: 0, weight: 0, low: -Infinity, high: Infinity });
    for (const row of rows) {
      leaf.gradient += gradient[row]!;
      leaf.weight += weight[row]!;
    }
    leaf.node = builder.leaf(this.#options.learningRate * this.#valueOf(leaf.gradient, leaf.weight, leaf));
    this.#count(leaf, rows, features, gradient, weight);
    leaf.best = this.#bestSplit(leaf, features);
    return leaf;
  }

  #newLeaf(leaf: Omit<Leaf, 'sums' | 'best'>): Leaf {
    return { ...leaf, sums: new Float64Array(this.#width), best: null };
  }

  #count(leaf: Leaf, rows: Int32Array, features: Int32Array, gradient: Float64Array, weight: Float64Array): void {
    const { from, to, sums } = leaf;
    const orderedGradient = this.#orderedGradient;
    const orderedWeight = this.#orderedWeight;
    for (let index = from; index < to; index += 1) {
      orderedGradient[index] = gradient[rows[index]!]!;
      orderedWeight[index] = weight[rows[index]!]!;
    }
    for (const feature of features) {
      const { bins } = this.#columns[feature]!;
      const offset = this.#offsets[feature]!;
      for (let index = from; index < to; index += 1) {
        const place = offset + 2 * bins[rows[index]!]!;
        sums[place] = sums[place]! + orderedGradient[index]!;
        sums[place + 1] = sums[place + 1]! + orderedWeight[index]!;
      }
    }
  }

  /** Splits a leaf; only the smaller side is counted, the other is the difference. */
  #divide(leaf: Leaf, rows: Int32Array, features: Int32Array, gradient: Float64Array, weight: Float64Array, builder: TreeBuilder): Leaf[] {
    const split = leaf.best!;
    const column = this.#columns[split.feature]!;
    const middle = this.#partition(leaf, rows, column, split);
    const base = { node: 0, depth: leaf.depth + 1, gradient: 0, weight: 0, low: leaf.low, high: leaf.high };
    const left = this.#newLeaf({ ...base, from: leaf.from, to: middle });
    const right = this.#newLeaf({ ...base, from: middle, to: leaf.to });
    const [small, large] = middle - leaf.from <= leaf.to - middle ? [left, right] : [right, left];
    this.#count(small, rows, features, gradient, weight);
    for (let place = 0; place < this.#width; place += 1) large.sums[place] = leaf.sums[place]! - small.sums[place]!;
    for (let index = small.from; index < small.to; index += 1) {
      small.gradient += gradient[rows[index]!]!;
      small.weight += weight[rows[index]!]!;
    }
    large.gradient = leaf.gradient - small.gradient;
    large.weight = leaf.weight - small.weight;
    this.#narrow(left, right, this.#monotone[split.feature]!);
    for (const side of [left, right]) {
      side.node = builder.leaf(this.#options.learningRate * this.#valueOf(side.gradient, side.weight, side));
      side.best = this.#bestSplit(side, features);
    }
    builder.split(
      leaf.node,
      { feature: split.feature, threshold: column.edges[split.bin] ?? Number.MAX_VALUE, missingLeft: split.missingLeft },
      { left: left.node, right: right.node },
    );
    return [left, right];
  }

  /** Reorders the leaf's span: left rows first, each side in its old order. Returns where the right side starts. */
  #partition(leaf: Leaf, rows: Int32Array, { bins, missing }: BinnedColumn, split: Split): number {
    let kept = leaf.from;
    let moved = 0;
    for (let index = leaf.from; index < leaf.to; index += 1) {
      const row = rows[index]!;
      const bin = bins[row]!;
      if (bin === missing ? split.missingLeft : bin <= split.bin) {
        rows[kept] = row;
        kept += 1;
      } else {
        this.#moved[moved] = row;
        moved += 1;
      }
    }
    rows.set(this.#moved.subarray(0, moved), kept);
    return kept;
  }

  #narrow(left: Leaf, right: Leaf, monotone: number): void {
    if (monotone === 0) return;
    const middle = (this.#valueOf(left.gradient, left.weight, left) + this.#valueOf(right.gradient, right.weight, right)) / 2;
    const [lower, upper] = monotone > 0 ? [left, right] : [right, left];
    lower.high = Math.min(lower.high, middle);
    upper.low = Math.max(upper.low, middle);
  }

  #valueOf(gradient: number, weight: number, { low, high }: { low: number; high: number }): number {
    return Math.min(Math.max(-gradient / (weight + this.#options.lambda), low), high);
  }

  #bestSplit(leaf: Leaf, features: Int32Array): Split | null {
    if (leaf.depth >= this.#options.maxDepth || leaf.weight < 2 * this.#options.leastWeight) return null;
    const best: Split = { gain: this.#options.leastGain, feature: -1, bin: 0, missingLeft: false };
    for (const feature of features) this.#bestOf(feature, leaf, best);
    return best.feature < 0 ? null : best;
  }

  /** Tries every cut of one column, unknown values on either side. */
  #bestOf(feature: number, leaf: Leaf, best: Split): void {
    const { missing } = this.#columns[feature]!;
    const offset = this.#offsets[feature]!;
    const { sums } = leaf;
    const missingGradient = sums[offset + 2 * missing]!;
    const missingWeight = sums[offset + 2 * missing + 1]!;
    const sides = missingWeight > 1e-9 ? 2 : 1;
    let knownGradient = 0;
    let knownWeight = 0;
    // The last cut has every known value on the left: it tells known from unknown.
    const cuts = missing - 1 + (sides - 1);
    for (let bin = 0; bin < cuts; bin += 1) {
      knownGradient += sums[offset + 2 * bin]!;
      knownWeight += sums[offset + 2 * bin + 1]!;
      for (let side = 0; side < sides; side += 1) {
        const gain = this.#gainOf(
          leaf,
          knownGradient + side * missingGradient,
          knownWeight + side * missingWeight,
          this.#monotone[feature]!,
        );
        if (gain <= best.gain) continue;
        best.gain = gain;
        best.feature = feature;
        best.bin = bin;
        // Where nothing was unknown in training, an unknown value goes with the majority.
        best.missingLeft = sides === 1 ? knownWeight * 2 >= leaf.weight : side === 1;
      }
    }
  }

  #gainOf(leaf: Leaf, leftGradient: number, leftWeight: number, monotone: number): number {
    const { lambda, leastWeight } = this.#options;
    const rightGradient = leaf.gradient - leftGradient;
    const rightWeight = leaf.weight - leftWeight;
    if (leftWeight < leastWeight || rightWeight < leastWeight) return -Infinity;
    if (monotone !== 0) {
      const left = this.#valueOf(leftGradient, leftWeight, leaf);
      const right = this.#valueOf(rightGradient, rightWeight, leaf);
      if (monotone > 0 ? left > right : left < right) return -Infinity;
    }
    return (
      (leftGradient * leftGradient) / (leftWeight + lambda) +
      (rightGradient * rightGradient) / (rightWeight + lambda) -
      (leaf.gradient * leaf.gradient) / (leaf.weight + lambda)
    );
  }
}
