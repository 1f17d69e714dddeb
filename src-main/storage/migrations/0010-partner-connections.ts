import type { Migration } from '../migrate.ts';

/** Partners connected on screen, and the electronic waybills that were issued. `sealed` is ciphertext: the key lies outside the database (L5). */
export const partnerConnections: Migration = {
  version: 10,
  name: 'partner-connections',
  sql: `
    CREATE TABLE partner_connections (
      id TEXT PRIMARY KEY,
      sealed BLOB NOT NULL,
      active INTEGER NOT NULL,
      changed_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE waybills (
      order_no TEXT PRIMARY KEY,
      carrier TEXT NOT NULL,
      number TEXT NOT NULL,
      requested_at INTEGER NOT NULL,
      requested_by TEXT NOT NULL
    ) WITHOUT ROWID;
  `,
};
