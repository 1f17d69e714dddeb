import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SECOND } from '#shared/time.ts';
import { openHub } from '#main/host/open-hub.ts';
import { configSchema } from '#main/hub/config.ts';
import { noFaults } from '#simulators/kit/faults.ts';
import { openHttp } from '#simulators/kit/http.ts';
import { seeded } from '#simulators/kit/random.ts';
import { simulatorOf } from '../conformance/ways.ts';
import { paidOrder } from './orders.ts';

const SLOW_MS = 10 * SECOND;
const ORDERS = 4;
const ORDER_EVERY_MS = 2 * SECOND;

test('a shop that answers after ten seconds delays nobody else', { timeout: 60_000 }, async () => {
  let slowCalls = 0;
  const slow = await openHttp(async () => {
    slowCalls += 1;
    await wait(SLOW_MS, undefined, { ref: false });
    return { status: 503, headers: {}, body: '' };
  });
  const after = (delayMs: number, task: () => void) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  };
  const open = await simulatorOf('jd');
  const quick = await open({ now: () => Date.now(), after, chance: seeded(1), faults: noFaults(), shopId: 'quick', hub: null });
  const shop = { channel: 'jd', credentials: quick.credentials(), poll: true, options: { pollSeconds: 1 } } as const;
  const hub = await openHub(
    {
      dataDirectory: '',
      demo: false,
      config: configSchema.parse({
        shops: [
          { ...shop, shopId: 'slow', endpoint: slow.url },
          { ...shop, shopId: 'quick', endpoint: quick.url },
        ],
      }),
    },
    { databasePath: ':memory:' },
  );
  try {
    await wait(2 * SECOND);
    // Spread over one slow call of the other shop.
    const waits = await Promise.all(
      Array.from({ length: ORDERS }, async (_, index) => {
        await wait(index * ORDER_EVERY_MS);
        const order = paidOrder('jd', index + 1, Date.now());
        const placed = performance.now();
        quick.apply(order, 'created');
        while (hub.store.orders.byPlatform('jd', 'quick', order.id) === null && performance.now() - placed < 2 * SLOW_MS) await wait(20);
        return performance.now() - placed;
      }),
    );
    // The list lags five seconds by its own traits; one slow call of the other shop would add ten.
    expect(Math.max(...waits)).toBeLessThan(SLOW_MS);
    expect(slowCalls).toBeGreaterThan(0);
    expect(hub.hub.feeds.states().find(({ shopId }) => shopId === 'quick')).toMatchObject({ state: 'live', problem: null });
  } finally {
    await hub.close();
    await quick.stop();
    await slow.close();
  }
});
