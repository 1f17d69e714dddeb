import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ask, deliver, memoryHub, orderData } from '../../support/hub.ts';

test('a file of outcomes that is cancelled half-way is not taken any further', async () => {
  const hub = await memoryHub();
  const now = Date.now();
  await deliver(hub, 'order.paid', orderData('A', now), now);
  const rows = 20_000;
  const bytes = Buffer.from(`订单编号,结果\r\n${'A,正常\r\n'.repeat(rows)}`);
  const shop = { channel: 'standard-webhooks', shopId: 'own' } as const;
  const { id } = await ask(hub, 'imports.begin', { ...shop, name: '结果.csv', bytes: bytes.length });
  await ask(hub, 'imports.append', { id, offset: 0, chunk: bytes.toString('base64') });
  const taking = ask(hub, 'outcomes.take', { id, columns: { order: 0, outcome: 1 } });
  while (hub.store.learning.counts().reported === 0) await setImmediate();
  expect((await ask(hub, 'imports.cancel', { id })).state).toBe('cancelled');
  const taken = await taking;
  expect(taken.rows).toBeGreaterThan(0);
  expect(taken.rows).toBeLessThan(rows);
  expect((await ask(hub, 'imports.list', {})).items).toMatchObject([{ id, state: 'cancelled' }]);
  await hub.close();
});
