import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { HubConfigInput } from '#main/hub/config.ts';
import { ManualTime } from '#main/hub/time.ts';
import { noFaults, scriptedFaults } from '#simulators/kit/faults.ts';
import { openHttp } from '#simulators/kit/http.ts';
import type { HttpPlace } from '#simulators/kit/http.ts';
import type { FaultScript } from '#simulators/kit/types.ts';
import { open as openCustomers } from '#simulators/partners/crm/open.ts';
import { open as openKdniao } from '#simulators/partners/kdniao/open.ts';
import { open as openKuaidi100 } from '#simulators/partners/kuaidi100/open.ts';
import type { PartnerOptions } from '#simulators/partners/partner.ts';
import { open as openRiskList } from '#simulators/partners/risk-list/open.ts';
import { open as openWarehouse } from '#simulators/partners/wms/open.ts';
import type { WarehouseSimulator } from '#simulators/partners/wms/open.ts';
import { crmClient, riskClient } from '#main/partners/lookups.ts';
import { kdniao } from '#main/partners/carriers/kdniao.ts';
import { ask, deliver, memoryHub, orderData, SHOP, testConfig } from '#test/support/hub.ts';

const START = Date.parse('2025-06-18T02:00:00Z');
const closers: (() => Promise<unknown>)[] = [];
let time: ManualTime;
let door: HttpPlace;
let hub: LocalHub;

beforeEach(async () => {
  time = new ManualTime(START);
  door = await openHttp(async ({ path, headers, body }) => {
    const [, , channel = '', shopId = ''] = path.split('/');
    const receipt = await hub.receive({ channel, shopId, headers, body, receivedAt: time.now() });
    return { status: receipt.status, headers: { 'content-type': receipt.contentType }, body: receipt.body };
  });
  closers.push(() => door.close());
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function options(faults: FaultScript = noFaults()): PartnerOptions {
  return { now: () => time.now(), after: (delayMs, task) => time.after(delayMs, task), chance: () => 0.5, faults, hub: door.url };
}
async function openWith(partners: HubConfigInput['partners']): Promise<void> {
  hub = await memoryHub(testConfig({ partners }), { clock: time, timers: time, chance: () => 0.5 });
  closers.push(() => hub.close());
}
/** Everything due goes out, and what the partners answer comes in. */
async function deliverAll(): Promise<void> {
  hub.hub.outbox.run();
  await hub.hub.outbox.settled();
}
async function placed(id: string, more: Record<string, unknown> = {}): Promise<string> {
  expect((await deliver(hub, 'order.paid', orderData(id, time.now(), more), time.now())).status).toBe(200);
  return (await orderOf(id)).orderNo;
}
function orderOf(channelOrderId: string) {
  return ask(hub, 'orders.get', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId });
}
async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('It never became so.');
}

