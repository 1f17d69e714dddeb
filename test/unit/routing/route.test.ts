import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import routing from '#resources/routing.json' with { type: 'json' };
import defaultWarehouses from '#resources/warehouses.json' with { type: 'json' };
import type { OrderLine } from '#shared/order.ts';
import { StockPool } from '#main/inventory/pool.ts';
import { planRoute, type RoutingRequest, type RoutingWorld } from '#main/routing/route.ts';
import { parseRoutingTable, parseWarehouses, withVipAmount } from '#main/routing/table.ts';

const table = parseRoutingTable(routing);
const warehouses = parseWarehouses(defaultWarehouses);
/** Ten in the morning in Shanghai: before the cut-off hour. */
const MORNING = Date.parse('2026-11-11T10:00:00+08:00');
const endOf = (day: string) => Date.parse(`${day}T23:59:59.999+08:00`);

/** Available pieces of SKU `a` per warehouse; safety level 100 everywhere, presale quota 5 each. */
function worldOf(spot: Record<string, number>, overrides: Partial<RoutingWorld> = {}): RoutingWorld {
  const stock = new StockPool();
  stock.load(
    Object.entries(spot).map(([warehouse, pieces]) => ({
      sku: 'a',
      name: 'a',
      warehouse,
      spot: pieces,
      reserved: 0,
      presaleQuota: 5,
      presaleReserved: 0,
      safety: 100,
    })),
    MORNING,
  );
  return { warehouses, table, stock, load: () => 0.5, ...overrides };
}
const PLENTY = { suzhou: 500, hefei: 500, guangzhou: 500, tianjin: 500 };

const line = (quantity: number, overrides: Partial<OrderLine> = {}): OrderLine => ({
  sku: 'a',
  name: 'a',
  quantity,
  unitPriceMinor: 9_900,
  ...overrides,
});
function request(province: string, overrides: Partial<RoutingRequest> = {}): RoutingRequest {
  return { province, city: '', paidMinor: 9_900, currency: 'CNY', presale: false, lines: [line(1)], now: MORNING, ...overrides };
}

