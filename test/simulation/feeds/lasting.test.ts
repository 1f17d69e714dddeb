import { afterEach, expect, test, vi } from 'vitest';
import { MINUTE, SECOND } from '#shared/time.ts';
import type { Desk } from '#simulators/kit/desk.ts';
import { World } from '../conformance/world.ts';
import { paidOrder } from './orders.ts';

const START = Date.UTC(2026, 5, 18, 2);

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

test('a shop is read again after whatever its loops did not expect, and the health of the hub tells of it', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const opened = (world = await new World({ channel: 'shopify', seed: 7, faults: false, start: START, durable: false }).open());
  await opened.until(START + 30 * SECOND);
  const tasks = vi.spyOn(opened.hub.store.tasks, 'open').mockImplementation(() => {
    throw new TypeError('no such column');
  });
  const good = { ...(opened.simulator as Desk).state };
  opened.simulator.set({ revoked: true });
  await opened.until(opened.time.now() + 2 * MINUTE);
  expect(tasks).toHaveBeenCalled();
  expect((await opened.hub.health()).problem).toContain('reading the shops');
  tasks.mockRestore();

  opened.simulator.set(good);
  const missed = paidOrder('shopify', 1, opened.time.now());
  opened.simulator.apply(missed, 'created');
  await opened.until(opened.time.now() + 12 * MINUTE);
  expect(opened.hub.store.orders.byPlatform('shopify', 'main', missed.id)).not.toBeNull();
});
