import { describe, expect, it } from 'vitest';
import { learnAndMeasure } from '#main/replay/forecast/learning-loop.ts';
import type { LoopOrder } from '#main/replay/forecast/learning-loop.ts';
import { areaInterval } from '#main/replay/forecast/signal.ts';

const DAY = 86_400_000;
const options = {
  label: 'any-return',
  splitAt: 100 * DAY,
  knownAfterMs: 10 * DAY,
  field: 'return-probability',
  noSignal: null,
  mostFalseKills: 0.005,
};

/** 4,000 orders over 200 days; every tenth is bad; a useless rule stops every 20th good one, the model knows the bad ones. */
function orders(probability: (bad: boolean) => number): LoopOrder[] {
  return Array.from({ length: 4_000 }, (_, index) => {
    const at = (index / 20) * DAY;
    const bad = index % 10 === 0;
    const score = probability(bad);
    return {
      at,
      stoppedBy: index % 20 === 1 ? ['useless'] : [],
      stoppedLater: false,
      bad,
      returning: index % 2 === 0,
      probability: score,
      frozen: at >= options.splitAt ? score : null,
    };
  });
}

describe('the learning loop of a replay', () => {
  it('lets a rule that finds nothing stop nobody, and lets the model stop the few it is sure of', () => {
    const { changes, rest, outOfTheBox, reason } = learnAndMeasure(
      orders((bad) => (bad ? 0.8 : 0.1)),
      options,
    );
    expect(changes.map(({ kind }) => kind)).toEqual(['rule-to-task', 'model-rule']);
    expect(reason).toBeNull();
    expect(outOfTheBox).toMatchObject({ labelled: 4_000, bad: 400, held: 200, precision: 0 });
    expect(rest.before).toMatchObject({ labelled: 2_000, precision: 0, recall: 0 });
    expect(rest.after).toMatchObject({ labelled: 2_000, precision: 1, recall: 1, falseKillRate: 0 });
  });

  it('proposes no rule of a model that is no better than chance', () => {
    const { changes } = learnAndMeasure(
      orders(() => 0.5),
      options,
    );
    expect(changes.some(({ kind }) => kind === 'model-rule')).toBe(false);
  });

  it('does not look at the rest: other outcomes there change no proposal', () => {
    const past = orders((bad) => (bad ? 0.8 : 0.1));
    const otherwise = past.map((order) => (order.at >= options.splitAt ? { ...order, bad: !order.bad } : order));
    expect(learnAndMeasure(otherwise, options).changes).toEqual(learnAndMeasure(past, options).changes);
    const recent = past.map((order) => (order.at + options.knownAfterMs > options.splitAt ? { ...order, bad: !order.bad } : order));
    expect(learnAndMeasure(recent, options).changes).toEqual(learnAndMeasure(past, options).changes);
  });

  it('measures nothing after where there is no signal, and says why', () => {
    const noSignal = { zh: '没有信号', en: 'no signal' };
    const { rest, changes, reason } = learnAndMeasure(
      orders(() => 0.9),
      { ...options, noSignal },
    );
    expect([rest.after, changes, reason]).toEqual([null, [], noSignal]);
  });
});

describe('the frontier of a model', () => {
  /** Every score is a share of its orders that went bad: the likelier, the more of them. */
  function graded(): LoopOrder[] {
    return Array.from({ length: 8_000 }, (_, index) => {
      const at = (index / 40) * DAY;
      const score = (index % 100) / 100;
      const bad = ((index * 7919) % 1_000) / 1_000 < score ** 3 * 0.8;
      const isLate = at >= options.splitAt - 30 * DAY;
      return { at, stoppedBy: [], stoppedLater: false, bad, returning: true, probability: score / 2, frozen: isLate ? score : null };
    });
  }

  it('stops no more good orders than the bound allows, and more of them when it is wider', () => {
    const [strict, wide] = [0.003, 0.02].map((mostFalseKills) => learnAndMeasure(graded(), { ...options, mostFalseKills }));
    const costs = (held: typeof strict) => held?.frontier.find(({ chosen }) => chosen)?.found.moreFalseKills ?? 0;
    expect(costs(strict)).toBeLessThanOrEqual(0.003);
    expect(costs(wide)).toBeGreaterThan(costs(strict));
    expect(costs(wide)).toBeLessThanOrEqual(0.02);
    expect(strict?.frontier.map(({ share }) => share)).toEqual(
      [...(strict?.frontier ?? [])].map(({ share }) => share).sort((a, b) => a - b),
    );
    expect(learnAndMeasure(graded(), { ...options, mostFalseKills: 0 }).changes).toEqual([]);
  });

  it('reads its threshold off what the model of the split says of the latest orders', () => {
    // That model says twice of what its predecessors said; a threshold of theirs would stop half of all orders.
    const { frontier, rest } = learnAndMeasure(graded(), { ...options, mostFalseKills: 0.02 });
    const chosen = frontier.find((point) => point.chosen);
    expect(chosen?.from).toBeGreaterThan(0.9);
    expect(rest.after!.held / 4_000).toBeLessThan(0.045);
  });
});

describe('the interval of an area under the curve', () => {
  it('is that of Hanley and McNeil', () => {
    const [low, high] = areaInterval(0.893, 51, 58);
    expect(low).toBeCloseTo(0.83, 2);
    expect(high).toBeCloseTo(0.956, 2);
  });
});
