import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import type { ManualTime } from '#main/hub/time.ts';
import { fitTask } from '#main/hub/forecast/fit.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { publishedOrder, UNKNOWN } from '#main/replay/readers/published.ts';
import { ask } from '#test/support/hub.ts';
import { hubOnFile } from '#test/support/hub-on-file.ts';

const START = Date.parse('2025-03-03T02:00:00Z');
const ORDERS = 3_000;
const BUYERS = 150;
const workspace = hubOnFile(START);
let time: ManualTime;
let hub: LocalHub;

async function open(): Promise<void> {
  const startFit = (task: Parameters<typeof fitTask>[0]) => ({ result: Promise.resolve(fitTask(task)), stop: () => Promise.resolve() });
  ({ hub, time } = await workspace.open({}, { durable: false, startFit }));
  await hub.hub.forecasts.start();
}
/** Every sixth buyer sends most of it back, the others little. */
const comesBack = (index: number) => ((index % BUYERS) % 6 === 0 ? index % 7 !== 0 : index % 40 === 0);
function order(index: number, paidAt: number, more: Partial<IncomingOrder> = {}): IncomingOrder {
  const made = publishedOrder({
    ...{ shopId: 'own', channelOrderId: `R-${index}`, currency: 'CNY', goodsMinor: 8_800, discountMinor: 0, paidMinor: 8_800 },
    createdAt: paidAt,
    buyer: { key: `buyer-${index % BUYERS}` },
    receiver: {
      ...{ name: UNKNOWN, phone: UNKNOWN, address: UNKNOWN, country: 'CN', city: '', district: '', postcode: null, position: null },
      province: '江苏省',
    },
    lines: [{ sku: `A-${index % 9}`, name: '裙', quantity: 1, unitPriceMinor: 8_800 }],
    sourceTags: [],
    facets: {},
  });
  return { ...made, ...more };
}
const ingest = (one: IncomingOrder) => hub.ingest([{ incoming: { kind: 'order', order: one }, receivedAt: time.now() }]);

test('paid orders of which something will probably come back are listed with reasons, over a restart', { timeout: 120_000 }, async () => {
  await open();
  expect(await ask(hub, 'forecast.returns', {})).toMatchObject({ ready: false, items: [], channels: [] });
  for (let index = 0; index < ORDERS; index += 1) {
    const paidAt = START + index * 20 * MINUTE;
    hub.advanceTo(paidAt, time);
    ingest(order(index, paidAt));
    const before = index - 60;
    if (before < 0) continue;
    const back = { id: `f-${before}`, amountMinor: 4_400, at: time.now(), state: 'succeeded' as const, lines: [], reason: '' };
    const then = START + before * 20 * MINUTE;
    const arrived = { status: 'delivered' as const, rawStatus: 'delivered', updatedAt: time.now() };
    ingest(order(before, then, { ...arrived, refunds: comesBack(before) ? [back] : [] }));
  }
  // The last of them are known thirty days later.
  hub.advanceTo(time.now() + 31 * DAY, time);
  await hub.hub.forecasts.refit();
  const now = time.now();
  for (const index of [60_000, 60_001]) ingest(order(index, now));
  const list = await ask(hub, 'forecast.returns', { limit: 100 });
  expect(list).toMatchObject({ ready: true, channels: ['standard-webhooks'] });
  const of = (id: string) =>
    list.items.findIndex(({ orderNo }) => orderNo === hub.store.orders.byPlatform('standard-webhooks', 'own', id)?.record.orderNo);
  const [often, seldom] = [list.items[of('R-60000')], list.items[of('R-60001')]];
  expect(of('R-60000')).toBe(0);
  expect(often).toMatchObject({
    stage: expect.any(String) as string,
    paidMinor: 8_800,
    currency: 'CNY',
    advice: { zh: expect.stringContaining('确认') as string },
  });
  expect(often?.probability).toBeGreaterThan((seldom?.probability ?? 1) + 0.3);
  expect(often?.reasons.some(({ text, effect }) => text.zh.includes('买家的退货率') && effect > 0)).toBe(true);
  expect((await ask(hub, 'forecast.returns', { from: 0.99 })).items).toEqual([]);
  expect((await ask(hub, 'forecast.returns', { channel: 'jd' })).items).toEqual([]);

  await hub.close();
  time.advanceBy(HOUR);
  await open();
  expect((await ask(hub, 'forecast.returns', {})).items.map(({ orderNo }) => orderNo)).toContain(often?.orderNo);
  // What reached its buyer needs no warning any more.
  ingest(order(60_000, now, { status: 'delivered', rawStatus: 'delivered', updatedAt: time.now() }));
  expect((await ask(hub, 'forecast.returns', {})).items.map(({ orderNo }) => orderNo)).not.toContain(often?.orderNo);
});
