import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/jd/adapter.ts';
import { signRequest } from '#main/channels/jd/sign.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { read } from '../../../support/scripted-channel.ts';

const at = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);
const ITEM = { skuId: '7001', outerSkuId: 'PAN-28', wareId: '6001', skuName: '炒锅', jdPrice: '129.50', itemTotal: '2' };
const ORDER = {
  orderId: '310200300400',
  parentOrderId: '0',
  directParentOrderId: '0',
  orderState: 'WAIT_SELLER_STOCK_OUT',
  orderTotalPrice: '259.00',
  orderSellerPrice: '239.00',
  orderPayment: '230.10',
  sellerDiscount: '20.00',
  freightPrice: '6.00',
  balanceUsed: '0.00',
  payType: '4-在线支付',
  orderStartTime: '2026-03-02 09:00:00',
  paymentConfirmTime: '2026-03-02 09:00:40',
  modified: '2026-03-02 09:00:41',
  orderEndTime: '0001-01-01 00:00:00',
  consigneeInfo: {
    fullname: 'AASxyz0123456789==',
    mobile: '139*******6',
    fullAddress: 'AASabc/def+ghi=',
    province: '四川',
    city: '成都市',
    county: '锦江区',
  },
  itemInfoList: [ITEM],
};

function orderOf(changes: Record<string, unknown> = {}): IncomingOrder {
  const result = read(adapter, 'order', {
    jingdong_pop_order_get_responce: { code: '0', orderDetailInfo: { orderInfo: { ...ORDER, ...changes } } },
  });
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}

describe('signature of JD', () => {
  it('takes the digit-led name first, the time as it is sent, and neither format nor sign_method', () => {
    const json = '{"order_id":"310200300400","remark":"周末 送😀 a&b"}';
    const params = {
      v: '2.0',
      '360buy_param_json': json,
      method: 'jingdong.pop.order.modifyVenderRemark',
      app_key: 'AK',
      access_token: '',
      timestamp: '2026-03-02 09:00:41',
    };
    const joined = `360buy_param_json${json}access_tokenapp_keyAKmethodjingdong.pop.order.modifyVenderRemarktimestamp2026-03-02 09:00:41v2.0`;
    const expected = createHash('md5').update(`jd-s3cret${joined}jd-s3cret`, 'utf8').digest('hex').toUpperCase();
    expect(signRequest(params, 'jd-s3cret')).toBe(expected);
    expect(signRequest({ sign: 'OLD', sign_method: 'md5', format: 'json', ...params }, 'jd-s3cret')).toBe(expected);
    expect(signRequest({ ...params, timestamp: '2026-03-02 09:00:41.000+0800' }, 'jd-s3cret')).not.toBe(expected);
  });
});

describe('answers of JD', () => {
  const orders = [ORDER, { ...ORDER, orderId: '310200300401' }];

  it.each([
    ['bare', ORDER, 1],
    ['in the wrapper of a detail', { jingdong_pop_order_get_response: { orderInfo: ORDER } }, 1],
    [
      'in the wrapper of a search',
      { jingdong_pop_order_search_responce: { searchorderinfo_result: { orderTotal: 2, orderInfoList: orders } } },
      2,
    ],
    ['alone in a search', { jingdong_pop_order_search_responce: { searchorderinfo_result: { orderTotal: 1, orderInfoList: ORDER } } }, 1],
  ])('an order %s', (_what, told, many) => {
    const result = read(adapter, 'order', told);
    expect(result.ok && result.items.length).toBe(many);
    expect(result).toMatchObject({
      items: [{ order: { channelOrderId: '310200300400', goodsMinor: 25_900 } }].concat(
        many > 1 ? [{ order: { channelOrderId: '310200300401', goodsMinor: 25_900 } }] : [],
      ),
    });
  });

  it.each([
    {},
    { jingdong_pop_order_search_responce: { searchorderinfo_result: { orderTotal: 0, orderInfoList: [] } } },
    { orderInfo: { orderState: 'X' } },
  ])('%j holds no order', (told) => expect(read(adapter, 'order', told)).toMatchObject({ ok: false }));

  it('a number no double holds stays exact', () => {
    expect(
      read(adapter, 'order', JSON.stringify({ ...ORDER, orderId: 0 }).replace('"orderId":0', '"orderId":31020030040050060070')),
    ).toMatchObject({
      items: [{ order: { channelOrderId: '31020030040050060070' } }],
    });
  });
});

