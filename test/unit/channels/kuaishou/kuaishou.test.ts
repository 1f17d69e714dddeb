import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/kuaishou/adapter.ts';
import { ANSWERS } from '#main/channels/kuaishou/answers.ts';
import { signRequest } from '#main/channels/kuaishou/sign.ts';
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };
import vectors from '../../../fixtures/channels/vectors.json' with { type: 'json' };
import { NOW, read, scripted } from '../../../support/scripted-channel.ts';
import { neverThrows } from '../../../support/no-throw.ts';

const vector = vectors.vectors.find(({ id }) => id === 'kuaishou-request-md5');
if (!vector) throw new Error('The vector of Kuaishou is missing.');
const call = {
  accessToken: String(vector.access_token),
  appkey: String(vector.appkey),
  method: String(vector.method),
  param: String(vector.param),
  signMethod: 'MD5' as const,
  timestamp: Number(vector.timestamp),
};

describe('signature of Kuaishou Shop', () => {
  it('signs a call as the known answer says', () => {
    expect(signRequest(call, String(vector.signSecret))).toBe(vector.expected);
  });

  it.each(['accessToken', 'appkey', 'method', 'param', 'timestamp'] as const)('covers %s', (part) => {
    expect(signRequest({ ...call, [part]: `${call[part]}1` }, String(vector.signSecret))).not.toBe(vector.expected);
  });

  it('writes the HMAC in base64', () => {
    expect(signRequest({ ...call, signMethod: 'HMAC_SHA256' }, String(vector.signSecret))).toMatch(/^[A-Za-z0-9+/]{43}=$/);
  });
});

const sample = samples.kuaishou.data;
const edited = (base: Record<string, unknown>, beside: Record<string, unknown> = {}) => ({
  ...sample,
  ...beside,
  orderBaseInfo: { ...sample.orderBaseInfo, ...base },
});

function orderOf(value: unknown) {
  const result = read(adapter, 'order', value);
  if (!result.ok) throw new Error(result.reason.en);
  const [item] = result.items;
  if (item?.kind !== 'order') throw new Error('No order was read.');
  return item.order;
}

