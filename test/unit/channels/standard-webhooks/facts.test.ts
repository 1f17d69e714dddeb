import { createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/standard-webhooks/adapter.ts';
import type { IncomingOrder } from '#main/model/incoming.ts';
import { bytes, read } from '#test/support/scripted-channel.ts';

const NOW = Date.parse('2026-01-05T09:31:00+08:00');
const AT = String(NOW / 1_000);
const ID = 'msg_2aXQ';
/** 32 bytes whose base64 needs padding and both letters that differ in addresses. */
const KEY = Buffer.from('fb'.repeat(16) + 'ef'.repeat(16), 'hex');
const BODY = bytes('{"type":"order.paid","note":"谢谢 🙏"}\n');

const v1 = (key: Buffer, body: Uint8Array = BODY, id = ID, at = AT) =>
  `v1,${createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest('base64')}`;
const verify = (signature: string, secrets: string[], over: Record<string, string> = {}, body: Uint8Array = BODY, now = NOW) =>
  adapter.push?.verify(
    { headers: { 'Webhook-Id': ID, 'WEBHOOK-TIMESTAMP': AT, 'webhook-signature': signature, ...over }, body },
    { fields: {}, secrets },
    now,
  );

describe('signatures of Standard Webhooks', () => {
  const secret = `whsec_${KEY.toString('base64')}`;
  const other = Buffer.alloc(24, 7);
  const pair = generateKeyPairSync('ed25519');
  const raw = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const content = Buffer.concat([Buffer.from(`${ID}.${AT}.`), BODY]);
  const v1a = `v1a,${signWith(null, content, pair.privateKey).toString('base64')}`;

  it.each([
    ['with its prefix', secret],
    ['without', KEY.toString('base64')],
    ['without padding', secret.replace(/=+$/, '')],
  ])('a secret %s is the same', (_how, written) => expect(verify(v1(KEY), [written])).toMatchObject({ ok: true }));

  it.each([
    ['a former key first', `${v1(other)} ${v1(KEY)}`],
    ['joined by a proxy', `${v1(other)}, ${v1(KEY)}`],
    ['beside versions to come', `v2,${'A'.repeat(43)}= v1b,xx ${v1(KEY)}`],
    ['beside one of the other scheme', `${v1a} ${v1(KEY)}`],
  ])('one of several is enough: %s', (_how, list) => expect(verify(list, [secret])).toMatchObject({ ok: true }));

  it('of both schemes is taken with the secret of either', () => {
    const both = `${v1(KEY)} ${v1a}`;
    expect(verify(both, [secret])).toMatchObject({ ok: true });
    expect(verify(both, [`whpk_${raw.toString('base64')}`])).toMatchObject({ ok: true });
    expect(verify(both, [`whpk_${Buffer.alloc(32, 1).toString('base64')}`])).toMatchObject({ ok: false, status: 401 });
  });

  it.each([
    ['the version of the other scheme', v1(KEY).replace('v1,', 'v1a,')],
    ['no version', v1(KEY).slice(3)],
    ['hex', `v1,${Buffer.from(v1(KEY).slice(3), 'base64').toString('hex')}`],
    ['the letters of addresses', v1(KEY).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')],
    ['nothing but a version', 'v1,'],
  ])('with %s is none', (_how, signature) => expect(verify(signature, [secret])).toMatchObject({ ok: false, status: 401 }));

  it('is over the bytes as they came, with the last line end', () => {
    expect(verify(v1(KEY), [secret], {}, BODY.subarray(0, -1))).toMatchObject({ ok: false });
    expect(verify(v1(KEY), [secret], {}, bytes(JSON.parse(Buffer.from(BODY).toString())))).toMatchObject({ ok: false });
  });

  it.each(['', 'whsec_', ' '])('the secret %j is never used', (empty) => {
    expect(verify(v1(Buffer.alloc(0)), [empty])).toMatchObject({ ok: false, status: 401 });
  });

  it('is the same delivery on every attempt, whatever its time', () => {
    const later = String(NOW / 1_000 + 60);
    const again = verify(v1(KEY, BODY, ID, later), [secret], { 'WEBHOOK-TIMESTAMP': later }, BODY, NOW + 60_000);
    const first = verify(v1(KEY), [secret]);
    if (!again?.ok || !first?.ok) throw new Error('refused');
    expect(again.messages[0]?.deliveryId).toBe(first.messages[0]?.deliveryId);
  });
});

const DATA = { id: 'S-9', currency: 'CNY', lines: [{ sku: 'BOWL', quantity: 2, unitPriceMinor: 1_250 }] };
const message = (type: string, data: unknown) => ({ type, timestamp: '2026-01-05T01:31:00Z', data });
function order(type: string, over: Record<string, unknown> = {}): IncomingOrder {
  const said = read(adapter, '', message(type, { ...DATA, ...over }));
  if (!said.ok || said.items[0]?.kind !== 'order') throw new Error(JSON.stringify(said));
  return said.items[0].order;
}

describe('messages of an own store', () => {
  it.each([
    ['order.created', 'pending_payment', 0],
    ['order.paid', 'paid', 2_500],
    ['order.shipped', 'shipped', 2_500],
    ['order.completed', 'completed', 2_500],
    ['order.cancelled', 'cancelled', 2_500],
  ])('%s alone means %s, with %i paid', (type, status, paidMinor) => expect(order(type)).toMatchObject({ status, paidMinor }));

  it.each(['constructor', 'backordered'])('a state %s that nobody knows is flagged', (status) => {
    expect(order('order.updated', { status })).toMatchObject({ status: null, unknown: [{ kind: 'status', word: status }] });
  });

  it.each(['ping', 'test', 'webhook.test', 'order.ping'])('%s tries the address out and tells of nothing', (type) => {
    expect(read(adapter, type, { type })).toEqual({ ok: true, items: [] });
  });

  it('a thin one is refused with what it lacks', () => {
    const said = read(adapter, 'order.paid', message('order.paid', { id: 'S-9' }));
    expect(said).toMatchObject({ ok: false, reason: { en: expect.stringContaining('data.lines') as string } });
  });

  it.each([
    ['KWD', 7_125],
    ['JPY', 1_980],
  ])('minor units of %s are taken as they are', (currency, paidMinor) => {
    expect(order('order.paid', { currency, paidMinor })).toMatchObject({ currency, paidMinor });
  });

  it('a number too long for a double is an id all the same', () => {
    const text = JSON.stringify(message('order.paid', { ...DATA, id: 'LONG' })).replace('"LONG"', '9223372036854775807');
    expect(read(adapter, '', text)).toMatchObject({ ok: true, items: [{ order: { channelOrderId: '9223372036854775807' } }] });
  });

  it('a refund that was taken back names its state', () => {
    const refund = { channelOrderId: 'S-9', refundId: 'R1', amountMinor: 100, state: 'withdrawn' };
    expect(read(adapter, '', message('refund.created', refund))).toMatchObject({
      items: [{ refund: { refund: { id: 'R1', state: 'withdrawn' } } }],
    });
    const { state: _left, ...open } = refund;
    expect(read(adapter, '', message('refund.created', open))).toMatchObject({ items: [{ refund: { refund: { state: 'open' } } }] });
    expect(read(adapter, '', message('refund.succeeded', open))).toMatchObject({ items: [{ refund: { refund: { state: 'succeeded' } } }] });
  });

  it('of 200 lines with gifts', () => {
    const lines = Array.from({ length: 200 }, (_, index) => ({ sku: `L${index}`, quantity: 1, unitPriceMinor: 0, gift: true }));
    const read = order('order.paid', { lines });
    expect(read).toMatchObject({ goodsMinor: 0, paidMinor: 0 });
    expect(read.lines).toEqual(lines.map((line) => ({ ...line, name: '' })));
  });
});
