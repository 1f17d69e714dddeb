import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaUnderCurve } from '#main/learning/metrics.ts';
import { chanceOf } from '#main/learning/random.ts';
import { reasonOf } from '#main/model/radar.ts';
import { PLAIN_FEATURES } from '#main/radar/features.ts';
import { learnRadar } from '#main/radar/learn.ts';
import type { Learnt } from '#main/radar/learn.ts';
import { openScorer, RadarDocumentError, scoreOf, scorerOf } from '#main/radar/scorer.ts';
import { RADAR_INPUTS } from '#main/rules/index.ts';
import { plantedRows, rowOf, vectorOf } from './rows.ts';
import type { TestRow } from './rows.ts';

const learn = (rows: readonly TestRow[], seed = 5): Learnt => {
  const learnt = learnRadar(PLAIN_FEATURES, RADAR_INPUTS, rows, seed, () => true);
  if (!learnt) throw new Error('It was stopped.');
  return learnt;
};
const areaOf = (learnt: Learnt, rows: readonly TestRow[]) =>
  areaUnderCurve(
    learnt.unseen,
    rows.map(({ disputed }) => (disputed ? 1 : 0)),
  )!;

const rows = plantedRows(300);
const learnt = learn(rows);
const scorer = scorerOf('radar-1', learnt.document);

const value = fc.oneof(
  fc.constant(null),
  fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
  fc.boolean(),
  fc.string(),
  fc.array(fc.string()),
);
const vectors = fc.array(value, { minLength: RADAR_INPUTS.length, maxLength: RADAR_INPUTS.length });

describe('what a model says', () => {
  test('contributions and base add up to the score, whatever the values', () => {
    const check = (vector: Parameters<typeof scorer.read>[0]) => {
      const sum = scorer.contributions(vector).reduce((total, { effect }) => total + effect, scorer.base);
      expect(sum).toBeCloseTo(scorer.logOdds(vector), 9);
      expect(scorer.read(vector).score).toBe(scoreOf(scorer.logOdds(vector)));
    };
    fc.assert(fc.property(vectors, check));
    for (const { vector } of rows) check(vector);
  });

  test('scores run from 0 to 100 with one digit, and reasons are the largest contributions', () => {
    fc.assert(
      fc.property(vectors, (vector) => {
        const { score, reasons } = scorer.read(vector);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        expect(Number(score.toFixed(1))).toBe(score);
        const told = reasons.map((text) => reasonOf(text)!.feature);
        expect(told).toEqual(
          scorer
            .contributions(vector)
            .filter(({ effect }) => Math.abs(effect) > 0.05)
            .slice(0, 5)
            .map(({ feature }) => feature),
        );
      }),
    );
  });

  test('the average labelled order has no contribution: over the rows, both kinds weighing the same, every one is 0', () => {
    const sums = new Map<string, number>();
    const disputed = rows.filter((row) => row.disputed).length;
    for (const row of rows) {
      const share = 0.5 / (row.disputed ? disputed : rows.length - disputed);
      for (const { feature, effect } of scorer.contributions(row.vector)) sums.set(feature, (sums.get(feature) ?? 0) + effect * share);
    }
    expect(sums.size).toBeGreaterThan(5);
    for (const [feature, sum] of sums) expect([feature, Math.abs(sum) < 1e-9]).toEqual([feature, true]);
  });

  test('a stored model says the same, and a damaged one is refused', () => {
    const again = openScorer('radar-1', JSON.parse(JSON.stringify(learnt.document)));
    for (const { vector } of rows) expect(again.read(vector)).toEqual(scorer.read(vector));
    expect(() => openScorer('radar-1', { ...learnt.document, version: 2 })).toThrow(RadarDocumentError);
    expect(() => openScorer('radar-1', { ...learnt.document, inputs: [] })).toThrow(RadarDocumentError);
  });

  test('what speaks for a dispute is named with its value', () => {
    const dubious = vectorOf({
      'order-amount': 60_000,
      'first-order': true,
      province: '广东',
      'local-hour': 3,
      skus: [],
      'buyer-tags': [],
    });
    const plain = vectorOf({ 'order-amount': 5_000, 'first-order': false, province: '江苏', 'local-hour': 3, skus: [], 'buyer-tags': [] });
    expect(scorer.read(dubious).score).toBeGreaterThan(75);
    expect(scorer.read(plain).score).toBeLessThan(25);
    const reasons = scorer.contributions(dubious).slice(0, 3);
    expect(reasons.map(({ feature }) => feature).sort()).toEqual(['first-order', 'order-amount', 'province']);
    expect(reasons.every(({ effect }) => effect > 0)).toBe(true);
    expect(reasons.find(({ feature }) => feature === 'province')?.value).toBe('广东');
  });
});