describe('orders of Kuaishou Shop', () => {
  it('reads every field of the sample', () => {
    expect(read(adapter, 'order', samples.kuaishou, 1750294800500)).toEqual({
      ok: true,
      items: [
        {
          kind: 'order',
          order: {
            channel: 'kuaishou',
            shopId: 'shop-1',
            channelOrderId: '2418000000000001',
            status: 'shipped',
            rawStatus: '40',
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
            observedAt: 1750294800500,
            buyer: { key: null, name: { plain: null, mask: '', index: null, cipher: null }, tags: [] },
            receiver: {
              name: { plain: null, mask: '', index: null, cipher: null },
              phone: { plain: null, mask: '137****0000', index: null, cipher: 'demo' },
              country: 'CN',
              province: '湖南省',
              city: '长沙市',
              district: '',
              address: { plain: null, mask: '', index: null, cipher: null },
              postcode: null,
              position: null,
            },
            buyerMessage: '周末送',
            sellerMemo: '',
            presale: null,
            lines: [{ sku: 'SKU-K9', name: '衬衫', quantity: 1, unitPriceMinor: 39900 }],
            refunds: null,
            invoice: null,
            ip: null,
            deviceId: null,
            couponMinor: 0,
            trackingNumber: null,
            carrier: null,
            sourceTags: [],
            unknown: [],
            listings: [{ sku: 'SKU-K9', itemId: '1', skuId: '2' }],
          },
        },
      ],
      wanted: [],
    });
  });

  it('keeps a 19-digit number exact', () => {
    const wire = JSON.stringify(samples.kuaishou).replace('2418000000000001', '2418000000000000001');
    expect(orderOf(wire).channelOrderId).toBe('2418000000000000001');
  });

  it.each([
    [10, 'pending_payment'],
    [30, 'awaiting_shipment'],
    [40, 'shipped'],
    [50, 'delivered'],
    [70, 'completed'],
    [80, 'cancelled'],
  ])('reads status %i as %s', (status, expected) => {
    expect(orderOf(edited({ status })).status).toBe(expected);
  });

  it.each([
    ['a forming group', { disableDeliveryReasonCode: [1] }, {}],
    ['a risk review', { disableDeliveryReasonCode: ['2'] }, {}],
    ['a promise time of 0', { validPromiseShipmentTimeStamp: 0 }, {}],
    ['no address', {}, { orderAddress: { encryptedAddress: '', encryptedMobile: '' } }],
  ])('holds a paid order for %s', (_why, base, beside) => {
    const held = orderOf(edited({ status: 30, ...base }, beside));
    expect(held).toMatchObject({ status: 'paid', rawStatus: '30' });
    expect(held.platformHold?.zh).toContain('不允许发货');
    expect(orderOf(edited({ status: 30, disableDeliveryReasonCode: [], validPromiseShipmentTimeStamp: 1750300000000 }))).toMatchObject({
      status: 'awaiting_shipment',
      platformHold: null,
    });
  });

  it('tells a refunded failure from a cancelled one, and asks for every refund it names', () => {
    const failed = edited({ status: 80 }, { orderRefundList: [{ refundId: 9, refundStatus: 60 }] });
    expect(orderOf(failed).status).toBe('refunded');
    expect(read(adapter, 'order', failed)).toMatchObject({ wanted: [{ kind: 'refund', id: '9', because: 'refund' }] });
    expect(orderOf(edited({ status: 80 }, { orderRefundList: [{ refundId: 9, refundStatus: 70 }] })).status).toBe('cancelled');
  });

  it('reads the steps of a presale, gifts and the newest note', () => {
    const told = orderOf(
      edited(
        { status: 10, allActivityType: [6] },
        {
          orderStepInfo: {
            orderPaymentSteps: [
              { payStepNo: 1, payStepStatus: 30, paymentFee: 5000, payTime: 1750248900000 },
              { payStepNo: 2, payStepStatus: 5, paymentFee: 29900, payTime: 0 },
            ],
          },
          subOrderInfo: [{ skuNick: 'GIFT', itemTitle: '赠品', num: 1, originalPrice: 100, price: 0 }],
          orderNote: {
            orderNoteInfo: [
              { note: '新', createTime: 2 },
              { note: '旧', createTime: 1 },
            ],
          },
        },
      ),
    );
    expect(told).toMatchObject({
      paidMinor: 0,
      paidAt: null,
      presale: { depositMinor: 5000, balanceMinor: 29900, balanceDueAt: null, balancePaidAt: null },
      sourceTags: ['presale'],
      sellerMemo: '新',
    });
    expect(told.lines[1]).toEqual({ sku: 'GIFT', name: '赠品', quantity: 1, unitPriceMinor: 0, gift: true });
  });

  it('flags a status no table knows', () => {
    expect(orderOf(edited({ status: 33 }))).toMatchObject({ status: null, rawStatus: '33', unknown: [{ kind: 'status', word: '33' }] });
  });

  it('never throws, whatever stands in whichever field', () => {
    neverThrows(adapter, 'order', samples.kuaishou);
  });

  it.each([
    [10, 'open', 'A'],
    [45, 'open', null],
    [60, 'succeeded', null],
    [70, 'withdrawn', null],
  ])('reads refundStatus %i as %s', (status, state, complaint) => {
    const refund = { refundId: 7, oid: '2418000000000001', status, refundFee: 1990, updateTime: 1750388400016 };
    expect(read(adapter, 'refund', { result: 1, data: refund })).toMatchObject({
      items: [
        {
          kind: 'refund',
          refund: { channelOrderId: '2418000000000001', refund: { id: '7', amountMinor: 1990, at: 1750388400016, state, complaint } },
        },
      ],
    });
  });
});

