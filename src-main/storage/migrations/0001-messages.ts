import type { Migration } from '../migrate.ts';

/** What came in and what must go out. */
export const messages: Migration = {
  version: 1,
  name: 'messages',
  sql: `
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

    -- Every message exactly as received. Rows never change: how far the pipeline has come is one number (progress),
    -- and what could not be read is listed in inbox_failures.
    CREATE TABLE inbox (
      id INTEGER PRIMARY KEY,
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      delivery_id TEXT NOT NULL,
      topic TEXT NOT NULL,
      received_at INTEGER NOT NULL,
      body BLOB NOT NULL
    );
    CREATE UNIQUE INDEX inbox_delivery ON inbox (delivery_id, shop_id, channel);
    CREATE TABLE progress (name TEXT PRIMARY KEY, through INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO progress VALUES ('inbox', 0);
    CREATE TABLE inbox_failures (
      inbox_id INTEGER PRIMARY KEY REFERENCES inbox (id),
      failed_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      reason TEXT NOT NULL
    );

    -- messages, failures, refusals and new orders of each shop by hour
    CREATE TABLE feed_hours (
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      hour INTEGER NOT NULL,
      received INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      refused INTEGER NOT NULL,
      orders INTEGER NOT NULL,
      last_received_at INTEGER,
      PRIMARY KEY (channel, shop_id, hour)
    ) WITHOUT ROWID;

    -- state: 0 pending, 1 delivered, 2 dead
    CREATE TABLE outbox (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL,
      target TEXT NOT NULL,
      topic TEXT NOT NULL,
      order_no TEXT,
      payload TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      next_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      state INTEGER NOT NULL DEFAULT 0,
      error TEXT NOT NULL DEFAULT ''
    );
    CREATE UNIQUE INDEX outbox_once ON outbox (key, target);
    CREATE INDEX outbox_due ON outbox (target, next_at) WHERE state = 0;
    CREATE INDEX outbox_order ON outbox (order_no, target) WHERE state = 0;
    CREATE INDEX outbox_dead ON outbox (id) WHERE state = 2;
  `,
};