describe('learning', () => {
  test('the same rows and seed give the same model; another seed other figures but nearly the same model', () => {
    expect(learn(rows)).toEqual(learnt);
    const other = learn(rows, 6);
    expect(other.unseen).not.toEqual(learnt.unseen);
    expect(scorerOf('radar-2', other.document).read(rows[0]!.vector).score).toBeCloseTo(scorer.read(rows[0]!.vector).score, -1);
  });

  test('finds what was planted', () => {
    expect(areaOf(learnt, rows)).toBeGreaterThan(0.75);
  });

  test('what tells only who bought is worth nothing for other buyers: the test does not leak', () => {
    const chance = chanceOf(3);
    // Each buyer has an article of their own, and all their orders end alike: a split by order would look perfect.
    const leaky = Array.from({ length: 600 }, (_, index) => {
      const buyer = Math.floor(index / 10);
      return rowOf(`b${buyer}`, buyer % 3 === 0, { skus: [`SKU-${buyer}`], 'order-amount': Math.round(1_000 + chance() * 9_000) });
    });
    expect(areaOf(learn(leaky), leaky)).toBeLessThan(0.6);
  });

  test('how many orders there are of either kind does not move the scores: weights are even', () => {
    const few = [
      ...rows.filter(({ disputed }) => disputed),
      ...rows.filter(({ disputed }) => !disputed).map((row) => ({ ...row, weight: 40 })),
    ];
    const document = learn(few).document;
    const scoreBy = scorerOf('radar-2', document);
    for (const { vector } of rows.slice(0, 30)) expect(scoreBy.read(vector).score).toBeCloseTo(scorer.read(vector).score, 0);
  });

  test('a text check is learnt as one feature, and only whether it hit is known of the text', () => {
    const check = { kind: 'check', field: 'remarks', op: 'contains-any', name: 'forbidden-words', words: ['返现', 'FAKE'] } as const;
    const plans = [...PLAIN_FEATURES, { ...check, words: [...check.words] }];
    const told = plantedRows(200).map((row, index) => {
      const remarks = row.disputed && index % 2 === 0 ? '好评fake返现' : '请尽快发货，谢谢';
      return rowOf(
        row.buyer,
        row.disputed,
        { ...Object.fromEntries(RADAR_INPUTS.map((id, at) => [id, row.vector[at] ?? null])), remarks },
        { plans },
      );
    });
    const learntText = learnRadar(plans, RADAR_INPUTS, told, 5, () => true);
    const scorerText = scorerOf('radar-3', learntText!.document);
    const hit = scorerText.contributions(vectorOf({ remarks: 'Fake 单' })).find(({ feature }) => feature.startsWith('remarks '));
    expect(hit).toMatchObject({ feature: 'remarks contains-any forbidden-words', value: true });
    expect(hit!.effect).toBeGreaterThan(0.5);
    expect(JSON.stringify(scorerText.read(vectorOf({ remarks: '张晓明 Fake 13900000000' })))).not.toContain('张晓明');
  });

  test('ends between two turns when it is told to, and says so', () => {
    const turns: number[] = [];
    const stopped = learnRadar(PLAIN_FEATURES, RADAR_INPUTS, rows, 5, (done) => {
      turns.push(done);
      return done < 2;
    });
    expect([stopped, turns]).toEqual([null, [0, 1, 2]]);
  });

  test('too few buyers of either kind cannot be learnt from', () => {
    const few = rows.map((row) => ({ ...row, buyer: row.disputed ? 'one' : row.buyer }));
    expect(() => learn(few)).toThrow(RangeError);
  });
});
