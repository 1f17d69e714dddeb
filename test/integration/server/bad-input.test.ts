import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '#shared/contract/index.ts';
import { ServerProcess, temporaryWorkspace } from '#test/support/server-process.ts';
import { signShopify, signStandard } from '#test/support/webhooks.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import shopify from '../../fixtures/channels/shopify-order.json' with { type: 'json' };

const SECRET = `whsec_${Buffer.from('an invented secret, thirty-two b').toString('base64')}`;
const FORMER_SECRET = `whsec_${Buffer.from('the former secret, thirty-two by').toString('base64')}`;
const ADMIN = 'token-of-the-administrator';
const AGENT = 'token-of-the-agent-li';
const VIEWER = 'token-of-the-wallboard';

const workspace = temporaryWorkspace({
  workspace: 'bad input',
  shops: [
    { channel: 'standard-webhooks', shopId: 'own', credentials: { secret: SECRET, previousSecret: FORMER_SECRET } },
    { channel: 'shopify', shopId: 'demo', credentials: { secret: 'shpss_demo' } },
    { channel: 'taobao', shopId: 'closed', credentials: { secret: 'x' } },
  ],
});
const operators = join(workspace.directory, 'operators.json');
let server: ServerProcess;
beforeAll(async () => {
  const team = [
    { operator: 'li', role: 'agent', token: AGENT },
    { operator: 'wall', role: 'viewer', token: VIEWER },
  ];
  writeFileSync(operators, JSON.stringify(team));
  const args = ['--data', workspace.data, '--port', '0', '--token', ADMIN, '--config', workspace.config, '--operators', operators];
  server = await ServerProcess.start(args);
});
afterAll(async () => {
  await server?.stop();
  workspace.remove();
});

let sent = 0;
const order = (id: string, changes: Record<string, unknown> = {}) => ({
  type: 'order.paid',
  timestamp: new Date().toISOString(),
  data: {
    channelOrderId: id,
    currency: 'CNY',
    buyer: `buyer of ${id}`,
    lines: [{ sku: 'S1', quantity: 1, unitPriceMinor: 9_900 }],
    ...changes,
  },
});
const signed = (payload: unknown, { secret = SECRET, id = `msg_${(sent += 1)}`, at = Date.now() } = {}) =>
  signStandard(secret, id, at, payload);
const value = <T>(answer: Answer<unknown>): T => {
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return answer.value as T;
};
const ask = async <T>(method: string, params: unknown = {}): Promise<T> => value<T>((await server.rpc(ADMIN, method, params)).answer);
const stored = async (channelOrderId: string, channel = 'standard-webhooks', shopId = 'own') =>
  (await server.rpc(ADMIN, 'orders.get', { channel, shopId, channelOrderId })).answer;

