import type { Migration } from '../migrate.ts';

/** How far each shop is read, what is still to be fetched, and the comparison of days with the platform (M10). */
export const feeds: Migration = {
  version: 6,
  name: 'feeds',
  sql: `
    -- how a message came in, and the platform's time when it was read (null: it was pushed)
    ALTER TABLE inbox ADD COLUMN origin TEXT NOT NULL DEFAULT 'push';
    ALTER TABLE inbox ADD COLUMN observed_at INTEGER;
    ALTER TABLE feed_hours ADD COLUMN polled INTEGER NOT NULL DEFAULT 0;
    -- what a person can do about a delivery that failed, in both languages
    ALTER TABLE outbox ADD COLUMN reason TEXT;

    -- every change before \`through\` is here, but for what a backlog still holds
    CREATE TABLE feed_checkpoints (
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      scope TEXT NOT NULL,
      through INTEGER NOT NULL,
      good_at INTEGER,
      PRIMARY KEY (channel, shop_id, scope)
    ) WITHOUT ROWID;
    CREATE TABLE feed_backlogs (
      id INTEGER PRIMARY KEY,
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      scope TEXT NOT NULL,
      from_at INTEGER NOT NULL,
      to_at INTEGER NOT NULL,
      through INTEGER NOT NULL
    );

    -- orders and refunds whose detail has to be fetched
    CREATE TABLE detail_wishes (
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      kind TEXT NOT NULL,
      wanted_id TEXT NOT NULL,
      because TEXT NOT NULL,
      wanted_at INTEGER NOT NULL,
      not_before INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      error TEXT,
      PRIMARY KEY (channel, shop_id, kind, wanted_id)
    ) WITHOUT ROWID;
    CREATE INDEX detail_wishes_due ON detail_wishes (channel, shop_id, not_before);

    CREATE TABLE day_audits (
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      day INTEGER NOT NULL,
      checked_at INTEGER NOT NULL,
      there INTEGER NOT NULL,
      here INTEGER NOT NULL,
      extra INTEGER NOT NULL,
      error TEXT,
      PRIMARY KEY (channel, shop_id, day)
    ) WITHOUT ROWID;
    CREATE TABLE day_gaps (
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      day INTEGER NOT NULL,
      channel_order_id TEXT NOT NULL,
      found_at INTEGER NOT NULL,
      asked_at INTEGER,
      filled_at INTEGER,
      PRIMARY KEY (channel, shop_id, day, channel_order_id)
    ) WITHOUT ROWID;
    CREATE INDEX day_gaps_open ON day_gaps (channel_order_id, shop_id, channel) WHERE filled_at IS NULL;
  `,
};
