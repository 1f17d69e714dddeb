import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adapter as douyin } from '#main/channels/douyin/adapter.ts';
import { adapter as kuaishou } from '#main/channels/kuaishou/adapter.ts';
import { adapter as wechatStore } from '#main/channels/wechat-store/adapter.ts';
import { adapter as youzan } from '#main/channels/youzan/adapter.ts';
import type { ChannelAdapter, Verification } from '#main/channels/channel.ts';
import type { ChannelClient } from '#main/channels/client.ts';
import { readCredentials } from '#main/channels/keys.ts';
import { open as openDouyin } from '#simulators/douyin/open.ts';
import { open as openKuaishou } from '#simulators/kuaishou/open.ts';
import { openHttp } from '#simulators/kit/http.ts';
import type { HttpPlace } from '#simulators/kit/http.ts';
import type { OpenSimulator, PlatformSimulator } from '#simulators/kit/types.ts';
import { open as openWechatStore } from '#simulators/wechat-store/open.ts';
import { open as openYouzan } from '#simulators/youzan/open.ts';
import { accessTo, clientOf, onlyOrder, read, simulatorAt, StoppedClock } from '../../support/platform-access.ts';
import { readingShop } from '../../support/scripted-channel.ts';
import { PAID, PLACED, truthOrder, truthRefund } from '../../support/truth-order.ts';

interface Case {
  channel: string;
  adapter: ChannelAdapter;
  open: OpenSimulator;
  id: string;
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
  refundsInOrder: known.channel === 'youzan',
  pushes: known.channel !== 'kuaishou',
  clockChecked: known.channel === 'douyin' || known.channel === 'kuaishou',
}));

const WINDOW = { from: PAID - 600_000, to: PAID + 600_000 };
const DAY = { from: Date.parse('2025-06-18T00:00:00+08:00'), to: Date.parse('2025-06-19T00:00:00+08:00') };

