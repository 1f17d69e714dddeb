import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ask, deliver, memoryHub, orderData, SECRET, SHOP, testConfig } from '#test/support/hub.ts';
import { signStandard } from '#test/support/webhooks.ts';

let hub: LocalHub;
const now = Date.now();
beforeEach(async () => {
  hub = await memoryHub(testConfig({ settings: { bodyLimitBytes: 5_000, queueMessages: 3 } }));
});
afterEach(() => hub.close());

function send(body: string | Buffer, options: { secret?: string; at?: number; shopId?: string; channel?: string; id?: string } = {}) {
  const { secret = SECRET, at = now, shopId = SHOP.shopId, channel = SHOP.channel, id = 'msg_1' } = options;
  return hub.receive({ channel, shopId, ...signStandard(secret, id, at, body), receivedAt: now });
}

describe('what a webhook may be answered', () => {
  const good = JSON.stringify({ type: 'order.paid', timestamp: new Date(now).toISOString(), data: orderData('G', now) });
  const other = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;

  test.each([
    ['a wrong signature', 401, () => send(good, { secret: other })],
    ['a stale timestamp', 400, () => send(good, { at: now - 6 * 60_000 })],
    ['a body over the limit', 413, () => send(`{"pad":"${'x'.repeat(5_000)}"}`)],
    ['an unknown shop', 404, () => send(good, { shopId: 'nobody' })],
    ['an unknown channel', 404, () => send(good, { channel: 'ebay' })],
  ])('%s: %i, with a reason in both languages, and nothing stored', async (_name, status, attempt) => {
    const receipt = await attempt();
    expect(receipt.status).toBe(status);
    const { reason } = JSON.parse(receipt.body) as { reason: { zh: string; en: string } };
    expect(reason.zh).toMatch(/\p{Script=Han}/u);
    expect(reason.en).toMatch(/[a-z]/);
    expect((await ask(hub, 'orders.list', {})).items).toEqual([]);
    expect(hub.store.inbox.get(1)).toBeNull();
  });

  test('more than the queue holds: 503, and those that fitted are on disk', async () => {
    const statuses = await Promise.all(Array.from({ length: 5 }, (_, index) => send(good, { id: `m${index}` })));
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 503, 503]);
    expect(hub.store.inbox.get(3)).not.toBeNull();
    expect(hub.store.inbox.get(4)).toBeNull();
  });

  test('a refused signature is counted for the shop, and no secret is in the metrics', async () => {
    await send(good, { secret: other });
    const [shop] = (await ask(hub, 'channels.list', {})).items;
    expect(shop).toMatchObject({ refused24h: 1, received24h: 0, door: 'standard-webhooks', webhookPath: '/hooks/standard-webhooks/own' });
    const { metrics } = await hub.health();
    expect(metrics).toContain('orderpulse_webhooks_total{channel="standard-webhooks",status="401"} 1');
    expect(metrics).not.toContain(SECRET);
  });
});

describe('a message that cannot be read', () => {
  test('is acknowledged, kept with its reason, listed, masked, and can be retried', async () => {
    expect(await send('{ not json, 13912345678', { id: 'bad' })).toMatchObject({ status: 200 });
    const listed = await ask(hub, 'inbox.failed', {});
    expect(listed.items).toMatchObject([{ channel: 'standard-webhooks', shopId: 'own', attempts: 1, preview: '{ not json, 139****5678' }]);
    expect(listed.items[0]?.reason.zh).toMatch(/\p{Script=Han}/u);
    expect(await ask(hub, 'inbox.retry', {})).toEqual({ retried: 1, succeeded: 0 });
    expect((await ask(hub, 'inbox.failed', {})).items[0]?.attempts).toBe(2);
    expect((await ask(hub, 'pulse.snapshot', {})).vitals.inboxFailed).toBe(1);
  });

  test('does not stop the ones beside it', async () => {
    const receipts = await Promise.all([send('[]', { id: 'bad' }), deliver(hub, 'order.paid', orderData('GOOD', now), now)]);
    expect(receipts.map(({ status }) => status)).toEqual([200, 200]);
    expect((await ask(hub, 'orders.list', {})).items.map(({ channelOrderId }) => channelOrderId)).toEqual(['GOOD']);
  });

  test('retrying one that is not there is refused with a code', async () => {
    const answer = await hub.request('inbox.retry', { id: 99 }, { operator: 'a', role: 'admin', locale: 'zh' });
    expect(answer).toEqual({ ok: false, error: { code: 'not_found', message: '没有找到 99' } });
  });
});

describe('a request with more than a filter can hold', () => {
  test.each([
    ['orders.list', { status: Array.from({ length: 40_000 }, () => 'paid') }],
    ['orders.list', { grade: Array.from({ length: 40_000 }, () => 'low') }],
    ['holds.list', { severity: Array.from({ length: 40_000 }, () => 'low') }],
    ['holds.list', { channel: Array.from({ length: 40_000 }, () => 'taobao') }],
  ])('%s is refused, whoever asks', async (method, filter) => {
    const answer = await hub.request(method, filter, { operator: 'wall', role: 'viewer', locale: 'en' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  });
});
