import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/youzan/adapter.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { bytes, read } from '#test/support/scripted-channel.ts';

const md5 = (text: string) => createHash('md5').update(text, 'utf8').digest('hex');
const CLIENT = 'yz-7781';
const SECRET = 'a1b2c3d4e5f6a7b8c9d0';
const keys = { fields: { client_id: CLIENT, client_secret: SECRET }, secrets: [] };

const LINE = {
  oid: '2990001',
  item_id: '81',
  sku_id: '91',
  outer_sku_id: 'NOODLE-3',
  title: '手工挂面',
  num: '2',
  price: '15.50',
  discount_price: '14.00',
  payment: '28.00',
  sku_properties_name: '[]',
  is_present: false,
};
const SECOND = { ...LINE, oid: '2990002', outer_sku_id: 'SAUCE', num: 1, price: '9.9', payment: '9.90' };
const ORDER = {
  full_order_info: {
    order_info: {
      tid: 'E20260105093012099900012',
      status: 'WAIT_SELLER_SEND_GOODS',
      created: '2026-01-05 09:30:12',
      pay_time: '2026-01-05 09:31:00',
      update_time: '2026-01-05 09:31:01',
      refund_state: 0,
      close_type: 0,
    },
    pay_info: { payment: '37.90', post_fee: '0.00' },
    orders: [LINE, SECOND],
  },
};
type Changes = Record<string, unknown>;
function order({ info = {}, beside = {}, full = {} }: { info?: Changes; beside?: Changes; full?: Changes }): IncomingOrder {
  const inner = ORDER.full_order_info;
  const said = read(adapter, 'order', { ...beside, full_order_info: { ...inner, ...full, order_info: { ...inner.order_info, ...info } } });
  if (!said.ok || said.items[0]?.kind !== 'order') throw new Error(JSON.stringify(said));
  return said.items[0].order;
}

describe('a message of Youzan', () => {
  const msg = encodeURIComponent(JSON.stringify({ tid: 'E20260105093012099900012', note: '多放辣 🌶 100%' }));
  const envelope = { client_id: CLIENT, kdt_id: 43, id: 'E20260105093012099900012', type: 'trade_TradeBuyerPay', status: 'PAID', msg };
  const verify = (body: string, headers: Record<string, string> = {}) => adapter.push?.verify({ headers, body: bytes(body) }, keys, 0);

  it('is signed over msg as it stands, in either case of hex, wherever the spaces of the body are', () => {
    const sign = md5(CLIENT + msg + SECRET);
    expect(verify(JSON.stringify({ ...envelope, sign }))).toMatchObject({ ok: true });
    expect(verify(`\n${JSON.stringify({ ...envelope, sign: sign.toUpperCase() }, null, 2)}\n`)).toMatchObject({ ok: true });
    expect(verify(JSON.stringify({ ...envelope, sign: md5(CLIENT + decodeURIComponent(msg) + SECRET) }))).toMatchObject({
      ok: false,
      status: 401,
    });
    expect(verify(JSON.stringify({ ...envelope, sign: md5(msg) }))).toMatchObject({ ok: false, status: 401 });
  });

  it('of the newer layout is signed over its bytes', () => {
    const body = `${JSON.stringify(envelope)}\n`;
    expect(verify(body, { 'EVENT-SIGN': md5(CLIENT + body + SECRET) })).toMatchObject({ ok: true });
    expect(verify(body.trim(), { 'EVENT-SIGN': md5(CLIENT + body + SECRET) })).toMatchObject({ ok: false });
  });

  it('whose blanks are written as plus signs is read', () => {
    const plussed = JSON.stringify({ tid: 'E20260105093012099900012', name: 'a b' })
      .replaceAll('{', '%7B')
      .replaceAll('}', '%7D')
      .replaceAll('"', '%22')
      .replaceAll(' ', '+');
    expect(read(adapter, 'trade_TradeBuyerPay', { ...envelope, msg: plussed })).toMatchObject({
      wanted: [{ kind: 'order', id: 'E20260105093012099900012' }],
    });
  });

  it.each([true, 'true', 1])('with test %j is answered and not kept', (test) => {
    expect(verify(JSON.stringify({ client_id: CLIENT, test, msg: '' }))).toEqual({
      ok: true,
      messages: [],
      acknowledge: { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"success"}' },
    });
  });

  it('about a refund never asks for an order by the number of the refund', () => {
    const refund = (content: unknown, id: string) =>
      read(adapter, 'trade_refund_RefundSuccess', {
        ...envelope,
        type: 'trade_refund_RefundSuccess',
        id,
        msg: encodeURIComponent(JSON.stringify(content)),
      });
    expect(refund({ tid: 'E1', refund_id: '2026' }, '2026')).toMatchObject({ wanted: [{ id: 'E1' }] });
    expect(refund({ refund_id: '2026' }, 'E20260105093012099900012')).toMatchObject({ wanted: [{ id: 'E20260105093012099900012' }] });
    expect(refund({ refund_id: '2026' }, '2026')).toMatchObject({ ok: false });
  });
});

