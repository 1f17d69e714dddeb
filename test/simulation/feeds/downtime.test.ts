import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '#shared/time.ts';
import { lives } from '#simulators/kit/life.ts';
import { seeded } from '#simulators/kit/random.ts';
import { ask } from '#test/support/hub.ts';
import { SKUS, WAYS } from '../conformance/ways.ts';
import { World } from '../conformance/world.ts';

const START = Date.UTC(2026, 5, 18, 2);
const AWAY = 6 * HOUR;
const ORDERS = 240;

test('six hours away under load, then caught up without a gap', { timeout: 240_000 }, async () => {
  const world = await new World({ channel: 'douyin', seed: 7, faults: false, start: START, durable: false }).open();
  try {
    await world.until(START + 2 * MINUTE);
    const steps = lives({ ...WAYS.douyin, chance: seeded(7), from: world.time.now(), spanMs: AWAY, orders: ORDERS, skus: SKUS });
    const back = START + 2 * MINUTE + AWAY;
    await world.sleep();
    for (const { at, happened, order } of steps.filter((step) => step.at < back)) {
      await world.until(at);
      world.simulator.apply(order, happened);
    }
    await world.until(back);
    const callsBefore = world.simulator.calls.list + world.simulator.calls.detail;

    const woken = performance.now();
    await world.wake();
    const [awoken] = world.hub.hub.feeds.states();
    expect(awoken?.through ?? back).toBeLessThanOrEqual(back - AWAY + 3 * MINUTE);
    while (!isCaughtUp(world) && world.time.now() < back + HOUR) await world.until(world.time.now() + 10 * SECOND);
    const minutes = (world.time.now() - back) / MINUTE;
    await world.until(world.time.now() + 2 * MINUTE);
    const seconds = (performance.now() - woken) / 1_000;

    const ids = [...new Set(steps.filter((step) => step.at < back).map(({ order }) => order.id))];
    const missing = ids.filter((id) => world.hub.store.orders.byPlatform('douyin', 'main', id) === null);
    expect(missing).toEqual([]);
    const stale = ids.filter((id) => {
      const record = world.hub.store.orders.byPlatform('douyin', 'main', id)?.record;
      return record?.updatedAt !== world.simulator.truth(id)?.updatedAt;
    });
    expect(stale).toEqual([]);
    expect(world.simulator.violations).toBe(0);
    const { items } = await ask(world.hub, 'feeds.list', {});
    expect(items[0]).toMatchObject({ state: 'live', backlog: null, wishes: 0, problem: null });
    const calls = world.simulator.calls.list + world.simulator.calls.detail - callsBefore;
    console.info(
      `${ids.length} orders of ${AWAY / HOUR} h caught up in ${minutes.toFixed(1)} simulated minutes with ${calls} calls, ${Math.round(ids.length / seconds)} orders/s`,
    );
    expect(minutes).toBeLessThan(15);
  } finally {
    await world.close();
  }
});

function isCaughtUp(world: World): boolean {
  const [feed] = world.hub.hub.feeds.states();
  return feed?.state === 'live' && feed.wishes === 0;
}
