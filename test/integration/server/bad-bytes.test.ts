import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startHubThread } from '#main/host/thread.ts';
import type { HubThread } from '#main/host/thread.ts';
import { Access } from '#main/server/access.ts';
import { createServer } from '#main/server/app.ts';
import { portOf } from '#main/server/port.ts';
import { ask, deliver, orderData, testConfig } from '#test/support/hub.ts';

const WORKER = new URL('../../../src-main/host/worker.ts', import.meta.url);
const TOKEN = 'token-of-the-administrator';
const NOW = Date.now();
let folder: string;
let hub: HubThread;
let app: FastifyInstance;
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-bad-bytes-'));
  hub = await startHubThread({ dataDirectory: folder, config: testConfig(), demo: false }, WORKER);
  app = await createServer({
    ...{ link: hub, host: '127.0.0.1', allowedHosts: [], tls: null, consoleDirectory: '/nowhere', onStop: () => undefined },
    access: new Access([{ operator: 'admin', role: 'admin', token: TOKEN }]),
    logger: pino({ level: 'silent' }),
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  port = portOf(app);
});
afterAll(async () => {
  await app.close();
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});
/** Whatever was sent: the hub is there, and judges. */
afterEach(async () => {
  const id = `after-${Math.random()}`;
  expect((await deliver(hub, 'order.paid', orderData(id, NOW), NOW)).status).toBe(200);
  expect((await ask(hub, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: id })).channelOrderId).toBe(id);
});

const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'x-locale': 'en' };
const post = (path: string, body: string | Uint8Array, more: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers: { ...headers, ...more }, body: body as BodyInit });

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

describe('a request of the console', () => {
  test.each<[string, string | Uint8Array]>([
    ['nothing that is JSON', '{"limit":'],
    ['bytes that are no text', new Uint8Array([0xff, 0xfe, 0, 0x80])],
    ['a list', '[1]'],
    ['a text', '"limit"'],
    ['null within', '{"limit":null}'],
    ['names every object has', '{"__proto__":{"limit":1}}'],
    ['constructors', '{"constructor":{"prototype":{"limit":1}}}'],
    ['brackets without end', nested(400_000)],
    ['brackets without end in their place', `{"status":${nested(400_000)}}`],
    ['more than it may', `{"text":"${'x'.repeat(1_100_000)}"}`],
  ])('of %s is refused in words', async (_what, body) => {
    const response = await post('/rpc/orders.list', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      ok: false,
      error: { code: 'bad_request', message: expect.stringMatching(/[a-z]/) as string },
    });
  });

  test.each<[string, string, number]>([
    ['a rule nested to the bottom of the stack', `{"body":{"rules":[${nested(2_000_000)}],"lists":{}}}`, 400],
    ['rules of thirty megabytes', `{"body":{"rules":[${'{},'.repeat(9_999)}"${'x'.repeat(30_000_000)}"],"lists":{}}}`, 200],
    ['more than the largest rule set', `{"body":{"rules":["${'x'.repeat(34_000_000)}"],"lists":{}}}`, 400],
  ])('of %s is answered', async (_what, body, status) => {
    const response = await post('/rpc/rules.lint', body);
    expect(response.status).toBe(status);
    const answer = (await response.json()) as { ok: boolean; error?: { code: string } };
    expect([true, 'bad_request']).toContain(answer.ok || answer.error?.code);
  });

  test.each([
    '/rpc/',
    '/rpc/%00',
    '/rpc/__proto__',
    '/rpc/%ff',
    `/rpc/${'x'.repeat(3_000)}`,
    '/rpc/orders.list/more',
    '/rpc/..%2f..%2fhealthz',
  ])('at %s is none', async (path) => expect((await post(path, '{}')).status).toBeOneOf([400, 404, 414]));
});

describe('a webhook', () => {
  test.each<[string, string]>([
    ['no shop', '/hooks/standard-webhooks/'],
    ['half a character', '/hooks/standard-webhooks/%ED%A0%BD'],
    ['a NUL', '/hooks/standard-webhooks/%00'],
    ['a way up', '/hooks/standard-webhooks/..%2fown'],
    ['names every object has', '/hooks/__proto__/constructor?__proto__=1&constructor=2'],
    ['a partner nobody connected', '/hooks/partner/constructor'],
    ['a query without end', `/hooks/standard-webhooks/own?${'a=1&'.repeat(3_000)}`],
    ['a query that is none', '/hooks/standard-webhooks/own?%=%&&&=&%ff=%00'],
  ])('to %s is refused', async (_what, path) => {
    for (const method of ['POST', 'GET'])
      expect((await fetch(`http://127.0.0.1:${port}${path}`, { method })).status).toBeOneOf([400, 401, 404, 414, 431]);
  });

  test.each<[string, Record<string, string>]>([
    ['a time of no clock', { 'webhook-id': 'a', 'webhook-timestamp': '9'.repeat(300), 'webhook-signature': 'v1,AA==' }],
    ['no number for a time', { 'webhook-id': 'a', 'webhook-timestamp': 'NaN', 'webhook-signature': 'v1,AA==' }],
    [
      'thousands of signatures',
      { 'webhook-id': 'a', 'webhook-timestamp': String(Math.floor(NOW / 1_000)), 'webhook-signature': 'v1a,AA== '.repeat(1_000) },
    ],
    [
      'signatures that are none',
      { 'webhook-id': 'a', 'webhook-timestamp': String(Math.floor(NOW / 1_000)), 'webhook-signature': ',,v1 v1a, v1,%' },
    ],
  ])('signed with %s is refused', async (_what, more) => {
    expect((await post('/hooks/standard-webhooks/own', nested(400_000), more)).status).toBeOneOf([400, 401]);
  });
});

test.each<[string, string]>([
  ['no HTTP', '\0\x01\x02\r\n\r\n'],
  ['a length that is none', 'POST /rpc/orders.list HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: -1\r\n\r\n'],
  ['two lengths', 'POST /hooks/standard-webhooks/own HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ['a piece that is none', 'POST /hooks/standard-webhooks/own HTTP/1.1\r\nhost: 127.0.0.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
  ['headers without end', `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n${'a: b\r\n'.repeat(20_000)}\r\n`],
])('a connection that brings %s is answered and closed', async (_what, bytes) => {
  const socket = connect(port, '127.0.0.1');
  let said = '';
  socket.on('data', (piece: Buffer) => (said += piece.toString('latin1'))).on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.write(bytes);
  await closed;
  expect(said === '' || /^HTTP\/1\.1 4\d\d /.test(said)).toBe(true);
});
