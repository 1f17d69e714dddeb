import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ConfigError } from './config.ts';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** First byte of everything sealed, so that the form may change one day. */
const FORM = 1;

/**
 * Encrypts what must never lie readable on disk: credentials and tokens (L5). AES-256-GCM with a key that is kept outside the
 * database, a fresh random nonce each time, and the place it belongs to (`channel/shop`) bound in, so that a row copied to
 * another shop cannot be opened there.
 */
export class Vault {
  readonly #key: Uint8Array;

  /** Throws ConfigError for a key that is not 32 bytes. */
  constructor(key: Uint8Array) {
    if (key.byteLength !== KEY_BYTES) {
      throw new ConfigError('保险库密钥应为 32 字节（base64） / The vault key must be 32 bytes in base64');
    }
    this.#key = key;
  }

  seal(plain: object, context: string): Uint8Array {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(plain), 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(FORM), iv, cipher.getAuthTag(), sealed]);
  }

  /** Throws ConfigError, in words, when the key is not the one it was sealed with or the bytes were changed. */
  open(sealed: Uint8Array, context: string): unknown {
    const bytes = Buffer.from(sealed);
    try {
      if (bytes[0] !== FORM) throw new Error('unknown form');
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(1, 1 + IV_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(bytes.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES));
      const text = Buffer.concat([decipher.update(bytes.subarray(1 + IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
      return JSON.parse(text) as unknown;
    } catch {
      throw new ConfigError(
        `${context} 的凭据无法解密：vault.key 与此数据库不匹配 / The credentials of ${context} cannot be opened: vault.key does not belong to this database`,
      );
    }
  }
}
