import type { Migration } from '../migrate.ts';

/** What became of orders, the reports made of it, and the thresholds it suggests (I1 to I3). */
export const learning: Migration = {
  version: 14,
  name: 'learning',
  sql: `
    -- one row for each order whose outcome is known or that a rule stopped; kept up to date from the timeline (progress 'outcomes')
    CREATE TABLE outcomes (
      order_id INTEGER PRIMARY KEY REFERENCES orders (id),
      outcome TEXT,
      known_at INTEGER,
      stopped_at INTEGER,
      is_returning INTEGER NOT NULL
    );
    CREATE INDEX outcomes_known ON outcomes (known_at, order_id) WHERE outcome IS NOT NULL;
    CREATE INDEX outcomes_stopped ON outcomes (stopped_at, order_id) WHERE stopped_at IS NOT NULL;
    INSERT INTO progress VALUES ('outcomes', 0);
    -- what a file said became of an order; the newest word counts
    CREATE TABLE reported_outcomes (
      order_id INTEGER PRIMARY KEY REFERENCES orders (id),
      outcome TEXT NOT NULL,
      at INTEGER NOT NULL,
      import_id INTEGER NOT NULL
    );
    CREATE INDEX decisions_order ON decisions (order_id);

    CREATE TABLE reports (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      from_at INTEGER NOT NULL,
      to_at INTEGER NOT NULL,
      made_at INTEGER NOT NULL,
      made_by TEXT NOT NULL,
      document TEXT NOT NULL
    );
    CREATE UNIQUE INDEX reports_scheduled ON reports (kind, to_at) WHERE made_by = 'hub';
    CREATE TRIGGER reports_no_update BEFORE UPDATE ON reports BEGIN SELECT RAISE(ABORT, 'reports do not change'); END;
    CREATE TRIGGER reports_no_delete BEFORE DELETE ON reports BEGIN SELECT RAISE(ABORT, 'reports do not change'); END;
    CREATE TABLE report_orders (
      report_id INTEGER NOT NULL REFERENCES reports (id),
      order_group TEXT NOT NULL,
      seq INTEGER NOT NULL,
      order_id INTEGER NOT NULL REFERENCES orders (id),
      PRIMARY KEY (report_id, order_group, seq)
    ) WITHOUT ROWID;
    CREATE TRIGGER report_orders_no_update BEFORE UPDATE ON report_orders BEGIN SELECT RAISE(ABORT, 'reports do not change'); END;
    CREATE TRIGGER report_orders_no_delete BEFORE DELETE ON report_orders BEGIN SELECT RAISE(ABORT, 'reports do not change'); END;

    CREATE TABLE suggestion_runs (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, document TEXT NOT NULL);
    CREATE TABLE suggestion_drafts (suggestion_id TEXT PRIMARY KEY, draft_id INTEGER NOT NULL, made_by TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  `,
};
