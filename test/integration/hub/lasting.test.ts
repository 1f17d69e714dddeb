import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HOUR, MINUTE, parseBusinessTime } from '#shared/time.ts';
import type { HubOverrides, LocalHub } from '#main/host/open-hub.ts';
import type { HubConfigInput } from '#main/hub/config.ts';
import { InputFault } from '#main/hub/decider.ts';
import { Slips } from '#main/hub/slips.ts';
import { StoreCondition } from '#main/hub/condition.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { ManualTime } from '#main/hub/time.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { ask, deliver, memoryHub, orderData, testConfig } from '#test/support/hub.ts';

/** A Monday that is the first of a month, half an hour before its reports are due. */
const BEFORE_REPORTS = parseBusinessTime('2026-06-01 06:30:00') as number;

let time: ManualTime;
let hub: LocalHub;
let errors: string[];
beforeEach(() => {
  time = new ManualTime(BEFORE_REPORTS);
  errors = [];
});
afterEach(() => hub.close());

async function open(config: HubConfigInput = {}, overrides: HubOverrides = {}): Promise<void> {
  const note = (_fields: object, message: string) => void errors.push(message);
  const logger = { info: () => undefined, warn: () => undefined, error: note };
  hub = await memoryHub(testConfig(config), { clock: time, timers: time, logger, ...overrides });
}
const problem = async () => (await hub.health()).problem;
const ioError = (): never => {
  throw new StoreError('io');
};
const bug = (): never => {
  throw new TypeError('cannot read what is not there');
};

describe('a webhook', () => {
  test('of a carrier is answered, and the next one too, while the store cannot be read', async () => {
    await open({ partners: { kuaidi100: { key: 'k', callbackUrl: 'https://hub.example/hooks/partner/kuaidi100' } } });
    const param = JSON.stringify({ status: 'polling', lastResult: { com: 'shunfeng', nu: 'SF1', state: '0', data: [] } });
    const body = new TextEncoder().encode(new URLSearchParams({ param }).toString());
    const push = () => hub.receive({ channel: 'partner', shopId: 'kuaidi100', headers: {}, body, receivedAt: time.now() });
    const unreadable = vi.spyOn(hub.store.parcels, 'get').mockImplementation(ioError);
    expect(await push()).toMatchObject({ status: 503, body: expect.stringContaining('disk') as string });
    expect(await hub.health()).toMatchObject({ ok: false });
    unreadable.mockImplementation(bug);
    expect(await push()).toMatchObject({ status: 503, body: expect.stringContaining('send again later') as string });
    unreadable.mockRestore();
    expect(await push()).toMatchObject({ status: 400 });
  });
});

describe('what was committed', () => {
  test('stays decided where it cannot be told, the failure is told instead, and the next order is', async () => {
    await open();
    const told = vi.spyOn(hub.hub.monitor, 'changed').mockImplementation(bug);
    expect(await deliver(hub, 'order.paid', orderData('A', time.now()), time.now())).toMatchObject({ status: 200 });
    const stored = await ask(hub, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: 'A' });
    expect(stored).toMatchObject({ channelOrderId: 'A', version: 1 });
    expect(errors).toEqual(['a job failed; it runs again at its next time']);
    expect(await problem()).toContain('telling what changed');
    expect((await hub.health()).ok).toBe(true);
    told.mockRestore();
    time.advanceBy(2 * MINUTE);
    await deliver(hub, 'order.paid', orderData('B', time.now()), time.now());
    expect(await problem()).toBeNull();
  });
});

describe('held orders', () => {
  test('are released although one before them cannot be decided', async () => {
    await open();
    const asked: string[] = [];
    vi.spyOn(hub.hub.decider, 'onOrder').mockImplementation((_batch, orderNo) => {
      asked.push(orderNo);
      if (orderNo === 'damaged') throw new InputFault('the engine threw', { cause: new TypeError('no lines') });
      return { kind: 'unchanged' };
    });
    hub.hub.hot.releases.set('damaged', time.now() - 2);
    hub.hub.hot.releases.set('good', time.now() - 1);
    hub.hub.clockwork.start();
    time.advanceBy(5_000);
    expect(asked).toEqual(['damaged', 'good']);
    expect(errors).toEqual(['a held order could not be released']);
    expect(await problem()).toBeNull();
  });
});

describe('what is learnt', () => {
  test('of dwell times is learnt every hour although the store could not be read at the start', async () => {
    await open();
    const setting = vi.spyOn(hub.store, 'setting').mockImplementation(ioError);
    hub.hub.clockwork.start();
    setting.mockRestore();
    const kept = vi.spyOn(hub.store, 'putSetting');
    time.advanceBy(HOUR);
    expect(kept.mock.calls.map(([key]) => key)).toContain('pulse.dwell');
  });

  test('by the forecasts is learnt again an hour after it could not be, and told meanwhile', async () => {
    await open();
    const { forecasts } = hub.hub;
    const refit = vi.spyOn(forecasts, 'refit').mockImplementationOnce(() => Promise.reject(new TypeError('no such row')));
    await forecasts.start();
    expect(await problem()).toContain('the forecasts');
    time.advanceBy(HOUR);
    expect(refit).toHaveBeenCalledTimes(2);
    await expect.poll(problem).toBeNull();
  });

  test('by signs of slips is learnt from every other order where nothing can be learnt from one', async () => {
    await open();
    await deliver(hub, 'order.paid', orderData('A', time.now()), time.now());
    const good = hub.store.orders.byPlatform('standard-webhooks', 'own', 'A')?.record as OrderRecord;
    const damaged = { ...good, orderNo: 'damaged', refunds: null } as unknown as OrderRecord;
    const failed: unknown[] = [];
    const logger = { info: () => undefined, warn: () => undefined, error: (fields: object) => failed.push(fields) };
    const condition = new StoreCondition(time, logger, () => undefined);
    const slips = new Slips({ store: hub.store, condition, logger, defer: (task) => void setImmediate(task) });
    expect(() => slips.changed([damaged, good])).not.toThrow();
    expect(failed).toMatchObject([{ orderNo: 'damaged' }]);
    expect(slips.reading(good, good.keys.buyer)).not.toBeNull();
  });
});

describe('reports', () => {
  test('of the month are made although the one of the week cannot be; that one is told and tried every hour', async () => {
    await open();
    await deliver(hub, 'order.paid', orderData('A', time.now() - 20 * 24 * HOUR), time.now());
    const { reports } = hub.store.learning;
    const add = reports.add.bind(reports);
    const adding = vi
      .spyOn(reports, 'add')
      .mockImplementation((report, groups) => (report.kind === 'weekly' ? bug() : add(report, groups)));
    const { learning } = hub.hub;
    learning.start();
    time.advanceBy(HOUR);
    await learning.settled();
    const kinds = async () => (await ask(hub, 'reports.list', {})).items.map(({ kind }) => kind);
    expect(await kinds()).toEqual(['monthly']);
    await expect.poll(problem).toContain('the reports');
    adding.mockRestore();
    time.advanceBy(HOUR);
    await learning.settled();
    expect((await kinds()).sort()).toEqual(['monthly', 'weekly']);
    await expect.poll(problem).toBeNull();
  });
});