describe('the default decision table', () => {
  it.each<[string, string, string, string]>([
    ['上海', 'suzhou', '华东订单 → 苏州仓', '2026-11-12'],
    ['浙江省', 'suzhou', '华东订单 → 苏州仓', '2026-11-12'],
    ['广东省', 'guangzhou', '华南订单 → 广州仓', '2026-11-12'],
    ['广西壮族自治区', 'guangzhou', '华南订单 → 广州仓', '2026-11-12'],
    ['北京市', 'tianjin', '华北订单 → 天津仓', '2026-11-12'],
    ['内蒙古自治区', 'tianjin', '华北订单 → 天津仓', '2026-11-12'],
    ['湖北', 'suzhou', '其他地区订单，就近选华东、华南、华北主仓 → 苏州仓', '2026-11-13'],
    ['湖南', 'guangzhou', '其他地区订单，就近选华东、华南、华北主仓 → 广州仓', '2026-11-13'],
    ['辽宁', 'tianjin', '其他地区订单，就近选华东、华南、华北主仓 → 天津仓', '2026-11-13'],
    ['新疆维吾尔自治区', 'tianjin', '其他地区订单，就近选华东、华南、华北主仓 → 天津仓', '2026-11-16'],
    ['Inner Mongolia Autonomous Region', 'tianjin', '华北订单 → 天津仓', '2026-11-12'],
    ['Zhejiang Province', 'suzhou', '华东订单 → 苏州仓', '2026-11-12'],
    ['Ontario', 'suzhou', '收货地区未识别的订单 → 苏州仓', '2026-11-16'],
    ['', 'suzhou', '收货地区未识别的订单 → 苏州仓', '2026-11-16'],
  ])('%s -> %s', (province, warehouse, reason, promised) => {
    const { route, allocations } = planRoute(request(province), worldOf(PLENTY));
    expect({ ...route, reason: route.reason.zh }).toEqual({
      warehouse,
      warehouseName: warehouses.find(({ id }) => id === warehouse)?.name,
      preferred: warehouse,
      reason,
      promisedAt: endOf(promised),
    });
    expect(allocations).toEqual([{ sku: 'a', warehouse, quantity: 1, pool: 'spot' }]);
  });

  it('knows every province by Chinese and English name', () => {
    expect(table.provinces).toHaveLength(34);
    for (const { name } of table.provinces) {
      for (const text of [name.zh, name.en, `${name.zh}省`, name.en.toUpperCase()]) {
        expect(planRoute(request(text), worldOf(PLENTY)).route.reason.en, text).not.toContain('unrecognised');
      }
    }
  });

  it('finds the province in the city where the platform leaves it out', () => {
    expect(planRoute(request('', { city: '上海市' }), worldOf(PLENTY)).route.reason.zh).toBe('华东订单 → 苏州仓');
  });

  it('sends amounts above 500 yuan from the VIP warehouse (E2)', () => {
    const route = (paidMinor: number, currency = 'CNY') => planRoute(request('广东', { paidMinor, currency }), worldOf(PLENTY)).route;
    expect(route(50_000)).toMatchObject({ warehouse: 'guangzhou' });
    expect(route(50_001)).toMatchObject({
      warehouse: 'suzhou',
      preferred: 'suzhou',
      reason: { zh: '金额超过 500 元的订单 → 苏州仓', en: 'Order above 500 yuan → Suzhou' },
    });
    expect(route(50_001, 'USD')).toMatchObject({ warehouse: 'guangzhou' });
  });

  it('takes the VIP limit from the settings and names it in the reason', () => {
    const world = worldOf(PLENTY, { table: withVipAmount(table, { CNY: 80_050 }) });
    expect(planRoute(request('广东', { paidMinor: 80_050 }), world).route.warehouse).toBe('guangzhou');
    expect(planRoute(request('广东', { paidMinor: 80_051 }), world).route.reason.zh).toBe('金额超过 800.50 元的订单 → 苏州仓');
  });
});

