import type { Migration } from '../migrate.ts';

/** Shops connected on screen, their tokens and whose they are. `sealed` is ciphertext: the key lies outside the database (L5). */
export const connections: Migration = {
  version: 7,
  name: 'connections',
  sql: `
    CREATE TABLE connections (
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      name TEXT NOT NULL,
      document TEXT NOT NULL,
      sealed BLOB NOT NULL,
      active INTEGER NOT NULL,
      connected_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL,
      PRIMARY KEY (channel, shop_id)
    ) WITHOUT ROWID;
    -- origin_hash: of the configured token it grew from; another token in the configuration wins
    CREATE TABLE channel_tokens (
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      sealed BLOB NOT NULL,
      expires_at INTEGER,
      refreshed_at INTEGER NOT NULL,
      origin_hash TEXT NOT NULL,
      PRIMARY KEY (channel, shop_id)
    ) WITHOUT ROWID;
    -- of every shop, also those of a configuration file
    CREATE TABLE shop_identities (
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      identity TEXT NOT NULL,
      seen_at INTEGER NOT NULL,
      PRIMARY KEY (channel, shop_id)
    ) WITHOUT ROWID;
  `,
};
