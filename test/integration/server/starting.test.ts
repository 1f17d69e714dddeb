import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ServerProcess, temporaryWorkspace } from '#test/support/server-process.ts';
import type { Ended } from '#test/support/server-process.ts';

const TOKEN = 'token-of-the-administrator';
let workspace: ReturnType<typeof temporaryWorkspace>;
const removals: (() => void)[] = [];
beforeEach(() => {
  workspace = temporaryWorkspace({});
  removals.push(workspace.remove);
});
const running: ServerProcess[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('SIGKILL');
});
afterAll(() => removals.forEach((remove) => remove()));
async function start(...args: string[]): Promise<ServerProcess> {
  const server = await ServerProcess.start(['--data', workspace.data, '--port', '0', ...args]);
  running.push(server);
  return server;
}
const database = () => join(workspace.data, 'orderpulse.db');

/** A refusal a person can act on: nothing on standard output, one line in both languages, no stack, and a code that says so. */
function expectOneClearLine(ended: Ended, code: number, ...words: string[]): void {
  expect(ended.out).toEqual([]);
  expect(ended.code).toBe(code);
  const lines = ended.errors.filter((line) => !line.startsWith('{'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/[\u4e00-\u9fff]/);
  for (const word of words) expect(lines[0]).toContain(word);
  expect(ended.errors.join('\n')).not.toMatch(/\n\s+at |"stack"/);
}

describe('a start that cannot be', () => {
  const refused = (...args: string[]) => ServerProcess.refused(['--data', workspace.data, '--port', '0', ...args]);

  it('for an unknown flag', async () => expectOneClearLine(await refused('--nonsense'), 2, '--nonsense'));
  it('for an open address without token and TLS', async () => expectOneClearLine(await refused('--host', '0.0.0.0'), 2, '--tls-cert'));
  it('for a configuration that is not there', async () => {
    expectOneClearLine(await refused('--config', join(workspace.directory, 'nowhere.json')), 1, 'nowhere.json');
  });
  it('for a configuration that is not valid', async () => {
    writeFileSync(workspace.config, JSON.stringify({ shops: [{ channel: 'amazon', shopId: 'x' }] }));
    expectOneClearLine(await refused('--config', workspace.config), 1, 'shops.0.channel');
  });
  it('for an operators file that is not valid', async () => {
    const path = join(workspace.directory, 'operators.json');
    writeFileSync(path, '[{"operator":"li","role":"emperor","token":"token-of-the-agent-li"}]');
    expectOneClearLine(await refused('--operators', path), 1, '0.role');
  });
  it('for a data folder that is a file', async () => {
    expectOneClearLine(await ServerProcess.refused(['--data', workspace.config, '--port', '0']), 1, workspace.config);
  });

  it('for a taken port, and the workspace is free again', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const ended = await ServerProcess.refused(['--data', workspace.data, '--port', String(port), '--token', TOKEN]);
    taken.close();
    expectOneClearLine(ended, 1, String(port));
    await start('--token', TOKEN);
  });

  it('for a workspace another hub has open, which goes on undisturbed', async () => {
    const first = await start('--token', TOKEN);
    expectOneClearLine(await refused('--token', TOKEN), 1, 'in use');
    expect((await first.rpc(TOKEN, 'session.hello')).status).toBe(200);
  });

  it('for a damaged database, which is left as it is', async () => {
    mkdirSync(workspace.data, { recursive: true });
    writeFileSync(database(), Buffer.alloc(16_384, 0x5a));
    const before = readFileSync(database());
    expectOneClearLine(await refused('--token', TOKEN), 1, 'damaged');
    expect(readFileSync(database()).equals(before)).toBe(true);
  });

  it('for a database of a newer version, which is left as it is', async () => {
    const server = await start('--token', TOKEN);
    await server.stop();
    const file = new Database(database());
    const version = Number(file.pragma('user_version', { simple: true }));
    file.pragma(`user_version = ${version + 1}`);
    file.close();
    expectOneClearLine(await refused('--token', TOKEN), 1, 'newer');
  });
});

