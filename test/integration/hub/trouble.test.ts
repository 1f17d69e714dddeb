import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StreamEvent } from '#shared/contract/index.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { StoreError } from '#main/hub/store-error.ts';
import { ManualTime } from '#main/hub/time.ts';
import { asStoreError } from '#main/storage/database.ts';
import { ADMIN, ask, deliver, memoryHub, orderData, testConfig } from '#test/support/hub.ts';
import { hubOnFile } from '#test/support/hub-on-file.ts';

const START = Date.parse('2025-06-18T02:00:00Z');
let time: ManualTime;
let hub: LocalHub;
beforeEach(async () => {
  time = new ManualTime(START);
  hub = await memoryHub(testConfig(), { clock: time, timers: time, runJobs: true });
});
afterEach(() => hub.close());

const key = (id: string) => ({ channel: 'standard-webhooks' as const, shopId: 'own', channelOrderId: id });

/** Makes transactions fail from the n-th on, as a full disk does; returns the repair. */
function breakStore(from: number): () => void {
  const { transaction } = hub.store;
  let count = 0;
  hub.store.transaction = (work) => {
    count += 1;
    if (count >= from) throw new StoreError('full');
    return transaction(work);
  };
  return () => void (hub.store.transaction = transaction);
}

describe('a full disk', () => {
  test('before the inbox: 503, nothing kept, requests are refused in words, and it goes on by itself', async () => {
    const events: StreamEvent[] = [];
    hub.subscribe((event) => events.push(event));
    const repair = breakStore(1);
    expect(await deliver(hub, 'order.paid', orderData('F-1', START), START)).toMatchObject({ status: 503 });
    expect(await hub.health()).toMatchObject({ ok: false, problem: expect.stringContaining('disk is full') as string });
    const command = await hub.request(
      'stock.adjust',
      { sku: 'CUP', warehouse: 'suzhou', quantity: 1, kind: 'adjust' },
      { ...ADMIN, locale: 'zh' },
    );
    expect(command).toMatchObject({
      ok: false,
      error: { code: 'store_unavailable', message: expect.stringContaining('磁盘已满') as string },
    });
    repair();
    expect(await deliver(hub, 'order.paid', orderData('F-1', START), START)).toMatchObject({ status: 200 });
    expect((await hub.health()).ok).toBe(true);
    expect(await ask(hub, 'orders.get', key('F-1'))).toMatchObject({ version: 1 });
    const notices = events.flatMap((event) => (event.name === 'notice.raised' ? [event.payload.level] : []));
    expect(notices).toEqual(['alarm', 'info']);
  });

  test('between inbox and decision: acknowledged, not lost, worked in order once the disk is back', async () => {
    const repair = breakStore(2);
    expect(await deliver(hub, 'order.paid', orderData('F-2', START), START)).toMatchObject({ status: 200 });
    expect(await hub.request('orders.get', key('F-2'), ADMIN)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(hub.store.inbox.waitingCount()).toBe(1);
    repair();
    const shipped = orderData('F-2', START, { status: 'shipped', updatedAt: START, trackingNumber: 'T1' });
    expect(await deliver(hub, 'order.shipped', shipped, START)).toMatchObject({ status: 200 });
    expect(await ask(hub, 'orders.get', key('F-2'))).toMatchObject({ status: 'shipped', version: 2 });
    expect(hub.store.inbox.waitingCount()).toBe(0);
    expect((await ask(hub, 'stock.list', { sku: 'CUP' })).items[0]).toMatchObject({ spot: 998, reserved: 0 });
  });

  test('the clock alone is enough to catch up', async () => {
    const repair = breakStore(2);
    await deliver(hub, 'order.paid', orderData('F-3', START), START);
    repair();
    time.advanceBy(1_000);
    expect(await ask(hub, 'orders.get', key('F-3'))).toMatchObject({ version: 1 });
  });

  test('what SQLite itself says of a full file is understood', () => {
    const database = new Database(':memory:');
    database.exec('CREATE TABLE t (a)');
    database.pragma('max_page_count = 3');
    const fill = () => {
      for (;;) database.prepare('INSERT INTO t VALUES (zeroblob(4000))').run();
    };
    expect(fill).toThrow('full');
    try {
      fill();
    } catch (error) {
      expect(asStoreError(error)).toMatchObject({ name: 'StoreError', code: 'full' });
    }
    database.close();
  });
});

describe('what hot state promised and the store does not have', () => {
  test('is decided again with fresh facts, and nothing is lost', async () => {
    hub.hub.hot.pool.adjust({ kind: 'adjust', sku: 'CUP', warehouse: 'suzhou', quantity: -999 }, START);
    hub.hub.hot.pool.adjust({ kind: 'adjust', sku: 'CUP', warehouse: 'hefei', quantity: 50 }, START);
    await deliver(hub, 'order.paid', orderData('C-1', START), START);
    expect(await ask(hub, 'orders.get', key('C-1'))).toMatchObject({
      allocations: [{ sku: 'CUP', warehouse: 'suzhou', quantity: 2, pool: 'spot' }],
    });
    expect((await hub.health()).metrics).toContain('orderpulse_conflicts_total 1');
  });
});

describe('a restart', () => {
  const workspace = hubOnFile(START);

  test('finds everything as it was: orders, queue, stock, windows, figures, the buyer', async () => {
    const { hub: first } = await workspace.open();
    for (const id of ['1', '2', '3', '4'])
      await deliver(first, 'order.paid', orderData(`W-${id}`, START, { buyer: { key: 'same', name: '李四' } }), START);
    const view = async (link: LocalHub) => ({
      orders: await ask(link, 'orders.list', {}),
      queue: await ask(link, 'holds.list', {}),
      stock: await ask(link, 'stock.map', {}),
      buyer: await ask(link, 'orders.buyer', key('W-4')),
      stages: (await ask(link, 'pulse.snapshot', {})).stages.map(({ stage, backlog, oldestAt }) => ({ stage, backlog, oldestAt })),
      parts: (await ask(link, 'health.current', {})).parts,
    });
    const before = await view(first);
    const reasons = (order: { hold: { reasons: { ruleId: string }[] } | null } | undefined) =>
      order?.hold?.reasons.map(({ ruleId }) => ruleId);
    const fourth = before.queue.items.find(({ channelOrderId }) => channelOrderId === 'W-4');
    expect(reasons(fourth)).toContain('same-buyer-burst');
    await first.close();
    const { hub: second } = await workspace.open();
    expect(await view(second)).toEqual(before);
    await deliver(second, 'order.paid', orderData('W-5', START, { buyer: { key: 'same', name: '李四' } }), START);
    const fifth = await ask(second, 'orders.get', key('W-5'));
    expect(reasons(fifth)).toEqual(reasons(fourth));
  });
});
