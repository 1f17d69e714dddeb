import { beforeEach, describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, orderData, SHOP } from '#test/support/hub.ts';
import { hubOnFile } from '#test/support/hub-on-file.ts';
import { LIN, publish, rule } from '#test/support/rules.ts';

/** M6: a person's release beats the same evidence for ever, whatever happens to the hub; only new evidence holds again and is named. */

const START = Date.parse('2026-06-18T04:30:00Z');
const PIECES = rule('many-pieces', {
  when: { field: 'pieces', op: '>=', value: 3 },
  sentence: { zh: '件数 {pieces}', en: '{pieces} pieces' },
});
const cups = (quantity: number) => ({ lines: [{ sku: 'CUP', name: '杯子', quantity, unitPriceMinor: 1_000 }] });

const workspace = hubOnFile(START);
let time: ManualTime;
let hub: LocalHub;
beforeEach(open);

async function open(): Promise<void> {
  ({ hub, time } = await workspace.open());
}
async function restart(): Promise<void> {
  await hub.close();
  time.advanceBy(MINUTE);
  await open();
}

const key = (channelOrderId: string) => ({ channel: SHOP.channel, shopId: SHOP.shopId, channelOrderId });
const orderOf = (id: string) => ask(hub, 'orders.get', key(id));
const said = async (id: string, ruleId: string) => {
  const { results, rederived } = await ask(hub, 'orders.explain', key(id));
  expect(rederived).toBe(true);
  return results.find((result) => result.ruleId === ruleId);
};
/** A second later, so that it is news. */
const tell = (id: string, more: Record<string, unknown>, deliveryId = `msg_${id}_${time.now()}`) => {
  time.advanceBy(1_000);
  return deliver(hub, 'order.updated', orderData(id, START, { updatedAt: time.now(), ...more }), time.now(), deliveryId);
};
const reasonsOf = async (id: string) => (await orderOf(id)).hold?.reasons.map(({ ruleId }) => ruleId) ?? null;

async function release(id: string): Promise<void> {
  const { orderNo, version } = await orderOf(id);
  await ask(hub, 'holds.release', { orderNo, version, reason: '电话确认' }, LIN);
}

/** An order held for its pieces, released by Lin, and a hub started anew on what it left. */
async function releasedBefore(id: string, quantity = 3): Promise<void> {
  await publish(hub, PIECES);
  await tell(id, cups(quantity), `msg_${id}_first`);
  expect(await reasonsOf(id)).toEqual(['many-pieces']);
  await release(id);
  await restart();
  expect((await orderOf(id)).hold).toBeNull();
}
/** Applies the set in force to the open orders and answers how many were held by it. */
async function applyToOpenOrders(): Promise<number> {
  const preview = await ask(hub, 'rules.apply.preview', {}, LIN);
  await ask(hub, 'rules.apply.run', { id: preview.id }, LIN);
  return preview.counts.hold + preview.counts.freeze;
}

