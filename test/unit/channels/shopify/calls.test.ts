import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/shopify/adapter.ts';
import { CODES } from '#main/channels/shopify/answers.ts';
import { nextPage } from '#main/channels/shopify/client.ts';
import { splitNote, withMemo } from '#main/channels/shopify/note.ts';
import { signOauthQuery, verifyOauthQuery } from '#main/channels/shopify/sign.ts';
import { neverThrows } from '#test/support/no-throw.ts';
import { NOW, read, scripted } from '#test/support/scripted-channel.ts';
import fixture from '../../../fixtures/channels/shopify-order.json' with { type: 'json' };
import samples from '../../../fixtures/channels/samples.json' with { type: 'json' };
import { vectorOf } from '../vector-of.ts';

const KEYS = { shop: 'https://some-shop.myshopify.com/admin', access_token: 'shpat_1' };
const BASE = 'https://some-shop.myshopify.com/admin/api/2026-10';
const WINDOW = { from: NOW - 60_000, to: NOW };
const LINK = `<${BASE}/orders.json?limit=250&page_info=abc%3D>; rel="next", <${BASE}/orders.json?page_info=zzz>; rel="previous"`;

describe('calls of Shopify', () => {
  it('reads closed windows of every state, oldest change first, and goes on by the cursor alone', async () => {
    const order = { id: 5550000000001, updated_at: '2025-06-18T20:15:33+08:00' };
    const { client, requests } = scripted(adapter, KEYS, [
      { body: { orders: [order] }, headers: { link: LINK } },
      { body: { orders: [] } },
    ]);
    const first = await client.changed('orders', WINDOW, null);
    expect(first).toMatchObject({ total: null, next: 'abc=', entries: [{ id: '5550000000001', updatedAt: Date.parse(order.updated_at) }] });
    expect(await client.changed('orders', WINDOW, { cursor: 'abc=' })).toEqual({ entries: [], total: null, next: null });
    const [one, two] = requests.map(({ url }) => new URL(url));
    expect(one?.origin).toBe('https://some-shop.myshopify.com');
    expect(Object.fromEntries(one?.searchParams ?? [])).toEqual({
      limit: '250',
      status: 'any',
      updated_at_min: '2025-06-18T12:15:00Z',
      updated_at_max: '2025-06-18T12:16:00Z',
      order: 'updated_at asc',
    });
    expect(Object.fromEntries(two?.searchParams ?? [])).toEqual({ limit: '250', page_info: 'abc=' });
    expect(requests[0]?.headers['x-shopify-access-token']).toBe('AT1');
  });

  it('finds the next page in the Link header, and none behind the last', () => {
    expect(nextPage(LINK)).toBe('abc=');
    expect(nextPage(`<${BASE}/orders.json?page_info=zzz>; rel="previous"`)).toBeNull();
    expect(nextPage(undefined)).toBeNull();
  });

  it.each(['shop.example.com', 'some-shop.myshopify.com.example.com', 'example.com#.myshopify.com', ''])(
    'sends its token to no shop called %j',
    async (shop) => {
      const { client, requests } = scripted(adapter, { ...KEYS, shop }, [{ body: { orders: [] } }]);
      await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'not-connected' });
      expect(requests).toEqual([]);
    },
  );

  it('keeps a 64-bit id on its way', async () => {
    const { client } = scripted(adapter, KEYS, [{ body: '{"orders":[{"id":9007199254740993}]}' }]);
    expect((await client.changed('orders', WINDOW, null)).entries[0]?.id).toBe('9007199254740993');
  });

  it.each(Object.entries(CODES))('reads the status %s as %s', async (status, meaning) => {
    const { client } = scripted(adapter, KEYS, [{ status: Number(status), body: { errors: 'words' } }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({
      code: meaning,
      details: { platformCode: status, platformMessage: 'words' },
    });
  });

  it.each([
    [{ body: '<html>' }, 'bad-answer'],
    [{ body: {} }, 'bad-answer'],
    [{ status: 429, headers: { 'retry-after': '2.0' }, body: '' }, 'rate-limited'],
    [{ status: 503, body: '' }, 'transient'],
    [{ status: 418, body: {} }, 'transient'],
  ])('reads %j as %s', async (answer, meaning) => {
    const { client } = scripted(adapter, KEYS, [answer]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning });
  });

  it.each([
    '[API] This action requires merchant approval for scope: read_orders.',
    '[API] This action requires merchant approval for read_orders scope.',
  ])('names the scope a token lacks: %s', async (errors) => {
    const { client } = scripted(adapter, KEYS, [{ status: 403, body: { errors } }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({
      code: 'permission',
      details: { permission: 'read_orders' },
    });
  });

  const ship = { channelOrderId: '1', trackingNumber: 'SF1', carrier: 'sf', lines: [] };
  const shipped = (number: string) => ({ body: { order: { fulfillments: [{ status: 'success', tracking_number: number }] } } });

  it('fulfils what is open with one parcel', async () => {
    const open = {
      body: {
        fulfillment_orders: [
          { id: 17, status: 'open' },
          { id: 18, status: 'closed' },
        ],
      },
    };
    const { client, requests, groups } = scripted(adapter, KEYS, [open, { body: {} }]);
    await client.ship?.({ ...ship, attempt: 1 });
    expect(JSON.parse(String(requests[1]?.body))).toEqual({
      fulfillment: {
        line_items_by_fulfillment_order: [{ fulfillment_order_id: 17 }],
        tracking_info: { number: 'SF1', company: 'SF Express' },
        notify_customer: false,
      },
    });
    expect(groups).toEqual(['write', 'write']);
  });

  it('from the second attempt on reads back first, and never ships a second parcel', async () => {
    const there = scripted(adapter, KEYS, [shipped('SF1')]);
    await there.client.ship?.({ ...ship, attempt: 2 });
    expect(there.requests.map(({ method }) => method)).toEqual(['GET']);
    const another = scripted(adapter, KEYS, [shipped('SF2')]);
    const refused = { code: 'refused', details: { expected: 'SF1', found: 'SF2' } };
    await expect(another.client.ship?.({ ...ship, attempt: 2 })).rejects.toMatchObject(refused);
    expect(another.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('writes a memo behind the words of the buyer, once', async () => {
    const { client, requests } = scripted(adapter, KEYS, [
      { body: { order: { note: '周末送' } } },
      { body: {} },
      { body: { order: { note: '周末送\n[OrderPulse] 易碎' } } },
    ]);
    await client.memo?.({ channelOrderId: '1', memo: '易碎', flag: null, attempt: 1 });
    expect(JSON.parse(String(requests[1]?.body))).toEqual({ order: { id: 1, note: '周末送\n[OrderPulse] 易碎' } });
    await client.memo?.({ channelOrderId: '1', memo: '易碎', flag: null, attempt: 2 });
    expect(requests).toHaveLength(3);
  });

  it.each([
    ['周末送', '易碎', '周末送\n[OrderPulse] 易碎'],
    ['', '易碎', '[OrderPulse] 易碎'],
    ['周末送\n[OrderPulse] 旧', '新', '周末送\n[OrderPulse] 新'],
    ['周末送\n[OrderPulse] 旧', '', '周末送'],
  ])('a note %j with the memo %j is %j, and is read back', (note, memo, written) => {
    expect(withMemo(note, memo)).toBe(written);
    expect(splitNote(written)).toEqual({ buyerMessage: splitNote(note).buyerMessage, sellerMemo: memo });
  });

  it('sets a level at the inventory item of the variant, and only where a location is named', async () => {
    const answers = [{ body: { variant: { inventory_item_id: 808950810 } } }, { body: {} }];
    const stock = { sku: 'A', itemId: '2', skuId: '3', available: 7, attempt: 1 };
    const { client, requests } = scripted(adapter, KEYS, answers, { locationId: '655441491' });
    await client.setStock?.(stock);
    expect(JSON.parse(String(requests[1]?.body))).toEqual({ location_id: 655441491, inventory_item_id: 808950810, available: 7 });
    await expect(scripted(adapter, KEYS, answers).client.setStock?.(stock)).rejects.toMatchObject({ code: 'unsupported' });
  });
});

describe('an authorisation of Shopify', () => {
  const { secret, query_sorted, expected } = vectorOf('shopify-oauth-hmac-1', 'secret', 'query_sorted', 'expected');
  const at = 1_337_178_173_000;
  const query = `hmac=${expected}&${query_sorted.split('&').reverse().join('&')}`;

  it('is known by its signature, whatever the order of its parameters', () => {
    expect(signOauthQuery(query, secret)).toBe(expected);
    expect(verifyOauthQuery(query, ['old', secret], at)).toBe(true);
  });

  it.each([
    ['90 s later', query, [secret], at + 90_000, true],
    ['91 s later', query, [secret], at + 91_000, false],
    ['91 s earlier', query, [secret], at - 91_000, false],
    ['of another shop', query.replace('some-shop', 'evil-shop'), [secret], at, false],
    ['with another secret', query, ['other'], at, false],
    ['with no secret', query, [''], at, false],
  ])('%s', (_case, given, secrets, now, accepted) => {
    expect(verifyOauthQuery(given, secrets, now)).toBe(accepted);
  });
});

describe('what Shopify sends', () => {
  it('is the sample and the fixture alike, bare and as a single order of the API', () => {
    expect(samples.shopify).toEqual(fixture.order);
    expect(read(adapter, 'order', { order: samples.shopify })).toEqual(read(adapter, 'order', samples.shopify));
  });

  it('says nothing of an order when the app is removed', () => {
    expect(read(adapter, 'app/uninstalled', { id: 1 })).toEqual({ ok: true, items: [] });
  });

  it('flags words of refunds nobody knows', () => {
    const refunds = [{ id: 1, created_at: '2025-06-20T02:00:00Z', transactions: [{ amount: '1.00', kind: 'refund', status: 'frozen' }] }];
    expect(read(adapter, 'order', { ...samples.shopify, refunds })).toMatchObject({
      items: [{ order: { unknown: [{ kind: 'refund', word: 'frozen' }], refunds: [{ state: 'open', rawState: 'frozen' }] } }],
    });
  });

  it('never throws, whatever one leaf becomes', () => {
    neverThrows(adapter, 'order', samples.shopify);
  });
});
