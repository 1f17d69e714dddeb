import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/douyin/adapter.ts';
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };
import { bytes, read, readingShop } from '../../../support/scripted-channel.ts';
import { neverThrows } from '../../../support/no-throw.ts';

/** The sample as it comes over the wire, where its 19-digit ids are bare numbers no double can hold. */
const WIRE = JSON.stringify(samples.douyin).replace('"product_id":3500000000000000000', '"product_id":3500000000000000009');
const order = samples.douyin.data.shop_order_detail;
const [line] = order.sku_order_list;
const edited = (changes: Record<string, unknown>) => ({ ...order, ...changes });

function orderOf(value: unknown) {
  const result = read(adapter, 'order', value);
  if (!result.ok) throw new Error(result.reason.en);
  const [item] = result.items;
  if (item?.kind !== 'order') throw new Error('No order was read.');
  return item.order;
}

describe('orders of Douyin Shop', () => {
  it('reads every field of the sample', () => {
    const result = read(adapter, 'order', WIRE, 1750294805000);
    expect(result).toEqual({
      ok: true,
      items: [
        {
          kind: 'order',
          order: {
            channel: 'douyin',
            shopId: 'shop-1',
            channelOrderId: '4837000000000000001',
            status: 'shipped',
            rawStatus: '3',
            partiallyShipped: false,
            platformHold: null,
            currency: 'CNY',
            goodsMinor: 39900,
            freightMinor: 0,
            discountMinor: 5000,
            paidMinor: 34900,
            createdAt: 1750248890000,
            paidAt: 1750248933000,
            updatedAt: 1750294800000,
            observedAt: 1750294805000,
            buyer: { key: null, name: { plain: null, mask: '', index: null, cipher: null }, tags: [] },
            receiver: {
              name: { plain: null, mask: '吴**', index: null, cipher: '#demo#' },
              phone: { plain: null, mask: '1*********1', index: null, cipher: '$demo$' },
              country: 'CN',
              province: '',
              city: '',
              district: '',
              address: { plain: null, mask: '', index: null, cipher: null },
              postcode: null,
              position: null,
            },
            buyerMessage: '周末送',
            sellerMemo: '',
            presale: null,
            lines: [{ sku: 'SKU-D9', name: '衬衫', quantity: 1, unitPriceMinor: 39900 }],
            refunds: null,
            invoice: null,
            ip: null,
            deviceId: null,
            couponMinor: 0,
            trackingNumber: 'SF0000000001',
            carrier: 'sf',
            sourceTags: [],
            unknown: [],
            listings: [{ sku: 'SKU-D9', itemId: '3500000000000000009', skuId: '1700000000000009' }],
          },
        },
      ],
    });
  });

  it('keeps a bare 19-digit id exact', () => {
    const wire = WIRE.replace('"order_id":"4837000000000000001","shop_id"', '"order_id":4837000000000000001,"shop_id"');
    const result = adapter.normalise({ topic: 'order', body: bytes(wire), observedAt: null }, readingShop(adapter));
    expect(result).toMatchObject({ ok: true, items: [{ order: { channelOrderId: '4837000000000000001' } }] });
  });

  it.each([
    [1, 'pending_payment'],
    [103, 'pending_payment'],
    [105, 'paid'],
    [2, 'awaiting_shipment'],
    [101, 'awaiting_shipment'],
    [3, 'shipped'],
    [4, 'cancelled'],
    [5, 'completed'],
  ])('reads order_status %i as %s', (status, expected) => {
    const read = orderOf(edited({ order_status: status, main_status: status }));
    expect(read.status).toBe(expected);
    expect(read.partiallyShipped).toBe(status === 101);
    expect(read.platformHold !== null).toBe(status === 105);
  });

  it.each([21, 22, 39])('believes main_status %i that a refund ended the order', (main) => {
    expect(orderOf(edited({ order_status: 4, main_status: main }))).toMatchObject({ status: 'refunded', rawStatus: String(main) });
  });

  it('flags a status no table knows and keeps the word', () => {
    expect(orderOf(edited({ order_status: 777, main_status: 777 }))).toMatchObject({
      status: null,
      rawStatus: '777',
      unknown: [{ kind: 'status', word: '777' }],
    });
  });

  it('counts no money before it is paid', () => {
    expect(orderOf(edited({ order_status: 1, pay_time: 0 }))).toMatchObject({ paidMinor: 0, paidAt: null });
    expect(orderOf(edited({ order_status: 4, main_status: 4, pay_time: 0 }))).toMatchObject({ paidMinor: 0, paidAt: null });
  });

  it('leaves a deposit pending with both parts told', () => {
    const phase = (current: number, amount: number, paid: boolean) => ({
      current_phase: current,
      total_phase: 2,
      pay_success: paid,
      phase_pay_amount: amount,
      phase_pay_time: paid ? 1750248900 : 0,
      phase_close_time: 1750300000,
    });
    const deposit = edited({
      order_status: 103,
      main_status: 103,
      trade_type: 2,
      order_phase_list: [phase(1, 5000, true), phase(2, 29900, false)],
    });
    expect(orderOf(deposit)).toMatchObject({
      status: 'pending_payment',
      paidMinor: 0,
      presale: { depositMinor: 5000, balanceMinor: 29900, balanceDueAt: 1750300000000, balancePaidAt: null },
      sourceTags: ['presale'],
    });
  });

  it('reads origin_amount as a piece or as a line, whichever adds up', () => {
    const of = (origin: number) => edited({ order_amount: 39900, sku_order_list: [{ ...line, item_num: 3, origin_amount: origin }] });
    expect(orderOf(of(13300))).toMatchObject({ goodsMinor: 39900, lines: [{ unitPriceMinor: 13300, quantity: 3 }] });
    expect(orderOf(of(39900))).toMatchObject({ goodsMinor: 39900, lines: [{ unitPriceMinor: 13300, quantity: 3 }] });
  });

  it('marks gifts, group-buys and live rooms', () => {
    const told = orderOf(edited({ trade_type: 1, sku_order_list: [{ ...line, given_product_type: 'FREE', room_id: '73' }] }));
    expect(told.lines[0]?.gift).toBe(true);
    expect(told.sourceTags).toEqual(['group-buy', 'live']);
  });

  it('never throws, whatever stands in whichever field', () => {
    neverThrows(adapter, 'order', samples.douyin);
  });
});

