import type { Migration } from '../migrate.ts';

/**
 * One row per order: the document is the truth, the columns are what lists, queues and the restart need to find.
 * What happened to an order is only ever added to: verdicts, timeline and decisions refuse updates and deletes.
 */
export const orders: Migration = {
  version: 2,
  name: 'orders',
  sql: `
    CREATE TABLE orders (
      id INTEGER PRIMARY KEY,
      order_no TEXT NOT NULL,
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      channel_order_id TEXT NOT NULL,
      version INTEGER NOT NULL,
      status TEXT NOT NULL,
      status_since INTEGER NOT NULL,
      hold_kind TEXT,
      hold_severity TEXT,
      hold_opened_at INTEGER,
      hold_rule TEXT,
      release_at INTEGER,
      grade TEXT NOT NULL,
      buyer_key TEXT,
      warehouse TEXT,
      paid_minor INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      received_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      short INTEGER NOT NULL DEFAULT 0,
      document TEXT NOT NULL
    );
    CREATE UNIQUE INDEX orders_number ON orders (order_no);
    CREATE UNIQUE INDEX orders_platform ON orders (channel_order_id, shop_id, channel);
    CREATE INDEX orders_created ON orders (created_at, id);
    CREATE INDEX orders_received ON orders (received_at, warehouse);
    CREATE INDEX orders_buyer ON orders (buyer_key, created_at) WHERE buyer_key IS NOT NULL;
    CREATE INDEX orders_held ON orders (hold_kind) WHERE hold_kind IS NOT NULL;
    CREATE INDEX orders_open ON orders (status) WHERE status IN ('pending_payment', 'paid', 'awaiting_shipment', 'shipped', 'delivered');
    CREATE INDEX orders_short ON orders (id) WHERE short = 1;

    CREATE TABLE verdicts (
      id INTEGER PRIMARY KEY,
      order_id INTEGER NOT NULL REFERENCES orders (id),
      order_version INTEGER NOT NULL,
      at INTEGER NOT NULL,
      rule_set_version INTEGER NOT NULL,
      grade TEXT NOT NULL,
      health_score REAL NOT NULL,
      hits TEXT NOT NULL,
      inputs TEXT NOT NULL
    );
    CREATE INDEX verdicts_order ON verdicts (order_id);
    CREATE TRIGGER verdicts_no_update BEFORE UPDATE ON verdicts BEGIN SELECT RAISE(ABORT, 'verdicts are append-only'); END;
    CREATE TRIGGER verdicts_no_delete BEFORE DELETE ON verdicts BEGIN SELECT RAISE(ABORT, 'verdicts are append-only'); END;

    -- one row per change of an order; entries is a JSON list, inbox_id the message that caused it
    CREATE TABLE timeline (
      id INTEGER PRIMARY KEY,
      order_id INTEGER NOT NULL REFERENCES orders (id),
      at INTEGER NOT NULL,
      inbox_id INTEGER,
      entries TEXT NOT NULL
    );
    CREATE INDEX timeline_order ON timeline (order_id);
    CREATE TRIGGER timeline_no_update BEFORE UPDATE ON timeline BEGIN SELECT RAISE(ABORT, 'the timeline is append-only'); END;
    CREATE TRIGGER timeline_no_delete BEFORE DELETE ON timeline BEGIN SELECT RAISE(ABORT, 'the timeline is append-only'); END;

    -- how each rule's cases ended: the material for "similar cases" and for each rule's false kills
    CREATE TABLE rule_cases (
      id INTEGER PRIMARY KEY,
      order_id INTEGER NOT NULL REFERENCES orders (id),
      rule_id TEXT NOT NULL,
      rule_version INTEGER NOT NULL,
      at INTEGER NOT NULL,
      ended TEXT NOT NULL,
      ended_at INTEGER,
      ended_by TEXT
    );
    CREATE UNIQUE INDEX rule_cases_once ON rule_cases (order_id, rule_id);
    CREATE INDEX rule_cases_rule ON rule_cases (rule_id, at);

    -- what people and the release timer decided
    CREATE TABLE decisions (
      id INTEGER PRIMARY KEY,
      order_id INTEGER NOT NULL REFERENCES orders (id),
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      handling_ms INTEGER
    );
    CREATE INDEX decisions_actor ON decisions (actor, at);
    CREATE INDEX decisions_at ON decisions (at);
    CREATE TRIGGER decisions_no_update BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
    CREATE TRIGGER decisions_no_delete BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;

    -- running figures, so that a start does not have to read every order again
    CREATE TABLE shop_days (
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      day INTEGER NOT NULL,
      orders INTEGER NOT NULL,
      paid_minor INTEGER NOT NULL,
      PRIMARY KEY (channel, shop_id, day)
    ) WITHOUT ROWID;
    CREATE TABLE regions (province TEXT PRIMARY KEY, orders INTEGER NOT NULL, returned INTEGER NOT NULL) WITHOUT ROWID;

    -- refunds that arrived before their order
    CREATE TABLE pending_refunds (
      id INTEGER PRIMARY KEY,
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      channel_order_id TEXT NOT NULL,
      received_at INTEGER NOT NULL,
      inbox_id INTEGER,
      refund TEXT NOT NULL
    );
    CREATE INDEX pending_refunds_order ON pending_refunds (channel_order_id, shop_id, channel);
  `,
};