describe('the warehouse', () => {
  let wms: WarehouseSimulator;
  async function openWms(faults?: FaultScript): Promise<void> {
    wms = await openWarehouse(options(faults));
    closers.push(() => wms.stop());
    await openWith({ wms: { secret: wms.secret, ...wms.addresses } });
  }

  test('ships, is told to stop when a person freezes the order, ships after all, and its receipt moves the order and its stock', async () => {
    await openWms();
    const orderNo = await placed('W1');
    await deliverAll();
    expect(wms.taken.map(({ type }) => type)).toEqual(['wms.ship']);
    const order = await orderOf('W1');
    await ask(hub, 'holds.freeze', { orderNo, version: order.version, reason: '地址存疑' });
    await deliverAll();
    expect(wms.taken.map(({ type }) => type)).toEqual(['wms.ship', 'wms.recall']);
    wms.tell('shipment.recalled', { orderNo });
    await wms.courier.settled();
    await ask(hub, 'holds.release', { orderNo, version: (await orderOf('W1')).version, reason: '' });
    await deliverAll();
    expect(wms.taken.map(({ type }) => type)).toEqual(['wms.ship', 'wms.recall', 'wms.ship']);
    const reserved = hub.hub.hot.pool.level('CUP', 'suzhou');
    expect([reserved?.spot, reserved?.reserved]).toEqual([1_000, 2]);
    wms.tell('shipment.shipped', { orderNo, trackingNumber: 'SF1390000001', carrier: 'sf' });
    await wms.courier.settled();
    expect(await orderOf('W1')).toMatchObject({ status: 'shipped', trackingNumber: 'SF1390000001' });
    const left = hub.hub.hot.pool.level('CUP', 'suzhou');
    expect([left?.spot, left?.reserved]).toEqual([998, 0]);
    const texts = hub.store.queries.timeline(orderNo).map(({ text }) => text.zh);
    expect(texts.join('\n')).toContain('仓库已撤回发货');
  });

  test('a receipt that comes twice changes nothing the second time; one that nobody signed never comes in', async () => {
    await openWms(scriptedFaults([{ call: 'push', fault: 'duplicate' }]));
    const orderNo = await placed('W2');
    wms.tell('shipment.shipped', { orderNo, trackingNumber: 'SF1', carrier: 'sf' });
    await wms.courier.settled();
    expect((await orderOf('W2')).version).toBe(2);
    expect(wms.courier.refused).toBe(0);
    const body = Buffer.from(JSON.stringify({ type: 'shipment.shipped', timestamp: 'now', data: { orderNo } }));
    const forged = await hub.receive({ channel: 'partner', shopId: 'wms', headers: {}, body, receivedAt: time.now() });
    expect(forged.status).toBe(400);
    expect((await hub.receive({ channel: 'partner', shopId: 'crm', headers: {}, body, receivedAt: time.now() })).status).toBe(404);
  });

  test('a refusal is for good, with its reason on the list of failed messages', async () => {
    await openWms();
    const orderNo = await placed('W3');
    wms.refused.set(orderNo, { zh: '该商品不在本仓', en: 'Not stored here' });
    await deliverAll();
    const { items } = await ask(hub, 'outbox.dead', {});
    expect(items).toMatchObject([{ topic: 'wms.ship', reason: { zh: '该商品不在本仓' } }]);
    wms.tell('shipment.refused', { orderNo, reason: { zh: '库位为空', en: 'The shelf is empty' } });
    await wms.courier.settled();
    const tasks = await ask(hub, 'tasks.list', {});
    expect(tasks.items[0]?.title.zh).toContain('库位为空');
  });

  test('an answer that was lost means the same id again, which the warehouse does once', async () => {
    await openWms(scriptedFaults([{ call: 'write', nth: 1, fault: 'disconnect' }]));
    await placed('W4');
    await deliverAll();
    expect((await ask(hub, 'partners.list', {})).items[0]).toMatchObject({ id: 'wms', state: 'failing' });
    time.advanceBy(10_000);
    await deliverAll();
    expect([wms.taken.length, wms.repeated]).toEqual([1, 1]);
    expect((await ask(hub, 'partners.list', {})).items[0]).toMatchObject({
      id: 'wms',
      state: 'working',
      webhookPath: '/hooks/partner/wms',
    });
    expect(await ask(hub, 'partners.test', { id: 'wms' })).toMatchObject({ ok: true });
    expect(await ask(hub, 'partners.test', { id: 'crm' })).toMatchObject({ ok: false });
  });

  test('its stock becomes ours: pages first, then the feed; a hole or a cut line is read anew', async () => {
    await openWms();
    for (let shelf = 0; shelf < 1_200; shelf += 1) wms.setStock({ sku: `S${shelf}`, warehouse: 'suzhou', spot: shelf + 1 });
    wms.setStock({ sku: 'CUP', warehouse: 'suzhou', spot: 700 });
    wms.setStock({ sku: 'CUP', warehouse: 'nowhere', spot: 5 });
    const job = hub.hub.warehouseStock;
    job?.start();
    const spot = (sku: string) => hub.hub.hot.pool.level(sku, 'suzhou')?.spot;
    await eventually(() => wms.listeners === 1);
    time.advanceBy(1_000);
    await eventually(() => spot('S1199') === 1_200 && spot('CUP') === 700);
    wms.setStock({ sku: 'CUP', warehouse: 'suzhou', spot: 650 });
    await eventually(() => spot('CUP') === 650);
    wms.setStock({ sku: 'S1', warehouse: 'suzhou', spot: 90 }, true);
    wms.setStock({ sku: 'S2', warehouse: 'suzhou', spot: 91 });
    await eventually(() => {
      time.advanceBy(500);
      return spot('S1') === 90 && spot('S2') === 91;
    });
    wms.cutFeeds();
    wms.setStock({ sku: 'S3', warehouse: 'suzhou', spot: 92 });
    await eventually(() => {
      time.advanceBy(2_000);
      return spot('S3') === 92;
    });
    expect(hub.hub.hot.pool.level('CUP', 'nowhere')).toBeNull();
    expect(Object.keys(wms.refusals)).toEqual([]);
  });

  test('a count below what is promised to buyers becomes a task instead of a broken promise', async () => {
    await openWms();
    await placed('W5', { lines: [{ sku: 'CUP', name: '杯子', quantity: 9, unitPriceMinor: 2_000 }] });
    wms.setStock({ sku: 'CUP', warehouse: 'suzhou', spot: 4 });
    hub.hub.warehouseStock?.start();
    await eventually(async () => {
      time.advanceBy(1_000);
      return (await ask(hub, 'tasks.list', {})).items.length > 0;
    });
    expect((await ask(hub, 'tasks.list', {})).items[0]?.title.zh).toContain('只有 4 件，少于已预占的 9 件');
    expect(hub.hub.hot.pool.level('CUP', 'suzhou')?.spot).toBe(1_000);
  });
});

