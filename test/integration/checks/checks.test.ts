import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { scriptedFaults } from '#simulators/kit/faults.ts';
import { openHttp } from '#simulators/kit/http.ts';
import { keyedHash } from '#main/hub/facts-reader.ts';
import { ask, orderData } from '#test/support/hub.ts';
import { eventually, World } from './world.ts';

let world: World;
afterEach(async () => {
  vi.useRealTimers();
  await world.close();
});

describe('every source answers', () => {
  test('the order waits for them, ships with their answers, and keeps them', async () => {
    world = await World.open({ crm: scriptedFaults([{ call: 'detail', fault: 'slow' }]) });
    await world.connect();
    world.customers.tiers.set('buyer-A1', { tier: 'gold', discountLimitPercent: 30 });
    const placed = await world.place('A1');
    expect(placed.status).toBe('paid');
    expect(placed.checks?.map(({ state }) => state)).toEqual(['asked', 'asked', 'asked']);
    expect(placed.executable.find(({ id }) => id === 'checks')?.passed).toBe(false);
    expect(await world.told(placed.orderNo)).toEqual([]);
    const order = await world.answered('A1');
    expect(order.status).toBe('awaiting_shipment');
    expect(order.checks?.map(({ source, state, value }) => [source, state, value])).toEqual([
      ['crm', 'answered', 30],
      ['wms', 'answered', 0],
      ['risk-list', 'answered', 0],
    ]);
    expect(world.check(order, 'crm').words?.zh).toBe('等级 gold，允许优惠 30%');
    expect(world.check(order, 'crm').ms).toBeGreaterThanOrEqual(0);
    expect(await world.told(order.orderNo)).toEqual(['wms.ship']);
    const { items } = await ask(world.hub, 'orders.timeline', { orderNo: order.orderNo });
    expect(items.filter(({ kind }) => kind === 'check').length).toBeGreaterThanOrEqual(3);
    const { results, rederived } = await ask(world.hub, 'orders.explain', { orderNo: order.orderNo });
    expect(rederived).toBe(true);
    expect(results.find(({ ruleId }) => ruleId === 'tier-discount')?.result).toBe('no-hit');
    const metrics = (await world.hub.health()).metrics;
    for (const source of ['crm', 'wms', 'risk-list'])
      expect(metrics).toMatch(new RegExp(`orderpulse_checks_total.source="${source}",outcome="(answered|late)". 1`));
  });

  test('what each of them finds stops the order: a discount beyond the tier, pieces that are not there, a listed phone', async () => {
    world = await World.open();
    const hub = await world.connect();
    world.customers.tiers.set('buyer-B1', { tier: 'basic', discountLimitPercent: 10 });
    await world.place('B1', { discountMinor: 2_000, paidMinor: 2_000 });
    await world.answered('B1');
    world.warehouse.setStock({ sku: 'CUP', warehouse: 'suzhou', spot: 1 });
    const reasons = async (id: string) => (await world.order(id)).hold?.reasons.map(({ ruleId }) => ruleId);
    expect(await reasons('B1')).toContain('tier-discount');
    await world.place('B2');
    await world.answered('B2');
    expect(await reasons('B2')).toEqual(['wms-stock-short']);
    world.warehouse.setStock({ sku: 'CUP', warehouse: 'suzhou', spot: 1_000 });
    const key = hub.store.setting('workspace.key', () => '');
    world.risks.listed.set(keyedHash(key)('phone:13900001111'), { score: 91, reasons: ['职业打假'] });
    const receiver = { ...(orderData('B3', 0)['receiver'] as Record<string, unknown>), phone: '13900001111' };
    await world.place('B3', { receiver });
    await world.answered('B3');
    expect(await world.order('B3')).toMatchObject({ hold: { kind: 'frozen', reasons: [{ ruleId: 'risk-service' }] } });
    expect(world.check(await world.order('B3'), 'risk-list').words?.zh).toContain('职业打假');
    // Nothing plain was asked, and nothing went out.
    expect(world.risks.refusals).toEqual({});
    for (const id of ['B1', 'B2', 'B3']) expect(await world.told((await world.order(id)).orderNo)).not.toContain('wms.ship');
  });

  test('a changed discount asks the customer system again; spot and presale are asked for apart', async () => {
    world = await World.open();
    await world.connect(['crm', 'wms']);
    await world.place('C1');
    await world.answered('C1');
    const [customers, warehouse] = [world.customers.calls, world.warehouse.calls];
    await world.change('C1', { discountMinor: 500, paidMinor: 3_500 });
    await world.answered('C1');
    expect([world.customers.calls, world.warehouse.calls]).toEqual([customers + 1, warehouse]);
    await world.change('C1', {
      discountMinor: 500,
      paidMinor: 3_500,
      lines: [{ sku: 'CUP', name: '杯子', quantity: 1, unitPriceMinor: 4_000 }],
    });
    await world.answered('C1');
    expect([world.customers.calls, world.warehouse.calls]).toEqual([customers + 1, warehouse + 1]);
    expect((await world.order('C1')).status).toBe('awaiting_shipment');
  });

  test('with nobody connected nothing is asked, kept or waited for', async () => {
    world = await World.open();
    await world.connect([]);
    const order = await world.place('D1');
    expect(order).not.toHaveProperty('checks');
    expect(order.status).toBe('awaiting_shipment');
    expect(await ask(world.hub, 'checks.state', {})).toMatchObject({
      waiting: 0,
      sources: [{ connected: false }, { connected: false }, { connected: false }],
    });
  });
});

