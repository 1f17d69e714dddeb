import { describe, expect, it } from 'vitest';
import { calibrate, fitIsotonic, fitPlatt, UNCHANGED } from '#main/learning/calibration.ts';
import { Forecast, fitForecast } from '#main/learning/forecast.ts';
import { areaUnderCurve, atTopShare, brierScore, logLoss, reliability } from '#main/learning/metrics.ts';
import { chanceOf } from '#main/learning/random.ts';
import { walkForward } from '#main/learning/walk-forward.ts';
import { FEATURES, numbersOf, parcels } from './samples.ts';

describe('figures', () => {
  it.each([
    ['right', [0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0], 1],
    ['wrong', [0.1, 0.2, 0.8, 0.9], [1, 1, 0, 0], 0],
    ['all the same', [0.5, 0.5, 0.5, 0.5], [1, 0, 1, 0], 0.5],
    ['one tie', [0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0], 0.875],
    ['of one kind', [0.9, 0.5], [1, 1], null],
  ])('area under the curve of a ranking that is %s', (_, scores, outcomes, area) => {
    expect(areaUnderCurve(scores, outcomes)).toBe(area);
  });

  it('are those worked out by hand', () => {
    const said = [0.9, 0.6, 0.4, 0.1];
    const came = [1, 0, 1, 0];
    expect(atTopShare(said, came, 0.5)).toEqual({ rows: 2, precision: 0.5, recall: 0.5, threshold: 0.6 });
    expect(brierScore(said, came)).toBeCloseTo((0.01 + 0.36 + 0.36 + 0.01) / 4);
    expect(logLoss(said, came)).toBeCloseTo(-(2 * Math.log(0.9) + 2 * Math.log(0.4)) / 4);
    expect(reliability(said, came, 2)).toEqual([
      { rows: 2, said: 0.25, cameTrue: 0.5 },
      { rows: 2, said: 0.75, cameTrue: 0.5 },
    ]);
  });
});

describe('calibration', () => {
  /** Scores twice as sure as they should be. */
  const chance = chanceOf(11);
  const truth = Array.from({ length: 20_000 }, () => chance() * 0.8 + 0.1);
  const outcomes = truth.map((probability) => (chance() < probability ? 1 : 0));
  const boastful = truth.map((probability) => 1 / (1 + ((1 - probability) / probability) ** 2));

  it.each([
    ['Platt', fitPlatt(boastful, outcomes)],
    ['isotonic', fitIsotonic(boastful, outcomes)],
  ])('%s brings boastful scores back to the truth and keeps their order', (_, calibration) => {
    for (const probability of [0.15, 0.3, 0.5, 0.7, 0.85]) {
      const boast = 1 / (1 + ((1 - probability) / probability) ** 2);
      expect(Math.abs(calibrate(calibration, boast) - probability)).toBeLessThan(0.05);
    }
    const shown = Array.from({ length: 99 }, (__, step) => calibrate(calibration, (step + 1) / 100));
    shown.slice(1).forEach((value, step) => expect(value).toBeGreaterThanOrEqual(shown[step]!));
  });

  it('leaves scores nearly alone where there is next to nothing to learn from', () => {
    expect(Math.abs(calibrate(fitPlatt([0.2, 0.3], [1, 0]), 0.2) - 0.2)).toBeLessThan(0.02);
    expect(calibrate(UNCHANGED, 0.3)).toBeCloseTo(0.3);
  });
});

describe('a forecast', () => {
  const samples = parcels(1_500);
  const forecast = fitForecast(FEATURES, samples, { ridge: 10 });

  it('tells how good its recipe was on the later part', () => {
    expect(forecast.learntFrom).toEqual({ samples: 1_500, outcomes: samples.filter(({ outcome }) => outcome).length });
    expect(forecast.evaluation).toMatchObject({ rows: 300 });
    expect(forecast.evaluation!.areaUnderCurve).toBeGreaterThan(0.72);
    expect(forecast.evaluation!.calibrationError).toBeLessThan(0.12);
  });

  it('is the same after it was stored, with the same reasons', () => {
    const read = Forecast.parse(JSON.parse(JSON.stringify(forecast)));
    for (const { row } of parcels(50, 8)) expect(read.explain(row)).toEqual(forecast.explain(row));
    expect(read.evaluation).toEqual(forecast.evaluation);
    expect(() => Forecast.parse({ ...forecast.toJSON(), boosted: {} })).toThrow(/Not a stored model/);
  });

  it('explains what it says', () => {
    const { probability, reasons } = forecast.explain([9, 900, 'slow', 0.5], 3);
    expect(probability).toBeCloseTo(forecast.probability([9, 900, 'slow', 0.5]), 10);
    expect(reasons.map(({ feature }) => feature).sort()).toEqual(['carrier', 'distance', 'weight']);
  });

  it('corrects its level where the later part proves it wrong, and only there', () => {
    const worse = samples.map((sample, index) => ({ ...sample, outcome: sample.outcome || (index >= 1_150 && index % 2 === 0) }));
    const corrected = fitForecast(FEATURES, worse, { ridge: 10 });
    const row = [1, 100, 'quick', 0.5];
    expect(corrected.probability(row)).toBeGreaterThan(corrected.ranking(row) + 0.05);
    expect(forecast.probability(row)).toBeCloseTo(forecast.ranking(row), 10);
  });

  it('says nothing of its quality where the later part has too few outcomes', () => {
    const rare = samples.map((sample, index) => ({ ...sample, outcome: sample.outcome && index < 1_000 }));
    expect(fitForecast(FEATURES, rare).evaluation).toBeNull();
  });
});

describe('walking forward', () => {
  it('lets each model learn only what was known, and judge only what came after', () => {
    const samples = parcels(400);
    const refitAt = [samples[200]!.at, samples[300]!.at];
    const learntUntil: number[] = [];
    const judged = walkForward(samples, {
      refitAt,
      until: samples[380]!.at,
      fit: (known, at) => {
        expect(known.every(({ knownAt }) => knownAt < at)).toBe(true);
        learntUntil.push(known.length);
        return { probability: () => at };
      },
    });
    // Outcomes are known 24 hours, that is 24 samples, later.
    expect(learntUntil).toEqual([176, 276]);
    expect(judged).toHaveLength(180);
    expect(judged.map(({ probability }) => probability)).toEqual([...new Array(100).fill(refitAt[0]), ...new Array(80).fill(refitAt[1])]);
    expect(judged.map(({ outcome }) => (outcome ? 1 : 0))).toEqual(numbersOf(samples.slice(200, 380)));
  });
});
