import type { SparseRows } from './sparse.ts';

export interface SolveOptions {
  /** Strength of the pull of every weight towards 0, in rows; the intercept is free. */
  ridge: number;
  /** Most steps. */
  steps: number;
  /** Ends when no part of the slope is larger, per row. */
  tolerance: number;
}

export const DEFAULT_SOLVE: SolveOptions = { ridge: 1, steps: 200, tolerance: 1e-5 };

/** Steps the curvature is remembered from. */
const MEMORY = 8;

interface Problem {
  rows: SparseRows;
  outcomes: ArrayLike<number>;
  weights: ArrayLike<number>;
  ridge: number;
}

/**
 * Weights of the logistic regression with least (weighted log loss + ridge/2 · |w|²), one for each column and the intercept last.
 * L-BFGS (Nocedal 1980) with back-tracking; no chance in it, so the same rows give the same weights. `rowWeights`: what a row counts.
 */
export function solveLogistic(
  rows: SparseRows,
  outcomes: ArrayLike<number>,
  rowWeights: ArrayLike<number>,
  options: SolveOptions = DEFAULT_SOLVE,
): Float64Array {
  const problem: Problem = { rows, outcomes, weights: rowWeights, ridge: options.ridge };
  const size = rows.width + 1;
  let at = new Float64Array(size);
  let slope = new Float64Array(size);
  let cost = evaluate(problem, at, slope);
  const memory: Step[] = [];
  for (let step = 0; step < options.steps && largest(slope) > options.tolerance * Math.max(1, rows.rows); step += 1) {
    const direction = descent(slope, memory);
    const along = dot(direction, slope);
    let length = memory.length === 0 ? 1 / Math.max(1, Math.sqrt(dot(slope, slope))) : 1;
    const next = new Float64Array(size);
    const nextSlope = new Float64Array(size);
    let nextCost = Infinity;
    for (let trial = 0; trial < 30; trial += 1, length /= 2) {
      for (let column = 0; column < size; column += 1) next[column] = at[column]! + length * direction[column]!;
      nextCost = evaluate(problem, next, nextSlope);
      if (nextCost <= cost + 1e-4 * length * along) break;
    }
    if (!(nextCost < cost)) break;
    remember(memory, { moved: minus(next, at), turned: minus(nextSlope, slope) });
    at = next;
    slope = nextSlope;
    cost = nextCost;
  }
  return at;
}

interface Step {
  moved: Float64Array;
  turned: Float64Array;
}

function remember(memory: Step[], step: Step): void {
  if (dot(step.moved, step.turned) <= 1e-12) return;
  memory.push(step);
  if (memory.length > MEMORY) memory.shift();
}

/** The two-loop recursion: the slope turned by what the last steps told of the curvature. */
function descent(slope: Float64Array, memory: readonly Step[]): Float64Array {
  const direction = slope.map((value) => -value);
  const shares = new Float64Array(memory.length);
  for (let index = memory.length - 1; index >= 0; index -= 1) {
    const { moved, turned } = memory[index]!;
    shares[index] = dot(moved, direction) / dot(moved, turned);
    addTimes(direction, turned, -shares[index]!);
  }
  const last = memory.at(-1);
  if (last) {
    const scale = dot(last.moved, last.turned) / dot(last.turned, last.turned);
    for (let column = 0; column < direction.length; column += 1) direction[column] = direction[column]! * scale;
  }
  memory.forEach(({ moved, turned }, index) => {
    addTimes(direction, moved, shares[index]! - dot(turned, direction) / dot(moved, turned));
  });
  return direction;
}

/** Cost at `at`; its slope is written into `slope`. */
function evaluate({ rows, outcomes, weights, ridge }: Problem, at: Float64Array, slope: Float64Array): number {
  const { width, starts, columns, values } = rows;
  slope.fill(0);
  let cost = 0;
  for (let row = 0; row < rows.rows; row += 1) {
    let score = at[width]!;
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry += 1) score += at[columns[entry]!]! * values[entry]!;
    const signed = outcomes[row] ? score : -score;
    const weight = weights[row]!;
    // log(1 + exp(-x)) without overflow.
    cost += weight * (Math.max(0, -signed) + Math.log1p(Math.exp(-Math.abs(signed))));
    const error = weight * (1 / (1 + Math.exp(-score)) - outcomes[row]!);
    for (let entry = starts[row]!; entry < starts[row + 1]!; entry += 1) {
      slope[columns[entry]!] = slope[columns[entry]!]! + error * values[entry]!;
    }
    slope[width] = slope[width]! + error;
  }
  for (let column = 0; column < width; column += 1) {
    cost += (ridge / 2) * at[column]! ** 2;
    slope[column] = slope[column]! + ridge * at[column]!;
  }
  return cost;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += a[index]! * b[index]!;
  return sum;
}

function addTimes(to: Float64Array, from: Float64Array, times: number): void {
  for (let index = 0; index < to.length; index += 1) to[index] = to[index]! + times * from[index]!;
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, index) => value - b[index]!);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
