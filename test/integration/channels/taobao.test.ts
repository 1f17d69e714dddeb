import { describe, expect, it, vi } from 'vitest';
import { adapter } from '#main/channels/taobao/adapter.ts';
import type { PushMessage } from '#main/channels/channel.ts';
import { open } from '#simulators/taobao/open.ts';
import { onlyOrder, read } from '../../support/platform-access.ts';
import { DAY_PLACED, expectShippedOnce, itTellsTrouble, platformScene, WINDOW } from '../../support/platform-scene.ts';
import { AS_READ, PAID, PLACED, truthOrder, truthRefund } from '../../support/truth-order.ts';

const ID = '2231958349001122334';
const scene = platformScene(adapter, open);

describe('the client of Taobao', () => {
  it.each(['md5', 'hmac', 'hmac-sha256'])(
    'signs by %s as the platform checks it, and reads what the platform knows',
    async (signMethod) => {
      scene.simulator.apply(truthOrder(ID), 'created');
      const client = scene.connected({ signMethod });
      const page = await client.changed('orders', WINDOW, null);
      expect(page).toEqual({ entries: [{ id: ID, kind: 'order', updatedAt: PAID, payload: null }], total: 1, next: null });
      expect(onlyOrder(await read(adapter, client, page))).toMatchObject({
        channelOrderId: ID,
        ...AS_READ,
        createdAt: PLACED,
        buyerMessage: '周末送',
        sellerMemo: '易碎',
        receiver: { phone: { plain: null, mask: '139****5678' } },
      });
      expect(scene.simulator.refusals).toEqual({});
    },
  );

  it('counts pages, newest first, and an empty window is an empty page', async () => {
    for (let index = 0; index < 60; index += 1)
      scene.simulator.apply(truthOrder(String(BigInt(ID) + BigInt(index)), { updatedAt: PAID + index * 1_000 }), 'created');
    const client = scene.connected();
    const last = await client.changed('orders', WINDOW, { page: 2 });
    expect([last.entries.length, last.total, last.entries.at(-1)?.id]).toEqual([10, 60, ID]);
    expect(await client.changed('orders', { from: PAID - 900_000, to: PAID - 600_000 }, null)).toEqual({
      entries: [],
      total: 0,
      next: null,
    });
  });

  it('an order nobody knows is told apart from a failure', async () => {
    const [missing] = await scene.connected().details('order', ['1234567890123456789']);
    expect(missing).toMatchObject({ id: '1234567890123456789', payload: null });
  });

  it('lists a day by creation', async () => {
    scene.simulator.apply(truthOrder(ID), 'created');
    expect(await scene.connected().dayIds(DAY_PLACED, null)).toEqual({ ids: [ID], total: 1, next: null });
    expect(await scene.connected().dayIds({ from: DAY_PLACED.to, to: DAY_PLACED.to + 86_400_000 }, null)).toMatchObject({ ids: [] });
  });

  it('tells whose credentials they are', async () => {
    expect(await scene.connected().identify()).toEqual({ identity: '2481000000', name: '示例店' });
  });

  itTellsTrouble(scene);

  it('says by how much the clock is off', async () => {
    const client = scene.connected();
    scene.simulator.set({ clockOffMs: 660_000 });
    const error = await client.identify().catch((caught: unknown) => caught);
    expect((error as { details: { clockOffMs: number } }).details.clockOffMs / 60_000).toBeCloseTo(-11, 0);
  });

  it('a refund of one line is read from its order', async () => {
    scene.simulator.apply(truthOrder(ID, { refunds: [truthRefund('300001')], updatedAt: PAID + 60_000 }), 'refund');
    const client = scene.connected();
    const order = onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)));
    expect(order.refunds).toMatchObject([{ id: '300001', amountMinor: 2_500, state: 'open', lines: [{ sku: 'SKU-2', quantity: 1 }] }]);
  });
});

describe('writing back to Taobao', () => {
  it('ships once, whatever is repeated, and refuses another number', () => expectShippedOnce(scene, truthOrder(ID)));

  it('writes a memo with its flag', async () => {
    scene.simulator.apply(truthOrder(ID), 'created');
    await scene.connected().memo?.({ channelOrderId: ID, memo: '加急', flag: 3, attempt: 1 });
    expect(scene.simulator.truth(ID)).toMatchObject({ sellerMemo: '加急', flag: 3 });
  });

  it('sets a stock level and never adds', async () => {
    const client = scene.connected();
    await client.setStock?.({ sku: 'SKU-1', itemId: '600001', skuId: '700001', available: 7, attempt: 1 });
    await client.setStock?.({ sku: 'SKU-1', itemId: '600001', skuId: null, available: -2, attempt: 1 });
    expect(scene.simulator.writes.map(({ subject, content }) => [subject, content])).toEqual([
      ['700001', { level: 7 }],
      ['SKU-1', { level: 0 }],
    ]);
  });
});

describe('the message service of Taobao', () => {
  it('is confirmed only after the messages are kept; what is not kept comes again', async () => {
    const client = scene.connected();
    const end = new AbortController();
    const kept: PushMessage[] = [];
    let attempts = 0;
    const take = (messages: readonly PushMessage[]) => {
      attempts += 1;
      if (attempts === 1) return Promise.reject(new Error('the disk is full'));
      kept.push(...messages);
      end.abort();
      return Promise.resolve();
    };
    // The platform queues nothing before the shop is permitted, which the first connection asks for.
    await client.stream?.(() => Promise.resolve(), AbortSignal.abort());
    scene.simulator.apply(truthOrder(ID), 'created');
    await expect(client.stream?.(take, end.signal)).rejects.toThrow('the disk is full');
    scene.clock.at += 60_000;
    await client.stream?.(take, end.signal);
    expect(kept).toMatchObject([{ topic: 'taobao_trade_TradeCreate' }]);
    expect(kept[0]?.deliveryId).toMatch(/^tmc:\d{16}$/);
    const body = kept[0]?.body ?? new Uint8Array();
    const shop = { channel: 'taobao', shopId: 'shop-1', options: {}, mapping: adapter.mapping } as const;
    expect(adapter.normalise({ topic: '', body, observedAt: null }, shop)).toMatchObject({
      wanted: [{ kind: 'order', id: ID, because: 'push' }],
    });
    scene.clock.at += 60_000;
    const later: PushMessage[] = [];
    const asked = scene.simulator.calls.list;
    const last = new AbortController();
    const listening = client.stream?.((messages) => Promise.resolve(void later.push(...messages)), last.signal);
    await vi.waitFor(() => expect(scene.simulator.calls.list).toBeGreaterThan(asked), { timeout: 10_000 });
    last.abort();
    await listening;
    expect(later).toEqual([]);
  });

  it('is left alone where the shop wants polling only', async () => {
    await scene.connected({ messages: false }).stream?.(() => Promise.resolve(), new AbortController().signal);
    expect(scene.simulator.calls).toMatchObject({ list: 0, write: 0 });
  });
});
