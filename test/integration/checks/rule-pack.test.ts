import { afterEach, describe, expect, test } from 'vitest';
import { keyedHash } from '#main/hub/facts-reader.ts';
import { ask, orderData, SHOP } from '#test/support/hub.ts';
import { World } from './world.ts';

let world: World;
afterEach(() => world.close());

/** What one rule of the shipped pack says of an order once every source answered. */
async function said(id: string, rule: string) {
  const order = await world.answered(id);
  const explained = await ask(world.hub, 'orders.explain', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: id });
  expect(explained.rederived).toBe(true);
  const result = explained.results.find(({ ruleId }) => ruleId === rule);
  if (!result) throw new Error(`no rule ${rule}`);
  return { order, result, reasons: order.hold?.reasons.map(({ ruleId }) => ruleId) ?? [] };
}
const priced = (discountMinor: number) => ({ goodsMinor: 4_000, discountMinor, paidMinor: 4_000 - discountMinor });

describe('rules that read a service, against the service', () => {
  test('tier-discount: one point beyond the tier is stopped, the tier itself is not, a buyer without a tier is unknown', async () => {
    world = await World.open();
    await world.connect(['crm']);
    for (const id of ['A1', 'A2']) world.customers.tiers.set(`buyer-${id}`, { tier: 'silver', discountLimitPercent: 20 });
    world.customers.tiers.set('buyer-A3', { tier: 'gold', discountLimitPercent: 50 });
    await world.place('A1', priced(840));
    await world.place('A2', priced(800));
    await world.place('A3', priced(840));
    await world.place('A4', priced(3_000));
    const over = await said('A1', 'tier-discount');
    expect(over.result).toMatchObject({ result: 'hit', whyNot: null });
    expect(over.result.sentence.zh).toBe('优惠超出客户等级 1%');
    expect(over.order.hold).toMatchObject({ kind: 'held', role: 'operations', reasons: [{ ruleId: 'tier-discount' }] });
    for (const id of ['A2', 'A3']) {
      const within = await said(id, 'tier-discount');
      expect(within.result.result).toBe('no-hit');
      expect(within.order).toMatchObject({ hold: null, status: 'awaiting_shipment' });
    }
    const nobody = await said('A4', 'tier-discount');
    expect(nobody.result.result).toBe('waiting');
    expect(nobody.reasons).not.toContain('tier-discount');
    expect(world.check(nobody.order, 'crm').words?.zh).toBe('客户系统没有这位买家');
  });

  test('wms-stock-short: spot and presale are counted apart, and the last piece is enough', async () => {
    world = await World.open();
    const openingStock = [{ sku: 'CUP', name: '杯子', warehouse: 'suzhou', spot: 1_000, presaleQuota: 100, safety: 0 }];
    await world.connect(['wms'], { openingStock });
    const presale = { presale: { depositMinor: 1_000, balanceMinor: 3_000, balancePaidAt: Date.now() - 60_000 } };
    const stock = (spot: number, announced: number) => {
      world.warehouse.setStock({ sku: 'CUP', warehouse: 'suzhou', spot });
      world.warehouse.presale.set('CUP/suzhou', announced);
    };
    // Plenty of the one is no help for the other.
    stock(1, 1_000);
    await world.place('B1');
    const spot = await said('B1', 'wms-stock-short');
    expect(spot.result).toMatchObject({ result: 'hit', sentence: { zh: '仓库实物缺 1 件' } });
    expect(world.check(spot.order, 'wms').words?.zh).toBe('缺现货 1 件，缺预售 0 件');
    expect(spot.order.hold).toMatchObject({ kind: 'held', role: 'warehouse' });
    stock(1_000, 0);
    await world.place('B2', presale);
    const announced = await said('B2', 'wms-stock-short');
    expect(announced.result).toMatchObject({ result: 'hit', sentence: { zh: '仓库实物缺 2 件' } });
    expect(world.check(announced.order, 'wms').words?.zh).toBe('缺现货 0 件，缺预售 2 件');
    stock(2, 0);
    await world.place('B3');
    await world.answered('B3');
    stock(0, 2);
    await world.place('B4', presale);
    for (const id of ['B3', 'B4']) {
      const enough = await said(id, 'wms-stock-short');
      expect(enough.result.result, id).toBe('no-hit');
      expect(enough.reasons).toEqual([]);
    }
  });

  test.each([
    ['buyer', (id: string) => `standard-webhooks/own/buyer-${id}`, {}],
    ['device', () => 'device-of-many', { deviceId: 'device-of-many' }],
    ['ip', () => '198.51.100.77', { ip: '198.51.100.77' }],
  ])('risk-service: a listed %s freezes from 80 points on', async (key, plain, more) => {
    world = await World.open();
    const hub = await world.connect(['risk-list']);
    const hash = keyedHash(hub.store.setting('workspace.key', () => ''));
    const list = (id: string, score: number) => world.risks.listed.set(hash(plain(id)), { score, reasons: ['多次拒付'] });
    list('C1', 80);
    await world.place('C1', more);
    const listed = await said('C1', 'risk-service');
    expect(listed.result, key).toMatchObject({ result: 'hit', sentence: { zh: '外部风控评分 80，上限 80' } });
    expect(listed.order.hold).toMatchObject({ kind: 'frozen', role: 'risk', reasons: [{ ruleId: 'risk-service' }] });
    expect(world.check(listed.order, 'risk-list').words?.zh).toBe('风险分 80：多次拒付');
    list('C2', 79);
    await world.place('C2', more);
    const below = await said('C2', 'risk-service');
    expect(below.result.result).toBe('no-hit');
    expect(below.order.hold).toBeNull();
    await world.place('C3', { ip: '198.51.100.78', deviceId: 'device-of-one' });
    expect((await said('C3', 'risk-service')).result.whyNot?.zh).toContain('相差 80');
    expect(world.risks.refusals).toEqual({});
  });

  test('risk-service: phone and address are found under their keyed hashes, written in any way', async () => {
    world = await World.open();
    const hub = await world.connect(['risk-list']);
    const hash = keyedHash(hub.store.setting('workspace.key', () => ''));
    const at = (id: string) => orderData(id, 0)['receiver'] as Record<string, unknown>;
    world.risks.listed.set(hash('phone:13900001111'), { score: 95, reasons: [] });
    world.risks.listed.set(hash('address:江苏省南京市玄武区珠江路1号'), { score: 90, reasons: [] });
    await world.place('D1', { receiver: { ...at('D1'), phone: '+86 139-0000-1111' } });
    await world.place('D2', { receiver: { ...at('D2'), address: '珠江路 １ 号' } });
    await world.place('D3');
    expect((await said('D1', 'risk-service')).result.sentence.zh).toContain('95');
    expect((await said('D2', 'risk-service')).result.sentence.zh).toContain('90');
    expect((await said('D3', 'risk-service')).result.result).toBe('no-hit');
  });
});
