import { afterEach, describe, expect, test } from 'vitest';
import type { ChannelId } from '#shared/channels.ts';
import { MINUTE, SECOND } from '#shared/time.ts';
import type { Desk } from '#simulators/kit/desk.ts';
import { ask, ADMIN } from '#test/support/hub.ts';
import { World } from '../conformance/world.ts';
import { paidOrder } from './orders.ts';

const START = Date.UTC(2026, 5, 18, 2);

let world: World;
afterEach(() => world.close());

/** A hub that knows one shop already, and the credentials of the same platform for a second one. */
async function open(channel: ChannelId) {
  world = await new World({ channel, seed: 11, faults: false, start: START, durable: false }).open();
  world.simulator.apply(paidOrder(channel, 1, START - MINUTE), 'created');
  await world.until(START + 30 * SECOND);
  const { url: endpoint } = world.simulator;
  return { channel, shopId: 'second', name: '二号店', fields: world.simulator.credentials(), endpoint };
}

describe.each(['douyin', 'taobao', 'wechat-store', 'shopify', 'standard-webhooks'] as const)('connecting %s on screen', (channel) => {
  test('a test call goes through every step and shows an order', async () => {
    const draft = await open(channel);
    const result = await world.through(ask(world.hub, 'shops.test', draft));
    expect(result.steps.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(result).toMatchObject({ ok: true, sample: { ok: true, orders: [{ channelOrderId: paidOrder(channel, 1, 0).id }] } });
    expect(result.steps.map(({ id }) => id)).toEqual(['fields', 'reach', 'clock', 'token', 'identity', 'orders', 'sample']);
    expect(world.hub.store.connections.all()).toEqual([]);
  });

  test('it stops at the first step that fails, in words', async () => {
    const draft = await open(channel);
    const [first] = Object.keys(draft.fields);
    const { [first ?? '']: _left, ...fewer } = draft.fields;
    const result = await world.through(ask(world.hub, 'shops.test', { ...draft, fields: fewer }));
    expect(result.ok).toBe(false);
    expect(result.steps[0]).toMatchObject({ id: 'fields', state: 'failed' });
    expect(result.steps.slice(1).every(({ state }) => state === 'skipped')).toBe(true);
  });

  test('connected, switched on, read, switched off and removed; no credential comes out again', async () => {
    const draft = await open(channel);
    const key = { channel, shopId: 'second' };
    await ask(world.hub, 'shops.connect', draft);
    expect(await ask(world.hub, 'shops.connection', key)).toMatchObject({
      on: false,
      source: 'screen',
      filled: expect.arrayContaining(Object.keys(draft.fields)) as string[],
    });
    await ask(world.hub, 'shops.switch', { ...key, on: true });
    await world.until(world.time.now() + 3 * MINUTE);
    expect(world.hub.store.orders.byPlatform(channel, 'second', paidOrder(channel, 1, 0).id)).not.toBeNull();
    await ask(world.hub, 'shops.switch', { ...key, on: false });
    expect((await ask(world.hub, 'feeds.list', {})).items.find(({ shopId }) => shopId === 'second')).toMatchObject({ state: 'off' });

    const answers = [
      await ask(world.hub, 'shops.connection', key),
      await ask(world.hub, 'channels.list', {}),
      await ask(world.hub, 'audit.list', { limit: 50 }),
      await ask(world.hub, 'channels.catalogue', {}),
    ];
    const secrets = Object.entries(draft.fields).filter(([name]) => /secret|token|key/i.test(name) && name !== 'app_key');
    for (const [, secret] of secrets) if (secret.length > 8) expect(JSON.stringify(answers)).not.toContain(secret);

    await ask(world.hub, 'shops.remove', key);
    expect((await world.hub.request('shops.connection', key, ADMIN)).ok).toBe(false);
    expect(world.hub.store.orders.byPlatform(channel, 'second', paidOrder(channel, 1, 0).id)).not.toBeNull();
  });
});

test('credentials leave this machine in the clear for nobody, and a shop of the configuration is changed there', async () => {
  const draft = await open('douyin');
  const plain = await world.hub.request('shops.test', { ...draft, endpoint: 'http://platform.example' }, ADMIN);
  expect(plain).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  const own = await world.hub.request('shops.connect', { ...draft, shopId: 'main' }, ADMIN);
  expect(own).toMatchObject({ ok: false, error: { code: 'bad_request' } });
});

test('a clock that is off and a secret that is wrong stop the test call with their reasons', async () => {
  const draft = await open('douyin');
  const { state } = world.simulator as Desk;
  state.clockOffMs = 11 * MINUTE;
  const late = await world.through(ask(world.hub, 'shops.test', draft));
  expect(late.steps.find(({ state: word }) => word === 'failed')).toMatchObject({
    id: 'clock',
    text: { zh: expect.stringContaining('11 分钟') as string },
  });
  state.clockOffMs = 0;
  const wrong = await world.through(ask(world.hub, 'shops.test', { ...draft, fields: { ...draft.fields, secret: 'x'.repeat(24) } }));
  expect(wrong.steps.find(({ state: word }) => word === 'failed')?.text.zh).toMatch(/密钥不正确.*平台原话/);
});

test('a shop without a token is authorised with a code, and read with what it gave', async () => {
  const draft = await open('douyin');
  const { access_token: _access, refresh_token: _refresh, ...fields } = draft.fields;
  const key = { channel: 'douyin', shopId: 'second' } as const;
  await ask(world.hub, 'shops.connect', { ...draft, fields });
  await ask(world.hub, 'shops.switch', { ...key, on: true });
  await world.until(world.time.now() + MINUTE);
  expect(world.hub.store.orders.byPlatform('douyin', 'second', paidOrder('douyin', 1, 0).id)).toBeNull();
  const wrong = await world.through(world.hub.request('shops.authorise', { ...key, code: 'not-a-code' }, ADMIN));
  expect(wrong).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  const granted = await world.through(ask(world.hub, 'shops.authorise', { ...key, code: 'simulated-code' }));
  expect(granted.expiresAt).toBeGreaterThan(world.time.now());
  await world.until(world.time.now() + 3 * MINUTE);
  expect(world.hub.store.orders.byPlatform('douyin', 'second', paidOrder('douyin', 1, 0).id)).not.toBeNull();
  expect(JSON.stringify(await ask(world.hub, 'audit.list', { limit: 50 }))).not.toContain('simulated-code');
});
