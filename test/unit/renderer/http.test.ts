import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import type { StreamEvent } from '#shared/contract/index.ts';
import { httpCarrier } from '../../../src-renderer/api/http.ts';
import type { StreamState } from '../../../src-renderer/api/carrier.ts';
import { connect, request } from '../../../src-renderer/api/client.ts';

let server: Server;
let sockets: WebSocketServer;
let base: string;
let respond: (url: string, body: unknown) => { status: number; body: string };
const positions: string[] = [];
const open: ServerSocket[] = [];

beforeEach(async () => {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
  positions.length = 0;
  open.length = 0;
  respond = () => ({ status: 200, body: '{"ok":true,"value":{}}' });
  server = createServer((incoming, outgoing) => {
    let text = '';
    incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
    incoming.on('end', () => {
      const { status, body } = respond(incoming.url ?? '', {
        ...(JSON.parse(text) as object),
        language: incoming.headers['accept-language'],
      });
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  });
  sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, incoming) => {
    positions.push(incoming.url ?? '');
    open.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.unstubAllGlobals();
  sockets.clients.forEach((socket) => socket.terminate());
  sockets.close();
  await new Promise((resolve) => server.close(resolve));
});

const event = (seq: number): StreamEvent => ({ epoch: 'one', seq, name: 'health.changed', payload: { at: seq, ohi: null } });
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !condition(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}

describe('requests over HTTP', () => {
  it('carry method, parameters and language, and bring back the value', async () => {
    const seen: unknown[] = [];
    respond = (url, body) => {
      seen.push([url, body]);
      return { status: 200, body: '{"ok":true,"value":{"items":[],"next":null}}' };
    };
    connect(httpCarrier(base));
    expect(await request('orders.list', { limit: 5 })).toEqual({ items: [], next: null });
    expect(seen).toEqual([['/rpc/orders.list', { limit: 5, language: 'zh' }]]);
  });
  it.each([
    [409, '{"ok":false,"error":{"code":"stale_version","message":"changed"}}', 'stale_version'],
    [401, 'who are you', 'unauthenticated'],
    [502, '<html>', 'unreachable'],
  ])('turn status %d %s into the failure %s', async (status, body, code) => {
    respond = () => ({ status, body });
    connect(httpCarrier(base));
    await expect(request('session.hello', {})).rejects.toMatchObject({ name: 'ContractFailure', code });
  });
  it('say unreachable when nobody answers', async () => {
    connect(httpCarrier('http://127.0.0.1:9'));
    await expect(request('session.hello', {})).rejects.toMatchObject({ code: 'unreachable' });
  });
});

describe('the event stream over a WebSocket', () => {
  it('starts at the position it is given, delivers, and resumes after the last event when the line breaks', async () => {
    const heard: number[] = [];
    const states: StreamState[] = [];
    const stop = httpCarrier(base).subscribe(
      { epoch: 'one', seq: 4 },
      { event: ({ seq }) => heard.push(seq), state: (state) => states.push(state) },
    );
    await until(() => open.length === 1);
    open[0]?.send(JSON.stringify(event(5)));
    open[0]?.send(JSON.stringify(event(6)));
    await until(() => heard.length === 2);
    open[0]?.terminate();
    await until(() => open.length === 2);
    open[1]?.send(JSON.stringify(event(7)));
    await until(() => heard.length === 3);
    stop();
    expect(heard).toEqual([5, 6, 7]);
    expect(positions).toEqual(['/events?epoch=one&seq=4', '/events?epoch=one&seq=6']);
    expect(states).toEqual(['open', 'broken', 'open']);
  });
  it('tells a refused login from a broken line, and forgets a position the hub does not understand', async () => {
    const states: StreamState[] = [];
    const stop = httpCarrier(base).subscribe({ epoch: 'one', seq: 4 }, { event: () => undefined, state: (state) => states.push(state) });
    await until(() => open.length === 1);
    open[0]?.close(4401);
    await until(() => open.length === 2);
    open[1]?.close(4400);
    await until(() => open.length === 3);
    stop();
    expect(states.filter((state) => state !== 'open')).toEqual(['refused', 'broken']);
    expect(positions[2]).toBe('/events');
  });
});
