import { beforeEach, describe, expect, it } from 'vitest';
import { adapter as douyin } from '#main/channels/douyin/adapter.ts';
import { adapter as kuaishou } from '#main/channels/kuaishou/adapter.ts';
import { adapter as wechatStore } from '#main/channels/wechat-store/adapter.ts';
import { adapter as youzan } from '#main/channels/youzan/adapter.ts';
import type { ChannelAdapter, Verification } from '#main/channels/channel.ts';
import { readCredentials } from '#main/channels/keys.ts';
import { open as openDouyin } from '#simulators/douyin/open.ts';
import { open as openKuaishou } from '#simulators/kuaishou/open.ts';
import { openHttp } from '#simulators/kit/http.ts';
import type { OpenSimulator, TruthOrder } from '#simulators/kit/types.ts';
import { open as openWechatStore } from '#simulators/wechat-store/open.ts';
import { open as openYouzan } from '#simulators/youzan/open.ts';
import { onlyOrder, read } from '../../support/platform-access.ts';
import { DAY_PLACED, expectShippedOnce, platformScene, WINDOW } from '../../support/platform-scene.ts';
import { readingShop } from '../../support/scripted-channel.ts';
import { oneLineOrder, PAID, PLACED, truthOrder, truthRefund } from '../../support/truth-order.ts';

interface Case {
  channel: string;
  adapter: ChannelAdapter;
  open: OpenSimulator;
  id: string;
  known: TruthOrder;
  refundId: string;
  /** The platform names each refund inside the order; others have a list of their own. */
  refundsInOrder: boolean;
  pushes: boolean;
  /** A platform that checks the time of a request. */
  clockChecked: boolean;
}

const CASES: Case[] = [
  { channel: 'douyin', adapter: douyin, open: openDouyin, id: '4837000000000000001', refundId: '7200000000000000001' },
  { channel: 'youzan', adapter: youzan, open: openYouzan, id: 'E20250618201503000600099', refundId: '20250618500000001' },
  { channel: 'wechat-store', adapter: wechatStore, open: openWechatStore, id: '3704612354559700001', refundId: '2000000000000001' },
  { channel: 'kuaishou', adapter: kuaishou, open: openKuaishou, id: '2418000000000001', refundId: '2600000000000001' },
].map((known) => ({
  ...known,
  // An order of Kuaishou has one item.
  known: known.channel === 'kuaishou' ? oneLineOrder(known.id) : truthOrder(known.id),
  refundsInOrder: known.channel === 'youzan',
  pushes: known.channel !== 'kuaishou',
  clockChecked: known.channel === 'douyin' || known.channel === 'kuaishou',
}));

