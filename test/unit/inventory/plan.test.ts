import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planAllocation } from '#main/inventory/plan.ts';
import type { StockView } from '#main/model/facts.ts';

type Shelf = Record<string, Record<string, number>>;

function viewOf(spot: Shelf, presale: Shelf = {}): StockView {
  return {
    managed: (sku) => sku in spot || sku in presale,
    available: (sku, warehouse, pool) => (pool === 'spot' ? spot : presale)[sku]?.[warehouse] ?? 0,
    safety: () => 0,
  };
}
const line = (sku: string, quantity: number) => ({ sku, name: sku, quantity, unitPriceMinor: 100 });
const RANKING = ['suzhou', 'hefei', 'guangzhou', 'tianjin'];

describe('planAllocation', () => {
  const cases: {
    name: string;
    lines: [string, number][];
    spot: Shelf;
    expected: [string, string, number][];
    missing?: [string, number][];
    unmanaged?: string[];
  }[] = [
    {
      name: 'the first warehouse that can serve the whole order',
      lines: [
        ['a', 2],
        ['b', 1],
      ],
      spot: { a: { suzhou: 9, hefei: 2 }, b: { hefei: 1, tianjin: 5 } },
      expected: [
        ['a', 'hefei', 2],
        ['b', 'hefei', 1],
      ],
    },
    {
      name: 'otherwise as few as possible',
      lines: [['a', 10]],
      spot: { a: { suzhou: 3, hefei: 3, guangzhou: 6, tianjin: 8 } },
      expected: [
        ['a', 'suzhou', 3],
        ['a', 'tianjin', 7],
      ],
    },
    {
      name: 'in ranking order among sets of the same size',
      lines: [['a', 6]],
      spot: { a: { suzhou: 3, hefei: 4, guangzhou: 4 } },
      expected: [
        ['a', 'suzhou', 3],
        ['a', 'hefei', 3],
      ],
    },
    {
      name: 'lines of one SKU count together',
      lines: [
        ['a', 2],
        ['b', 1],
        ['a', 2],
      ],
      spot: { a: { suzhou: 3, hefei: 4 }, b: { suzhou: 1, hefei: 1 } },
      expected: [
        ['a', 'hefei', 4],
        ['b', 'hefei', 1],
      ],
    },
    {
      name: 'what is short goes as far as it does',
      lines: [
        ['a', 9],
        ['b', 2],
      ],
      spot: { a: { suzhou: 4, guangzhou: 1 }, b: {} },
      expected: [
        ['a', 'suzhou', 4],
        ['a', 'guangzhou', 1],
      ],
      missing: [
        ['a', 4],
        ['b', 2],
      ],
    },
    {
      name: 'SKUs the pool does not manage hold nothing back',
      lines: [
        ['gift-card', 1],
        ['a', 1],
        ['gift-card', 2],
      ],
      spot: { a: { hefei: 1 } },
      expected: [['a', 'hefei', 1]],
      unmanaged: ['gift-card'],
    },
    { name: 'an order without lines asks for nothing', lines: [], spot: {}, expected: [] },
  ];
  it.each(cases)('$name', ({ lines, spot, expected, missing = [], unmanaged = [] }) => {
    expect(
      planAllocation(
        lines.map(([sku, quantity]) => line(sku, quantity)),
        RANKING,
        viewOf(spot),
        'spot',
      ),
    ).toEqual({
      allocations: expected.map(([sku, warehouse, quantity]) => ({ sku, warehouse, quantity, pool: 'spot' })),
      shortages: missing.map(([sku, pieces]) => ({ sku, missing: pieces, pool: 'spot' })),
      unmanaged,
    });
  });

  it('takes presale orders from the presale pool alone', () => {
    const view = viewOf({ a: { suzhou: 100 } }, { a: { hefei: 2 } });
    expect(planAllocation([line('a', 3)], RANKING, view, 'presale')).toEqual({
      allocations: [{ sku: 'a', warehouse: 'hefei', quantity: 2, pool: 'presale' }],
      shortages: [{ sku: 'a', missing: 1, pool: 'presale' }],
      unmanaged: [],
    });
  });

  it('fills orders over more warehouses than it searches exactly', () => {
    const many = Array.from({ length: 9 }, (_, index) => `w${index}`);
    const view = viewOf({ a: Object.fromEntries(many.map((warehouse) => [warehouse, 2])) });
    const plan = planAllocation([line('a', 13)], many, view, 'spot');
    expect(plan.allocations.map(({ warehouse, quantity }) => [warehouse, quantity])).toEqual([
      ...many.slice(0, 6).map((warehouse) => [warehouse, 2]),
      ['w6', 1],
    ]);
    expect(plan.shortages).toEqual([]);
  });

  const shelf = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.dictionary(fc.constantFrom(...RANKING), fc.nat(6)));
  const orderLines = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 9 })), { maxLength: 5 });

  it('gives what there is, never more, from the fewest warehouses', () => {
    fc.assert(
      fc.property(shelf, orderLines, (spot, orders) => {
        const lines = orders.map(([sku, quantity]) => line(sku, quantity));
        const view = viewOf(spot);
        const plan = planAllocation(lines, RANKING, view, 'spot');
        for (const sku of new Set(orders.map(([name]) => name))) {
          const wanted = orders.filter(([name]) => name === sku).reduce((sum, [, quantity]) => sum + quantity, 0);
          const given = plan.allocations.filter((allocation) => allocation.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0);
          const there = RANKING.reduce((sum, warehouse) => sum + view.available(sku, warehouse, 'spot'), 0);
          const missing = plan.shortages.find((shortage) => shortage.sku === sku)?.missing ?? 0;
          expect(plan.unmanaged.includes(sku)).toBe(!view.managed(sku));
          expect(given).toBe(Math.min(wanted, there));
          expect(missing).toBe(view.managed(sku) ? wanted - given : 0);
        }
        for (const { sku, warehouse, quantity } of plan.allocations) {
          expect(quantity).toBeGreaterThan(0);
          expect(quantity).toBeLessThanOrEqual(view.available(sku, warehouse, 'spot'));
        }
        expect(new Set(plan.allocations.map(({ warehouse }) => warehouse)).size).toBe(fewest(spot, orders));
        expect(planAllocation(lines, RANKING, view, 'spot')).toEqual(plan);
      }),
      { numRuns: 400 },
    );
  });
});

/** Size of the smallest set of warehouses that gives all that can be given, by trying every set. */
function fewest(spot: Shelf, orders: readonly [string, number][]): number {
  const wanted = new Map<string, number>();
  for (const [sku, quantity] of orders) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  const offered = (sku: string, set: readonly string[]) => set.reduce((sum, warehouse) => sum + (spot[sku]?.[warehouse] ?? 0), 0);
  let best = RANKING.length;
  for (let bits = 0; bits < 1 << RANKING.length; bits += 1) {
    const set = RANKING.filter((_, index) => bits & (1 << index));
    const serves = [...wanted].every(([sku, pieces]) => offered(sku, set) >= Math.min(pieces, offered(sku, RANKING)));
    if (serves) best = Math.min(best, set.length);
  }
  return best;
}
