import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/xiaohongshu/adapter.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };
import { neverThrows } from '../../../support/no-throw.ts';
import { bytes, read, readingShop } from '../../../support/scripted-channel.ts';

const sample = samples.xiaohongshu;
const DETAIL = {
  ...sample,
  totalPayAmount: 7_000,
  totalShippingFree: 1_000,
  totalMerchantDiscount: 500,
  totalRedDiscount: 480,
  openAddressId: 'OA1',
  receiverDistrictName: '姑苏区',
  expressTrackingNo: 'SF1',
  expressCompanyCode: 'shunfeng',
  skuList: [
    { skuId: 's1', erpcode: 'SKU-1', skuName: '袜子', skuSpec: '白', skuQuantity: 2, price: 1_990 },
    { skuId: 's2', erpcode: '', skuName: '帽子', skuQuantity: 1, totalPaidAmount: 3_000 },
    { skuId: 's3', erpcode: 'SKU-G', skuName: '小样', skuQuantity: 1, skuTag: 1, totalPaidAmount: 0 },
  ],
};

function orderOf(told: Record<string, unknown>, options = {}): IncomingOrder {
  const result = adapter.normalise({ topic: 'order', body: bytes(told), observedAt: null }, readingShop(adapter, 'shop-1', options));
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}

describe('orders of Xiaohongshu', () => {
  it('reads every field of the sample', () => {
    expect(read(adapter, 'order', sample, sample.updateTime + 5_000)).toEqual({
      ok: true,
      items: [
        {
          kind: 'order',
          order: {
            channel: 'xiaohongshu',
            shopId: 'shop-1',
            channelOrderId: 'P700000000000000001',
            status: 'awaiting_shipment',
            rawStatus: '4',
            partiallyShipped: false,
            currency: 'CNY',
            goodsMinor: 0,
            freightMinor: 0,
            discountMinor: 0,
            paidMinor: 0,
            createdAt: 1_750_248_890_000,
            paidAt: 1_750_248_933_000,
            updatedAt: 1_750_248_940_000,
            buyer: { key: null, name: { plain: null, mask: '', index: null, cipher: null }, tags: [] },
            receiver: {
              name: { plain: null, mask: '', index: null, cipher: null },
              phone: { plain: null, mask: '', index: null, cipher: null },
              country: 'CN',
              province: '江苏省',
              city: '苏州市',
              district: '',
              address: { plain: null, mask: '', index: null, cipher: null },
              postcode: null,
              position: null,
            },
            buyerMessage: '',
            sellerMemo: '',
            presale: null,
            lines: [],
            refunds: null,
            invoice: null,
            ip: null,
            deviceId: null,
            couponMinor: 0,
            trackingNumber: null,
            sourceTags: [],
            carrier: null,
            platformHold: null,
            observedAt: sample.updateTime + 5_000,
            unknown: [],
          },
        },
      ],
    });
  });

  it('reads sums, lines and gifts of a whole order', () => {
    expect(orderOf(DETAIL)).toMatchObject({
      goodsMinor: 6_980,
      freightMinor: 1_000,
      discountMinor: 980,
      paidMinor: 7_000,
      couponMinor: 480,
      trackingNumber: 'SF1',
      carrier: 'sf',
      lines: [
        { sku: 'SKU-1', name: '袜子 白', quantity: 2, unitPriceMinor: 1_990 },
        { sku: 's2', name: '帽子', quantity: 1, unitPriceMinor: 3_000 },
        { sku: 'SKU-G', name: '小样', quantity: 1, unitPriceMinor: 0, gift: true },
      ],
    });
    expect(orderOf(DETAIL).receiver.address.index).toBe('OA1');
  });

  it('the unit of money is an option; a decimal point is always yuan', () => {
    expect(orderOf({ ...DETAIL, skuList: [], totalPayAmount: 70 }, { moneyUnit: 'yuan' }).paidMinor).toBe(7_000);
    expect(orderOf({ ...DETAIL, skuList: [], totalPayAmount: '70.00' }).paidMinor).toBe(7_000);
  });

  it.each([
    [1, 'pending_payment', false],
    [2, 'paid', true],
    [3, 'paid', true],
    [4, 'awaiting_shipment', false],
    [5, 'awaiting_shipment', false],
    [6, 'shipped', false],
    [7, 'completed', false],
    [8, 'closed', false],
    [9, 'cancelled', false],
    [10, 'refunding', false],
  ])('state %i is %s', (orderStatus, status, held) => {
    const order = orderOf({ ...DETAIL, orderStatus });
    expect(order).toMatchObject({ status, rawStatus: String(orderStatus), partiallyShipped: orderStatus === 5, unknown: [] });
    expect(order.platformHold !== null).toBe(held);
  });

  it('keeps an unknown word and flags it', () => {
    expect(orderOf({ ...sample, orderStatus: 11 })).toMatchObject({ status: null, unknown: [{ kind: 'status', word: '11' }] });
  });

  it('counts nothing as paid before the payment', () => {
    expect(orderOf({ ...DETAIL, orderStatus: 1, paidTime: 'null' })).toMatchObject({ paidAt: null, paidMinor: 0, discountMinor: 980 });
  });

  it.each([
    [2, ['presale']],
    [4, ['presale']],
    [5, ['resend']],
    [1, []],
  ])('order type %i is tagged %j', (orderType, tags) => {
    expect(orderOf({ ...sample, orderType }).sourceTags).toEqual(tags);
  });

  it('never throws, whatever stands where', () => {
    neverThrows(adapter, 'order', DETAIL);
  });
});
