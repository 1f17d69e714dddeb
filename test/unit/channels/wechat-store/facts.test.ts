import { createCipheriv, createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/wechat-store/adapter.ts';
import { decrypt } from '#main/channels/wechat-store/sign.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { bytes, read } from '#test/support/scripted-channel.ts';

const AES_KEY = 'Zm9yLXRlc3RzLW9ubHktbm90LWEtcmVhbC1rZXkhISE';
const APPID = 'wx00d1e2f3a4b5c6d7';
const TOKEN = 'tok-9';
const keys = { fields: { token: TOKEN, encodingAESKey: AES_KEY, appid: APPID }, secrets: [] };
const success = { status: 200, contentType: 'text/plain', body: 'success' };
const sha1 = (...parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex');

/** As the platform seals, with the faults a test asks for. */
function sealed(message: string, { appid = APPID, block = 32, pad = -1, cut = 0 } = {}): string {
  const key = Buffer.from(`${AES_KEY}=`, 'base64');
  const content = Buffer.from(message, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length + cut);
  const plain = Buffer.concat([Buffer.from('0123456789abcdef'), length, content, Buffer.from(appid)]);
  const padding = block - (plain.length % block);
  const tail = Buffer.alloc(padding, padding);
  if (pad >= 0) tail[0] = pad;
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, tail])), cipher.final()]).toString('base64');
}
function verify(body: string, query: Record<string, string>) {
  return adapter.push?.verify({ method: 'POST', query, headers: {}, body: bytes(body) }, keys, 0);
}
function safe(encrypted: string, over: Record<string, string> = {}) {
  const [timestamp, nonce] = ['1767576612', 'n-77'];
  return verify(JSON.stringify({ ToUserName: 'gh_9', Encrypt: encrypted }), {
    timestamp,
    nonce,
    msg_signature: sha1(TOKEN, timestamp, nonce, encrypted),
    ...over,
  });
}

describe('safe mode of WeChat Store', () => {
  /** Texts whose padding takes every length from 1 to 32. */
  const lengths = Array.from({ length: 32 }, (_, index) => '{"Event":"e","CreateTime":1}' + ' '.repeat(index));

  it('opens texts of every length, with letters of four bytes', () => {
    for (const message of lengths) expect(decrypt(sealed(message), AES_KEY)).toEqual({ message, appid: APPID });
    expect(decrypt(sealed('订单 🧧 已付款'), AES_KEY)?.message).toBe('订单 🧧 已付款');
  });

  it('takes a message for this app', () => {
    const event = JSON.stringify({ FromUserName: 'o1', CreateTime: 1767576612, MsgType: 'event', Event: 'channels_ec_order_new' });
    expect(safe(sealed(event))).toMatchObject({ ok: true, acknowledge: success, messages: [{ topic: 'channels_ec_order_new' }] });
    expect(safe(sealed(event), { msg_signature: sha1(TOKEN, '1767576612', 'n-77', sealed(event)).toUpperCase() })).toMatchObject({
      ok: true,
    });
  });

  it.each([
    ['another app', { appid: 'wx00d1e2f3a4b5c6d8' }],
    ['an app whose name only begins alike', { appid: `${APPID}0` }],
    ['no app', { appid: '' }],
    ['padding that is not all alike', { pad: 1 }],
    ['a length beyond its end', { cut: 4_000 }],
  ])('refuses %s', (_what, fault) => {
    expect(safe(sealed('{"Event":"e","CreateTime":1}', fault))).toMatchObject({ ok: false, status: 401 });
  });

  it('refuses blocks of 16, as a general library would pad them', () => {
    const short = lengths.map((message) => sealed(message, { block: 16 })).filter((text) => Buffer.from(text, 'base64').length % 32 !== 0);
    expect(short.length).toBeGreaterThan(0);
    for (const text of short) expect(decrypt(text, AES_KEY)).toBeNull();
  });

  it('does not take the three-part signature for the four-part one', () => {
    const encrypted = sealed('{"Event":"e"}');
    const signature = sha1(TOKEN, '1767576612', 'n-77');
    expect(safe(encrypted, { msg_signature: signature, signature })).toMatchObject({ ok: false, status: 401 });
  });
});