describe('a running host', () => {
  it('says one line on standard output, where it listens, and ends with 0 when asked to', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = await start('--token', TOKEN);
      expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      const ended = await server.stop(signal);
      expect({ code: ended.code, out: ended.out }).toEqual({ code: 0, out: [`listening ${server.url}`] });
    }
  });

  it('ends with 0 when an administrator stops it', async () => {
    const server = await start('--token', TOKEN);
    expect((await server.rpc(TOKEN, 'workspace.stop')).answer).toEqual({ ok: true, value: { stopping: true } });
    expect((await server.ended).code).toBe(0);
  });

  it('without a token makes one for its owner alone and prints a link that works once', async () => {
    const server = await start();
    const token = readFileSync(join(workspace.data, 'token'), 'utf8').trim();
    if (process.platform !== 'win32') expect(statSync(join(workspace.data, 'token')).mode & 0o777).toBe(0o600);
    expect((await server.rpc(token, 'session.hello')).answer).toMatchObject({ value: { role: 'admin' } });
    expect(server.errors.join('\n')).not.toContain(token);

    const link = /http\S+\/login\?code=\S+/.exec(server.errors.join('\n'))?.[0] ?? '';
    const first = await fetch(link, { redirect: 'manual' });
    const cookie = first.headers.get('set-cookie') ?? '';
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')).toBeNull();

    const session = cookie.split(';')[0] ?? '';
    const hello = () =>
      fetch(`${server.url}/rpc/session.hello`, {
        method: 'POST',
        headers: { cookie: session, 'content-type': 'application/json' },
        body: '{}',
      });
    expect(await (await hello()).json()).toMatchObject({ ok: true, value: { operator: 'admin' } });
  });

  it('streams to a logged-in console and closes a stranger with 4401', async () => {
    const server = await start('--token', TOKEN);
    const events = server.url.replace('http', 'ws') + '/events';
    const stranger = new WebSocket(events);
    const [code] = (await once(stranger, 'close')) as [number];
    expect(code).toBe(4401);
    const console_ = new WebSocket(events, { headers: { authorization: `Bearer ${TOKEN}` } });
    const [frame] = (await once(console_, 'message')) as [Buffer];
    expect(JSON.parse(String(frame))).toMatchObject({ epoch: expect.any(String) as string, seq: expect.any(Number) as number });
    const foreign = new WebSocket(events, { headers: { authorization: `Bearer ${TOKEN}`, origin: 'https://evil.example' } });
    const [error] = (await once(foreign, 'error')) as [Error];
    expect(error.message).toContain('403');
    const closed = once(console_, 'close');
    await server.stop();
    await closed;
  });

  it('with --demo is alive by itself, on data of its own, and is marked as demo', async () => {
    const server = await start('--demo', '--without-past', '--token', TOKEN);
    expect((await server.rpc(TOKEN, 'session.hello')).answer).toMatchObject({ value: { demo: true } });
    await vi.waitFor(
      async () => {
        const { answer } = await server.rpc(TOKEN, 'orders.list', { limit: 500 });
        expect(answer.ok ? (answer.value as { items: { channel: string }[] }).items : []).toSatisfy(
          (items: { channel: string }[]) => items.length >= 50 && new Set(items.map(({ channel }) => channel)).size >= 3,
        );
      },
      { timeout: 30_000, interval: 250 },
    );
    expect((await server.stop()).code).toBe(0);
  });

  it('keeps what it acknowledged and its cookies over a restart on the same port', async () => {
    const first = await start();
    const token = readFileSync(join(workspace.data, 'token'), 'utf8').trim();
    const login = await fetch(`${first.url}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const { port } = new URL(first.url);
    await first.stop();
    const again = await ServerProcess.start(['--data', workspace.data, '--port', port]);
    running.push(again);
    const hello = await fetch(`${again.url}/rpc/session.hello`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await hello.json()).toMatchObject({ ok: true, value: { operator: 'admin' } });
  });
});
