import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OHI_PARTS, type OhiPartId } from '#shared/health.ts';
import { explainMove } from '#main/health/move.ts';
import { byPart, DEFAULT_HEALTH_SETTINGS, indexOf } from '#main/health/parts.ts';

type Scores = Record<OhiPartId, number | null>;
const { weights } = DEFAULT_HEALTH_SETTINGS;
const moment = (parts: Scores) => ({ ohi: indexOf(parts, weights), parts });
const all = (score: number | null): Scores => byPart(() => score);

describe('explainMove', () => {
  it('names what each part did, largest first', () => {
    const moves = explainMove(moment(all(100)), moment({ ...all(100), timeliness: 90, accuracy: 60 }));
    expect(moves.map(({ part, why }) => [part, why])).toEqual([
      ['accuracy', { zh: '准确 100.0 → 60.0', en: 'Accuracy 100.0 → 60.0' }],
      ['timeliness', { zh: '时效 100.0 → 90.0', en: 'Timeliness 100.0 → 90.0' }],
    ]);
    expect(moves.map(({ points }) => Number(points.toFixed(6)))).toEqual([-6, -2.5]);
  });

  it('counts a part that became measurable by how far it stands from the index', () => {
    const moves = explainMove(moment({ ...all(80), accuracy: null }), moment({ ...all(80), accuracy: 100 }));
    expect(moves).toEqual([
      { part: 'accuracy', points: expect.closeTo(3, 9) as number, why: { zh: '准确 未测量 → 100.0', en: 'Accuracy not measured → 100.0' } },
    ]);
  });

  it('explains nothing where one moment has no index', () => {
    expect(explainMove(moment(all(null)), moment(all(90)))).toEqual([]);
    expect(explainMove(moment(all(90)), moment(all(null)))).toEqual([]);
    expect(explainMove(moment(all(90)), moment(all(90)))).toEqual([]);
  });

  it('sums to the change of the index, whatever was measured', () => {
    const score = fc.option(fc.double({ min: 0, max: 100, noNaN: true }));
    const scores = fc
      .tuple(score, score, score, score, score)
      .map((values): Scores => byPart((part) => values[OHI_PARTS.indexOf(part)] ?? null));
    fc.assert(
      fc.property(scores, scores, (from, to) => {
        const [before, after] = [moment(from), moment(to)];
        const sum = explainMove(before, after).reduce((total, { points }) => total + points, 0);
        const change = before.ohi === null || after.ohi === null ? 0 : after.ohi - before.ohi;
        expect(Math.abs(sum - change)).toBeLessThan(1e-8);
      }),
    );
  });
});
