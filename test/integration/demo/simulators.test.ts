import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDemo } from '#main/demo/demo.ts';
import type { DemoOptions } from '#main/demo/demo.ts';
import { openReceiver, until } from './receiver.ts';
import type { Received, Receiver } from './receiver.ts';

let directory: string;
const closers: (() => Promise<void> | void)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await rm(directory, { recursive: true, force: true });
});

async function open(options: Partial<DemoOptions>): Promise<{ demo: Awaited<ReturnType<typeof prepareDemo>>; receiver: Receiver }> {
  const demo = await prepareDemo({ directory, ...options });
  const receiver = await openReceiver(demo.config);
  closers.push(
    () => demo.stop(),
    () => receiver.close(),
  );
  return { demo, receiver };
}

describe('the simulators over loopback HTTP', () => {
  it('send signed messages of live orders at once and the history behind them', async () => {
    const { demo, receiver } = await open({ history: 800 });
    const started = Date.now();
    const running = await demo.start(receiver.url);
    const live = (): boolean => receiver.received.some(({ createdAt }) => createdAt >= started - 1_000);
    await until(live);
    // "At once" is: while most of the history is still to come.
    expect(receiver.received.filter(({ createdAt }) => createdAt < started - 1_000).length).toBeLessThan(400);
    await running.historyDelivered();
    expect(receiver.received.filter(({ signed }) => !signed)).toEqual([]);
    expect(new Set(receiver.received.map(({ shop }) => shop)).size).toBe(5);
    expect(receiver.received.filter(({ createdAt }) => createdAt < started).length).toBeGreaterThanOrEqual(800);
  });

  it('move orders to shipment once the warehouse is asked, and deliver each message under one id', async () => {
    const { demo, receiver } = await open({ history: 0, speed: 30 });
    const running = await demo.start(receiver.url);
    const asked = new Set<string>();
    const statuses: number[] = [];
    const ask = setInterval(() => {
      for (const delivery of receiver.received.filter(({ topic }) => topic === 'order.paid')) {
        if (asked.has(delivery.orderId)) continue;
        asked.add(delivery.orderId);
        void receiver.askToShip(delivery).then((status) => statuses.push(status));
      }
    }, 50);
    closers.push(() => clearInterval(ask));
    const topics = (): Set<string> => new Set(receiver.received.map(({ topic }) => topic));
    await until(() => ['order.created', 'order.paid', 'order.shipped', 'order.completed'].every((topic) => topics().has(topic)), 90);
    expect(new Set(statuses)).toEqual(new Set([202]));
    expect(receiver.received.every(({ signed }) => signed)).toBe(true);
    expect(running.counts().refusals).toEqual({});
    const perId = new Map<string, Set<string>>();
    for (const { id, orderId, topic } of receiver.received) perId.set(id, (perId.get(id) ?? new Set()).add(`${orderId} ${topic}`));
    for (const meanings of perId.values()) expect(meanings.size).toBe(1);
  });

  it('sends neither the history nor an order number twice when it is started again', async () => {
    const startedFirst = Date.now();
    const first = await open({ history: 200, speed: 5 });
    await (await first.demo.start(first.receiver.url)).historyDelivered();
    await until(() => first.receiver.received.some(({ topic }) => topic === 'order.paid'));
    await first.demo.stop();
    const before = new Map(first.receiver.received.map(({ orderId, createdAt }) => [orderId, createdAt]));
    const ids = new Set(first.receiver.received.map(({ id }) => id));

    const startedAgain = Date.now();
    const second = await open({ history: 200, speed: 5 });
    await (await second.demo.start(second.receiver.url)).historyDelivered();
    await until(() => second.receiver.received.filter(({ createdAt }) => createdAt >= startedAgain).length > 20);
    await second.demo.stop();
    expect(second.receiver.received.filter(({ id }) => ids.has(id))).toEqual([]);
    // An order of the first run may go on; a new one never carries its number.
    const isNew = ({ createdAt }: Received): boolean => createdAt >= startedAgain;
    expect(second.receiver.received.filter((delivery) => isNew(delivery) && before.has(delivery.orderId))).toEqual([]);
    // What goes on was known before, or its first message was still under way when the first run ended.
    const unheard = second.receiver.received.filter(({ orderId }) => !before.has(orderId));
    expect(unheard.filter(({ createdAt }) => createdAt < startedFirst - 1_000)).toEqual([]);
  });

  it('sends a history that was cut short again, under the same ids', async () => {
    const first = await open({ history: 400 });
    await first.demo.start(first.receiver.url);
    await until(() => first.receiver.received.length > 40);
    await first.demo.stop();
    const second = await open({ history: 400 });
    await (await second.demo.start(second.receiver.url)).historyDelivered();
    const old = first.receiver.received.filter(({ topic }) => topic === 'order.completed');
    const again = new Set(second.receiver.received.map(({ id }) => id));
    expect(old.length).toBeGreaterThan(0);
    for (const { id } of old) expect(again.has(id)).toBe(true);
    expect(second.receiver.received.filter(({ topic }) => topic === 'order.completed').length).toBeGreaterThan(50);
  });

  it('stops at once, and may be stopped without having been started', async () => {
    const { demo, receiver } = await open({ history: 800 });
    await demo.start(receiver.url);
    await until(() => receiver.received.length > 10);
    await demo.stop();
    const count = receiver.received.length;
    // Nothing of the history is waited for.
    expect(count).toBeLessThan(800);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(receiver.received.length).toBe(count);
    const other = await prepareDemo({ directory });
    await other.stop();
    await expect(fetch(other.config.partners.wms?.url ?? '', { method: 'POST', body: '' })).rejects.toThrow();
  });
});
