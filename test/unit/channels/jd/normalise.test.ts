import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/jd/adapter.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };
import { neverThrows } from '../../../support/no-throw.ts';
import { read } from '../../../support/scripted-channel.ts';

const { orderInfo } = samples.jd.jingdong_pop_order_get_responce;
const [item] = orderInfo.itemInfoList;
const AT = Date.parse('2025-06-18T20:15:33+08:00');

function orderOf(changes: Record<string, unknown>): IncomingOrder {
  const result = read(adapter, 'order', { ...orderInfo, ...changes });
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}

describe('orders of JD', () => {
  it('reads every field of the sample', () => {
    expect(read(adapter, 'order', samples.jd, AT + 5_000)).toEqual({
      ok: true,
      items: [
        {
          kind: 'order',
          order: {
            channel: 'jd',
            shopId: 'shop-1',
            channelOrderId: '300100200300',
            status: 'awaiting_shipment',
            rawStatus: 'WAIT_SELLER_STOCK_OUT',
            partiallyShipped: false,
            currency: 'CNY',
            goodsMinor: 39_900,
            freightMinor: 0,
            discountMinor: 5_000,
            paidMinor: 34_900,
            createdAt: Date.parse('2025-06-18T20:14:50+08:00'),
            paidAt: AT,
            updatedAt: AT,
            buyer: { key: null, name: { plain: null, mask: '', index: null, cipher: null }, tags: [] },
            receiver: {
              name: { plain: null, mask: '', index: null, cipher: 'AAS/demo=' },
              phone: { plain: null, mask: '138*******0', index: null, cipher: null },
              country: 'CN',
              province: '浙江',
              city: '杭州市',
              district: '西湖区',
              address: { plain: null, mask: '', index: null, cipher: 'AAS/demo2=' },
              postcode: null,
              position: null,
            },
            buyerMessage: '周末送',
            sellerMemo: '',
            presale: null,
            lines: [{ sku: 'SKU-J1', name: '保温杯', quantity: 1, unitPriceMinor: 39_900 }],
            refunds: null,
            invoice: null,
            ip: null,
            deviceId: null,
            couponMinor: 0,
            trackingNumber: null,
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

  it('takes both spellings of the wrapper', () => {
    const spelt = { jingdong_pop_order_get_response: { orderDetailInfo: { orderInfo } } };
    expect(read(adapter, 'order', spelt)).toMatchObject({ items: [{ order: { channelOrderId: '300100200300' } }] });
  });

  it.each([
    ['WAIT_SELLER_STOCK_OUT', 'awaiting_shipment'],
    ['WAIT_SELLER_DELIVERY', 'awaiting_shipment'],
    ['WAIT_SEND_CODE', 'awaiting_shipment'],
    ['WAIT_GOODS_RECEIVE_CONFIRM', 'shipped'],
    ['SEND_TO_DISTRIBUTION_CENER', 'shipped'],
    ['DISTRIBUTION_CENTER_RECEIVED', 'shipped'],
    ['RECEIPTS_CONFIRM', 'shipped'],
    ['FINISHED_L', 'completed'],
    ['TRADE_CANCELED', 'cancelled'],
    ['LOCKED', 'refunding'],
    ['PAUSE', 'paid'],
    ['POP_ORDER_PAUSE', 'paid'],
  ])('%s means %s', (word, status) => {
    const order = orderOf({ orderState: word });
    expect(order).toMatchObject({ status, rawStatus: word, unknown: [] });
    expect(order.platformHold !== null).toBe(word.endsWith('PAUSE'));
  });

  it('keeps an unknown word and flags it', () => {
    expect(orderOf({ orderState: 'TELEPORTED' })).toMatchObject({ status: null, unknown: [{ kind: 'status', word: 'TELEPORTED' }] });
  });

  it.each(['0001-01-01 00:00:00', '1970-01-01 00:00:00', ''])('the date "%s" is none', (nothing) => {
    const order = orderOf({ paymentConfirmTime: nothing, modified: nothing });
    // What JD hands out is paid; the order's own time is the best there is.
    expect(order).toMatchObject({ paidAt: order.createdAt, updatedAt: order.createdAt, paidMinor: 34_900 });
    expect(orderOf({ paymentConfirmTime: nothing, orderState: 'TRADE_CANCELED' })).toMatchObject({ paidAt: null, paidMinor: 0 });
  });

  it('itemTotal is the quantity, and counts are text', () => {
    expect(orderOf({ itemInfoList: [{ ...item, itemTotal: '3' }] }).lines[0]).toMatchObject({ quantity: 3, unitPriceMinor: 39_900 });
  });

  it('what was paid from the balance is no discount', () => {
    expect(orderOf({ orderPayment: '300.00', balanceUsed: '49.00' })).toMatchObject({ discountMinor: 5_000, paidMinor: 30_000 });
  });

  it('matches on the platform’s own index, never on the mask', () => {
    const { receiver } = orderOf({ consigneeInfo: { ...orderInfo.consigneeInfo, desen_mobile: 'DM1', desen_fullAddress: 'DA1' } });
    expect([receiver.phone.index, receiver.address.index, receiver.name.index]).toEqual(['DM1', 'DA1', null]);
  });

  it('a part of a split order says so, and so does cash on delivery', () => {
    expect(orderOf({ directParentOrderId: '300100200299' }).sourceTags).toEqual(['split-order']);
    expect(orderOf({ payType: '1-货到付款' }).sourceTags).toEqual(['cash-on-delivery']);
  });

  it('never throws, whatever stands where', () => {
    neverThrows(adapter, 'order', samples.jd);
  });
});

describe('refunds of JD', () => {
  it('a refund request sums in whole fen', () => {
    const row = { id: 77, orderId: 300100200300, applyRefundSum: 1990, status: 3, checkTime: '2025-06-19 10:00:00', reason: '不想要了' };
    expect(read(adapter, 'refund', row)).toEqual({
      ok: true,
      items: [
        {
          kind: 'refund',
          refund: {
            channel: 'jd',
            shopId: 'shop-1',
            channelOrderId: '300100200300',
            refund: {
              id: '77',
              amountMinor: 1_990,
              at: Date.parse('2025-06-19T10:00:00+08:00'),
              state: 'succeeded',
              lines: [],
              reason: '不想要了',
              complaint: 'A',
              rawState: '3',
            },
            updatedAt: Date.parse('2025-06-19T10:00:00+08:00'),
          },
        },
      ],
    });
  });

  it('an after-sale service sums in yuan, and its name is misspelt', () => {
    const row = { serviceId: 78, orderId: '300100200300', refoundAmount: 19.9, status: 0, applyTime: '2025-06-19 10:00:00' };
    expect(read(adapter, 'refund', row)).toMatchObject({ items: [{ refund: { refund: { amountMinor: 1_990, state: 'open' } } }] });
  });
});