describe.each(CASES)('the client of $channel', ({ adapter, open, id, refundId, refundsInOrder, pushes, clockChecked }) => {
  const closing: (() => void | Promise<void>)[] = [];
  const verified: Verification[] = [];
  let clock: StoppedClock;
  let simulator: PlatformSimulator;
  let door: HttpPlace;

  beforeEach(async () => {
    clock = new StoppedClock(PAID + 3_600_000);
    verified.length = 0;
    door = await openHttp(async ({ query, headers, body }) => {
      const keys = readCredentials(adapter.manifest, simulator.credentials());
      const delivery = { method: 'POST' as const, query: Object.fromEntries(query), headers, body };
      const result = adapter.push?.verify(delivery, keys, clock.now());
      if (!result?.ok) return { status: 401, body: result?.reason.en ?? 'no door' };
      verified.push(result);
      return { status: 200, headers: { 'content-type': result.acknowledge.contentType }, body: result.acknowledge.body };
    });
    simulator = await open(simulatorAt(clock, { hub: door.url }));
    closing.push(
      () => simulator.stop(),
      () => door.close(),
    );
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  /** As the hub does it: the token that was typed in, or the first one the platform gives. */
  function connected(): ChannelClient {
    let token: Promise<string> | null = null;
    const first = (): Promise<string> => {
      const typed = readCredentials(adapter.manifest, simulator.credentials()).fields.access_token;
      token ??= typed === undefined ? client.refresh!(null).then(({ accessToken }) => accessToken) : Promise.resolve(typed);
      return token;
    };
    const access = accessTo(adapter, simulator, clock, { token: first });
    closing.push(() => access.close());
    const client = clientOf(adapter, access);
    return client;
  }

  it('reads from list and detail what the platform knows, without a refusal', async () => {
    simulator.apply(truthOrder(id), 'created');
    const client = connected();
    const page = await client.changed('orders', WINDOW, null);
    expect(page.entries).toMatchObject([{ id, kind: 'order' }]);
    const expected = {
      channelOrderId: id,
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
      lines: [
        { sku: 'SKU-1', quantity: 2, unitPriceMinor: 1_990 },
        { sku: 'SKU-2', quantity: 1, unitPriceMinor: 3_000 },
      ],
      unknown: [],
    };
    expect(onlyOrder(await read(adapter, client, page))).toMatchObject(expected);
    const fetched = { id, kind: 'order' as const, updatedAt: null, payload: null };
    expect(onlyOrder(await read(adapter, client, { entries: [fetched], total: 1, next: null }))).toMatchObject(expected);
    expect(simulator.refusals).toEqual({});
    expect(simulator.violations).toBe(0);
  });

  it('lists the ids of a day and knows an absent order from a failure', async () => {
    simulator.apply(truthOrder(id), 'created');
    const client = connected();
    expect((await client.dayIds(DAY, null)).ids).toEqual([id]);
    const absent = `${id.slice(0, -1)}8`;
    expect(await client.details('order', [absent])).toMatchObject([{ id: absent, payload: null }]);
  });

  it('reads a refund with its own number and sum', async () => {
    const refund = truthRefund(refundId);
    simulator.apply(truthOrder(id, { refunds: [refund], updatedAt: PAID + 60_000 }), 'refund');
    const client = connected();
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
    simulator.apply(truthOrder(id), 'created');
    await simulator.settled();
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

  it('ships once, whatever is repeated, and refuses another number', async () => {
    simulator.apply(truthOrder(id), 'created');
    const client = connected();
    const ship = { channelOrderId: id, trackingNumber: 'SF1000000001', carrier: 'sf', lines: [] };
    await client.ship?.({ ...ship, attempt: 1 });
    expect(simulator.truth(id)).toMatchObject({ stage: 'shipped', tracking: { number: 'SF1000000001' } });
    await client.ship?.({ ...ship, attempt: 2 });
    await client.ship?.({ ...ship, attempt: 1 });
    await expect(client.ship?.({ ...ship, trackingNumber: 'SF2', attempt: 1 })).rejects.toMatchObject({ code: 'refused' });
    expect(simulator.truth(id)).toMatchObject({ tracking: { number: 'SF1000000001' } });
  });

  it('writes the memo, and again without a second effect', async () => {
    simulator.apply(truthOrder(id), 'created');
    const client = connected();
    for (const attempt of [1, 2]) await client.memo?.({ channelOrderId: id, memo: '加急', flag: null, attempt });
    expect(simulator.truth(id)).toMatchObject({ sellerMemo: '加急' });
    expect(simulator.writes.filter(({ repeated }) => !repeated)).toHaveLength(1);
  });

  it('tells whose credentials they are', async () => {
    simulator.apply(truthOrder(id), 'created');
    const { identity } = await connected().identify();
    expect(identity).not.toBe('');
    expect(await connected().identify()).toMatchObject({ identity });
  });

  it('knows a wrong secret, a revoked token and a shrunk permission apart', async () => {
    const attempt = () => connected().changed('orders', WINDOW, null);
    simulator.set({ permitted: false });
    await expect(attempt()).rejects.toMatchObject({ code: 'permission' });
    simulator.set({ permitted: true, revoked: true });
    await expect(attempt()).rejects.toMatchObject({ code: expect.stringMatching(/^token-/) as string });
    simulator.set({ revoked: false });
    const wrong = connected();
    simulator.set({ secret: 'another-secret' });
    await expect(wrong.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'auth-wrong-secret' });
  });

  it('says by how much the clock is off', async () => {
    const client = connected();
    simulator.set({ clockOffMs: -11 * 60_000 });
    const answer = await client.changed('orders', WINDOW, null).catch((error: unknown) => error);
    if (!clockChecked) {
      expect(answer).toMatchObject({ entries: [] });
      return;
    }
    expect(answer).toMatchObject({ code: 'clock-skew' });
    expect((answer as { text: { zh: string } }).text.zh).toContain('11 分钟');
  });
});
