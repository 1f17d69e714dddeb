import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/douyin/adapter.ts';
import { signRequest } from '#main/channels/douyin/sign.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { bytes, read } from '../../../support/scripted-channel.ts';

const KEY = '7100200300';
const SECRET = 'dd-s3cret';
const keys = { fields: { app_key: KEY, secret: SECRET }, secrets: [SECRET] };
const ACKNOWLEDGED = { status: 200, contentType: 'application/json', body: '{"code":0,"msg":"success"}' };
const signed = (body: Uint8Array) => createHash('md5').update(KEY).update(body).update(SECRET).digest('hex');

function deliver(body: string, headers: Record<string, string> = {}) {
  return adapter.push?.verify({ headers, body: bytes(body) }, keys, 0);
}
const sent = (text: string) => deliver(text, { 'event-sign': signed(bytes(text)) });
const message = (tag: string | number, id: string, data: unknown) => ({ tag, msg_id: id, data: JSON.stringify(data) });

describe('signature of Douyin Shop', () => {
  it('takes the very text of the parameters, unescaped, between the secrets', () => {
    const paramJson = '{"remark":"<b>早安😀 & \\"你好\\"</b>","sku_id":1700000000000000009}';
    const pattern = `app_key${KEY}methodorder.addOrderRemarkparam_json${paramJson}timestamp1772413200v2`;
    const expected = createHmac('sha256', SECRET).update(`${SECRET}${pattern}${SECRET}`, 'utf8').digest('hex');
    expect(signRequest({ appKey: KEY, method: 'order.addOrderRemark', paramJson, timestamp: 1772413200 }, SECRET)).toBe(expected);
    expect(signRequest({ appKey: KEY, method: 'order.addOrderRemark', paramJson: '', timestamp: '1772413200' }, SECRET)).toMatch(
      /^[0-9a-f]{64}$/,
    );
  });
});

describe('door of Douyin Shop', () => {
  it('takes several messages and one twice, every one under its own name', () => {
    const one = message(101, '88', { p_id: 1 });
    const taken = sent(JSON.stringify([one, message('102', '89', { p_id: 2 }), one]));
    expect(taken).toMatchObject({ ok: true, acknowledge: ACKNOWLEDGED });
    expect(taken?.ok && taken.messages.map(({ deliveryId, topic }) => [deliveryId, topic])).toEqual([
      ['88', '101'],
      ['89', '102'],
      ['88', '101'],
    ]);
  });

  it('takes one message without its array, with any white space, emoji and escapes that were signed', () => {
    const text = ` [ {"tag" : "113","msg_id":"90","data":"{\\"p_id\\":4837328765348566675,\\"remark\\":\\"\\u52a0\\u6025😀\\"}"} ]\n`;
    expect(sent(text)).toMatchObject({ ok: true, messages: [{ deliveryId: '90', topic: '113' }] });
    expect(deliver(text, { 'event-sign': signed(bytes(text.trim())) })).toMatchObject({ ok: false, status: 401 });
    expect(sent(JSON.stringify(message('113', '91', {})))).toMatchObject({ ok: true, messages: [{ deliveryId: '91' }] });
  });

  it('reads past a byte order mark, which is part of what is signed', () => {
    const text = `\uFEFF${JSON.stringify([message(100, '92', { p_id: 3 })])}`;
    expect(sent(text)).toMatchObject({ ok: true, messages: [{ deliveryId: '92' }] });
  });

  it('keeps the digits of a long number in a body that is written again', () => {
    const taken = sent('[{"tag":100,"msg_id":6971234567890123457,"data":{"p_id":4837328765348566675}}]');
    expect(taken?.ok && taken.messages[0]?.deliveryId).toBe('6971234567890123457');
    expect(taken?.ok && Buffer.from(taken.messages[0]?.body ?? []).toString()).toContain('4837328765348566675');
  });

  it('a message without a number is named by its text', () => {
    const taken = sent('[{"tag":100,"data":"{}"},{"tag":100,"data":"{ }"},{"tag":100,"data":"{}"}]');
    const names = taken?.ok ? taken.messages.map(({ deliveryId }) => deliveryId) : [];
    expect(names[0]).toMatch(/^md5:/);
    expect([names[0] === names[2], names[0] === names[1]]).toEqual([true, false]);
  });

  it.each(['', ' ', '\n', '\uFEFF', '[]', '{}', '[{}]', '[{"tag":0,"msg_id":"0","data":""}]'])(
    'the probe %j is acknowledged as the platform demands',
    (body) => {
      expect(deliver(body)).toEqual({ ok: true, messages: [], acknowledge: ACKNOWLEDGED });
      expect(deliver(body, { 'event-sign': 'ffff' })).toEqual({ ok: true, messages: [], acknowledge: ACKNOWLEDGED });
    },
  );

  it('a probe among real messages saves none of them from a wrong signature', () => {
    const text = JSON.stringify([message('0', '0', ''), message('101', '93', { p_id: 4 })]);
    expect(deliver(text, { 'event-sign': signed(bytes(`${text} `)) })).toMatchObject({ ok: false, status: 401 });
    expect(deliver(text, { 'event-sign': '' })).toMatchObject({ ok: false, status: 401 });
    expect(deliver(text)).toMatchObject({ ok: false, status: 401 });
  });

  it.each(['null', '7', '"text"', '[null]', '[7]'])('%s is no message without a signature', (body) => {
    expect(deliver(body)).toMatchObject({ ok: false, status: 401 });
  });

  it('takes five hundred messages at once', () => {
    const many = Array.from({ length: 500 }, (_, index) => message(101, String(index + 1), { p_id: index }));
    const taken = sent(JSON.stringify(many));
    expect(taken?.ok && taken.messages.length).toBe(500);
  });
});

