import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/wechat-store/adapter.ts';
import { ANSWERS } from '#main/channels/wechat-store/answers.ts';
import { decrypt, encrypt, signParts } from '#main/channels/wechat-store/sign.ts';
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };
import vectors from '../../../fixtures/channels/vectors.json' with { type: 'json' };
import { bytes, NOW, read, scripted } from '../../../support/scripted-channel.ts';
import { neverThrows } from '../../../support/no-throw.ts';

const crypt = vectors.vectors.find(({ id }) => id === 'wechat-aes-1');
const shared = vectors.vectors.find(({ id }) => id === 'wechat-push-shared');
if (!crypt || !shared) throw new Error('The vectors of WeChat Store are missing.');
const AES = String(crypt.encodingAESKey);

describe('cryptography of WeChat Store', () => {
  it('encrypts and opens the published message', () => {
    const message = String(crypt.plaintext);
    const appid = String(crypt.appid);
    expect(encrypt(message, AES, appid, String(crypt.random16))).toBe(crypt.expected);
    expect(decrypt(String(crypt.expected), AES)).toEqual({ message, appid });
  });

  it('opens nothing with another key, a cut text or no text', () => {
    expect(decrypt(String(crypt.expected), `b${AES.slice(1)}`)).toBeNull();
    expect(decrypt(String(crypt.expected).slice(0, 44), AES)).toBeNull();
    expect(decrypt('', AES)).toBeNull();
  });

  it('signs three parts for the address and four for safe mode', () => {
    const [token, timestamp, nonce] = [String(shared.token), String(shared.timestamp), String(shared.nonce)];
    expect(signParts(token, timestamp, nonce)).toBe(shared.expected_signature);
    expect(signParts(token, timestamp, nonce, String(shared.encrypt))).toBe(shared.expected_msg_signature);
    expect(signParts(token, timestamp, `${nonce}1`)).not.toBe(shared.expected_signature);
  });
});

describe('door of WeChat Store', () => {
  const keys = { fields: { token: String(shared.token), encodingAESKey: AES, appid: String(shared.appid) }, secrets: [] };
  const query = { timestamp: String(shared.timestamp), nonce: String(shared.nonce) };
  const safe = { ...query, msg_signature: String(shared.expected_msg_signature) };
  const verify = (body: string, given: Record<string, string>, fields = keys.fields) =>
    adapter.push?.verify({ method: 'POST', query: given, headers: {}, body: bytes(body) }, { fields, secrets: [] }, 0);
  const encryptedJson = JSON.stringify({ ToUserName: 'gh_1', Encrypt: shared.encrypt });
  const success = { status: 200, contentType: 'text/plain', body: 'success' };

  it('echoes when the address is checked, and only when it is signed', () => {
    const check = (signature: string) =>
      adapter.push?.verify({ method: 'GET', query: { ...query, signature, echostr: '42' }, headers: {}, body: bytes('') }, keys, 0);
    expect(check(String(shared.expected_signature))).toMatchObject({ ok: true, messages: [], acknowledge: { body: '42' } });
    expect(check('0'.repeat(40))).toMatchObject({ ok: false, status: 401 });
  });

  it('opens the known message in safe mode', () => {
    const taken = verify(encryptedJson, safe);
    expect(taken).toMatchObject({ ok: true, acknowledge: success, messages: [{ topic: 'channels_ec_order_pay' }] });
    if (!taken?.ok) throw new Error('refused');
    expect(JSON.parse(Buffer.from(taken.messages[0]?.body ?? []).toString())).toEqual(JSON.parse(String(shared.plaintext)));
    expect(verify(encryptedJson, safe)).toEqual(taken);
  });

  it('reads XML as well', () => {
    const outer = `<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[${String(shared.encrypt)}]]></Encrypt></xml>`;
    expect(verify(outer, safe)).toMatchObject({ ok: true, messages: [{ topic: 'channels_ec_order_pay' }] });
    const event =
      '<xml><Event><![CDATA[channels_ec_order_pay]]></Event><CreateTime>1662480000</CreateTime><order_info><order_id>3704612354559743232</order_id></order_info></xml>';
    const plain = verify(event, { ...query, signature: String(shared.expected_signature) });
    if (!plain?.ok) throw new Error('refused');
    const message = plain.messages[0];
    expect(read(adapter, message?.topic ?? '', Buffer.from(message?.body ?? []).toString())).toMatchObject({
      wanted: [{ kind: 'order', id: '3704612354559743232' }],
    });
  });

  it('refuses another signature, another app, another key and no key', () => {
    expect(verify(encryptedJson, { ...safe, msg_signature: '0'.repeat(40) })).toMatchObject({ ok: false, status: 401 });
    expect(verify(encryptedJson, { ...safe, nonce: 'y' })).toMatchObject({ ok: false, status: 401 });
    expect(verify(encryptedJson, safe, { ...keys.fields, appid: 'wxother' })).toMatchObject({ ok: false, status: 401 });
    expect(verify(encryptedJson, safe, { ...keys.fields, encodingAESKey: `b${AES.slice(1)}` })).toMatchObject({ ok: false, status: 401 });
    expect(verify(encryptedJson, safe, { ...keys.fields, encodingAESKey: '' })).toMatchObject({ ok: false, status: 401 });
    expect(verify('<html>', safe)).toMatchObject({ ok: false, status: 400 });
    expect(verify('{"Event":"x"}', query)).toMatchObject({ ok: false, status: 401 });
  });
});

