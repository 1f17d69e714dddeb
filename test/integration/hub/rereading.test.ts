import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import { HOUR, SECOND } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, orderData, SHOP, testConfig } from '#test/support/hub.ts';
import { hubOnFile } from '#test/support/hub-on-file.ts';

const START = Date.parse('2025-06-18T12:30:00Z');
const OWN = { channel: 'standard-webhooks' } as const;
const LIVE = { channel: 'douyin', shopId: 'live' } as const;
const samples = JSON.parse(readFileSync('test/fixtures/channels/samples.json', 'utf8')) as Record<string, unknown>;

const workspace = hubOnFile(START);
let time: ManualTime;
let hub: LocalHub;
let events: readonly StreamEvent[];
beforeEach(open);

async function open(): Promise<void> {
  const credentials = { app_key: 'key', secret: 'a-secret', access_token: 'token' };
  const bridged = { ...SHOP, channel: 'taobao', shopId: 'bridged', door: 'standard-webhooks' } as const;
  const config = testConfig({ shops: [SHOP, { ...LIVE, credentials, endpoint: 'http://127.0.0.1:9' }, bridged] });
  ({ hub, time, events } = await workspace.open({ config }));
}

const ownOrder = (id: string, status: string, more: Record<string, unknown> = {}) => {
  const data = { ...orderData(id, time.now(), more), status };
  return deliver(hub, 'order.updated', data, time.now(), `msg_${id}_${status}_${time.now()}`);
};
const record = (channel: string, shopId: string, id: string) => {
  const stored = hub.store.orders.byPlatform(channel, shopId, id);
  if (!stored) throw new Error(`no order ${id}`);
  return stored.record;
};
const own = (id: string) => record('standard-webhooks', 'own', id);

/** A read of the Douyin shop, as its feed would have put it into the inbox. */
function polled(kind: 'order' | 'refund', id: string, body: unknown, observedAt: number): void {
  const deliveryId = `poll:${kind}:${id}:${observedAt}:0`;
  hub.store.transaction(() =>
    hub.store.inbox.add({
      ...LIVE,
      ...{ deliveryId, topic: '', origin: 'poll', receivedAt: time.now(), observedAt },
      body: Buffer.from(JSON.stringify(body)),
    }),
  );
  hub.hub.inboxWorker.catchUp();
}
/** The published order of Douyin with a number of its own, a state, and the state of its after-sale. */
function douyinOrder(id: string, status: number, afterSale = 0): unknown {
  const text = JSON.stringify(samples['douyin']).replaceAll('4837000000000000001', id);
  return JSON.parse(
    text
      .replace('"order_status":3', `"order_status":${status}`)
      .replace('"main_status":3', `"main_status":${status}`)
      .replace('"after_sale_status":0', `"after_sale_status":${afterSale}`),
  ) as unknown;
}
const UPDATED = 1_750_294_800_000;

async function setMapping(channel: 'standard-webhooks' | 'douyin', edits: object) {
  const answer = await ask(hub, 'mapping.set', { channel, edits } as never);
  await hub.hub.rereading.settled();
  return { answer, after: (await ask(hub, 'mapping.get', { channel })).reread };
}

