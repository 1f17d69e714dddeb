import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ChannelId } from '#shared/channels.ts';
import type { SignedDelivery } from '#main/channels/channel.ts';
import type { ChannelClient, PageMark } from '#main/channels/client.ts';
import { axiosTransport } from '#main/channels/http.ts';
import { readCredentials } from '#main/channels/keys.ts';
import { adapter as lazadaAdapter } from '#main/channels/lazada/adapter.ts';
import { adapter as shopifyAdapter } from '#main/channels/shopify/adapter.ts';
import { adapter as ownStoreAdapter } from '#main/channels/standard-webhooks/adapter.ts';
import { adapter as wooCommerceAdapter } from '#main/channels/woocommerce/adapter.ts';
import { noFaults, scriptedFaults } from '#simulators/kit/faults.ts';
import { lives } from '#simulators/kit/life.ts';
import type { LifeStep } from '#simulators/kit/life.ts';
import type { FaultScript, OpenSimulator, PlatformSimulator } from '#simulators/kit/types.ts';
import { open as openLazada } from '#simulators/lazada/open.ts';
import { open as openShopify } from '#simulators/shopify/open.ts';
import { open as openOwnStore } from '#simulators/standard-webhooks/open.ts';
import { open as openWooCommerce } from '#simulators/woocommerce/open.ts';
import { seeded } from '#simulators/kit/random.ts';

const NOW = Date.parse('2025-06-18T12:00:00Z');
const HOUR = 3_600_000;
const PLACES = [
  { id: 'shopify', open: openShopify, adapter: shopifyAdapter, currency: 'CNY' },
  { id: 'lazada', open: openLazada, adapter: lazadaAdapter, currency: 'VND' },
  { id: 'woocommerce', open: openWooCommerce, adapter: wooCommerceAdapter, currency: 'CNY' },
  { id: 'standard-webhooks', open: openOwnStore, adapter: ownStoreAdapter, currency: 'CNY' },
] as const;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A place where pushes arrive; answers 200 and keeps what came. */
async function letterbox() {
  const seen: SignedDelivery[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks) });
      response.end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function storyOf(currency: string): LifeStep[] {
  return lives({
    chance: seeded(7),
    from: NOW - 2 * HOUR,
    spanMs: HOUR,
    orders: 130,
    idOf: (index) => String(26_042_290_000_000 + index),
    refundIdOf: (index) => String(55_000_000 + index),
    currency,
    priceStep: currency === 'VND' ? 1_000 : 100,
    features: {
      ...{ forming: false, review: false, deposit: false, partShipped: false, received: false },
      ...{ sellerMemo: false, partialRefunds: true, openRefunds: false, gifts: false },
    },
    skus: [
      { sku: 'CUP', name: '杯子', unitMinor: 19_900 },
      { sku: 'PEN', name: '笔', unitMinor: 4_900 },
    ],
  });
}

interface Scene {
  simulator: PlatformSimulator;
  client: ChannelClient;
}
async function scene(place: (typeof PLACES)[number], hub: string | null = null, faults: FaultScript = noFaults()): Promise<Scene> {
  let now = NOW;
  const opened = await (place.open as OpenSimulator)({
    // Every look at the clock is half a second later, so that allowances are no hindrance here.
    now: () => (now += 500),
    after: () => () => undefined,
    chance: seeded(3),
    faults,
    shopId: 'demo',
    hub,
  });
  closers.push(() => opened.stop());
  const transport = axiosTransport({ timeoutMs: 5_000, now: () => now });
  closers.push(() => Promise.resolve(transport.close()));
  const keys = readCredentials(place.adapter.manifest, opened.credentials());
  const token = opened.credentials()['access_token'] ?? '';
  const options = Object.fromEntries(place.adapter.manifest.options.map((option) => [option.name, option.default]));
  const client = place.adapter.connect?.({
    shopId: 'demo',
    keys,
    options,
    endpoint: opened.url,
    token: () => Promise.resolve(token),
    transport,
    now: () => now,
    pace: () => Promise.resolve(),
    wait: () => Promise.resolve(),
  });
  if (!client) throw new Error('The channel has no client.');
  return { simulator: opened, client };
}

/** Every page of a window, forwards: nothing changes here while it is read. */
async function readAll(client: ChannelClient, channel: ChannelId): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const first = channel === 'lazada' ? 0 : 1;
  let mark: PageMark | null = channel === 'shopify' || channel === 'standard-webhooks' ? null : { page: first };
  for (let guard = 0; guard < 20; guard += 1) {
    const page = await client.changed('orders', { from: NOW - 3 * HOUR, to: NOW }, mark);
    for (const { id, payload } of page.entries) found.set(id, payload?.body ?? new Uint8Array());
    if (page.next !== null) mark = { cursor: page.next };
    else if (mark !== null && 'page' in mark && (page.total ?? 0) > found.size) mark = { page: mark.page + 1 };
    else break;
  }
  return found;
}

