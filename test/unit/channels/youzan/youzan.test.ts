import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/youzan/adapter.ts';
import { ANSWERS } from '#main/channels/youzan/answers.ts';
import { decryptMessage, signBody, signPush } from '#main/channels/youzan/sign.ts';
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };
import vectors from '../../../fixtures/channels/vectors.json' with { type: 'json' };
import { bytes, NOW, read, scripted } from '../../../support/scripted-channel.ts';
import { neverThrows } from '../../../support/no-throw.ts';

const pushed = vectors.vectors.find(({ id }) => id === 'youzan-push-shared');
const sealed = vectors.vectors.find(({ id }) => id === 'youzan-message-aes-2');
if (!pushed || !sealed) throw new Error('The vectors of Youzan are missing.');
const [clientId, secret, msg] = [String(pushed.client_id), String(pushed.secret), String(pushed.msg)];

describe('cryptography of Youzan', () => {
  it('signs a push over the message as received', () => {
    expect(signPush(clientId, msg, secret)).toBe(pushed.expected);
    expect(signPush(clientId, decodeURIComponent(msg), secret)).not.toBe(pushed.expected);
    expect(signPush(clientId, msg, `${secret}1`)).not.toBe(pushed.expected);
  });

  it('opens a message of an app, with the right secret only', () => {
    expect(decryptMessage(String(sealed.ciphertext), String(sealed.secret))).toBe(sealed.expected);
    expect(decryptMessage(String(sealed.ciphertext), `1${String(sealed.secret)}`)).toBeNull();
    expect(decryptMessage(String(sealed.ciphertext), 'short')).toBeNull();
  });
});

describe('door of Youzan', () => {
  const keys = { fields: { client_id: clientId, client_secret: secret }, secrets: [] };
  const acknowledge = { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"success"}' };
  const envelope = {
    client_id: clientId,
    kdt_id: 160,
    id: 'E20250618201503000600011',
    type: 'trade_TradePaid',
    status: 'TRADE_PAID',
    msg,
    test: false,
  };
  const verify = (body: unknown, headers: Record<string, string> = {}) => adapter.push?.verify({ headers, body: bytes(body) }, keys, 0);

  it('takes the known message and gives every repetition one name', () => {
    const taken = verify({ ...envelope, sign: pushed.expected, sendCount: 0 });
    expect(taken).toMatchObject({ ok: true, acknowledge, messages: [{ topic: 'trade_TradePaid' }] });
    const again = verify({ ...envelope, sign: pushed.expected, sendCount: 3 });
    if (!taken?.ok || !again?.ok) throw new Error('refused');
    expect(again.messages[0]?.deliveryId).toBe(taken.messages[0]?.deliveryId);
  });

  it('takes the newer layout, signed over the whole body', () => {
    const body = JSON.stringify(envelope);
    expect(verify(body, { 'Event-Sign': signBody(clientId, bytes(body), secret) })).toMatchObject({ ok: true });
    expect(verify(body, { 'Event-Sign': signBody(clientId, bytes(body), 'other') })).toMatchObject({ ok: false, status: 401 });
  });

  it('answers a trial without keeping it, and refuses what is not signed', () => {
    expect(verify({ ...envelope, test: true })).toEqual({ ok: true, messages: [], acknowledge });
    expect(verify(envelope)).toMatchObject({ ok: false, status: 401 });
    expect(verify({ ...envelope, msg: `${msg}%20`, sign: pushed.expected })).toMatchObject({ ok: false, status: 401 });
    expect(verify('{')).toMatchObject({ ok: false, status: 400 });
  });

  it('opens the encrypted message of an app before it is kept', () => {
    const [own, ciphertext] = [String(sealed.secret), String(sealed.ciphertext)];
    const body = { ...envelope, type: 'APP_SUBSCRIBE', msg: ciphertext, sign: signPush(clientId, ciphertext, own) };
    const taken = adapter.push?.verify(
      { headers: {}, body: bytes(body) },
      { fields: { client_id: clientId, client_secret: own }, secrets: [own] },
      0,
    );
    if (!taken?.ok) throw new Error('refused');
    const kept = JSON.parse(Buffer.from(taken.messages[0]?.body ?? []).toString()) as { msg: string };
    expect(decodeURIComponent(kept.msg)).toBe(sealed.expected);
    expect(read(adapter, 'APP_SUBSCRIBE', kept)).toEqual({ ok: true, items: [] });
  });
});

