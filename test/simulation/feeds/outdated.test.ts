import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '#shared/time.ts';
import { noFaults } from '#simulators/kit/faults.ts';
import type { FaultScript } from '#simulators/kit/types.ts';
import { World } from '../conformance/world.ts';
import { paidOrder } from './orders.ts';

const START = Date.UTC(2026, 5, 18, 2);
const BEHIND = 3 * MINUTE;

/** Nothing is pushed, lists fail for five minutes, and the first answer after that comes from a machine that is behind the others. */
class AfterTrouble implements FaultScript {
  readonly counts = noFaults().counts;
  world: World | null = null;
  /** Lists asked for since the trouble. */
  asked = 0;

  next(call: Parameters<FaultScript['next']>[0]): ReturnType<FaultScript['next']> {
    if (call === 'push') return 'drop';
    if (!this.world || call !== 'list') return null;
    const { time, simulator } = this.world;
    if (time.now() < START + 3 * MINUTE) return null;
    if (time.now() < START + 8 * MINUTE) return 'error-500';
    simulator.set({ clockOffMs: this.asked === 0 ? -BEHIND : 0 });
    this.asked += 1;
    return null;
  }

  calm(): void {
    this.world = null;
  }
}

test('an answer that is minutes old is asked for again, and nothing is missed', { timeout: 120_000 }, async () => {
  const faults = new AfterTrouble();
  const world = await new World({ channel: 'youzan', seed: 1, faults, start: START, durable: false }).open();
  faults.world = world;
  try {
    const ids: string[] = [];
    for (let index = 0; index < 80; index += 1) {
      await world.until(START + MINUTE + index * 6 * SECOND);
      const order = paidOrder('youzan', index, world.time.now());
      world.simulator.apply(order, 'created');
      ids.push(order.id);
    }
    await world.until(world.time.now() + 10 * MINUTE);
    expect(faults.asked).toBeGreaterThan(2);
    expect(ids.filter((id) => world.hub.store.orders.byPlatform('youzan', 'main', id) === null)).toEqual([]);
  } finally {
    await world.close();
  }
});