describe('planRoute', () => {
  it('moves on to Hefei when Suzhou is more than 15 % below its safety level, and promises a later day (E1)', () => {
    const { route } = planRoute(request('江苏省'), worldOf({ ...PLENTY, suzhou: 84 }));
    expect(route).toMatchObject({
      warehouse: 'hefei',
      preferred: 'suzhou',
      reason: {
        zh: '华东订单 → 苏州仓；苏州仓低于安全库存 15%，改由合肥仓发货，承诺送达顺延 1 天',
        en: 'East China order → Suzhou; Suzhou is more than 15 % below its safety level, sent from Hefei instead, promised 1 day later',
      },
      promisedAt: endOf('2026-11-13'),
    });
    expect(planRoute(request('江苏省'), worldOf({ ...PLENTY, suzhou: 85 })).route.warehouse).toBe('suzhou');
  });

  it('stays with Suzhou when Hefei is below its own safety level, or cannot serve', () => {
    expect(planRoute(request('江苏'), worldOf({ ...PLENTY, suzhou: 40, hefei: 40 })).route).toMatchObject({
      warehouse: 'suzhou',
      reason: { zh: '华东订单 → 苏州仓' },
    });
    expect(planRoute(request('江苏', { lines: [line(90)] }), worldOf({ suzhou: 84, hefei: 86, guangzhou: 500 })).route).toMatchObject({
      warehouse: 'guangzhou',
      reason: {
        zh: '华东订单 → 苏州仓；苏州仓低于安全库存 15%，合肥仓、天津仓库存不足以整单发货，改由广州仓发货，承诺送达顺延 1 天',
      },
    });
  });

  it('passes over a warehouse above its daily capacity, unless all are', () => {
    const load = (warehouse: string) => (warehouse === 'tianjin' ? 1.08 : 1);
    expect(planRoute(request('北京'), worldOf(PLENTY, { load })).route).toMatchObject({
      warehouse: 'hefei',
      preferred: 'tianjin',
      reason: {
        zh: '华北订单 → 天津仓；天津仓已超负荷（108%），改由合肥仓发货，承诺送达顺延 1 天',
        en: 'North China order → Tianjin; Tianjin is over capacity (108 %), sent from Hefei instead, promised 1 day later',
      },
    });
    expect(planRoute(request('北京'), worldOf(PLENTY, { load: () => 1.5 })).route.warehouse).toBe('tianjin');
    // A full warehouse is the last resort, not none at all.
    expect(planRoute(request('北京'), worldOf({ tianjin: 500 }, { load })).route.warehouse).toBe('tianjin');
  });

  it('looks where the stock is, and splits only when no warehouse has it all (E3)', () => {
    expect(planRoute(request('广东', { lines: [line(8)] }), worldOf({ guangzhou: 7, tianjin: 8 })).route.warehouse).toBe('tianjin');
    const split = planRoute(request('广东', { lines: [line(10)] }), worldOf({ guangzhou: 3, tianjin: 8 }));
    expect(split.allocations).toEqual([
      { sku: 'a', warehouse: 'guangzhou', quantity: 3, pool: 'spot' },
      { sku: 'a', warehouse: 'tianjin', quantity: 7, pool: 'spot' },
    ]);
    expect(split.route).toMatchObject({
      warehouse: 'tianjin',
      preferred: 'guangzhou',
      reason: {
        zh: '华南订单 → 广州仓；广州仓库存不足以整单发货，由广州仓、天津仓分仓发货，承诺送达顺延 2 天',
        en: 'South China order → Guangzhou; Guangzhou cannot serve the whole order, split between Guangzhou and Tianjin, promised 2 days later',
      },
      promisedAt: endOf('2026-11-14'),
    });
  });

  it('names cold-chain and normal goods in one order', () => {
    const lines = [line(1), line(1, { storage: 'cold' })];
    expect(planRoute(request('上海', { lines }), worldOf(PLENTY)).route.reason.zh).toBe('华东订单 → 苏州仓；冷链与常温商品分箱发货');
  });

  it('promises nothing while pieces are short', () => {
    const some = planRoute(request('广东', { lines: [line(9)] }), worldOf({ guangzhou: 7 }));
    expect(some).toMatchObject({
      route: { warehouse: 'guangzhou', promisedAt: null, reason: { zh: '华南订单 → 广州仓；仍缺 2 件，等待补货' } },
      shortages: [{ sku: 'a', missing: 2, pool: 'spot' }],
    });
    const none = planRoute(request('广东'), worldOf({ guangzhou: 0 }));
    expect(none).toMatchObject({
      route: {
        warehouse: null,
        warehouseName: null,
        preferred: 'guangzhou',
        promisedAt: null,
        reason: { zh: '华南订单 → 广州仓；各仓均无可用库存，缺 1 件，等待补货' },
      },
      allocations: [],
    });
  });

  it('takes presale goods from the quota, whatever is on the shelf, and leaves the day open', () => {
    const { route, allocations } = planRoute(request('江苏', { presale: true, lines: [line(5)] }), worldOf({ suzhou: 0, hefei: 500 }));
    expect(allocations).toEqual([{ sku: 'a', warehouse: 'suzhou', quantity: 5, pool: 'presale' }]);
    expect(route).toMatchObject({
      warehouse: 'suzhou',
      promisedAt: null,
      reason: { zh: '华东订单 → 苏州仓；占用预售配额，到货后确定送达日期' },
    });
  });

  it('routes goods the pool does not manage by the table alone', () => {
    const plan = planRoute(request('广东', { lines: [line(1, { sku: 'gift-card' })] }), worldOf(PLENTY));
    expect(plan).toMatchObject({ route: { warehouse: 'guangzhou' }, allocations: [], shortages: [], unmanaged: ['gift-card'] });
  });

  it('promises a day later from the cut-off hour on', () => {
    const at = (time: string) =>
      planRoute(request('上海', { now: Date.parse(`2026-11-11T${time}+08:00`) }), worldOf(PLENTY)).route.promisedAt;
    expect([at('00:00:00'), at('15:59:59'), at('16:00:00'), at('23:59:59')]).toEqual(
      ['2026-11-12', '2026-11-12', '2026-11-13', '2026-11-13'].map(endOf),
    );
  });

  it('goes by distance in a workspace whose warehouses the table does not name', () => {
    const own = warehouses.map((warehouse) => ({ ...warehouse, id: `own-${warehouse.id}`, vip: false }));
    const world = worldOf({ 'own-tianjin': 9, 'own-hefei': 9 }, { warehouses: own });
    expect(planRoute(request('山东', { paidMinor: 90_000 }), world).route).toMatchObject({
      warehouse: 'own-tianjin',
      preferred: 'own-tianjin',
      reason: { zh: '就近发货的订单 → 天津仓' },
    });
  });

  it('says so when there is no warehouse', () => {
    expect(planRoute(request('上海'), worldOf(PLENTY, { warehouses: [] }))).toEqual({
      route: {
        warehouse: null,
        warehouseName: null,
        preferred: null,
        promisedAt: null,
        reason: { zh: '尚未配置仓库，无法分仓', en: 'No warehouse is configured, so the order cannot be routed' },
      },
      allocations: [],
      shortages: [{ sku: 'a', missing: 1, pool: 'spot' }],
      unmanaged: [],
    });
  });

  it('always gives what it reserves from a real warehouse, and a sentence in both languages', () => {
    const anyRequest = fc.record({
      province: fc.constantFrom('江苏', '广东省', 'Beijing', '西藏自治区', 'Ontario'),
      paidMinor: fc.integer({ min: 0, max: 100_000 }),
      presale: fc.boolean(),
      lines: fc.array(
        fc.record({ quantity: fc.integer({ min: 1, max: 40 }) }).map(({ quantity }) => line(quantity)),
        { minLength: 1, maxLength: 3 },
      ),
    });
    const anyStock = fc.dictionary(fc.constantFrom('suzhou', 'hefei', 'guangzhou', 'tianjin'), fc.nat(120), { minKeys: 1 });
    fc.assert(
      fc.property(
        anyRequest,
        anyStock,
        fc.dictionary(fc.constantFrom('suzhou', 'tianjin'), fc.double({ min: 0, max: 2, noNaN: true })),
        (order, spot, loads) => {
          const world = worldOf(spot, { load: (warehouse) => loads[warehouse] ?? 0 });
          const plan = planRoute(request('', order), world);
          const pieces = plan.allocations.reduce((sum, { quantity }) => sum + quantity, 0);
          const missing = plan.shortages.reduce((sum, shortage) => sum + shortage.missing, 0);
          expect(pieces + missing).toBe(order.lines.reduce((sum, { quantity }) => sum + quantity, 0));
          expect(plan.route.warehouse === null).toBe(pieces === 0);
          if (plan.route.warehouse !== null) expect(plan.allocations.map(({ warehouse }) => warehouse)).toContain(plan.route.warehouse);
          expect(plan.route.promisedAt === null).toBe(order.presale || missing > 0);
          if (plan.route.promisedAt !== null) expect(plan.route.promisedAt).toBeGreaterThan(MORNING);
          const others = new Set(
            plan.allocations.map(({ warehouse }) => warehouse).filter((warehouse) => warehouse !== plan.route.preferred),
          );
          expect(plan.route.reason.zh.includes('；')).toBe(
            others.size > 0 || missing > 0 || order.presale || plan.route.reason.zh.includes('仍由'),
          );
          expect(plan.route.reason.en).toMatch(/^[\x20-\x7e→]+$/);
          expect(planRoute(request('', order), world)).toEqual(plan);
        },
      ),
      { numRuns: 300 },
    );
  });
});
