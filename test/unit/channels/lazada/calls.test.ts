import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/lazada/adapter.ts';
import { CODES } from '#main/channels/lazada/answers.ts';
import { signPush, signRequest } from '#main/channels/lazada/sign.ts';
import { NOW, scripted } from '#test/support/scripted-channel.ts';
import { vectorOf } from '../vector-of.ts';

const KEYS = { app_key: '123456', secret: 'helloworld', refresh_token: 'RT1' };
const WINDOW = { from: NOW - 60_000, to: NOW };
const good = (data: unknown) => ({ body: { code: '0', data, request_id: 'r' } });

describe('calls of Lazada', () => {
  it('reads a page of orders with the lines the list leaves out', async () => {
    const orders = [{ order_id: '260422900111111', updated_at: '2025-06-18T19:15:33+07:00' }];
    const items = [{ order_id: 260422900111111, order_items: [{ order_item_id: '1', sku: 'A' }] }];
    const { client, requests, groups } = scripted(adapter, KEYS, [good({ count: 1, countTotal: 201, orders }), good(items)]);
    const page = await client.changed('orders', WINDOW, { page: 2 });
    expect(page).toMatchObject({
      total: 201,
      next: null,
      entries: [{ id: '260422900111111', updatedAt: Date.parse('2025-06-18T12:15:33Z') }],
    });
    expect(JSON.parse(Buffer.from(page.entries[0]?.payload?.body ?? []).toString())).toEqual({
      order: orders[0],
      items: items[0]?.order_items,
    });
    expect(groups).toEqual(['list', 'detail']);
    const url = new URL(requests[0]?.url ?? '');
    expect(url.origin + url.pathname).toBe('https://api.lazada.vn/rest/orders/get');
    expect(url.search).toContain('update_after=2025-06-18T12%3A15%3A00%2B00%3A00');
    const { sign, ...params } = Object.fromEntries(url.searchParams);
    expect(params).toMatchObject({ offset: '200', limit: '100', sign_method: 'sha256', timestamp: String(NOW), access_token: 'AT1' });
    expect(sign).toBe(signRequest('/orders/get', params, KEYS.secret));
    expect(new URL(requests[1]?.url ?? '').searchParams.get('order_ids')).toBe('[260422900111111]');
  });

  it('asks alone for an order whose lines are missing: one of them keeps no page out', async () => {
    const orders = [{ order_id: '1', updated_at: '2025-06-18 20:15:33 +0800' }, { order_id: '2' }];
    const items = [{ order_id: '2', order_items: [{ order_item_id: '1', sku: 'A' }] }];
    const { client } = scripted(adapter, KEYS, [good({ countTotal: 2, orders }), good(items)]);
    expect((await client.changed('orders', WINDOW, null)).entries).toMatchObject([
      { id: '1', kind: 'order', updatedAt: Date.parse('2025-06-18T12:15:33Z'), payload: null },
      { id: '2', payload: { topic: 'order' } },
    ]);
  });

  it('joins a detail with its lines; an unknown order is absent', async () => {
    const { client } = scripted(adapter, KEYS, [
      good({ order_id: '1' }),
      good([{ sku: 'A' }]),
      { body: { code: '16', message: 'Order not found' } },
    ]);
    const [found, absent] = await client.details('order', ['1', '2']);
    expect(JSON.parse(Buffer.from(found?.payload?.body ?? []).toString())).toEqual({ order: { order_id: '1' }, items: [{ sku: 'A' }] });
    expect(absent).toMatchObject({ id: '2', payload: null });
  });

  it.each(Object.entries(CODES))('reads the code %s as %s', async (code, meaning) => {
    const { client } = scripted(adapter, KEYS, [{ body: { code, type: 'ISP', message: 'words' }, dateOffMs: -11 * 60_000 }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning, details: { platformMessage: 'words' } });
  });

  it.each([
    [{ body: '<html>' }, 'bad-answer'],
    [{ body: '"ok"' }, 'bad-answer'],
    [good({}), 'bad-answer'],
    [{ status: 429, body: '' }, 'rate-limited'],
    [{ status: 503, body: '' }, 'transient'],
    [{ body: { code: 'SomethingNew' } }, 'transient'],
  ])('reads %j as %s', async (answer, meaning) => {
    const { client } = scripted(adapter, KEYS, [answer]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning });
  });

  it('renews the token at the address for all countries', async () => {
    const granted = {
      body: {
        code: '0',
        access_token: 'AT2',
        refresh_token: 'RT2',
        expires_in: 604800,
        refresh_expires_in: '1209600',
        country_user_info: [{ seller_id: 7 }],
      },
    };
    const { client, requests } = scripted(adapter, KEYS, [granted]);
    expect(await client.refresh?.(null)).toEqual({
      accessToken: 'AT2',
      refreshToken: 'RT2',
      expiresAt: NOW + 604_800_000,
      refreshExpiresAt: NOW + 1_209_600_000,
      identity: '7',
    });
    const url = new URL(requests[0]?.url ?? '');
    expect(url.origin + url.pathname).toBe('https://auth.lazada.com/rest/auth/token/refresh');
    expect(url.searchParams.get('refresh_token')).toBe('RT1');
    expect(url.searchParams.has('access_token')).toBe(false);
  });
});

describe('the door of Lazada', () => {
  const { app_key, secret, raw_body, expected } = vectorOf('lazada-push-shared', 'app_key', 'secret', 'raw_body', 'expected');
  const keys = { fields: { app_key }, secrets: ['old', secret] };
  const body = Buffer.from(raw_body);

  it('takes the known answer and names the message by what happened', () => {
    expect(adapter.push?.verify({ headers: { Authorization: expected }, body }, keys, 0)).toEqual({
      ok: true,
      messages: [{ deliveryId: '260422900298363:260422900198363:unpaid:1603698638', topic: 'message_type_0', body }],
      acknowledge: { status: 200, contentType: 'application/json', body: '{}' },
    });
  });

  it.each([
    ['another byte', { Authorization: expected }, Buffer.from(`${raw_body} `), keys, 401],
    ['upper case', { authorization: expected.toUpperCase() }, body, keys, 401],
    ['no signature', {}, body, keys, 401],
    ['no app key', { authorization: expected }, body, { fields: {}, secrets: [secret] }, 401],
    ['an empty secret', { authorization: signPush(body, app_key, '') }, body, { fields: { app_key }, secrets: [''] }, 401],
    ['no JSON', { authorization: signPush(Buffer.from('x'), app_key, secret) }, Buffer.from('x'), keys, 400],
  ])('refuses %s', (_case, headers, bytes, shopKeys, status) => {
    expect(adapter.push?.verify({ headers, body: bytes }, shopKeys, 0)).toMatchObject({ ok: false, status });
  });
});
