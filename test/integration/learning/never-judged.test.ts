import { expect, test } from 'vitest';
import { DAY, HOUR } from '#shared/time.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, memoryHub, orderData, testConfig } from '../../support/hub.ts';
import { MONDAY } from '../../support/learning-history.ts';

test('an order that had left before it was first told of was never judged: no rule missed it, and suggestions do not count it', async () => {
  const time = new ManualTime(MONDAY + 8 * HOUR);
  const hub = await memoryHub(testConfig(), { clock: time, timers: time });
  const refund = (id: string) => ({
    ...{ channelOrderId: id, updatedAt: time.now() },
    refund: { id: `r-${id}`, amountMinor: 4_000, at: time.now(), state: 'succeeded' },
  });
  await deliver(hub, 'order.paid', orderData('judged', time.now()), time.now());
  await deliver(hub, 'order.completed', orderData('history', time.now(), { status: 'completed' }), time.now());
  await deliver(hub, 'order.completed', orderData('fine-history', time.now(), { status: 'completed' }), time.now());
  hub.advanceTo(MONDAY + 2 * DAY, time);
  for (const id of ['judged', 'history']) await deliver(hub, 'refund.succeeded', refund(id), time.now());
  hub.advanceTo(MONDAY + 3 * DAY, time);
  const { id } = await ask(hub, 'reports.make', { kind: 'weekly' });
  const { figures, misses } = await ask(hub, 'reports.get', { id });
  const figure = (name: string) => figures.find((one) => one.id === name);
  expect(figure('missed')?.value).toBe(1);
  expect(figure('recall')?.share).toEqual({ part: 0, whole: 1 });
  expect(figure('false-kill-rate')?.share).toEqual({ part: 0, whole: 0 });
  expect(misses).toMatchObject({ missed: 1, passed: 1 });
  // What became of it is known all the same.
  expect(await ask(hub, 'outcomes.counts', {})).toMatchObject({ good: 1, bad: 2 });
  await ask(hub, 'suggestions.look', {});
  await hub.hub.learning.settled();
  const { orders, known, frontier } = await ask(hub, 'suggestions.current', {});
  expect([orders, known]).toEqual([1, 1]);
  expect(frontier[0]?.measured.recall.whole).toBe(1);
  await hub.close();
});