describe('a slow source', () => {
  test('is cut off; its late good answer takes the mark away, its late bad one calls the parcel back', async () => {
    world = await World.open({ crm: scriptedFaults([{ call: 'detail', fault: 'slow' }]) });
    world.customers.slowMs = 1_000;
    await world.connect(['crm']);
    world.customers.tiers.set('buyer-E1', { tier: 'gold', discountLimitPercent: 60 });
    world.customers.tiers.set('buyer-E2', { tier: 'basic', discountLimitPercent: 5 });
    const discount = { discountMinor: 2_000, paidMinor: 2_000 };
    await world.place('E1', discount);
    await world.place('E2', discount);
    await world.settled();
    for (const id of ['E1', 'E2']) {
      const cut = await world.order(id);
      expect(world.check(cut, 'crm')).toMatchObject({ state: 'unavailable', words: { zh: '对方 800 毫秒内没有应答' } });
      expect(cut.tags).toContain('unchecked-crm');
      expect(await world.told(cut.orderNo)).toEqual(['wms.ship']);
    }
    await eventually(async () => world.check(await world.order('E1'), 'crm').late && world.check(await world.order('E2'), 'crm').late);
    const [good, bad] = [await world.order('E1'), await world.order('E2')];
    expect(good).toMatchObject({ hold: null, tags: expect.not.arrayContaining(['unchecked-crm']) as string[] });
    expect(bad.hold?.reasons.map(({ ruleId }) => ruleId)).toEqual(['tier-discount']);
    expect(await world.told(bad.orderNo)).toEqual(['wms.ship', 'wms.recall']);
    expect(await world.source('crm')).toMatchObject({ timeouts: 2, late: 2, answers: 0 });
  });

  test('of the risk list holds the order, and its late good answer releases it', async () => {
    world = await World.open({ 'risk-list': scriptedFaults([{ call: 'detail', nth: 1, fault: 'slow' }]) });
    world.risks.slowMs = 700;
    await world.connect(['risk-list']);
    await world.place('F1');
    await world.settled();
    const held = await world.order('F1');
    expect(held.hold).toMatchObject({ kind: 'held', role: 'risk', reasons: [{ ruleId: 'check:risk-list' }] });
    expect(held.hold?.reasons[0]?.sentence.zh).toContain('300 毫秒');
    await eventually(async () => (await world.order('F1')).hold === null);
    expect(await world.told(held.orderNo)).toEqual(['wms.ship']);
  });
});

