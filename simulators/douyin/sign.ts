import { createHash, createHmac } from 'node:crypto';

/** Parts of a call in the one order the platform signs them; token and method of signing are not among them. */
const SIGNED = ['app_key', 'method', 'param_json', 'timestamp', 'v'] as const;

/** HMAC-SHA256 in lower-case hex; the secret is the key and stands around the text as well. Source: vendor SDK, sign_util. */
export function expectedSign(call: Readonly<Record<(typeof SIGNED)[number], string>>, secret: string): string {
  const middle = SIGNED.reduce((text, part) => text + part + call[part], '');
  return createHmac('sha256', Buffer.from(secret, 'utf8'))
    .update(Buffer.from(secret + middle + secret, 'utf8'))
    .digest('hex');
}

/** Header `event-sign` of a push. */
export function eventSign(appKey: string, body: Buffer, secret: string): string {
  const hash = createHash('md5');
  for (const part of [Buffer.from(appKey, 'utf8'), body, Buffer.from(secret, 'utf8')]) hash.update(part);
  return hash.digest('hex');
}

/** Whether the keys of JSON objects stand in order, at every level. */
export function keysInOrder(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(keysInOrder);
  if (typeof value !== 'object' || value === null) return true;
  const keys = Object.keys(value);
  return keys.every((key, position) => position === 0 || (keys[position - 1] ?? '') < key) && Object.values(value).every(keysInOrder);
}
