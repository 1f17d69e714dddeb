import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollingForecast } from '#main/hub/forecast/rolling.ts';
import type { Sample } from '#main/learning/boosting/table.ts';
import { TrainingError } from '#main/learning/boosting/table.ts';
import { DAY } from '#shared/time.ts';

const plan = { leastKnown: 10, leastOfEach: 2, everyMs: 7 * DAY, growth: 0.1 };

/** A model that knows nothing but the share of what it learnt: whatever it was told shows. */
const shareOf = (samples: readonly Sample[]): { share: number; samples: number } => ({
  share: samples.filter(({ outcome }) => outcome).length / samples.length,
  samples: samples.length,
});

interface Order {
  /** Days from the order before, and until its outcome is known. */
  gap: number;
  known: number;
  late: boolean;
}

/** What is said of each order as it comes in. */
function said(orders: readonly Order[]): (number | null)[] {
  const rolling = new RollingForecast({ fit: shareOf, plan });
  const outcomes: { id: string; at: number; late: boolean }[] = [];
  let at = 0;
  return orders.map(({ gap, known, late }, index) => {
    at += gap * DAY;
    outcomes.sort((a, b) => a.at - b.at);
    while (outcomes[0] && outcomes[0].at < at) {
      const told = outcomes.shift()!;
      rolling.learn(told.id, told.late, told.at);
    }
    rolling.refit(at);
    rolling.read(String(index), [index], at);
    outcomes.push({ id: String(index), at: at + known * DAY, late });
    return rolling.model?.share ?? null;
  });
}

const orders = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 3 }), known: fc.integer({ min: 1, max: 20 }), late: fc.boolean() }), {
  minLength: 40,
  maxLength: 160,
});

describe('a forecast refitted as time goes by', () => {
  it('says the same of every order whatever becomes of that order and those after it', () => {
    fc.assert(
      fc.property(orders, fc.nat(), fc.infiniteStream(fc.boolean()), (past, where, chance) => {
        const from = where % past.length;
        const otherwise = past.map((order, index) => (index < from ? order : { ...order, late: chance.next().value as boolean }));
        expect(said(otherwise).slice(0, from + 1)).toEqual(said(past).slice(0, from + 1));
      }),
      { numRuns: 200 },
    );
  });

  it('does learn: other outcomes of the past change what is said later', () => {
    const past = Array.from({ length: 60 }, (_, index): Order => ({ gap: 1, known: 1, late: index % 5 === 0 }));
    const worse = past.map((order, index) => ({ ...order, late: index % 2 === 0 }));
    expect(said(past).at(-1)).not.toEqual(said(worse).at(-1));
  });

  it('waits for enough of both kinds, for the week, and for a tenth more', () => {
    const rolling = new RollingForecast({ fit: shareOf, plan });
    const tell = (from: number, count: number, late: boolean): void => {
      for (let id = from; id < from + count; id += 1) {
        rolling.read(String(id), [], 0);
        rolling.learn(String(id), late, 1);
      }
    };
    tell(0, 20, false);
    expect(rolling.refit(DAY)).toBe(false);
    tell(20, 2, true);
    expect(rolling.refit(DAY)).toBe(true);
    expect(rolling.model?.samples).toBe(22);
    tell(22, 1, false);
    expect(rolling.refit(30 * DAY)).toBe(false);
    tell(23, 2, false);
    expect(rolling.refit(5 * DAY)).toBe(false);
    expect(rolling.refit(8 * DAY)).toBe(true);
  });

  it('keeps the model before where there is too little of one kind to learn', () => {
    let fits = 0;
    const rolling = new RollingForecast({
      fit: () => {
        fits += 1;
        if (fits > 1) throw new TrainingError('too little');
        return fits;
      },
      plan,
    });
    for (let id = 0; id < 40; id += 1) {
      rolling.read(String(id), [], 0);
      rolling.learn(String(id), id % 4 === 0, 1);
      if (id === 20) rolling.refit(DAY);
    }
    expect(rolling.refit(9 * DAY)).toBe(false);
    expect(rolling.model).toBe(1);
  });

  it('learns nothing of an order it never read, nor twice of one', () => {
    const rolling = new RollingForecast({ fit: shareOf, plan });
    rolling.learn('unread', true, 1);
    rolling.read('a', [], 0);
    rolling.learn('a', true, 1);
    rolling.learn('a', false, 2);
    expect(rolling.known).toEqual({ yes: 1, no: 0 });
  });
});
