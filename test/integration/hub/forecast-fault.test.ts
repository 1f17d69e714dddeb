import { expect, test } from 'vitest';
import { ManualTime } from '#main/hub/time.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { ask, deliver, memoryHub, orderData } from '../../support/hub.ts';

test('an order nothing can be learnt from keeps nothing from the others', async () => {
  const time = new ManualTime(Date.parse('2025-06-18T04:30:00Z'));
  const errors: unknown[] = [];
  const logger = { info: () => undefined, warn: () => undefined, error: (fields: object) => errors.push(fields) };
  const hub = await memoryHub(undefined, { clock: time, timers: time, runJobs: false, logger });
  const { forecasts } = hub.hub;
  await forecasts.start();
  for (const id of ['A', 'B']) await deliver(hub, 'order.paid', orderData(id, time.now()), time.now(), id);
  const [good] = ['A', 'B'].map((id) => hub.store.orders.byPlatform('standard-webhooks', 'own', id)?.record as OrderRecord);
  // As a damaged document would be read: its lines cannot be gone through.
  const damaged = { ...good, orderNo: 'damaged', lines: null } as unknown as OrderRecord;
  forecasts.changed([damaged, { ...(good as OrderRecord), orderNo: 'after-it' }]);
  expect((await ask(hub, 'forecast.late', {})).open).toBe(3);
  expect(errors).toMatchObject([{ orderNo: 'damaged' }]);
  await hub.close();
});
