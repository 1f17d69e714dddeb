import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '#shared/time.ts';
import { ledgerQuantity, StockPool, type LevelRecord, type StockAdjustment } from '#main/inventory/pool.ts';
import type { StockChange } from '#main/model/outcome.ts';

const NOW = Date.UTC(2026, 10, 11);

function level(overrides: Partial<LevelRecord> = {}): LevelRecord {
  return {
    sku: 'wipes',
    name: '婴儿湿巾',
    warehouse: 'suzhou',
    spot: 100,
    reserved: 0,
    presaleQuota: 0,
    presaleReserved: 0,
    safety: 0,
    ...overrides,
  };
}

function poolOf(...levels: LevelRecord[]): StockPool {
  const pool = new StockPool({ warehouseName: (id) => ({ zh: `${id}仓`, en: id }) });
  pool.load(levels, NOW);
  return pool;
}

function change(kind: StockChange['kind'], quantity: number, overrides: Partial<StockChange> = {}): StockChange {
  return { kind, sku: 'wipes', warehouse: 'suzhou', pool: 'spot', quantity, ...overrides };
}

describe('StockPool', () => {
  it('reserves, ships, takes back and releases; a refused change touches nothing', () => {
    const pool = poolOf(level({ spot: 60 }));
    const steps: [StockChange, boolean][] = [
      [change('reserve', 55), true],
      [change('reserve', 6), false],
      [change('ship', 20), true],
      [change('ship', 36), false],
      [change('release', 5), true],
      [change('release', 31), false],
      [change('return', 2), true],
    ];
    for (const [step, done] of steps) expect([step, pool.apply(step, NOW)]).toEqual([step, done]);
    expect(pool.level('wipes', 'suzhou')).toEqual({
      ...level({ spot: 42, reserved: 30 }),
      available: 12,
      soldLastDay: 55,
      coverDays: 12 / 55,
      alarm: 'low',
    });
  });

  it('keeps presale quota and shelf apart (D5)', () => {
    const pool = poolOf(level({ spot: 0, presaleQuota: 3 }));
    expect(pool.apply(change('reserve', 1), NOW)).toBe(false);
    expect(pool.apply(change('reserve', 3, { pool: 'presale' }), NOW)).toBe(true);
    expect(pool.apply(change('reserve', 1, { pool: 'presale' }), NOW)).toBe(false);
    expect(pool.apply(change('ship', 2, { pool: 'presale' }), NOW)).toBe(true);
    expect(pool.level('wipes', 'suzhou')).toMatchObject({ spot: 0, reserved: 0, presaleQuota: 1, presaleReserved: 1 });
    expect(pool.available('wipes', 'suzhou', 'presale')).toBe(0);
  });

  it('refuses what it does not know, and pieces that are no pieces', () => {
    const pool = poolOf(level());
    expect(pool.apply(change('reserve', 1, { warehouse: 'hefei' }), NOW)).toBe(false);
    expect(pool.apply(change('return', 1, { sku: 'bottle' }), NOW)).toBe(false);
    expect(pool.managed('bottle')).toBe(false);
    for (const quantity of [0, -1, 1.5, Number.NaN]) expect(() => pool.apply(change('reserve', quantity), NOW)).toThrow(RangeError);
  });

  it('applies several changes as one, or none of them', () => {
    const pool = poolOf(level(), level({ warehouse: 'hefei', spot: 5 }));
    const before = [...pool.list()];
    expect(pool.applyAll([change('reserve', 10), change('reserve', 6, { warehouse: 'hefei' })], NOW)).toBe(false);
    expect([...pool.list()]).toEqual(before);
    expect(pool.applyAll([change('reserve', 10), change('reserve', 5, { warehouse: 'hefei' })], NOW)).toBe(true);
    expect(pool.levelsOf('wipes').map(({ reserved }) => reserved)).toEqual([10, 5]);
  });

  it('books by hand down to what is reserved and no further', () => {
    const pool = poolOf(level({ spot: 10 }));
    pool.apply(change('reserve', 4), NOW);
    const booking: StockAdjustment = { kind: 'adjust', sku: 'wipes', warehouse: 'suzhou', quantity: -7 };
    expect(pool.adjust(booking, NOW)).toBe(false);
    expect(pool.adjust({ ...booking, quantity: -6 }, NOW)).toBe(true);
    expect(pool.level('wipes', 'suzhou')).toMatchObject({ spot: 4, reserved: 4, available: 0 });
  });

  it('learns a SKU from its first booking, but not from one below zero', () => {
    const pool = poolOf();
    const opening: StockAdjustment = { kind: 'opening', sku: 'bottle', name: '奶瓶', warehouse: 'hefei', quantity: 80, safety: 200 };
    expect(pool.adjust({ ...opening, quantity: -1 }, NOW)).toBe(false);
    expect(pool.managed('bottle')).toBe(false);
    expect(pool.adjust(opening, NOW)).toBe(true);
    expect(pool.adjust({ ...opening, quantity: 5, pool: 'presale' }, NOW)).toBe(true);
    expect([...pool.records()]).toEqual([
      { sku: 'bottle', name: '奶瓶', warehouse: 'hefei', spot: 80, reserved: 0, presaleQuota: 5, presaleReserved: 0, safety: 200 },
    ]);
    expect(pool.safety('bottle', 'hefei')).toBe(200);
  });

  it('refuses to load a level that is not sound', () => {
    for (const broken of [{ spot: -1 }, { reserved: 101 }, { presaleReserved: 1 }, { spot: 0.5 }, { safety: -1 }]) {
      expect(() => poolOf(level(broken)), JSON.stringify(broken)).toThrow(/wipes@suzhou is not sound/);
    }
  });

  it('lets sales leave the figures after a day', () => {
    const pool = poolOf(level());
    pool.recordSold('wipes', 'suzhou', 7, NOW - 23 * HOUR);
    pool.recordSold('wipes', 'suzhou', 9, NOW - 25 * HOUR);
    pool.apply(change('reserve', 3), NOW);
    expect(pool.level('wipes', 'suzhou')?.soldLastDay).toBe(10);
    pool.advance(NOW + 2 * HOUR);
    expect(pool.level('wipes', 'suzhou')?.soldLastDay).toBe(3);
    pool.advance(NOW + 3 * DAY);
    expect(pool.level('wipes', 'suzhou')).toMatchObject({ soldLastDay: 0, coverDays: null });
  });

  it('tells each change once, with alarms raised and cleared', () => {
    const pool = poolOf(level({ spot: 60 }));
    expect(pool.takeNews()).toEqual({ levels: [], alarms: [], alarmsCleared: [] });
    pool.apply(change('reserve', 20), NOW + 5);
    const news = pool.takeNews();
    expect(news.levels.map(({ sku, available }) => [sku, available])).toEqual([['wipes', 40]]);
    expect(news.alarms).toEqual([
      {
        id: 'wipes@suzhou',
        sku: 'wipes',
        name: '婴儿湿巾',
        warehouse: 'suzhou',
        level: 'low',
        available: 40,
        limit: 50,
        sentence: {
          zh: 'suzhou仓「婴儿湿巾」可用 40 件，低于 50 件，建议补货 100 件',
          en: 'suzhou, 婴儿湿巾: 40 available, below 50; replenish 100',
        },
        raisedAt: NOW + 5,
        replenish: 100,
      },
    ]);
    pool.adjust({ kind: 'replenish', sku: 'wipes', warehouse: 'suzhou', quantity: 100 }, NOW + 9);
    expect(pool.takeNews()).toMatchObject({ alarms: [], alarmsCleared: ['wipes@suzhou'] });
    expect(pool.takeNews()).toEqual({ levels: [], alarms: [], alarmsCleared: [] });
    expect(pool.alarms()).toEqual([]);
  });

  it('keeps an alarm, its age and its damping over a reload', () => {
    const pool = poolOf(level({ spot: 40 }));
    pool.load([level({ spot: 52 })], NOW + HOUR);
    expect(pool.alarms()).toMatchObject([{ level: 'low', available: 52, raisedAt: NOW }]);
    pool.load([level({ spot: 55 })], NOW + HOUR);
    expect(pool.alarms()).toEqual([]);
  });

  it('sums up a warehouse', () => {
    const pool = poolOf(level({ spot: 100 }), level({ sku: 'bottle', spot: 30 }), level({ sku: 'crib', warehouse: 'hefei', spot: 9 }));
    pool.apply(change('reserve', 10), NOW);
    expect(pool.totals('suzhou')).toEqual({
      skus: 2,
      available: 120,
      reserved: 10,
      soldLastDay: 10,
      alarms: { low: 1, short: 0, out: 0 },
      health: 0.5,
      coverDays: 12,
    });
    expect(pool.totals('nowhere')).toMatchObject({ skus: 0, health: 1, coverDays: null });
  });
});

