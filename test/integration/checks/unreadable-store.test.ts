import { afterEach, expect, test, vi } from 'vitest';
import { SECOND } from '#shared/time.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { systemTimers } from '#main/hub/time.ts';
import { scriptedFaults } from '#simulators/kit/faults.ts';
import { eventually, World } from './world.ts';

let world: World | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

test('a question nobody answered is asked again after the store could not be read, which ends nothing', async () => {
  const down = scriptedFaults([{ call: 'detail', fault: 'error-500' }]);
  const opened = (world = await World.open({ crm: down }));
  let ahead = 0;
  /** What the hub does every second, when the test says so. */
  const ticks: (() => void)[] = [];
  const timers = { ...systemTimers, every: (_ms: number, task: () => void) => (ticks.push(task), () => undefined) };
  const hub = await opened.connect(['crm'], {}, { clock: { now: () => Date.now() + ahead }, timers });
  await opened.place('A1', { discountMinor: 2_000, paidMinor: 2_000 });
  await eventually(async () => (await opened.source('crm')).unanswered === 1);

  down.calm();
  ahead = 20 * SECOND;
  const unreadable = vi.spyOn(hub.store.orders, 'byNumber').mockImplementation(() => {
    throw new StoreError('io');
  });
  const tick = () => ticks.forEach((task) => task());
  expect(tick).not.toThrow();
  expect(unreadable).toHaveBeenCalled();
  expect(await hub.health()).toMatchObject({ ok: false });
  unreadable.mockRestore();
  tick();
  await eventually(async () => (await opened.source('crm')).unanswered === 0);
  expect(opened.check(await opened.order('A1'), 'crm')).toMatchObject({ state: 'answered' });
});
