import { expect, test } from 'vitest';
import type { Stage } from '#shared/pulse.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, orderData, testConfig } from '#test/support/hub.ts';
import { hubOnFile } from '#test/support/hub-on-file.ts';

/** M11: what is normal is learnt from the shop's own orders, kept, shown with its origin, and used by the pulse. */

const START = Date.parse('2025-06-18T02:00:00Z');
const workspace = hubOnFile(START);
let time: ManualTime;
let hub: LocalHub;

async function open(runJobs = true): Promise<void> {
  const openingStock = [{ sku: 'CUP', name: '杯子', warehouse: 'suzhou', spot: 100_000, safety: 0 }];
  ({ hub, time } = await workspace.open({ config: testConfig({ openingStock }) }, { runJobs, durable: false }));
}
async function restart(): Promise<void> {
  await hub.close();
  time.advanceBy(MINUTE);
  await open();
}
const tell = (id: string, more: Record<string, unknown>) => {
  const data = orderData(id, time.now(), { createdAt: time.now(), paidAt: time.now(), updatedAt: time.now(), ...more });
  return deliver(hub, 'order.updated', data, time.now(), `msg_${id}_${time.now()}`);
};
const limitOf = async (stage: Stage) => {
  const found = (await ask(hub, 'pulse.limits', {})).items.find((item) => item.stage === stage);
  if (!found) throw new Error(stage);
  return found;
};
const strips = async () => (await ask(hub, 'pulse.snapshot', {})).ward;

/** Orders that wait for their shipment ten minutes, one of twenty of them an hour. */
async function usualDay(orders: number): Promise<void> {
  for (let index = 0; index < orders; index += 10) {
    const ids = Array.from({ length: 10 }, (_, offset) => `U-${index + offset}`);
    const times = { createdAt: time.now(), paidAt: time.now() };
    for (const id of ids) await tell(id, { ...times, status: 'awaiting_shipment' });
    const slow = index % 20 === 0 ? ids.slice(0, 1) : [];
    time.advanceBy(10 * MINUTE);
    for (const id of ids) if (!slow.includes(id)) await tell(id, { ...times, status: 'shipped' });
    time.advanceBy(50 * MINUTE);
    for (const id of slow) await tell(id, { ...times, status: 'shipped' });
  }
}

test('limits are learnt from own orders, used, told with their origin, and kept over a restart', { timeout: 120_000 }, async () => {
  await open();
  expect(await limitOf('awaiting_shipment')).toMatchObject({
    origin: 'set',
    amberAfterMs: HOUR,
    redAfterMs: 2 * HOUR,
    orders: 0,
    needed: 200,
    expectedMs: null,
  });
  await usualDay(240);
  time.advanceBy(HOUR);
  const learnt = await limitOf('awaiting_shipment');
  expect(learnt).toMatchObject({ origin: 'learnt', orders: 240, amberAfterMs: 15 * MINUTE, redAfterMs: 2 * HOUR });
  expect((learnt.expectedMs ?? 0) / (10 * MINUTE)).toBeCloseTo(1, 1);
  expect(await limitOf('paid')).toMatchObject({ origin: 'set', orders: 0 });

  await tell('stuck', { status: 'awaiting_shipment' });
  time.advanceBy(14 * MINUTE);
  expect((await strips()).filter(({ stage }) => stage === 'awaiting_shipment')).toEqual([]);
  time.advanceBy(2 * MINUTE);
  expect((await strips()).filter(({ stage }) => stage === 'awaiting_shipment')).toMatchObject([
    { level: 'amber', count: 1, learntFrom: 240 },
  ]);

  await restart();
  expect(await limitOf('awaiting_shipment')).toMatchObject({ origin: 'learnt', orders: 240, amberAfterMs: 15 * MINUTE });
  time.advanceBy(MINUTE);
  expect((await strips()).find(({ stage }) => stage === 'awaiting_shipment')).toMatchObject({ level: 'amber', learntFrom: 240 });
});

test('a workspace that never learnt begins with its stored orders', async () => {
  await open(false);
  for (let index = 0; index < 300; index += 1) await tell(`P-${index}`, { createdAt: START - 40 * MINUTE - index, paidAt: START });
  await hub.close();
  await open();
  time.advanceBy(1_000);
  const learnt = await limitOf('pending_payment');
  expect(learnt).toMatchObject({ origin: 'learnt', orders: 300, amberAfterMs: 3 * HOUR });
  expect((learnt.expectedMs ?? 0) / (40 * MINUTE)).toBeCloseTo(1, 1);
});
