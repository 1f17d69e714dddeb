import { describe, expect, it, vi } from 'vitest';
import { adapter } from '#main/channels/pinduoduo/adapter.ts';
import type { PushMessage, ReadingShop } from '#main/channels/channel.ts';
import type { ChannelClient } from '#main/channels/client.ts';
import { open } from '#simulators/pinduoduo/open.ts';
import { onlyOrder, read } from '../../support/platform-access.ts';
import { DAY_PLACED, expectShippedOnce, itTellsTrouble, platformScene, WINDOW } from '../../support/platform-scene.ts';
import { AS_READ, PAID, PLACED, truthOrder, truthRefund } from '../../support/truth-order.ts';

const ID = '250618-200000000000002';
const scene = platformScene(adapter, open);

describe('the client of Pinduoduo', () => {
  it('signs as the platform checks it, and reads what the platform knows', async () => {
    scene.simulator.apply(truthOrder(ID), 'created');
    const client = scene.connected();
    const page = await client.changed('orders', WINDOW, null);
    expect(page).toEqual({ entries: [{ id: ID, kind: 'order', updatedAt: null, payload: null }], total: 1, next: null });
    expect(onlyOrder(await read(adapter, client, page))).toMatchObject({
      channelOrderId: ID,
      ...AS_READ,
      createdAt: PLACED,
      updatedAt: PAID,
      buyerMessage: '周末送',
      sellerMemo: '易碎',
      receiver: { phone: { plain: null, mask: '139****5678' }, district: '姑苏区' },
    });
    expect(scene.simulator.refusals).toEqual({});
  });

  it('a partial refund is in the refund list, with its own number and sum', async () => {
    scene.simulator.apply(truthOrder(ID, { refunds: [truthRefund('7381000001')], updatedAt: PAID + 60_000 }), 'refund');
    const client = scene.connected();
    expect(onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null))).status).toBe('awaiting_shipment');
    const page = await client.changed('refunds', WINDOW, null);
    const [listed] = await read(adapter, client, page);
    expect(listed).toMatchObject({
      kind: 'refund',
      refund: { channelOrderId: ID, refund: { id: '7381000001', amountMinor: 2_500, state: 'open', complaint: 'A', at: PAID + 60_000 } },
    });
    const entry = { id: '7381000001', kind: 'refund' as const, updatedAt: null, payload: null };
    expect(await read(adapter, client, { entries: [entry], total: 1, next: null })).toEqual([listed]);
  });

  it('an order nobody knows is told apart from a failure', async () => {
    expect(await scene.connected().details('order', ['250618-000000000000000'])).toMatchObject([{ payload: null }]);
  });

  it('lists a day by the time of the deal: what nobody paid is not in it', async () => {
    scene.simulator.apply(truthOrder(ID), 'created');
    scene.simulator.apply(truthOrder('250618-200000000000003', { paidAt: null, stage: 'unpaid' }), 'created');
    expect(await scene.connected().dayIds(DAY_PLACED, null)).toEqual({ ids: [ID], total: 1, next: null });
  });

  it('tells whose credentials they are', async () => {
    expect(await scene.connected().identify()).toEqual({ identity: '171500001', name: '示例店' });
  });

  it('renews its token, and the old one is worth nothing', async () => {
    const client = scene.connected();
    const grant = await client.refresh?.(null);
    expect(grant).toMatchObject({ identity: '171500001', expiresAt: scene.clock.at + 86_400_000 });
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'token-expired' });
    scene.simulator.set({ revoked: true });
    await expect(client.refresh?.(grant ?? null)).rejects.toMatchObject({ code: 'token-revoked' });
  });

  itTellsTrouble(scene);
});

describe('writing back to Pinduoduo', () => {
  it('ships once, whatever is repeated, and refuses another number', async () => {
    await expectShippedOnce(scene, truthOrder(ID));
    expect(scene.simulator.truth(ID)).toMatchObject({ tracking: { carrier: '44' } });
  });

  it('writes a memo with its flag', async () => {
    scene.simulator.apply(truthOrder(ID), 'created');
    await scene.connected().memo?.({ channelOrderId: ID, memo: '加急', flag: 3, attempt: 1 });
    expect(scene.simulator.truth(ID)).toMatchObject({ sellerMemo: '加急', flag: 3 });
  });
});

describe('the message connection of Pinduoduo', () => {
  /** Listens until `enough` messages were kept. */
  async function listen(
    client: ChannelClient,
    enough: number,
    keep: (message: PushMessage) => Promise<void> = () => Promise.resolve(),
  ): Promise<PushMessage[]> {
    const end = new AbortController();
    const kept: PushMessage[] = [];
    const take = async (messages: readonly PushMessage[]) => {
      for (const message of messages) {
        await keep(message);
        kept.push(message);
      }
      // The acknowledgement goes out after this.
      if (kept.length >= enough) setTimeout(() => end.abort(), 20);
    };
    await client.stream?.(take, end.signal);
    return kept;
  }

  /** Resolves once the platform has let this many connections in. */
  async function admitted(connections: number): Promise<void> {
    await vi.waitFor(() => expect(scene.simulator.calls.socket).toBe(connections), { timeout: 10_000 });
  }

  it('acknowledges with the exact 64-bit number, once the message is kept', async () => {
    const client = scene.connected();
    const listening = listen(client, 1);
    await admitted(1);
    scene.simulator.apply(truthOrder(ID), 'changed');
    const [message] = await listening;
    expect(message).toMatchObject({ deliveryId: 'pmc:9007199254740995', topic: 'pdd_trade_TradeConfirmed' });
    const shop: ReadingShop = { channel: 'pinduoduo', shopId: 'shop-1', options: {}, mapping: adapter.mapping };
    const body = message?.body ?? new Uint8Array();
    expect(adapter.normalise({ topic: '', body, observedAt: null }, shop)).toMatchObject({
      wanted: [{ kind: 'order', id: ID, because: 'push' }],
    });
    expect(scene.simulator.refusals).toEqual({});
    // What was acknowledged does not come again to the next connection.
    const next = listen(client, 1);
    await admitted(2);
    scene.simulator.apply(truthOrder(ID, { stage: 'shipped' }), 'changed');
    expect(await next).toMatchObject([{ deliveryId: 'pmc:9007199254740996', topic: 'pdd_trade_TradeSellerShip' }]);
  });

  it('a message that could not be kept comes again', async () => {
    const client = scene.connected();
    const failing = listen(client, 1, () => Promise.reject(new Error('the disk is full')));
    await Promise.all([
      expect(failing).rejects.toMatchObject({ code: 'transient' }),
      admitted(1).then(() => scene.simulator.apply(truthOrder(ID), 'changed')),
    ]);
    expect(await listen(client, 1)).toMatchObject([{ deliveryId: 'pmc:9007199254740995' }]);
  });

  it('a connection the platform ends is an error that passes', async () => {
    const client = scene.connected();
    const listening = listen(client, 1);
    await Promise.all([expect(listening).rejects.toMatchObject({ code: 'transient' }), admitted(1).then(() => scene.simulator.stop())]);
  });
});