const KEYS = { app_key: 'ks100', app_secret: 'app', signSecret: 'ks-demo', refresh_token: 'RT1' };
const WINDOW = { from: NOW - 60_000, to: NOW };
const good = (data: unknown) => ({ body: { result: 1, data } });

describe('calls of Kuaishou Shop', () => {
  it('signs the raw text and sends it URL-encoded, all states at once', async () => {
    const { client, requests } = scripted(adapter, KEYS, [good({ orderList: [], cursor: 'nomore' })]);
    expect(await client.changed('orders', WINDOW, null)).toEqual({ entries: [], total: null, next: null });
    const url = new URL(requests[0]?.url ?? '');
    expect(url.pathname).toBe('/open/order/cursor/list');
    const param = url.searchParams.get('param') ?? '';
    expect(param).toBe(
      `{"beginTime":${NOW - 60_000},"cpsType":0,"cursor":"","endTime":${NOW},"orderViewStatus":1,"pageSize":50,"queryType":2,"sort":2}`,
    );
    const signed = { ...call, appkey: 'ks100', accessToken: 'AT1', param, signMethod: 'HMAC_SHA256' as const, timestamp: NOW };
    expect(url.searchParams.get('sign')).toBe(signRequest(signed, KEYS.signSecret));
  });

  it('follows the cursor until nomore', async () => {
    const { client, requests } = scripted(adapter, KEYS, [good({ orderList: [], cursor: 'C2' })]);
    expect((await client.changed('orders', WINDOW, { cursor: 'C1' })).next).toBe('C2');
    expect(new URL(requests[0]?.url ?? '').searchParams.get('param')).toContain('"cursor":"C1"');
  });

  it.each(Object.entries(ANSWERS))('reads the result %s as %s', async (result, meaning) => {
    const { client } = scripted(adapter, KEYS, [{ body: { result: Number(result), error_msg: 'words' } }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning, details: { platformMessage: 'words' } });
  });

  it('renews the token by a form of its own', async () => {
    const answer = { result: 1, access_token: 'AT2', refresh_token: 'RT2', expires_in: 172_800, refresh_token_expires_in: 15_552_000 };
    const { client, requests } = scripted(adapter, KEYS, [{ body: answer }]);
    expect(await client.refresh?.(null)).toMatchObject({ accessToken: 'AT2', refreshToken: 'RT2', expiresAt: NOW + 172_800_000 });
    expect(requests[0]?.url).toBe('https://openapi.kwaixiaodian.com/oauth2/refresh_token');
    expect(String(requests[0]?.body)).toBe('app_id=ks100&app_secret=app&grant_type=refresh_token&refresh_token=RT1');
  });

  it('does not write a note a second time', async () => {
    const { client, requests } = scripted(adapter, KEYS, [good({ orderNote: { orderNoteInfo: [{ note: '加急' }] } })]);
    await client.memo?.({ channelOrderId: '1', memo: '加急', flag: null, attempt: 2 });
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(['/open/order/detail']);
  });

  it('ships with a bare number and looks first when it tries again', async () => {
    const ship = { channelOrderId: '2418000000000000001', trackingNumber: 'SF1', carrier: 'sf', lines: [] };
    const first = scripted(adapter, KEYS, [good({})]);
    await first.client.ship?.({ ...ship, attempt: 1 });
    expect(first.requests[0]?.method).toBe('POST');
    expect(new URLSearchParams(String(first.requests[0]?.body)).get('param')).toContain('"orderId":2418000000000000001');
    const again = scripted(adapter, KEYS, [good({ orderLogisticsInfo: [{ expressNo: 'SF1' }] })]);
    await again.client.ship?.({ ...ship, attempt: 2 });
    expect(again.groups).toEqual(['detail']);
    const other = scripted(adapter, KEYS, [good({ orderLogisticsInfo: [{ expressNo: 'SF2' }] })]);
    await expect(other.client.ship?.({ ...ship, attempt: 2 })).rejects.toMatchObject({ code: 'refused' });
  });
});
