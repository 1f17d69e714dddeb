import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DAY, HOUR } from '#shared/time.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { HubOverrides, LocalHub } from '#main/host/open-hub.ts';
import { fitTask } from '#main/hub/forecast/fit.ts';
import { ManualTime } from '#main/hub/time.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { UNKNOWN, publishedOrder } from '#main/replay/readers/published.ts';
import { ask, testConfig } from '#test/support/hub.ts';
import { rule } from '#test/support/rules.ts';

const START = Date.parse('2025-03-03T02:00:00Z');
const ORDERS = 640;
const PROVINCES = ['江苏省', '浙江省', '四川省', '广东省'];

const hubs: LocalHub[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const carrierOf = (index: number): string => (index % 4 === 0 ? 'slow' : 'swift');
/** The slow carrier misses two promises of three, the swift one few. */
const isLate = (index: number): boolean => (index % 4 === 0 ? index % 3 !== 0 : index % 31 === 0);

function order(index: number, paidAt: number, more: Partial<IncomingOrder> = {}): IncomingOrder {
  const made = publishedOrder({
    shopId: 'own',
    channelOrderId: `F-${index}`,
    currency: 'CNY',
    goodsMinor: 8_800,
    discountMinor: 0,
    paidMinor: 8_800,
    createdAt: paidAt,
    buyer: { key: `buyer-${index % 90}` },
    receiver: {
      ...{ name: UNKNOWN, phone: UNKNOWN, address: UNKNOWN, country: 'CN', city: '', district: '', postcode: null, position: null },
      province: PROVINCES[index % PROVINCES.length] ?? '',
    },
    lines: [{ sku: `A-${index % 9}`, name: '奶瓶', quantity: 1 + (index % 3), unitPriceMinor: 8_800 }],
    sourceTags: [],
    facets: { 'promised-at': paidAt + 3 * DAY },
  });
  return { ...made, carrier: carrierOf(index), ...more };
}

/** A shop of some weeks: every order is told when it is paid and when it arrives. Answers when the last word was said. */
function live({ hub, time }: { hub: LocalHub; time: ManualTime }): number {
  const events = Array.from({ length: ORDERS }, (_, index) => {
    const paidAt = START + index * HOUR;
    const arrivedAt = paidAt + (isLate(index) ? 4 : 2) * DAY;
    return [
      { at: paidAt, order: order(index, paidAt) },
      { at: arrivedAt, order: order(index, paidAt, { status: 'delivered', rawStatus: 'delivered', updatedAt: arrivedAt }) },
    ];
  })
    .flat()
    .sort((a, b) => a.at - b.at);
  for (const event of events) {
    hub.advanceTo(event.at, time);
    hub.ingest([{ incoming: { kind: 'order', order: event.order }, receivedAt: event.at }]);
  }
  return time.now();
}

interface Opened {
  hub: LocalHub;
  time: ManualTime;
  fits: () => number;
}

async function open(at: number, folder: string, overrides: HubOverrides = {}): Promise<Opened> {
  const time = new ManualTime(at);
  let fits = 0;
  const hub = await openHub(
    { dataDirectory: folder, config: testConfig(), demo: false },
    {
      ...{ clock: time, timers: time, runJobs: false, durable: false },
      startFit: (task) => {
        fits += 1;
        return { result: Promise.resolve(fitTask(task)), stop: () => Promise.resolve() };
      },
      ...overrides,
    },
  );
  hubs.push(hub);
  await hub.hub.forecasts.start();
  return { hub, time, fits: () => fits };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orderpulse-forecast-'));
  folders.push(folder);
  return folder;
}

/** Two orders of this moment, one with each carrier. */
function two({ hub, time }: Opened): void {
  const at = time.now();
  for (const index of [1_000, 1_001]) hub.ingest([{ incoming: { kind: 'order', order: order(index, at) }, receivedAt: at }]);
}

describe('the delay forecast of the hub', () => {
  it('says what is missing, learns from its own orders, and names the likeliest with reasons', async () => {
    const folder = newFolder();
    const opened = await open(START, folder);
    const before = await ask(opened.hub, 'forecast.current', {});
    expect(before.items[0]).toMatchObject({
      kind: 'late',
      state: 'waiting',
      model: null,
      missing: { en: '500 more delivered orders are needed (0 of 500)' },
    });
    live(opened);
    await opened.hub.hub.forecasts.refit();
    two(opened);
    const { items } = await ask(opened.hub, 'forecast.current', {});
    const [late, returns] = items;
    expect(late).toMatchObject({ state: 'ready', missing: null, model: { state: 'in-service' } });
    expect(late?.model?.evaluation?.areaUnderCurve).toBeGreaterThan(0.75);
    expect(late?.model?.evaluation?.reliability.length).toBeGreaterThan(5);
    expect(returns).toMatchObject({ kind: 'return', state: 'waiting', model: null });
    const list = await ask(opened.hub, 'forecast.late', {});
    expect(list).toMatchObject({ ready: true, open: 2, overdue: 0, carriers: ['slow', 'swift'], channels: ['standard-webhooks'] });
    const [first, second] = list.items;
    expect(first).toMatchObject({ carrier: 'slow', stage: 'awaiting_shipment', basis: 'told' });
    expect(first!.probability).toBeGreaterThan(second!.probability + 0.2);
    expect(first!.reasons.some(({ text, effect }) => text.zh.includes('承运商') && effect > 0)).toBe(true);
    const filtered = await ask(opened.hub, 'forecast.late', { carrier: 'swift' });
    expect(filtered.items.map(({ carrier }) => carrier)).toEqual(['swift']);
    expect(opened.fits()).toBe(1);

    await hubs.shift()?.close();
    const again = await open(opened.time.now() + HOUR, folder, {
      startFit: () => ({ result: Promise.resolve(null), stop: () => Promise.resolve() }),
    });
    // Nothing is learnt here: what answers was stored.
    const kept = await ask(again.hub, 'forecast.late', {});
    expect(kept.items.map(({ orderNo }) => orderNo)).toEqual(list.items.map(({ orderNo }) => orderNo));
    expect((await ask(again.hub, 'forecast.current', {})).items[0]).toMatchObject({
      state: 'ready',
      known: late?.known,
      model: late?.model,
    });
  });

  it('knows after a restart that an order arrived in time whose buyer said so long after its promise', async () => {
    const folder = newFolder();
    const opened = await open(START, folder);
    const { hub, time } = opened;
    const events = Array.from({ length: 300 }, (_, index) => {
      const paidAt = START + index * HOUR;
      const told = (status: 'paid' | 'delivered' | 'completed', at: number) => ({
        at,
        order: order(index, paidAt, { status, rawStatus: status, updatedAt: at }),
      });
      return [told('paid', paidAt), told('delivered', paidAt + 2 * DAY), told('completed', paidAt + 9 * DAY)];
    });
    for (const { at, order: told } of events.flat().sort((a, b) => a.at - b.at)) {
      hub.advanceTo(at, time);
      hub.ingest([{ incoming: { kind: 'order', order: told }, receivedAt: at }]);
    }
    hub.advanceTo(START + 30 * DAY, time);
    await hubs.shift()?.close();
    const again = await open(time.now(), folder);
    expect((await ask(again.hub, 'forecast.current', {})).items[0]?.known).toEqual({ yes: 0, no: 300 });
  });

  it('is a field a rule may read, unknown until there is a model', async () => {
    const late = rule('probably-late', {
      when: { field: 'late-probability', op: '>=', value: 40 },
      severity: 'medium',
      action: 'hold',
    });
    const rules = { resources: { rules: { version: 1, rules: [late], lists: {} } } };
    const opened = await open(START, newFolder(), rules);
    live(opened);
    const vectorOf = (index: number): unknown => {
      const stored = opened.hub.store.orders.byPlatform('standard-webhooks', 'own', `F-${index}`);
      const verdict = opened.hub.store.queries.lastVerdict(stored?.record.orderNo ?? '');
      return verdict?.inputs[verdict.fields.indexOf('late-probability')];
    };
    expect(vectorOf(5)).toBeNull();
    await opened.hub.hub.forecasts.refit();
    two(opened);
    expect(vectorOf(1_000)).toBeGreaterThan(40);
    expect(vectorOf(1_001)).toBeLessThan(40);
    expect(opened.hub.store.orders.byPlatform('standard-webhooks', 'own', 'F-1000')?.record.hold?.reasons[0]?.ruleId).toBe('probably-late');
  });

  it('is learnt in a thread of its own', async () => {
    const folder = newFolder();
    const { fitThreads } = await import('#main/host/fit-thread.ts');
    const opened = await open(START, folder, { startFit: fitThreads });
    live(opened);
    await opened.hub.hub.forecasts.refit();
    expect((await ask(opened.hub, 'forecast.current', {})).items[0]).toMatchObject({ state: 'ready', training: false });
  });
});