describe.each(CASES)('the client of $channel', ({ adapter, open, id, known, refundId, refundsInOrder, pushes, clockChecked }) => {
  const scene = platformScene(adapter, open);
  const verified: Verification[] = [];

  beforeEach(async () => {
    verified.length = 0;
    const door = await openHttp(async ({ query, headers, body }) => {
      const keys = readCredentials(adapter.manifest, scene.simulator.credentials());
      const delivery = { method: 'POST' as const, query: Object.fromEntries(query), headers, body };
      const result = adapter.push?.verify(delivery, keys, scene.clock.now());
      if (!result?.ok) return { status: 401, body: result?.reason.en ?? 'no door' };
      verified.push(result);
      return { status: 200, headers: { 'content-type': result.acknowledge.contentType }, body: result.acknowledge.body };
    });
    await scene.reopen({ hub: door.url });
    scene.closing(() => door.close());
  });

  it('reads from list and detail what the platform knows, without a refusal', async () => {
    scene.simulator.apply(known, 'created');
    const client = scene.connected();
    const page = await client.changed('orders', WINDOW, null);
    expect(page.entries).toMatchObject([{ id, kind: 'order' }]);
    const expected = {
      channelOrderId: id,
      status: 'awaiting_shipment',
      goodsMinor: known.goodsMinor,
      freightMinor: known.freightMinor,
      discountMinor: known.discountMinor,
      paidMinor: known.totalMinor,
      createdAt: PLACED,
      paidAt: PAID,
      updatedAt: PAID,
      buyerMessage: '周末送',
      sellerMemo: '易碎',
      lines: known.lines.map(({ sku, quantity, unitMinor }) => ({ sku, quantity, unitPriceMinor: unitMinor })),
      unknown: [],
    };
    expect(onlyOrder(await read(adapter, client, page))).toMatchObject(expected);
    const fetched = { id, kind: 'order' as const, updatedAt: null, payload: null };
    expect(onlyOrder(await read(adapter, client, { entries: [fetched], total: 1, next: null }))).toMatchObject(expected);
    expect(scene.simulator.refusals).toEqual({});
    expect(scene.simulator.violations).toBe(0);
  });

  it('lists the ids of a day and knows an absent order from a failure', async () => {
    scene.simulator.apply(known, 'created');
    const client = scene.connected();
    expect((await client.dayIds(DAY_PLACED, null)).ids).toEqual([id]);
    const absent = `${id.slice(0, -1)}8`;
    expect(await client.details('order', [absent])).toMatchObject([{ id: absent, payload: null }]);
  });

  it('reads a refund with its own number and sum', async () => {
    const refund = truthRefund(refundId);
    scene.simulator.apply(truthOrder(id, { refunds: [refund], updatedAt: PAID + 60_000 }), 'refund');
    const client = scene.connected();
    const told = { id: refundId, amountMinor: refund.amountMinor, state: 'open' };
    if (refundsInOrder) {
      const order = onlyOrder(await read(adapter, client, await client.changed('orders', WINDOW, null)));
      expect(order).toMatchObject({ status: 'awaiting_shipment', refunds: [told] });
      return;
    }
    const page = await client.changed('refunds', WINDOW, null);
    expect(await read(adapter, client, page)).toMatchObject([{ kind: 'refund', refund: { channelOrderId: id, refund: told } }]);
    const fetched = { id: refundId, kind: 'refund' as const, updatedAt: null, payload: null };
    expect(await read(adapter, client, { entries: [fetched], total: 1, next: null })).toMatchObject([{ refund: { refund: told } }]);
  });

  it('pushes are signed as the door checks them, and name the order', async () => {
    scene.simulator.apply(known, 'created');
    await scene.simulator.settled();
    if (!pushes) {
      expect(adapter.push).toBeNull();
      return;
    }
    expect(verified).toHaveLength(1);
    const [taken] = verified;
    const message = taken?.ok ? taken.messages[0] : undefined;
    if (!message) throw new Error('Nothing was pushed.');
    const result = adapter.normalise({ ...message, observedAt: null }, readingShop(adapter));
    if (!result.ok) throw new Error(result.reason.en);
    const orders = result.items.flatMap((item) => (item.kind === 'order' ? [item.order.channelOrderId] : []));
    expect([...orders, ...(result.wanted ?? []).map((wanted) => wanted.id)]).toContain(id);
  });

  it('ships once, whatever is repeated, and refuses another number', () => expectShippedOnce(scene, known));

  it('writes the memo, and again without a second effect', async () => {
    scene.simulator.apply(known, 'created');
    const client = scene.connected();
    for (const attempt of [1, 2]) await client.memo?.({ channelOrderId: id, memo: '加急', flag: null, attempt });
    expect(scene.simulator.truth(id)).toMatchObject({ sellerMemo: '加急' });
    expect(scene.simulator.writes.filter(({ repeated }) => !repeated)).toHaveLength(1);
  });

  it('tells whose credentials they are', async () => {
    scene.simulator.apply(known, 'created');
    const { identity } = await scene.connected().identify();
    expect(identity).not.toBe('');
    expect(await scene.connected().identify()).toMatchObject({ identity });
  });

  it('knows a wrong secret, a revoked token and a shrunk permission apart', async () => {
    const attempt = () => scene.connected().changed('orders', WINDOW, null);
    scene.simulator.set({ permitted: false });
    await expect(attempt()).rejects.toMatchObject({ code: 'permission' });
    scene.simulator.set({ permitted: true, revoked: true });
    await expect(attempt()).rejects.toMatchObject({ code: expect.stringMatching(/^token-/) as string });
    scene.simulator.set({ revoked: false });
    const wrong = scene.connected();
    scene.simulator.set({ secret: 'another-secret' });
    await expect(wrong.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'auth-wrong-secret' });
  });

  it('says by how much the clock is off', async () => {
    const client = scene.connected();
    scene.simulator.set({ clockOffMs: -11 * 60_000 });
    const answer = await client.changed('orders', WINDOW, null).catch((error: unknown) => error);
    if (!clockChecked) {
      expect(answer).toMatchObject({ entries: [] });
      return;
    }
    expect(answer).toMatchObject({ code: 'clock-skew' });
    expect((answer as { text: { zh: string } }).text.zh).toContain('11 分钟');
  });
});