const row = {
  full_order_info: {
    order_info: {
      tid: 'E20250618201503000600099',
      status: 'WAIT_SELLER_SEND_GOODS',
      created: '2025-06-18 20:14:50',
      pay_time: '2025-06-18 20:15:33',
      update_time: '2025-06-18 20:15:34',
      confirm_time: '',
      refund_state: 0,
      close_type: 0,
      order_tags: { is_payed: true },
    },
    pay_info: { total_fee: '399.00', payment: '349.00', post_fee: '0.00', phase_payments: [] },
    remark_info: { buyer_message: '周末送', trade_memo: 'null', star: 0 },
    address_info: {
      receiver_name: '$Q2lwaGVy$1$',
      receiver_tel: '138****5678',
      delivery_province: '浙江省',
      delivery_city: '杭州市',
      delivery_district: '西湖区',
      delivery_address: '示例路1号',
      delivery_postal_code: '310000',
    },
    buyer_info: { yz_open_id: 'yz-1', buyer_phone: '' },
    orders: [
      {
        oid: '1',
        item_id: '500',
        sku_id: '600',
        outer_sku_id: 'SKU-Y1',
        title: '衬衫',
        num: '1',
        price: '399.00',
        payment: '349.00',
        sku_properties_name: '[{"k":"颜色","v":"白"}]',
        is_present: false,
      },
    ],
  },
  refund_order: [],
  delivery_order: [{ dists: [{ express_info: { express_no: 'SF1', express_id: 7 } }] }],
};
const info = (changes: Record<string, unknown>, beside: Record<string, unknown> = {}) => ({
  ...row,
  ...beside,
  full_order_info: { ...row.full_order_info, order_info: { ...row.full_order_info.order_info, ...changes } },
});

function orderOf(value: unknown) {
  const result = read(adapter, 'order', value);
  if (!result.ok) throw new Error(result.reason.en);
  const [item] = result.items;
  if (item?.kind !== 'order') throw new Error('No order was read.');
  return item.order;
}

