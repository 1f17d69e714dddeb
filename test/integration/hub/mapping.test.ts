import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LocalHub } from '#main/host/open-hub.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ADMIN, ask, deliver, memoryHub, orderData, testConfig } from '#test/support/hub.ts';

const START = Date.parse('2025-06-18T02:00:00Z');
const CHANNEL = { channel: 'standard-webhooks' } as const;

let time: ManualTime;
let hub: LocalHub;
beforeEach(async () => {
  time = new ManualTime(START);
  hub = await memoryHub(testConfig(), { clock: time, timers: time });
});
afterEach(() => hub.close());

const payload = (status: string) =>
  JSON.stringify({
    type: 'order.updated',
    timestamp: new Date(START).toISOString(),
    data: orderData('B-1', START, { status: 'paid', rawStatus: status }),
  });
const send = (id: string, rawStatus: string) => {
  const { status: _status, ...data } = orderData(id, time.now(), {});
  return deliver(hub, 'order.updated', { ...data, status: rawStatus }, time.now());
};
const orderOf = (channelOrderId: string) => ask(hub, 'orders.get', { ...CHANNEL, shopId: 'own', channelOrderId });

test('an edit decides how the next message is read; the word leaves the list of unknown ones', async () => {
  await send('O-1', 'PACKED');
  expect(await orderOf('O-1')).toMatchObject({ rawStatus: 'PACKED', rawStatusUnknown: true });
  expect(await ask(hub, 'mapping.get', CHANNEL)).toMatchObject({ unknown: [{ kind: 'status', word: 'PACKED', seen: 1 }], changedAt: null });

  const edits = { statuses: { PACKED: 'awaiting_shipment' as const } };
  const view = await ask(hub, 'mapping.set', { ...CHANNEL, edits });
  expect(view).toMatchObject({ unknown: [], changedBy: 'admin', changedAt: START });
  expect(view.statuses.find(({ word }) => word === 'PACKED')).toMatchObject({ status: 'awaiting_shipment', edited: true });
  expect(view.statuses.find(({ word }) => word === 'paid')).toMatchObject({ edited: false });
  await send('O-2', 'PACKED');
  expect(await orderOf('O-2')).toMatchObject({ status: 'awaiting_shipment', rawStatus: 'PACKED', rawStatusUnknown: false });
  const audit = await ask(hub, 'audit.list', {});
  expect(audit.items[0]).toMatchObject({ actor: 'admin', action: 'mapping.set', subject: 'standard-webhooks' });
});

test('an edit that could not be kept is not in force either', async () => {
  const { audit } = hub.store;
  const append = audit.append.bind(audit);
  audit.append = () => {
    throw new StoreError('full', 'SQLITE_FULL');
  };
  const edits = { statuses: { PACKED: 'awaiting_shipment' as const } };
  expect(await hub.request('mapping.set', { ...CHANNEL, edits }, ADMIN)).toMatchObject({ ok: false, error: { code: 'store_unavailable' } });
  audit.append = append;
  await send('O-1', 'PACKED');
  expect(await orderOf('O-1')).toMatchObject({ rawStatus: 'PACKED', rawStatusUnknown: true });
  await ask(hub, 'mapping.set', { ...CHANNEL, edits });
  await hub.hub.rereading.settled();
  expect(await orderOf('O-1')).toMatchObject({ status: 'awaiting_shipment', rawStatusUnknown: false });
});

test('the bench reads a payload as the channel would, with a draft of edits, and keeps nothing', async () => {
  const tried = await ask(hub, 'mapping.try', { ...CHANNEL, payload: payload('paid') });
  expect(tried).toMatchObject({
    ok: true,
    reason: null,
    orders: [{ channelOrderId: 'B-1', status: 'paid', paidMinor: 4_000 }],
    unknown: [],
  });
  expect(JSON.stringify(tried)).not.toContain('张晓明');
  const broken = await ask(hub, 'mapping.try', { ...CHANNEL, payload: '{"type":' });
  expect(broken.ok).toBe(false);
  expect(broken.reason?.zh).toMatch(/JSON/);
  expect((await ask(hub, 'orders.list', {})).items).toEqual([]);
});

test('edits of a draft change what the bench shows, not what is in force', async () => {
  const data = orderData('B-2', START, { status: 'PACKED' });
  const text = JSON.stringify({ type: 'order.updated', timestamp: new Date(START).toISOString(), data });
  expect(await ask(hub, 'mapping.try', { ...CHANNEL, payload: text })).toMatchObject({
    orders: [{ status: null }],
    unknown: [{ word: 'PACKED' }],
  });
  const edits = { statuses: { PACKED: 'shipped' as const } };
  expect(await ask(hub, 'mapping.try', { ...CHANNEL, payload: text, edits })).toMatchObject({
    orders: [{ status: 'shipped' }],
    unknown: [],
  });
  expect((await ask(hub, 'mapping.get', CHANNEL)).changedAt).toBeNull();
});
