import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/woocommerce/adapter.ts';
import { CODES } from '#main/channels/woocommerce/answers.ts';
import { NOW, scripted } from '#test/support/scripted-channel.ts';
import { vectorOf } from '../vector-of.ts';

const KEYS = { url: 'https://shop.example.com/', consumer_key: 'ck_1', consumer_secret: 'cs_1' };
const WINDOW = { from: NOW - 60_000, to: NOW };
const page = (orders: unknown, total = '1') => ({ body: orders, headers: { 'x-wp-total': total } });

describe('calls of WooCommerce', () => {
  it('asks for changes in UTC with a closed window and takes the total from the header', async () => {
    const order = { id: 727, date_modified_gmt: '2025-06-18T12:15:33' };
    const { client, requests, groups } = scripted(adapter, KEYS, [page([order], '101')]);
    expect(await client.changed('orders', WINDOW, { page: 2 })).toMatchObject({
      total: 101,
      next: null,
      entries: [{ id: '727', updatedAt: Date.parse('2025-06-18T12:15:33Z') }],
    });
    const url = new URL(requests[0]?.url ?? '');
    expect(url.origin + url.pathname).toBe('https://shop.example.com/wp-json/wc/v3/orders');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      modified_after: '2025-06-18T12:14:59',
      modified_before: '2025-06-18T12:16:01',
      dates_are_gmt: 'true',
      status: 'any',
      orderby: 'id',
      order: 'asc',
      per_page: '100',
      page: '2',
    });
    expect(requests[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('ck_1:cs_1').toString('base64')}`);
    expect(groups).toEqual(['list']);
  });

  it('over plain HTTP signs instead of sending the keys (RFC 5849), each call with a nonce of its own', async () => {
    const { client, requests } = scripted(adapter, { ...KEYS, url: 'http://shop.local' }, [page([])]);
    await client.changed('orders', WINDOW, null);
    await client.changed('orders', WINDOW, null);
    const [first, second] = requests.map(({ url }) => new URL(url).searchParams);
    expect(first?.get('oauth_nonce')).not.toBe(second?.get('oauth_nonce'));
    const pairs = [...(first ?? [])].filter(([name]) => name !== 'oauth_signature').sort();
    const joined = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
    const base = `GET&${encodeURIComponent('http://shop.local/wp-json/wc/v3/orders')}&${encodeURIComponent(joined)}`;
    expect(first?.get('oauth_signature')).toBe(createHmac('sha256', 'cs_1&').update(base).digest('base64'));
    expect(requests[0]?.headers['authorization']).toBeUndefined();
    expect(requests[0]?.url).not.toContain('cs_1');
  });

  it.each(Object.entries(CODES))('reads the code %s as %s', async (code, meaning) => {
    const { client } = scripted(adapter, KEYS, [{ status: 400, body: { code, message: 'words', data: { status: 400 } } }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning, details: { platformMessage: 'words' } });
  });

  it.each([
    ['Invalid signature - provided signature does not match.', 'auth-wrong-secret'],
    ['Invalid timestamp.', 'clock-skew'],
    ['Consumer secret is invalid.', 'auth-wrong-secret'],
    ['Consumer key is invalid.', 'token-revoked'],
    ['Something else.', 'token-revoked'],
  ])('tells by its words what a refused key means: %s', async (message, meaning) => {
    const body = { code: 'woocommerce_rest_authentication_error', message, data: { status: 401 } };
    const { client } = scripted(adapter, KEYS, [{ status: 401, body, dateOffMs: -11 * 60_000 }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning });
  });

  it.each([
    [{ status: 404, body: '<html>' }, 'bad-answer'],
    [{ status: 404, body: {} }, 'bad-answer'],
    [{ body: [] }, 'bad-answer'],
    [{ status: 429, body: '' }, 'rate-limited'],
    [{ status: 500, body: '' }, 'transient'],
  ])('reads %j as %s', async (answer, meaning) => {
    const { client } = scripted(adapter, KEYS, [answer]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning });
  });

  it('gives back an order the store does not know as absent', async () => {
    const { client } = scripted(adapter, KEYS, [
      { status: 404, body: { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.' } },
    ]);
    expect(await client.details('order', ['9'])).toEqual([{ id: '9', payload: null, observedAt: NOW }]);
  });

  it('needs the address of the store', async () => {
    const { client } = scripted(adapter, { consumer_key: 'ck_1', consumer_secret: 'cs_1' }, [page([])]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'not-connected' });
  });

  const ship = { channelOrderId: '727', trackingNumber: 'SF1', carrier: 'sf', lines: [] };
  const parcel = (value: string) => ({ body: { id: 727, meta_data: [{ key: '_tracking_number', value }] } });

  it('completes a shipped order and keeps its parcel beside it', async () => {
    const { client, requests } = scripted(adapter, KEYS, [{ body: { id: 727 } }]);
    await client.ship?.({ ...ship, attempt: 1 });
    expect(requests.map(({ method }) => method)).toEqual(['PUT']);
    expect(JSON.parse(String(requests[0]?.body))).toMatchObject({
      status: 'completed',
      meta_data: [{ key: '_tracking_number', value: 'SF1' }, {}],
    });
  });

  it('from the second attempt on reads back first, and never ships a second parcel', async () => {
    const there = scripted(adapter, KEYS, [parcel('SF1')]);
    await there.client.ship?.({ ...ship, attempt: 2 });
    expect(there.requests.map(({ method }) => method)).toEqual(['GET']);
    const another = scripted(adapter, KEYS, [parcel('SF2')]);
    const refused = { code: 'refused', details: { expected: 'SF1', found: 'SF2' } };
    await expect(another.client.ship?.({ ...ship, attempt: 2 })).rejects.toMatchObject(refused);
    expect(another.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('switches on again what was disabled for this door, and nothing else', async () => {
    const hook = (id: number, status: string, address: string) => ({ id, status, topic: `topic.${id}`, delivery_url: address });
    const path = '/hooks/woocommerce/shop-1';
    const hooks = [
      hook(1, 'disabled', `https://erp.example/pulse${path}/`),
      hook(2, 'paused', `https://erp.example${path}`),
      hook(3, 'disabled', 'https://books.example/hooks'),
      hook(4, 'disabled', `https://erp.example${path}0`),
      hook(5, 'disabled', `https://erp.example${path}`),
      hook(6, 'disabled', 'no address'),
    ];
    const refusal = { status: 403, body: { code: 'woocommerce_rest_cannot_edit', message: 'No.', data: { status: 403 } } };
    const { client, requests, groups } = scripted(adapter, KEYS, [{ body: hooks }, { body: {} }, refusal]);
    expect(await client.revivePushes?.(path)).toMatchObject([
      { topic: 'topic.1', error: null },
      { topic: 'topic.5', error: { code: 'permission' } },
    ]);
    expect(new URL(requests[0]?.url ?? '').searchParams.get('status')).toBe('disabled');
    expect(requests.slice(1).map(({ method, url, body }) => [method, new URL(url).pathname, body])).toEqual([
      ['PUT', '/wp-json/wc/v3/webhooks/1', '{"status":"active"}'],
      ['PUT', '/wp-json/wc/v3/webhooks/5', '{"status":"active"}'],
    ]);
    expect(groups).toEqual(['detail', 'write', 'write']);
  });

  it('writes a note once and a level absolutely', async () => {
    const { client, requests } = scripted(adapter, KEYS, [{ body: [{ note: '备注' }] }, { body: {} }]);
    const memo = { channelOrderId: '727', memo: '备注', flag: null };
    await expect(client.memo?.({ ...memo, attempt: 2 })).rejects.toMatchObject({ code: 'already-done' });
    await client.setStock?.({ sku: 'A', itemId: '93', skuId: '94', available: 5, attempt: 1 });
    expect(requests[1]).toMatchObject({ method: 'PUT', url: 'https://shop.example.com/wp-json/wc/v3/products/93/variations/94' });
    expect(JSON.parse(String(requests[1]?.body))).toEqual({ manage_stock: true, stock_quantity: 5 });
  });
});

