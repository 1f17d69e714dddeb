import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/pinduoduo/adapter.ts';
import { signRequest, socketPath } from '#main/channels/pinduoduo/sign.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { read } from '../../../support/scripted-channel.ts';

const SN = '260302-610000000000017';
const ITEM = {
  goods_id: 901,
  sku_id: 902,
  outer_id: 'SOCK-5',
  goods_name: '袜子',
  goods_spec: '黑 5双',
  goods_price: 12.3,
  goods_count: '2',
};
const ORDER = {
  order_sn: SN,
  order_status: 1,
  refund_status: 1,
  after_sales_status: 0,
  confirm_status: 1,
  group_status: 1,
  risk_control_status: 0,
  trade_type: 0,
  goods_amount: 24.6,
  discount_amount: 4.6,
  platform_discount: 3.1,
  seller_discount: 1.5,
  postage: 6,
  pay_amount: 26,
  created_time: '2026-03-02 09:00:00',
  pay_time: '2026-03-02 09:00:30',
  confirm_time: '2026-03-02 09:05:00',
  updated_at: '2026-03-02 09:05:01',
  item_list: [ITEM],
};

function orderOf(changes: Record<string, unknown> = {}): IncomingOrder {
  const result = read(adapter, 'order', { order_info_get_response: { order_info: { ...ORDER, ...changes } } });
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}

describe('signatures of Pinduoduo', () => {
  it('take names and values raw and sorted, emoji, blanks and empty ones too', () => {
    const params = {
      type: 'pdd.order.note.update',
      note: '加急 😀 a+b&c',
      client_id: '7f',
      access_token: '',
      sign: 'OLD',
      timestamp: '1772413200',
    };
    const joined = 'access_tokenclient_id7fnote加急 😀 a+b&ctimestamp1772413200typepdd.order.note.update';
    const expected = createHash('md5').update(`pdd-s3cret${joined}pdd-s3cret`, 'utf8').digest('hex').toUpperCase();
    expect(signRequest(params, 'pdd-s3cret')).toBe(expected);
    expect(signRequest(Object.fromEntries(Object.entries(params).reverse()), 'pdd-s3cret')).toBe(expected);
  });

  it('the connection’s is the base64 of the digest as text, URL-encoded once', () => {
    const proof = Buffer.from(createHash('md5').update('7f1772413200123pdd-s3cret').digest('hex')).toString('base64');
    expect(proof).toMatch(/=$/);
    expect(socketPath('7f', 'pdd-s3cret', 1772413200123)).toBe(
      `/message/7f/1772413200123/${proof.replaceAll('=', '%3D').replaceAll('+', '%2B').replaceAll('/', '%2F')}`,
    );
  });
});

describe('states of Pinduoduo', () => {
  it.each([
    [{ refund_status: 2 }, 'refunding', 'awaiting_shipment'],
    [{ refund_status: '3', order_status: '2' }, 'refunding', 'shipped'],
    [{ refund_status: 2, order_status: 3 }, 'refunding', 'completed'],
    [{ refund_status: 4, order_status: 2 }, 'refunded', 'shipped'],
    [{ refund_status: 2, group_status: 0 }, 'refunding', 'paid'],
    [{ refund_status: 2, order_status: 8 }, 'refunding', undefined],
    [{ refund_status: 4, confirm_status: 2 }, 'cancelled', undefined],
    [{}, 'awaiting_shipment', undefined],
  ])('%j is %s over %s', (words, status, beneath) => {
    expect([orderOf(words).status, orderOf(words).beneath]).toEqual([status, beneath]);
  });

  it('words that are missing say nothing against the others', () => {
    const silent = { confirm_status: undefined, group_status: null, risk_control_status: '', refund_status: 'null' };
    expect(orderOf(silent)).toMatchObject({ status: 'awaiting_shipment', unknown: [] });
    expect(orderOf({ ...silent, order_status: undefined })).toMatchObject({ status: null, unknown: [{ kind: 'status', word: 'order=' }] });
  });

  it('an after-sale word nobody knows is flagged on the order too', () => {
    expect(orderOf({ after_sales_status: 88 })).toMatchObject({ status: 'awaiting_shipment', unknown: [{ kind: 'refund', word: '88' }] });
    expect(orderOf({ after_sales_status: undefined }).unknown).toEqual([]);
  });
});

describe('presale of Pinduoduo', () => {
  const deposit = (step: Record<string, unknown>, words: Record<string, unknown> = {}) =>
    orderOf({ trade_type: 1, step_order_info: { step_paid_fee: 5, ...step }, ...words });

  it.each([
    ['the deposit alone', { step_trade_status: 'FRONT_PAID_FINAL_NOPAID' }, {}, 'pending_payment'],
    ['the deposit alone, by number', { step_trade_status: 1 }, { confirm_status: 0 }, 'pending_payment'],
    ['both', { step_trade_status: 'FRONT_PAID_FINAL_PAID' }, {}, 'awaiting_shipment'],
    ['both, the time missing', { step_trade_status: 2 }, { pay_time: '', order_status: 2 }, 'shipped'],
    ['a deposit that was given up', { step_trade_status: 1 }, { confirm_status: 2 }, 'cancelled'],
    ['a deposit that is claimed back', { step_trade_status: 1 }, { refund_status: 2 }, 'refunding'],
    ['a deposit that was paid back', { step_trade_status: 1 }, { refund_status: 4 }, 'refunded'],
  ])('%s', (_what, step, words, status) => {
    const order = deposit(step, words);
    expect(order).toMatchObject({ status, presale: { depositMinor: 500, balanceMinor: 2_100 }, sourceTags: ['presale'] });
    if (status === 'refunding') expect(order.beneath).toBe('pending_payment');
  });
});

