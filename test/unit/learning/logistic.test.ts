import { describe, expect, it } from 'vitest';
import { fitLogistic, LogisticModel } from '#main/learning/logistic/model.ts';
import { solveLogistic } from '#main/learning/logistic/solve.ts';
import { sparseRows } from '#main/learning/logistic/sparse.ts';
import { areaUnderCurve } from '#main/learning/metrics.ts';
import { FEATURES, numbersOf, parcels } from './samples.ts';

describe('logistic regression', () => {
  it('finds the share of outcomes where there is nothing else to know', () => {
    const rows = sparseRows(
      0,
      Array.from({ length: 100 }, () => ({ columns: [], values: [] })),
    );
    const outcomes = rows.starts.slice(0, 100).map((_, row) => (row < 20 ? 1 : 0));
    const [intercept] = solveLogistic(rows, outcomes, new Float64Array(100).fill(1));
    expect(1 / (1 + Math.exp(-intercept!))).toBeCloseTo(0.2, 4);
  });

  it('stands where its cost has no slope', () => {
    const samples = parcels(300);
    const values = samples.map(({ row }) => [Number(row[0]), Number(row[3])]);
    const rows = sparseRows(
      2,
      values.map((value) => ({ columns: [0, 1], values: value })),
    );
    const outcomes = numbersOf(samples);
    const solved = solveLogistic(rows, outcomes, new Float64Array(300).fill(1), { ridge: 2, steps: 500, tolerance: 1e-9 });
    const slope = [2 * solved[0]!, 2 * solved[1]!, 0];
    values.forEach(([a, b], row) => {
      const error = 1 / (1 + Math.exp(-(solved[0]! * a! + solved[1]! * b! + solved[2]!))) - outcomes[row]!;
      slope[0]! += error * a!;
      slope[1]! += error * b!;
      slope[2]! += error;
    });
    for (const part of slope) expect(Math.abs(part)).toBeLessThan(1e-3);
  });

  it('ranks parcels never seen, explains them, and is the same after it was stored', () => {
    const model = fitLogistic(FEATURES, parcels(1_500));
    const later = parcels(1_000, 99);
    const read = LogisticModel.parse(JSON.parse(JSON.stringify(model)));
    const said = later.map(({ row }) => read.probability(row));
    expect(said).toEqual(later.map(({ row }) => model.probability(row)));
    expect(areaUnderCurve(said, numbersOf(later))).toBeGreaterThan(0.72);
    const { reasons } = model.explain([9, 900, 'slow', 0.5]);
    expect(reasons.find(({ feature }) => feature === 'carrier')).toMatchObject({ value: 'slow' });
    expect(reasons.filter(({ feature }) => feature !== 'noise').every(({ effect }) => effect > 0)).toBe(true);
  });

  it('refuses samples of one kind and a damaged document', () => {
    expect(() =>
      fitLogistic(
        FEATURES,
        parcels(50).map((sample) => ({ ...sample, outcome: true })),
      ),
    ).toThrow(/with and without/);
    const stored = fitLogistic(FEATURES, parcels(200)).toJSON();
    expect(() => LogisticModel.parse({ ...stored, weights: stored.weights.slice(0, 2) })).toThrow(/damaged/);
  });
});
