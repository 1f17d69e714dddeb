import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/jd/adapter.ts';
import { open } from '#simulators/jd/open.ts';
import { onlyOrder, read } from '../../support/platform-access.ts';
import { DAY_PLACED, expectShippedOnce, itTellsTrouble, platformScene, shipping, WINDOW } from '../../support/platform-scene.ts';
import { AS_READ, PAID, PLACED, truthOrder, truthRefund } from '../../support/truth-order.ts';

const ID = '300100200300';
const scene = platformScene(adapter, open);

describe('the client of JD', () => {
  it.each(['zoned', 'plain'])('signs the very text it sends (timestamp %s), and reads what the platform knows', async (timestampForm) => {
    scene.simulator.apply(truthOrder(ID), 'created');
    const client = scene.connected({ timestampForm });
    const page = await client.changed('orders', WINDOW, null);
    expect(page).toMatchObject({ entries: [{ id: ID, kind: 'order', updatedAt: PAID }], total: 1, next: null });
    expect(onlyOrder(await read(adapter, client, page))).toMatchObject({
      channelOrderId: ID,
      ...AS_READ,
      createdAt: PLACED,
      buyerMessage: '周末送',
      sellerMemo: '易碎',
      lines: [
        { sku: 'SKU-1', quantity: 2, unitPriceMinor: 1_990 },
        { sku: 'SKU-2', quantity: 1, unitPriceMinor: 3_000 },
      ],
    });
    expect(scene.simulator.refusals).toEqual({});
  });

  it('reads the same from a list as from a detail, whichever way the wrapper is spelt', async () => {
    scene.simulator.apply(truthOrder(ID), 'created');
    const client = scene.connected();
    const listed = onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)));
    for (let turn = 0; turn < 2; turn += 1) {
      const [fetched] = await client.details('order', [ID]);
      const entry = { id: ID, kind: 'order' as const, updatedAt: null, payload: fetched?.payload ?? null };
      expect(onlyOrder(await read(adapter, client, { entries: [entry], total: 1, next: null }))).toEqual(listed);
    }
  });

  it('an order nobody paid is not there', async () => {
    scene.simulator.apply(truthOrder(ID, { paidAt: null, stage: 'unpaid' }), 'created');
    const client = scene.connected();
    expect(await client.changed('orders', WINDOW, null)).toMatchObject({ entries: [], total: 0 });
    expect(await client.details('order', [ID])).toMatchObject([{ id: ID, payload: null }]);
  });

  it('an order whose buyer wants all money back is locked', async () => {
    scene.simulator.apply(truthOrder(ID, { refunds: [truthRefund('1', { amountMinor: 7_000 })] }), 'refund');
    const client = scene.connected();
    expect(onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)))).toMatchObject({
      status: 'refunding',
      rawStatus: 'LOCKED',
    });
  });

  it('lists a day by creation', async () => {
    scene.simulator.apply(truthOrder(ID), 'created');
    expect(await scene.connected().dayIds(DAY_PLACED, null)).toEqual({ ids: [ID], total: 1, next: null });
  });

  it('tells whose credentials they are', async () => {
    expect(await scene.connected().identify()).toEqual({ identity: '60001', name: '示例店' });
  });

  itTellsTrouble(scene);
});

describe('writing back to JD', () => {
  it('ships once, whatever is repeated, and refuses another number', async () => {
    await expectShippedOnce(scene, truthOrder(ID));
    expect(scene.simulator.truth(ID)).toMatchObject({ tracking: { carrier: '467' } });
  });

  it('an order that may not ship is refused for good, in the platform’s words', async () => {
    scene.simulator.apply(truthOrder(ID, { stage: 'review' }), 'created');
    await expect(scene.connected().ship?.(shipping(ID))).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('订单状态不允许出库'),
    });
  });

  it('writes a memo with its flag', async () => {
    scene.simulator.apply(truthOrder(ID), 'created');
    await scene.connected().memo?.({ channelOrderId: ID, memo: '加急', flag: 3, attempt: 1 });
    expect(scene.simulator.truth(ID)).toMatchObject({ sellerMemo: '加急', flag: 3 });
  });
});
