import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/xiaohongshu/adapter.ts';
import { signRequest } from '#main/channels/xiaohongshu/sign.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { NOW, read, scripted } from '../../../support/scripted-channel.ts';

const LINE = {
  skuId: 's1',
  erpcode: 'CREAM',
  skuName: '面霜',
  skuSpec: '50ml',
  skuQuantity: '2',
  totalPaidAmount: 9_000,
  totalMerchantDiscount: 600,
  totalRedDiscount: 400,
};
const ORDER = {
  orderId: 'P710000000000000021',
  orderType: 1,
  orderStatus: 4,
  orderAfterSalesStatus: 1,
  createdTime: 1772413200000,
  paidTime: 1772413260000,
  updateTime: 1772413260123,
  customerRemark: 'null',
  sellerRemark: '',
  totalPayAmount: 9_500,
  totalShippingFree: 500,
  totalMerchantDiscount: 600,
  totalRedDiscount: 400,
  skuList: [LINE],
};

function orderOf(changes: Record<string, unknown> = {}): IncomingOrder {
  const result = read(adapter, 'order', { success: true, data: { ...ORDER, ...changes } });
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}

describe('signature of Xiaohongshu', () => {
  it('covers the method, the application, the time and the version, nothing else', () => {
    const expected = createHash('md5').update('order.getOrderDetail?appId=a1&timestamp=1772413200&version=2.0xhs-s3cret').digest('hex');
    expect(signRequest({ method: 'order.getOrderDetail', appId: 'a1', timestamp: '1772413200', version: '2.0' }, 'xhs-s3cret')).toBe(
      expected,
    );
  });
});

describe('answers of Xiaohongshu', () => {
  it('a list of orders is all of them', () => {
    const list = { success: true, data: { total: 2, orderList: [ORDER, { ...ORDER, orderId: 'P2' }] } };
    expect(read(adapter, 'order', list)).toMatchObject({
      items: [{ order: { channelOrderId: ORDER.orderId } }, { order: { channelOrderId: 'P2' } }],
    });
    expect(read(adapter, 'order', { data: { orderList: ORDER } })).toMatchObject({ items: [{ order: { channelOrderId: ORDER.orderId } }] });
    expect(read(adapter, 'order', { data: { orderList: [ORDER, { orderId: 'null' }] } })).toMatchObject({ ok: false });
    expect(read(adapter, 'order', { data: { orderList: [] } })).toMatchObject({ ok: false });
  });

  it('a package of the older calls is an order', () => {
    const item = { itemId: 'i1', erpCode: 'CREAM', itemName: '面霜', itemSpec: '50ml', quantity: 1, price: 5_000 };
    const gift = { ...item, erpCode: 'TESTER', itemTag: 1 };
    const told = {
      packageId: 'P3',
      packageStatus: 5,
      packageType: 2,
      createdTime: ORDER.createdTime,
      updateTime: ORDER.updateTime,
      itemList: [item, gift],
    };
    expect(read(adapter, 'order', { data: { packageList: [told] } })).toMatchObject({
      items: [
        {
          order: {
            channelOrderId: 'P3',
            status: 'awaiting_shipment',
            partiallyShipped: true,
            sourceTags: ['presale'],
            lines: [
              { sku: 'CREAM', name: '面霜 50ml', unitPriceMinor: 5_000 },
              { sku: 'TESTER', unitPriceMinor: 0, gift: true },
            ],
          },
        },
      ],
    });
  });
});

describe('lists of Xiaohongshu', () => {
  it('name packages by their own number', async () => {
    const { client } = scripted(adapter, { appId: 'a', secret: 's' }, [
      { body: { success: true, data: { total: 1, packageList: [{ packageId: 'P9', updateTime: NOW }] } } },
    ]);
    const window = { from: NOW - 60_000, to: NOW };
    expect((await client.changed('orders', window, null)).entries).toEqual([{ id: 'P9', kind: 'order', updatedAt: NOW, payload: null }]);
    expect((await client.dayIds(window, null)).ids).toEqual(['P9']);
  });
});

