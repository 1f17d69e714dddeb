import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/kuaishou/adapter.ts';
import { signRequest } from '#main/channels/kuaishou/sign.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { read } from '../../../support/scripted-channel.ts';

const BASE = {
  oid: '2606100000000123',
  status: 30,
  createTime: 1772413200000,
  payTime: 1772413260000,
  updateTime: 1772413260123,
  totalFee: 9_400,
  discountFee: 1_000,
  expressFee: 400,
  remark: '',
};
const ITEM = { itemId: 71, skuId: 72, skuNick: 'LAMP', itemTitle: '台灯', skuDesc: '白', num: 2, originalPrice: 5_000, price: 4_500 };
const ADDRESS = {
  encryptedMobile: 'q1w2',
  desensitiseMobile: '139****0001',
  encryptedAddress: 'e3r4',
  desensitiseAddress: '**路**号',
  province: '湖北省',
};

function orderOf(base: Record<string, unknown> = {}, beside: Record<string, unknown> = {}): IncomingOrder {
  const data = { orderItemInfo: ITEM, orderAddress: ADDRESS, orderRefundList: [], ...beside, orderBaseInfo: { ...BASE, ...base } };
  const result = read(adapter, 'order', { result: 1, data });
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}

describe('signature of Kuaishou Shop', () => {
  const param = '{"note":"周六 送😀 a+b&c=d","orderId":2606100000000123}';
  const call = { accessToken: 'AT+/=', appkey: 'ks1', method: 'open.seller.order.note.add', param, timestamp: 1772413200123 };
  const joined = (method: string) =>
    `access_token=AT+/=&appkey=ks1&method=open.seller.order.note.add&param=${param}&signMethod=${method}&timestamp=1772413200123&version=1&signSecret=ks-s3cret`;

  it('takes the parts raw and in their order', () => {
    expect(signRequest({ ...call, signMethod: 'MD5' }, 'ks-s3cret')).toBe(createHash('md5').update(joined('MD5'), 'utf8').digest('hex'));
    expect(signRequest({ ...call, signMethod: 'HMAC_SHA256' }, 'ks-s3cret')).toBe(
      createHmac('sha256', 'ks-s3cret').update(joined('HMAC_SHA256'), 'utf8').digest('base64'),
    );
  });
});

describe('answers of Kuaishou Shop', () => {
  it('a list of orders is all of them, with every refund they name', () => {
    const one = (oid: number, refunds: unknown) => ({ orderBaseInfo: { ...BASE, oid }, orderItemInfo: ITEM, orderRefundList: refunds });
    const told = { result: 1, data: { cursor: 'nomore', orderList: [one(11, { refundId: 5, refundStatus: 70 }), one(12, null)] } };
    expect(read(adapter, 'order', told)).toMatchObject({
      items: [{ order: { channelOrderId: '11' } }, { order: { channelOrderId: '12' } }],
      wanted: [{ kind: 'refund', id: '5' }],
    });
    const broken = { data: { orderList: [one(11, []), { orderBaseInfo: {} }] } };
    expect(read(adapter, 'order', broken)).toMatchObject({ ok: false });
  });

  it('numbers of nineteen digits stay exact', () => {
    const wire = JSON.stringify({ orderBaseInfo: { ...BASE, oid: 0 }, orderRefundList: [{ refundId: 0, refundStatus: 60 }] });
    const told = wire.replace('"oid":0', '"oid":2606100000000000123').replace('"refundId":0', '"refundId":9007199254740993');
    expect(read(adapter, 'order', told)).toMatchObject({
      items: [{ order: { channelOrderId: '2606100000000000123' } }],
      wanted: [{ id: '9007199254740993' }],
    });
  });
});

