import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/pinduoduo/adapter.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };
import { neverThrows } from '../../../support/no-throw.ts';
import { bytes, read, readingShop } from '../../../support/scripted-channel.ts';

const { order_info: sample } = samples.pinduoduo.order_info_get_response;
const [item] = sample.item_list;
const AT = Date.parse('2025-06-20T11:00:00+08:00');
const TO_SHIP = { confirm_status: 1, group_status: 1, order_status: 1, refund_status: 1, risk_control_status: 0 };

function orderOf(changes: Record<string, unknown>): IncomingOrder {
  const result = read(adapter, 'order', { ...sample, ...changes });
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}

function refundOf(row: Record<string, unknown>, options = {}) {
  const told = {
    id: 7381000001,
    order_sn: sample.order_sn,
    after_sales_status: 2,
    refund_amount: '18.90',
    updated_time: '2025-06-20 11:00:00',
    ...row,
  };
  const result = adapter.normalise({ topic: 'refund', body: bytes(told), observedAt: null }, readingShop(adapter, 'shop-1', options));
  if (!result.ok || result.items[0]?.kind !== 'refund') throw new Error(JSON.stringify(result));
  return result.items[0].refund;
}

describe('orders of Pinduoduo', () => {
  it('reads every field of the sample', () => {
    expect(read(adapter, 'order', samples.pinduoduo, AT + 5_000)).toEqual({
      ok: true,
      items: [
        {
          kind: 'order',
          order: {
            channel: 'pinduoduo',
            shopId: 'shop-1',
            channelOrderId: '250618-200000000000002',
            status: 'refunding',
            beneath: 'shipped',
            rawStatus: 'confirm=1 group=1 order=2 refund=2 risk=0',
            partiallyShipped: false,
            currency: 'CNY',
            goodsMinor: 1_990,
            freightMinor: 0,
            discountMinor: 100,
            paidMinor: 1_890,
            createdAt: Date.parse('2025-06-18T20:14:50+08:00'),
            paidAt: Date.parse('2025-06-18T20:15:02+08:00'),
            updatedAt: AT,
            buyer: { key: null, name: { plain: null, mask: '', index: null, cipher: null }, tags: [] },
            receiver: {
              name: { plain: null, mask: '周**', index: null, cipher: null },
              phone: { plain: null, mask: '139****1111', index: null, cipher: null },
              country: 'CN',
              province: '',
              city: '',
              district: '',
              address: { plain: null, mask: '', index: null, cipher: null },
              postcode: null,
              position: null,
            },
            buyerMessage: '',
            sellerMemo: '',
            presale: null,
            lines: [{ sku: 'SKU-P1', name: '袜子5双', quantity: 1, unitPriceMinor: 1_990 }],
            refunds: null,
            invoice: null,
            ip: null,
            deviceId: null,
            couponMinor: 0,
            trackingNumber: 'YT0000000001',
            sourceTags: [],
            carrier: null,
            platformHold: null,
            observedAt: AT + 5_000,
            unknown: [],
          },
        },
      ],
    });
  });

  it.each([
    [{}, 'awaiting_shipment', false],
    [{ order_status: 2 }, 'shipped', false],
    [{ order_status: 3 }, 'completed', false],
    [{ group_status: 0 }, 'paid', true],
    [{ risk_control_status: 1 }, 'paid', true],
    [{ confirm_status: 0 }, 'paid', true],
    [{ confirm_status: 0, pay_time: '' }, 'pending_payment', false],
    [{ refund_status: 2, order_status: 3 }, 'refunding', false],
    [{ refund_status: 3, group_status: 0 }, 'refunding', true],
    [{ refund_status: 4, order_status: 2 }, 'refunded', false],
    [{ group_status: 2, refund_status: 4 }, 'cancelled', false],
    [{ confirm_status: 2, order_status: 1 }, 'cancelled', false],
  ])('four enums are read together: %j is %s', (words, status, held) => {
    const order = orderOf({ ...TO_SHIP, ...words });
    expect(order).toMatchObject({ status, unknown: [] });
    expect(order.platformHold !== null).toBe(held);
  });

  it.each([
    [{ order_status: 9 }, 'order=9'],
    [{ refund_status: 7 }, 'refund=7'],
    [{ group_status: 5 }, 'group=5'],
    [{ risk_control_status: 3 }, 'risk=3'],
  ])('a number nobody knows keeps the last state and is flagged: %j', (words, word) => {
    expect(orderOf({ ...TO_SHIP, ...words })).toMatchObject({ status: null, unknown: [{ kind: 'status', word }] });
  });

  it('money is yuan as a number, read as decimal text', () => {
    const order = orderOf({
      goods_amount: 1.1,
      postage: 2.2,
      pay_amount: 3.3,
      discount_amount: 0,
      item_list: [{ ...item, goods_price: 0.55, goods_count: 2 }],
    });
    expect([order.goodsMinor, order.freightMinor, order.paidMinor]).toEqual([110, 220, 330]);
    expect(order.lines[0]).toMatchObject({ unitPriceMinor: 55, quantity: 2 });
  });

  it('a gift is a line without a price', () => {
    const gifts = [{ goods_id: 1, sku_id: 2, outer_id: 'SKU-G', goods_name: '小样', goods_count: 1, goods_price: 5 }];
    expect(orderOf({ gift_list: gifts }).lines[1]).toEqual({ sku: 'SKU-G', name: '小样', quantity: 1, unitPriceMinor: 0, gift: true });
  });

  it('a deposit that is paid leaves the order waiting for its balance', () => {
    const step = { ...TO_SHIP, confirm_status: 0, trade_type: 1, pay_amount: 100 };
    expect(orderOf({ ...step, step_order_info: { step_trade_status: 1, step_paid_fee: 20 } })).toMatchObject({
      status: 'pending_payment',
      paidMinor: 0,
      platformHold: null,
      presale: { depositMinor: 2_000, balanceMinor: 8_000, balanceDueAt: null, balancePaidAt: null },
      sourceTags: ['presale'],
    });
    const paid = orderOf({ ...step, confirm_status: 1, step_order_info: { step_trade_status: 2, step_paid_fee: 20 } });
    expect(paid).toMatchObject({ status: 'awaiting_shipment', paidMinor: 10_000, presale: { balancePaidAt: paid.paidAt } });
  });

  it('keeps ciphertext and its search index apart from the mask', () => {
    const { receiver } = orderOf({ receiver_name: '~AgAAAB~x1/+y~0~', receiver_phone: '$BgAAAB$c2l+z$1$' });
    expect(receiver.name).toEqual({ plain: null, mask: '周**', index: 'AgAAAB', cipher: '~AgAAAB~x1/+y~0~' });
    expect(receiver.phone).toEqual({ plain: null, mask: '139****1111', index: 'BgAAAB', cipher: '$BgAAAB$c2l+z$1$' });
  });

  it('never throws, whatever stands where', () => {
    neverThrows(adapter, 'order', samples.pinduoduo);
    neverThrows(adapter, 'pdd_refund_RefundCreated', samples.pinduoduo_pmc);
  });
});