describe('events of WeChat Store', () => {
  it.each([
    [{ Event: 'channels_ec_order_cancel', order_info: { order_id: '37046123545597001', cancel_type: 2 } }, ['order:37046123545597001']],
    [{ Event: 'product_order_status_update', ProductOrderStatusUpdate: { order_id: 'LONG', status: 30 } }, ['order:3704612354559700999']],
    [
      {
        Event: 'channels_ec_aftersale_update',
        finder_shop_aftersale_status_update: { after_sale_order_id: '4001', status: 'USER_WAIT_RETURN', order_id: '3704' },
      },
      ['order:3704', 'refund:4001'],
    ],
    [{ Event: 'channels_ec_complaint_update', complaint: { complaint_id: '7', order_id: '3705' } }, ['order:3705']],
    [{ Event: 'channels_ec_stock_no_enough', product_id: '9' }, []],
  ])('%j', (event, wanted) => {
    const text = JSON.stringify({ MsgType: 'event', CreateTime: 1767576612, ...event }).replace('"LONG"', '3704612354559700999');
    const said = read(adapter, String(event.Event), text);
    if (!said.ok) throw new Error(said.reason.en);
    expect(said.items).toEqual([]);
    expect(said.wanted?.map(({ kind, id }) => `${kind}:${id}`)).toEqual(wanted);
  });

  it('the same event again is the same delivery, another state of the order is not', () => {
    const [timestamp, nonce] = ['1', '2'];
    const taken = (status: number) => {
      const event = {
        FromUserName: 'o1',
        CreateTime: 5,
        Event: 'product_order_status_update',
        ProductOrderStatusUpdate: { order_id: '1', status },
      };
      const said = verify(JSON.stringify(event), { timestamp, nonce, signature: sha1(TOKEN, timestamp, nonce) });
      return said?.ok ? said.messages[0]?.deliveryId : '';
    };
    expect(taken(20)).toBe(taken(20));
    expect(taken(20)).not.toBe(taken(30));
  });
});

const PRODUCT = { product_id: '51', sku_id: '61', sku_code: 'PEAR-2', title: '雪梨', sku_cnt: 2, sale_price: 2_990, real_price: 5_000 };
const ORDER = {
  order_id: '3704612354559711112',
  status: 20,
  openid: 'o-77',
  create_time: 1767576000,
  update_time: 1767576612,
  order_detail: {
    product_infos: [PRODUCT],
    pay_info: { pay_time: 1767576600 },
    price_info: { product_price: 5_980, order_price: 5_480, freight: 500, discounted_price: 1_000 },
    delivery_info: {
      address_info: {
        user_name: '周*',
        tel_number: '186****0099',
        province_name: '广东省',
        city_name: '深圳市',
        county_name: '南山区',
        detail_info: '科技园**号',
        hash_code: 'h-1',
      },
    },
  },
};
function order(over: Record<string, unknown> = {}, detail: Record<string, unknown> = {}): IncomingOrder {
  const said = read(adapter, 'order', { errcode: 0, order: { ...ORDER, ...over, order_detail: { ...ORDER.order_detail, ...detail } } });
  if (!said.ok || said.items[0]?.kind !== 'order') throw new Error(JSON.stringify(said));
  return said.items[0].order;
}

