import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { SafeStorage } from 'electron';
import { ConfigError, configSchema } from '#main/hub/config.ts';
import type { HubConfig } from '#main/hub/config.ts';

/** The part of Electron's `safeStorage` this needs: the key lives in the system's own keychain. */
export type Keychain = Pick<SafeStorage, 'isEncryptionAvailable' | 'encryptString' | 'decryptString'>;

/** The workspace's configuration holds the secrets of its shops, so the shell keeps it encrypted (L5). */
export class SealedConfig {
  readonly #path: string;
  readonly #keychain: Keychain;

  constructor(path: string, keychain: Keychain) {
    this.#path = path;
    this.#keychain = keychain;
  }

  /** The kept configuration; null when none was ever opened. Throws ConfigError when it cannot be opened again. */
  read(): HubConfig | null {
    if (!existsSync(this.#path)) return null;
    try {
      return configSchema.parse(JSON.parse(this.#keychain.decryptString(readFileSync(this.#path))));
    } catch (error) {
      throw new ConfigError(
        `工作区配置无法解密，请重新打开配置文件 / The kept workspace configuration cannot be opened; open the file again: ${(error as Error).message}`,
      );
    }
  }

  /** Keeps a configuration. Throws ConfigError where the system offers no keychain: secrets are never kept in plain text. */
  write(config: HubConfig): void {
    if (!this.#keychain.isEncryptionAvailable()) {
      throw new ConfigError(
        '系统钥匙串不可用，密钥不会以明文保存 / The system keychain is not available, and secrets are not kept in plain text',
      );
    }
    writeFileSync(this.#path, this.#keychain.encryptString(JSON.stringify(config)), { mode: 0o600 });
  }

  forget(): void {
    rmSync(this.#path, { force: true });
  }
}