const skus = ['wipes', 'bottle'];
const warehouses = ['suzhou', 'hefei'];
const anyChange = fc.record({
  kind: fc.constantFrom('reserve' as const, 'release' as const, 'ship' as const, 'return' as const),
  sku: fc.constantFrom(...skus),
  warehouse: fc.constantFrom(...warehouses),
  pool: fc.constantFrom('spot' as const, 'presale' as const),
  quantity: fc.integer({ min: 1, max: 12 }),
});
const anyBooking = fc.record({
  kind: fc.constantFrom('adjust' as const, 'replenish' as const),
  sku: fc.constantFrom(...skus),
  warehouse: fc.constantFrom(...warehouses),
  pool: fc.constantFrom('spot' as const, 'presale' as const),
  quantity: fc.integer({ min: -15, max: 15 }),
});
const anyStep = fc.oneof(
  fc.record({ is: fc.constant('change' as const), change: anyChange }),
  fc.record({ is: fc.constant('all' as const), changes: fc.array(anyChange, { maxLength: 4 }) }),
  fc.record({ is: fc.constant('booking' as const), booking: anyBooking }),
);

describe('StockPool under any interleaving', () => {
  it('never goes below zero, and every level is the sum of its ledger', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 80 }), (steps) => {
        const openings = skus.flatMap((sku) => warehouses.map((warehouse) => level({ sku, warehouse, spot: 20, presaleQuota: 8 })));
        const pool = poolOf(...openings);
        const stock = new Map(
          openings.flatMap((o) => [[`${o.sku}/${o.warehouse}/spot`, 20] as const, [`${o.sku}/${o.warehouse}/presale`, 8]]),
        );
        const reserved = new Map<string, number>();
        const book = (done: StockChange) => {
          const key = `${done.sku}/${done.warehouse}/${done.pool}`;
          const signed = ledgerQuantity(done);
          if (done.kind === 'ship' || done.kind === 'return') stock.set(key, (stock.get(key) ?? 0) + signed);
          if (done.kind !== 'return') reserved.set(key, (reserved.get(key) ?? 0) + signed);
        };
        for (const [index, step] of steps.entries()) {
          const at = NOW + index;
          if (step.is === 'change' && pool.apply(step.change, at)) book(step.change);
          if (step.is === 'all' && pool.applyAll(step.changes, at)) step.changes.forEach(book);
          if (step.is === 'booking' && pool.adjust(step.booking, at)) {
            const key = `${step.booking.sku}/${step.booking.warehouse}/${step.booking.pool}`;
            stock.set(key, (stock.get(key) ?? 0) + step.booking.quantity);
          }
          for (const { sku, warehouse, ...figures } of pool.records()) {
            const key = `${sku}/${warehouse}`;
            expect(figures).toMatchObject({
              spot: stock.get(`${key}/spot`),
              reserved: reserved.get(`${key}/spot`) ?? 0,
              presaleQuota: stock.get(`${key}/presale`),
              presaleReserved: reserved.get(`${key}/presale`) ?? 0,
            });
            expect(Math.min(pool.available(sku, warehouse, 'spot'), pool.available(sku, warehouse, 'presale'))).toBeGreaterThanOrEqual(0);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives out exactly as many gifts as there are, never one more (D10)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 60, maxLength: 90 }),
        (gifts, orders) => {
          const pool = poolOf(level({ spot: gifts }));
          const given = orders
            .filter((quantity) => pool.apply(change('reserve', quantity), NOW))
            .reduce((sum, quantity) => sum + quantity, 0);
          expect(given).toBeLessThanOrEqual(gifts);
          expect(pool.available('wipes', 'suzhou', 'spot')).toBe(gifts - given);
        },
      ),
    );
  });
});
