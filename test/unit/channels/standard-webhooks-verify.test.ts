import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { push } from '#main/channels/standard-webhooks/push.ts';
import { MINUTE } from '#shared/time.ts';
import { signStandard, signStandardAsymmetric, titleCase } from '#test/support/webhooks.ts';
import { vectorOf } from './vector-of.ts';

const known = vectorOf('standard-webhooks-1', 'secret', 'webhook_id', 'timestamp', 'raw_body', 'expected');
const SECRET = known.secret;
const NOW = Number(known.timestamp) * 1000;
const ID = known.webhook_id;
const delivery = {
  headers: { 'webhook-id': ID, 'webhook-timestamp': known.timestamp, 'webhook-signature': known.expected },
  body: Buffer.from(known.raw_body),
};
const status = (headers: Record<string, string>, secrets = [SECRET], now = NOW, body: Uint8Array = delivery.body) => {
  const verdict = push.verify({ headers, body }, { fields: {}, secrets }, now);
  return verdict.ok ? 200 : verdict.status;
};
const without = (name: string) => Object.fromEntries(Object.entries(delivery.headers).filter(([header]) => header !== name));

describe('a Standard Webhook', () => {
  it('is accepted with the published known answer', () => {
    expect(push.verify(delivery, { fields: {}, secrets: [SECRET] }, NOW)).toEqual({
      ok: true,
      messages: [{ deliveryId: ID, topic: '', body: delivery.body }],
      acknowledge: { status: 200, contentType: 'application/json', body: '{"accepted":true}' },
    });
  });

  it('names its event from the body', () => {
    const message = signStandard(SECRET, 'msg_1', NOW, { type: 'order.paid', data: {} });
    expect(push.verify(message, { fields: {}, secrets: [SECRET] }, NOW)).toMatchObject({
      ok: true,
      messages: [{ deliveryId: 'msg_1', topic: 'order.paid' }],
    });
  });

  it.each([
    ['lower case', delivery.headers],
    ['Title Case', titleCase(delivery.headers)],
    ['UPPER CASE', Object.fromEntries(Object.entries(delivery.headers).map(([name, value]) => [name.toUpperCase(), value]))],
  ])('is accepted with header names in %s', (_case, headers) => {
    expect(status(headers)).toBe(200);
  });

  it.each([
    ['a second signature matches', `v1,AAAA ${known.expected}`, [SECRET], 200],
    ['a proxy joined repeated headers', `v1,AAAA, ${known.expected}`, [SECRET], 200],
    ['an unknown version stands beside it', `v9,AAAA ${known.expected}`, [SECRET], 200],
    ['only an unknown version is given', known.expected.replace('v1,', 'v2,'), [SECRET], 401],
    ['the secret has no prefix', known.expected, [SECRET.replace('whsec_', '')], 200],
    ['the previous secret signed', known.expected, ['whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0', SECRET], 200],
    ['another secret signed', known.expected, ['whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0'], 401],
    ['no secret is configured', known.expected, [], 401],
    ['the secret is empty', known.expected, [''], 401],
    ['the secret is a bare prefix', known.expected, ['whsec_'], 401],
    ['the padding is missing', known.expected.replace('=', ''), [SECRET], 401],
    ['the version is missing', known.expected.slice(3), [SECRET], 401],
  ])('when %s', (_case, signature, secrets, expected) => {
    expect(status({ ...delivery.headers, 'webhook-signature': signature }, secrets)).toBe(expected);
  });

  it('an empty secret refuses even what was signed with an empty key', () => {
    const forged = signStandard('whsec_', 'msg_1', NOW, '{}');
    expect(status(forged.headers, ['', 'whsec_'], NOW, forged.body)).toBe(401);
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('is refused without %s', (name) => {
    expect(status(without(name))).toBe(400);
    expect(status({ ...delivery.headers, [name]: '  ' })).toBe(400);
  });

  it.each(['', 'abc', '1614265330.5', '-1614265330', '0x60', '1e9', '99999999999999'])('is refused with the timestamp %j', (timestamp) => {
    expect(status({ ...delivery.headers, 'webhook-timestamp': timestamp })).toBe(400);
  });

  it('is refused when its id has a dot, because the signed content would be ambiguous', () => {
    const message = signStandard(SECRET, 'msg.1', NOW, '{}');
    expect(status(message.headers, [SECRET], NOW, message.body)).toBe(400);
  });

  it.each([
    [-5 * MINUTE - 1, 400],
    [-5 * MINUTE, 200],
    [5 * MINUTE, 200],
    [5 * MINUTE + 1, 400],
  ])('read %i ms from its timestamp', (offset, expected) => {
    expect(status(delivery.headers, [SECRET], NOW + offset)).toBe(expected);
  });

  it('fails when any single bit of the body is flipped', () => {
    const message = signStandard(SECRET, ID, NOW, { type: 'order.paid', data: { note: '周末送' } });
    fc.assert(
      fc.property(fc.nat(message.body.length * 8 - 1), (bit) => {
        const body = Buffer.from(message.body);
        body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return status(message.headers, [SECRET], NOW, body) === 401;
      }),
      { numRuns: 500 },
    );
  });

  it('fails when any single byte of id, timestamp or signature is another', () => {
    fc.assert(
      fc.property(fc.constantFrom('webhook-id', 'webhook-timestamp', 'webhook-signature'), fc.nat(), fc.nat(93), (name, at, shift) => {
        const value = delivery.headers[name as keyof typeof delivery.headers];
        const index = at % value.length;
        const other = String.fromCharCode(33 + ((value.charCodeAt(index) - 33 + 1 + (shift % 93)) % 94));
        const changed = `${value.slice(0, index)}${other}${value.slice(index + 1)}`;
        return changed === value || status({ ...delivery.headers, [name]: changed }) !== 200;
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('an asymmetric Standard Webhook (v1a)', () => {
  const pair = generateKeyPairSync('ed25519');
  const privateKey = pair.privateKey.export({ format: 'der', type: 'pkcs8' });
  const raw = pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const secret = `whpk_${raw.toString('base64')}`;
  const signature = signStandardAsymmetric(privateKey, ID, NOW, delivery.body);
  const headers = { ...delivery.headers, 'webhook-signature': signature };

  it.each([
    ['its public key', [secret], 200],
    ['another scheme’s secret', [SECRET], 401],
    ['another public key', [`whpk_${Buffer.alloc(32, 7).toString('base64')}`], 401],
    ['a truncated public key', [secret.slice(0, -8)], 401],
    ['the private key put in by mistake', [`whsk_${raw.toString('base64')}`], 401],
  ])('read with %s', (_case, secrets, expected) => {
    expect(status(headers, secrets)).toBe(expected);
  });

  it('fails on another body and on a truncated signature', () => {
    expect(status(headers, [secret], NOW, Buffer.from('{"test": 2432232315}'))).toBe(401);
    expect(status({ ...headers, 'webhook-signature': signature.slice(0, -4) }, [secret])).toBe(401);
  });

  it('a public key is never used as an HMAC secret', () => {
    const forged = signStandard(raw.toString('base64'), ID, NOW, delivery.body);
    expect(status(forged.headers, [secret], NOW, forged.body)).toBe(401);
  });
});
