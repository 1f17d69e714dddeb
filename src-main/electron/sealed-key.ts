import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ConfigError } from '#main/hub/config.ts';
import type { Keychain } from './sealed-config.ts';

/**
 * The key of the vault (base64), kept encrypted by the system's keychain; made the first time. Throws ConfigError where there is
 * no keychain, or it cannot open the kept key: credentials are never kept under a key that lies beside them in plain text.
 */
export function sealedVaultKey(path: string, keychain: Keychain): string {
  if (existsSync(path)) {
    try {
      return keychain.decryptString(readFileSync(path));
    } catch (error) {
      throw new ConfigError(
        `凭据密钥无法解密（${path}） / The key of the credentials cannot be opened (${path}): ${(error as Error).message}`,
      );
    }
  }
  if (!keychain.isEncryptionAvailable()) {
    throw new ConfigError(
      '系统钥匙串不可用，店铺凭据不会以明文保存 / The system keychain is not available, and credentials of shops are not kept in plain text',
    );
  }
  const key = randomBytes(32).toString('base64');
  writeFileSync(path, keychain.encryptString(key), { mode: 0o600 });
  return key;
}
