import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keyedHash } from '#main/hub/facts-reader.ts';
import { ask, orderData, SHOP } from '#test/support/hub.ts';
import { scriptedFaults } from '#simulators/kit/faults.ts';
import { eventually, World } from './world.ts';

/** M6 and B3 together: what a person released, and what a source says after that, over a restart of the hub. */

let folder: string;
let world: World;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-released-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const connect = (sources: Parameters<World['connect']>[0]) => world.connect(sources, {}, { databasePath: join(folder, 'orderpulse.db') });
const reasonsOf = async (id: string) => (await world.order(id)).hold?.reasons.map(({ ruleId }) => ruleId) ?? [];
async function release(id: string): Promise<void> {
  const { orderNo, version } = await world.order(id);
  await ask(world.hub, 'holds.release', { orderNo, version, reason: '电话确认' });
}
const mixed = {
  lines: [
    { sku: 'CUP', name: '杯子', quantity: 1, unitPriceMinor: 2_000 },
    { sku: 'FISH', name: '鱼', quantity: 1, unitPriceMinor: 2_000, storage: 'cold' },
  ],
};
/** Lets the waits for another try pass. */
function later(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 40 * 60_000 });
  world.hub.hub.checks.tick();
}

describe('a released order', () => {
  test('is not held again by a late good answer, and by a late bad one only for what that says', async () => {
    world = await World.open({ crm: scriptedFaults([{ call: 'detail', fault: 'slow' }]) });
    world.customers.slowMs = 1_500;
    await connect(['crm']);
    world.customers.tiers.set('buyer-A1', { tier: 'gold', discountLimitPercent: 60 });
    world.customers.tiers.set('buyer-A2', { tier: 'basic', discountLimitPercent: 5 });
    const order = { ...mixed, discountMinor: 2_000, paidMinor: 2_000 };
    await world.place('A1', order);
    await world.place('A2', order);
    for (const id of ['A1', 'A2']) expect(await reasonsOf(id)).toEqual(['mixed-storage']);
    for (const id of ['A1', 'A2']) await release(id);
    // The question is still open: nothing ships past it.
    expect(await world.told((await world.order('A1')).orderNo)).toEqual([]);
    await world.settled();
    await eventually(async () => world.check(await world.order('A1'), 'crm').late && world.check(await world.order('A2'), 'crm').late);
    expect(await reasonsOf('A1')).toEqual([]);
    expect(await reasonsOf('A2')).toEqual(['tier-discount']);
    await world.hub.close();
    await connect(['crm']);
    for (const id of ['A1', 'A2']) await world.change(id, { ...order, sellerMemo: '急' });
    expect(await reasonsOf('A1')).toEqual([]);
    expect(await reasonsOf('A2')).toEqual(['tier-discount']);
    await release('A2');
    await world.hub.close();
    await connect(['crm']);
    await world.change('A2', { ...order, sellerMemo: '再急' });
    expect(await reasonsOf('A2')).toEqual([]);
  });

  test('keeps its release of a silent source over a restart; that source’s late score still freezes it', async () => {
    const faults = scriptedFaults([{ call: 'detail', fault: 'error-500' }]);
    world = await World.open({ 'risk-list': faults });
    const hub = await connect(['risk-list']);
    await world.place('B1', { deviceId: 'device-of-many' });
    await world.settled();
    expect(await reasonsOf('B1')).toEqual(['check:risk-list']);
    await release('B1');
    expect(await world.told((await world.order('B1')).orderNo)).toEqual(['wms.ship']);
    await hub.close();
    await connect(['risk-list']);
    const asked = world.risks.calls;
    later();
    await eventually(() => world.risks.calls > asked);
    await world.change('B1', { deviceId: 'device-of-many', sellerMemo: '急' });
    expect(await world.order('B1')).toMatchObject({ hold: null, tags: expect.arrayContaining(['unchecked-risk-list']) as string[] });
    const hash = keyedHash(world.hub.store.setting('workspace.key', () => ''));
    world.risks.listed.set(hash('device-of-many'), { score: 92, reasons: [] });
    faults.calm();
    later();
    await eventually(async () => (await world.order('B1')).hold !== null);
    expect(await world.order('B1')).toMatchObject({ hold: { kind: 'frozen', reasons: [{ ruleId: 'risk-service' }] } });
    expect(await reasonsOf('B1')).toEqual(['risk-service']);
    expect(await world.told((await world.order('B1')).orderNo)).toEqual(['wms.ship', 'wms.recall']);
  });

  test('is held again for a silent source only when another question is asked, and the sentence says that it is another', async () => {
    world = await World.open({ 'risk-list': scriptedFaults([{ call: 'detail', fault: 'error-500' }]) });
    await connect(['risk-list']);
    await world.place('C1');
    await world.settled();
    await release('C1');
    const receiver = { ...(orderData('C1', 0)['receiver'] as Record<string, unknown>), phone: '13900002222' };
    await world.change('C1', { receiver });
    await world.settled();
    await eventually(async () => (await world.order('C1')).hold !== null);
    const [reason] = (await world.order('C1')).hold?.reasons ?? [];
    expect(reason?.ruleId).toBe('check:risk-list');
    expect(reason?.sentence.zh).toContain('新证据：admin 放行之后，需核验的内容已变');
    const { items } = await ask(world.hub, 'orders.timeline', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: 'C1' });
    expect(items.filter(({ kind }) => kind === 'hold')).toHaveLength(2);
  });
});

test('what a source finds when the parcel has left is told to somebody', async () => {
  world = await World.open({ crm: scriptedFaults([{ call: 'detail', fault: 'slow' }]) });
  world.customers.slowMs = 1_500;
  await connect(['crm']);
  world.customers.tiers.set('buyer-D1', { tier: 'basic', discountLimitPercent: 5 });
  const order = { discountMinor: 2_000, paidMinor: 2_000 };
  await world.place('D1', order);
  await world.settled();
  await world.change('D1', { ...order, status: 'shipped', trackingNumber: 'SF1234567890' });
  await eventually(async () => world.check(await world.order('D1'), 'crm').late);
  const { hold, status, tags, orderNo } = await world.order('D1');
  expect({ hold, status, marked: tags.includes('unchecked-crm') }).toEqual({ hold: null, status: 'shipped', marked: false });
  const { items } = await ask(world.hub, 'tasks.list', {});
  expect(items).toMatchObject([{ orderNo, role: 'operations', title: { zh: expect.stringContaining('包裹已发出') as string } }]);
});
