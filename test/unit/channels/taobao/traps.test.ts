import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/taobao/adapter.ts';
import { signRequest } from '#main/channels/taobao/sign.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { read, scripted } from '../../../support/scripted-channel.ts';

const at = (text: string) => Date.parse(`${text.replace(' ', 'T')}+08:00`);

const LINE = {
  oid_str: '3311002200110099881',
  num_iid: 778899001122,
  sku_id: '5100200300400',
  outer_iid: 'MUG',
  outer_sku_id: 'MUG-BLUE',
  title: '马克杯 蓝色',
  price: '60.00',
  num: '2',
  payment: '110.00',
  divide_order_fee: '108.00',
  refund_status: 'NO_REFUND',
  status: 'WAIT_SELLER_SEND_GOODS',
};
const OTHER = {
  ...LINE,
  oid_str: '3311002200110099882',
  outer_sku_id: 'TRAY',
  sku_id: '',
  num: 1,
  price: '30.00',
  divide_order_fee: '27.00',
};
const TRADE = {
  tid_str: '3311002200110099880',
  type: 'fixed',
  status: 'WAIT_SELLER_SEND_GOODS',
  payment: '147.00',
  total_fee: '150.00',
  discount_fee: '15.00',
  adjust_fee: '0.00',
  post_fee: '12.00',
  created: '2026-03-02 09:00:00',
  pay_time: '2026-03-02 09:01:02',
  modified: '2026-03-02 09:01:03',
  receiver_name: '林**',
  receiver_state: '福建省',
  receiver_city: '',
  receiver_district: '石狮市',
  orders: { order: [LINE, OTHER] },
};

function orderOf(changes: Record<string, unknown> = {}): IncomingOrder {
  const result = read(adapter, 'order', { trade_fullinfo_get_response: { trade: { ...TRADE, ...changes } } });
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}
const withLines = (...lines: Record<string, unknown>[]) => orderOf({ orders: { order: lines } });

describe('signature of Taobao', () => {
  const params = {
    v: '2.0',
    app_key: '25001',
    session: '',
    memo: '周六 送到😀 a+b&c=d %20',
    method: 'taobao.trade.memo.update',
    timestamp: '2026-03-02 09:00:00',
    tid: '3311002200110099880',
  };
  const joined =
    'app_key25001memo周六 送到😀 a+b&c=d %20methodtaobao.trade.memo.updatesessiontid3311002200110099880timestamp2026-03-02 09:00:00v2.0';

  it.each([
    ['md5', (text: string) => createHash('md5').update(`s3cret${text}s3cret`, 'utf8').digest('hex')],
    ['hmac', (text: string) => createHmac('md5', 's3cret').update(text, 'utf8').digest('hex')],
    ['hmac-sha256', (text: string) => createHmac('sha256', 's3cret').update(text, 'utf8').digest('hex')],
  ])('%s takes names and values raw, in the order of their names, without the sign itself', (method, expected) => {
    const signed = { ...params, sign_method: method, sign: 'OLD' };
    const text = joined.replace('tid33', `sign_method${method}tid33`);
    expect(signRequest(signed, 's3cret')).toBe(expected(text).toUpperCase());
    expect(signRequest(Object.fromEntries(Object.entries(signed).reverse()), 's3cret')).toBe(expected(text).toUpperCase());
  });
});

describe('shapes a trade comes in', () => {
  it('one line may stand alone, and lines may stand bare', () => {
    expect(orderOf({ orders: { order: LINE } }).lines).toMatchObject([{ sku: 'MUG-BLUE', quantity: 2, unitPriceMinor: 6_000 }]);
    expect(orderOf({ orders: [LINE, OTHER] }).lines).toHaveLength(2);
    for (const none of [undefined, null, '', {}, { order: null }, []]) expect(orderOf({ orders: none }).lines).toEqual([]);
  });

  it('a list of trades is all of them', () => {
    const list = (trades: unknown) =>
      read(adapter, 'order', { trades_sold_increment_get_response: { total_results: 2, trades: { trade: trades } } });
    const both = list([TRADE, { ...TRADE, tid_str: '3311002200110099990' }]);
    expect(both).toMatchObject({
      items: [{ order: { channelOrderId: '3311002200110099880' } }, { order: { channelOrderId: '3311002200110099990' } }],
    });
    expect(list(TRADE)).toMatchObject({ ok: true, items: [{ order: { channelOrderId: '3311002200110099880' } }] });
    expect(list([TRADE, {}, { tid_str: '' }])).toMatchObject({ ok: false });
  });

  it('a number of nineteen digits stays exact where only the number is told', () => {
    const wire = JSON.stringify({ trade: { ...TRADE, tid_str: undefined, tid: 0 } }).replace('"tid":0', '"tid":3311002200110099883');
    expect(read(adapter, 'order', wire)).toMatchObject({ items: [{ order: { channelOrderId: '3311002200110099883' } }] });
  });

  it('two hundred lines are two hundred lines', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ ...LINE, outer_sku_id: `SKU-${index}`, num: index + 1 }));
    expect(withLines(...many).lines.map(({ quantity }) => quantity)).toEqual(many.map(({ num }) => num));
  });

  it('a byte order mark is no part of the trade', () => {
    expect(read(adapter, 'order', `\uFEFF${JSON.stringify(TRADE)}`)).toMatchObject({ ok: true, items: [{}] });
  });
});

