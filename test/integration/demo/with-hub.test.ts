import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDemo } from '#main/demo/demo.ts';
import type { RunningDemo } from '#main/demo/demo.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { registerWebhooks } from '#main/server/webhooks.ts';
import type { MethodInput, MethodName, MethodOutput } from '#shared/contract/index.ts';

/** Everything happens ten times as fast and as often: half a minute of the test is five minutes of the demo. */
const SPEED = 10;
const SECONDS = 30;
const HISTORY = 400;

let directory: string;
let link: LocalHub;
let running: RunningDemo;
let startedAt: number;
const closers: (() => Promise<unknown>)[] = [];

async function ask<N extends MethodName>(method: N, input: MethodInput<N>): Promise<MethodOutput<N>> {
  const answer = await link.request(method, input, { operator: 'test', role: 'admin', locale: 'zh' });
  if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
  return answer.value as MethodOutput<N>;
}

/** Every order placed since a moment; by default since the demo was started. */
async function liveOrders(since = startedAt): Promise<MethodOutput<'orders.list'>['items']> {
  const items: MethodOutput<'orders.list'>['items'] = [];
  for (let after: string | null = null; ;) {
    const page: MethodOutput<'orders.list'> = await ask('orders.list', { limit: 500, after });
    items.push(...page.items);
    if (page.next === null) return items.filter(({ createdAt }) => createdAt >= since);
    after = page.next;
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'demo-hub-'));
  const demo = await prepareDemo({ directory, speed: SPEED, history: HISTORY, seed: 'with the hub' });
  link = await openHub({ dataDirectory: directory, config: demo.config, demo: true });
  const app = Fastify();
  registerWebhooks(app, link, () => undefined);
  closers.push(
    () => demo.stop(),
    () => app.close(),
    () => link.close(),
    () => rm(directory, { recursive: true, force: true }),
  );
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  startedAt = Date.now();
  running = await demo.start(url);
  await running.historyDelivered();
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1_000 - (Date.now() - startedAt)));
});
afterAll(async () => {
  for (const close of closers) await close();
});

describe('the demo and the real hub', () => {
  it('loses and refuses no message', async () => {
    expect(running.counts()).toMatchObject({ lost: 0, refusals: {} });
    expect((await ask('inbox.failed', {})).items).toEqual([]);
    expect((await ask('outbox.dead', {})).items).toEqual([]);
  });

  it('has a history and live orders on five channels', async () => {
    const live = await liveOrders();
    expect(live.length).toBeGreaterThan(60);
    expect(new Set(live.map(({ channel }) => channel)).size).toBe(5);
    const { lanes, beats } = await ask('pulse.snapshot', {});
    expect(lanes.length).toBe(8);
    for (const { liveness } of lanes) expect(['live', 'quiet']).toContain(liveness);
    // The history is known, but it is no heartbeat of now; what a platform took minutes ago still is one.
    const numbers = new Set((await liveOrders(startedAt - 5 * 60_000)).map(({ orderNo }) => orderNo));
    expect(beats.filter(({ orderNo }) => !numbers.has(orderNo))).toEqual([]);
    expect(beats.length).toBeGreaterThan(60);
  });

  it('reads three shops through their platforms, pushed, polled and by message queue', async () => {
    const { items } = await ask('feeds.list', {});
    const read = items.filter(({ state }) => state !== 'off');
    expect(read.map(({ shopId }) => shopId).sort()).toEqual(['fuzzbud-douyin-pro', 'fuzzbud-jd-pop', 'fuzzbud-taobao']);
    for (const { state, problem, lastPollAt } of read) {
      expect(problem).toBeNull();
      expect(['live', 'catching-up']).toContain(state);
      expect(lastPollAt).toBeGreaterThan(startedAt);
    }
    for (const { channel, shopId } of read) {
      const orders = await ask('orders.list', { channel, shopId, limit: 1 });
      expect(orders.items).toHaveLength(1);
    }
  });

  it('stops a few orders, each with a sentence in both languages', async () => {
    const { items, total } = await ask('holds.list', { limit: 500 });
    expect(total).toBeGreaterThan(3);
    expect(items.length).toBe(total);
    for (const { sentence } of items) {
      expect(sentence.zh).toMatch(/\p{Script=Han}/u);
      expect(sentence.en).toMatch(/^[^{}]{10,}$/u);
      expect(sentence.zh).not.toMatch(/[{}]|undefined|null|NaN/);
    }
    const live = await liveOrders();
    expect(live.filter(({ hold }) => hold !== null).length / live.length).toBeLessThan(0.12);
  });

  it('ships the others through the simulated warehouse, and the stock moves', async () => {
    const live = await liveOrders();
    const shipped = live.filter(({ status }) => status === 'shipped' || status === 'delivered' || status === 'completed');
    expect(shipped.length).toBeGreaterThan(20);
    for (const { orderNo } of shipped.slice(0, 10)) {
      const order = await ask('orders.get', { orderNo });
      expect(order.trackingNumber).toMatch(/^(QN|YQ|SH)\d{14}$/);
      expect(order.route?.warehouse).toMatch(/^(suzhou|hefei|guangzhou|tianjin)$/);
      const [line] = order.lines;
      const { items } = await ask('stock.movements', { sku: line?.sku ?? '', limit: 500 });
      const kinds = items.filter((movement) => movement.orderNo === orderNo).map(({ kind }) => kind);
      expect(kinds).toContain('reserve');
      expect(kinds).toContain('ship');
    }
    const { warehouses } = await ask('stock.map', {});
    expect(warehouses.filter(({ reserved }) => reserved > 0).length).toBeGreaterThan(2);
    for (const { available } of (await ask('stock.list', { limit: 500 })).items) expect(available).toBeGreaterThanOrEqual(0);
  });

  it('has lost parcels on the ward from the start, and a health index', async () => {
    // The pulse scans every ten seconds.
    const { ward, stages } = await ask('pulse.snapshot', {});
    expect(ward.some(({ stage, level }) => stage === 'awaiting_shipment' && level === 'red')).toBe(true);
    expect(stages.some(({ inflowPerMinute }) => inflowPerMinute > 0)).toBe(true);
    const health = await ask('health.current', {});
    expect(health.ohi).toBeGreaterThan(70);
    expect(health.parts.filter(({ score }) => score !== null).length).toBe(5);
  });
});
