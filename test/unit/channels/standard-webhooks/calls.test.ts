import { describe, expect, it } from 'vitest';
import { adapter } from '#main/channels/standard-webhooks/adapter.ts';
import { CODES } from '#main/channels/standard-webhooks/client.ts';
import type { ChannelAccess } from '#main/channels/client.ts';
import type { HttpRequest } from '#main/channels/transport.ts';
import { neverThrows } from '#test/support/no-throw.ts';
import { bytes, NOW, readingShop } from '#test/support/scripted-channel.ts';

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const WINDOW = { from: NOW - 60_000, to: NOW };
const ORDER = {
  channelOrderId: 'A1',
  status: 'paid',
  currency: 'CNY',
  updatedAt: NOW - 5_000,
  lines: [{ sku: 'S', quantity: 1, unitPriceMinor: 100 }],
};

function store(
  answers: { status?: number; body: unknown; dateOffMs?: number }[],
  endpoint: string | null = 'https://own.example.com/pull',
  secrets = [SECRET],
) {
  const requests: HttpRequest[] = [];
  const access: ChannelAccess = {
    shopId: 'own',
    keys: { fields: {}, secrets },
    options: {},
    endpoint,
    token: () => Promise.reject(new Error('An own store has no token.')),
    now: () => NOW,
    pace: () => Promise.resolve(),
    wait: () => Promise.resolve(),
    transport: {
      send(request) {
        const { status = 200, body, dateOffMs = 0 } = answers[Math.min(requests.length, answers.length - 1)] ?? { body: '' };
        requests.push(request);
        return Promise.resolve({ status, headers: {}, body: bytes(body), sentAt: NOW, receivedAt: NOW, date: NOW + dateOffMs });
      },
      close: () => undefined,
    },
  };
  const client = adapter.connect?.(access);
  if (!client) throw new Error('The channel has no client.');
  return { client, requests };
}

describe('reading an own store back', () => {
  it('signs an empty body like a push and goes on by cursor', async () => {
    const { client, requests } = store([{ body: { orders: [ORDER], next: 'c2' } }, { body: { orders: [], next: null } }]);
    expect(await client.changed('orders', WINDOW, null)).toMatchObject({
      total: null,
      next: 'c2',
      entries: [{ id: 'A1', updatedAt: NOW - 5_000 }],
    });
    expect(await client.changed('orders', WINDOW, { cursor: 'c2' })).toEqual({ entries: [], total: null, next: null });
    const [first, second] = requests;
    expect(first?.url).toBe(
      'https://own.example.com/pull/orders?updatedFrom=2025-06-18T12%3A15%3A00.000Z&updatedTo=2025-06-18T12%3A16%3A00.000Z',
    );
    expect(second?.url).toContain('&cursor=c2');
    expect(first?.headers['webhook-id']).not.toBe(second?.headers['webhook-id']);
    const verified = adapter.push?.verify(
      { headers: first?.headers ?? {}, body: new Uint8Array() },
      { fields: {}, secrets: [SECRET] },
      NOW,
    );
    expect(verified).toMatchObject({ ok: true });
  });

  it('makes of each order the message the store would have pushed', async () => {
    const { client } = store([{ body: { order: ORDER } }, { status: 404, body: { error: 'not found' } }]);
    const [found, absent] = await client.details('order', ['A1', 'A2']);
    const payload = { topic: 'order', body: found?.payload?.body ?? new Uint8Array(), observedAt: NOW };
    expect(adapter.normalise(payload, readingShop(adapter))).toMatchObject({
      ok: true,
      items: [{ kind: 'order', order: { channelOrderId: 'A1', status: 'paid', updatedAt: NOW - 5_000 } }],
    });
    expect(absent).toEqual({ id: 'A2', payload: null, observedAt: NOW });
  });

  it('lists the ids of a day', async () => {
    const { client, requests } = store([{ body: { ids: ['A1', 2], next: null } }]);
    expect(await client.dayIds(WINDOW, null)).toEqual({ ids: ['A1', '2'], total: null, next: null });
    expect(requests[0]?.url).toContain('/order-ids?createdFrom=');
  });

  it('tells of a shipment with the same message id on every attempt', async () => {
    const { client, requests } = store([{ body: {} }]);
    const request = { channelOrderId: 'A1', trackingNumber: 'SF1', carrier: 'sf', lines: [{ sku: 'S', quantity: 1 }] };
    await client.ship?.({ ...request, attempt: 1 });
    await client.ship?.({ ...request, attempt: 2 });
    expect(requests[0]?.headers['webhook-id']).toBe(requests[1]?.headers['webhook-id']);
    expect(JSON.parse(String(requests[0]?.body))).toEqual(request);
  });

  it.each(Object.entries(CODES))('reads the status %s as %s', async (status, meaning) => {
    const { client } = store([{ status: Number(status), body: { error: 'words' } }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning, details: { platformMessage: 'words' } });
  });

  it.each([
    [{ body: '<html>' }, 'bad-answer'],
    [{ body: {} }, 'bad-answer'],
    [{ status: 429, body: '' }, 'rate-limited'],
    [{ status: 418, body: {} }, 'transient'],
  ])('reads %j as %s', async (answer, meaning) => {
    await expect(store([answer]).client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: meaning });
  });

  it('says how far the clock is off when a signature is refused for its time', async () => {
    const { client } = store([{ status: 401, body: { error: 'timestamp' }, dateOffMs: 11 * 60_000 }]);
    await expect(client.changed('orders', WINDOW, null)).rejects.toMatchObject({
      code: 'clock-skew',
      details: { clockOffMs: -11 * 60_000 },
    });
  });

  it('needs an address and a secret it can sign with', async () => {
    await expect(store([], null).client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'not-connected' });
    const publicKey = [`whpk_${Buffer.alloc(32, 1).toString('base64')}`];
    await expect(store([], undefined, publicKey).client.changed('orders', WINDOW, null)).rejects.toMatchObject({ code: 'not-connected' });
  });

  it('never throws, whatever one leaf becomes', () => {
    neverThrows(adapter, '', { type: 'order.paid', timestamp: NOW, data: { ...ORDER, refunds: [{ id: 'R', amountMinor: 5 }] } });
  });
});