describe('money and time of Taobao', () => {
  it('reads sums as they stand', () => {
    expect(orderOf()).toMatchObject({ goodsMinor: 15_000, freightMinor: 1_200, discountMinor: 1_500, paidMinor: 14_700 });
    expect(orderOf({ payment: '1,234.50', post_fee: null, adjust_fee: '' })).toMatchObject({ paidMinor: 123_450, freightMinor: 0 });
    expect(orderOf({ discount_fee: '5.00', adjust_fee: '2.50' }).discountMinor).toBe(250);
  });

  it('what was taken off the lines alone is a discount too', () => {
    expect(orderOf({ discount_fee: '0.00' }).discountMinor).toBe(1_500);
    expect(orderOf({ discount_fee: null, payment: '' }).discountMinor).toBe(0);
  });

  it('goods without their sum are what the lines cost', () => {
    expect(orderOf({ total_fee: undefined }).goodsMinor).toBe(15_000);
  });

  it('what is listed at nothing is a gift', () => {
    expect(withLines(LINE, { ...OTHER, price: '0.00', payment: '0.00' }).lines).toEqual([
      { sku: 'MUG-BLUE', name: '马克杯 蓝色', quantity: 2, unitPriceMinor: 6_000 },
      { sku: 'TRAY', name: '马克杯 蓝色', quantity: 1, unitPriceMinor: 0, gift: true },
    ]);
    expect(withLines({ ...LINE, price: undefined }).lines[0]).not.toHaveProperty('gift');
  });

  it.each(['0', 0, '', 'null', '0000-00-00 00:00:00', '1970-01-01 08:00:00', '0001-01-01'])('%j is no time of payment', (nothing) => {
    expect(orderOf({ pay_time: nothing, status: 'WAIT_BUYER_PAY' })).toMatchObject({ paidAt: null, paidMinor: 0 });
    // The state says that it is paid; the time alone is missing. At the door, only the time says so.
    expect(orderOf({ pay_time: nothing })).toMatchObject({ paidAt: null, paidMinor: 14_700 });
    expect(orderOf({ pay_time: nothing, type: 'cod' })).toMatchObject({ paidAt: null, paidMinor: 0 });
  });

  it('a time may be a number or carry a zone', () => {
    const modified = at('2026-03-02 09:01:03');
    for (const written of [modified, modified / 1_000, '2026-03-02T01:01:03Z', '2026-03-02T09:01:03+08:00']) {
      expect(orderOf({ modified: written }).updatedAt).toBe(modified);
    }
  });

  it('a county-level city leaves the city empty', () => {
    expect(orderOf().receiver).toMatchObject({ province: '福建省', city: '', district: '石狮市' });
  });
});

describe('presale of Taobao', () => {
  const step = (word: string, status: string) =>
    orderOf({ type: 'step', step_trade_status: word, step_paid_fee: '20.00', status, pay_time: '2026-03-02 09:01:02' });

  it.each([
    ['FRONT_NOPAID_FINAL_NOPAID', 'WAIT_BUYER_PAY', 'pending_payment'],
    ['FRONT_PAID_FINAL_NOPAID', 'WAIT_BUYER_PAY', 'pending_payment'],
    ['FRONT_PAID_FINAL_NOPAID', 'WAIT_SELLER_SEND_GOODS', 'pending_payment'],
    ['FRONT_PAID_FINAL_PAID', 'WAIT_SELLER_SEND_GOODS', 'awaiting_shipment'],
    ['FRONT_NOPAID_FINAL_NOPAID', 'TRADE_CLOSED_BY_TAOBAO', 'cancelled'],
    ['FRONT_PAID_FINAL_NOPAID', 'TRADE_CLOSED_BY_TAOBAO', 'cancelled'],
    ['FRONT_PAID_FINAL_NOPAID', 'TRADE_CLOSED', 'refunded'],
    ['FRONT_PAID_FRONT_FORFEITED', 'TRADE_CLOSED_BY_TAOBAO', 'cancelled'],
    ['FRONT_PAID_FRONT_FORFEITED', 'TRADE_CLOSED', 'cancelled'],
  ])('%s in %s is %s', (word, status, expected) => {
    const order = step(word, status);
    expect(order).toMatchObject({
      status: expected,
      rawStatus: status,
      presale: { depositMinor: 2_000, balanceMinor: 12_700 },
      unknown: [],
    });
    expect(order.presale?.balancePaidAt === null).toBe(word !== 'FRONT_PAID_FINAL_PAID');
  });

  it('a deposit that was forfeited is no payment of the order', () => {
    expect(step('FRONT_PAID_FRONT_FORFEITED', 'TRADE_CLOSED')).toMatchObject({ paidAt: null, paidMinor: 0 });
  });

  it('a step nobody knows is flagged and changes nothing', () => {
    expect(step('FRONT_PAID_HALF', 'WAIT_SELLER_SEND_GOODS')).toMatchObject({
      status: 'awaiting_shipment',
      unknown: [{ kind: 'field', word: 'step_trade_status=FRONT_PAID_HALF' }],
    });
  });
});

