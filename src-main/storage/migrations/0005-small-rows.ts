import type { Migration } from '../migrate.ts';

/**
 * Buyers get a row id: kept in the order of their keys, which are as good as random, every new buyer rewrote a page of the
 * file for a few hundred bytes. Order documents change their form from here on without being rewritten (order-document.ts).
 */
export const smallRows: Migration = {
  version: 5,
  name: 'small-rows',
  sql: `
    ALTER TABLE profiles RENAME TO profiles_by_key;
    CREATE TABLE profiles (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL,
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      orders INTEGER NOT NULL,
      paid_minor INTEGER NOT NULL,
      document TEXT NOT NULL
    );
    INSERT INTO profiles (key, channel, shop_id, orders, paid_minor, document)
      SELECT key, channel, shop_id, orders, paid_minor, document FROM profiles_by_key;
    DROP TABLE profiles_by_key;
    CREATE UNIQUE INDEX profiles_key ON profiles (key);
  `,
};
