import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChannelId } from '#shared/channels.ts';
import type { ShopKeys, SignedDelivery } from '#main/channels/channel.ts';
import { signPush as signDouyin } from '#main/channels/douyin/sign.ts';
import { signPush as signLazada } from '#main/channels/lazada/sign.ts';
import { ADAPTERS, adapterOf } from '#main/channels/registry.ts';
import { encrypt, signParts } from '#main/channels/wechat-store/sign.ts';
import { signPush as signWooCommerce } from '#main/channels/woocommerce/sign.ts';
import { signBody } from '#main/channels/youzan/sign.ts';
import { BAD_JSON, placesOf, replaced } from '#test/support/bad-values.ts';
import { readingShop } from '#test/support/scripted-channel.ts';
import { signShopify, signStandard } from '#test/support/webhooks.ts';
import samples from '../../fixtures/channels/samples.json' with { type: 'json' };

const NOW = Date.parse('2025-06-18T20:16:00+08:00');
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const AES = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
const KEYS: ShopKeys = {
  secrets: [SECRET],
  fields: { app_key: 'key', secret: SECRET, client_id: 'id', client_secret: SECRET, token: 'token', encodingAESKey: AES, appid: 'wx1' },
};
const HERE = '\u0001here';

/** As the platform signs it: what comes after the signature has to stand whatever it holds. */
const SIGNED: Partial<Record<ChannelId, (body: Buffer) => Omit<SignedDelivery, 'body'> & { body?: Uint8Array }>> = {
  douyin: (body) => ({ headers: { 'event-sign': signDouyin('key', body, SECRET) } }),
  youzan: (body) => ({ headers: { 'event-sign': signBody('id', body, SECRET), 'event-type': 'trade' } }),
  lazada: (body) => ({ headers: { authorization: signLazada(body, 'key', SECRET) } }),
  woocommerce: (body) => ({ headers: { 'x-wc-webhook-topic': 'order.updated', 'x-wc-webhook-signature': signWooCommerce(body, SECRET) } }),
  shopify: (body) => ({ headers: signShopify(SECRET, 'orders/paid', 'w-1', body).headers }),
  'standard-webhooks': (body) => ({ headers: signStandard(SECRET, 'msg_1', NOW, body).headers }),
  'wechat-store': (body) => {
    const sealed = encrypt(body.toString('utf8'), AES, 'wx1', 'aaaabbbbccccdddd');
    const query = { timestamp: '1', nonce: 'n', msg_signature: signParts('token', '1', 'n', sealed) };
    return { method: 'POST', query, headers: {}, body: Buffer.from(JSON.stringify({ Encrypt: sealed })) };
  },
};
const SAMPLES: Partial<Record<ChannelId, unknown>> = {
  douyin: [{ tag: '101', msg_id: '1', data: JSON.stringify(samples.douyin.data) }],
  youzan: samples.youzan_push,
  lazada: samples.lazada_push,
  woocommerce: samples.woocommerce,
  shopify: samples.shopify,
  'standard-webhooks': { type: 'order.paid', timestamp: '2025-06-18T12:16:00Z', data: { channelOrderId: '1', currency: 'CNY', lines: [] } },
  'wechat-store': samples.wechat_store_push,
};
const doors = [...ADAPTERS.values()].flatMap(({ manifest: { id }, push }) => (push ? [{ id, push }] : []));

/** Whatever is brought to a door is refused in words, or taken as messages that can be kept and read; returns which. */
function brought(id: ChannelId, delivery: SignedDelivery): 'refused' | 'taken' {
  const adapter = adapterOf(id);
  const verified = adapter.push?.verify(delivery, KEYS, NOW);
  if (!verified?.ok) {
    expect(verified?.reason.zh).toMatch(/\p{Script=Han}/u);
    return 'refused';
  }
  for (const { deliveryId, topic, body } of verified.messages) {
    expect(deliveryId.length).toBeGreaterThan(0);
    expect(deliveryId.length).toBeLessThanOrEqual(200);
    const read = adapter.normalise({ topic, body, observedAt: null }, readingShop(adapter));
    structuredClone(read);
    if (!read.ok) expect(read.reason.zh).toMatch(/\p{Script=Han}/u);
  }
  return 'taken';
}

test('every channel with a door is knocked at', () => {
  expect(doors.map(({ id }) => id).sort()).toEqual(Object.keys(SIGNED).sort());
});

describe.each(doors)('the door of $id', ({ id }) => {
  const signed = SIGNED[id] as NonNullable<(typeof SIGNED)[ChannelId]>;
  const sign = (body: Buffer): SignedDelivery => ({ body, ...signed(body) });

  test('stands whatever is brought unsigned', () => {
    const name = fc.constantFrom(...Object.keys(sign(Buffer.from('{}')).headers), 'content-type', '__proto__');
    const headers = fc.dictionary(name, fc.oneof(fc.string(), fc.constantFrom(...BAD_JSON.filter((json) => json.length < 1_000))));
    const query = fc.dictionary(fc.constantFrom('signature', 'msg_signature', 'timestamp', 'nonce', 'echostr'), fc.string());
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(...BAD_JSON).map((json) => new Uint8Array(Buffer.from(json))),
    );
    const deliveries = fc.record({ method: fc.constantFrom('GET', 'POST'), headers, query, body });
    fc.assert(
      fc.property(deliveries, (delivery) => void brought(id, delivery)),
      { numRuns: 60, seed: 20_250_618 },
    );
  });

  test('stands whatever its platform signs', () => {
    const sample = SAMPLES[id];
    const places = placesOf(sample);
    expect(brought(id, sign(Buffer.from(JSON.stringify(sample))))).toBe('taken');
    const change = (place: number, json: string) =>
      void brought(
        id,
        sign(Buffer.from(JSON.stringify(replaced(sample, places[place] ?? [], HERE)).replace(JSON.stringify(HERE), () => json))),
      );
    fc.assert(fc.property(fc.nat(places.length - 1), fc.constantFrom(...BAD_JSON), change), { numRuns: 80, seed: 20_250_618 });
    for (const place of places.slice(0, 40).keys()) for (const json of BAD_JSON.slice(-2)) change(place, json);
    for (const text of ['', '\0', '{', '[]', '<xml>', '<xml></xml>', '<xml><__proto__>1</__proto__></xml>', '%', 'a=b&c=%'])
      brought(id, sign(Buffer.from(text)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void brought(id, sign(Buffer.from(bytes)))),
      { numRuns: 40, seed: 20_250_618 },
    );
  });
});