describe('refunds of Taobao', () => {
  it('each line has its own, over what it cost after all discounts', () => {
    const order = withLines(
      { ...LINE, refund_status: 'SUCCESS', refund_id: '91', status: 'TRADE_CLOSED' },
      { ...OTHER, refund_status: 'WAIT_SELLER_AGREE', refund_id: '92' },
    );
    expect(order).toMatchObject({ status: 'awaiting_shipment', unknown: [] });
    expect(order.refunds).toMatchObject([
      { id: '91', state: 'succeeded', amountMinor: 10_800, lines: [{ sku: 'MUG-BLUE', quantity: 2 }] },
      { id: '92', state: 'open', amountMinor: 2_700, lines: [{ sku: 'TRAY', quantity: 1 }] },
    ]);
  });

  it.each(['CLOSED', 'NO_REFUND'])('%s with a number takes the refund off the line again', (word) => {
    expect(withLines({ ...LINE, refund_status: word, refund_id: '91' }).refunds).toMatchObject([{ id: '91', state: 'withdrawn' }]);
  });

  it('no word, no refund', () => {
    for (const nothing of [undefined, null, '', 'null']) expect(withLines({ ...LINE, refund_status: nothing }).refunds).toEqual([]);
    expect(withLines(LINE).refunds).toEqual([]);
  });

  it('every word nobody knows is flagged, the refunds stay open and the state stays known', () => {
    const order = withLines(
      { ...LINE, refund_status: 'WAIT_FOR_GODOT', refund_id: '91' },
      { ...OTHER, refund_status: 'success', refund_id: '92' },
    );
    expect(order.status).toBe('awaiting_shipment');
    expect(order.refunds).toMatchObject([{ state: 'open' }, { state: 'open' }]);
    expect(order.unknown).toEqual([
      { kind: 'refund', word: 'WAIT_FOR_GODOT' },
      { kind: 'refund', word: 'success' },
    ]);
  });
});

describe('messages of Taobao', () => {
  const message = (topic: string, content: string) => read(adapter, topic, { id: '1', topic, pub_time: '2026-03-02 09:01:03', content });
  const content = '{"tid":3311002200110099884,"oid":3311002200110099885,"status":"TRADE_FINISHED","payment":"1.00"}';

  it.each([
    ['taobao_trade_TradeCreate'],
    ['taobao_trade_TradeBuyerStepPay'],
    ['taobao_trade_TradePartlySellerShip'],
    ['taobao_trade_TradeMemoModified'],
    ['taobao_trade_TradeOfTomorrow'],
    ['taobao_refund_RefundCreated'],
    ['taobao_refund_RefundSellerAgreeAgreement'],
    ['taobao_refund_RefundClosed'],
  ])('%s is a hint, whatever state it names', (topic) => {
    expect(message(topic, content)).toEqual({
      ok: true,
      items: [],
      wanted: [{ kind: 'order', id: '3311002200110099884', because: 'push' }],
    });
  });

  it('content that cannot be read is refused in words', () => {
    expect(message('taobao_trade_TradeSuccess', '{"tid":')).toMatchObject({ ok: false });
  });
});

describe('calls of Taobao', () => {
  it('an empty memo is cleared, because the platform ignores an empty text', async () => {
    const { client, requests } = scripted(adapter, { app_key: 'k', secret: 's' }, [{ body: { trade_memo_update_response: {} } }]);
    await client.memo?.({ channelOrderId: '1', memo: '', flag: null, attempt: 1 });
    await client.memo?.({ channelOrderId: '1', memo: '加急 😀', flag: 1, attempt: 1 });
    const sent = requests.map(({ body }) => new URLSearchParams(String(body)));
    expect(sent.map((params) => [params.get('memo'), params.get('reset'), params.get('flag')])).toEqual([
      [null, 'true', null],
      ['加急 😀', null, '1'],
    ]);
  });
});
