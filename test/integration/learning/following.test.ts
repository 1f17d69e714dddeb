import { expect, test } from 'vitest';
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