describe('what Kuaishou Shop forbids to ship', () => {
  it.each([
    ['a code alone', { disableDeliveryReasonCode: 1 }, {}],
    ['a code as text', { disableDeliveryReasonCode: ['2'] }, {}],
    ['a risk code', { riskCode: 10001 }, {}],
    ['a promise of nothing', { validPromiseShipmentTimeStamp: '0' }, {}],
    ['an empty address', {}, { orderAddress: {} }],
  ])('%s', (_why, base, beside) => {
    expect(orderOf(base, beside)).toMatchObject({ status: 'paid', rawStatus: '30', paidMinor: 9_400 });
    expect(orderOf(base, beside).platformHold).not.toBeNull();
    // What has left or was never paid is held by nothing.
    expect(orderOf({ ...base, status: 40 }, beside)).toMatchObject({ status: 'shipped', platformHold: null });
    expect(orderOf({ ...base, status: 10 }, beside)).toMatchObject({ status: 'pending_payment', platformHold: null });
  });

  it.each([{ riskCode: 0 }, { riskCode: '' }, { riskCode: null }, { disableDeliveryReasonCode: [] }, { disableDeliveryReasonCode: null }])(
    '%j is no reason',
    (base) => {
      expect(orderOf(base)).toMatchObject({ status: 'awaiting_shipment', platformHold: null });
    },
  );
});

describe('states of Kuaishou Shop', () => {
  it('the first piece makes it 40, all of them make it shipped', () => {
    const sent = (deliveryNum: number | undefined, status = 40) => orderOf({ status }, { orderDeliveryInfo: { deliveryNum } });
    expect(sent(1)).toMatchObject({ status: 'awaiting_shipment', partiallyShipped: true, rawStatus: '40' });
    expect(sent(2)).toMatchObject({ status: 'shipped', partiallyShipped: false });
    expect(sent(undefined)).toMatchObject({ status: 'shipped', partiallyShipped: false });
    expect(sent(1, 70)).toMatchObject({ status: 'completed', partiallyShipped: false });
  });

  it.each([
    [30, [10], 'refunding', 'awaiting_shipment'],
    [40, [45], 'refunding', 'shipped'],
    [50, [70, 21], 'refunding', 'delivered'],
    [40, [60], 'shipped', undefined],
    [40, [70], 'shipped', undefined],
    [80, [60], 'refunded', undefined],
    [80, [50], 'cancelled', undefined],
    [80, [70], 'cancelled', undefined],
    [10, [10], 'pending_payment', undefined],
  ])('status %i under refunds in %j is %s', (status, states, expected, beneath) => {
    const order = orderOf({ status }, { orderRefundList: states.map((refundStatus, index) => ({ refundId: index + 1, refundStatus })) });
    expect([order.status, order.beneath]).toEqual([expected, beneath]);
  });

  it('what is held stays held under a refund', () => {
    const order = orderOf({ disableDeliveryReasonCode: [1] }, { orderRefundList: [{ refundId: 1, refundStatus: 10 }] });
    expect(order).toMatchObject({ status: 'refunding', beneath: 'paid' });
    expect(order.platformHold).not.toBeNull();
  });

  it('unknown words are flagged once, and change nothing', () => {
    const refunds = [1, 2].map((refundId) => ({ refundId, refundStatus: 99 }));
    expect(orderOf({ status: 33 }, { orderRefundList: refunds })).toMatchObject({
      status: null,
      unknown: [
        { kind: 'status', word: '33' },
        { kind: 'refund', word: '99' },
      ],
    });
  });
});

describe('presale of Kuaishou Shop', () => {
  const step = (payStepNo: number, payStepStatus: number, paymentFee: number, payTime = 0) => ({
    payStepNo,
    payStepStatus,
    paymentFee,
    payTime,
  });
  const presale = (status: number, ...steps: object[]) =>
    orderOf({ status, allActivityType: [6] }, { orderStepInfo: { orderPaymentSteps: steps } });

  it.each([10, 30])('an open balance leaves it waiting, whatever %i says', (status) => {
    expect(presale(status, step(1, 30, 1_000, 1772413260000), step(2, 5, 8_400))).toMatchObject({
      status: 'pending_payment',
      paidAt: null,
      paidMinor: 0,
      presale: { depositMinor: 1_000, balanceMinor: 8_400, balancePaidAt: null },
      sourceTags: ['presale'],
    });
  });

  it('a paid balance is a paid order, an ended presale an ended one', () => {
    expect(presale(30, step(1, 30, 1_000), step(2, 30, 8_400, 1772450000000))).toMatchObject({
      status: 'awaiting_shipment',
      paidMinor: 9_400,
      presale: { balancePaidAt: 1772450000000 },
    });
    expect(presale(80, step(1, 30, 1_000), step(2, 80, 8_400)).status).toBe('cancelled');
  });

  it('a deposit alone leaves the rest open', () => {
    expect(presale(10, step(1, 30, 1_000)).presale).toMatchObject({ depositMinor: 1_000, balanceMinor: 8_400 });
    expect(orderOf({ preSale: 1 })).toMatchObject({ presale: null, sourceTags: ['presale'] });
  });
});