describe('states of Youzan', () => {
  it.each([
    ['TRADE_CLOSED', 4, '', 'cancelled', 0],
    ['TRADE_CLOSED', 3, '2026-01-05 09:31:00', 'cancelled', 3_790],
    ['TRADE_CLOSED', 99, 'null', 'closed', 0],
    ['TRADE_CLOSED', 17, '', 'cancelled', 0],
    ['WAIT_BUYER_PAY', 0, '', 'pending_payment', 0],
    ['hasOwnProperty', 0, '', null, 0],
    ['TRADE_FROZEN', 0, '2026-01-05 09:31:00', null, 3_790],
  ])('%s, closed by %i and paid at %j: %s with %i paid', (status, close_type, pay_time, expected, paidMinor) => {
    expect(order({ info: { status, close_type, pay_time } })).toMatchObject({ status: expected, paidMinor, rawStatus: status });
  });

  it('a word nobody knows is flagged and keeps the rest', () => {
    expect(order({ info: { status: 'constructor' } })).toMatchObject({
      status: null,
      unknown: [{ kind: 'status', word: 'constructor' }],
      goodsMinor: 4_090,
    });
  });

  it.each([
    ['11', [], 'refunding'],
    ['11', [{ refund_id: 'R1', refund_fee: '37.90', refund_state: 10 }], 'refunding'],
    ['1', [], 'refunding'],
    ['1', [{ refund_id: 'R1', refund_fee: '9.90', refund_state: 10 }], 'awaiting_shipment'],
    ['2', [{ refund_id: 'R1', refund_fee: '9.90', refund_state: 60 }], 'awaiting_shipment'],
    ['12', [], 'refunded'],
  ])('refund_state %s beside %j is %s', (refund_state, refund_order, status) => {
    const read = order({ info: { refund_state }, beside: { refund_order } });
    expect(read).toMatchObject({ status });
    expect(read.beneath).toBe(status === 'awaiting_shipment' ? undefined : 'awaiting_shipment');
  });

  it('sent in parts is partly shipped while the rest waits', () => {
    const delivery_order = [
      { dists: [{ express_info: { express_no: 'ZTO1', express_id: 3 } }] },
      { dists: [{ express_info: { express_no: 'SF2', express_id: '7' } }, { express_info: { express_no: '', express_id: 0 } }] },
    ];
    expect(order({ beside: { delivery_order } })).toMatchObject({ partiallyShipped: true, trackingNumber: 'SF2', carrier: 'sf' });
    expect(order({ info: { status: 'WAIT_BUYER_CONFIRM_GOODS' }, beside: { delivery_order } }).partiallyShipped).toBe(false);
    expect(order({ beside: { delivery_order: [] } }).partiallyShipped).toBe(false);
  });
});

describe('an order of Youzan', () => {
  it('counts text and numbers alike, and a gift costs nothing', () => {
    const gift = { ...LINE, oid: '3', outer_sku_id: '', outer_item_id: 'GIFT', num: '1', price: '0.00', is_present: 'true' };
    const read = order({ full: { orders: [LINE, SECOND, gift] } });
    expect(read.lines).toEqual([
      { sku: 'NOODLE-3', name: '手工挂面', quantity: 2, unitPriceMinor: 1_550 },
      { sku: 'SAUCE', name: '手工挂面', quantity: 1, unitPriceMinor: 990 },
      { sku: 'GIFT', name: '手工挂面', quantity: 1, unitPriceMinor: 0, gift: true },
    ]);
    expect(read).toMatchObject({ goodsMinor: 4_090, discountMinor: 300, paidMinor: 3_790 });
  });

  it.each([
    ['0.1', 10],
    ['12', 1_200],
    [12.3, 1_230],
    ['1,299.00', 129_900],
    ['null', 0],
    ['', 0],
    [null, 0],
  ])('%j yuan paid are %i fen', (payment, paidMinor) => {
    expect(order({ full: { pay_info: { payment, post_fee: 'null' } } })).toMatchObject({ paidMinor, freightMinor: 0 });
  });

  it.each(['', 'null', null, '0001-01-01 00:00:00', '1970-01-01 08:00:00'])('a payment time of %j is none', (pay_time) => {
    expect(order({ info: { pay_time } }).paidAt).toBeNull();
  });

  it('tells the goods of a refund of one line, and not of one whose parts are not told', () => {
    const refund_order = [
      { refund_id: 'R1', refund_fee: '9.90', refund_state: 'SUCCESS', oids: [{ oid: '2990002' }] },
      { refund_id: 'R2', refund_fee: '20', refund_state: 'CLOSED', oids: ['2990001', '2990002'] },
      { refund_id: 'R3', refund_fee: '1', refund_state: 'HAGGLING', oids: ['2990001'] },
    ];
    const { refunds, unknown } = order({ beside: { refund_order } });
    expect(refunds).toMatchObject([
      { id: 'R1', state: 'succeeded', lines: [{ sku: 'SAUCE', quantity: 1, amountMinor: 990 }] },
      { id: 'R2', state: 'withdrawn', lines: [] },
      { id: 'R3', state: 'open', lines: [{ sku: 'NOODLE-3', quantity: 2, amountMinor: 100 }] },
    ]);
    expect(unknown).toEqual([{ kind: 'refund', word: 'HAGGLING' }]);
  });

  it('with a lone entry where a list is usual', () => {
    const read = order({
      full: { orders: LINE },
      beside: { refund_order: { refund_id: 'R1', refund_fee: '1.00', refund_state: 10, oids: '2990001' } },
    });
    expect(read).toMatchObject({ lines: [{ sku: 'NOODLE-3' }], refunds: [{ id: 'R1', lines: [] }] });
  });

  it('without all that may be missing', () => {
    const bare = { full_order_info: { order_info: { tid: 'E1', status: 'TRADE_SUCCESS', created: '2026-01-05 09:30:12' } } };
    expect(read(adapter, 'order', bare)).toMatchObject({ ok: true, items: [{ order: { status: 'completed', lines: [], refunds: null } }] });
  });
});
