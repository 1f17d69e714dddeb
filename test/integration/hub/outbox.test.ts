import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { Deliverer, Delivery } from '#main/hub/ports.ts';
import { DeliveryError } from '#main/hub/ports.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, memoryHub, orderData, testConfig } from '#test/support/hub.ts';

const START = Date.parse('2025-06-18T02:00:00Z');

/** A warehouse system that does what it is told: take, fail for now, or refuse for good. */
class Warehouse implements Deliverer {
  readonly target = 'wms';
  readonly topics = ['wms.ship', 'wms.hold', 'wms.recall'] as const;
  readonly taken: Delivery[] = [];
  tries: number[] = [];
  mood: 'takes' | 'fails' | 'refuses' = 'takes';
  readonly #now: () => number;
  constructor(now: () => number) {
    this.#now = now;
  }
  async deliver(delivery: Delivery): Promise<void> {
    this.tries.push(this.#now());
    if (this.mood === 'fails') throw new DeliveryError('The target answered HTTP 503.');
    if (this.mood === 'refuses') throw new DeliveryError('The target answered HTTP 422.', true);
    this.taken.push(delivery);
  }
}

let time: ManualTime;
let warehouse: Warehouse;
let hub: LocalHub;
beforeEach(async () => {
  time = new ManualTime(START);
  warehouse = new Warehouse(() => time.now());
  const settings = { outboxAttempts: 4, outboxFirstWaitMs: 10_000, outboxLongestWaitMs: 30_000 };
  hub = await memoryHub(testConfig({ settings }), { clock: time, timers: time, chance: () => 1, runJobs: true, deliverers: [warehouse] });
});
afterEach(() => hub.close());

/** Lets simulated time run in steps, with the deliveries of each step finished before the next. */
async function pass(ms: number): Promise<void> {
  for (const end = time.now() + ms; time.now() < end;) {
    time.advanceBy(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
const sendOrder = (id: string) => deliver(hub, 'order.paid', orderData(id, time.now()), time.now());
const vitals = async () => (await ask(hub, 'pulse.snapshot', {})).vitals;

test('a target that takes only so many at once is never given more', async () => {
  await hub.close();
  const under = { way: 0, most: 0, ends: [] as (() => void)[] };
  const slow: Deliverer = {
    target: 'wms',
    topics: ['wms.ship'],
    parallel: 2,
    async deliver() {
      under.way += 1;
      under.most = Math.max(under.most, under.way);
      await new Promise<void>((resolve) => under.ends.push(resolve));
      under.way -= 1;
    },
  };
  hub = await memoryHub(testConfig(), { clock: time, timers: time, runJobs: true, deliverers: [slow] });
  for (const id of ['O-1', 'O-2', 'O-3', 'O-4', 'O-5']) await sendOrder(id);
  for (let round = 0; round < 3; round += 1) {
    await pass(1_000);
    for (const end of under.ends.splice(0)) end();
  }
  await hub.hub.outbox.settled();
  expect(under.most).toBe(2);
  expect((await vitals()).outboxPending).toBe(0);
});

describe('outgoing messages', () => {
  test('an executable order is told to the warehouse once, with its idempotency key', async () => {
    await sendOrder('O-1');
    await pass(5_000);
    const { orderNo } = (await ask(hub, 'orders.list', {})).items[0] ?? {};
    expect(warehouse.taken).toMatchObject([
      { topic: 'wms.ship', key: expect.stringContaining(String(orderNo)) as string, payload: { orderNo } },
    ]);
    expect(await vitals()).toMatchObject({ outboxPending: 0, outboxDead: 0 });
  });

  test('a failing target is tried again after longer and longer waits, then the message is given up, listed and can be revived', async () => {
    warehouse.mood = 'fails';
    await sendOrder('O-2');
    await pass(2 * MINUTE);
    const waits = warehouse.tries.map((at, index) => at - (warehouse.tries[index - 1] ?? START));
    expect(waits.slice(1)).toEqual([10_000, 20_000, 30_000]);
    const dead = (await ask(hub, 'outbox.dead', {})).items;
    expect(dead).toMatchObject([{ topic: 'wms.ship', target: 'wms', attempts: 4, error: 'The target answered HTTP 503.' }]);
    warehouse.mood = 'takes';
    expect(await ask(hub, 'outbox.retry', {})).toEqual({ retried: 1 });
    await pass(1_000);
    expect(warehouse.taken).toHaveLength(1);
    expect((await ask(hub, 'outbox.dead', {})).items).toEqual([]);
  });

  test('what is refused for good is not tried again', async () => {
    warehouse.mood = 'refuses';
    await sendOrder('O-3');
    await pass(MINUTE);
    expect(warehouse.tries).toHaveLength(1);
    expect(await vitals()).toMatchObject({ outboxPending: 0, outboxDead: 1 });
  });

  test('a recall never overtakes the order to ship it recalls', async () => {
    warehouse.mood = 'fails';
    await sendOrder('O-4');
    await pass(1_000);
    const order = await ask(hub, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: 'O-4' });
    await ask(hub, 'holds.freeze', { orderNo: order.orderNo, version: order.version, reason: '买家来电' });
    warehouse.mood = 'takes';
    await pass(MINUTE);
    expect(warehouse.taken.map(({ topic }) => topic)).toEqual(['wms.ship', 'wms.recall']);
  });

  test('topics without a configured target leave no rows', async () => {
    const alone = await memoryHub(testConfig(), { clock: time, timers: time, runJobs: false });
    await deliver(alone, 'order.paid', orderData('O-5', START), START);
    expect((await ask(alone, 'pulse.snapshot', {})).vitals.outboxPending).toBe(0);
    await alone.close();
  });
});