const LINE = {
  order_id: '5001000000000000012',
  product_id: '3600000000000000001',
  sku_id: '1800000000000001',
  code: 'TEA-1',
  product_name: '茶叶',
  item_num: '2',
  origin_amount: 5_000,
  pay_amount: 9_000,
  after_sale_info: { after_sale_status: 0, after_sale_type: 0, refund_status: 0 },
};
const ORDER = {
  order_id: '5001000000000000011',
  order_status: 2,
  main_status: 2,
  trade_type: 0,
  create_time: 1772413200,
  pay_time: 1772413260,
  update_time: 1772413261,
  order_amount: 10_500,
  pay_amount: 9_500,
  post_amount: 500,
  promotion_amount: 1_000,
  sku_order_list: [LINE],
};

function orderOf(changes: Record<string, unknown> = {}): IncomingOrder {
  const result = read(adapter, 'order', { code: 10000, data: { shop_order_detail: { ...ORDER, ...changes } } });
  if (!result.ok || result.items[0]?.kind !== 'order') throw new Error(JSON.stringify(result));
  return result.items[0].order;
}
const afterSale = (status: number, type: number | undefined, line: object = LINE) => ({
  ...line,
  after_sale_info: { after_sale_status: status, after_sale_type: type },
});

describe('orders of Douyin Shop as they also come', () => {
  it('reads quantities that are text, one line alone and postage apart', () => {
    expect(orderOf({ sku_order_list: LINE })).toMatchObject({
      goodsMinor: 10_000,
      freightMinor: 500,
      discountMinor: 1_000,
      paidMinor: 9_500,
      lines: [{ sku: 'TEA-1', quantity: 2, unitPriceMinor: 5_000 }],
    });
  });

  it('the parts of a discount make up the whole where it is missing', () => {
    const parts = { promotion_shop_amount: 300, promotion_platform_amount: '200', promotion_talent_amount: 50 };
    expect(orderOf({ promotion_amount: undefined, ...parts }).discountMinor).toBe(550);
    expect(orderOf({ promotion_amount: 0, ...parts }).discountMinor).toBe(0);
  });

  it('goods without lines are what was paid and taken off', () => {
    for (const none of [undefined, null, []]) expect(orderOf({ sku_order_list: none })).toMatchObject({ goodsMinor: 10_000, lines: [] });
  });

  it('what costs nothing is a gift and takes no part in the sums', () => {
    const gift = { ...LINE, code: 'SAMPLE', item_num: 1, origin_amount: 0, pay_amount: 0 };
    const named = { ...LINE, code: 'SAMPLE', item_num: 1, origin_amount: 900, pay_amount: 0, given_product_type: 'FREE' };
    for (const extra of [gift, named]) {
      const order = orderOf({ sku_order_list: [LINE, extra] });
      expect(order.goodsMinor).toBe(10_000);
      expect(order.lines[1]).toEqual({ sku: 'SAMPLE', name: '茶叶', quantity: 1, unitPriceMinor: 0, gift: true });
      expect(order.lines[0]).not.toHaveProperty('gift');
    }
  });

  it.each([0, '0', '', null, 'null', undefined, '1970-01-01 08:00:00'])('%j is no time of payment', (nothing) => {
    expect(orderOf({ pay_time: nothing, order_status: 1, main_status: 1 })).toMatchObject({ paidAt: null, paidMinor: 0 });
    expect(orderOf({ pay_time: nothing, order_status: 999, main_status: 999 })).toMatchObject({ status: null, paidAt: null, paidMinor: 0 });
    expect(orderOf({ pay_time: nothing })).toMatchObject({ status: 'awaiting_shipment', paidAt: null, paidMinor: 9_500 });
  });

  it('times may be text, ms or a date', () => {
    for (const written of ['1772413261', 1772413261000, '2026-03-02 09:01:01']) {
      expect(orderOf({ update_time: written }).updatedAt).toBe(1772413261000);
    }
  });

  it('a part that was shipped tells its last parcel', () => {
    const parcels = [
      { tracking_no: 'YT1', company: 'yuantong' },
      { tracking_no: 'SF2', company: 'shunfeng' },
    ];
    expect(orderOf({ order_status: 101, main_status: 101, logistics_info: parcels })).toMatchObject({
      status: 'awaiting_shipment',
      partiallyShipped: true,
      trackingNumber: 'SF2',
      carrier: 'sf',
    });
    expect(orderOf({ logistics_info: parcels[0] })).toMatchObject({ trackingNumber: 'YT1', carrier: 'yto' });
  });

  it('a group that is complete may ship: 105 becomes 2', () => {
    expect(orderOf({ trade_type: 1, order_status: 105, main_status: 105 })).toMatchObject({ status: 'paid', sourceTags: ['group-buy'] });
    expect(orderOf({ trade_type: 1, order_status: 105 }).platformHold?.en).toContain('does not allow shipping');
    expect(orderOf({ trade_type: 1 })).toMatchObject({ status: 'awaiting_shipment', platformHold: null });
  });
});