describe('refunds of Pinduoduo', () => {
  it.each([
    [2, 'open', 'A'],
    [3, 'open', 'B'],
    [4, 'open', null],
    [6, 'open', null],
    [7, 'open', 'B'],
    [10, 'succeeded', null],
    [11, 'withdrawn', null],
    [12, 'withdrawn', null],
    [9, 'withdrawn', null],
    [14, 'open', 'C'],
    [16, 'withdrawn', 'C'],
    [17, 'withdrawn', 'C'],
    [21, 'open', 'C'],
    [24, 'withdrawn', 'C'],
    [25, 'withdrawn', 'C'],
    [31, 'open', 'B'],
    [32, 'open', 'C'],
    [33, 'open', 'B'],
  ])('after-sale state %i is %s, class %s', (after_sales_status, state, complaint) => {
    const amountMinor = complaint === 'C' ? 0 : 1_890;
    expect(refundOf({ after_sales_status }).refund).toMatchObject({ id: '7381000001', state, complaint, amountMinor, at: AT });
  });

  it('the kind tells the class where the state does not', () => {
    expect(refundOf({ after_sales_status: 10, after_sales_type: 2 }).refund).toMatchObject({ complaint: 'A', amountMinor: 1_890 });
    expect(refundOf({ after_sales_status: 10, after_sales_type: 3 }).refund.complaint).toBe('B');
    expect(refundOf({ after_sales_status: 8, after_sales_type: 4 }).refund).toMatchObject({ complaint: 'C', amountMinor: 0 });
  });

  it('a bare number is in the unit the shop says, a decimal point is always yuan', () => {
    expect(refundOf({ refund_amount: 1890 }, { refundUnit: 'fen' }).refund.amountMinor).toBe(1_890);
    expect(refundOf({ refund_amount: 1890 }).refund.amountMinor).toBe(189_000);
    expect(refundOf({ refund_amount: '18.90' }, { refundUnit: 'fen' }).refund.amountMinor).toBe(1_890);
  });

  it('a state nobody knows stays open and is flagged', () => {
    expect(refundOf({ after_sales_status: 99 })).toMatchObject({
      refund: { state: 'open', rawState: '99' },
      unknown: [{ kind: 'refund', word: '99' }],
    });
    expect(refundOf({ after_sales_status: 2 })).not.toHaveProperty('unknown');
  });
});

describe('frames of the message connection', () => {
  it('a refund that says everything is one, in fen, and its order is fetched', () => {
    expect(read(adapter, 'pdd_refund_RefundCreated', samples.pinduoduo_pmc)).toEqual({
      ok: true,
      items: [
        {
          kind: 'refund',
          refund: {
            channel: 'pinduoduo',
            shopId: 'shop-1',
            channelOrderId: '250618-200000000000002',
            refund: {
              id: '7381000001',
              amountMinor: 1_890,
              at: 1_750_388_400_016,
              state: 'open',
              lines: [],
              reason: '',
              complaint: null,
              rawState: 'pdd_refund_RefundCreated',
            },
            updatedAt: 1_750_388_400_016,
          },
        },
      ],
      wanted: [{ kind: 'order', id: '250618-200000000000002', because: 'push' }],
    });
  });

  it('anything less is only a hint', () => {
    const frame = {
      message: { type: 'pdd_trade_TradeConfirmed', mallID: 1, content: '{"tid":"250618-200000000000002"}' },
      commandType: 'Common',
    };
    expect(read(adapter, 'pdd_trade_TradeConfirmed', frame)).toEqual({
      ok: true,
      items: [],
      wanted: [{ kind: 'order', id: '250618-200000000000002', because: 'push' }],
    });
  });
});
