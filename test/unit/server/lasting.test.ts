import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SECOND } from '#shared/time.ts';
import { Access } from '#main/server/access.ts';
import { createServer } from '#main/server/app.ts';
import { portOf } from '#main/server/port.ts';
import { HubDouble } from '#test/support/hub-double.ts';

const TOKEN = 'token-of-the-administrator';

let hub: HubDouble;
let app: FastifyInstance;
let stops: number;
beforeEach(async () => {
  hub = new HubDouble();
  stops = 0;
  app = await createServer({
    link: hub,
    access: new Access([{ operator: 'admin', role: 'admin', token: TOKEN }]),
    host: '127.0.0.1',
    allowedHosts: [],
    tls: null,
    consoleDirectory: '/nowhere',
    logger: pino({ level: 'silent' }),
    onStop: () => (stops += 1),
  });
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

describe('a hub that says nothing', () => {
  it.each(['/healthz', '/metrics'])('does not keep whoever asks %s waiting for ever', async (url) => {
    vi.spyOn(hub, 'health').mockReturnValue(new Promise(() => undefined));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = app.inject({ url, headers: { host: '127.0.0.1' } });
    await vi.waitFor(() => expect(hub.health).toHaveBeenCalled());
    await vi.advanceTimersByTimeAsync(11 * SECOND);
    const { statusCode, body } = await asked;
    expect(statusCode).toBeGreaterThanOrEqual(500);
    expect(body).toContain('has not answered');
  });
});

describe('a request whose sender is gone', () => {
  it('is passed over: nobody is asked, and nothing is an error', async () => {
    const errors = vi.spyOn(app.log, 'error');
    await app.listen({ host: '127.0.0.1', port: 0 });
    const gone = Promise.withResolvers<void>();
    app.server.prependOnceListener('request', ({ socket }) => {
      socket.once('close', () => gone.resolve());
      socket.destroy();
    });
    const socket = connect(portOf(app), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST /hooks/shopify/demo HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 2\r\n\r\n{}');
    await gone.promise;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(errors).not.toHaveBeenCalled();
    expect(hub.deliveries).toEqual([]);
  });
});

describe('an operator who stops the hub', () => {
  /** Asks for the end of the hub over a socket of one's own. */
  async function ask(): Promise<Socket> {
    await app.listen({ host: '127.0.0.1', port: 0 });
    const socket = connect(portOf(app), '127.0.0.1');
    const head = [
      `host: 127.0.0.1:${portOf(app)}`,
      `authorization: Bearer ${TOKEN}`,
      'content-type: application/json',
      'content-length: 2',
    ];
    socket.write(`POST /rpc/workspace.stop HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n{}`);
    return socket;
  }

  it('and is gone before the hub has agreed is obeyed all the same', async () => {
    const agreed = Promise.withResolvers<{ ok: true; value: object }>();
    const closed = Promise.withResolvers<void>();
    app.server.on('connection', (socket) => socket.once('close', () => closed.resolve()));
    const asking = vi.spyOn(hub, 'request').mockReturnValue(agreed.promise);
    const socket = await ask();
    await expect.poll(() => asking.mock.calls.length).toBe(1);
    socket.resetAndDestroy();
    await closed.promise;
    agreed.resolve({ ok: true, value: { stopping: true } });
    await expect.poll(() => stops).toBe(1);
  });

  it('has the answer before the doors close', async () => {
    vi.spyOn(hub, 'request').mockResolvedValue({ ok: true, value: { stopping: true } });
    const socket = await ask();
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString()));
    await expect.poll(() => stops).toBe(1);
    await expect.poll(() => answer).toContain('"stopping":true');
    socket.destroy();
  });
});