describe('presale of Douyin Shop', () => {
  const phase = (current: number, changes: Record<string, unknown>) => ({
    current_phase: current,
    total_phase: 2,
    pay_success: false,
    ...changes,
  });
  const presale = (...phases: object[]) => orderOf({ trade_type: 2, order_status: 103, main_status: 103, order_phase_list: phases });

  it('lines have phases of their own', () => {
    const order = presale(
      phase(1, { pay_success: true, phase_pay_amount: 1_000, sku_order_id: '1' }),
      phase(1, { pay_success: true, phase_pay_amount: 2_000, sku_order_id: '2' }),
      phase(2, {
        phase_pay_amount: 0,
        phase_order_amount: 4_000,
        phase_promotion_amount: 500,
        phase_close_time: 1772499600,
        sku_order_id: '1',
      }),
      phase(2, { phase_pay_amount: 0, phase_order_amount: 3_000, sku_order_id: '2' }),
    );
    expect(order).toMatchObject({
      status: 'pending_payment',
      paidAt: null,
      paidMinor: 0,
      presale: { depositMinor: 3_000, balanceMinor: 6_500, balanceDueAt: 1772499600000, balancePaidAt: null },
    });
  });

  it('a deposit alone leaves the rest open', () => {
    expect(presale(phase(1, { pay_success: true, phase_pay_amount: 1_500 })).presale).toMatchObject({
      depositMinor: 1_500,
      balanceMinor: 8_000,
    });
    expect(orderOf({ order_status: 103, main_status: 103 }).presale).toMatchObject({ depositMinor: 0, balanceMinor: 9_500 });
  });

  it('a paid balance is a paid order', () => {
    const phases = [
      phase(1, { pay_success: true, phase_pay_amount: 1_500 }),
      phase(2, { pay_success: true, phase_pay_amount: 8_000, phase_pay_time: 1772490000 }),
    ];
    expect(orderOf({ trade_type: 2, order_phase_list: phases })).toMatchObject({
      status: 'awaiting_shipment',
      paidMinor: 9_500,
      presale: { balanceMinor: 8_000, balancePaidAt: 1772490000000 },
    });
  });
});

