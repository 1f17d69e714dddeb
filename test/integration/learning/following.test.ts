import { expect, test } from 'vitest';
import { DAY } from '#shared/time.ts';
import { deliver, memoryHub, orderData } from '#test/support/hub.ts';
import { livedHub, livedOrders } from '#test/support/learning-history.ts';

test('an order is followed once, where it changed last', async () => {
  const { hub } = await livedHub(livedOrders().slice(0, 6));
  const { learning } = hub.store;
  const whole = learning.changed(0, 1_000);
  expect(whole.orderIds).toHaveLength(6);
  expect(new Set(whole.orderIds).size).toBe(6);

  // Step by step the same orders come up, each at its last change, and every change is passed.
  const followed: number[] = [];
  let steps = 0;
  for (let through = 0; through < whole.through; steps += 1) {
    const piece = learning.changed(through, 1);
    followed.push(...piece.orderIds);
    through = piece.through;
  }
  expect(followed).toEqual(whole.orderIds);
  expect(steps).toBeGreaterThanOrEqual(12);
  expect(learning.changed(whole.through, 10)).toEqual({ orderIds: [], through: whole.through });
  await hub.close();
});

test('a buyer is known to have ordered before also where the earlier order came in later', async () => {
  const hub = await memoryHub();
  const { learning } = hub.store;
  const now = Date.now();
  const buyer = { key: 'buyer-of-both', name: '张晓明' };
  const refund = (at: number) => ({ channelOrderId: 'B', refund: { id: 'r', amountMinor: 4_000, at, state: 'succeeded' }, updatedAt: at });
  const idOf = (name: string) => learning.orderIdOf(name, { channel: 'standard-webhooks', shopId: 'own' })!.orderId;
  await deliver(hub, 'order.completed', orderData('B', now, { buyer, status: 'completed' }), now);
  await hub.hub.learning.followed();
  expect(learning.outcomeOf(idOf('B'))).toMatchObject({ outcome: 'good', returning: false });
  // A gap is filled: the order before it is back-filled, and then the later one is returned.
  await deliver(hub, 'order.completed', orderData('A', now - DAY, { buyer, status: 'completed' }), now + 1);
  await deliver(hub, 'refund.succeeded', refund(now + 2), now + 2);
  await hub.hub.learning.followed();
  expect(learning.outcomeOf(idOf('B'))).toMatchObject({ outcome: 'bad', returning: true });
  await hub.close();
});

test('outcomes are counted anew after each change, and not as a transaction left them that was taken back', async () => {
  const { hub } = await livedHub(livedOrders().slice(0, 6));
  const { learning } = hub.store;
  await hub.hub.learning.followed();
  const before = learning.counts();
  const [orderId] = learning.changed(0, 1_000).orderIds as [number];
  const bad = { orderId, outcome: 'bad', knownAt: 1, stoppedAt: null, returning: false } as const;
  expect(() =>
    hub.store.transaction(() => {
      learning.removeOutcome(orderId);
      expect(learning.counts()).not.toEqual(before);
      throw new Error('taken back');
    }),
  ).toThrow();
  expect(learning.counts()).toEqual(before);
  hub.store.transaction(() => learning.putOutcome(bad));
  expect(learning.counts()).toMatchObject({ good: before.good - 1, bad: before.bad + 1 });
  hub.store.transaction(() => learning.removeOutcome(orderId));
  const after = learning.counts();
  expect(after.good + after.bad).toBe(before.good + before.bad - 1);
  await hub.close();
});
