import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY, HOUR, SECOND } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ADMIN, ask, deliver, memoryHub, orderData, testConfig } from '../../support/hub.ts';
import { MONDAY } from '../../support/learning-history.ts';

const LIN = { ...ADMIN, operator: 'lin' };
let hub: LocalHub;
let time: ManualTime;
beforeEach(async () => {
  time = new ManualTime(MONDAY + 8 * HOUR);
  hub = await memoryHub(testConfig(), { clock: time, timers: time });
});
afterEach(() => hub.close());

test('a report counts a decision that was taken back and made again once', async () => {
  await deliver(hub, 'order.paid', orderData('A', time.now(), { buyerMessage: '刷单' }), time.now());
  const decide = async (method: 'holds.release' | 'holds.freeze') => {
    const { orderNo, version } = await ask(hub, 'orders.get', { channel: 'standard-webhooks', shopId: 'own', channelOrderId: 'A' });
    await ask(hub, method, { orderNo, version, reason: '' }, LIN);
    return orderNo;
  };
  time.advanceTo(time.now() + 60 * SECOND);
  const orderNo = await decide('holds.release');
  time.advanceTo(time.now() + 5 * SECOND);
  await ask(hub, 'holds.undo', { orderNo }, LIN);
  time.advanceTo(time.now() + 55 * SECOND);
  await decide('holds.release');
  time.advanceTo(MONDAY + DAY);
  const { id } = await ask(hub, 'reports.make', { kind: 'weekly' }, LIN);
  const { figures, days, handling } = await ask(hub, 'reports.get', { id });
  const value = (name: string) => figures.find((figure) => figure.id === name)?.value;
  expect([value('released'), value('frozen'), value('handling')]).toEqual([1, 0, 120 * SECOND]);
  expect(days.map(({ decided }) => decided)).toContain(1);
  expect(handling[0]?.weeks.at(-1)).toMatchObject({ decisions: 1, medianMs: 120 * SECOND });
});
