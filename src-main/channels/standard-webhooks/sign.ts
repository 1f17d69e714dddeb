import { Buffer } from 'node:buffer';
import { createHmac, createPublicKey, createSecretKey, verify as verifySignature } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { sameText } from '../kit/sign.ts';

/**
 * Standard Webhooks 1.0.0. Source: standard-webhooks/standard-webhooks, spec/standard-webhooks.md (Apache-2.0).
 * Signed content is `id.timestamp.body` over the bytes as received; `v1` is HMAC-SHA256 with a `whsec_` secret,
 * `v1a` is ed25519 with a `whpk_` public key.
 */
/** Ed25519 raw key and signature sizes in bytes (RFC 8032). */
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

export function signedContent(id: string, timestamp: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`, 'utf8'), body]);
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

/** `v1,` and the base64 HMAC; null when the secret is none of this scheme. `timestamp` in Unix seconds. */
export function signPush(id: string, timestamp: string, body: Uint8Array, secret: string): string | null {
  const key = symmetricKey(secret);
  return (
    key &&
    `v1,${createHmac('sha256', key)
      .update(signedContent(id, timestamp, body))
      .digest('base64')}`
  );
}

export function matchesV1(signature: string, content: Buffer, secrets: readonly string[]): boolean {
  let match = false;
  for (const secret of secrets) {
    const key = symmetricKey(secret);
    if (key && sameText(signature, createHmac('sha256', key).update(content).digest('base64'))) match = true;
  }
  return match;
}

export function matchesV1a(signature: string, content: Buffer, secrets: readonly string[]): boolean {
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.length !== SIGNATURE_BYTES || bytes.toString('base64') !== signature) return false;
  return secrets.some((secret) => {
    const key = publicKey(secret);
    return key !== null && verifySignature(null, content, key, bytes);
  });
}
