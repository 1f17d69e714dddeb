import { createDecipheriv } from 'node:crypto';
import { digest } from '../kit/sign.ts';

/** `sign` of a push: MD5 over client id, `msg` as received (still URL-encoded) and secret, lower-case hex. Source: public push handlers. */
export function signPush(clientId: string, msg: string, secret: string): string {
  return digest('md5', `${clientId}${msg}${secret}`);
}

/** Header `event-sign` of the newer layout, over the raw body by the same family of rules (not confirmed). */
export function signBody(clientId: string, body: Uint8Array, secret: string): string {
  return digest('md5', Buffer.concat([Buffer.from(clientId, 'utf8'), body, Buffer.from(secret, 'utf8')]));
}

const IV = Buffer.from('0102030405060708', 'utf8');

/**
 * Opens a message about an app's orders: AES-128-CBC, key = the first 16 characters of the secret, base64, URL-encoded.
 * Null when the secret does not open it. Source: youzan/open-sdk-node.
 */
export function decryptMessage(ciphertext: string, secret: string): string | null {
  try {
    const key = Buffer.from(secret.slice(0, 16), 'utf8');
    const bytes = Buffer.from(decodeURIComponent(ciphertext), 'base64');
    const decipher = createDecipheriv('aes-128-cbc', key, IV);
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat([decipher.update(bytes), decipher.final()]));
  } catch {
    // A secret that is too short or wrong, or a text that is none of ours.
    return null;
  }
}
