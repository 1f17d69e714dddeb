import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/xiaohongshu/adapter.ts';
import { open } from '#simulators/xiaohongshu/open.ts';
import { onlyOrder, read } from '../../support/platform-access.ts';
import { DAY_PLACED, itTellsTrouble, platformScene, WINDOW } from '../../support/platform-scene.ts';
import { AS_READ, PAID, PLACED, truthOrder } from '../../support/truth-order.ts';

const ID = 'P700000000000000001';
const scene = platformScene(adapter, open);

describe('the client of Xiaohongshu', () => {
  it('signs method, application, time and version, and reads what the platform knows', async () => {
    scene.simulator.apply(truthOrder(ID), 'created');
    const client = scene.connected();
    const page = await client.changed('orders', WINDOW, null);
    expect(page).toEqual({ entries: [{ id: ID, kind: 'order', updatedAt: PAID, payload: null }], total: 1, next: null });
    expect(onlyOrder(await read(adapter, client, page))).toMatchObject({
      channelOrderId: ID,
      ...AS_READ,
      createdAt: PLACED,
      buyer: { key: 'buyer-1' },
      buyerMessage: '周末送',
      sellerMemo: '易碎',
    });
    expect(scene.simulator.refusals).toEqual({});
  });

  it('the longest window of the manifest is one the platform allows, whatever the milliseconds', async () => {
    const [traits] = adapter.manifest.polls;
    const from = PAID + 1;
    await scene.connected().changed('orders', { from, to: from + (traits?.maxSpanMs ?? 0) }, null);
    expect(scene.simulator.refusals).toEqual({});
  });

  it('a change within the second in which a window ends is in it', async () => {
    scene.simulator.apply(truthOrder(ID, { updatedAt: PAID + 450 }), 'created');
    expect(await scene.connected().changed('orders', { from: PAID, to: PAID + 451 }, null)).toMatchObject({
      entries: [{ id: ID, updatedAt: PAID + 450 }],
    });
  });

  it('an order nobody knows is told apart from a failure', async () => {
    expect(await scene.connected().details('order', ['P1'])).toMatchObject([{ id: 'P1', payload: null }]);
  });

  it('lists a day by creation', async () => {
    scene.simulator.apply(truthOrder(ID), 'created');
    expect(await scene.connected().dayIds(DAY_PLACED, null)).toEqual({ ids: [ID], total: 1, next: null });
  });

  it('knows the application, because no call names the shop', async () => {
    expect(await scene.connected().identify()).toEqual({ identity: scene.simulator.credentials().appId, name: null });
  });

  itTellsTrouble(scene);

  it('writes nothing back, because no call for it is known', () => {
    const client = scene.connected();
    expect([client.ship, client.memo, client.setStock, client.stream]).toEqual([undefined, undefined, undefined, undefined]);
    expect(adapter.manifest.capabilities).toMatchObject({ ship: false, memo: false, stock: 'none', push: 'none' });
  });
});
