import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY, HOUR, parseBusinessTime } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, memoryHub, orderData, testConfig } from '../../support/hub.ts';
import { MONDAY } from '../../support/learning-history.ts';

const WEEK = 7 * DAY;

let hub: LocalHub;
let time: ManualTime;
beforeEach(async () => {
  time = new ManualTime(MONDAY + 8 * HOUR);
  hub = await memoryHub(testConfig(), { clock: time, timers: time });
});
afterEach(() => hub.close());

/** An order nobody stopped, paid back two days later. */
async function missedAt(id: string, at: number): Promise<void> {
  hub.advanceTo(at, time);
  await deliver(hub, 'order.paid', orderData(id, at), at);
  hub.advanceTo(at + 2 * DAY, time);
  const refund = { id: `r-${id}`, amountMinor: 4_000, at: time.now(), state: 'succeeded' };
  await deliver(hub, 'refund.succeeded', { channelOrderId: id, refund, updatedAt: time.now() }, time.now());
}
async function weekly() {
  const { items } = await ask(hub, 'reports.list', { limit: 500 });
  return items.filter(({ kind }) => kind === 'weekly').map(({ from, missed }) => [(from - MONDAY) / WEEK, missed]);
}

test('each week that ended while no report could be made has one at the next start, and no outcome is missing', async () => {
  await missedAt('A', MONDAY + DAY);
  hub.advanceTo(MONDAY + WEEK + 7 * HOUR, time);
  await hub.hub.learning.makeDue();
  expect(await weekly()).toEqual([[0, 1]]);

  await missedAt('B', MONDAY + WEEK + DAY);
  await missedAt('C', MONDAY + 2 * WEEK + DAY);
  hub.advanceTo(MONDAY + 4 * WEEK + 9 * HOUR, time);
  await hub.hub.learning.makeDue();
  expect(await weekly()).toEqual([
    [3, 0],
    [2, 1],
    [1, 1],
    [0, 1],
  ]);
  await hub.hub.learning.makeDue();
  expect(await weekly()).toHaveLength(4);
});

test('a workspace without a report begins with the last whole week', async () => {
  await missedAt('A', MONDAY + DAY);
  hub.advanceTo(MONDAY + 3 * WEEK + 9 * HOUR, time);
  await hub.hub.learning.makeDue();
  expect(await weekly()).toEqual([[2, 0]]);
});

test('what is heard after a month was reported, of a moment within it, is in the next month', async () => {
  // 2026-04-01, a Wednesday; the week it lies in is still open.
  const april = parseBusinessTime('2026-04-01 00:00:00') as number;
  const refunded = april - 2 * HOUR;
  hub.advanceTo(april - 3 * DAY, time);
  await deliver(hub, 'order.paid', orderData('A', time.now()), time.now());
  hub.advanceTo(april + 7 * HOUR, time);
  await hub.hub.learning.makeDue();
  // The platform tells of the refund the morning after.
  hub.advanceTo(april + 9 * HOUR, time);
  const refund = { id: 'r-A', amountMinor: 4_000, at: refunded, state: 'succeeded' };
  await deliver(hub, 'refund.succeeded', { channelOrderId: 'A', refund, updatedAt: refunded }, time.now());
  hub.advanceTo(parseBusinessTime('2026-05-01 08:00:00') as number, time);
  await hub.hub.learning.makeDue();
  const { items } = await ask(hub, 'reports.list', { limit: 500 });
  const missed = (kind: string) => items.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.missed, 0);
  expect([missed('weekly'), missed('monthly')]).toEqual([1, 1]);
});