describe('an order of WeChat Store', () => {
  it.each([
    [10, 1767576600, 'pending_payment', 0],
    [20, 1767576600, 'awaiting_shipment', 5_480],
    [21, 1767576600, 'awaiting_shipment', 5_480],
    [190, 0, 'cancelled', 0],
    [190, 1767576600, 'cancelled', 5_480],
    [200, 1767576600, 'refunded', 5_480],
    [250, 0, 'cancelled', 0],
    [777, 0, null, 0],
    ['constructor', 1767576600, null, 5_480],
  ])('in state %s, paid at %i: %s with %i fen', (status, pay_time, expected, paidMinor) => {
    const read = order({ status }, { pay_info: { pay_time } });
    expect(read).toMatchObject({ status: expected, paidMinor, partiallyShipped: status === 21 });
    expect(read.unknown).toEqual(expected === null ? [{ kind: 'status', word: String(status) }] : []);
  });

  it('keeps masks as they are and matches by the hash of the address', () => {
    expect(order().receiver).toMatchObject({
      name: { plain: null, mask: '周*' },
      phone: { plain: null, mask: '186****0099' },
      address: { plain: null, mask: '科技园**号', index: 'h-1' },
    });
  });

  it('counts coupons apart from the other discounts, and a gift is one', () => {
    const product_infos = [
      { ...PRODUCT, order_product_coupon_info_list: [{ coupon_type: 1, discounted_price: 300 }, { discounted_price: '200' }] },
      { product_id: '52', sku_id: '62', title: '试吃', sku_cnt: '1', sale_price: 0, is_free_gift: 1 },
    ];
    expect(order({}, { product_infos })).toMatchObject({
      couponMinor: 500,
      discountMinor: 1_000,
      lines: [
        { sku: 'PEAR-2', quantity: 2, unitPriceMinor: 2_990 },
        { sku: '62', gift: true, unitPriceMinor: 0 },
      ],
    });
  });

  it('of 200 products, and of a lone one without its list', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ ...PRODUCT, sku_code: `P${index}` }));
    expect(order({}, { product_infos: many }).lines).toHaveLength(200);
    expect(order({}, { product_infos: PRODUCT }).lines).toMatchObject([{ sku: 'PEAR-2' }]);
    expect(order({}, { product_infos: null, price_info: null, delivery_info: null })).toMatchObject({ lines: [], paidMinor: 0 });
  });

  it('without a time of change has the one of its payment', () => {
    expect(order({ update_time: 0 }).updatedAt).toBe(1767576600_000);
    expect(read(adapter, 'order', { order: { order_id: '1', status: 20 } })).toMatchObject({ ok: false });
  });
});

describe('an after-sale of WeChat Store', () => {
  const told = { after_sale_order_id: '4001', order_id: '3704', type: 'RETURN', update_time: 1767580000, refund_info: { amount: 2_500 } };
  const afterSale = (status: string, over: Record<string, unknown> = {}) => {
    const said = read(adapter, 'refund', { errcode: 0, after_sale_order: { ...told, status, ...over } });
    if (!said.ok || said.items[0]?.kind !== 'refund') throw new Error(JSON.stringify(said));
    return { ...said.items[0].refund, wanted: said.wanted };
  };

  it.each([
    ['MERCHANT_REJECT_EXCHANGE', 'open'],
    ['USER_WAIT_CONFIRM_UPDATE', 'open'],
    ['PLATFORM_REFUND_FAIL', 'open'],
    ['WAIT_PACKAGE_INTERCEPT', 'open'],
    ['MERCHANT_RETURN_SUCCESS', 'succeeded'],
    ['USER_CANCELD', 'withdrawn'],
    ['RETURN_CLOSED', 'withdrawn'],
    ['MERCHANT_FAIL', 'withdrawn'],
    ['MERCHANT_REFUND_RETRY_FAIL', 'withdrawn'],
    ['MERCHANT_EXCHANGE_SUCCESS', 'withdrawn'],
  ])('%s is %s, and known', (status, state) => {
    const read = afterSale(status);
    expect(read.refund).toMatchObject({ id: '4001', state, amountMinor: 2_500, rawState: status, complaint: 'B' });
    expect(read.unknown).toBeUndefined();
    expect(read.wanted).toHaveLength(state === 'open' ? 1 : 0);
  });

  it.each(['MERCHANT_PONDERS', 'toString'])('%s is not known: it stays open and is flagged', (status) => {
    expect(afterSale(status)).toMatchObject({ refund: { state: 'open' }, unknown: [{ kind: 'refund', word: status }] });
  });

  it('without its sum is one of nothing', () => {
    expect(afterSale('MERCHANT_PROCESSING', { refund_info: null, type: 'EXCHANGE' }).refund).toMatchObject({
      amountMinor: 0,
      complaint: 'C',
    });
  });
});