describe('items and money of Kuaishou Shop', () => {
  it('sums are fen, as number or text', () => {
    expect(orderOf()).toMatchObject({ goodsMinor: 10_000, freightMinor: 400, discountMinor: 1_000, paidMinor: 9_400 });
    expect(orderOf({ totalFee: '9400', discountFee: null, expressFee: '' })).toMatchObject({
      paidMinor: 9_400,
      discountMinor: 0,
      freightMinor: 0,
    });
  });

  it('an item may stand in a list, and what comes with it at no price is a gift, whatever it is worth', () => {
    const gift = { orderItemInfo: { skuNick: 'BULB', itemTitle: '灯泡', num: 1, originalPrice: 900, price: 0 } };
    expect(orderOf({}, { orderItemInfo: [ITEM], subOrderInfo: gift })).toMatchObject({
      goodsMinor: 10_000,
      lines: [
        { sku: 'LAMP', name: '台灯 白', quantity: 2, unitPriceMinor: 5_000 },
        { sku: 'BULB', quantity: 1, unitPriceMinor: 0, gift: true },
      ],
    });
    expect(
      orderOf({ totalFee: 0, discountFee: 0, expressFee: 0 }, { orderItemInfo: { ...ITEM, price: 0, originalPrice: 0 } }).lines[0],
    ).toMatchObject({ gift: true });
    expect(orderOf({}, { orderItemInfo: undefined })).toMatchObject({ lines: [], goodsMinor: 10_000 });
  });

  it.each([0, '0', null, undefined, ''])('%j is no time of payment', (nothing) => {
    expect(orderOf({ payTime: nothing, status: 80 })).toMatchObject({ paidAt: null, paidMinor: 0 });
    expect(orderOf({ payTime: nothing, status: 33 })).toMatchObject({ paidAt: null, paidMinor: 0 });
    expect(orderOf({ payTime: nothing })).toMatchObject({ status: 'awaiting_shipment', paidAt: null, paidMinor: 9_400 });
  });

  it('ciphertext is kept beside the mask and never matched on', () => {
    expect(orderOf().receiver.phone).toEqual({ plain: null, mask: '139****0001', index: null, cipher: 'q1w2' });
  });
});

describe('refunds of Kuaishou Shop', () => {
  const refund = (changes: Record<string, unknown>) => {
    const result = read(adapter, 'refund', {
      result: 1,
      data: { refundId: 7, oid: 11, status: 10, refundFee: 1_990, updateTime: 1772500000123, ...changes },
    });
    if (!result.ok || result.items[0]?.kind !== 'refund') throw new Error(JSON.stringify(result));
    return result.items[0].refund;
  };

  it('flag a state nobody knows', () => {
    expect(refund({ status: 99 })).toMatchObject({ refund: { state: 'open', rawState: '99' }, unknown: [{ kind: 'refund', word: '99' }] });
    expect(refund({})).not.toHaveProperty('unknown');
  });

  it.each([
    [{ status: 11 }, 'open', 'B', 1_990],
    [{ status: 22 }, 'open', null, 1_990],
    [{ status: 60, handlingWay: 10 }, 'succeeded', 'A', 1_990],
    [{ status: '', refundStatus: 70 }, 'withdrawn', null, 1_990],
    [{ status: 30, handlingWay: 3 }, 'open', 'C', 0],
  ])('%j are %s, class %s', (changes, state, complaint, amountMinor) => {
    expect(refund(changes).refund).toMatchObject({ state, complaint, amountMinor });
  });
});
