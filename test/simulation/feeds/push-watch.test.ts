import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '#shared/time.ts';
import { ask } from '#test/support/hub.ts';
import { World } from '../conformance/world.ts';
import { paidOrder } from './orders.ts';

const START = Date.UTC(2026, 5, 18, 2);
const FIRST = paidOrder('woocommerce', 1, START);

let world: World;
beforeEach(async () => {
  world = await new World({ channel: 'woocommerce', seed: 17, faults: false, start: START, durable: false }).open();
  await world.until(START + MINUTE);
  world.simulator.apply(FIRST, 'created');
  await world.until(START + 2 * MINUTE);
});
afterEach(() => world.close());

/** The hub is away while the store has something to tell, until the store disables its webhook. */
async function beAwayFor(changes: number): Promise<void> {
  await world.sleep();
  for (let change = 0; change < changes; change += 1) await tell();
}
async function tell(): Promise<void> {
  await world.until(world.time.now() + SECOND);
  const updatedAt = Math.floor(world.time.now() / SECOND) * SECOND;
  world.simulator.apply({ ...FIRST, updatedAt }, 'changed');
  await world.simulator.settled();
}
/** How many pushes arrived, of this many more changes. */
async function pushed(changes: number): Promise<number> {
  const count = async () => {
    const [shop] = (await ask(world.hub, 'channels.list', {})).items;
    return (shop?.received24h ?? 0) - (shop?.polled24h ?? 0);
  };
  const before = await count();
  for (let change = 0; change < changes; change += 1) await tell();
  return (await count()) - before;
}
const tasks = async () => (await ask(world.hub, 'tasks.list', {})).items.filter(({ kind }) => kind === 'connection');
const audited = async () => (await ask(world.hub, 'audit.list', {})).items.filter(({ action }) => action === 'push.revived');

test('a webhook the store gave up on is switched on again, and a person can see it', async () => {
  await beAwayFor(5);
  await world.wake();
  await world.until(world.time.now() + MINUTE);
  expect(await tasks()).toMatchObject([
    {
      severity: 'medium',
      title: {
        zh: expect.stringMatching(/WooCommerce 已将其停用（order\.updated），现已重新启用/),
        en: expect.stringMatching(/stopped pushing after failed deliveries \(order\.updated\); it was switched on again/),
      },
    },
  ]);
  expect(await audited()).toMatchObject([{ actor: 'hub', subject: 'woocommerce/main', detail: '{"topics":["order.updated"]}' }]);
  expect(await pushed(1)).toBe(1);
  await world.until(world.time.now() + DAY + 2 * HOUR);
  expect(await tasks()).toEqual([]);
});

test('four failures in a row are the weather', async () => {
  await beAwayFor(4);
  await world.wake();
  await world.until(world.time.now() + MINUTE);
  expect([await tasks(), await audited(), await pushed(1)]).toEqual([[], [], 1]);
});

test('a key that may only read cannot switch it on: it says so, and tries again every hour', async () => {
  await beAwayFor(5);
  world.simulator.set({ permitted: false });
  await world.wake();
  await world.until(world.time.now() + MINUTE);
  const titles = (await tasks()).map(({ title }) => title.zh);
  expect(titles.filter((title) => /自动启用未成功：授权缺少权限/.test(title))).toHaveLength(1);
  expect(await audited()).toEqual([]);
  world.simulator.set({ permitted: true });
  await world.until(world.time.now() + HOUR + MINUTE);
  expect(await audited()).toHaveLength(1);
  expect(await pushed(1)).toBe(1);
});
