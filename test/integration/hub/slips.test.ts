import { expect, test } from 'vitest';
import { Slips } from '#main/hub/slips.ts';
import { DAY, HOUR } from '#shared/time.ts';
import { ask } from '#test/support/hub.ts';
import { ShopDesk } from '#test/support/shop-desk.ts';

const goods = (quantity: number) => ({
  goodsMinor: quantity * 2_000,
  paidMinor: quantity * 2_000,
  lines: [{ sku: 'CUP', name: '杯子', quantity, unitPriceMinor: 2_000 }],
});
const buyer = { buyer: { key: 'b', name: '林晓', tags: [] } };
const refund = (channelOrderId: string, quantity: number, before: number) => ({
  ...{ before, type: 'refund.succeeded', channelOrderId, refundId: `of-${channelOrderId}`, amountMinor: quantity * 2_000 },
  lines: [{ sku: 'CUP', quantity, amountMinor: quantity * 2_000 }],
});

async function deskWithRefund(): Promise<ShopDesk> {
  const desk = await ShopDesk.open();
  await desk.past([{ before: 3 * DAY, channelOrderId: 'ten', ...buyer, ...goods(10) }, refund('ten', 4, 2 * DAY)]);
  return desk;
}

test('a sign stays with its order when it is judged again, after its own refund too', async () => {
  const desk = await deskWithRefund();
  const { result, order } = await desk.judged({ before: HOUR, ...buyer, ...goods(4) }, 'rebooked-refund');
  expect(result.result).toBe('hit');
  expect(order.hold?.kind).toBe('held');
  await desk.tell(refund(order.channelOrderId, 1, 0));
  expect((await desk.said(order.channelOrderId, 'rebooked-refund')).result).toBe('hit');
  expect((await ask(desk.hub, 'orders.get', desk.keyOf(order.channelOrderId))).hold?.reasons.map(({ ruleId }) => ruleId)).toContain(
    'rebooked-refund',
  );
  await desk.close();
});

test('what was read before a stop is known again after the next start', async () => {
  const desk = await deskWithRefund();
  const { store } = desk.hub;
  const again = new Slips({
    store,
    condition: { failed: () => false } as never,
    logger: { error: () => undefined } as never,
    defer: (task) => void setImmediate(task),
  });
  const stored = store.orders.createdBefore(0, null, 10)[0]!.record;
  const next = { ...stored, createdAt: stored.createdAt + 4 * DAY, lines: [{ ...stored.lines[0]!, quantity: 4 }] };
  expect(again.reading(next, stored.keys.buyer)?.['rebooked-refund']).toBe(0);
  const starting = again.start();
  // While the past is read nothing is known, and nothing is stopped for it.
  expect(again.reading(next, stored.keys.buyer)).toBeNull();
  await starting;
  expect(again.reading(next, stored.keys.buyer)?.['rebooked-refund']).toBe(30);
  await desk.close();
});