describe('orders that spoke unknown words, once the words have a meaning (A4)', () => {
  test('are read again: state, stock and queues as if the message had just come', async () => {
    await ownOrder('O-1', 'PACKED');
    await ownOrder('O-2', 'paid');
    time.advanceTo(time.now() + SECOND);
    await ownOrder('O-2', 'PACKED');
    time.advanceTo(time.now() + SECOND);
    // Nothing to tell but a newer version: still the one in force.
    await ownOrder('O-2', 'PACKED', { sellerMemo: '勿压' });
    await ownOrder('O-3', 'paid');
    await ownOrder('O-4', 'WRAPPED');
    expect(own('O-1')).toMatchObject({ status: 'pending_payment', rawStatusUnknown: true });
    expect(own('O-2')).toMatchObject({ status: 'paid', rawStatusUnknown: true });
    const untouched = [own('O-3'), own('O-4')];

    const { answer, after } = await setMapping('standard-webhooks', { statuses: { PACKED: 'awaiting_shipment' } });
    expect(answer.reread).toMatchObject({ words: [{ kind: 'status', word: 'PACKED' }], finishedAt: null, orders: 0 });
    expect(after).toMatchObject({ orders: 2, changed: 2, asked: 0, progress: 1, finishedAt: time.now() });
    for (const id of ['O-1', 'O-2']) {
      expect(own(id)).toMatchObject({ status: 'awaiting_shipment', rawStatusUnknown: false, unknown: [], stock: 'reserved' });
    }
    expect([own('O-3'), own('O-4')]).toEqual(untouched);
    expect((await ask(hub, 'orders.explain', { orderNo: own('O-1').orderNo })).orderNo).toBe(own('O-1').orderNo);
    const told = events.filter(({ name }) => name === 'mapping.reread');
    expect(told.at(-1)?.payload).toEqual({ reread: after });
    // A word that is read a second time was not seen a second time.
    expect((await ask(hub, 'mapping.get', OWN)).unknown).toEqual([
      { kind: 'status', word: 'WRAPPED', seen: 1, lastAt: expect.any(Number) },
    ]);
  });

  test('a newer message is not undone, and doing it all again changes nothing', async () => {
    await ownOrder('O-1', 'PACKED');
    time.advanceTo(time.now() + SECOND);
    await ownOrder('O-1', 'shipped');
    await ownOrder('O-2', 'PACKED');
    const first = await setMapping('standard-webhooks', { statuses: { PACKED: 'awaiting_shipment' } });
    // The word of the first message is not in force any more: that order needs no healing.
    expect(first.after).toMatchObject({ orders: 1, changed: 1 });
    expect(own('O-1').status).toBe('shipped');
    const versions = [own('O-1').version, own('O-2').version];
    const again = await setMapping('standard-webhooks', { statuses: { PACKED: 'awaiting_shipment' } });
    expect(again.after).toEqual(first.after);
    await setMapping('standard-webhooks', {});
    await setMapping('standard-webhooks', { statuses: { PACKED: 'awaiting_shipment' } });
    expect([own('O-1').version, own('O-2').version]).toEqual(versions);
  });

  test('many of them go a few at a time, a restart goes on where it was, and live messages come between', async () => {
    for (let index = 0; index < 60; index += 1) await ownOrder(`M-${index}`, 'PACKED');
    await ask(hub, 'mapping.set', { ...OWN, edits: { statuses: { PACKED: 'awaiting_shipment' } } });
    await new Promise((resolve) => setImmediate(resolve));
    const half = hub.hub.rereading.stateOf('standard-webhooks');
    expect(half?.finishedAt).toBeNull();
    expect(half?.orders).toBeGreaterThan(0);
    expect(half?.orders).toBeLessThan(60);
    await hub.close();
    await open();
    expect((await ownOrder('M-new', 'PACKED')).status).toBe(200);
    await hub.hub.rereading.settled();
    expect(hub.hub.rereading.stateOf('standard-webhooks')).toMatchObject({ orders: 60, changed: 60, progress: 1 });
    for (let index = 0; index < 60; index += 1) expect(own(`M-${index}`).status).toBe('awaiting_shipment');
  });

  test('a bridged shop speaks the own-store words: they are noted and healed there', async () => {
    const data = { ...orderData('B-1', time.now()), status: 'PACKED' };
    const { signStandard } = await import('#test/support/webhooks.ts');
    const body = { type: 'order.updated', timestamp: new Date(START).toISOString(), data };
    const signed = signStandard(SHOP.credentials.secret, 'msg_b1', time.now(), body);
    await hub.receive({ channel: 'taobao', shopId: 'bridged', ...signed, receivedAt: time.now() });
    expect((await ask(hub, 'mapping.get', { channel: 'taobao' })).unknown).toEqual([]);
    const { after } = await setMapping('standard-webhooks', { statuses: { PACKED: 'awaiting_shipment' } });
    expect(after).toMatchObject({ orders: 1, changed: 1 });
    expect(record('taobao', 'bridged', 'B-1')).toMatchObject({ status: 'awaiting_shipment', rawStatusUnknown: false });
  });
});