describe('money and time of Pinduoduo', () => {
  it('order money is yuan as a number', () => {
    expect(orderOf()).toMatchObject({ goodsMinor: 2_460, freightMinor: 600, discountMinor: 460, paidMinor: 2_600 });
    expect(orderOf({ goods_amount: '1,234.5', pay_amount: 0.1, postage: null })).toMatchObject({
      goodsMinor: 123_450,
      paidMinor: 10,
      freightMinor: 0,
    });
  });

  it('what is missing is made up of the rest', () => {
    expect(orderOf({ goods_amount: undefined }).goodsMinor).toBe(2_460);
    expect(orderOf({ discount_amount: undefined }).discountMinor).toBe(460);
    expect(orderOf({ discount_amount: '', platform_discount: null, seller_discount: null }).discountMinor).toBe(460);
    expect(orderOf({ discount_amount: '', platform_discount: 0, seller_discount: 0, pay_amount: undefined }).discountMinor).toBe(0);
  });

  it.each(['', null, '0', 0, '0000-00-00 00:00:00', '1970-01-01 08:00:00'])('%j is no time of payment', (nothing) => {
    expect(orderOf({ pay_time: nothing, confirm_status: 0, confirm_time: nothing })).toMatchObject({
      status: 'pending_payment',
      paidAt: null,
      paidMinor: 0,
    });
    expect(orderOf({ pay_time: nothing })).toMatchObject({ paidAt: Date.parse('2026-03-02T09:05:00+08:00'), paidMinor: 2_600 });
    expect(orderOf({ pay_time: nothing, confirm_time: nothing })).toMatchObject({
      status: 'awaiting_shipment',
      paidAt: null,
      paidMinor: 2_600,
    });
    expect(orderOf({ pay_time: nothing, confirm_status: 2 })).toMatchObject({ status: 'cancelled', paidAt: null, paidMinor: 0 });
  });

  it('an item may stand alone, and one at no price is a gift', () => {
    expect(orderOf({ item_list: ITEM }).lines).toEqual([{ sku: 'SOCK-5', name: '袜子 黑 5双', quantity: 2, unitPriceMinor: 1_230 }]);
    expect(orderOf({ item_list: [{ ...ITEM, goods_price: 0 }] }).lines[0]).toMatchObject({ unitPriceMinor: 0, gift: true });
    expect(orderOf({ item_list: null, gift_list: { ...ITEM, outer_id: 'G' } }).lines).toMatchObject([
      { sku: 'G', unitPriceMinor: 0, gift: true },
    ]);
  });
});

describe('answers of Pinduoduo', () => {
  it('a list of orders is all of them', () => {
    const list = { order_list_get_response: { total_count: 2, order_list: [ORDER, { ...ORDER, order_sn: '260302-1' }] } };
    expect(read(adapter, 'order', list)).toMatchObject({
      items: [{ order: { channelOrderId: SN } }, { order: { channelOrderId: '260302-1' } }],
    });
    expect(read(adapter, 'order', { order_list_get_response: { order_list: [] } })).toMatchObject({ ok: false });
  });
});

describe('messages of Pinduoduo', () => {
  const frame = (type: string, content: unknown) =>
    read(adapter, type, { id: '9007199254740997', commandType: 'Common', message: { type, mallID: 5, content: JSON.stringify(content) } });
  const order = { kind: 'order', id: SN, because: 'push' };

  it.each([
    'pdd_trade_TradeConfirmed',
    'pdd_trade_TradeLogisticsAddressChanged',
    'pdd_trade_TradeMemoOfTomorrow',
    'pdd_refund_RefundOfTomorrow',
  ])('%s is a hint, whatever it tells', (type) => {
    const told = { tid: SN, mall_id: 5, refund_id: 7, refund_fee: 1, modified: 1772413200000 };
    expect(frame(type, told)).toEqual({ ok: true, items: [], wanted: [order] });
  });

  it.each([
    ['pdd_refund_RefundCreated', 'open'],
    ['pdd_refund_RefundAgreeAgreement', 'open'],
    ['pdd_refund_RefundClosed', 'withdrawn'],
  ])('%s is a refund in fen, its number exact', (type, state) => {
    const body = `{"id":1,"commandType":"Common","message":{"type":"${type}","mallID":5,"content":"{\\"tid\\":\\"${SN}\\",\\"refund_id\\":9007199254740997,\\"refund_fee\\":1990,\\"modified\\":1772413200016}"}}`;
    expect(read(adapter, type, body)).toMatchObject({
      items: [{ refund: { channelOrderId: SN, updatedAt: 1772413200016, refund: { id: '9007199254740997', amountMinor: 1_990, state } } }],
      wanted: [order],
    });
  });

  it.each([{ refund_fee: undefined }, { refund_id: null }, { modified: 0 }])('a refund without %j is a hint', (missing) => {
    const told = { tid: SN, refund_id: 7, refund_fee: 1_990, modified: 1772413200000, ...missing };
    expect(frame('pdd_refund_RefundCreated', told)).toEqual({ ok: true, items: [], wanted: [order] });
  });

  it('a sign of life and the goods of others change nothing', () => {
    expect(read(adapter, '', { commandType: 'HeartBeat', time: 1 })).toEqual({ ok: true, items: [] });
    expect(frame('pdd_goods_GoodsUpdate', { goods_id: 1 })).toEqual({ ok: true, items: [] });
  });
});
