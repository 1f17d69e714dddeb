import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Keychain } from '#main/electron/sealed-config.ts';
import { sealedVaultKey } from '#main/electron/sealed-key.ts';

/** A keychain that can be told apart from plain text, and opens only what it sealed. */
function keychain(available = true): Keychain {
  return {
    isEncryptionAvailable: () => available,
    encryptString: (text) => Buffer.from(`sealed:${Buffer.from(text).toString('hex')}`),
    decryptString: (bytes) => {
      const match = /^sealed:([0-9a-f]+)$/.exec(bytes.toString());
      if (!match) throw new Error('not sealed here');
      return Buffer.from(match[1] ?? '', 'hex').toString();
    },
  };
}

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'orderpulse-key-'));
  path = join(directory, 'vault.sealed');
});
afterEach(() => rmSync(directory, { recursive: true }));

test('the key is made once and kept sealed', () => {
  const key = sealedVaultKey(path, keychain());
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(readFileSync(path, 'utf8')).not.toContain(key);
  expect(sealedVaultKey(path, keychain())).toBe(key);
});

test('without a keychain nothing is kept in plain text', () => {
  expect(() => sealedVaultKey(path, keychain(false))).toThrow(/keychain is not available/);
  expect(() => readFileSync(path)).toThrow('ENOENT');
});

test('a key of another keychain is refused and left as it is', () => {
  writeFileSync(path, 'of another machine');
  expect(() => sealedVaultKey(path, keychain())).toThrow(/cannot be opened/);
  expect(readFileSync(path, 'utf8')).toBe('of another machine');
});
