import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StoreError } from '#main/hub/store-error.ts';
import { openDatabase } from '#main/storage/database.ts';
import { createRuleSets } from '#main/storage/rule-sets.ts';
import { createProfiles } from '#main/storage/work.ts';
import type { CustomerProfile } from '#main/model/facts.ts';
import { APPLICATION_ID, migrate } from '#main/storage/migrate.ts';
import { migrations } from '#main/storage/migrations/index.ts';

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'orderpulse-'));
  path = join(directory, 'orderpulse.db');
});
afterEach(() => rmSync(directory, { recursive: true }));

function schemaOf(database: Database.Database): string[] {
  return database.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name').pluck().all() as string[];
}

function refusal(open: () => unknown): StoreError {
  try {
    open();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('The store was opened.');
}

describe('migrations', () => {
  test('are numbered from one without a gap', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });

  test.each(migrations.map(({ version }) => version - 1))('from version %i lead to the same schema as from nothing', (version) => {
    const fresh = new Database(':memory:');
    migrate(fresh);
    const old = new Database(':memory:');
    migrate(old, migrations.slice(0, version));
    migrate(old);
    expect(schemaOf(old)).toEqual(schemaOf(fresh));
    expect(old.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(old.pragma('application_id', { simple: true })).toBe(APPLICATION_ID);
  });

  test('to small rows keeps the buyers, whose documents held everything before', () => {
    const database = new Database(':memory:');
    migrate(database, migrations.slice(0, 4));
    const profile: CustomerProfile = {
      ...{ key: 'taobao/flagship/lin', orders: 3, orderDays: 2, refundedOrders: 1, heldOrders: 0, paidMinor: 29_700 },
      ...{ firstOrderAt: 1_000, lastOrderAt: 9_000, recent: [[9_000, 9_900]], areas: [], tags: ['corporate'] },
    };
    database
      .prepare('INSERT INTO profiles (key, channel, shop_id, orders, paid_minor, document) VALUES (?, ?, ?, ?, ?, ?)')
      .run(profile.key, 'taobao', 'flagship', profile.orders, profile.paidMinor, JSON.stringify(profile));
    migrate(database);
    const profiles = createProfiles(database, null);
    expect(profiles.get(profile.key)).toEqual(profile);
    profiles.put([{ profile: { ...profile, orders: 4, refundedOrders: 0, tags: [] }, channel: 'taobao', shopId: 'flagship' }]);
    expect(profiles.get(profile.key)).toEqual({ ...profile, orders: 4, refundedOrders: 0, tags: [] });
    expect(profiles.get('taobao/flagship/nobody')).toBeNull();
  });

  test('to rule work keeps what was published, and the highest version of every rule', () => {
    const database = new Database(':memory:');
    migrate(database, migrations.slice(0, 10));
    const document = (rules: object[]) => JSON.stringify({ version: 1, rules, lists: {} });
    const publish = database.prepare('INSERT INTO rule_sets (version, published_at, fields, document) VALUES (?, ?, ?, ?)');
    publish.run(
      1,
      1_000,
      '["currency"]',
      document([
        { id: 'large', version: 3 },
        { id: 'gone', version: 7 },
      ]),
    );
    publish.run(2, 2_000, '["currency"]', document([{ id: 'large', version: 4 }]));
    migrate(database);
    const ruleSets = createRuleSets(database, null);
    expect(ruleSets.ruleVersions()).toEqual(
      new Map([
        ['gone', 7],
        ['large', 4],
      ]),
    );
    expect(ruleSets.newest()).toMatchObject({ version: 2, publishedAt: 2_000, by: 'hub', approvedBy: null, origin: 'shipped' });
    expect(ruleSets.list(null, 10).map(({ version, rules }) => [version, rules])).toEqual([
      [2, 1],
      [1, 2],
    ]);
  });

  test('one that fails leaves the file at the version before it', () => {
    const database = new Database(':memory:');
    const broken = { version: migrations.length + 1, name: 'broken', sql: 'CREATE TABLE extra (a); CREATE TABLE extra (a);' };
    expect(() => migrate(database, [...migrations, broken])).toThrow('already exists');
    expect(database.pragma('user_version', { simple: true })).toBe(migrations.length);
    expect(schemaOf(database).some((sql) => sql.startsWith('CREATE TABLE extra'))).toBe(false);
  });
});

describe('a file that cannot be used is refused and left as it is', () => {
  test('of a newer program', () => {
    const database = openDatabase(path);
    database.pragma(`user_version = ${migrations.length + 1}`);
    database.close();
    expect(refusal(() => openDatabase(path))).toMatchObject({ code: 'newer', text: { zh: expect.stringContaining('更新版本') as string } });
  });

  test('of another program', () => {
    const database = new Database(path);
    database.exec('CREATE TABLE notes (text)');
    database.close();
    expect(refusal(() => openDatabase(path)).code).toBe('foreign');
    const after = new Database(path);
    expect(schemaOf(after)).toEqual(['CREATE TABLE notes (text)']);
    after.close();
  });

  test('that is no database', () => {
    writeFileSync(path, 'this is not a database '.repeat(200));
    expect(refusal(() => openDatabase(path)).code).toBe('corrupt');
  });

  test('with a damaged page', () => {
    const database = openDatabase(path);
    const add = database.prepare(
      "INSERT INTO inbox (channel, shop_id, delivery_id, topic, received_at, body) VALUES ('shopify', 's', ?, 't', 1, ?)",
    );
    for (let index = 0; index < 500; index += 1) add.run(`id-${index}`, Buffer.alloc(500, index));
    database.pragma('wal_checkpoint(TRUNCATE)');
    database.close();
    const file = new Database(path, { readonly: true });
    const pages = file.pragma('page_count', { simple: true }) as number;
    const size = file.pragma('page_size', { simple: true }) as number;
    file.close();
    const handle = openSync(path, 'r+');
    writeSync(handle, Buffer.alloc(size, 0xa5), 0, size, Math.floor(pages / 2) * size);
    closeSync(handle);
    expect(refusal(() => openDatabase(path)).code).toBe('corrupt');
  });

  test('that another hub holds', () => {
    const first = openDatabase(path);
    expect(refusal(() => openDatabase(path)).code).toBe('locked');
    first.close();
    openDatabase(path).close();
  });

  test('in a folder that cannot be made', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(refusal(() => openDatabase(join(directory, 'file', 'sub', 'orderpulse.db'))).code).toBe('unwritable');
  });
});