describe('a release, after the hub was started anew', () => {
  test('stands against the same message again, a change of something else, and a second restart', async () => {
    await releasedBefore('S1');
    await tell('S1', cups(3), 'msg_S1_first');
    await tell('S1', cups(3), 'msg_S1_again');
    await tell('S1', { ...cups(3), sellerMemo: '加急' });
    await restart();
    await tell('S1', { ...cups(3), sellerMemo: '加急，送礼' });
    expect(await orderOf('S1')).toMatchObject({ hold: null, sellerMemo: '加急，送礼' });
    const cleared = await said('S1', 'many-pieces');
    expect(cleared).toMatchObject({
      result: 'cleared',
      whyNot: { zh: expect.stringMatching(/同样的证据已由 lin 于 2026-06-18 12:30 放行/) as string },
    });
    const timeline = (await ask(hub, 'orders.timeline', key('S1'))).items;
    expect(timeline.filter(({ kind }) => kind === 'hold')).toHaveLength(1);
  });

  test('stands against another version of the rule, a stricter threshold, and a run over the open orders', async () => {
    await releasedBefore('S2', 4);
    await publish(hub, { ...PIECES, when: { field: 'pieces', op: '>=', value: 2 } });
    expect(await applyToOpenOrders()).toBe(0);
    await restart();
    expect(await applyToOpenOrders()).toBe(0);
    await tell('S2', { ...cups(4), sellerMemo: '急' });
    expect((await orderOf('S2')).hold).toBeNull();
    expect(await said('S2', 'many-pieces')).toMatchObject({ ruleVersion: 2, result: 'cleared' });
    // Fewer pieces are a weaker fact, not a new one.
    await tell('S2', cups(3));
    expect((await orderOf('S2')).hold).toBeNull();
  });

  test('gives way to a graver figure, which is named, also after the next restart', async () => {
    await releasedBefore('S3');
    await tell('S3', cups(6));
    await restart();
    expect(await orderOf('S3')).toMatchObject({
      hold: { kind: 'held', reasons: [{ ruleId: 'many-pieces', sentence: { zh: '件数 6（新证据：lin 放行时件数为 3，现为 6）' } }] },
    });
    expect((await said('S3', 'many-pieces'))?.sentence.en).toContain('new evidence');
    // Both releases count: neither three nor six pieces stop it again.
    await release('S3');
    await restart();
    for (const quantity of [3, 6, 5]) {
      await tell('S3', cups(quantity));
      expect((await orderOf('S3')).hold).toBeNull();
    }
  });

  test('gives way to a rule that comes to read another field, and to another rule', async () => {
    await releasedBefore('S4');
    await publish(hub, {
      ...PIECES,
      when: {
        all: [
          { field: 'pieces', op: '>=', value: 3 },
          { field: 'order-amount', op: '>', value: 3_000 },
        ],
      },
    });
    expect(await applyToOpenOrders()).toBe(1);
    await restart();
    const [reason] = (await orderOf('S4')).hold?.reasons ?? [];
    expect(reason).toMatchObject({ ruleId: 'many-pieces', ruleVersion: 2 });
    expect(reason?.sentence.zh).toMatch(/新证据：订单金额为 40\.00 元，lin 放行时不在其中/);
    await release('S4');
    await restart();
    await tell('S4', { ...cups(3), buyerMessage: '刷单' });
    // What was released is no reason any more; what is new is the only one.
    expect(await orderOf('S4')).toMatchObject({ hold: { kind: 'frozen', reasons: [{ ruleId: 'blacklisted-words' }] } });
    expect(await reasonsOf('S4')).toEqual(['blacklisted-words']);
  });

  test('of a burst stands when the counters are filled again from the store', async () => {
    const placed = (before: number) => ({
      buyer: { key: 'b', name: '林晓' },
      createdAt: START - before,
      paidAt: START - before,
    });
    const sums = [4_100, 4_200, 4_300, 4_400];
    for (const [index, sum] of sums.entries())
      await tell(`B${index}`, { ...placed((4 - index) * MINUTE), paidMinor: sum, goodsMinor: sum });
    expect(await reasonsOf('B3')).toEqual(['same-buyer-burst']);
    await release('B3');
    await restart();
    // A fifth order is its own evidence, not the fourth's.
    await tell('B4', { ...placed(0), paidMinor: 4_500, goodsMinor: 4_500 });
    expect(await reasonsOf('B4')).toEqual(['same-buyer-burst']);
    await tell('B3', { ...placed(MINUTE), paidMinor: 4_400, goodsMinor: 4_400, sellerMemo: '急' });
    expect((await orderOf('B3')).hold).toBeNull();
    expect(await applyToOpenOrders()).toBe(0);
  });

  test('by the clock is as sticky as one by a person, and is told apart from it', async () => {
    await publish(hub, PIECES);
    await tell('C1', cups(3));
    hub.advanceTo(START + 2 * HOUR + MINUTE, time);
    expect((await orderOf('C1')).hold).toBeNull();
    await restart();
    await tell('C1', { ...cups(3), sellerMemo: '急' });
    expect((await orderOf('C1')).hold).toBeNull();
    expect((await said('C1', 'many-pieces'))?.whyNot?.zh).toContain('到时自动放行');
    await tell('C1', cups(9));
    expect((await orderOf('C1')).hold?.reasons[0]?.sentence.zh).toContain('自动放行时件数为 3，现为 9');
  });
});
