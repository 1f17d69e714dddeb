import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '#main/hub/config.ts';
import { Vault } from '#main/hub/vault.ts';
import { readVaultKey } from '#main/host/vault-key.ts';

const KEY = Buffer.alloc(32, 7);
const SECRET = { app_key: 'k-123', secret: 'correct horse battery staple' };

describe('the vault', () => {
  const vault = new Vault(KEY);

  test('opens what it sealed; the same secret never looks the same twice', () => {
    const [one, other] = [vault.seal(SECRET, 'douyin/main'), vault.seal(SECRET, 'douyin/main')];
    expect(vault.open(one, 'douyin/main')).toEqual(SECRET);
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
    expect(Buffer.from(one).includes('battery')).toBe(false);
  });

  test('refuses another key, another shop and every changed byte, in words', () => {
    const sealed = vault.seal(SECRET, 'douyin/main');
    expect(() => new Vault(Buffer.alloc(32, 8)).open(sealed, 'douyin/main')).toThrow(/vault\.key does not belong to this database/);
    expect(() => vault.open(sealed, 'douyin/other')).toThrow(ConfigError);
    for (let place = 0; place < sealed.length; place += 1) {
      const changed = Uint8Array.from(sealed);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(() => vault.open(changed, 'douyin/main')).toThrow(ConfigError);
    }
    expect(() => vault.open(sealed.slice(0, 20), 'douyin/main')).toThrow(ConfigError);
    expect(() => new Vault(Buffer.alloc(16))).toThrow(ConfigError);
  });
});

describe('its key', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'orderpulse-vault-'))));
  afterEach(() => rmSync(directory, { recursive: true }));
  const given = Buffer.alloc(32, 3).toString('base64');

  test('is made once beside the database, for its owner alone', () => {
    const made = readVaultKey({ dataDirectory: directory }, false, {});
    const path = join(directory, 'vault.key');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Buffer.from(readFileSync(path, 'utf8'), 'base64')).toEqual(Buffer.from(made));
    expect(readVaultKey({ dataDirectory: directory }, false, {})).toEqual(made);
  });

  test('comes from the host or the environment where they have one', () => {
    const environment = { ORDERPULSE_VAULT_KEY: Buffer.alloc(32, 4).toString('base64') };
    expect(Buffer.from(readVaultKey({ dataDirectory: directory, vaultKey: given }, false, environment))).toEqual(Buffer.alloc(32, 3));
    expect(Buffer.from(readVaultKey({ dataDirectory: directory }, false, environment))).toEqual(Buffer.alloc(32, 4));
  });

  test('a workspace that is thrown away has one nobody keeps', () => {
    expect(readVaultKey({ dataDirectory: '' }, false, {})).not.toEqual(readVaultKey({ dataDirectory: '' }, false, {}));
    expect(readVaultKey({ dataDirectory: directory }, true, {})).toHaveLength(32);
  });

  test('a file that a start did not come to fill is filled by the next one', () => {
    const path = join(directory, 'vault.key');
    writeFileSync(path, '', { mode: 0o600 });
    const made = readVaultKey({ dataDirectory: directory }, false, {});
    expect(Buffer.from(readFileSync(path, 'utf8'), 'base64')).toEqual(Buffer.from(made));
  });

  test('a file that holds no key is named, and left as it is', () => {
    writeFileSync(join(directory, 'vault.key'), 'short');
    expect(() => readVaultKey({ dataDirectory: directory }, false, {})).toThrow(/vault\.key.*bytes instead of 32/);
    expect(readFileSync(join(directory, 'vault.key'), 'utf8')).toBe('short');
  });
});