describe('orders of Youzan', () => {
  it('reads every field of a list row', () => {
    expect(read(adapter, 'order', row, 1750248940000)).toEqual({
      ok: true,
      items: [
        {
          kind: 'order',
          order: {
            channel: 'youzan',
            shopId: 'shop-1',
            channelOrderId: 'E20250618201503000600099',
            status: 'awaiting_shipment',
            rawStatus: 'WAIT_SELLER_SEND_GOODS',
            partiallyShipped: false,
            platformHold: null,
            currency: 'CNY',
            goodsMinor: 39900,
            freightMinor: 0,
            discountMinor: 5000,
            paidMinor: 34900,
            createdAt: 1750248890000,
            paidAt: 1750248933000,
            updatedAt: 1750248934000,
            observedAt: 1750248940000,
            buyer: { key: 'yz-1', name: { plain: null, mask: '', index: null, cipher: null }, tags: [] },
            receiver: {
              name: { plain: null, mask: '***', index: null, cipher: '$Q2lwaGVy$1$' },
              phone: { plain: null, mask: '138****5678', index: null, cipher: null },
              country: 'CN',
              province: '浙江省',
              city: '杭州市',
              district: '西湖区',
              address: { plain: '示例路1号', mask: '**路**号', index: null, cipher: null },
              postcode: '310000',
              position: null,
            },
            buyerMessage: '周末送',
            sellerMemo: '',
            presale: null,
            lines: [{ sku: 'SKU-Y1', name: '衬衫 白', quantity: 1, unitPriceMinor: 39900 }],
            refunds: [],
            invoice: null,
            ip: null,
            deviceId: null,
            couponMinor: 0,
            trackingNumber: 'SF1',
            carrier: 'sf',
            sourceTags: [],
            unknown: [],
            listings: [{ sku: 'SKU-Y1', itemId: '500', skuId: '600' }],
          },
        },
      ],
    });
  });

  it.each([
    ['WAIT_BUYER_PAY', 0, 'pending_payment'],
    ['TRADE_PAID', 0, 'paid'],
    ['WAIT_CONFIRM', 0, 'paid'],
    ['WAIT_SELLER_SEND_GOODS', 0, 'awaiting_shipment'],
    ['WAIT_BUYER_CONFIRM_GOODS', 0, 'shipped'],
    ['TRADE_SUCCESS', 0, 'completed'],
    ['TRADE_CLOSED', 1, 'cancelled'],
    ['TRADE_CLOSED', 2, 'refunded'],
    ['TRADE_CLOSED', 5, 'cancelled'],
    ['TRADE_CLOSED', 99, 'closed'],
  ])('reads %s with close_type %i as %s', (status, closeType, expected) => {
    const order = orderOf(info({ status, close_type: closeType }));
    expect(order).toMatchObject({ status: expected, rawStatus: status, unknown: [] });
    expect(order.platformHold !== null).toBe(status === 'WAIT_CONFIRM');
  });

  it('lays refunds over the order by their own ids', () => {
    const refund_order = [
      { refund_id: 'R1', refund_type: 'REFUND_ONLY', refund_fee: '19.90', refund_state: 1, oids: ['1'] },
      { refund_id: 'R2', refund_type: 'REFUND_AND_RETURN', refund_fee: '20.00', refund_state: 60, oids: ['1'] },
      { refund_id: 'R3', refund_fee: '1.00', refund_state: 50 },
    ];
    const order = orderOf(info({ refund_state: 2 }, { refund_order }));
    expect(order.status).toBe('awaiting_shipment');
    expect(order.refunds).toMatchObject([
      { id: 'R1', amountMinor: 1990, state: 'open', complaint: 'A' },
      { id: 'R2', amountMinor: 2000, state: 'succeeded', complaint: 'B' },
      { id: 'R3', amountMinor: 100, state: 'withdrawn', complaint: null },
    ]);
  });

  it('believes the word of the order where it names no refunds', () => {
    const silent = (refund_state: number) => {
      const { refund_order: _left, ...rest } = info({ refund_state });
      return orderOf(rest).status;
    };
    expect([1, 11, 12, 2, 0].map(silent)).toEqual(['refunding', 'refunding', 'refunded', 'awaiting_shipment', 'awaiting_shipment']);
  });

  it('keeps a deposit pending with both phases', () => {
    const pending = info({ status: 'WAIT_BUYER_PAY', pay_time: '' });
    const pay_info = {
      payment: '349.00',
      post_fee: '0.00',
      phase_payments: [
        { phase: 1, real_price: '50.00' },
        { phase: 2, real_price: '299.00', pay_end_time: '2025-06-20 00:00:00' },
      ],
    };
    expect(orderOf({ ...pending, full_order_info: { ...pending.full_order_info, pay_info } })).toMatchObject({
      paidMinor: 0,
      paidAt: null,
      presale: { depositMinor: 5000, balanceMinor: 29900, balanceDueAt: 1750348800000, balancePaidAt: null },
    });
  });

  it('flags a status no table knows', () => {
    expect(orderOf(info({ status: 'TRADE_NEW' }))).toMatchObject({ status: null, unknown: [{ kind: 'status', word: 'TRADE_NEW' }] });
  });

  it('takes the sample push as a hint, for it has no lines', () => {
    expect(read(adapter, 'trade_TradePaid', samples.youzan_push)).toEqual({
      ok: true,
      items: [],
      wanted: [{ kind: 'order', id: 'E20250618201503000600099', because: 'push' }],
    });
  });

  it('takes a push with lines as a whole order, the shop beside the ciphertext', () => {
    const envelope = { ...samples.youzan_push, msg: encodeURIComponent(JSON.stringify(row)) };
    expect(read(adapter, 'trade_TradePaid', envelope)).toMatchObject({
      items: [{ order: { status: 'awaiting_shipment', receiver: { name: { cipher: '160:$Q2lwaGVy$1$' } } } }],
    });
  });

  it('asks for the order when a refund is told', () => {
    const envelope = {
      ...samples.youzan_push,
      type: 'trade_refund_RefundSuccess',
      msg: encodeURIComponent('{"tid":"E1","refund_id":"R1"}'),
    };
    expect(read(adapter, envelope.type, envelope)).toMatchObject({ items: [], wanted: [{ kind: 'order', id: 'E1' }] });
  });

  it('never throws, whatever stands in whichever field', () => {
    neverThrows(adapter, 'order', row);
    neverThrows(adapter, 'trade_TradePaid', samples.youzan_push);
  });
});

