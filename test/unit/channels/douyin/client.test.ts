import { describe, expect, it } from 'vitest';
import { ANSWERS } from '#main/channels/douyin/answers.ts';
import { adapter } from '#main/channels/douyin/adapter.ts';
import { signRequest } from '#main/channels/douyin/sign.ts';
import { NOW, scripted } from '../../../support/scripted-channel.ts';

const KEYS = { app_key: '3333445566', secret: 'dd-demo-secret', refresh_token: 'RT1' };
const WINDOW = { from: NOW - 60_000, to: NOW };
const good = (data: unknown) => ({ body: { code: 10000, msg: 'success', data } });

describe('calls of Douyin Shop', () => {
  it('signs the bytes it sends, keys sorted, pages from 0', async () => {
    const { client, requests, groups } = scripted(adapter, KEYS, [good({ shop_order_list: [], total: 0 })]);
    expect(await client.changed('orders', WINDOW, { page: 2 })).toEqual({ entries: [], total: 0, next: null });
    const [request] = requests;
    const url = new URL(request?.url ?? '');
    const body = String(request?.body);
    expect(url.origin + url.pathname).toBe('https://openapi-fxg.jinritemai.com/order/searchList');
    expect(body).toBe(
      `{"order_asc":true,"order_by":"update_time","page":2,"size":100,"update_time_end":${NOW / 1000},"update_time_start":${NOW / 1000 - 60}}`,
    );
    const call = { appKey: KEYS.app_key, method: 'order.searchList', paramJson: body, timestamp: NOW / 1000 };
    expect(url.searchParams.get('sign')).toBe(signRequest(call, KEYS.secret));
    expect(url.searchParams.get('access_token')).toBe('AT1');
    expect(groups).toEqual(['list']);
  });

  it('hands every row on as it was told, ids exact', async () => {
    const body = '{"code":10000,"data":{"total":1,"shop_order_list":[{"order_id":4837000000000000001,"update_time":1750294800}]}}';
    const { client } = scripted(adapter, KEYS, [{ body }]);
    const { entries, total } = await client.changed('orders', WINDOW, null);
    expect(total).toBe(1);
    expect(entries).toMatchObject([{ id: '4837000000000000001', kind: 'order', updatedAt: 1750294800000 }]);
    expect(Buffer.from(entries[0]?.payload?.body ?? []).toString()).toContain('4837000000000000001');
  });

  it.each(Object.entries(ANSWERS))('reads the code %s as %s', async (code, meaning) => {
    const answer = code.startsWith('is') ? { code: 99999, sub_code: code, sub_msg: 'words' } : { code: Number(code), msg: 'words' };
    const { client } = scripted(adapter, KEYS, [{ body: answer, dateOffMs: -11 * 60_000 }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning, details: { platformMessage: 'words' } });
  });

  it('says how far the clock is off', async () => {
    const { client } = scripted(adapter, KEYS, [{ body: { code: 30003, msg: 'timestamp' }, dateOffMs: -11 * 60_000 }]);
    const error = await client.changed('orders', WINDOW, null).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'clock-skew', details: { clockOffMs: 11 * 60_000 } });
    expect((error as { text: { zh: string } }).text.zh).toContain('11 分钟');
  });

  it.each([
    [{ body: '<html>' }, 'bad-answer'],
    [{ body: '"ok"' }, 'bad-answer'],
    [{ body: { code: 10000, data: {} } }, 'bad-answer'],
    [{ status: 429, headers: { 'retry-after': '7' }, body: '' }, 'rate-limited'],
    [{ status: 502, body: '' }, 'transient'],
    [{ body: { code: 123456 } }, 'transient'],
  ])('reads %j as %s', async (answer, meaning) => {
    const { client } = scripted(adapter, KEYS, [answer]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning });
  });

  it('gives back an order the platform does not know as absent', async () => {
    const { client } = scripted(adapter, KEYS, [{ body: { code: 50002, sub_code: 'isv.order-not-exist' } }]);
    expect(await client.details('order', ['1'])).toEqual([{ id: '1', payload: null, observedAt: NOW }]);
  });

  it('renews both tokens', async () => {
    const { client, requests } = scripted(adapter, KEYS, [
      good({ access_token: 'AT2', refresh_token: 'RT2', expires_in: 604800, shop_id: 77977 }),
    ]);
    expect(await client.refresh?.(null)).toMatchObject({
      accessToken: 'AT2',
      refreshToken: 'RT2',
      expiresAt: NOW + 604_800_000,
      identity: '77977',
    });
    expect(String(requests[0]?.body)).toBe('{"grant_type":"refresh_token","refresh_token":"RT1"}');
  });

  it('names the shop by its newest order', async () => {
    const { client } = scripted(adapter, KEYS, [good({ total: 1, shop_order_list: [{ shop_id: 77977, shop_name: '示例店' }] })]);
    expect(await client.identify()).toEqual({ identity: '77977', name: '示例店' });
  });

  const shipped = (number: string) => good({ shop_order_detail: { order_status: 3, logistics_info: [{ tracking_no: number }] } });
  const ship = { channelOrderId: '1', trackingNumber: 'SF1', carrier: 'sf', lines: [] };

  it('ships with the carrier code of the platform', async () => {
    const { client, requests } = scripted(adapter, KEYS, [good({})]);
    await client.ship?.({ ...ship, attempt: 1 });
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(['/order/logisticsAdd']);
    expect(String(requests[0]?.body)).toBe('{"company_code":"shunfeng","logistics_code":"SF1","order_id":"1"}');
  });

  it('looks first when it tries again, and does nothing when it is done', async () => {
    const { client, requests } = scripted(adapter, KEYS, [shipped('SF1')]);
    await client.ship?.({ ...ship, attempt: 2 });
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(['/order/orderDetail']);
  });

  it('refuses when another number is there', async () => {
    const { client } = scripted(adapter, KEYS, [{ body: { code: 50002, sub_code: 'isv.order-already-shipped' } }, shipped('SF2')]);
    await expect(client.ship?.({ ...ship, attempt: 1 })).rejects.toMatchObject({ code: 'refused' });
  });

  it('sets a stock level, never a difference, with bare ids', async () => {
    const { client, requests } = scripted(adapter, KEYS, [good({})]);
    await client.setStock?.({ sku: 'A', itemId: '3500000000000000009', skuId: '1700000000000009', available: -2, attempt: 1 });
    expect(String(requests[0]?.body)).toBe(
      '{"incremental":false,"product_id":3500000000000000009,"sku_id":1700000000000009,"stock_num":0}',
    );
  });
});
