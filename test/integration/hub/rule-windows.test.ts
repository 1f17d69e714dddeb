import { beforeEach, expect, test } from 'vitest';
import type { WindowSpec } from '#shared/rule.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { ManualTime } from '#main/hub/time.ts';
import { ask } from '#test/support/hub.ts';
import { hubOnFile } from '#test/support/hub-on-file.ts';
import { LIN, publish, rule } from '#test/support/rules.ts';
import { incoming } from '#test/unit/engine/world.ts';

const START = Date.parse('2025-06-18T04:30:00Z');

const workspace = hubOnFile(START);
let time: ManualTime;
let hub: LocalHub;
beforeEach(open);

async function open(): Promise<void> {
  ({ hub, time } = await workspace.open());
}
/** An order of one phone and address, decided within this very turn. */
function order(id: string, placedAt = time.now()) {
  const placed = incoming({ channelOrderId: id, createdAt: placedAt, updatedAt: time.now() });
  hub.ingest([{ incoming: { kind: 'order', order: placed }, receivedAt: time.now() }]);
  return orderOf(id);
}
function orderOf(id: string) {
  const stored = hub.store.orders.byPlatform('taobao', 'flagship', id);
  if (!stored) throw new Error(`no order ${id}`);
  return stored.record;
}
/** Puts a rule over a window into force; the past of the window is read in later turns. */
async function count(window: WindowSpec, limit: number): Promise<void> {
  await publish(hub, rule('counting', { when: { field: 'window', window, op: '>', value: limit } }));
}
const said = async (orderNo: string) => (await ask(hub, 'orders.explain', { orderNo })).results.find(({ ruleId }) => ruleId === 'counting');

test('a window shorter than those counted before has its history at once', async () => {
  for (const id of ['A', 'B', 'C']) order(id);
  time.advanceTo(START + 2 * MINUTE);
  await count({ count: 'orders', by: 'phone', minutes: 5 }, 3);
  const { hold, counts } = order('D');
  expect(counts['window:orders:phone:5']).toBe(4);
  expect(hold?.reasons.map(({ ruleId }) => ruleId)).toContain('counting');
});

test('a longer one, and one by another key, are unknown until their past was read, and then count all of it', async () => {
  for (let index = 0; index < 5; index += 1) {
    order(`old-${index}`);
    time.advanceTo(time.now() + 50 * MINUTE);
  }
  await count({ count: 'orders', by: 'phone', minutes: 24 * 60 }, 5);
  const early = order('early');
  expect(early.counts).not.toHaveProperty('window:orders:phone:1440');
  expect(await said(early.orderNo)).toMatchObject({ result: 'no-hit', tree: { outcome: 'unknown', actual: null } });
  await hub.hub.ruleWork.history.settled();
  const late = order('late');
  expect(late.counts['window:orders:phone:1440']).toBe(7);
  expect(late.hold?.reasons.map(({ ruleId }) => ruleId)).toContain('counting');
  // What was unknown then is known when the order is looked at again.
  const { id } = await ask(hub, 'rules.apply.preview', {}, LIN);
  await ask(hub, 'rules.apply.run', { id }, LIN);
  expect(orderOf('early').hold?.reasons.map(({ ruleId }) => ruleId)).toContain('counting');

  await count({ count: 'orders', by: 'address', minutes: 60 }, 0);
  expect(order('fresh').counts).not.toHaveProperty('window:orders:address:60');
  await hub.hub.ruleWork.history.settled();
  expect(order('fresh-2').counts['window:orders:address:60']).toBe(5);
});

test('an open order of hours ago is counted by a new window as it would have been then, also after a restart', async () => {
  await count({ count: 'orders', by: 'phone', minutes: 30 }, 1);
  for (const id of ['A', 'B', 'C']) {
    order(id);
    time.advanceTo(time.now() + 3 * MINUTE);
  }
  const stoppedBy = (id: string) => orderOf(id).hold?.reasons.map(({ ruleId }) => ruleId) ?? [];
  expect(['A', 'B', 'C'].map((id) => stoppedBy(id).includes('counting'))).toEqual([false, true, true]);
  time.advanceTo(START + 5 * HOUR);
  order('much-later');
  await count({ count: 'orders', by: 'phone', minutes: 20 }, 2);
  await hub.hub.ruleWork.history.settled();
  const { id } = await ask(hub, 'rules.apply.preview', {}, LIN);
  // Two within twenty minutes are not more than two; of the third order the reason stays, with its new count.
  const foreseen = (await ask(hub, 'rules.apply.changes', { id })).items.map(({ orderNo }) => orderNo);
  expect(foreseen).toEqual([orderOf('B').orderNo, orderOf('C').orderNo]);
  await hub.close();
  await open();
  await ask(hub, 'rules.apply.run', { id }, LIN);
  expect(['A', 'B', 'C'].map((id) => stoppedBy(id).includes('counting'))).toEqual([false, false, true]);
  expect(orderOf('C').counts['window:orders:phone:20']).toBe(3);
});

test('live orders placed too long ago to be counted exactly stay unknown: no count is too small', async () => {
  await count({ count: 'orders', by: 'phone', minutes: 20 }, 1);
  order('now');
  expect(order('old', START - 3 * HOUR).counts).not.toHaveProperty('window:orders:phone:20');
});
