import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#main/hub/config.ts';
import type { HubOptions } from './options.ts';

const KEY_BYTES = 32;

/**
 * The key of the vault: the host's own, else `ORDERPULSE_VAULT_KEY`, else `<data>/vault.key`, which only its owner may read. A
 * workspace that is `thrownAway` gets a key of its own that nobody keeps. Throws ConfigError for a key that cannot be used.
 */
export function readVaultKey(
  { dataDirectory, vaultKey }: Pick<HubOptions, 'dataDirectory' | 'vaultKey'>,
  thrownAway: boolean,
  environment: NodeJS.ProcessEnv = process.env,
): Uint8Array {
  const given = vaultKey ?? environment['ORDERPULSE_VAULT_KEY'];
  if (given) return keyOf(given, vaultKey === undefined ? 'ORDERPULSE_VAULT_KEY' : 'vault key');
  if (thrownAway || dataDirectory === '') return randomBytes(KEY_BYTES);
  const path = join(dataDirectory, 'vault.key');
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const fresh = randomBytes(KEY_BYTES);
  try {
    writeFileSync(path, `${fresh.toString('base64')}\n`, { flag: 'wx', mode: 0o600 });
    return fresh;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(path, (error as Error).message);
  }
  try {
    return keyOf(readFileSync(path, 'utf8'), path);
  } catch (error) {
    throw error instanceof ConfigError ? error : unusable(path, (error as Error).message);
  }
}

function keyOf(text: string, place: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.byteLength !== KEY_BYTES) throw unusable(place, `${key.byteLength} bytes instead of ${KEY_BYTES}`);
  return key;
}

function unusable(place: string, reason: string): ConfigError {
  return new ConfigError(`保险库密钥不可用（${place}） / The vault key cannot be used (${place}): ${reason}`);
}
