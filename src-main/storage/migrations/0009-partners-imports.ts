import type { Migration } from '../migrate.ts';

/** Imports of files with their faults and saved mappings, and the parcels carriers tell about. */
export const partnersImports: Migration = {
  version: 9,
  name: 'partners-imports',
  sql: `
    CREATE TABLE imports (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      state TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      received_bytes INTEGER NOT NULL DEFAULT 0,
      read_bytes INTEGER NOT NULL DEFAULT 0,
      done_row INTEGER NOT NULL DEFAULT 0,
      rows INTEGER NOT NULL DEFAULT 0,
      bad_rows INTEGER NOT NULL DEFAULT 0,
      orders INTEGER NOT NULL DEFAULT 0,
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      ended_at INTEGER,
      mapping TEXT,
      error TEXT
    );
    CREATE TABLE import_faults (
      id INTEGER PRIMARY KEY,
      import_id INTEGER NOT NULL REFERENCES imports (id),
      row INTEGER NOT NULL,
      column_name TEXT NOT NULL,
      reason TEXT NOT NULL,
      value TEXT NOT NULL
    );
    CREATE INDEX import_faults_row ON import_faults (import_id, row, id);
    CREATE TABLE import_profiles (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE,
      mapping TEXT NOT NULL
    );
    CREATE TABLE parcels (
      carrier TEXT NOT NULL,
      number TEXT NOT NULL,
      order_no TEXT NOT NULL,
      state TEXT NOT NULL,
      event_at INTEGER NOT NULL,
      trace TEXT NOT NULL,
      PRIMARY KEY (carrier, number)
    ) WITHOUT ROWID;
  `,
};
