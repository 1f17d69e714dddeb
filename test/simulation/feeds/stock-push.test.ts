import { afterEach, expect, test } from 'vitest';
import { MINUTE, SECOND } from '#shared/time.ts';
import { ask } from '#test/support/hub.ts';
import { World } from '../conformance/world.ts';
import { paidOrder } from './orders.ts';

const START = Date.UTC(2026, 5, 18, 2);

let world: World;
afterEach(() => world.close());

/** Lets the outbox deliver what is due, now and after every wait, for a while. */
async function deliver(forMs: number): Promise<void> {
  const { outbox } = world.hub.hub;
  for (const end = world.time.now() + forMs; world.time.now() <= end;) {
    outbox.run();
    await world.through(outbox.settled());
    await world.until(world.time.now() + SECOND);
  }
}

test.each(['sleep', 'crash'] as const)('a level that moved just before the hub ended (%s) is told after the next start', async (ending) => {
  world = await new World({ channel: 'taobao', seed: 13, faults: false, start: START, durable: false }).open();
  const { url: endpoint } = world.simulator;
  const shop = { channel: 'taobao', shopId: 'second' } as const;
  await ask(world.hub, 'shops.connect', { ...shop, fields: world.simulator.credentials(), endpoint, options: { pushStock: true } });
  await ask(world.hub, 'shops.switch', { ...shop, on: true });
  world.simulator.apply(paidOrder('taobao', 1, world.time.now()), 'created');
  await world.until(world.time.now() + 4 * MINUTE);
  await deliver(10 * SECOND);
  const before = world.simulator.writes.length;

  const level = await ask(world.hub, 'stock.adjust', { sku: 'SHIRT-W', warehouse: 'suzhou', quantity: -7, kind: 'adjust', note: '' });
  await world[ending]();
  await world.wake();
  await world.until(world.time.now() + MINUTE);
  await deliver(5 * SECOND);
  const written = world.simulator.writes.slice(before).filter(({ kind }) => kind === 'stock');
  // Twice after a clean end, for the start does not know how the run before it ended: the figure is the same.
  expect(written.length).toBeGreaterThan(0);
  for (const { content } of written) expect(Object.values(content)).toContain(level.available);
});

test.each(['taobao', 'douyin'] as const)(
  '%s gets the level of now, once for many changes, and only for a shop that wants it (D7)',
  async (channel) => {
    world = await new World({ channel, seed: 13, faults: false, start: START, durable: false }).open();
    const { url: endpoint } = world.simulator;
    const options = { pushStock: true, stockShare: 50 };
    await ask(world.hub, 'shops.connect', { channel, shopId: 'second', fields: world.simulator.credentials(), endpoint, options });
    await ask(world.hub, 'shops.switch', { channel, shopId: 'second', on: true });
    // The first order of an article teaches where it is listed.
    world.simulator.apply(paidOrder(channel, 1, world.time.now()), 'created');
    await world.until(world.time.now() + 4 * MINUTE);
    await deliver(10 * SECOND);
    const before = world.simulator.writes.length;

    const book = (quantity: number) =>
      ask(world.hub, 'stock.adjust', { sku: 'SHIRT-W', warehouse: 'suzhou', quantity, kind: 'adjust', note: '' });
    await book(-400_000);
    await book(-99_998);
    const level = await book(-1);
    await deliver(12 * SECOND);
    const written = world.simulator.writes.slice(before).filter(({ kind }) => kind === 'stock');
    expect(written).toHaveLength(1);
    expect(Object.values(written[0]?.content ?? {})).toContain(Math.floor(level.available / 2));
    expect((await ask(world.hub, 'outbox.dead', {})).items).toEqual([]);
  },
);

test('a shop that wants levels from now on, or another share, is told of all it lists; one that stops is told nothing', async () => {
  world = await new World({ channel: 'taobao', seed: 13, faults: false, start: START, durable: false }).open();
  const { url: endpoint } = world.simulator;
  const shop = { channel: 'taobao', shopId: 'second' } as const;
  const connect = (options: Record<string, number | boolean>) =>
    ask(world.hub, 'shops.connect', { ...shop, fields: world.simulator.credentials(), endpoint, options });
  const written = async (): Promise<unknown[][]> => {
    const before = world.simulator.writes.length;
    await deliver(12 * SECOND);
    return world.simulator.writes.slice(before).flatMap(({ kind, content }) => (kind === 'stock' ? [Object.values(content)] : []));
  };
  await connect({});
  await ask(world.hub, 'shops.switch', { ...shop, on: true });
  world.simulator.apply(paidOrder('taobao', 1, world.time.now()), 'created');
  await world.until(world.time.now() + 4 * MINUTE);
  expect(await written()).toEqual([]);
  const { items } = await ask(world.hub, 'stock.list', { sku: 'SHIRT-W' });
  const free = items.reduce((sum, { available }) => sum + Math.max(0, available), 0);

  await connect({ pushStock: true });
  expect(await written()).toEqual([expect.arrayContaining([free])]);
  await connect({ pushStock: true, stockShare: 50 });
  expect(await written()).toEqual([expect.arrayContaining([Math.floor(free / 2)])]);
  await connect({ pushStock: true, stockShare: 50 });
  expect(await written()).toEqual([]);
  await connect({});
  expect(await written()).toEqual([]);
});
