import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/taobao/adapter.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };
import { neverThrows } from '../../../support/no-throw.ts';
import { read } from '../../../support/scripted-channel.ts';

/** The sample as it comes over the wire, where 19-digit ids are bare numbers no double can hold. */
const WIRE = JSON.stringify(samples.taobao).replace(/"(tid|oid)":\d+/g, '"$1":2231958349001122334');
const { trade } = samples.taobao.trade_fullinfo_get_response;
const [line] = trade.orders.order;
const AT = 1750248934000;

function orderOf(changes: Record<string, unknown>, lines: Record<string, unknown>[] = [{}]): IncomingOrder {
  const told = { ...trade, ...changes, orders: { order: lines.map((change) => ({ ...line, ...change })) } };
  const result = read(adapter, 'order', told);
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}

describe('trades of Taobao', () => {
  it('reads every field of the sample', () => {
    expect(read(adapter, 'order', WIRE, AT + 5_000)).toEqual({
      ok: true,
      items: [
        {
          kind: 'order',
          order: {
            channel: 'taobao',
            shopId: 'shop-1',
            channelOrderId: '2231958349001122334',
            status: 'awaiting_shipment',
            rawStatus: 'WAIT_SELLER_SEND_GOODS',
            partiallyShipped: false,
            currency: 'CNY',
            goodsMinor: 39_900,
            freightMinor: 0,
            discountMinor: 5_000,
            paidMinor: 34_900,
            createdAt: Date.parse('2025-06-18T20:14:50+08:00'),
            paidAt: Date.parse('2025-06-18T20:15:33+08:00'),
            updatedAt: AT,
            buyer: { key: 'AAH-demo', name: { plain: null, mask: '', index: null, cipher: null }, tags: [] },
            receiver: {
              name: { plain: null, mask: '陈**', index: null, cipher: null },
              phone: { plain: null, mask: '*******5678', index: 'oaid-demo==', cipher: null },
              country: 'CN',
              province: '江苏省',
              city: '苏州市',
              district: '姑苏区',
              address: { plain: null, mask: '**路**号', index: 'oaid-demo==', cipher: null },
              postcode: null,
              position: null,
            },
            buyerMessage: '周末送',
            sellerMemo: '',
            presale: null,
            lines: [{ sku: 'SKU-T1', name: '亚麻衬衫', quantity: 1, unitPriceMinor: 39_900 }],
            refunds: [],
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
            listings: [{ sku: 'SKU-T1', itemId: '600100200', skuId: '4000100' }],
          },
        },
      ],
    });
  });

  it('takes a trade bare or in the wrapper of any answer', () => {
    for (const told of [trade, { trade }, { trade_get_response: { trade } }]) {
      expect(read(adapter, 'order', told)).toMatchObject({ items: [{ order: { channelOrderId: '2231958349001122334' } }] });
    }
  });

  it.each([
    ['TRADE_NO_CREATE_PAY', 'pending_payment'],
    ['WAIT_BUYER_PAY', 'pending_payment'],
    ['PAY_PENDING', 'pending_payment'],
    ['WAIT_PRE_AUTH_CONFIRM', 'pending_payment'],
    ['WAIT_SELLER_SEND_GOODS', 'awaiting_shipment'],
    ['SELLER_CONSIGNED_PART', 'awaiting_shipment'],
    ['PAID_FORBID_CONSIGN', 'paid'],
    ['WAIT_BUYER_CONFIRM_GOODS', 'shipped'],
    ['TRADE_BUYER_SIGNED', 'completed'],
    ['TRADE_FINISHED', 'completed'],
    ['TRADE_CLOSED', 'refunded'],
    ['TRADE_CLOSED_BY_TAOBAO', 'cancelled'],
  ])('%s means %s', (word, status) => {
    expect(orderOf({ status: word })).toMatchObject({ status, rawStatus: word, unknown: [] });
  });

  it('says why a paid order must not ship, and what is shipped in part', () => {
    expect(orderOf({ status: 'PAID_FORBID_CONSIGN' }).platformHold?.zh).toContain('禁止发货');
    expect(orderOf({ status: 'SELLER_CONSIGNED_PART' }).partiallyShipped).toBe(true);
  });

  it('keeps an unknown word and flags it', () => {
    expect(orderOf({ status: 'TRADE_TELEPORTED' })).toMatchObject({
      status: null,
      rawStatus: 'TRADE_TELEPORTED',
      unknown: [{ kind: 'status', word: 'TRADE_TELEPORTED' }],
    });
    expect(orderOf({ status: 'toString' }).status).toBeNull();
  });

  it('counts nothing as paid before the payment', () => {
    expect(orderOf({ status: 'WAIT_BUYER_PAY', pay_time: '' })).toMatchObject({ paidMinor: 0, paidAt: null });
    expect(orderOf({ status: 'TRADE_CLOSED_BY_TAOBAO', pay_time: undefined })).toMatchObject({ paidMinor: 0, paidAt: null });
  });

  it('a deposit that is paid leaves the order waiting for its balance', () => {
    const step = { type: 'step', step_trade_status: 'FRONT_PAID_FINAL_NOPAID', step_paid_fee: '49.00', status: 'WAIT_BUYER_PAY' };
    expect(orderOf(step)).toMatchObject({
      status: 'pending_payment',
      paidMinor: 0,
      presale: { depositMinor: 4_900, balanceMinor: 30_000, balanceDueAt: null, balancePaidAt: null },
      sourceTags: ['presale'],
    });
    const paid = orderOf({ ...step, step_trade_status: 'FRONT_PAID_FINAL_PAID', status: 'WAIT_SELLER_SEND_GOODS' });
    expect(paid).toMatchObject({ status: 'awaiting_shipment', paidMinor: 34_900, presale: { balancePaidAt: paid.paidAt } });
  });

  it('lays a refund over the line it belongs to and keeps the others free', () => {
    const order = orderOf({}, [
      { refund_status: 'WAIT_SELLER_AGREE', refund_id: '99887766554433221', divide_order_fee: '120.00', payment: '125.00' },
      { outer_sku_id: 'SKU-T2', refund_status: 'NO_REFUND' },
    ]);
    expect(order.status).toBe('awaiting_shipment');
    expect(order.refunds).toEqual([
      {
        id: '99887766554433221',
        amountMinor: 12_000,
        at: AT,
        state: 'open',
        lines: [{ sku: 'SKU-T1', quantity: 1, amountMinor: 12_000 }],
        reason: '',
        complaint: null,
        rawState: 'WAIT_SELLER_AGREE',
      },
    ]);
  });

  it.each([
    ['WAIT_BUYER_RETURN_GOODS', 'open', 'B'],
    ['WAIT_SELLER_CONFIRM_GOODS', 'open', 'B'],
    ['SELLER_REFUSE_BUYER', 'open', null],
    ['SUCCESS', 'succeeded', null],
    ['CLOSED', 'withdrawn', null],
  ])('a refund in %s is %s', (word, state, complaint) => {
    expect(orderOf({}, [{ refund_status: word, refund_id: '1', divide_order_fee: '' }]).refunds).toMatchObject([
      { id: '1', state, complaint, amountMinor: 34_900, rawState: word },
    ]);
  });

  it('an unknown step of a refund stays open and is flagged', () => {
    const order = orderOf({}, [{ refund_status: 'LOST', refund_id: '1' }]);
    expect(order.refunds).toMatchObject([{ state: 'open' }]);
    expect(order.unknown).toEqual([{ kind: 'refund', word: 'LOST' }]);
  });

  it('a price the seller changed by hand is part of the discount', () => {
    expect(orderOf({ adjust_fee: '-10.00', payment: '339.00' }).discountMinor).toBe(6_000);
  });

  it('keeps ciphertext apart from masks, and an empty city empty', () => {
    const { receiver } = orderOf({ receiver_name: '~Ab3/xyz=~1~', receiver_mobile: '$137$abcd=$1$', receiver_city: '' });
    expect(receiver.name).toEqual({ plain: null, mask: '', index: null, cipher: '~Ab3/xyz=~1~' });
    expect(receiver.phone).toEqual({ plain: null, mask: '', index: 'oaid-demo==', cipher: '$137$abcd=$1$' });
    expect([receiver.city, receiver.district]).toEqual(['', '姑苏区']);
  });

  it('reads number and carrier of a parcel', () => {
    expect(orderOf({}, [{ invoice_no: 'SF123', logistics_company: '顺丰速运' }])).toMatchObject({ trackingNumber: 'SF123', carrier: 'sf' });
  });

  it('never throws, whatever stands where', () => {
    neverThrows(adapter, 'order', samples.taobao);
    neverThrows(adapter, 'taobao_trade_TradeBuyerPay', samples.taobao_tmc);
  });
});

describe('messages of the message service', () => {
  it('only name the trade, in all its digits', () => {
    expect(read(adapter, 'taobao_trade_TradeBuyerPay', samples.taobao_tmc)).toEqual({
      ok: true,
      items: [],
      wanted: [{ kind: 'order', id: '2231958349001122334', because: 'push' }],
    });
  });

  it('about other things change nothing here', () => {
    expect(read(adapter, 'taobao_item_ItemUpdate', { id: 1, topic: 'taobao_item_ItemUpdate', content: '{"num_iid":1}' })).toEqual({
      ok: true,
      items: [],
    });
  });

  it('without a trade are refused in words', () => {
    expect(read(adapter, 'taobao_trade_TradeClose', { id: 1, topic: 'taobao_trade_TradeClose', content: '{}' })).toMatchObject({
      ok: false,
    });
  });
});
