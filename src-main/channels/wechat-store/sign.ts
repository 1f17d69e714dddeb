import { createCipheriv, createDecipheriv } from 'node:crypto';
import { digest, sameText } from '../kit/sign.ts';

/**
 * SHA-1 over the sorted parts, lower-case hex. Three parts (token, timestamp, nonce) for the address check and plain mode, four
 * (with the encrypted text) for `msg_signature` of safe mode. Source: binarywang/WxJava weixin-java-common.
 */
export function signParts(...parts: string[]): string {
  return digest('sha1', [...parts].sort().join(''));
}

/** True when `given` is the signature of these parts. */
export function verifyParts(given: string, ...parts: string[]): boolean {
  return sameText(given.toLowerCase(), signParts(...parts));
}

const BLOCK = 32;

/**
 * AES-256-CBC, key = base64 of EncodingAESKey + `=`, IV = its first 16 bytes, PKCS#7 to 32 bytes. The plain text is 16 random
 * bytes, a 4-byte big-endian length, the message and the app id.
 */
export function encrypt(message: string, encodingAESKey: string, appid: string, random16: string): string {
  const key = Buffer.from(`${encodingAESKey}=`, 'base64');
  const content = Buffer.from(message, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const plain = Buffer.concat([Buffer.from(random16, 'utf8'), length, content, Buffer.from(appid, 'utf8')]);
  const padding = BLOCK - (plain.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)])), cipher.final()]).toString('base64');
}

/** The message of an encrypted text; null when key, padding or length do not fit. `appid`: whom the text says it is for. */
export function decrypt(encrypted: string, encodingAESKey: string): { message: string; appid: string } | null {
  try {
    const key = Buffer.from(`${encodingAESKey}=`, 'base64');
    const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const padded = Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64')), decipher.final()]);
    const padding = padded.at(-1) ?? 0;
    if (padding < 1 || padding > BLOCK || padded.length % BLOCK !== 0) return null;
    const plain = padded.subarray(0, padded.length - padding);
    if (padded.subarray(plain.length).some((byte) => byte !== padding)) return null;
    const end = 20 + plain.readUInt32BE(16);
    if (end > plain.length) return null;
    return { message: plain.toString('utf8', 20, end), appid: plain.toString('utf8', end) };
  } catch {
    // A wrong key or a text that is no whole number of blocks.
    return null;
  }
}