describe('what is no answer', () => {
  test.each(['garbage', 'cut-body', 'error-500', 'disconnect'] as const)('%s counts as unavailable and says so', async (fault) => {
    world = await World.open({ crm: scriptedFaults([{ call: 'detail', fault }]) });
    await world.connect(['crm']);
    world.customers.tiers.set('buyer-G1', { tier: 'gold', discountLimitPercent: 60 });
    await world.place('G1');
    await world.settled();
    const check = world.check(await world.order('G1'), 'crm');
    expect(check.state).toBe('unavailable');
    expect(check.value).toBeNull();
    expect(check.words?.zh).toMatch(fault === 'error-500' ? /HTTP 503/ : fault === 'disconnect' ? /无法连通/ : /无法读懂/);
    const { items } = await ask(world.hub, 'orders.timeline', { orderNo: (await world.order('G1')).orderNo });
    expect(items.some(({ kind, text }) => kind === 'check' && text.zh.includes('未能核验'))).toBe(true);
  });

  test.each([{ score: 'high' }, { score: 250 }, {}, { scores: [] }, { score: -1 }])(
    'a risk list that answers %j is unreadable',
    async (body) => {
      world = await World.open();
      const place = await openHttp(async () => ({ status: 200, body: JSON.stringify(body) }));
      try {
        await world.connect([], { partners: { riskList: { url: place.url, token: 't' } } });
        await world.place('H1');
        await world.settled();
        expect(world.check(await world.order('H1'), 'risk-list')).toMatchObject({
          state: 'unavailable',
          words: { zh: expect.stringContaining('不符合约定') as string },
        });
        expect((await world.order('H1')).hold?.reasons[0]?.ruleId).toBe('check:risk-list');
      } finally {
        await place.close();
      }
    },
  );
});

describe('the breaker', () => {
  test('opens after five failures, lets one try after its rest, closes again, and the orders it could not check are asked about', async () => {
    const faults = scriptedFaults([{ call: 'detail', fault: 'error-500' }]);
    world = await World.open({ 'risk-list': faults });
    await world.connect(['risk-list']);
    for (let order = 1; order <= 5; order += 1) {
      await world.place(`I${order}`);
      await world.settled();
    }
    const opened = await world.source('risk-list');
    expect(opened).toMatchObject({ breaker: 'open', unanswered: 5, answers: 0 });
    // On a busy machine even a refusal may come after the cut-off.
    expect(opened.unavailable + opened.timeouts).toBe(5);
    const calls = world.risks.calls;
    await world.place('I6');
    await world.settled();
    expect(world.risks.calls).toBe(calls);
    expect(world.check(await world.order('I6'), 'risk-list').words?.zh).toContain('暂停询问');
    expect((await world.order('I6')).hold?.reasons[0]?.ruleId).toBe('check:risk-list');
    faults.calm();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16_000 });
    world.hub.hub.checks.tick();
    await eventually(async () => (await world.source('risk-list')).unanswered === 0);
    expect(await world.source('risk-list')).toMatchObject({ breaker: 'closed', unanswered: 0 });
    for (let order = 1; order <= 6; order += 1)
      expect(await world.order(`I${order}`)).toMatchObject({ hold: null, status: 'awaiting_shipment' });
  });

  test('a try that fails leaves it open', async () => {
    world = await World.open({ crm: scriptedFaults([{ call: 'detail', fault: 'error-500' }]) });
    await world.connect(['crm']);
    for (let order = 1; order <= 5; order += 1) await world.place(`J${order}`);
    await world.settled();
    expect((await world.source('crm')).breaker).toBe('open');
    const calls = world.customers.calls;
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16_000 });
    world.hub.hub.checks.tick();
    await eventually(() => world.customers.calls > calls);
    await eventually(async () => (await world.source('crm')).breaker === 'open');
    world.hub.hub.checks.tick();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(world.customers.calls).toBe(calls + 1);
  });
});

describe('policies', () => {
  test('the screen changes one, orders that wait are judged again, and the audit log names who did it', async () => {
    world = await World.open({ 'risk-list': scriptedFaults([{ call: 'detail', fault: 'error-500' }]) });
    await world.connect(['risk-list']);
    await world.place('K1');
    await world.settled();
    expect((await world.order('K1')).hold).not.toBeNull();
    await ask(world.hub, 'checks.setPolicy', { source: 'risk-list', policy: 'pass-and-mark' });
    await eventually(async () => (await world.order('K1')).hold === null);
    expect((await world.order('K1')).tags).toContain('unchecked-risk-list');
    expect(await world.told((await world.order('K1')).orderNo)).toEqual(['wms.ship']);
    const { items } = await ask(world.hub, 'audit.list', {});
    expect(items.find(({ action }) => action === 'checks.policy')).toMatchObject({ actor: 'admin', subject: 'risk-list' });
    expect(await world.source('risk-list')).toMatchObject({ policy: 'pass-and-mark', policyFrom: 'screen' });
  });

  test('the configuration file wins over the screen', async () => {
    world = await World.open({ crm: scriptedFaults([{ call: 'detail', fault: 'garbage' }]) });
    await world.connect(['crm'], { settings: { 'checks.crm': 'hold' } });
    world.customers.tiers.set('buyer-L1', { tier: 'gold', discountLimitPercent: 60 });
    await world.place('L1');
    await world.settled();
    expect((await world.order('L1')).hold).toMatchObject({ role: 'operations', reasons: [{ ruleId: 'check:crm' }] });
    await expect(ask(world.hub, 'checks.setPolicy', { source: 'crm', policy: 'pass-and-mark' })).rejects.toThrow('bad_request');
  });

  test('a person releases what a source could not check, and the same silence does not hold it again', async () => {
    world = await World.open({ 'risk-list': scriptedFaults([{ call: 'detail', fault: 'error-500' }]) });
    await world.connect(['risk-list']);
    await world.place('M1');
    await world.settled();
    const { orderNo, version } = await world.order('M1');
    await ask(world.hub, 'holds.release', { orderNo, version, reason: '电话确认' });
    await world.change('M1', { sellerMemo: '加急' });
    await world.settled();
    expect((await world.order('M1')).hold).toBeNull();
    expect(await world.told(orderNo)).toEqual(['wms.ship']);
  });
});