describe('after-sales of Douyin Shop', () => {
  it.each([
    ['one line of two', [afterSale(6, 2), LINE], 2, 'awaiting_shipment', undefined],
    ['all lines', [afterSale(6, 2), afterSale(11, 2)], 2, 'refunding', 'awaiting_shipment'],
    ['all but a gift', [afterSale(7, 0), { ...LINE, given_product_type: 'FREE' }], 3, 'refunding', 'shipped'],
    ['one paid back, one asked', [afterSale(12, 2), afterSale(8, 2)], 2, 'refunding', 'awaiting_shipment'],
    ['all paid back before shipment', [afterSale(12, 2), afterSale(12, undefined)], 2, 'refunded', 'awaiting_shipment'],
    ['all sent back and paid back', [afterSale(12, 0)], 3, 'refunded', 'shipped'],
    ['some money back after shipment', [afterSale(12, 1)], 3, 'shipped', undefined],
    ['paid back and closed', [afterSale(12, 1)], 4, 'refunded', 'cancelled'],
    ['withdrawn', [afterSale(28, 0)], 3, 'shipped', undefined],
    ['an exchange', [afterSale(13, 3)], 3, 'shipped', undefined],
    ['price protection', [afterSale(6, 6)], 5, 'completed', undefined],
    ['a resend', [afterSale(7, 7)], 5, 'completed', undefined],
  ])('of %s', (_what, lines, status, expected, beneath) => {
    const order = orderOf({ order_status: status, main_status: status, sku_order_list: lines });
    expect([order.status, order.beneath, order.unknown]).toEqual([expected, beneath, []]);
  });

  it('an unknown word is flagged once and changes nothing', () => {
    expect(orderOf({ sku_order_list: [afterSale(77, 0), afterSale(77, 0)] })).toMatchObject({
      status: 'awaiting_shipment',
      unknown: [{ kind: 'refund', word: '77' }],
    });
  });

  const told = (status: number, changes: Record<string, unknown> = {}) => ({
    aftersale_info: {
      aftersale_id: '7400000000000000001',
      aftersale_status: status,
      aftersale_type: 1,
      refund_amount: '1990',
      update_time: 1772500000,
      ...changes,
    },
    order_info: {
      shop_order_id: ORDER.order_id,
      related_order_info: [{ shop_sku_code: 'TEA-1', aftersale_item_num: 2, aftersale_pay_amount: 1_990 }],
    },
  });

  it('its own message flags an unknown word too', () => {
    expect(read(adapter, 'refund', told(77))).toMatchObject({
      items: [{ kind: 'refund', refund: { unknown: [{ kind: 'refund', word: '77' }], refund: { state: 'open', rawState: '77' } } }],
    });
    const known = read(adapter, 'refund', told(12));
    expect(known.ok && known.items[0]?.kind === 'refund' && known.items[0].refund.unknown).toBeUndefined();
  });

  it.each([3, 7, 8])('of type %i moves goods and no money', (type) => {
    expect(read(adapter, 'refund', told(6, { aftersale_type: type }))).toMatchObject({
      items: [{ refund: { refund: { amountMinor: 0, complaint: 'C', lines: [{ quantity: 2, amountMinor: 0 }] } } }],
    });
  });

  it('a time that is a date text is one', () => {
    expect(read(adapter, 'refund', told(12, { update_time: '2026-03-03 09:06:40' }))).toMatchObject({
      items: [{ refund: { updatedAt: 1772500000000 } }],
    });
  });

  it('a message with an empty number falls back on the next one, and an unknown state on a detail call', () => {
    const push = read(
      adapter,
      '200',
      message(200, '94', {
        p_id: '',
        shop_order_id: '5001',
        aftersale_id: '7400',
        aftersale_status: 99,
        refund_amount: 1,
        update_time: '2026-03-03 09:06:40',
      }),
    );
    expect(push).toEqual({
      ok: true,
      items: [],
      wanted: [
        { kind: 'order', id: '5001', because: 'push' },
        { kind: 'refund', id: '7400', because: 'push' },
      ],
    });
  });

  it.each([100, 101, 110, 102, 108, 103, 106, 104, 105, 111, 109, 113, 126, '101'])(
    'message %j is a hint, whatever state it names',
    (tag) => {
      expect(read(adapter, String(tag), message(tag, '95', { p_id: '5001', s_ids: ['5001'], order_status: 5, pay_amount: 1 }))).toEqual({
        ok: true,
        items: [],
        wanted: [{ kind: 'order', id: '5001', because: 'push' }],
      });
    },
  );
});
