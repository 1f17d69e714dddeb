import { expect, test } from 'vitest';
import type { ChannelId } from '#shared/channels.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import { World } from '../conformance/world.ts';
import { paidOrder } from './orders.ts';

const START = Date.UTC(2026, 5, 18, 2);

/** A computer that starts in local time is eight hours ahead until its clock is set; another one was hours behind. */
test.each([
  ['shopify', 8 * HOUR, 3 * MINUTE],
  ['shopify', -8 * HOUR, 3 * MINUTE],
  ['youzan', 8 * HOUR, 3 * MINUTE],
  // These refuse requests of another time: the shop stops until the clock is right and is tried again every five minutes.
  ['douyin', 8 * HOUR, 8 * MINUTE],
  ['woocommerce', -8 * HOUR, 8 * MINUTE],
] as const)(
  '%s: a clock %i ms off that is set while the hub runs keeps nothing waiting',
  { timeout: 120_000 },
  async (channel, offMs, patienceMs) => {
    let aheadMs: number = offMs;
    const world = await new World({ channel, seed: 7, faults: false, start: START, durable: false, aheadMs: () => aheadMs }).open();
    const here = (id: string) => world.hub.store.orders.byPlatform(channel as ChannelId, 'main', id) !== null;
    try {
      // Nothing but polling tells.
      world.faults.next = (call) => (call === 'push' ? 'drop' : null);
      await world.until(START + 3 * MINUTE);
      const before = paidOrder(channel, 1, world.time.now());
      world.simulator.apply(before, 'created');
      await world.until(START + 6 * MINUTE);
      if (patienceMs < 5 * MINUTE) expect(here(before.id)).toBe(true);
      aheadMs = 0;
      const after = paidOrder(channel, 2, world.time.now());
      world.simulator.apply(after, 'created');
      await world.until(world.time.now() + patienceMs);
      expect([here(before.id), here(after.id)]).toEqual([true, true]);
    } finally {
      await world.close();
    }
  },
);
