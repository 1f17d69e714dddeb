import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { adapter } from '#main/channels/pinduoduo/adapter.ts';
import type { PushMessage, ReadingShop } from '#main/channels/channel.ts';
import type { ChannelClient } from '#main/channels/client.ts';
import { open } from '#simulators/pinduoduo/open.ts';
import type { PlatformSimulator } from '#simulators/kit/types.ts';
import { accessTo, clientOf, onlyOrder, read, simulatorAt, StoppedClock } from '../../support/platform-access.ts';
import { PAID, PLACED, truthOrder, truthRefund } from '../../support/truth-order.ts';

const ID = '250618-200000000000002';
const WINDOW = { from: PAID - 600_000, to: PAID + 600_000 };
const closing: (() => void | Promise<void>)[] = [];
let clock: StoppedClock;
let simulator: PlatformSimulator;
let later: (() => void)[] = [];
beforeEach(async () => {
  clock = new StoppedClock(PAID + 3_600_000);
  later = [];
  simulator = await open(simulatorAt(clock, { after: (_ms, task) => (later.push(task), () => undefined) }));
  closing.push(() => simulator.stop());
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function connected(options = {}): ChannelClient {
  const access = accessTo(adapter, simulator, clock, { options });
  closing.push(() => access.close());
  return clientOf(adapter, access);
}

describe('the client of Pinduoduo', () => {
  it('signs as the platform checks it, and reads what the platform knows', async () => {
    simulator.apply(truthOrder(ID), 'created');
    const client = connected();
    const page = await client.changed('orders', WINDOW, null);
    expect(page).toEqual({ entries: [{ id: ID, kind: 'order', updatedAt: null, payload: null }], total: 1, next: null });
    expect(onlyOrder(await read(adapter, client, page))).toMatchObject({
      channelOrderId: ID,
      status: 'awaiting_shipment',
      goodsMinor: 6_980,
      freightMinor: 1_000,
      discountMinor: 980,
      paidMinor: 7_000,
      createdAt: PLACED,
      paidAt: PAID,
      updatedAt: PAID,
      buyerMessage: '周末送',
      sellerMemo: '易碎',
      receiver: { phone: { plain: null, mask: '139****5678' }, district: '姑苏区' },
    });
    expect(simulator.refusals).toEqual({});
  });

  it('a partial refund is in the refund list, with its own number and sum', async () => {
    simulator.apply(truthOrder(ID, { refunds: [truthRefund('7381000001')], updatedAt: PAID + 60_000 }), 'refund');
    const client = connected();
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
    expect(await connected().details('order', ['250618-000000000000000'])).toMatchObject([{ payload: null }]);
  });

  it('lists a day by the time of the deal: what nobody paid is not in it', async () => {
    simulator.apply(truthOrder(ID), 'created');
    simulator.apply(truthOrder('250618-200000000000003', { paidAt: null, stage: 'unpaid' }), 'created');
    const day = { from: Date.parse('2025-06-18T00:00:00+08:00'), to: Date.parse('2025-06-19T00:00:00+08:00') };
    expect(await connected().dayIds(day, null)).toEqual({ ids: [ID], total: 1, next: null });
  });

  it('tells whose credentials they are', async () => {
    expect(await connected().identify()).toEqual({ identity: '171500001', name: '示例店' });
  });

  it('renews its token, and the old one is worth nothing', async () => {
    const client = connected();
    const grant = await client.refresh?.(null);
    expect(grant).toMatchObject({ identity: '171500001', expiresAt: clock.at + 86_400_000 });
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'token-expired' });
    simulator.set({ revoked: true });
    await expect(client.refresh?.(grant ?? null)).rejects.toMatchObject({ code: 'token-revoked' });
  });

  it.each([
    [{ secret: 'another' }, 'auth-wrong-secret'],
    [{ revoked: true }, 'token-revoked'],
    [{ permitted: false }, 'permission'],
    [{ clockOffMs: 660_000 }, 'clock-skew'],
  ] as const)('trouble %j is %s, with the platform’s own words', async (trouble, code) => {
    const client = connected();
    simulator.set(trouble);
    const failure = client.changed('orders', WINDOW, null);
    await expect(failure).rejects.toMatchObject({ code });
    await expect(failure).rejects.toThrow(/the platform said/);
  });
});

describe('writing back to Pinduoduo', () => {
  const request = { channelOrderId: ID, trackingNumber: 'SF1', carrier: 'sf', lines: [], attempt: 1 };

  it('ships once, whatever is repeated, and refuses another number', async () => {
    simulator.apply(truthOrder(ID), 'created');
    const client = connected();
    await client.ship?.(request);
    await client.ship?.(request);
    await client.ship?.({ ...request, attempt: 2 });
    expect(simulator.truth(ID)).toMatchObject({ stage: 'shipped', tracking: { number: 'SF1', carrier: '44' } });
    expect(simulator.writes.filter(({ repeated }) => !repeated)).toHaveLength(1);
    await expect(client.ship?.({ ...request, trackingNumber: 'SF2' })).rejects.toMatchObject({ code: 'refused' });
  });

  it('writes a memo with its flag', async () => {
    simulator.apply(truthOrder(ID), 'created');
    await connected().memo?.({ channelOrderId: ID, memo: '加急', flag: 3, attempt: 1 });
    expect(simulator.truth(ID)).toMatchObject({ sellerMemo: '加急', flag: 3 });
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
    await vi.waitFor(() => expect(simulator.calls.socket).toBe(connections), { timeout: 10_000 });
  }

  it('acknowledges with the exact 64-bit number, once the message is kept', async () => {
    const client = connected();
    const listening = listen(client, 1);
    await admitted(1);
    simulator.apply(truthOrder(ID), 'changed');
    const [message] = await listening;
    expect(message).toMatchObject({ deliveryId: 'pmc:9007199254740995', topic: 'pdd_trade_TradeConfirmed' });
    const shop: ReadingShop = { channel: 'pinduoduo', shopId: 'shop-1', options: {}, mapping: adapter.mapping };
    const body = message?.body ?? new Uint8Array();
    expect(adapter.normalise({ topic: '', body, observedAt: null }, shop)).toMatchObject({
      wanted: [{ kind: 'order', id: ID, because: 'push' }],
    });
    expect(simulator.refusals).toEqual({});
    // What was acknowledged does not come again to the next connection.
    const next = listen(client, 1);
    await admitted(2);
    simulator.apply(truthOrder(ID, { stage: 'shipped' }), 'changed');
    expect(await next).toMatchObject([{ deliveryId: 'pmc:9007199254740996', topic: 'pdd_trade_TradeSellerShip' }]);
  });

  it('a message that could not be kept comes again', async () => {
    const client = connected();
    const failing = listen(client, 1, () => Promise.reject(new Error('the disk is full')));
    await Promise.all([
      expect(failing).rejects.toMatchObject({ code: 'transient' }),
      admitted(1).then(() => simulator.apply(truthOrder(ID), 'changed')),
    ]);
    expect(await listen(client, 1)).toMatchObject([{ deliveryId: 'pmc:9007199254740995' }]);
  });

  it('a connection the platform ends is an error that passes', async () => {
    const client = connected();
    const listening = listen(client, 1);
    await Promise.all([expect(listening).rejects.toMatchObject({ code: 'transient' }), admitted(1).then(() => simulator.stop())]);
  });
});
