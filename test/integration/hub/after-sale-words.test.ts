import { afterEach, beforeEach, expect, test } from 'vitest';
import { adapter } from '#main/channels/pinduoduo/adapter.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ask, memoryHub, testConfig } from '#test/support/hub.ts';
import { read } from '#test/support/scripted-channel.ts';

const START = Date.parse('2026-03-02T02:00:00Z');
const SN = '260302-610000000000031';
const CHANNEL = { channel: 'pinduoduo' } as const;

let hub: LocalHub;
beforeEach(async () => {
  const time = new ManualTime(START);
  hub = await memoryHub(testConfig(), { clock: time, timers: time });
});
afterEach(() => hub.close());

function take(topic: 'order' | 'refund', told: unknown): void {
  const said = read(adapter, topic, told);
  if (!said.ok) throw new Error(said.reason.en);
  hub.ingest(said.items.map((incoming) => ({ incoming, receivedAt: START })));
}
const order = (refundStatus: number, updated: string) => ({
  order_sn: SN,
  order_status: 2,
  refund_status: refundStatus,
  confirm_status: 1,
  group_status: 1,
  goods_amount: 40,
  pay_amount: 40,
  created_time: '2026-03-02 09:00:00',
  pay_time: '2026-03-02 09:00:30',
  updated_at: updated,
  item_list: [{ outer_id: 'SOCK-5', goods_name: '袜子', goods_price: 20, goods_count: 2 }],
});
const refund = (word: number, amount: string, updated: string) => ({
  id: 7381000009,
  order_sn: SN,
  after_sales_status: word,
  after_sales_type: 2,
  refund_amount: amount,
  updated_time: updated,
});
const stored = () => ask(hub, 'orders.get', { ...CHANNEL, shopId: 'shop-1', channelOrderId: SN });
const words = async () => (await ask(hub, 'mapping.get', CHANNEL)).unknown;

test('an after-sale word nobody knows is listed, whether its order is here or not, and leaves the state as it was', async () => {
  take('refund', refund(71, '5.00', '2026-03-02 09:10:00'));
  expect(await words()).toMatchObject([{ kind: 'refund', word: '71', seen: 1 }]);
  take('order', order(1, '2026-03-02 09:05:00'));
  expect(await stored()).toMatchObject({ status: 'shipped', refundedMinor: 0 });
  take('refund', refund(72, '5.00', '2026-03-02 09:20:00'));
  expect((await words()).map(({ word }) => word).sort()).toEqual(['71', '72']);
  await ask(hub, 'mapping.set', { ...CHANNEL, edits: { refunds: { '71': 'open', '72': 'withdrawn' } } });
  expect(await words()).toEqual([]);
});

test('a part of the money back leaves the order shipped, though the platform calls all of it refunding', async () => {
  take('order', order(2, '2026-03-02 09:10:00'));
  expect(await stored()).toMatchObject({ status: 'refunding' });
  take('refund', refund(2, '5.00', '2026-03-02 09:10:00'));
  expect(await stored()).toMatchObject({ status: 'shipped', refundedMinor: 0 });
  take('refund', refund(10, '5.00', '2026-03-02 09:30:00'));
  expect(await stored()).toMatchObject({ status: 'shipped', refundedMinor: 500 });
  take('order', order(4, '2026-03-02 10:00:00'));
  expect(await stored()).toMatchObject({ status: 'refunded' });
});
