import { describe, expect, it } from 'vitest';
import { binColumn } from '#main/learning/boosting/bins.ts';
import { fitBoosting } from '#main/learning/boosting/fit.ts';
import { BoostedModel, ModelError } from '#main/learning/boosting/model.ts';
import type { FeatureSpec, Sample } from '#main/learning/boosting/table.ts';
import { orderedShares } from '#main/learning/boosting/target-statistics.ts';
import { areaUnderCurve } from '#main/learning/metrics.ts';
import { FEATURES, numbersOf, parcels } from './samples.ts';

const learnt = fitBoosting(FEATURES, parcels(2_000));

describe('boosted trees', () => {
  it('find what goes together, on parcels never seen', () => {
    const later = parcels(1_000, 99);
    const area = areaUnderCurve(
      later.map(({ row }) => learnt.probability(row)),
      numbersOf(later),
    );
    expect(area).toBeGreaterThan(0.78);
    const light = learnt.probability([1, 900, 'quick', 0.5]);
    const heavyAndFar = learnt.probability([9, 900, 'quick', 0.5]);
    expect(light).toBeLessThan(0.2);
    expect(heavyAndFar).toBeGreaterThan(0.5);
  });

  it('are the same for the same seed and other ones for another', () => {
    const again = fitBoosting(FEATURES, parcels(2_000));
    const other = fitBoosting(FEATURES, parcels(2_000), { seed: 2 });
    expect(JSON.stringify(again)).toBe(JSON.stringify(learnt));
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(learnt));
  });

  it('do not depend on the order samples are handed over in', () => {
    expect(JSON.stringify(fitBoosting(FEATURES, parcels(2_000).reverse()))).toBe(JSON.stringify(learnt));
  });

  it('are the same after they were stored', () => {
    const read = BoostedModel.parse(JSON.parse(JSON.stringify(learnt)));
    for (const { row } of parcels(200, 5)) expect(read.probability(row)).toBe(learnt.probability(row));
  });

  it('take unknown and unheard-of values', () => {
    for (const row of [
      [null, null, null, null],
      [Number.NaN, Infinity, 'never seen', 'a word where a number belongs'],
    ]) {
      const probability = learnt.probability(row);
      expect(probability).toBeGreaterThan(0);
      expect(probability).toBeLessThan(1);
    }
  });

  it('stop early when the later part gains nothing', () => {
    const noise = parcels(1_000).map((sample, index) => ({ ...sample, outcome: (index * 7_919) % 10 === 0 }));
    expect(fitBoosting(FEATURES, noise, { rounds: 300, patience: 20 }).trees).toBeLessThan(60);
  });

  it('keep to a monotone direction although the samples say otherwise here and there', () => {
    const features: FeatureSpec[] = FEATURES.map((feature) => (feature.name === 'weight' ? { ...feature, monotone: 1 } : feature));
    const model = fitBoosting(features, parcels(800), { laterShare: 0, rounds: 60 });
    for (const distance of [100, 600, null]) {
      const said = Array.from({ length: 41 }, (_, step) => model.probability([step / 4, distance, 'quick', 0.3]));
      said.slice(1).forEach((probability, step) => expect(probability).toBeGreaterThanOrEqual(said[step]!));
    }
  });

  it('refuse to learn from too few outcomes', () => {
    const never = parcels(100).map((sample, index) => ({ ...sample, outcome: index < 3 }));
    expect(() => fitBoosting(FEATURES, never)).toThrow(/Of 100 samples 3 have the outcome/);
  });
});

describe('reasons', () => {
  it('add up to the log-odds and name what moved them', () => {
    const row = [9, 900, 'slow', 0.5];
    const { probability, reasons } = learnt.explain(row, Infinity);
    expect(probability).toBeCloseTo(learnt.probability(row), 10);
    expect(
      reasons
        .slice(0, 3)
        .map(({ feature }) => feature)
        .sort(),
    ).toEqual(['carrier', 'distance', 'weight']);
    expect(reasons.find(({ feature }) => feature === 'weight')).toMatchObject({ value: 9 });
    expect(reasons.slice(0, 3).every(({ effect }) => effect > 0)).toBe(true);
    // Every row starts from the same place: the effects alone tell two rows apart.
    const other = learnt.explain([1, 100, 'quick', 0.5], Infinity);
    const sum = (list: typeof reasons): number => list.reduce((all, { effect }) => all + effect, 0);
    const odds = (value: number): number => Math.log(value / (1 - value));
    expect(sum(reasons) - sum(other.reasons)).toBeCloseTo(odds(probability) - odds(other.probability), 6);
  });
});

describe('categories', () => {
  const sample = (word: string, outcome: boolean, at: number, knownAt: number): Sample => ({ row: [word], outcome, at, knownAt });

  it('learn only from outcomes known before the row was read', () => {
    const samples = [sample('a', true, 0, 50), sample('a', true, 10, 20), sample('a', false, 40, 90), sample('a', false, 100, 200)];
    const [first, second, third, fourth] = orderedShares(samples, 0);
    expect(second).toBe(first);
    expect(third).toBeGreaterThan(second!);
    const changed = orderedShares(
      samples.map((each, index) => (index === 3 ? { ...each, outcome: true } : each)),
      0,
    );
    expect(changed[3]).toBe(fourth);
  });
});

describe('bins', () => {
  it('keep few values apart, cut many evenly, and put unknown ones aside', () => {
    const few = binColumn(Float64Array.of(1, 2, Number.NaN, 2, 5), 16);
    expect([...few.bins]).toEqual([0, 1, 3, 1, 2]);
    expect([...few.edges]).toEqual([1.5, 3.5]);
    const many = binColumn(
      Float64Array.from({ length: 1_000 }, (_, index) => index),
      10,
    );
    const sizes = new Array<number>(many.missing).fill(0);
    for (const bin of many.bins) sizes[bin]! += 1;
    expect(sizes).toEqual(new Array(10).fill(100));
  });
});

describe('a stored model', () => {
  const stored = learnt.toJSON();

  it.each([
    ['of another version', { ...stored, version: 2 }],
    ['whose tree points outside', { ...stored, left: stored.left.map((child) => (child > 0 ? 999_999 : child)) }],
    ['whose tree goes round', { ...stored, right: stored.right.map((child) => (child > 0 ? 0 : child)) }],
    ['that reads a feature it has not', { ...stored, feature: stored.feature.map((column) => (column >= 0 ? 77 : column)) }],
    ['that is none', { hello: 'world' }],
  ])('%s is refused', (_, damaged) => {
    expect(() => BoostedModel.parse(damaged)).toThrow(ModelError);
  });
});
