import { afterEach, describe, expect, test } from 'vitest';
import type { ChannelId } from '#shared/channels.ts';
import { MINUTE, SECOND } from '#shared/time.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { Desk } from '#simulators/kit/desk.ts';
import { scriptedFaults } from '#simulators/kit/faults.ts';
import type { FaultScript } from '#simulators/kit/types.ts';
import { ask } from '#test/support/hub.ts';
import { World } from '../conformance/world.ts';
import { paidOrder } from './orders.ts';

const START = Date.UTC(2026, 5, 18, 2);
const PARCEL = { trackingNumber: 'SF1234567890', carrier: 'sf' } as const;

let world: World;
afterEach(() => world.close());

/** A shop with one paid order. */
async function open(channel: ChannelId, faults?: FaultScript): Promise<OrderRecord> {
  world = new World({ channel, seed: 5, faults: false, start: START, durable: false });
  if (faults) Object.assign(world, { faults });
  await world.open();
  await world.until(START + 30 * SECOND);
  world.simulator.apply(paidOrder(channel, 1, world.time.now()), 'created');
  await world.until(world.time.now() + 5 * MINUTE);
  return record();
}

function record(): OrderRecord {
  const { channel } = world.options;
  const stored = world.hub.store.orders.byPlatform(channel, 'main', paidOrder(channel, 1, 0).id);
  if (!stored) throw new Error('The order is not here.');
  return stored.record;
}

/** Lets the outbox deliver what is due, now and after every wait, for a while. */
async function deliver(forMs: number): Promise<void> {
  const { outbox } = world.hub.hub;
  for (const end = world.time.now() + forMs; world.time.now() <= end;) {
    outbox.run();
    await world.through(outbox.settled());
    await world.until(world.time.now() + SECOND);
  }
}

const ship = ({ orderNo, version }: OrderRecord) => ask(world.hub, 'orders.ship', { orderNo, version, ...PARCEL });
const writes = (kind: string) => world.simulator.writes.filter((write) => write.kind === kind);
const dead = async () => (await ask(world.hub, 'outbox.dead', {})).items;

describe.each(['douyin', 'shopify', 'woocommerce', 'taobao'] as const)('%s', (channel) => {
  test('an order shipped here is shipped there with its number, and the platform does not take that back', async () => {
    const paid = await open(channel);
    const shipped = await ship(paid);
    expect(shipped).toMatchObject({ status: 'shipped', trackingNumber: PARCEL.trackingNumber });
    await deliver(5 * SECOND);
    expect(writes('ship')).toMatchObject([{ subject: paid.channelOrderId }]);
    expect(JSON.stringify(writes('ship'))).toContain(PARCEL.trackingNumber);
    expect(await dead()).toEqual([]);
    await world.until(world.time.now() + 3 * MINUTE);
    // Where the platform has no word for shipped, an order that left is completed.
    expect(record()).toMatchObject({
      status: channel === 'woocommerce' ? 'completed' : 'shipped',
      trackingNumber: PARCEL.trackingNumber,
      platform: { refund: null },
    });
  });

  test('a write whose answer was lost takes effect once', async () => {
    const paid = await open(channel, scriptedFaults([{ call: 'write', nth: 1, fault: 'disconnect' }]));
    await ship(paid);
    await deliver(20 * SECOND);
    expect(writes('ship').filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await dead()).toEqual([]);
    expect((await ask(world.hub, 'pulse.snapshot', {})).vitals.outboxPending).toBe(0);
  });

  test('a shop that cannot be written to says why, and the message can be sent again after the repair', async () => {
    const paid = await open(channel);
    await ship(paid);
    world.simulator.set({ revoked: true });
    await deliver(5 * SECOND);
    const [row] = await dead();
    expect(row).toMatchObject({ topic: 'channel.ship', target: `channel:${channel}/main` });
    expect(row?.reason?.zh).toMatch(/授权已被撤销.*平台原话/);
    expect(row?.error).toMatch(/^The platform answered: token-revoked\.$/);
    world.simulator.set({ revoked: false });
    expect(await ask(world.hub, 'outbox.retry', {})).toEqual({ retried: 1 });
    await world.until(world.time.now() + 6 * MINUTE);
    await deliver(5 * SECOND);
    expect(await dead()).toEqual([]);
    expect(writes('ship').filter(({ repeated }) => !repeated)).toHaveLength(1);
  });
});

test('a seller memo is written back, and comes back with the next message of the platform', async () => {
  const { orderNo } = await open('douyin');
  expect(await ask(world.hub, 'orders.memo', { orderNo, memo: '改发顺丰', flag: 3 })).toEqual({ queued: true });
  await deliver(5 * SECOND);
  expect(writes('memo')).toHaveLength(1);
  await world.until(world.time.now() + 3 * MINUTE);
  expect(record().sellerMemo).toBe('改发顺丰');
});

test('behind the credentials of another shop nothing is written; it waits until they are those of this shop again', async () => {
  const paid = await open('douyin');
  const { feeds } = world.hub.hub;
  const openAgain = async (): Promise<void> => {
    feeds.stop();
    feeds.start();
    await world.until(world.time.now() + 2 * MINUTE);
  };
  // Whose shop it is, the platform tells with an order it has.
  await openAgain();
  const { identity } = (world.simulator as Desk).state;
  world.simulator.set({ identity: '99887766' });
  await openAgain();
  await ship(paid);
  await deliver(30 * SECOND);
  expect(writes('ship')).toEqual([]);
  expect(await dead()).toEqual([]);

  world.simulator.set({ identity });
  await world.until(world.time.now() + 12 * MINUTE);
  await deliver(5 * SECOND);
  expect(writes('ship')).toMatchObject([{ subject: paid.channelOrderId }]);
});
