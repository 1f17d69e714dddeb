import { createCipheriv, createHash } from 'node:crypto';

const BLOCK = 32;

/** SHA-1 of the parts in order of their text, without anything between them. */
export function sortedSha1(parts: readonly string[]): string {
  return createHash('sha1')
    .update(Buffer.from([...parts].sort().join(''), 'utf8'))
    .digest('hex');
}

/**
 * A message sealed for one application: 16 random bytes, the length in four bytes (big end first), the message, the application's id;
 * filled up to 32-byte blocks, AES-256-CBC with the first half of the key as its start. Source: WeChat message encryption; WxJava tests.
 */
export function sealed(
  plain: string,
  { encodingAesKey, appid, random16 }: { encodingAesKey: string; appid: string; random16: Buffer },
): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const message = Buffer.from(plain, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const content = Buffer.concat([random16, length, message, Buffer.from(appid, 'utf8')]);
  const fill = BLOCK - (content.length % BLOCK);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([content, Buffer.alloc(fill, fill)])), cipher.final()]).toString('base64');
}