describe('money and time of Xiaohongshu', () => {
  it('what was taken off a line was part of its price', () => {
    expect(orderOf()).toMatchObject({
      goodsMinor: 10_000,
      freightMinor: 500,
      discountMinor: 1_000,
      paidMinor: 9_500,
      lines: [{ sku: 'CREAM', quantity: 2, unitPriceMinor: 5_000 }],
    });
  });

  it('without its sum an order was paid as its lines were', () => {
    expect(orderOf({ totalPayAmount: undefined })).toMatchObject({ goodsMinor: 10_000, discountMinor: 1_000, paidMinor: 9_500 });
    expect(orderOf({ totalPayAmount: 'null', skuList: [] })).toMatchObject({ paidMinor: 0, discountMinor: 1_000 });
  });

  it('one line may stand alone, and one at no price is a gift', () => {
    expect(orderOf({ skuList: LINE }).lines).toHaveLength(1);
    expect(orderOf({ skuList: [LINE, { skuId: 'g', skuName: '小样', skuQuantity: 1, price: 0 }] }).lines[1]).toEqual({
      sku: 'g',
      name: '小样',
      quantity: 1,
      unitPriceMinor: 0,
      gift: true,
    });
  });

  it.each([0, '0', 'null', null, ''])('%j is no time of payment', (nothing) => {
    expect(orderOf({ paidTime: nothing, orderStatus: 1 })).toMatchObject({ paidAt: null, paidMinor: 0 });
    expect(orderOf({ paidTime: nothing, orderStatus: 9 })).toMatchObject({ paidAt: null, paidMinor: 0 });
    expect(orderOf({ paidTime: nothing })).toMatchObject({ paidAt: null, paidMinor: 9_500 });
  });

  it('a type nobody knows is no tag, whatever its name', () => {
    for (const orderType of ['constructor', 9, null]) expect(orderOf({ orderType }).sourceTags).toEqual([]);
  });
});

describe('presale of Xiaohongshu', () => {
  it('knows the deposit and what is left of the whole', () => {
    const order = orderOf({ orderType: 2, totalDepositAmount: 2_000, orderStatus: 1, paidTime: 0 });
    expect(order).toMatchObject({
      status: 'pending_payment',
      paidMinor: 0,
      presale: { depositMinor: 2_000, balanceMinor: 7_500, balancePaidAt: null },
    });
    expect(orderOf({ orderType: 2, totalDepositAmount: 2_000 }).presale?.balancePaidAt).toBe(ORDER.paidTime);
    expect(orderOf({ orderType: 4, totalDepositAmount: 2_000 }).presale).toBeNull();
  });
});

describe('after-sales of Xiaohongshu', () => {
  const of = (...words: unknown[]) => ({ skuList: words.map((skuAfterSaleStatus) => ({ ...LINE, skuAfterSaleStatus })) });

  it.each([
    ['one line of two', 4, of(2, 1), 'awaiting_shipment', undefined],
    ['all lines', 4, of(2, 6), 'refunding', 'awaiting_shipment'],
    ['all lines after shipment', 6, of(2), 'refunding', 'shipped'],
    ['one paid back, one asked', 4, of(3, 2), 'refunding', 'awaiting_shipment'],
    ['all paid back before shipment', 4, of(3, 3), 'refunded', 'awaiting_shipment'],
    ['paid back after shipment, perhaps in part', 7, of(3), 'completed', undefined],
    ['refused, closed, taken back', 4, of(4, 5, 7), 'awaiting_shipment', undefined],
    ['the order, which has one line', 4, { orderAfterSalesStatus: 2 }, 'refunding', 'awaiting_shipment'],
    ['the order, which has two lines', 4, { ...of('', ''), orderAfterSalesStatus: 2 }, 'awaiting_shipment', undefined],
    ['a cancellation that was asked for', 4, { cancelStatus: 1 }, 'refunding', 'awaiting_shipment'],
    ['a cancellation after shipment', 6, { cancelStatus: 1 }, 'shipped', undefined],
    ['an ended order', 9, of(3), 'cancelled', undefined],
    ['an unpaid order', 1, of(2), 'pending_payment', undefined],
    ['an exchange of what was delivered', 10, { deliveryTime: 1772450000000 }, 'refunding', 'shipped'],
  ])('of %s', (_what, orderStatus, changes, status, beneath) => {
    const order = orderOf({ orderStatus, ...changes });
    expect([order.status, order.beneath, order.unknown]).toEqual([status, beneath, []]);
  });

  it('a word nobody knows is flagged once and changes nothing', () => {
    expect(orderOf(of(88, 88))).toMatchObject({ status: 'awaiting_shipment', unknown: [{ kind: 'refund', word: '88' }] });
  });
});

describe('receivers of Xiaohongshu', () => {
  it.each(['#abc=#def=#3##', '#demo#', '~q1w2e3r4t5y6'])('%s is ciphertext and never shown', (cipher) => {
    expect(orderOf({ receiverPhone: cipher }).receiver.phone).toEqual({ plain: null, mask: '', index: null, cipher });
  });

  it('what the platform masked stays masked', () => {
    expect(orderOf({ receiverName: '周**', receiverPhone: '139****0002' }).receiver).toMatchObject({
      name: { plain: null, mask: '周**' },
      phone: { plain: null, mask: '139****0002' },
    });
  });
});
