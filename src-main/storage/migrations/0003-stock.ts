import type { Migration } from '../migrate.ts';

/** The pool (D): levels are the running sum of a ledger that is only added to. The checks are the last line of D3. */
export const stock: Migration = {
  version: 3,
  name: 'stock',
  sql: `
    CREATE TABLE stock_levels (
      id INTEGER PRIMARY KEY,
      sku TEXT NOT NULL,
      warehouse TEXT NOT NULL,
      name TEXT NOT NULL,
      spot INTEGER NOT NULL CHECK (spot >= 0),
      reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
      presale_quota INTEGER NOT NULL DEFAULT 0 CHECK (presale_quota >= 0),
      presale_reserved INTEGER NOT NULL DEFAULT 0 CHECK (presale_reserved >= 0),
      safety INTEGER NOT NULL DEFAULT 0,
      CHECK (reserved <= spot),
      CHECK (presale_reserved <= presale_quota)
    );
    CREATE UNIQUE INDEX stock_levels_place ON stock_levels (sku, warehouse);

    CREATE TABLE movements (
      id INTEGER PRIMARY KEY,
      level_id INTEGER NOT NULL REFERENCES stock_levels (id),
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      pool TEXT NOT NULL,
      quantity INTEGER NOT NULL,
      order_no TEXT,
      note TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX movements_level ON movements (level_id, at);
    CREATE TRIGGER movements_no_update BEFORE UPDATE ON movements BEGIN SELECT RAISE(ABORT, 'the stock ledger is append-only'); END;
    CREATE TRIGGER movements_no_delete BEFORE DELETE ON movements BEGIN SELECT RAISE(ABORT, 'the stock ledger is append-only'); END;
  `,
};