describe('after-sales and messages of Douyin Shop', () => {
  const afterSale = {
    aftersale_info: {
      aftersale_id: '7381000000000000001',
      aftersale_status: 12,
      aftersale_type: 1,
      refund_amount: 1990,
      update_time: 1750388400,
    },
    order_info: {
      shop_order_id: '4837000000000000001',
      related_order_info: [{ shop_sku_code: 'SKU-D9', aftersale_item_num: 1, aftersale_pay_amount: 1990 }],
    },
  };

  it('reads an after-sale of the list', () => {
    expect(read(adapter, 'refund', afterSale)).toMatchObject({
      ok: true,
      items: [
        {
          kind: 'refund',
          refund: {
            channelOrderId: '4837000000000000001',
            updatedAt: 1750388400000,
            refund: {
              id: '7381000000000000001',
              amountMinor: 1990,
              state: 'succeeded',
              complaint: 'A',
              rawState: '12',
              lines: [{ sku: 'SKU-D9', quantity: 1, amountMinor: 1990 }],
            },
          },
        },
      ],
    });
  });

  it.each([
    [6, 'open'],
    [11, 'open'],
    [12, 'succeeded'],
    [28, 'withdrawn'],
  ])('reads after-sale state %i as %s', (status, state) => {
    const told = { ...afterSale, aftersale_info: { ...afterSale.aftersale_info, aftersale_status: status } };
    expect(read(adapter, 'refund', told)).toMatchObject({ items: [{ refund: { refund: { state } } }] });
  });

  const push = (tag: string, data: string) => ({ tag, msg_id: '1', data });

  it('asks for the detail of an order it was only told of, with the exact id', () => {
    const result = read(adapter, '101', push('101', '{"p_id":4837328765348566675,"order_status":2}'));
    expect(result).toEqual({ ok: true, items: [], wanted: [{ kind: 'order', id: '4837328765348566675', because: 'push' }] });
  });

  it('takes an after-sale that is told whole, its time being a date text', () => {
    const data =
      '{"p_id":4837328765348566675,"aftersale_id":7381000000000000001,"aftersale_status":28,"aftersale_type":2,"refund_amount":100,"update_time":"2025-06-18 20:15:33"}';
    expect(read(adapter, '207', push('207', data))).toMatchObject({
      items: [{ kind: 'refund', refund: { refund: { id: '7381000000000000001', state: 'withdrawn', at: 1750248933000, complaint: 'A' } } }],
      wanted: [{ kind: 'order', id: '4837328765348566675' }],
    });
  });

  it('asks for an after-sale that is told in part', () => {
    const result = read(adapter, '200', push('200', '{"p_id":1,"aftersale_id":2,"aftersale_status":6}'));
    expect(result).toMatchObject({
      items: [],
      wanted: [
        { kind: 'order', id: '1' },
        { kind: 'refund', id: '2' },
      ],
    });
  });

  it('ignores what is no order or after-sale', () => {
    expect(read(adapter, '400', push('400', '{"product_id":1}'))).toEqual({ ok: true, items: [] });
  });
});
