import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Access } from '#main/server/access.ts';
import { createServer } from '#main/server/app.ts';
import { HubDouble } from '#test/support/hub-double.ts';

const ADMIN = 'token-of-the-administrator';
const VIEWER = 'token-of-the-wallboard';
const directory = mkdtempSync(join(tmpdir(), 'orderpulse-console-'));
mkdirSync(join(directory, 'assets'));
writeFileSync(join(directory, 'index.html'), '<!doctype html><title>console</title>');
writeFileSync(join(directory, 'assets/app-4f2a.js'), 'export {};');

const access = new Access([
  { operator: 'admin', role: 'admin', token: ADMIN },
  { operator: 'wall', role: 'viewer', token: VIEWER },
]);
let hub: HubDouble;
let app: FastifyInstance;
let stops = 0;

async function open(host = '127.0.0.1', allowedHosts: string[] = []): Promise<FastifyInstance> {
  return createServer({
    link: hub,
    access,
    host,
    allowedHosts,
    tls: null,
    consoleDirectory: directory,
    logger: pino({ level: 'silent' }),
    onStop: () => (stops += 1),
  });
}
beforeAll(async () => {
  hub = new HubDouble();
  app = await open();
});
beforeEach(() => {
  hub.requests.length = 0;
  hub.deliveries.length = 0;
  hub.methods.clear();
  hub.methods.set('session.hello', (_params, principal) => ({ ok: true, value: principal }));
});
afterAll(async () => {
  await app.close();
  rmSync(directory, { recursive: true });
});

const inject = (options: InjectOptions, server = app) =>
  server.inject({ ...options, headers: { host: '127.0.0.1:7420', ...(options.headers as Record<string, string> | undefined) } });
const rpc = (headers: Record<string, string> = {}, payload: InjectOptions['payload'] = {}, method = 'session.hello') =>
  inject({ method: 'POST', url: `/rpc/${method}`, headers: { authorization: `Bearer ${ADMIN}`, ...headers }, payload });

