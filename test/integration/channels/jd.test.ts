import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/jd/adapter.ts';
import type { ChannelClient } from '#main/channels/client.ts';
import type { PlatformSimulator } from '#simulators/kit/types.ts';
import { open } from '#simulators/jd/open.ts';
import { accessTo, clientOf, onlyOrder, read, simulatorAt, StoppedClock } from '../../support/platform-access.ts';
import { PAID, PLACED, truthOrder, truthRefund } from '../../support/truth-order.ts';

const ID = '300100200300';
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

function connected(options = {}): ChannelClient {
  const access = accessTo(adapter, simulator, clock, { options });
  closing.push(() => access.close());
  return clientOf(adapter, access);
}

describe('the client of JD', () => {
  it.each(['zoned', 'plain'])('signs the very text it sends (timestamp %s), and reads what the platform knows', async (timestampForm) => {
    simulator.apply(truthOrder(ID), 'created');
    const client = connected({ timestampForm });
    const page = await client.changed('orders', WINDOW, null);
    expect(page).toMatchObject({ entries: [{ id: ID, kind: 'order', updatedAt: PAID }], total: 1, next: null });
    expect(onlyOrder(await read(adapter, client, page))).toMatchObject({
      channelOrderId: ID,
      status: 'awaiting_shipment',
      goodsMinor: 6_980,
      freightMinor: 1_000,
      discountMinor: 980,
      paidMinor: 7_000,
      createdAt: PLACED,
      paidAt: PAID,
      buyerMessage: '周末送',
      sellerMemo: '易碎',
      lines: [
        { sku: 'SKU-1', quantity: 2, unitPriceMinor: 1_990 },
        { sku: 'SKU-2', quantity: 1, unitPriceMinor: 3_000 },
      ],
    });
    expect(simulator.refusals).toEqual({});
  });

  it('reads the same from a list as from a detail, whichever way the wrapper is spelt', async () => {
    simulator.apply(truthOrder(ID), 'created');
    const client = connected();
    const listed = onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)));
    for (let turn = 0; turn < 2; turn += 1) {
      const [fetched] = await client.details('order', [ID]);
      const entry = { id: ID, kind: 'order' as const, updatedAt: null, payload: fetched?.payload ?? null };
      expect(onlyOrder(await read(adapter, client, { entries: [entry], total: 1, next: null }))).toEqual(listed);
    }
  });

  it('an order nobody paid is not there', async () => {
    simulator.apply(truthOrder(ID, { paidAt: null, stage: 'unpaid' }), 'created');
    const client = connected();
    expect(await client.changed('orders', WINDOW, null)).toMatchObject({ entries: [], total: 0 });
    expect(await client.details('order', [ID])).toMatchObject([{ id: ID, payload: null }]);
  });

  it('an order whose buyer wants all money back is locked', async () => {
    simulator.apply(truthOrder(ID, { refunds: [truthRefund('1', { amountMinor: 7_000 })] }), 'refund');
    const client = connected();
    expect(onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)))).toMatchObject({
      status: 'refunding',
      rawStatus: 'LOCKED',
    });
  });

  it('lists a day by creation', async () => {
    simulator.apply(truthOrder(ID), 'created');
    const day = { from: Date.parse('2025-06-18T00:00:00+08:00'), to: Date.parse('2025-06-19T00:00:00+08:00') };
    expect(await connected().dayIds(day, null)).toEqual({ ids: [ID], total: 1, next: null });
  });

  it('tells whose credentials they are', async () => {
    expect(await connected().identify()).toEqual({ identity: '60001', name: '示例店' });
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

describe('writing back to JD', () => {
  const request = { channelOrderId: ID, trackingNumber: 'SF1', carrier: 'sf', lines: [], attempt: 1 };

  it('ships once, whatever is repeated, and refuses another number', async () => {
    simulator.apply(truthOrder(ID), 'created');
    const client = connected();
    await client.ship?.(request);
    await client.ship?.(request);
    await client.ship?.({ ...request, attempt: 2 });
    expect(simulator.truth(ID)).toMatchObject({ stage: 'shipped', tracking: { number: 'SF1', carrier: '467' } });
    expect(simulator.writes.filter(({ repeated }) => !repeated)).toHaveLength(1);
    await expect(client.ship?.({ ...request, trackingNumber: 'SF2' })).rejects.toMatchObject({ code: 'refused' });
  });

  it('an order that may not ship is refused for good, in the platform’s words', async () => {
    simulator.apply(truthOrder(ID, { stage: 'review' }), 'created');
    await expect(connected().ship?.(request)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('订单状态不允许出库'),
    });
  });

  it('writes a memo with its flag', async () => {
    simulator.apply(truthOrder(ID), 'created');
    await connected().memo?.({ channelOrderId: ID, memo: '加急', flag: 3, attempt: 1 });
    expect(simulator.truth(ID)).toMatchObject({ sellerMemo: '加急', flag: 3 });
  });
});