describe('carriers', () => {
  async function shippedBy(carrier: string, number: string): Promise<string> {
    const orderNo = await placed(`C-${number}`);
    const { version } = await orderOf(`C-${number}`);
    await ask(hub, 'orders.ship', { orderNo, version, trackingNumber: number, carrier: carrier as 'sf' });
    await deliverAll();
    return orderNo;
  }

  test('kuaidi100 is asked once a parcel, and its signed call-backs end in "delivered"', async () => {
    const tracking = await openKuaidi100(options());
    closers.push(() => tracking.stop());
    const callbackUrl = `${door.url}/hooks/partner/kuaidi100`;
    await openWith({ kuaidi100: { key: tracking.key, salt: 'salt-demo', callbackUrl, endpoint: `${tracking.url}/poll` } });
    const orderNo = await shippedBy('yto', 'YT1234567890');
    expect(tracking.subscriptions.get('YT1234567890')).toMatchObject({ company: 'yuantong', salt: 'salt-demo' });
    time.advanceBy(60_000);
    tracking.move('YT1234567890', '0', '已揽收');
    await tracking.courier.settled();
    expect((await orderOf('C-YT1234567890')).status).toBe('shipped');
    time.advanceBy(60_000);
    tracking.move('YT1234567890', '3', '已签收，签收人：本人');
    await tracking.courier.settled();
    expect(tracking.courier.lastRefusal).toBe('');
    expect((await orderOf('C-YT1234567890')).status).toBe('delivered');
    expect(hub.store.parcels.get('yto', 'YT1234567890')).toMatchObject({ orderNo, state: 'delivered', trace: [{}, {}] });
    const texts = hub.store.queries.timeline(orderNo).map(({ text }) => text.zh);
    expect(texts.filter((text) => text.includes('已揽收'))).toHaveLength(1);
  });

  test('a parcel in trouble opens a task; an unknown parcel and a wrong salt are refused, so that they come again', async () => {
    const tracking = await openKuaidi100(options());
    closers.push(() => tracking.stop());
    const callbackUrl = `${door.url}/hooks/partner/kuaidi100`;
    await openWith({ kuaidi100: { key: tracking.key, salt: 'salt-demo', callbackUrl, endpoint: `${tracking.url}/poll` } });
    await shippedBy('sf', 'SF1001');
    time.advanceBy(60_000);
    tracking.move('SF1001', '2', '收件人电话无法接通');
    await tracking.courier.settled();
    expect((await ask(hub, 'tasks.list', {})).items[0]?.title.zh).toContain('收件人电话无法接通');
    const param = JSON.stringify({ status: 'polling', lastResult: { com: 'shunfeng', nu: 'SF9', state: '3', data: [] } });
    const call = async (sign: string) =>
      hub.receive({
        channel: 'partner',
        shopId: 'kuaidi100',
        headers: {},
        body: Buffer.from(new URLSearchParams({ param, sign }).toString()),
        receivedAt: time.now(),
      });
    const { kuaidi100Sign } = await import('#main/hub/partner-doors/sign.ts');
    expect((await call(kuaidi100Sign(param, 'salt-demo'))).status).toBe(400);
    expect((await call(kuaidi100Sign(param, 'other'))).status).toBe(401);
  });

  test('Kdniao follows parcels where kuaidi100 is not configured, and issues waybills, but not for hidden receivers', async () => {
    const bird = await openKdniao(options());
    closers.push(() => bird.stop());
    const config = { businessId: bird.businessId, apiKey: bird.apiKey, endpoint: bird.endpoint };
    await openWith({ kdniao: config });
    await shippedBy('zto', 'ZT7001');
    for (const [state, station] of [
      ['2', '离开转运中心'],
      ['3', '已签收'],
    ] as const) {
      time.advanceBy(60_000);
      bird.move('ZT7001', state, station);
      await bird.courier.settled();
    }
    expect(bird.courier.lastRefusal).toBe('');
    expect((await orderOf('C-ZT7001')).status).toBe('delivered');
    const waybills = kdniao({ ...config, sender: { Name: '仓库', Mobile: '13900000000', Address: '示例路 1 号' }, timeoutMs: 1_000 });
    const receiver = {
      Name: '张晓明',
      Mobile: '13800000000',
      ProvinceName: '江苏省',
      CityName: '南京市',
      ExpAreaName: '玄武区',
      Address: '珠江路 1 号',
    };
    const order = { orderNo: 'OP1', carrier: 'sf', receiver, lines: [{ name: '杯子', quantity: 1 }] };
    const issued = await waybills.request(order);
    expect(issued.template).toContain(issued.number);
    expect(await waybills.request(order)).toEqual(issued);
    await waybills.cancel({ orderNo: 'OP1', carrier: 'sf', number: issued.number });
    expect(bird.cancelled.has(issued.number)).toBe(true);
    await expect(waybills.request({ ...order, orderNo: 'OP2', receiver: { ...receiver, Mobile: '138****0000' } })).rejects.toMatchObject({
      name: 'WaybillRefused',
      text: { zh: expect.stringContaining('平台自己的电子面单') as string },
    });
    const stranger = kdniao({ ...config, apiKey: 'wrong', sender: {}, timeoutMs: 1_000 });
    await expect(stranger.request(order)).rejects.toMatchObject({ text: { zh: expect.stringContaining('签名错误') as string } });
  });
});

