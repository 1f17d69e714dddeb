import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import type { Role } from '#shared/contract/index.ts';
import { noFaults, scriptedFaults } from '#simulators/kit/faults.ts';
import { openHttp } from '#simulators/kit/http.ts';
import type { FaultScript } from '#simulators/kit/types.ts';
import { open as openCustomers } from '#simulators/partners/crm/open.ts';
import { open as openKdniao } from '#simulators/partners/kdniao/open.ts';
import type { KdniaoSimulator } from '#simulators/partners/kdniao/open.ts';
import { open as openKuaidi100 } from '#simulators/partners/kuaidi100/open.ts';
import type { PartnerOptions } from '#simulators/partners/partner.ts';
import { open as openWarehouse } from '#simulators/partners/wms/open.ts';
import { ask, deliver, memoryHub, orderData, SHOP, testConfig } from '#test/support/hub.ts';

const START = Date.parse('2025-06-18T02:00:00Z');
const closers: (() => Promise<unknown>)[] = [];
let time: ManualTime;
let hub: LocalHub;

beforeEach(async () => {
  time = new ManualTime(START);
  hub = await memoryHub(testConfig({ partners: {} }), { clock: time, timers: time, chance: () => 0.5 });
  closers.push(() => hub.close());
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function opened<P extends { stop(): Promise<void> }>(
  open: (options: PartnerOptions) => Promise<P>,
  faults: FaultScript = noFaults(),
): Promise<P> {
  const after = (delayMs: number, task: () => void) => time.after(delayMs, task);
  const partner = open({ now: () => time.now(), after, chance: () => 0.5, faults, hub: null });
  closers.push(async () => (await partner).stop());
  return partner;
}
async function deliverAll(): Promise<void> {
  hub.hub.outbox.run();
  await hub.hub.outbox.settled();
}
async function placed(id: string) {
  expect((await deliver(hub, 'order.paid', orderData(id, time.now(), { status: 'awaiting_shipment' }), time.now())).status).toBe(200);
  return ask(hub, 'orders.get', { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: id });
}
const requestAs = (role: Role, method: string, params: object) => hub.request(method, params, { operator: 'lin', role, locale: 'zh' });
const refusal = async (method: string, params: object, role: Role = 'admin'): Promise<string> => {
  const answer = await requestAs(role, method, params);
  return answer.ok ? '' : answer.error.message;
};

describe('partners connected on screen', () => {
  test('a warehouse is told of orders from the moment it is connected, and of none while it is switched off', async () => {
    const wms = await opened(openWarehouse);
    const { secret, addresses } = wms;
    await placed('B1');
    const state = await ask(hub, 'partners.connect', { id: 'wms', values: { secret, ...addresses } });
    expect(state).toMatchObject({ source: 'screen', on: true, state: 'unused', webhookPath: '/hooks/partner/wms' });
    await placed('B2');
    await deliverAll();
    expect(wms.taken.map(({ type, data }) => [type, data['channelOrderId']])).toEqual([['wms.ship', 'B2']]);
    const [working] = (await ask(hub, 'partners.list', {})).items;
    expect(working).toMatchObject({ state: 'working', failures: 0, lastCallAt: START });
    expect(working?.lastMs).toBeGreaterThanOrEqual(0);
    expect(hub.hub.warehouseStock).not.toBeNull();

    await ask(hub, 'partners.switch', { id: 'wms', on: false });
    await placed('B3');
    await deliverAll();
    expect(wms.taken).toHaveLength(1);
    expect(hub.hub.warehouseStock).toBeNull();
    expect((await ask(hub, 'partners.list', {})).items[0]).toMatchObject({ state: 'off', on: false, webhookPath: null });
  });

  test('what is typed is tried without being kept, and its error is explained', async () => {
    const crm = await opened(openCustomers);
    const right = { url: crm.url, token: crm.token };
    expect(await ask(hub, 'partners.test', { id: 'crm', values: { ...right, token: 'wrong' } })).toMatchObject({
      ok: false,
      text: { zh: '对方返回 HTTP 401：密钥或令牌不对，请核对后重填' },
    });
    expect(await ask(hub, 'partners.test', { id: 'crm', values: right })).toMatchObject({ ok: true });
    expect(await ask(hub, 'partners.test', { id: 'crm', values: { ...right, url: 'http://127.0.0.1:1' } })).toMatchObject({
      text: { zh: '无法连通（ECONNREFUSED）：该地址没有程序在监听，请核对主机与端口' },
    });
    const { items } = await ask(hub, 'partners.list', {});
    expect(items.find(({ id }) => id === 'crm')).toMatchObject({ source: null, state: 'off', failures: 0, lastCallAt: null });
  });

  test('a wrong key of the carriers is told apart from a wrong parcel, and nothing is subscribed', async () => {
    const [hundred, bird] = [await opened(openKuaidi100), await opened(openKdniao)];
    const tracking = { callbackUrl: 'https://hub.example/hooks/partner/kuaidi100', endpoint: `${hundred.url}/poll` };
    expect(await ask(hub, 'partners.test', { id: 'kuaidi100', values: { ...tracking, key: 'wrong' } })).toMatchObject({
      ok: false,
      text: { zh: '对方的原话：600 授权码错误' },
    });
    expect(await ask(hub, 'partners.test', { id: 'kuaidi100', values: { ...tracking, key: hundred.key } })).toMatchObject({ ok: true });
    expect(hundred.subscriptions.size).toBe(0);
    const values = { businessId: bird.businessId, endpoint: bird.endpoint };
    const wrong = await ask(hub, 'partners.test', { id: 'kdniao', values: { ...values, apiKey: 'wrong' } });
    expect([wrong.ok, wrong.text.zh]).toEqual([false, expect.stringContaining('快递鸟不认可用户 ID 或 API Key')]);
    expect(await ask(hub, 'partners.test', { id: 'kdniao', values: { ...values, apiKey: bird.apiKey } })).toMatchObject({ ok: true });
  });

  test('a service that repeats its key in a refusal does not have it shown', async () => {
    const key = 'kuaidi100-secret-key';
    const place = await openHttp(async () => ({
      status: 200,
      body: JSON.stringify({ result: false, returnCode: '600', message: `key ${key}` }),
    }));
    closers.push(() => place.close());
    const values = { key, callbackUrl: 'https://hub.example/hooks/partner/kuaidi100', endpoint: place.url };
    const { text } = await ask(hub, 'partners.test', { id: 'kuaidi100', values });
    expect(text.zh).toBe('对方的原话：600 key ***');
  });

  test('secrets never come out again, stay where they are left blank, and are gone once it is removed', async () => {
    const crm = await opened(openCustomers);
    await ask(hub, 'partners.connect', { id: 'crm', values: { url: crm.url, token: crm.token } });
    const kept = await ask(hub, 'partners.connection', { id: 'crm' });
    expect(kept).toEqual({ id: 'crm', source: 'screen', on: true, values: { url: crm.url }, filled: ['token'] });
    await ask(hub, 'partners.connect', { id: 'crm', values: { url: `${crm.url}/`, token: '' } });
    expect(await ask(hub, 'partners.test', { id: 'crm' })).toMatchObject({ ok: true });
    const row = hub.store.partnerConnections.all()[0];
    expect(Buffer.from(row?.sealed ?? []).includes(crm.token)).toBe(false);
    const audit = JSON.stringify((await ask(hub, 'audit.list', {})).items);
    expect(audit).toContain('partner.connected');
    expect(audit).not.toContain(crm.token);
    await ask(hub, 'partners.remove', { id: 'crm' });
    expect(hub.store.partnerConnections.all()).toEqual([]);
    expect(await ask(hub, 'partners.connection', { id: 'crm' })).toMatchObject({ source: null, filled: [] });
  });

  test('a kept secret goes to no other host than the one it was entered for', async () => {
    const [crm, elsewhere] = [await opened(openCustomers), await opened(openCustomers)];
    await ask(hub, 'partners.connect', { id: 'crm', values: { url: crm.url, token: crm.token } });
    for (const method of ['partners.test', 'partners.connect']) {
      const said = await refusal(method, { id: 'crm', values: { url: elsewhere.url } });
      expect(said).toContain(`地址换到了 ${new URL(elsewhere.url).host}`);
      expect(said).toContain('请重新填写 访问令牌');
    }
    expect(await ask(hub, 'partners.connection', { id: 'crm' })).toMatchObject({ values: { url: crm.url } });
    await ask(hub, 'partners.connect', { id: 'crm', values: { url: elsewhere.url, token: elsewhere.token } });
    expect(await ask(hub, 'partners.test', { id: 'crm' })).toMatchObject({ ok: true });
    // An address beside those that are known is another host as well; emptying one is none.
    const addresses = { url: 'https://wms.example/a', snapshot: 'https://wms.example/b' };
    const secret = `whsec_${Buffer.from('an invented secret of 32 bytes..').toString('base64')}`;
    await ask(hub, 'partners.connect', { id: 'wms', values: { ...addresses, secret } });
    expect(await refusal('partners.connect', { id: 'wms', values: { ...addresses, feed: 'wss://other.example/feed' } })).toContain(
      '签名密钥',
    );
    await ask(hub, 'partners.connect', { id: 'wms', values: { ...addresses, snapshot: '', feed: 'wss://wms.example/feed' } });
    for (const id of ['wms', 'crm']) await ask(hub, 'partners.remove', { id: id as 'wms' });
  });

  test('nor does one of a shop', async () => {
    const shop = { channel: 'woocommerce', shopId: 'moved', name: 'moved', options: {}, push: false, poll: true } as const;
    const fields = { url: 'https://store.example', consumer_key: 'ck_1', consumer_secret: 'cs_1' };
    await ask(hub, 'shops.connect', { ...shop, fields, endpoint: null });
    for (const method of ['shops.test', 'shops.connect']) {
      expect(await refusal(method, { ...shop, fields: { url: 'https://other.example' }, endpoint: null })).toContain('Consumer secret');
      expect(await refusal(method, { ...shop, fields: {}, endpoint: 'https://other.example' })).toContain('other.example');
    }
    const renamed = { ...shop, name: 'renamed', fields: {}, endpoint: null };
    expect(await ask(hub, 'shops.connect', renamed)).toMatchObject({ shopId: 'moved' });
    await ask(hub, 'shops.connect', { ...shop, fields: { ...fields, url: 'https://other.example' }, endpoint: null });
    await ask(hub, 'shops.remove', { channel: 'woocommerce', shopId: 'moved' });
  });

  test('what is missing, misshapen, readable on its way, or not an administrator’s, is refused in words', async () => {
    expect(await refusal('partners.connect', { id: 'wms', values: { url: 'https://wms.example' } })).toBe('还需填写：签名密钥');
    expect(await refusal('partners.connect', { id: 'wms', values: { url: 'wms', secret: 'whsec_AAAA' } })).toBe('格式不对：指令地址');
    expect(await refusal('partners.connect', { id: 'robots', values: {} })).toBe('群机器人的地址至少填一个');
    expect(await refusal('partners.connect', { id: 'crm', values: { url: 'http://crm.example', token: 't' } })).toContain('https://');
    const hidden = { url: 'https://hub:hidden-in-address@crm.example', token: 't' };
    for (const method of ['partners.connect', 'partners.test']) {
      expect(await refusal(method, { id: 'crm', values: hidden })).toContain('地址里不能写用户名和密码');
    }
    const shop = { channel: 'woocommerce', shopId: 'w', name: 'w', fields: {}, options: {}, push: false, poll: true };
    expect(await refusal('shops.connect', { ...shop, endpoint: hidden.url })).toContain('地址里不能写用户名和密码');
    expect(JSON.stringify((await ask(hub, 'audit.list', {})).items)).not.toContain('hidden-in-address');
    expect(await refusal('partners.switch', { id: 'crm', on: true })).toBe('这个合作方还没有接入');
    expect(await refusal('partners.connect', { id: 'crm', values: {} }, 'supervisor')).toContain('您的角色不能进行此操作');
  });
});

describe('electronic waybills', () => {
  let bird: KdniaoSimulator;
  async function withBird(faults?: FaultScript): Promise<void> {
    bird = await opened(openKdniao, faults);
    const sender = {
      Name: '苏州仓',
      Mobile: '13900000000',
      ProvinceName: '江苏省',
      CityName: '苏州市',
      ExpAreaName: '吴中区',
      Address: '示例路 1 号',
    };
    const values = { businessId: bird.businessId, apiKey: bird.apiKey, endpoint: bird.endpoint, ...sender };
    await ask(hub, 'partners.connect', { id: 'kdniao', values });
  }

  test('is requested once, stays with the order, is given back, and another can be had', async () => {
    await withBird();
    const { orderNo, version } = await placed('E1');
    expect((await ask(hub, 'orders.waybill', { orderNo })).carriers).toContain('zto');
    const waybill = await ask(hub, 'orders.requestWaybill', { orderNo, version, carrier: 'zto' });
    expect(waybill).toMatchObject({ carrier: 'zto', number: bird.waybills.get(orderNo) });
    expect((await ask(hub, 'orders.waybill', { orderNo })).waybill).toEqual(waybill);
    expect(await refusal('orders.requestWaybill', { orderNo, version, carrier: 'sf' }, 'warehouse')).toContain('已有面单');
    await ask(hub, 'orders.cancelWaybill', { orderNo });
    expect([...bird.cancelled]).toEqual([waybill.number]);
    bird.waybills.delete(orderNo);
    const other = await ask(hub, 'orders.requestWaybill', { orderNo, version, carrier: 'sf' });
    expect(other.number).not.toBe(waybill.number);
    const { items } = await ask(hub, 'orders.timeline', { orderNo });
    expect(items.map(({ text }) => text.zh)).toEqual(
      expect.arrayContaining([`取得中通快递电子面单 ${waybill.number}`, `取消电子面单 ${waybill.number}`]),
    );
    await ask(hub, 'orders.ship', { orderNo, version, trackingNumber: other.number, carrier: 'sf' });
    expect(await refusal('orders.cancelWaybill', { orderNo })).toContain('已发货');
  });

  test('an order that is held or changed, a role that may only look, or no service: refused, and nobody is asked', async () => {
    const { orderNo, version } = await placed('E2');
    expect(await refusal('orders.requestWaybill', { orderNo, version, carrier: 'zto' })).toContain('没有接入电子面单服务');
    await withBird();
    expect(await refusal('orders.requestWaybill', { orderNo, version: version + 1, carrier: 'zto' })).toContain('订单已有更新');
    expect(await refusal('orders.requestWaybill', { orderNo, version, carrier: 'zto' }, 'viewer')).toContain('您的角色不能进行此操作');
    expect(await refusal('orders.requestWaybill', { orderNo, version, carrier: 'other' })).toContain('请先选择快递公司');
    await ask(hub, 'holds.freeze', { orderNo, version, reason: '地址存疑' });
    const frozen = await ask(hub, 'orders.get', { orderNo });
    expect(await refusal('orders.requestWaybill', { orderNo, version: frozen.version, carrier: 'zto' })).toContain('未被拦截');
    expect(bird.waybills.size).toBe(0);
  });

  test('trouble of the carrier is told in words, shows on its state, and the next try goes through', async () => {
    await withBird(scriptedFaults([{ call: 'write', nth: 1, fault: 'error-500' }]));
    const { orderNo, version } = await placed('E3');
    expect(await refusal('orders.requestWaybill', { orderNo, version, carrier: 'zto' })).toMatch(/^对方返回 HTTP 5\d\d：对方系统出错/);
    const failing = (await ask(hub, 'partners.list', {})).items.find(({ id }) => id === 'kdniao');
    expect(failing).toMatchObject({ state: 'failing', failures: 1 });
    await ask(hub, 'orders.requestWaybill', { orderNo, version, carrier: 'zto' });
    expect(bird.waybills.size).toBe(1);
  });
});
