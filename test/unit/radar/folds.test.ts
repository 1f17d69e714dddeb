import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dealFolds, foldsFor, MOST_FOLDS } from '#main/radar/folds.ts';

const rows = fc.array(fc.record({ buyer: fc.integer({ min: 0, max: 30 }).map((number) => `b${number}`), disputed: fc.boolean() }), {
  minLength: 1,
  maxLength: 200,
});
const seeds = fc.integer();

describe('parts of a cross-validation', () => {
  test('no buyer is ever on both sides', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 2, max: MOST_FOLDS }), seeds, (all, folds, seed) => {
        const parts = dealFolds(all, folds, seed);
        const ofBuyer = new Map<string, number>();
        all.forEach(({ buyer }, row) => {
          expect(ofBuyer.get(buyer) ?? parts[row]).toBe(parts[row]);
          ofBuyer.set(buyer, parts[row]!);
        });
      }),
    );
  });

  test('every part has disputed and other orders wherever the rows allow so many parts', () => {
    fc.assert(
      fc.property(rows, seeds, (all, seed) => {
        const folds = foldsFor(all);
        if (folds < 2) return;
        const parts = dealFolds(all, folds, seed);
        for (let part = 0; part < folds; part += 1) {
          expect(all.some(({ disputed }, row) => disputed && parts[row] === part)).toBe(true);
          expect(all.some(({ disputed }, row) => !disputed && parts[row] !== part)).toBe(true);
        }
      }),
    );
  });

  test('the same seed deals alike, however the rows are ordered; another deals otherwise', () => {
    fc.assert(
      fc.property(rows, seeds, (all, seed) => {
        const parts = dealFolds(all, 3, seed);
        expect(dealFolds(all, 3, seed)).toEqual(parts);
        const turned = dealFolds(all.toReversed(), 3, seed);
        expect([...turned].reverse()).toEqual([...parts]);
      }),
    );
    const many = Array.from({ length: 60 }, (_, index) => ({ buyer: `b${index}`, disputed: index % 2 === 0 }));
    expect(dealFolds(many, 5, 1)).not.toEqual(dealFolds(many, 5, 2));
  });

  test('a buyer with disputes is none of the fine ones: one such buyer alone cannot be tested', () => {
    const all = Array.from({ length: 40 }, (_, index) => ({ buyer: 'only', disputed: index % 2 === 0 }));
    expect(foldsFor(all)).toBe(0);
  });
});