describe('the cut-off of 1.5 s', () => {
  test('holds under load: what had no turn is decided, and found out in the background', async () => {
    world = await World.open({ crm: scriptedFaults([{ call: 'detail', fault: 'slow' }]) });
    world.customers.slowMs = 600;
    await world.connect(['crm'], { settings: { checksParallel: 2 } });
    const ids = Array.from({ length: 12 }, (_, index) => `N${index}`);
    for (const id of ids) world.customers.tiers.set(`buyer-${id}`, { tier: 'gold', discountLimitPercent: 60 });
    await Promise.all(ids.map((id) => world.place(id)));
    expect((await ask(world.hub, 'checks.state', {})).waiting).toBe(12);
    await world.settled();
    const checks = await Promise.all(ids.map(async (id) => world.check(await world.order(id), 'crm')));
    // Two at once, 600 ms each: after 1.5 s four can have been answered; most had no turn.
    expect(checks.map(({ state }) => state)).not.toContain('asked');
    const words = checks.filter(({ state }) => state === 'unavailable').map(({ words: said }) => said?.zh);
    expect(words.length).toBeGreaterThanOrEqual(8);
    expect(words).toContain('排队超时，未轮到询问');
    expect((await ask(world.hub, 'checks.state', {})).waiting).toBe(0);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 16_000 });
    world.hub.hub.checks.tick();
    for (const id of ids) expect(world.check(await world.answered(id), 'crm').value).toBe(60);
    expect(await world.source('crm')).toMatchObject({ unanswered: 0 });
  });
});

describe('a crash', () => {
  test('between asking and answering loses nothing: the next run asks again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'orderpulse-checks-'));
    const databasePath = join(directory, 'orderpulse.db');
    world = await World.open({ crm: scriptedFaults([{ call: 'detail', nth: 1, fault: 'slow' }]) });
    try {
      await world.connect(['crm'], {}, { databasePath });
      world.customers.tiers.set('buyer-O1', { tier: 'gold', discountLimitPercent: 60 });
      const placed = await world.place('O1');
      expect(world.check(placed, 'crm').state).toBe('asked');
      // The hub dies with its question open: what it asked never comes to it.
      await world.hub.close();
      await world.connect(['crm'], {}, { databasePath });
      expect((await ask(world.hub, 'checks.state', {})).waiting).toBe(1);
      const order = await world.answered('O1');
      expect(world.check(order, 'crm')).toMatchObject({ state: 'answered', value: 60 });
      expect(await world.told(order.orderNo)).toEqual(['wms.ship']);
    } finally {
      await world.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('and a source that was taken away meanwhile is waited for no longer', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'orderpulse-checks-'));
    const databasePath = join(directory, 'orderpulse.db');
    world = await World.open({ 'risk-list': scriptedFaults([{ call: 'detail', fault: 'error-500' }]) });
    try {
      await world.connect(['risk-list'], {}, { databasePath });
      const { orderNo } = await world.place('P1');
      await world.settled();
      expect((await world.order('P1')).hold).not.toBeNull();
      await world.hub.close();
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20_000 });
      await world.connect([], {}, { databasePath });
      vi.setSystemTime(Date.now() + 20_000);
      world.hub.hub.checks.tick();
      await eventually(async () => (await world.order('P1')).hold === null);
      expect(await world.told(orderNo)).toEqual(['wms.ship']);
      expect(world.check(await world.order('P1'), 'risk-list').state).toBe('skipped');
    } finally {
      await world.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