describe('lookups', () => {
  const never = new AbortController().signal;
  const nothing = (): void => undefined;

  test('the customer system knows a tier or nobody; slow answers are cut off and five failures let it rest', async () => {
    const slow = scriptedFaults([
      { call: 'detail', nth: 3, fault: 'error-500' },
      { call: 'detail', nth: 4, fault: 'disconnect' },
      { call: 'detail', nth: 5, fault: 'error-500' },
      { call: 'detail', nth: 6, fault: 'error-500' },
      { call: 'detail', nth: 7, fault: 'error-500' },
    ]);
    const customers = await openCustomers(options(slow));
    closers.push(() => customers.stop());
    customers.tiers.set('buyer/1', { tier: 'gold', discountLimitPercent: 30 });
    const client = crmClient({ url: customers.url, token: customers.token });
    expect(await client.ask('buyer/1', nothing, never)).toEqual({ ok: true, value: { tier: 'gold', discountLimitPercent: 30 } });
    expect(await client.ask('nobody', nothing, never)).toEqual({ ok: true, value: null });
    for (let call = 0; call < 5; call += 1)
      expect(await client.ask('buyer/1', nothing, never)).toMatchObject({ ok: false, why: 'failed', error: { name: 'PartnerError' } });
    expect(client.state()).toBe('open');
    const calls = customers.calls;
    expect(await client.ask('buyer/1', nothing, never)).toMatchObject({ ok: false, why: 'resting' });
    expect(customers.calls).toBe(calls);
    const wrong = crmClient({ url: customers.url, token: 'not-it' });
    const refused = await wrong.ask('buyer/1', nothing, never);
    expect(refused).toMatchObject({ ok: false, why: 'failed' });
    expect(refused.ok ? '' : String(refused.error)).not.toContain('not-it');
  });

  test('the risk list sees keyed hashes only, and 300 ms are all it gets', async () => {
    const list = await openRiskList(options(scriptedFaults([{ call: 'detail', nth: 2, fault: 'slow' }])));
    closers.push(() => list.stop());
    list.listed.set('hash-of-phone', { score: 92, reasons: ['职业打假'] });
    const client = riskClient({ url: list.url, token: list.token });
    const keys = { buyer: null, phone: 'hash-of-phone', address: null, ip: null, device: null };
    expect(await client.ask(keys, nothing, never)).toEqual({ ok: true, value: { score: 92, reasons: ['职业打假'] } });
    let late: unknown;
    const cut = await client.ask(keys, (told) => (late = told), never);
    expect(cut).toMatchObject({ ok: false, why: 'timeout', error: { message: expect.stringContaining('300 ms') as string } });
    await eventually(() => late !== undefined);
    expect(late).toEqual({ value: { score: 92, reasons: ['职业打假'] } });
  });
});
