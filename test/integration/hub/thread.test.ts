import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import { startHubThread } from '#main/host/thread.ts';
import type { HubThread } from '#main/host/thread.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { nestedArrays } from '#test/support/bad-values.ts';
import { rule } from '#test/support/rules.ts';
import { ask, deliver, orderData, testConfig } from '#test/support/hub.ts';

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url);

let dataDirectory: string;
let threads: HubThread[];
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'orderpulse-'));
  threads = [];
});
afterEach(async () => {
  for (const thread of threads) await thread.close();
  await rm(dataDirectory, { recursive: true });
});

async function start(): Promise<HubThread> {
  const thread = await startHubThread({ dataDirectory, config: testConfig(), demo: false }, WORKER);
  threads.push(thread);
  return thread;
}

describe('the hub in a thread of its own', () => {
  test('answers like the hub in the same thread, tells events in order and keeps what it acknowledged', async () => {
    const first = await start();
    const events: StreamEvent[] = [];
    first.subscribe((event) => events.push(event));
    const now = Date.now();
    const receipts = await Promise.all(
      Array.from({ length: 40 }, (_, index) => deliver(first, 'order.paid', orderData(`T-${index}`, now), now)),
    );
    expect(receipts.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
    const order = await ask(first, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: 'T-39' });
    await expect.poll(() => events.some(({ name }) => name === 'orders.changed')).toBe(true);
    const numbers = events.map(({ seq }) => seq);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
    expect((await first.health()).metrics).toContain('orderpulse_orders_total{channel="standard-webhooks"} 40');
    await first.close();

    const second = await start();
    expect(await ask(second, 'orders.get', { orderNo: order.orderNo })).toEqual(order);
  });

  test('a request that is nested too deeply to go from thread to thread is refused in words, and the next one is answered', async () => {
    const thread = await start();
    const body = { rules: [nestedArrays(200_000)], lists: {} };
    const answer = await thread.request('rules.lint', { body }, { operator: 'a', role: 'admin', locale: 'en' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad_request', message: expect.stringContaining('too deeply') as string } });
    expect((await ask(thread, 'orders.list', {})).items).toEqual([]);
  });

  test('a rule set with a list under a name that every object has is told like any other', async () => {
    const thread = await start();
    const when = { field: 'buyer-message', op: 'contains-any', value: 'constructor' } as const;
    const json = JSON.stringify({ rules: [rule('named', { when })], lists: { constructor: ['刷单'] } });
    const { id } = await ask(thread, 'rules.draft.create', { title: '名单', from: { json } });
    const differing = await ask(thread, 'rules.diff', { from: { version: 1 }, to: { draft: id } });
    expect(differing.items.filter(({ of }) => of === 'list').map((one) => one.id)).toContain('constructor');
    await ask(thread, 'rules.draft.submit', { id, revision: 1 });
    const { legend } = await ask(thread, 'rules.list', {});
    expect(legend).toMatchObject({ lists: { constructor: { zh: 'constructor' } }, words: { constructor: ['刷单'] } });
  });

  test('a second hub on the same workspace is refused with a reason for people', async () => {
    await start();
    const second = start();
    await expect(second).rejects.toBeInstanceOf(StoreError);
    await expect(second).rejects.toMatchObject({ code: 'locked', text: { en: expect.stringContaining('another OrderPulse') as string } });
  });

  test('when the thread dies its callers are told and so is the host', async () => {
    const broken = new URL(
      `data:text/javascript,${encodeURIComponent(`
        import { parentPort } from 'node:worker_threads';
        parentPort.postMessage({ kind: 'ready' });
        parentPort.on('message', () => { throw new Error('boom'); });
      `)}`,
    );
    const thread = await startHubThread({ dataDirectory, config: testConfig(), demo: false }, broken);
    const request = await thread.request('session.hello', {}, { operator: 'a', role: 'admin', locale: 'en' });
    expect(request).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(await thread.crashed).toMatchObject({ message: 'boom' });
    expect(await deliver(thread, 'order.paid', orderData('X', Date.now()), Date.now())).toMatchObject({ status: 503 });
    expect(await thread.health()).toMatchObject({ ok: false });
    await thread.close();
  });
});