describe.each(PLACES)('$id', (place) => {
  test('lists every order, and each reads as it is', async () => {
    const { simulator, client } = await scene(place);
    const steps = storyOf(place.currency);
    for (const step of steps) simulator.apply(step.order, step.happened);
    const found = await readAll(client, place.id);
    const truth = new Map(steps.map(({ order }) => [order.id, order]));
    expect([...found.keys()].sort()).toEqual([...truth.keys()].sort());
    for (const [id, body] of found) {
      const reading = { channel: place.id, shopId: 'demo', options: { region: 'vn' }, mapping: place.adapter.mapping };
      const read = place.adapter.normalise({ topic: 'order', body, observedAt: NOW }, reading);
      const item = read.ok ? read.items[0] : null;
      if (item?.kind !== 'order') throw new Error(`${id} cannot be read`);
      const { order } = item;
      expect(order.unknown ?? []).toEqual([]);
      expect([order.channelOrderId, order.createdAt, order.updatedAt]).toEqual([id, truth.get(id)?.createdAt, truth.get(id)?.updatedAt]);
      const pieces = (lines: readonly { sku: string; quantity: number }[]) => lines.map(({ sku, quantity }) => `${sku} ${quantity}`).sort();
      expect(pieces(order.lines)).toEqual(pieces(truth.get(id)?.lines ?? []));
    }
    expect(simulator.violations).toBe(0);
    expect(simulator.refusals).toEqual({});
  });

  test('a detail and the day list agree with the list; an id nobody knows is none', async () => {
    const { simulator, client } = await scene(place);
    const steps = storyOf(place.currency);
    for (const step of steps) simulator.apply(step.order, step.happened);
    const [first] = steps;
    const id = first?.order.id ?? '';
    const [known, unknown] = await client.details('order', [id, '999999999999']);
    expect(Buffer.from(known?.payload?.body ?? []).toString()).toContain(id);
    expect(unknown?.payload).toBeNull();
    const page = await client.dayIds({ from: NOW - 3 * HOUR, to: NOW }, null);
    expect(page.ids).toContain(id);
  });

  test('pushes what its adapter verifies, and not with another secret', async () => {
    const { seen, url } = await letterbox();
    const { simulator } = await scene(place, url);
    const step = storyOf(place.currency)[0];
    if (step) simulator.apply(step.order, 'created');
    await simulator.settled();
    const [delivery] = seen;
    if (!delivery || !place.adapter.push) throw new Error('Nothing was pushed.');
    const keys = readCredentials(place.adapter.manifest, simulator.credentials());
    const verified = place.adapter.push.verify(delivery, keys, NOW + 60_000);
    expect(verified.ok && verified.messages.length).toBe(1);
    expect(
      place.adapter.push.verify(delivery, { ...keys, secrets: [`whsec_${Buffer.alloc(32, 9).toString('base64')}`] }, NOW + 60_000),
    ).toMatchObject({
      ok: false,
      status: 401,
    });
    const changed = { ...delivery, body: Buffer.concat([delivery.body, Buffer.from(' ')]) };
    expect(place.adapter.push.verify(changed, keys, NOW + 60_000).ok).toBe(false);
  });

  test('refuses a wrong secret, a revoked key and a missing permission', async () => {
    const { simulator, client } = await scene(place);
    const list = () =>
      client.changed('orders', { from: NOW - HOUR, to: NOW }, null).then(
        () => 'answered',
        (error: { code?: string }) => error.code,
      );
    simulator.set({ permitted: false });
    expect(await list()).toBe('permission');
    simulator.set({ permitted: true, revoked: true });
    expect(['token-revoked', 'token-expired', 'auth-unknown-app', 'auth-wrong-secret']).toContain(await list());
    simulator.set({ revoked: false, secret: `whsec_${Buffer.alloc(32, 8).toString('base64')}` });
    expect(['auth-wrong-secret', 'token-revoked']).toContain(await list());
  });

  test('garbage, half an answer and no answer at all are told apart from orders', async () => {
    const faults = scriptedFaults([
      { call: 'list', nth: 1, fault: 'garbage' },
      { call: 'list', nth: 2, fault: 'cut-body' },
      { call: 'list', nth: 3, fault: 'disconnect' },
      { call: 'list', nth: 4, fault: 'error-500' },
      { call: 'list', nth: 5, fault: 'rate-429' },
    ]);
    const { simulator, client } = await scene(place, null, faults);
    const step = storyOf(place.currency)[0];
    if (step) simulator.apply(step.order, 'created');
    const codes: unknown[] = [];
    for (let call = 0; call < 5; call += 1) {
      codes.push(
        await client.changed('orders', { from: NOW - 3 * HOUR, to: NOW }, null).then(
          () => 'answered',
          (error: { code?: string }) => error.code,
        ),
      );
    }
    expect(codes.slice(1)).toEqual(['bad-answer', 'transient', 'transient', 'rate-limited']);
    expect(['bad-answer', 'transient']).toContain(codes[0]);
  });
});

describe('writing back', () => {
  test.each(PLACES.filter(({ adapter }) => adapter.manifest.capabilities.ship))(
    '$id ships once, however often it is asked',
    async (place) => {
      const { simulator, client } = await scene(place);
      const step = storyOf(place.currency).find(({ order }) => order.stage === 'to-ship');
      if (!step) throw new Error('No order to ship.');
      simulator.apply(step.order, 'created');
      const request = { channelOrderId: step.order.id, trackingNumber: 'SF1390000001', carrier: 'sf', lines: [] };
      await client.ship?.({ ...request, attempt: 1 });
      expect(simulator.truth(step.order.id)).toMatchObject({ stage: 'shipped', tracking: { number: 'SF1390000001' } });
      await client.ship?.({ ...request, attempt: 2 }).catch((error: { code?: string }) => expect(error.code).toBe('already-done'));
      expect(simulator.writes.filter(({ kind, repeated }) => kind === 'ship' && !repeated)).toHaveLength(1);
    },
  );
});
