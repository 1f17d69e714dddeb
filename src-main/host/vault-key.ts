import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  try {
    const kept = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // An empty file is one that a start did not come to fill: nothing was sealed with it.
    return kept.trim() === '' ? freshKey(path, existsSync(path)) : keyOf(kept, path);
  } catch (error) {
    throw error instanceof ConfigError ? error : unusable(path, (error as Error).message);
  }
}

/** On the disk before anything is sealed with it: without it nothing sealed can ever be opened again. */
function freshKey(path: string, replace: boolean): Uint8Array {
  const fresh = randomBytes(KEY_BYTES);
  writeFileSync(path, `${fresh.toString('base64')}\n`, { flag: replace ? 'w' : 'wx', mode: 0o600, flush: true });
  return fresh;
}

function keyOf(text: string, place: string): Uint8Array {
  const key = Buffer.from(text.trim(), 'base64');
  if (key.byteLength !== KEY_BYTES) throw unusable(place, `${key.byteLength} bytes instead of ${KEY_BYTES}`);
  return key;
}

function unusable(place: string, reason: string): ConfigError {
  return new ConfigError(`保险库密钥不可用（${place}） / The vault key cannot be used (${place}): ${reason}`);
}
