import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import { openHttpCarrier, openIpcCarrier } from '#test/support/carriers.ts';
import type { CarrierClient } from '#test/support/carriers.ts';
import { HubDouble } from '#test/support/hub-double.ts';

/** One suite, two carriers: a console must not be able to tell which one it is on. */
describe.each([
  ['HTTP and WebSocket', openHttpCarrier],
  ['Electron IPC', openIpcCarrier],
])('the contract over %s', (_name, open) => {
  let hub: HubDouble;
  let client: CarrierClient;
  beforeEach(async () => {
    hub = new HubDouble();
    hub.methods.set('echo', (params) => ({ ok: true, value: params }));
    client = await open(hub);
  });
  afterEach(() => client.close());

  it('carries parameters and values as they are', async () => {
    const params = {
      text: '周末送 “quoted” \u2028 😀',
      list: [1, 0, -1, 0.1, Number.MAX_SAFE_INTEGER],
      nested: { nothing: null, yes: true, empty: {}, none: [] },
    };
    expect(await client.request('echo', params)).toEqual({ ok: true, value: params });
  });

  it('carries large pages', async () => {
    const items = Array.from({ length: 500 }, (_unused, index) => ({ orderNo: `SP${index}`, note: '备注'.repeat(200) }));
    expect(await client.request('echo', { items })).toEqual({ ok: true, value: { items } });
  });

  it('says who asks and in which language', async () => {
    hub.methods.set('session.hello', (_params, principal) => ({ ok: true, value: principal }));
    expect(await client.request('session.hello', {}, 'en')).toEqual({
      ok: true,
      value: { operator: 'admin', role: 'admin', locale: 'en' },
    });
    expect(await client.request('session.hello', {}, 'zh')).toMatchObject({ value: { locale: 'zh' } });
  });

  it.each([
    'bad_request',
    'unauthenticated',
    'forbidden',
    'unknown_method',
    'not_found',
    'stale_version',
    'illegal_move',
    'busy',
    'internal',
  ] as const)('carries the refusal %s as a value, with its details', async (code) => {
    const refusal = { ok: false, error: { code, message: '原因', details: { version: 3 } } } as const;
    hub.methods.set('holds.release', () => refusal);
    expect(await client.request('holds.release', { orderNo: 'SP1', version: 2 })).toEqual(refusal);
  });

  it('knows no method by name: the hub says which there are', async () => {
    expect(await client.request('no.such.method', {})).toMatchObject({ ok: false, error: { code: 'unknown_method' } });
    expect(hub.requests.map(({ method }) => method)).toEqual(['no.such.method']);
  });

  it('answers each of many requests with its own answer', async () => {
    hub.methods.set('slow', async (params) => {
      const { index } = params as { index: number };
      await new Promise((resolve) => setTimeout(resolve, (7 * index) % 11));
      return { ok: true, value: index };
    });
    const answers = await Promise.all(Array.from({ length: 100 }, (_unused, index) => client.request('slow', { index })));
    expect(answers).toEqual(Array.from({ length: 100 }, (_unused, index) => ({ ok: true, value: index })));
  });

  it('streams events in order, from now on', async () => {
    hub.publish('before');
    const seen: StreamEvent[] = [];
    await client.subscribe(null, (event) => seen.push(event));
    const published = Array.from({ length: 50 }, (_unused, index) => hub.publish(`心跳 ${index}`));
    await vi.waitFor(() => expect(seen).toHaveLength(50));
    expect(seen).toEqual(published);
  });

  it('resumes after a position without a hole or a repeat, whatever is published meanwhile', async () => {
    for (let count = 0; count < 20; count += 1) hub.publish(`${count}`);
    const seen: number[] = [];
    const subscribed = client.subscribe({ epoch: hub.epoch, seq: 5 }, (event) => seen.push(event.seq));
    hub.publish('meanwhile');
    await subscribed;
    hub.publish('after');
    await vi.waitFor(() => expect(seen.at(-1)).toBe(22));
    expect(seen).toEqual(Array.from({ length: 17 }, (_unused, index) => index + 6));
  });

  it.each([
    ['of another run of the hub', { epoch: 'another', seq: 3 }],
    ['the hub no longer holds', { epoch: 'double', seq: 1 }],
    ['ahead of the hub', { epoch: 'double', seq: 999 }],
  ])('answers a position %s with one resync, then goes on', async (_case, position) => {
    for (let count = 0; count < 150; count += 1) hub.publish(`${count}`);
    const seen: StreamEvent[] = [];
    await client.subscribe(position, (event) => seen.push(event));
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    hub.publish('after');
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    expect(seen.map(({ name, seq }) => [name, seq])).toEqual([
      ['resync', 150],
      ['notice.raised', 151],
    ]);
  });

  it('ends a subscription, and only that one', async () => {
    const [first, second]: [number[], number[]] = [[], []];
    const leave = await client.subscribe(null, (event) => first.push(event.seq));
    await client.subscribe(null, (event) => second.push(event.seq));
    hub.publish('1');
    await vi.waitFor(() => expect([first, second]).toEqual([[1], [1]]));
    leave();
    await new Promise((resolve) => setTimeout(resolve, 50));
    hub.publish('2');
    await vi.waitFor(() => expect(second).toEqual([1, 2]));
    expect(first).toEqual([1]);
  });

  it('lets go of the hub at the end', async () => {
    await client.subscribe(null, () => undefined);
    await client.close();
    expect(hub.listeners).toBe(0);
    client = await open(hub);
  });
});