describe('the door of WooCommerce', () => {
  const { secret, raw_body, expected } = vectorOf('woocommerce-webhook-shared', 'secret', 'raw_body', 'expected');
  const body = Buffer.from(raw_body);
  const keys = { fields: {}, secrets: ['old', secret] };
  const headers = { 'X-WC-Webhook-Signature': expected, 'X-WC-Webhook-Topic': 'order.updated' };
  const idOf = (bytes: Buffer) => {
    const signature = createHmac('sha256', secret).update(bytes).digest('base64');
    const verified = adapter.push?.verify({ headers: { ...headers, 'X-WC-Webhook-Signature': signature }, body: bytes }, keys, 0);
    return verified?.ok ? verified.messages[0]?.deliveryId : undefined;
  };

  it('takes the known answer', () => {
    expect(adapter.push?.verify({ headers, body }, keys, 0)).toMatchObject({ ok: true, messages: [{ topic: 'order.updated', body }] });
  });

  it('answers the ping of activation without keeping it', () => {
    const ping = adapter.push?.verify({ headers: {}, body: Buffer.from('webhook_id=15') }, keys, 0);
    expect(ping).toMatchObject({ ok: true, messages: [], acknowledge: { status: 200 } });
  });

  it('knows a redelivery by what it says, not by its delivery id', () => {
    const message = (status: string) => Buffer.from(JSON.stringify({ id: 727, date_modified_gmt: '2025-06-18T12:15:33', status }));
    expect(idOf(message('processing'))).toBe(idOf(message('processing')));
    expect(idOf(message('processing'))).not.toBe(idOf(message('completed')));
  });

  it.each([
    ['another byte', headers, Buffer.from(`${raw_body} `), keys],
    ['no signature', { 'x-wc-webhook-topic': 'order.updated' }, body, keys],
    ['another secret', headers, body, { fields: {}, secrets: ['other'] }],
    ['no secret', headers, body, { fields: {}, secrets: [''] }],
  ])('refuses %s', (_case, given, bytes, shopKeys) => {
    expect(adapter.push?.verify({ headers: given, body: bytes }, shopKeys, 0)).toMatchObject({ ok: false, status: 401 });
  });
});