describe('POST /rpc/:method', () => {
  it('hands parameters and caller to the hub and answers its answer', async () => {
    const response = await rpc({}, { limit: 5 });
    expect([response.statusCode, response.json()]).toEqual([200, { ok: true, value: { operator: 'admin', role: 'admin', locale: 'zh' } }]);
    expect(hub.requests).toEqual([
      { method: 'session.hello', params: { limit: 5 }, principal: { operator: 'admin', role: 'admin', locale: 'zh' } },
    ]);
  });

  it('takes more than a mebibyte only where a rule set is carried, and from nobody unknown', async () => {
    const body = { body: { rules: ['x'.repeat(2 * 1024 * 1024)], lists: {} } };
    hub.methods.set('rules.lint', () => ({ ok: true, value: { findings: [], readings: [] } }));
    expect((await rpc({}, body, 'rules.lint')).statusCode).toBe(200);
    expect((await rpc({}, body, 'orders.list')).json()).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect((await rpc({ authorization: 'Bearer nobody' }, body, 'rules.lint')).statusCode).toBe(401);
    expect(hub.requests.map(({ method }) => method)).toEqual(['rules.lint']);
  });

  it('without a body means no parameters', async () => {
    const response = await inject({ method: 'POST', url: '/rpc/session.hello', headers: { authorization: `Bearer ${VIEWER}` } });
    expect([response.statusCode, hub.requests[0]?.params, hub.requests[0]?.principal.role]).toEqual([200, {}, 'viewer']);
  });

  it.each([
    [{ 'x-locale': 'en' }, 'en'],
    [{ 'accept-language': 'en-US,en;q=0.9,zh;q=0.8' }, 'en'],
    [{ 'accept-language': 'fr-FR,zh-CN;q=0.9' }, 'zh'],
    [{ 'accept-language': 'fr' }, 'zh'],
    [{ 'x-locale': 'zh', 'accept-language': 'en' }, 'zh'],
  ])('with %j speaks %s', async (headers, locale) => {
    await rpc(headers);
    expect(hub.requests[0]?.principal.locale).toBe(locale);
  });

  it.each([
    ['no token', { authorization: '' }],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['another scheme', { authorization: `Basic ${ADMIN}` }],
    ['a made-up cookie', { authorization: '', cookie: 'orderpulse_0=YWRtaW4.9999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ])('with %s is 401 with an answer, and the hub is not asked', async (_case, headers) => {
    const response = await rpc(headers as Record<string, string>);
    expect([response.statusCode, response.json().error.code, hub.requests.length]).toEqual([401, 'unauthenticated', 0]);
  });

  it.each([
    ['a foreign host name', { host: 'evil.example' }],
    ['a foreign host name with our port', { host: 'evil.example:7420' }],
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['our name on another port', { origin: 'http://127.0.0.1:9999' }],
    ['no origin a page would have', { origin: 'null' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['a same-site fetch of another port', { 'sec-fetch-site': 'same-site' }],
  ])('from %s is 403', async (_case, headers) => {
    const response = await rpc(headers as Record<string, string>);
    expect([response.statusCode, response.json().error.code, hub.requests.length]).toEqual([403, 'forbidden', 0]);
  });

  it.each([
    [{ host: 'localhost:7420', origin: 'http://localhost:7420' }],
    [{ host: '[::1]:7420' }],
    [{ origin: 'http://127.0.0.1:7420', 'sec-fetch-site': 'same-origin' }],
  ])('from %j is ours', async (headers) => {
    expect((await rpc(headers as Record<string, string>)).statusCode).toBe(200);
  });

  it.each([
    ['broken JSON', '{"a":', 'application/json'],
    ['a list', '[1]', 'application/json'],
    ['a number', '7', 'application/json'],
    ['a form', 'a=1', 'application/x-www-form-urlencoded'],
    ['plain text, as a form of another site could send it', '{}', 'text/plain'],
  ])('with %s is 400 with an answer', async (_case, payload, type) => {
    const response = await rpc({ 'content-type': type }, payload);
    expect([response.statusCode, response.json().error.code, hub.requests.length]).toEqual([400, 'bad_request', 0]);
  });

  it.each([
    ['bad_request', 400],
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['unknown_method', 404],
    ['not_found', 200],
    ['stale_version', 200],
    ['illegal_move', 200],
  ] as const)('a hub that says %s answers with status %i', async (code, status) => {
    hub.methods.set('session.hello', () => ({ ok: false, error: { code, message: 'why' } }));
    const response = await rpc();
    expect([response.statusCode, response.json()]).toEqual([status, { ok: false, error: { code, message: 'why' } }]);
  });

  it('a hub that fails is an answer too, without its stack', async () => {
    hub.methods.set('session.hello', () => Promise.reject(new Error('secret detail')));
    const response = await rpc();
    expect([response.statusCode, response.json().error.code]).toEqual([503, 'busy']);
    expect(response.body).not.toContain('secret detail');
  });

  it('workspace.stop closes the host once its answer is out', async () => {
    hub.methods.set('workspace.stop', () => ({ ok: true, value: { stopping: true } }));
    await rpc({}, {}, 'workspace.stop');
    expect(stops).toBe(1);
    hub.methods.set('workspace.stop', () => ({ ok: false, error: { code: 'forbidden', message: '' } }));
    await rpc({}, {}, 'workspace.stop');
    expect(stops).toBe(1);
  });
});

describe('login', () => {
  const cookieOf = (response: Awaited<ReturnType<typeof inject>>) => response.cookies[0];

  it('by the printed link: once, with a cookie no script and no other site can use', async () => {
    const url = `/login?code=${access.issueCode('admin')}`;
    const first = await inject({ url });
    expect([first.statusCode, first.headers['location'], first.headers['cache-control']]).toEqual([303, '/', 'no-store']);
    const cookie = cookieOf(first);
    expect(cookie).toMatchObject({ name: 'orderpulse_0', path: '/', httpOnly: true, sameSite: 'Strict' });
    const answer = await inject({
      method: 'POST',
      url: '/rpc/session.hello',
      payload: {},
      cookies: { [cookie?.name ?? '']: cookie?.value ?? '' },
    });
    expect(answer.json()).toMatchObject({ ok: true, value: { operator: 'admin' } });
    const second = await inject({ url });
    expect([second.statusCode, second.cookies]).toEqual([303, []]);
  });

  it('by the link does not work under a foreign name, and the code is not spent', async () => {
    const url = `/login?code=${access.issueCode('admin')}`;
    expect((await inject({ url, headers: { host: 'evil.example' } })).cookies).toEqual([]);
    expect((await inject({ url })).cookies).toHaveLength(1);
  });

  it('by token', async () => {
    const right = await inject({ method: 'POST', url: '/login', payload: { token: VIEWER } });
    expect([right.statusCode, right.json(), right.cookies.length]).toEqual([
      200,
      { ok: true, value: { operator: 'wall', role: 'viewer' } },
      1,
    ]);
    const wrong = await inject({ method: 'POST', url: '/login', payload: { token: 'guess' } });
    expect([wrong.statusCode, wrong.json().error.code, wrong.cookies]).toEqual([401, 'unauthenticated', []]);
    expect((await inject({ method: 'POST', url: '/login', payload: {} })).statusCode).toBe(400);
    expect(
      (await inject({ method: 'POST', url: '/login', payload: { token: VIEWER }, headers: { origin: 'http://evil.example' } })).statusCode,
    ).toBe(403);
  });

  it('guessing is slowed down', async () => {
    const server = await open();
    const codes: number[] = [];
    for (let guess = 0; guess < 25; guess += 1) {
      codes.push((await inject({ method: 'POST', url: '/login', payload: { token: `guess ${guess}` } }, server)).statusCode);
    }
    await server.close();
    expect(codes.slice(0, 20)).toEqual(Array<number>(20).fill(401));
    expect(codes.slice(20)).toEqual(Array<number>(5).fill(429));
  });
});

describe('POST /hooks/:channel/:shopId', () => {
  it('hands over the very bytes, whatever they claim to be, from any host name and without a login', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x20, 0x7d]);
    const response = await inject({
      method: 'POST',
      url: '/hooks/standard-webhooks/my%20shop',
      headers: { host: 'tunnel.example', 'content-type': 'application/json; charset=weird', 'Webhook-Id': 'm1' },
      payload: bytes,
    });
    expect([response.statusCode, response.json(), response.headers['content-type']]).toEqual([
      200,
      { ok: true },
      'application/json; charset=utf-8',
    ]);
    const [delivery] = hub.deliveries;
    expect(delivery).toMatchObject({ channel: 'standard-webhooks', shopId: 'my shop', headers: { 'webhook-id': 'm1' } });
    expect(Buffer.from(delivery?.body ?? [])).toEqual(bytes);
    expect(Math.abs((delivery?.receivedAt ?? 0) - Date.now())).toBeLessThan(10_000);
  });

  it('without a body and a content type is the hub’s to judge', async () => {
    hub.receipt = { status: 400, contentType: 'text/plain', body: 'no' };
    const response = await inject({ method: 'POST', url: '/hooks/shopify/s' });
    hub.receipt = { status: 200, contentType: 'application/json', body: '{"ok":true}' };
    expect([response.statusCode, response.body, hub.deliveries[0]?.body.length]).toEqual([400, 'no', 0]);
  });

  it('takes one mebibyte and not a byte more', async () => {
    const send = (size: number) => inject({ method: 'POST', url: '/hooks/shopify/s', payload: Buffer.alloc(size, 32) });
    expect((await send(1024 * 1024)).statusCode).toBe(200);
    expect((await send(1024 * 1024 + 1)).statusCode).toBe(413);
    expect(hub.deliveries).toHaveLength(1);
  });

  it('answers 503 when the hub is away, so that the platform sends again', async () => {
    const away = new HubDouble();
    away.receive = () => Promise.reject(new Error('stopping'));
    const kept = hub;
    hub = away;
    const server = await open();
    hub = kept;
    expect((await inject({ method: 'POST', url: '/hooks/shopify/s', payload: '{}' }, server)).statusCode).toBe(503);
    await server.close();
  });
});

describe('the console', () => {
  it('is served with a strict policy', async () => {
    const page = await inject({ url: '/', headers: { accept: 'text/html' } });
    expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-cache']);
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    const asset = await inject({ url: '/assets/app-4f2a.js' });
    expect(asset.headers['cache-control']).toContain('immutable');
  });

  it('is where any address a person may have typed leads, not those of programs', async () => {
    const typed = await inject({ url: '/desk/anything', headers: { accept: 'text/html' } });
    expect([typed.statusCode, typed.headers['location']]).toEqual([302, '/']);
    const missing = await inject({ url: '/assets/gone.js', headers: { accept: '*/*' } });
    expect([missing.statusCode, missing.json().error.code]).toEqual([404, 'not_found']);
    expect((await inject({ method: 'POST', url: '/desk' })).statusCode).toBe(404);
  });

  it('that went away while the hub runs is told, not led to itself for ever', async () => {
    const page = join(directory, 'index.html');
    renameSync(page, `${page}.away`);
    const missing = await inject({ url: '/', headers: { accept: 'text/html' } });
    renameSync(`${page}.away`, page);
    expect([missing.statusCode, missing.body.includes('npm run build')]).toEqual([503, true]);
  });

  it('never leaves its folder', async () => {
    const response = await inject({ url: '/..%2f..%2fetc/passwd', headers: { accept: '*/*' } });
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
  });

  it('that is not built says so, and the rest runs', async () => {
    const server = await createServer({
      link: hub,
      access,
      host: '127.0.0.1',
      allowedHosts: [],
      tls: null,
      consoleDirectory: join(directory, 'nowhere'),
      logger: pino({ level: 'silent' }),
      onStop: () => undefined,
    });
    const page = await inject({ url: '/' }, server);
    expect([page.statusCode, page.body.includes('npm run build')]).toEqual([503, true]);
    expect((await inject({ url: '/healthz' }, server)).statusCode).toBe(200);
    await server.close();
  });
});

describe('observation', () => {
  it('/healthz says whether the hub is well', async () => {
    expect((await inject({ url: '/healthz' })).json()).toEqual({ ok: true, problem: null, startedAt: 1 });
    hub.healthNow = { ...hub.healthNow, ok: false, problem: 'disk full' };
    const ill = await inject({ url: '/healthz' });
    hub.healthNow = { ...hub.healthNow, ok: true, problem: null };
    expect([ill.statusCode, ill.json().problem]).toEqual([503, 'disk full']);
  });

  it('/metrics carries the hub’s figures and the host’s own', async () => {
    await inject({ method: 'POST', url: '/hooks/shopify/s', payload: '{}' });
    const { body, headers } = await inject({ url: '/metrics' });
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toContain('orderpulse_orders 3');
    expect(body).toMatch(/orderpulse_webhook_acknowledgement_seconds_count\{status="200"\} \d+/);
    expect(body).toContain('orderpulse_consoles 0');
  });

  it('/metrics from another machine needs a token', async () => {
    expect((await inject({ url: '/metrics', remoteAddress: '192.0.2.7' })).statusCode).toBe(401);
    const withToken = await inject({ url: '/metrics', remoteAddress: '192.0.2.7', headers: { authorization: `Bearer ${VIEWER}` } });
    expect(withToken.statusCode).toBe(200);
  });
});

describe('a host beyond this machine', () => {
  it('answers to any name it is reached by, but its pages must come from that name', async () => {
    const server = await open('0.0.0.0');
    const ask = (headers: Record<string, string>) =>
      inject({ method: 'POST', url: '/rpc/session.hello', payload: {}, headers: { authorization: `Bearer ${ADMIN}`, ...headers } }, server);
    expect((await ask({ host: 'hub.example' })).statusCode).toBe(200);
    expect((await ask({ host: 'hub.example', origin: 'https://hub.example' })).statusCode).toBe(200);
    expect((await ask({ host: 'hub.example', origin: 'https://evil.example' })).statusCode).toBe(403);
    await server.close();
  });

  it('answers only to the names it was given, where it was given some', async () => {
    const server = await open('127.0.0.1', ['hub.example']);
    const ask = (host: string) =>
      inject({ method: 'POST', url: '/rpc/session.hello', payload: {}, headers: { authorization: `Bearer ${ADMIN}`, host } }, server);
    expect((await ask('hub.example')).statusCode).toBe(200);
    expect((await ask('other.example')).statusCode).toBe(403);
    await server.close();
  });
});
