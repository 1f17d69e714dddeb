import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { push } from '#main/channels/shopify/push.ts';
import { signShopify, titleCase } from '#test/support/webhooks.ts';
import { vectorOf } from './vector-of.ts';

const known = vectorOf('shopify-webhook-1', 'secret', 'raw_body', 'expected');
const SECRET = known.secret;
const body = Buffer.from(known.raw_body);
const headers = {
  'x-shopify-hmac-sha256': known.expected,
  'x-shopify-topic': 'orders/paid',
  'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
};
const verify = (given: Record<string, string>, secrets = [SECRET], bytes: Uint8Array = body) =>
  push.verify({ headers: given, body: bytes }, { fields: {}, secrets }, 0);
const status = (...args: Parameters<typeof verify>) => {
  const verdict = verify(...args);
  return verdict.ok ? 200 : verdict.status;
};

describe('a Shopify webhook', () => {
  it('is accepted with the known answer, its delivery id and topic', () => {
    expect(verify(headers)).toEqual({
      ok: true,
      messages: [{ deliveryId: headers['x-shopify-webhook-id'], topic: 'orders/paid', body }],
      acknowledge: { status: 200, contentType: 'application/json', body: '{}' },
    });
  });

  it('is accepted with header names in any case', () => {
    expect(verify(titleCase(headers))).toEqual(verify(headers));
    expect(verify({ 'X-SHOPIFY-HMAC-SHA256': known.expected })).toMatchObject({ ok: true, messages: [{ topic: '' }] });
  });

  it.each([
    ['the new and the old secret during a rotation', ['shpss_new', SECRET], 200],
    ['the new secret alone', ['shpss_new'], 401],
    ['no secret', [], 401],
    ['an empty secret', [''], 401],
  ])('read with %s', (_case, secrets, expected) => {
    expect(status(headers, secrets)).toBe(expected);
  });

  it('an empty secret refuses even what was signed with it', () => {
    const forged = signShopify('', 'orders/paid', 'w1', '{}');
    expect(status(forged.headers, [''], forged.body)).toBe(401);
  });

  it.each([
    ['missing', ''],
    ['hex instead of base64', Buffer.from(known.expected, 'base64').toString('hex')],
    ['unpadded', known.expected.replace('=', '')],
    ['truncated', known.expected.slice(0, 20)],
  ])('is refused when its signature is %s', (_case, signature) => {
    expect(status({ ...headers, 'x-shopify-hmac-sha256': signature })).toBe(401);
  });

  it('without a webhook id is known by topic and bytes: a retry is the same delivery, another topic is not', () => {
    const bare = { 'x-shopify-hmac-sha256': known.expected, 'x-shopify-topic': 'orders/paid' };
    const [first, again, other] = [verify(bare), verify(bare), verify({ ...bare, 'x-shopify-topic': 'orders/updated' })];
    const idOf = (verdict: ReturnType<typeof verify>) => (verdict.ok ? verdict.messages[0]?.deliveryId : undefined);
    expect(idOf(first)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(again).toEqual(first);
    expect(idOf(other)).not.toBe(idOf(first));
  });

  it('fails when any single bit of the body is flipped', () => {
    fc.assert(
      fc.property(fc.nat(body.length * 8 - 1), (bit) => {
        const bytes = Buffer.from(body);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return status(headers, [SECRET], bytes) === 401;
      }),
      { numRuns: 500 },
    );
  });

  it('fails when any single character of the signature is another', () => {
    fc.assert(
      fc.property(fc.nat(known.expected.length - 1), fc.integer({ min: 33, max: 126 }), (at, code) => {
        const signature = `${known.expected.slice(0, at)}${String.fromCharCode(code)}${known.expected.slice(at + 1)}`;
        return signature === known.expected || status({ ...headers, 'x-shopify-hmac-sha256': signature }) === 401;
      }),
      { numRuns: 1_000 },
    );
  });
});
