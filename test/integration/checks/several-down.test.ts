import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { scriptedFaults } from '#simulators/kit/faults.ts';
import { openHttp } from '#simulators/kit/http.ts';
import type { HttpPlace } from '#simulators/kit/http.ts';
import { crmClient } from '#main/partners/lookups.ts';
import { eventually, World } from './world.ts';

let world: World | null = null;
let place: HttpPlace | null = null;
let folder: string | null = null;
afterEach(async () => {
  vi.useRealTimers();
  await world?.close();
  await place?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
  [world, place, folder] = [null, null, null];
});
/** The waits of breakers and questions pass. */
function later(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
}
const broken = () => scriptedFaults([{ call: 'detail', fault: 'error-500' }]);

describe('two sources down together', () => {
  test('each by its own policy; the order goes on only when the one that holds is back, and is called back for what the other finds', async () => {
    const [crm, risk] = [broken(), broken()];
    const both = (world = await World.open({ crm, 'risk-list': risk }));
    await both.connect();
    const discount = { discountMinor: 2_000, paidMinor: 2_000 };
    both.customers.tiers.set('buyer-A1', { tier: 'gold', discountLimitPercent: 60 });
    both.customers.tiers.set('buyer-A2', { tier: 'basic', discountLimitPercent: 5 });
    const ids = ['A1', 'A2', 'A3', 'A4', 'A5'];
    for (const id of ids) await both.place(id, discount);
    await both.settled();
    // On a busy machine the one that works may answer late.
    await eventually(async () => (await both.source('wms')).unanswered === 0);
    for (const id of ids) {
      const order = await both.order(id);
      expect(order.checks?.map(({ state }) => state)).toEqual(['unavailable', 'answered', 'unavailable']);
      expect(order.hold?.reasons.map(({ ruleId }) => ruleId)).toEqual(['check:risk-list']);
      expect(order.tags).toEqual(expect.arrayContaining(['unchecked-crm', 'unchecked-risk-list']));
      expect(await both.told(order.orderNo)).toEqual([]);
    }
    for (const source of ['crm', 'risk-list'] as const) expect(await both.source(source)).toMatchObject({ breaker: 'open', unanswered: 5 });
    expect(await both.source('wms')).toMatchObject({ breaker: 'closed', unanswered: 0 });

    risk.calm();
    later(20_000);
    both.hub.hub.checks.tick();
    await eventually(async () => (await both.source('risk-list')).unanswered === 0);
    for (const id of ids) {
      const order = await both.order(id);
      expect(order).toMatchObject({ hold: null, status: 'awaiting_shipment', tags: expect.arrayContaining(['unchecked-crm']) as string[] });
      expect(await both.told(order.orderNo)).toEqual(['wms.ship']);
    }

    crm.calm();
    later(20_000);
    both.hub.hub.checks.tick();
    await eventually(async () => (await both.source('crm')).unanswered === 0);
    expect(await both.order('A1')).toMatchObject({ hold: null, tags: expect.not.arrayContaining(['unchecked-crm']) as string[] });
    const bad = await both.order('A2');
    expect(bad.hold?.reasons.map(({ ruleId }) => ruleId)).toEqual(['tier-discount']);
    expect(await both.told(bad.orderNo)).toEqual(['wms.ship', 'wms.recall']);
    expect(await both.told((await both.order('A1')).orderNo)).toEqual(['wms.ship']);
  });

  test('all three down: nothing is lost, nothing ships, and a restart goes on asking', async () => {
    folder = mkdtempSync(join(tmpdir(), 'orderpulse-down-'));
    const databasePath = join(folder, 'orderpulse.db');
    const [crm, wms, risk] = [broken(), broken(), broken()];
    const all = (world = await World.open({ crm, wms, 'risk-list': risk }));
    const settings = { 'checks.crm': 'hold', 'checks.wms': 'hold' } as const;
    await all.connect(undefined, { settings }, { databasePath });
    all.customers.tiers.set('buyer-B1', { tier: 'gold', discountLimitPercent: 60 });
    for (let order = 1; order <= 6; order += 1) await all.place(`B${order}`);
    await all.settled();
    const held = await all.order('B1');
    expect(held.hold?.reasons.map(({ ruleId }) => ruleId).sort()).toEqual(['check:crm', 'check:risk-list', 'check:wms']);
    for (const source of ['crm', 'wms', 'risk-list'] as const)
      expect(await all.source(source)).toMatchObject({ breaker: 'open', unanswered: 6 });

    // The breakers are forgotten, the questions are not.
    await all.hub.close();
    await all.connect(undefined, { settings }, { databasePath });
    for (const source of ['crm', 'wms', 'risk-list'] as const)
      expect(await all.source(source)).toMatchObject({ breaker: 'closed', unanswered: 6 });
    crm.calm();
    wms.calm();
    later(20_000);
    all.hub.hub.checks.tick();
    await eventually(async () => (await all.source('wms')).unanswered === 0 && (await all.source('crm')).unanswered === 0);
    // Two of three are no answer of the third.
    expect((await all.order('B1')).hold?.reasons.map(({ ruleId }) => ruleId)).toEqual(['check:risk-list']);
    expect(await all.told(held.orderNo)).toEqual([]);
    risk.calm();
    later(3_600_000);
    all.hub.hub.checks.tick();
    await eventually(async () => (await all.source('risk-list')).unanswered === 0);
    for (let order = 1; order <= 6; order += 1) {
      const { hold, status, orderNo, tags } = await all.order(`B${order}`);
      expect({ hold, status }).toEqual({ hold: null, status: 'awaiting_shipment' });
      expect(tags.some((tag) => tag.startsWith('unchecked-'))).toBe(false);
      expect(await all.told(orderNo)).toEqual(['wms.ship']);
    }
  });
});

describe('a breaker that is half open', () => {
  const never = new AbortController().signal;

  test('lets one question through at a time; while it fails nobody else is asked', async () => {
    let calls = 0;
    let answer: (status: number) => void = () => undefined;
    place = await openHttp(async () => {
      calls += 1;
      const status = calls <= 5 ? 500 : await new Promise<number>((resolve) => (answer = resolve));
      return { status, body: '{"tier":"gold","discountLimitPercent":10}' };
    });
    const link = crmClient({ url: place.url, token: 'token' });
    const askOnce = () => link.ask('buyer', () => undefined, never);
    for (let failed = 0; failed < 5; failed += 1) expect(await askOnce()).toMatchObject({ ok: false, why: 'failed' });
    expect(link.state()).toBe('open');
    expect(await askOnce()).toMatchObject({ ok: false, why: 'resting' });
    expect(calls).toBe(5);

    later(16_000);
    const tried = Array.from({ length: 8 }, askOnce);
    await eventually(() => calls === 6);
    expect(link.state()).toBe('half-open');
    answer(500);
    expect((await Promise.all(tried)).map((reply) => reply.ok || reply.why).sort()).toEqual([
      'failed',
      ...Array.from({ length: 7 }, () => 'resting'),
    ]);
    expect([calls, link.state()]).toEqual([6, 'open']);

    later(16_000);
    const again = askOnce();
    await eventually(() => calls === 7);
    answer(200);
    expect(await again).toMatchObject({ ok: true, value: { tier: 'gold' } });
    expect(link.state()).toBe('closed');
  });
});
