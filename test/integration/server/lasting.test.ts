import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ServerProcess, temporaryWorkspace } from '#test/support/server-process.ts';

const TOKEN = 'token-of-the-administrator';
const MAIN = join(import.meta.dirname, '../../../src-main/server/main.ts');
/** A file of Linux that takes nothing, as a full disk does. */
const FULL = '/dev/full';

const workspaces: { remove(): void }[] = [];
function workspace() {
  const fresh = temporaryWorkspace({
    workspace: 'lasting',
    shops: [{ channel: 'shopify', shopId: 'demo', credentials: { secret: 'shpss_demo' } }],
  });
  workspaces.push(fresh);
  return fresh;
}
afterAll(() => workspaces.forEach((one) => one.remove()));

describe.skipIf(!existsSync(FULL))('a log that cannot be written', () => {
  test('costs its lines and nothing else: the hub starts, takes orders, and ends when it is told to', async () => {
    const { data, config } = workspace();
    const log = openSync(FULL, 'w');
    const args = [MAIN, '--data', data, '--port', '0', '--token', TOKEN, '--config', config];
    const env = { ...process.env, ORDERPULSE_LOG: 'info', VITEST: undefined };
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', log], env });
    closeSync(log);
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve([code, signal])));
    try {
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout?.on('data', (bytes: Buffer) => resolve(bytes.toString().replace('listening ', '').trim()));
        void ended.then((how) => reject(new Error(`it ended with ${String(how)}`)));
      });
      expect((await fetch(`${url}/hooks/shopify/demo`, { method: 'POST', body: '{}' })).status).toBe(401);
      expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ ok: true });
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

describe('whoever speaks no HTTP, or breaks off', () => {
  let server: ServerProcess;
  let port: number;
  beforeAll(async () => {
    const { data, config } = workspace();
    server = await ServerProcess.start(['--data', data, '--port', '0', '--token', TOKEN, '--config', config]);
    port = Number(new URL(server.url).port);
  });
  afterEach(async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toMatchObject({ ok: true, problem: null });
  });
  afterAll(async () => {
    expect(await server.stop()).toMatchObject({ code: 0 });
  });

  /** Sends bytes, and breaks off after a while, politely or not. */
  function say(text: string | Buffer, breaks: 'resets' | 'ends', afterMs = 20): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(text);
        setTimeout(() => (breaks === 'resets' ? socket.resetAndDestroy() : socket.destroy()), afterMs);
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.resume();
    });
  }
  const head = (line: string, ...more: string[]) => `${[line, `Host: 127.0.0.1:${port}`, ...more].join('\r\n')}\r\n\r\n`;
  const upgrade = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
  const login = `Authorization: Bearer ${TOKEN}`;
  const json = ['Content-Type: application/json', 'Content-Length: 200'];
  const garbageFrame = Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5, 6]);

  test.each([
    ['half a request', () => head('POST /rpc/orders.list HTTP/1.1', login, ...json) + '{"lim'],
    ['half a webhook', () => head('POST /hooks/shopify/demo HTTP/1.1', ...json) + '{"id'],
    ['a chunk that is none', () => head('POST /hooks/shopify/demo HTTP/1.1', 'Transfer-Encoding: chunked') + '5\r\nab\r\nZZ\r\n'],
    ['no HTTP at all', () => '\x16\x03\x01\x02\x00\x01\x00\x01'],
    ['an address that is none', () => head('GET http://:99999999/ HTTP/1.1', 'Accept: text/html')],
    ['a change of protocol from elsewhere', () => `${['GET /events HTTP/1.1', 'Host: elsewhere', ...upgrade].join('\r\n')}\r\n\r\n`],
    ['a change of protocol where there is none', () => head('POST /hooks/shopify/demo HTTP/1.1', ...upgrade, ...json) + '{'],
    ['a stream without a login, then garbage', () => Buffer.concat([Buffer.from(head('GET /events HTTP/1.1', ...upgrade)), garbageFrame])],
    ['a stream, then garbage', () => Buffer.concat([Buffer.from(head('GET /events HTTP/1.1', login, ...upgrade)), garbageFrame])],
    ['the end of a stream', () => head('GET /events HTTP/1.1', login, ...upgrade)],
  ])('%s: the next one is served', async (_name, bytes) => {
    const times = [1, 3, 8, 20, 60];
    await Promise.all(times.flatMap((ms) => [say(bytes(), 'resets', ms), say(bytes(), 'ends', ms)]));
  });
});
