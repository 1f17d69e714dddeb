import type { Migration } from '../migrate.ts';

/** Trials of drafts on stored orders, with the orders shown as samples. */
export const trials: Migration = {
  version: 12,
  name: 'trials',
  sql: `
    CREATE TABLE trials (id INTEGER PRIMARY KEY, draft_id INTEGER NOT NULL, state TEXT NOT NULL, document TEXT NOT NULL);
    CREATE INDEX trials_draft ON trials (draft_id, id);
    CREATE TABLE trial_orders (
      trial_id INTEGER NOT NULL REFERENCES trials (id),
      seq INTEGER NOT NULL,
      order_no TEXT NOT NULL,
      change TEXT NOT NULL,
      document TEXT NOT NULL,
      PRIMARY KEY (trial_id, seq)
    ) WITHOUT ROWID;
  `,
};
