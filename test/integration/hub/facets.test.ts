import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '#shared/time.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { fitTask } from '#main/hub/forecast/fit.ts';
import { ManualTime } from '#main/hub/time.ts';
import { ask, deliver, memoryHub, orderData, SHOP, testConfig } from '#test/support/hub.ts';

/** What an own store and a file tell of an order reaches whoever needs it: the forecast, the hold's clock, and nobody's way. */

const START = Date.parse('2025-03-03T02:00:00Z');
const ORDERS = 620;
let time: ManualTime;
let hub: LocalHub;
beforeEach(async () => {
  time = new ManualTime(START);
  const startFit = (task: Parameters<typeof fitTask>[0]) => ({ result: Promise.resolve(fitTask(task)), stop: () => Promise.resolve() });
  const openingStock = [{ sku: 'CUP', name: '杯子', warehouse: 'suzhou', spot: 100_000, safety: 0 }];
  hub = await memoryHub(testConfig({ openingStock }), { clock: time, timers: time, startFit });
});
afterEach(() => hub.close());

const recordOf = (id: string) => hub.store.orders.byPlatform(SHOP.channel, SHOP.shopId, id)?.record;
const tell = async (type: string, id: string, more: Record<string, unknown>) => {
  const data = orderData(id, time.now(), { ...more, updatedAt: time.now() });
  expect((await deliver(hub, type, data, time.now(), `msg_${id}_${time.now()}`)).status).toBe(200);
};
const modeOf = (index: number) => (index % 4 === 0 ? '经济线' : '次日达');
/** Two of three parcels of the slow mode miss their promise, few of the other. */
const isLate = (index: number) => (index % 4 === 0 ? index % 3 !== 0 : index % 31 === 0);

async function live(): Promise<void> {
  const events = Array.from({ length: ORDERS }, (_, index) => {
    const placed = START + index * HOUR;
    const common = { createdAt: placed, paidAt: placed, promisedAt: placed + 3 * DAY, shippingMode: modeOf(index), carrier: '中通' };
    const arrives = placed + (isLate(index) ? 4 : 2) * DAY;
    return [
      { at: placed, type: 'order.paid', id: `F-${index}`, more: common },
      { at: arrives, type: 'order.updated', id: `F-${index}`, more: { ...common, status: 'delivered' } },
    ];
  });
  for (const { at, type, id, more } of events.flat().sort((a, b) => a.at - b.at)) {
    hub.advanceTo(at, time);
    await tell(type, id, more);
  }
}

async function importFile(rows: string[][]): Promise<number> {
  const headings = '订单编号,付款时间,实付金额,商家编码,数量,收货人,手机号,国家,省,详细地址,物流公司,配送方式,最晚发货时间,承诺送达时间';
  const file = Buffer.from([headings, ...rows.map((cells) => cells.join(','))].join('\n'));
  const place = { channel: SHOP.channel, shopId: SHOP.shopId };
  const { id } = await ask(hub, 'imports.begin', { ...place, name: 'orders.csv', bytes: file.length });
  await ask(hub, 'imports.append', { id, offset: 0, chunk: file.toString('base64') });
  const { suggestion } = await ask(hub, 'imports.inspect', { id });
  await ask(hub, 'imports.start', { id, mapping: suggestion });
  await hub.hub.imports.settled();
  return id;
}

describe('what a source tells beyond the common fields', () => {
  test('of an own store is what the delay forecast learns from, and of a file what it judges by', async () => {
    await hub.hub.forecasts.start();
    await live();
    await hub.hub.forecasts.refit();
    const now = new Date(time.now() + 8 * HOUR).toISOString().slice(0, 19).replace('T', ' ');
    const promised = new Date(time.now() + 3 * DAY + 8 * HOUR).toISOString().slice(0, 19).replace('T', ' ');
    const row = (id: string, mode: string) => [
      id,
      now,
      '40.00',
      'CUP',
      '1',
      '林晓',
      '13912345678',
      '中国',
      '江苏省',
      '人民路 8 号 2 幢',
      '中通快递',
      mode,
      '',
      promised,
    ];
    await importFile([row('I-1', '经济线'), row('I-2', '次日达')]);
    expect(recordOf('I-1')).toMatchObject({
      carrier: 'zto',
      receiver: { country: 'CN', province: '江苏省' },
      facets: { 'shipping-mode': '经济线', 'promised-at': Math.floor(time.now() / 1_000) * 1_000 + 3 * DAY },
    });
    const { items } = await ask(hub, 'forecast.late', { limit: 500 });
    const of = (id: string) => items.find(({ orderNo }) => orderNo === recordOf(id)?.orderNo);
    const [slow, swift] = [of('I-1'), of('I-2')];
    expect(slow).toMatchObject({ basis: 'told', carrier: 'zto' });
    expect(slow?.probability).toBeGreaterThan((swift?.probability ?? 1) + 0.2);
    expect(slow?.reasons.some(({ text, effect }) => text.zh.includes('配送方式') && effect > 0)).toBe(true);
  });

  test('ends a hold in time for the deadline of its shipment, and is no reason to judge again', async () => {
    const shipByAt = time.now() + 40 * MINUTE;
    const mixed = {
      lines: [
        { sku: 'CUP', name: '杯子', quantity: 1, unitPriceMinor: 4_000 },
        { sku: 'FISH', name: '鱼', quantity: 1, unitPriceMinor: 1, storage: 'cold' },
      ],
    };
    await tell('order.paid', 'H-1', { ...mixed, shipByAt });
    expect(recordOf('H-1')?.hold).toMatchObject({ kind: 'held', releaseAt: shipByAt });
    // One that has passed already saves nothing: the usual two hours.
    await tell('order.paid', 'H-2', { ...mixed, shipByAt: time.now() - MINUTE });
    expect(recordOf('H-2')?.hold?.releaseAt).toBe(time.now() + 2 * HOUR);
    hub.advanceTo(shipByAt + MINUTE, time);
    expect(recordOf('H-1')?.hold).toBeNull();
    expect(recordOf('H-2')?.hold).not.toBeNull();
  });

  test('stays known when a later message leaves it out', async () => {
    await tell('order.paid', 'K-1', { shippingMode: '次日达' });
    time.advanceBy(MINUTE);
    await tell('order.updated', 'K-1', { status: 'paid', sellerMemo: '急' });
    expect(recordOf('K-1')).toMatchObject({ sellerMemo: '急', facets: { 'shipping-mode': '次日达' } });
  });

  test('a cell of a file that is no time is named with its row', async () => {
    const id = await importFile([
      ['E-1', '2025-06-18 08:00:00', '40.00', 'CUP', '1', '林晓', '13912345678', '', '江苏省', '人民路 8 号', '', '', '', '下周三'],
    ]);
    expect((await ask(hub, 'imports.errors', { id })).items).toMatchObject([{ row: 2, column: '承诺送达时间', value: '下周三' }]);
  });
});
