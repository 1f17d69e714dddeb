import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/xiaohongshu/adapter.ts';
import type { ChannelClient } from '#main/channels/client.ts';
import type { PlatformSimulator } from '#simulators/kit/types.ts';
import { open } from '#simulators/xiaohongshu/open.ts';
import { accessTo, clientOf, onlyOrder, read, simulatorAt, StoppedClock } from '../../support/platform-access.ts';
import { PAID, PLACED, truthOrder } from '../../support/truth-order.ts';

const ID = 'P700000000000000001';
const WINDOW = { from: PAID - 600_000, to: PAID + 600_000 };
const closing: (() => void | Promise<void>)[] = [];
let clock: StoppedClock;
let simulator: PlatformSimulator;
beforeEach(async () => {
  clock = new StoppedClock(PAID + 3_600_000);
  simulator = await open(simulatorAt(clock));
  closing.push(() => simulator.stop());
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function connected(): ChannelClient {
  const access = accessTo(adapter, simulator, clock);
  closing.push(() => access.close());
  return clientOf(adapter, access);
}

describe('the client of Xiaohongshu', () => {
  it('signs method, application, time and version, and reads what the platform knows', async () => {
    simulator.apply(truthOrder(ID), 'created');
    const client = connected();
    const page = await client.changed('orders', WINDOW, null);
    expect(page).toEqual({ entries: [{ id: ID, kind: 'order', updatedAt: PAID, payload: null }], total: 1, next: null });
    expect(onlyOrder(await read(adapter, client, page))).toMatchObject({
      channelOrderId: ID,
      status: 'awaiting_shipment',
      goodsMinor: 6_980,
      freightMinor: 1_000,
      discountMinor: 980,
      paidMinor: 7_000,
      createdAt: PLACED,
      paidAt: PAID,
      buyer: { key: 'buyer-1' },
      buyerMessage: '周末送',
      sellerMemo: '易碎',
    });
    expect(simulator.refusals).toEqual({});
  });

  it('the longest window of the manifest is one the platform allows, whatever the milliseconds', async () => {
    const [traits] = adapter.manifest.polls;
    const from = PAID + 1;
    await connected().changed('orders', { from, to: from + (traits?.maxSpanMs ?? 0) }, null);
    expect(simulator.refusals).toEqual({});
  });

  it('a change within the second in which a window ends is in it', async () => {
    simulator.apply(truthOrder(ID, { updatedAt: PAID + 450 }), 'created');
    expect(await connected().changed('orders', { from: PAID, to: PAID + 451 }, null)).toMatchObject({
      entries: [{ id: ID, updatedAt: PAID + 450 }],
    });
  });

  it('an order nobody knows is told apart from a failure', async () => {
    expect(await connected().details('order', ['P1'])).toMatchObject([{ id: 'P1', payload: null }]);
  });

  it('lists a day by creation', async () => {
    simulator.apply(truthOrder(ID), 'created');
    const day = { from: Date.parse('2025-06-18T00:00:00+08:00'), to: Date.parse('2025-06-19T00:00:00+08:00') };
    expect(await connected().dayIds(day, null)).toEqual({ ids: [ID], total: 1, next: null });
  });

  it('knows the application, because no call names the shop', async () => {
    expect(await connected().identify()).toEqual({ identity: simulator.credentials().appId, name: null });
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

  it('writes nothing back, because no call for it is known', () => {
    const client = connected();
    expect([client.ship, client.memo, client.setStock, client.stream]).toEqual([undefined, undefined, undefined, undefined]);
    expect(adapter.manifest.capabilities).toMatchObject({ ship: false, memo: false, stock: 'none', push: 'none' });
  });
});
