import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** How a digest is written: lower-case hex, upper-case hex, or base64. */
export type Form = 'hex' | 'HEX' | 'base64';
export type Algorithm = 'md5' | 'sha1' | 'sha256';

function written(bytes: Buffer, form: Form): string {
  if (form === 'base64') return bytes.toString('base64');
  const hex = bytes.toString('hex');
  return form === 'HEX' ? hex.toUpperCase() : hex;
}

/** A plain digest of text (as UTF-8) or bytes. What goes into it, and in which order, is each platform's own rule. */
export function digest(algorithm: Algorithm, content: string | Uint8Array, form: Form = 'hex'): string {
  return written(createHash(algorithm).update(content).digest(), form);
}

/** An HMAC of text (as UTF-8) or bytes. */
export function keyedDigest(algorithm: Algorithm, key: string | Uint8Array, content: string | Uint8Array, form: Form = 'hex'): string {
  return written(createHmac(algorithm, key).update(content).digest(), form);
}

/** Equal texts, compared in a time that does not depend on where they differ. */
export function sameText(given: string, expected: string): boolean {
  const left = Buffer.from(given, 'utf8');
  const right = Buffer.from(expected, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}
