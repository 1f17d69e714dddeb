import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { MethodOutput } from '#shared/contract/index.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { openHub } from '#main/host/open-hub.ts';
import { BAD_JSON, placesOf, replaced } from '#test/support/bad-values.ts';
import { ADMIN, ask, orderData, SECRET, SHOP, testConfig } from '#test/support/hub.ts';
import { signStandard } from '#test/support/webhooks.ts';

const NOW = Date.now();
const HERE = '\u0001here';
const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), debug: vi.fn() };
let folder: string;
let hub: LocalHub;
let sent = 0;
const open = () => openHub({ dataDirectory: folder, config: testConfig(), demo: false }, { runJobs: false, durable: false, logger });
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-bad-orders-'));
  hub = await open();
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

async function send(json: string): Promise<void> {
  const signed = signStandard(SECRET, `msg_${(sent += 1)}`, NOW, json);
  expect((await hub.receive({ channel: SHOP.channel, shopId: SHOP.shopId, ...signed, receivedAt: NOW })).status).toBeOneOf([200, 413]);
}

/** Everything a person can look at is there, and nothing was an error of the hub. */
async function looks(): Promise<MethodOutput<'orders.list'>['items']> {
  const { items } = await ask(hub, 'orders.list', { limit: 500 });
  for (const { orderNo } of items.slice(0, 3)) {
    for (const method of [
      'orders.get',
      'orders.explain',
      'orders.timeline',
      'orders.buyer',
      'orders.similar',
      'orders.links',
      'orders.raw',
    ] as const) {
      const answer = await hub.request(method, { orderNo }, ADMIN);
      structuredClone(answer);
      if (!answer.ok) expect([method, answer.error.code]).toEqual([method, 'not_found']);
    }
  }
  for (const method of [
    'inbox.failed',
    'holds.list',
    'pulse.snapshot',
    'health.current',
    'stock.map',
    'stock.list',
    'tasks.list',
    'channels.list',
  ] as const)
    expect([method, (await hub.request(method, {}, ADMIN)).ok]).toEqual([method, true]);
  expect(logger.error.mock.calls.map(([detail, text]) => [text, (detail as { err?: Error }).err?.stack])).toEqual([]);
  return items;
}

test('an order with anything in any of its places is decided, or kept with its reason, and can be looked at', async () => {
  const message = (id: string) => ({
    type: 'order.paid',
    timestamp: new Date(NOW).toISOString(),
    data: orderData(id, NOW, { buyerMessage: '周末送', sellerMemo: '', shipByAt: NOW + 1, invoice: { title: 'x', taxNumber: '1' } }),
  });
  const places = placesOf(message('x'));
  const small = BAD_JSON.filter((json) => json.length < 500_000);
  const change = async (place: number, json: string) => {
    const type = sent % 3 === 0 ? 'order.updated' : 'order.paid';
    const whole = JSON.stringify(replaced({ ...message(`M${sent % 40}`), type }, places[place] ?? [], HERE));
    await send(whole.replace(JSON.stringify(HERE), () => json));
    if (sent % 10 === 0) await looks();
  };
  await fc.assert(fc.asyncProperty(fc.nat(places.length - 1), fc.constantFrom(...small), change), { numRuns: 160, seed: 20_250_618 });
  const { items: failed } = await ask(hub, 'inbox.failed', { limit: 500 });
  expect(failed.length).toBeGreaterThan(0);
  for (const { reason, size } of failed) expect([reason.zh, size]).not.toContain('');
  expect((await ask(hub, 'inbox.retry', {})).retried).toBeGreaterThanOrEqual(failed.length);
});

test('the largest sums and counts a message can name are an order like any other', async () => {
  const largest = Number.MAX_SAFE_INTEGER;
  for (const id of ['L1', 'L2', 'L3']) {
    const sums = { goodsMinor: largest, freightMinor: largest, discountMinor: largest, paidMinor: largest };
    const lines = [1, 2].map(() => ({ sku: 'CUP', name: '杯子', quantity: largest, unitPriceMinor: largest }));
    await send(
      JSON.stringify({
        type: 'order.paid',
        timestamp: new Date(NOW).toISOString(),
        data: orderData(id, NOW, { ...sums, lines }),
      }),
    );
    await looks();
  }
});

test('after a restart all of it is still there, and the next order is judged', async () => {
  const before = (await looks()).map(({ orderNo }) => orderNo);
  await hub.close();
  hub = await open();
  expect((await looks()).map(({ orderNo }) => orderNo)).toEqual(before);
  await send(JSON.stringify({ type: 'order.paid', timestamp: new Date(NOW).toISOString(), data: orderData('LAST', NOW) }));
  const key = { channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId: 'LAST' };
  expect((await ask(hub, 'orders.explain', key)).rederived).toBe(true);
  expect((await ask(hub, 'audit.verify', {})).intact).toBe(true);
});
