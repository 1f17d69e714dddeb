import type { Migration } from '../migrate.ts';

/** What people changed of a channel's mapping (A4), words no table knows, and where each SKU is listed. */
export const mapping: Migration = {
  version: 8,
  name: 'mapping',
  sql: `
    -- the newest row of a channel counts, laid over the shipped table
    CREATE TABLE mappings (
      id INTEGER PRIMARY KEY,
      channel TEXT NOT NULL,
      changed_at INTEGER NOT NULL,
      changed_by TEXT NOT NULL,
      document TEXT NOT NULL
    );
    CREATE INDEX mappings_channel ON mappings (channel, id);
    CREATE TRIGGER mappings_no_update BEFORE UPDATE ON mappings BEGIN SELECT RAISE(ABORT, 'mappings are append-only'); END;
    CREATE TRIGGER mappings_no_delete BEFORE DELETE ON mappings BEGIN SELECT RAISE(ABORT, 'mappings are append-only'); END;

    CREATE TABLE unknown_words (
      channel TEXT NOT NULL,
      kind TEXT NOT NULL,
      word TEXT NOT NULL,
      first_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      seen INTEGER NOT NULL,
      PRIMARY KEY (channel, kind, word)
    ) WITHOUT ROWID;

    CREATE TABLE listings (
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      sku TEXT NOT NULL,
      item_id TEXT NOT NULL,
      sku_id TEXT,
      last_at INTEGER NOT NULL,
      PRIMARY KEY (channel, shop_id, sku)
    ) WITHOUT ROWID;
    CREATE INDEX listings_sku ON listings (sku);
  `,
};