const KEYS = { client_id: 'yz', client_secret: 's', grant_id: '160' };
const WINDOW = { from: Date.parse('2025-06-18T19:15:00+08:00'), to: Date.parse('2025-06-18T20:15:00+08:00') };
const good = (data: unknown) => ({ body: { code: 200, success: true, data } });

describe('calls of Youzan', () => {
  it('always gives both ends of a pair', async () => {
    const { client, requests } = scripted(adapter, KEYS, [good({ full_order_info_list: [row], total_results: 1 })]);
    const page = await client.changed('orders', WINDOW, { page: 3 });
    expect(page).toMatchObject({ total: 1, entries: [{ id: 'E20250618201503000600099', updatedAt: 1750248934000 }] });
    expect(requests[0]?.url).toBe('https://open.youzanyun.com/api/youzan.trades.sold.get/4.0.4?access_token=AT1');
    expect(JSON.parse(String(requests[0]?.body))).toEqual({
      start_update: '2025-06-18 19:15:00',
      end_update: '2025-06-18 20:15:00',
      page_no: 3,
      page_size: 100,
    });
  });

  it.each(Object.entries(ANSWERS))('reads the code %s as %s', async (code, meaning) => {
    const { client } = scripted(adapter, KEYS, [{ body: { gw_err_resp: { err_code: Number(code), err_msg: 'words' } } }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning, details: { platformMessage: 'words' } });
  });

  it.each([
    [7200, NOW + 7_200_000],
    [1750852560, 1750852560000],
    [1750852560123, 1750852560123],
  ])('reads the expiry %i whichever way it is told', async (expires, at) => {
    const { client, requests } = scripted(adapter, KEYS, [good({ access_token: 'AT2', expires, authority_id: '160' })]);
    expect(await client.refresh?.(null)).toMatchObject({ accessToken: 'AT2', expiresAt: at, identity: '160' });
    expect(JSON.parse(String(requests[0]?.body))).toEqual({
      client_id: 'yz',
      client_secret: 's',
      authorize_type: 'silent',
      grant_id: '160',
    });
  });

  it('looks first when it ships again', async () => {
    const { client, groups } = scripted(adapter, KEYS, [good(row)]);
    await client.ship?.({ channelOrderId: 'E1', trackingNumber: 'SF1', carrier: 'sf', lines: [], attempt: 2 });
    expect(groups).toEqual(['detail']);
    await expect(
      client.ship?.({ channelOrderId: 'E1', trackingNumber: 'SF2', carrier: 'sf', lines: [], attempt: 2 }),
    ).rejects.toMatchObject({ code: 'refused' });
  });

  it('sets a stock level, it never adds', async () => {
    const { client, requests } = scripted(adapter, KEYS, [good({})]);
    await client.setStock?.({ sku: 'SKU-Y1', itemId: '500', skuId: '600', available: 7, attempt: 1 });
    expect(JSON.parse(String(requests[0]?.body))).toEqual({ item_id: 500, sku_id: 600, quantity: 7, type: 0 });
  });
});