async function settled<T>(read: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
  const limit = Date.now() + 10_000;
  for (;;) {
    const seen = await read();
    if (good(seen) || Date.now() > limit) return seen;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a webhook', () => {
  it('with a right signature is an order, whichever secret in force signed it', async () => {
    expect((await server.hook('standard-webhooks/own', signed(order('A1')))).status).toBe(200);
    expect((await server.hook('standard-webhooks/own', signed(order('A2'), { secret: FORMER_SECRET }))).status).toBe(200);
    for (const id of ['A1', 'A2']) {
      const answer = await settled(
        () => stored(id),
        ({ ok }) => ok,
      );
      expect(answer).toMatchObject({ ok: true, value: { channelOrderId: id, currency: 'CNY', goodsMinor: 9_900, paidMinor: 9_900 } });
    }
  });

  it('with a wrong signature is 401 and leaves nothing behind', async () => {
    const other = `whsec_${Buffer.from('not the secret of this shop at a').toString('base64')}`;
    expect((await server.hook('standard-webhooks/own', signed(order('B1'), { secret: other }))).status).toBe(401);
    const tampered = signed(order('B1'));
    tampered.body = Buffer.from(tampered.body.toString().replace('9900', '1900'));
    expect((await server.hook('standard-webhooks/own', tampered)).status).toBe(401);
    const genuine = signShopify('shpss_demo', 'orders/paid', 'w-bad', shopify.order);
    genuine.headers['x-shopify-hmac-sha256'] = Buffer.alloc(32).toString('base64');
    expect((await server.hook('shopify/demo', genuine)).status).toBe(401);
    delete genuine.headers['x-shopify-hmac-sha256'];
    expect((await server.hook('shopify/demo', genuine)).status).toBe(401);
    expect(await stored('B1')).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it('sent again under the same id is 200 without effect', async () => {
    const message = signed(order('C1', { buyerMessage: 'first' }), { id: 'msg_replayed' });
    expect((await server.hook('standard-webhooks/own', message)).status).toBe(200);
    const first = value<{ version: number; buyerMessage: string }>(
      await settled(
        () => stored('C1'),
        ({ ok }) => ok,
      ),
    );
    const newer = order('C1', { buyerMessage: 'forged under an old id', updatedAt: Date.now() + 60_000 });
    for (const again of [message, signed(newer, { id: 'msg_replayed' })]) {
      expect((await server.hook('standard-webhooks/own', again)).status).toBe(200);
    }
    await server.hook('standard-webhooks/own', signed(order('C2')));
    await settled(
      () => stored('C2'),
      ({ ok }) => ok,
    );
    expect(value(await stored('C1'))).toMatchObject({ version: first.version, buyerMessage: 'first' });
  });

  it.each([
    ['five minutes old', -5 * 60_000 - 2_000],
    ['from five minutes ahead', 5 * 60_000 + 2_000],
  ])('%s is 400', async (_case, offset) => {
    expect((await server.hook('standard-webhooks/own', signed(order('D1'), { at: Date.now() + offset }))).status).toBe(400);
    expect(await stored('D1')).toMatchObject({ ok: false });
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s is 400', async (name) => {
    const message = signed(order('E1'));
    delete message.headers[name];
    expect((await server.hook('standard-webhooks/own', message)).status).toBe(400);
  });

  it('over one mebibyte is 413', async () => {
    const message = signed(order('F1', { buyerMessage: 'x'.repeat(1024 * 1024) }));
    expect((await server.hook('standard-webhooks/own', message)).status).toBe(413);
  });

  it.each(['standard-webhooks/nobody', 'nonsense/own', 'shopify/own'])('to %s is 404', async (path) => {
    expect((await server.hook(path, signed(order('G1')))).status).toBe(404);
  });

  it('to a channel without a door says what to do', async () => {
    const { status, body } = await server.hook('taobao/closed', signed(order('H1')));
    expect(status).toBe(400);
    expect(body).toContain('standard-webhooks');
  });

  it('by another method is no webhook', async () => {
    const address = `${server.url}/hooks/standard-webhooks/own`;
    expect((await fetch(address, { method: 'PUT' })).status).toBe(404);
    // A GET is how some platforms check an address; without their signature it is refused like anything else.
    expect((await fetch(address)).status).toBe(400);
  });

  it.each([
    ['broken JSON', '{"type":"order.paid",'],
    ['no text at all', Buffer.from([0xff, 0xfe, 0x00, 0x80])],
    ['an order without its currency', order('I1', { currency: undefined })],
    ['a type nobody knows', { type: 'order.lost', data: {} }],
  ])('that is signed and carries %s is acknowledged, kept with its reason, and can be retried', async (_case, payload) => {
    const failed = () =>
      ask<{ items: { id: number; reason: { zh: string; en: string }; attempts: number; size: number }[] }>('inbox.failed');
    const before = (await failed()).items.length;
    const message = signed(payload);
    expect((await server.hook('standard-webhooks/own', message)).status).toBe(200);
    const { items } = await settled(failed, (page) => page.items.length === before + 1);
    const entry = items.find(({ size }) => size === message.body.length);
    expect(entry?.reason.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(entry?.reason.en.length).toBeGreaterThan(5);
    expect(await ask('inbox.retry', { id: entry?.id })).toEqual({ retried: 1, succeeded: 0 });
    const after = (await failed()).items.find(({ id }) => id === entry?.id);
    expect(after?.attempts).toBe((entry?.attempts ?? 0) + 1);
  });

  it('of Shopify becomes an order with its 64-bit id exact', async () => {
    const text = JSON.stringify(shopify.order).replace('5550000000001', '9007199254740993');
    const message = signShopify('shpss_demo', 'orders/paid', 'w-1', text);
    expect((await server.hook('shopify/demo', message)).status).toBe(200);
    const answer = await settled(
      () => stored('9007199254740993', 'shopify', 'demo'),
      ({ ok }) => ok,
    );
    expect(answer).toMatchObject({
      ok: true,
      value: { channelOrderId: '9007199254740993', paidMinor: 34_900, rawStatus: 'paid/unfulfilled' },
    });
  });
});

describe('a console request', () => {
  it.each([
    ['without a token', '', 401, 'unauthenticated'],
    ['with a wrong token', 'guess', 401, 'unauthenticated'],
  ])('%s is refused', async (_case, token, status, code) => {
    expect(await server.rpc(token, 'orders.list')).toMatchObject({ status, answer: { ok: false, error: { code } } });
  });

  it('that names no method or does not match its schema is refused with a code', async () => {
    expect(await server.rpc(ADMIN, 'orders.destroy')).toMatchObject({ status: 404, answer: { error: { code: 'unknown_method' } } });
    for (const params of [{ limit: 'many' }, { limit: 501 }, { unknown: 1 }]) {
      expect(await server.rpc(ADMIN, 'orders.list', params)).toMatchObject({ status: 400, answer: { error: { code: 'bad_request' } } });
    }
    expect(await server.rpc(ADMIN, 'holds.release', { orderNo: 'SP1', version: 0 })).toMatchObject({ status: 400 });
  });

  it.each([
    ['a viewer', VIEWER, 'orders.list', 200],
    ['a viewer', VIEWER, 'holds.freeze', 403],
    ['a viewer', VIEWER, 'orders.unmask', 403],
    ['a viewer', VIEWER, 'workspace.stop', 403],
    ['an agent', AGENT, 'inbox.failed', 200],
    ['an agent', AGENT, 'inbox.retry', 403],
    ['an agent', AGENT, 'audit.list', 403],
    ['an agent', AGENT, 'workspace.stop', 403],
    ['the administrator', ADMIN, 'audit.list', 200],
  ])('%s asking %s is answered by role', async (_who, token, method, status) => {
    const params: Record<string, unknown> = {
      'holds.freeze': { orderNo: 'x', version: 1 },
      'orders.unmask': { orderNo: 'x', reason: 'why' },
    };
    const response = await server.rpc(token, method, params[method] ?? {});
    expect(response.status).toBe(status);
    expect(response.answer).toMatchObject(status === 403 ? { ok: false, error: { code: 'forbidden' } } : { ok: true });
  });

  it('names its operator, and is refused in the language it asked in', async () => {
    expect((await server.rpc(AGENT, 'session.hello')).answer).toMatchObject({ value: { operator: 'li', role: 'agent' } });
    const refused = async (locale: string) => (await server.rpc(VIEWER, 'workspace.stop', {}, { 'x-locale': locale })).answer;
    expect(await refused('zh')).toMatchObject({ error: { message: expect.stringMatching(/[\u4e00-\u9fff]/) as string } });
    expect(await refused('en')).toMatchObject({ error: { message: expect.not.stringMatching(/[\u4e00-\u9fff]/) as string } });
  });

  it('with a foreign origin is refused even with the right token', async () => {
    expect(await server.rpc(ADMIN, 'orders.list', {}, { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
  });
});

describe('the figures', () => {
  it('/healthz and /metrics are there for programs', async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toMatchObject({ ok: true, problem: null });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/orderpulse_webhook_acknowledgement_seconds_count\{status="401"\} 4/);
    expect(metrics.match(/^# TYPE (\S+)/gm)?.length).toBe(new Set(metrics.match(/^# TYPE (\S+)/gm)).size);
  });
});