const edited = (changes: Record<string, unknown>) => ({ ...samples.wechat_store, order: { ...samples.wechat_store.order, ...changes } });

function orderOf(value: unknown) {
  const result = read(adapter, 'order', value);
  if (!result.ok) throw new Error(result.reason.en);
  const [item] = result.items;
  if (item?.kind !== 'order') throw new Error('No order was read.');
  return item.order;
}

describe('orders of WeChat Store', () => {
  it('reads every field of the sample', () => {
    expect(read(adapter, 'order', samples.wechat_store, 1750294805000)).toEqual({
      ok: true,
      items: [
        {
          kind: 'order',
          order: {
            channel: 'wechat-store',
            shopId: 'shop-1',
            channelOrderId: '3704612354559700001',
            status: 'shipped',
            rawStatus: '30',
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
            buyer: { key: 'OPENID', name: { plain: null, mask: '', index: null, cipher: null }, tags: [] },
            receiver: {
              name: { plain: null, mask: '', index: null, cipher: null },
              phone: { plain: null, mask: '', index: null, cipher: null },
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
            lines: [{ sku: 'SKU-W9', name: '茶', quantity: 1, unitPriceMinor: 39900 }],
            refunds: null,
            invoice: null,
            ip: null,
            deviceId: null,
            couponMinor: 0,
            trackingNumber: null,
            carrier: null,
            sourceTags: [],
            unknown: [],
            listings: [{ sku: 'SKU-W9', itemId: '1', skuId: '2' }],
          },
        },
      ],
      wanted: [],
    });
  });

  it.each([
    [10, 'pending_payment'],
    [20, 'awaiting_shipment'],
    [21, 'awaiting_shipment'],
    [30, 'shipped'],
    [100, 'completed'],
    [190, 'cancelled'],
    [200, 'refunded'],
    [250, 'cancelled'],
  ])('reads status %i as %s', (status, expected) => {
    expect(orderOf(edited({ status }))).toMatchObject({ status: expected, partiallyShipped: status === 21 });
  });

  it('keeps the hash of an address as its index and masks as masks', () => {
    const order_detail = {
      ...samples.wechat_store.order.order_detail,
      delivery_info: {
        address_info: {
          user_name: '陈**',
          tel_number: '138****5678',
          province_name: '浙江省',
          city_name: '杭州市',
          county_name: '西湖区',
          detail_info: '**路**号',
          hash_code: 'H1',
        },
        delivery_product_info: [{ waybill_id: 'SF1', delivery_id: 'SF' }],
      },
    };
    expect(orderOf(edited({ order_detail }))).toMatchObject({
      receiver: {
        name: { plain: null, mask: '陈**' },
        phone: { plain: null, mask: '138****5678' },
        address: { plain: null, mask: '**路**号', index: 'H1' },
        district: '西湖区',
      },
      trackingNumber: 'SF1',
      carrier: 'sf',
    });
  });

  it('asks for every after-sale an order names', () => {
    const named = edited({ aftersale_detail: { on_aftersale_order_cnt: 1, aftersale_order_list: [{ aftersale_order_id: '77' }] } });
    expect(read(adapter, 'order', named)).toMatchObject({ wanted: [{ kind: 'refund', id: '77', because: 'refund' }] });
  });

  it('flags a status no table knows', () => {
    expect(orderOf(edited({ status: 31 }))).toMatchObject({ status: null, rawStatus: '31', unknown: [{ kind: 'status', word: '31' }] });
  });

  it('never throws, whatever stands in whichever field', () => {
    neverThrows(adapter, 'order', samples.wechat_store);
  });

  it('takes the sample push as a hint', () => {
    expect(read(adapter, 'channels_ec_order_pay', samples.wechat_store_push)).toEqual({
      ok: true,
      items: [],
      wanted: [{ kind: 'order', id: '3704612354559700001', because: 'push' }],
    });
  });

  it('asks for both when an after-sale changes', () => {
    const event = {
      MsgType: 'event',
      Event: 'channels_ec_aftersale_update',
      finder_shop_aftersale_status_update: { after_sale_order_id: '77', order_id: '5', status: 'USER_CANCELD' },
    };
    expect(read(adapter, event.Event, event)).toMatchObject({
      wanted: [
        { kind: 'order', id: '5' },
        { kind: 'refund', id: '77' },
      ],
    });
  });

  it.each([
    ['MERCHANT_PROCESSING', 'open', true],
    ['MERCHANT_REFUND_SUCCESS', 'succeeded', false],
    ['USER_CANCELD', 'withdrawn', false],
    ['SOMETHING_NEW', 'open', true],
  ])('reads the after-sale state %s as %s and reads an open one again', (status, state, again) => {
    const after_sale_order = {
      after_sale_order_id: '77',
      order_id: '5',
      status,
      type: 'REFUND',
      refund_info: { amount: 100 },
      update_time: 1750388400,
    };
    const result = read(adapter, 'refund', { errcode: 0, after_sale_order });
    expect(result).toMatchObject({
      items: [
        {
          refund: {
            channelOrderId: '5',
            refund: { id: '77', amountMinor: 100, at: 1750388400000, state, complaint: 'A', rawState: status },
          },
        },
      ],
      wanted: again ? [{ kind: 'refund', id: '77', because: 'refund', afterMs: 3_600_000 }] : [],
    });
  });
});

const KEYS = { appid: 'wx1', secret: 's' };
const WINDOW = { from: NOW - 60_000, to: NOW };

describe('calls of WeChat Store', () => {
  it('lists numbers page by page', async () => {
    const { client, requests } = scripted(adapter, KEYS, [
      { body: { errcode: 0, order_id_list: ['1', '2'], next_key: 'K', has_more: true } },
    ]);
    expect(await client.changed('orders', WINDOW, null)).toEqual({
      entries: [
        { id: '1', kind: 'order', updatedAt: null, payload: null },
        { id: '2', kind: 'order', updatedAt: null, payload: null },
      ],
      total: null,
      next: 'K',
    });
    expect(requests[0]?.url).toBe('https://api.weixin.qq.com/channels/ec/order/list/get?access_token=AT1');
    expect(JSON.parse(String(requests[0]?.body))).toEqual({
      update_time_range: { start_time: NOW / 1000 - 60, end_time: NOW / 1000 },
      page_size: 100,
      next_key: '',
    });
  });

  it('ends when there is no more, whatever the key says', async () => {
    const { client } = scripted(adapter, KEYS, [{ body: { errcode: 0, after_sale_order_id_list: ['9'], next_key: 'K', has_more: false } }]);
    expect(await client.changed('refunds', WINDOW, null)).toMatchObject({ entries: [{ id: '9', kind: 'refund' }], next: null });
  });

  it.each(Object.entries(ANSWERS))('reads errcode %s as %s', async (errcode, meaning) => {
    const { client } = scripted(adapter, KEYS, [{ body: { errcode: Number(errcode), errmsg: 'words' } }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning, details: { platformMessage: 'words' } });
  });

  it('knows a wrong secret from an old token', async () => {
    const { client } = scripted(adapter, KEYS, [{ body: { errcode: 40001, errmsg: 'invalid credential' } }]);
    await expect(client.refresh?.(null)).rejects.toMatchObject({ code: 'auth-wrong-secret' });
  });

  it('gets its first token without one', async () => {
    const { client, requests, groups } = scripted(adapter, KEYS, [{ body: { access_token: 'AT2', expires_in: 7200 } }]);
    expect(await client.refresh?.(null)).toEqual({
      accessToken: 'AT2',
      refreshToken: null,
      expiresAt: NOW + 7_200_000,
      refreshExpiresAt: null,
      identity: null,
    });
    expect(requests[0]?.url).toBe('https://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential&appid=wx1&secret=s');
    expect(groups).toEqual(['token']);
  });

  it('ships every product of the order, and only once', async () => {
    const order = { status: 20, order_detail: { product_infos: [{ product_id: '1', sku_id: '2', sku_cnt: 3 }] } };
    const ship = { channelOrderId: '5', trackingNumber: 'SF1', carrier: 'sf', lines: [] };
    const first = scripted(adapter, KEYS, [{ body: { errcode: 0, order } }, { body: { errcode: 0 } }]);
    await first.client.ship?.({ ...ship, attempt: 1 });
    expect(JSON.parse(String(first.requests[1]?.body))).toEqual({
      order_id: '5',
      delivery_list: [
        { deliver_type: 1, delivery_id: 'SF', waybill_id: 'SF1', product_infos: [{ product_id: '1', sku_id: '2', product_cnt: 3 }] },
      ],
    });
    const sent = { status: 30, order_detail: { delivery_info: { delivery_product_info: [{ waybill_id: 'SF1' }] } } };
    const again = scripted(adapter, KEYS, [{ body: { errcode: 0, order: sent } }]);
    await again.client.ship?.({ ...ship, attempt: 2 });
    expect(again.groups).toEqual(['detail']);
  });

  it('sets the stock, it never adds', async () => {
    const { client, requests } = scripted(adapter, KEYS, [{ body: { errcode: 0 } }]);
    await client.setStock?.({ sku: 'A', itemId: '1', skuId: '2', available: 7, attempt: 1 });
    expect(JSON.parse(String(requests[0]?.body))).toEqual({ product_id: '1', sku_id: '2', diff_type: 3, num: 7 });
  });
});