describe('what a platform was asked for', () => {
  test('a later read of the same version is read again as well, which settled it', async () => {
    polled('order', '6917000000000000011', douyinOrder('6917000000000000011', 117), UPDATED);
    // Read again when it could no longer change unseen: noted with the order, but no part of its history.
    polled('order', '6917000000000000011', douyinOrder('6917000000000000011', 117), UPDATED + 2 * SECOND);
    const { after } = await setMapping('douyin', { statuses: { 117: 'awaiting_shipment' } });
    expect(after).toMatchObject({ orders: 1, changed: 1, asked: 0 });
    expect(record('douyin', 'live', '6917000000000000011')).toMatchObject({ status: 'awaiting_shipment', rawStatusUnknown: false });
  });

  test('an after-sale word is understood in the order and in the refund', async () => {
    const id = '6917000000000000012';
    polled('order', id, douyinOrder(id, 3, 777), UPDATED + HOUR);
    const aftersale = {
      aftersale_id: 'A-1',
      aftersale_status: 777,
      aftersale_type: 1,
      refund_amount: 34_900,
      update_time: UPDATED / 1_000,
    };
    polled('refund', 'A-1', { aftersale_info: aftersale, order_info: { shop_order_id: id } }, UPDATED + HOUR);
    expect(record('douyin', 'live', id)).toMatchObject({
      status: 'refunding',
      unknown: [{ kind: 'refund', word: '777' }],
      refunds: [{ id: 'A-1', state: 'open', rawState: '777' }],
    });
    const { after } = await setMapping('douyin', { refunds: { 777: 'succeeded' } });
    expect(after).toMatchObject({ orders: 1, changed: 1, asked: 0 });
    expect(record('douyin', 'live', id)).toMatchObject({
      status: 'refunded',
      refundedMinor: 34_900,
      unknown: [],
      refunds: [{ state: 'succeeded' }],
    });
  });

  test('where the messages are gone, the refund is healed by its own word and the order is asked for again', async () => {
    const id = '6917000000000000013';
    polled('order', id, douyinOrder(id, 117), UPDATED + HOUR);
    const aftersale = { aftersale_id: 'A-2', aftersale_status: 777, aftersale_type: 1, refund_amount: 100, update_time: UPDATED / 1_000 };
    polled('refund', 'A-2', { aftersale_info: aftersale, order_info: { shop_order_id: id } }, UPDATED + HOUR);
    await hub.close();
    const database = new Database(join(workspace.folder, 'orderpulse.db'));
    database.exec('DELETE FROM inbox; UPDATE progress SET through = 0');
    database.close();
    await open();

    const refunds = await setMapping('douyin', { refunds: { 777: 'withdrawn' } });
    expect(refunds.after).toMatchObject({ orders: 1, changed: 1, asked: 0 });
    expect(record('douyin', 'live', id).refunds).toMatchObject([{ id: 'A-2', state: 'withdrawn' }]);
    const { after } = await setMapping('douyin', { refunds: { 777: 'withdrawn' }, statuses: { 117: 'shipped' } });
    expect(after).toMatchObject({ orders: 1, changed: 0, asked: 1 });
    const wished = hub.store.wishes.due(LIVE, time.now(), 10);
    expect(wished).toMatchObject([{ kind: 'order', id, because: 'words' }]);
    polled('order', id, douyinOrder(id, 117), UPDATED + 2 * HOUR);
    expect(record('douyin', 'live', id)).toMatchObject({ status: 'shipped', rawStatusUnknown: false });
  });
});
