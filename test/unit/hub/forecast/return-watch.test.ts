import { describe, expect, it } from 'vitest';
import { PURCHASE_FEATURES } from '#main/learning/history/purchase-features.ts';
import { ReturnWatch } from '#main/hub/forecast/return-watch.ts';
import { returnAdvice, returnReason } from '#main/hub/forecast/return-words.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { orderRecord } from '../../../fixtures/order-record.ts';

const paid = (orderNo: string, changes: Partial<OrderRecord> = {}): OrderRecord =>
  orderRecord({ orderNo, status: 'awaiting_shipment', paidAt: 1_000, hold: null, ...changes });
/** A model that says what stands in the first place of the row. */
const model = { probability: ([value]: readonly unknown[]) => Number(value) };
const numbers = (watch: ReturnWatch) => watch.likeliest().map(({ orderNo }) => orderNo);

describe('orders watched for returns', () => {
  it('are listed likeliest first, until they reach their buyer or end', () => {
    const watch = new ReturnWatch({ model });
    watch.put(paid('A'), [0.2]);
    watch.put(paid('B'), [0.7]);
    watch.put(paid('C', { status: 'shipped' }), [0.4]);
    expect(numbers(watch)).toEqual(['B', 'C', 'A']);
    watch.moved(paid('B', { status: 'shipped' }));
    expect(watch.likeliest()[0]).toMatchObject({ orderNo: 'B', stage: 'shipped', probability: 0.7 });
    watch.moved(paid('B', { status: 'delivered' }));
    watch.moved(paid('C', { status: 'refunded' }));
    watch.moved(paid('never seen'));
    expect(numbers(watch)).toEqual(['A']);
  });

  it('are none that were never paid, have arrived, or ended', () => {
    const watch = new ReturnWatch({ model });
    for (const status of ['pending_payment', 'delivered', 'completed', 'cancelled', 'closed'] as const)
      watch.put(paid(status, { status }), [1]);
    watch.put(paid('unpaid', { paidAt: null }), [1]);
    expect(watch.size).toBe(0);
  });

  it('wait for a model, and are asked about again by every new one', () => {
    const keeper: { model: typeof model | null } = { model: null };
    const watch = new ReturnWatch(keeper);
    watch.put(paid('A'), [0.3]);
    expect([watch.size, numbers(watch)]).toEqual([1, []]);
    keeper.model = model;
    watch.askAgain();
    expect(watch.likeliest()[0]?.probability).toBe(0.3);
    keeper.model = { probability: () => 0.9 };
    watch.askAgain();
    expect(watch.likeliest()[0]?.probability).toBe(0.9);
  });

  it('are bounded: of too many the least likely go, without a model the oldest', () => {
    const likely = new ReturnWatch({ model }, 100);
    for (let index = 0; index < 400; index += 1) likely.put(paid(`O${index}`), [(index % 100) / 100]);
    expect(likely.size).toBeLessThanOrEqual(100);
    expect(
      likely
        .likeliest()
        .slice(0, 4)
        .map(({ probability }) => probability),
    ).toEqual([0.99, 0.99, 0.99, 0.99]);
    const unknown = new ReturnWatch({ model: null }, 100);
    for (let index = 0; index < 101; index += 1) unknown.put(paid(`O${index}`), [0]);
    expect(unknown.size).toBe(76);
    unknown.moved(paid('O0', { status: 'delivered' }));
    expect(unknown.size).toBe(76);
  });
});

describe('reasons of a return', () => {
  it('are words for every feature the model reads', () => {
    for (const { name, kind } of PURCHASE_FEATURES) {
      const { zh, en } = returnReason({ feature: name, value: kind === 'number' ? 0.5 : '江苏省', effect: 1 }, 'CNY');
      expect(zh, name).toMatch(/[\u4e00-\u9fff].*：.+/);
      expect(en, name).not.toMatch(/^[a-z]+(-[a-z]+)+:/);
      expect(`${zh}${en}`).not.toMatch(/NaN|undefined|Infinity/);
    }
    const said = (feature: string, value: number | null) => returnReason({ feature, value, effect: 1 }, 'CNY');
    expect(said('buyer-return-share', 0.42)).toEqual({
      zh: '买家的退货率：42 %',
      en: 'return share of the buyer: 42 %',
    });
    expect(said('order-amount', Math.log(19_900)).zh).toBe('订单金额：199.00 CNY');
    expect(said('hour-of-day', 18).zh).toBe('下单时段（点）：18');
    expect(said('buyer-hours-since-return', null).zh).toBe('距买家上次退货（小时）：–');
  });

  it('come with what can still be done', () => {
    expect(returnAdvice('awaiting_shipment').zh).toContain('发货前');
    expect(returnAdvice('shipped').zh).not.toContain('发货前');
  });
});

it("a sum in a reason is of the order's own currency, with its own digits", () => {
  const reason = (minor: number, currency: string) =>
    returnReason({ feature: 'order-amount', value: Math.log(minor), effect: 1 }, currency).zh;
  expect(reason(129_900, 'CNY')).toBe('订单金额：1299.00 CNY');
  expect(reason(12_990, 'JPY')).toBe('订单金额：12990 JPY');
  expect(reason(4_500, 'KWD')).toBe('订单金额：4.500 KWD');
});
