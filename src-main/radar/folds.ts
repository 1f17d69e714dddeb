import { chanceOf } from '#main/learning/random.ts';
import type { RadarRow } from './encode.ts';

/** Parts of a cross-validation, where there are buyers enough. */
export const MOST_FOLDS = 5;

/** In how many parts these rows can be tested: each needs disputed and fine orders of buyers of its own. Below 2: not at all. */
export function foldsFor(rows: readonly Pick<RadarRow, 'buyer' | 'disputed'>[]): number {
  const disputed = new Set(rows.filter((row) => row.disputed).map(({ buyer }) => buyer));
  const fine = new Set(rows.filter((row) => !row.disputed && !disputed.has(row.buyer)).map(({ buyer }) => buyer));
  return Math.min(MOST_FOLDS, disputed.size, fine.size);
}

/**
 * Deals buyers into parts: all orders of a buyer go to one. Buyers with disputes are dealt first, those with most of them at the head, so that
 * every part has some. The same rows and seed give the same parts; the order of rows within a buyer does not matter.
 * @returns the part of each row, 0 to `folds` - 1
 */
export function dealFolds(rows: readonly Pick<RadarRow, 'buyer' | 'disputed'>[], folds: number, seed: number): Uint8Array {
  const buyers = new Map<string, { orders: number; disputed: number; lot: number }>();
  for (const { buyer, disputed } of rows) {
    const known = buyers.get(buyer) ?? { orders: 0, disputed: 0, lot: 0 };
    known.orders += 1;
    if (disputed) known.disputed += 1;
    buyers.set(buyer, known);
  }
  const chance = chanceOf(seed);
  for (const name of [...buyers.keys()].sort()) (buyers.get(name) as { lot: number }).lot = chance();
  const dealt = [...buyers].sort(
    ([a, one], [b, other]) => other.disputed - one.disputed || other.orders - one.orders || one.lot - other.lot || (a < b ? -1 : 1),
  );
  const loads = Array.from({ length: folds }, () => ({ orders: 0, disputed: 0 }));
  const parts = new Map<string, number>();
  for (const [buyer, { orders, disputed }] of dealt) {
    let least = 0;
    for (let part = 1; part < folds; part += 1) {
      const [a, b] = [loads[part], loads[least]] as [(typeof loads)[number], (typeof loads)[number]];
      if (disputed > 0 ? a.disputed < b.disputed : a.orders < b.orders) least = part;
    }
    const load = loads[least] as (typeof loads)[number];
    load.orders += orders;
    load.disputed += disputed;
    parts.set(buyer, least);
  }
  return Uint8Array.from(rows, ({ buyer }) => parts.get(buyer) ?? 0);
}