describe('money and time of JD', () => {
  it('is yuan as text, the discount all that was taken off', () => {
    expect(orderOf()).toMatchObject({ goodsMinor: 25_900, freightMinor: 600, discountMinor: 3_490, paidMinor: 23_010 });
    expect(orderOf({ orderPayment: '1,234.50', orderTotalPrice: 1234.5, freightPrice: null })).toMatchObject({
      goodsMinor: 123_450,
      paidMinor: 123_450,
      discountMinor: 0,
    });
  });

  it('what is missing is made up of the rest', () => {
    expect(orderOf({ orderTotalPrice: undefined }).goodsMinor).toBe(25_900);
    expect(orderOf({ orderPayment: '' })).toMatchObject({ discountMinor: 2_000, paidMinor: 0 });
  });

  it.each(['0001-01-01 00:00:00', '1970-01-01 00:00:00', '1970-01-01 08:00:00', '0000-00-00 00:00:00', '', null, '0'])(
    '%j is no date',
    (nothing) => {
      expect(orderOf({ paymentConfirmTime: nothing, orderState: 'TRADE_CANCELED' })).toMatchObject({ paidAt: null, paidMinor: 0 });
      expect(orderOf({ orderStartTime: nothing }).createdAt).toBe(at('2026-03-02 09:00:40'));
    },
  );

  it('a time may carry its zone', () => {
    expect(orderOf({ modified: '2026-03-02 09:00:41.683+0800' }).updatedAt).toBe(at('2026-03-02 09:00:41') + 683);
  });

  it('a quantity is text, an item may stand alone, and one at no price is a gift', () => {
    expect(orderOf({ itemInfoList: ITEM }).lines).toEqual([{ sku: 'PAN-28', name: '炒锅', quantity: 2, unitPriceMinor: 12_950 }]);
    expect(orderOf({ itemInfoList: [ITEM, { ...ITEM, outerSkuId: '', jdPrice: '0.00', itemTotal: '1' }] }).lines[1]).toEqual({
      sku: '7001',
      name: '炒锅',
      quantity: 1,
      unitPriceMinor: 0,
      gift: true,
    });
  });
});

describe('receivers of JD', () => {
  const of = (changes: Record<string, unknown>) => orderOf({ consigneeInfo: { ...ORDER.consigneeInfo, ...changes } }).receiver;

  it('ciphertext is never shown, whichever field it stands in', () => {
    expect(of({ mobile: 'AASq1w2e3r4t5y6u7==', desen_mobile: 'IDX1' }).phone).toEqual({
      plain: null,
      mask: '',
      index: 'IDX1',
      cipher: 'AASq1w2e3r4t5y6u7==',
    });
    expect(of({}).phone).toMatchObject({ plain: null, mask: '139*******6', cipher: null });
    expect(of({}).name).toMatchObject({ plain: null, cipher: 'AASxyz0123456789==' });
  });

  it('a number to dial is a number, and an empty index falls back', () => {
    expect(of({ mobile: '', telephone: '028-8654321', desen_mobile: '', desen_telephone: 'IDX2' }).phone).toMatchObject({
      plain: '028-8654321',
      index: 'IDX2',
      cipher: null,
    });
    expect(of({ mobile: '13900001236' }).phone).toMatchObject({ plain: '13900001236', mask: '139****1236' });
  });
});

describe('states and refunds of JD', () => {
  it('a lock lies over an order that was about to leave', () => {
    expect(orderOf({ orderState: 'LOCKED' })).toMatchObject({ status: 'refunding', beneath: 'awaiting_shipment', platformHold: null });
    expect(orderOf()).not.toHaveProperty('beneath');
  });

  const refund = (changes: Record<string, unknown>) => {
    const result = read(adapter, 'refund', { id: 9001, orderId: 310200300400, applyTime: '2026-03-02 10:00:00', ...changes });
    if (!result.ok || result.items[0]?.kind !== 'refund') throw new Error(JSON.stringify(result));
    return result.items[0].refund;
  };

  it.each([
    [0, 'open', 'A'],
    [1, 'open', 'A'],
    [2, 'withdrawn', 'A'],
    [3, 'succeeded', 'A'],
    [4, 'withdrawn', 'A'],
    [5, 'open', 'A'],
    [6, 'succeeded', 'A'],
    [9, 'succeeded', 'A'],
    [11, 'withdrawn', 'A'],
    [16, 'open', 'B'],
    [18, 'withdrawn', 'A'],
  ])('a request in state %i is %s', (status, state, complaint) => {
    expect(refund({ applyRefundSum: '12950', status })).toMatchObject({
      refund: { amountMinor: 12_950, state, complaint, rawState: String(status) },
    });
  });

  it('a state nobody knows stays open and is flagged', () => {
    expect(refund({ applyRefundSum: 1, status: 77 })).toMatchObject({
      refund: { state: 'open' },
      unknown: [{ kind: 'refund', word: '77' }],
    });
    expect(refund({ applyRefundSum: 1, status: 0 })).not.toHaveProperty('unknown');
  });

  it('a service sums in yuan, a request in fen', () => {
    expect(refund({ refoundAmount: 129.5, status: 0 }).refund.amountMinor).toBe(12_950);
    expect(refund({ refoundAmount: '1,129.50', status: 0 }).refund).toMatchObject({ amountMinor: 112_950, complaint: null });
    expect(refund({ applyRefundSum: 129, status: 0 }).refund.amountMinor).toBe(129);
  });
});
