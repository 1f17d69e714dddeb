import { createHmac, createPublicKey, createSecretKey, timingSafeEqual, verify as verifySignature } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { MINUTE, SECOND } from '#shared/time.ts';
import { headerOf } from '../port.ts';
import type { SignedDelivery, Verification } from '../port.ts';

/**
 * Standard Webhooks 1.0.0. Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md (Apache-2.0).
 * Signed content is `id.timestamp.body` over the bytes as received; `v1` is HMAC-SHA256 with a `whsec_` secret,
 * `v1a` is ed25519 with a `whpk_` public key.
 */
const TOLERANCE = 5 * MINUTE;
/** A rotation needs two or three; more would only let a stranger buy our time. */
const MAX_SIGNATURES = 16;
/** Ed25519 raw key and signature sizes in bytes (RFC 8032). */
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

function refusal(status: 400 | 401, zh: string, en: string): Verification {
  return { ok: false, status, reason: { zh, en } };
}

/** `v1,AAA v1a,BBB`, and `v1,AAA, v1,BBB` where a proxy joined repeated headers. Unknown versions are ignored by the caller. */
function signatureList(header: string): { version: string; signature: string }[] {
  return header
    .split(/\s+/, MAX_SIGNATURES)
    .map((entry) => /^([^,]+),([^,]+),?$/.exec(entry))
    .filter((match) => match !== null)
    .map((match) => ({ version: match[1] ?? '', signature: match[2] ?? '' }));
}

function signedContent(id: string, timestamp: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`, 'utf8'), body]);
}

/** Equal texts, compared in constant time. Comparing the base64 text rather than its bytes leaves no second spelling of a signature. */
function sameText(given: string, expected: string): boolean {
  const left = Buffer.from(given, 'utf8');
  const right = Buffer.from(expected, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Prepared keys: looking at the bytes anew would cost more than the signature itself. Shops have few secrets, so none is dropped. */
const SYMMETRIC_KEYS = new Map<string, KeyObject | null>();

/** The HMAC key of a secret, or null when it is empty or belongs to the other scheme. */
function symmetricKey(secret: string): KeyObject | null {
  const known = SYMMETRIC_KEYS.get(secret);
  if (known !== undefined) return known;
  const bytes = /^wh[ps]k_/.test(secret) ? Buffer.alloc(0) : Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const key = bytes.length === 0 ? null : createSecretKey(bytes);
  SYMMETRIC_KEYS.set(secret, key);
  return key;
}

function publicKey(secret: string): KeyObject | null {
  if (!secret.startsWith('whpk_')) return null;
  const raw = Buffer.from(secret.slice('whpk_'.length), 'base64');
  if (raw.length !== PUBLIC_KEY_BYTES) return null;
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }, format: 'jwk' });
}

function matchesV1(signature: string, content: Buffer, secrets: readonly string[]): boolean {
  let match = false;
  for (const secret of secrets) {
    const key = symmetricKey(secret);
    if (key && sameText(signature, createHmac('sha256', key).update(content).digest('base64'))) match = true;
  }
  return match;
}

function matchesV1a(signature: string, content: Buffer, secrets: readonly string[]): boolean {
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.length !== SIGNATURE_BYTES || bytes.toString('base64') !== signature) return false;
  return secrets.some((secret) => {
    const key = publicKey(secret);
    return key !== null && verifySignature(null, content, key, bytes);
  });
}

/** Checks id, age and signature; the topic is filled in by the door, which can read the body. */
export function verifyStandardWebhook(delivery: SignedDelivery, secrets: readonly string[], now: number): Verification {
  const id = headerOf(delivery, 'webhook-id');
  const timestamp = headerOf(delivery, 'webhook-timestamp');
  const signatures = headerOf(delivery, 'webhook-signature');
  if (id === undefined || timestamp === undefined || signatures === undefined) {
    return refusal(
      400,
      '缺少 webhook-id、webhook-timestamp 或 webhook-signature 请求头',
      'The headers webhook-id, webhook-timestamp and webhook-signature are required',
    );
  }
  if (id.includes('.')) return refusal(400, 'webhook-id 不得含有句点', 'webhook-id must not contain a dot');
  if (!/^\d{1,12}$/.test(timestamp)) {
    return refusal(400, 'webhook-timestamp 应为 Unix 秒', 'webhook-timestamp must be a number of Unix seconds');
  }
  if (Math.abs(now - Number(timestamp) * SECOND) > TOLERANCE) {
    return refusal(400, 'webhook-timestamp 与当前时间相差超过 5 分钟', 'webhook-timestamp is more than 5 minutes away from now');
  }
  const content = signedContent(id, timestamp, delivery.body);
  const accepted = signatureList(signatures).some(({ version, signature }) => {
    if (version === 'v1') return matchesV1(signature, content, secrets);
    return version === 'v1a' && matchesV1a(signature, content, secrets);
  });
  if (accepted) return { ok: true, deliveryId: id, topic: '' };
  return refusal(401, '签名与店铺密钥不符', 'The signature does not match a secret of this shop');
}
