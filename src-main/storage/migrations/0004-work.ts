import type { Migration } from '../migrate.ts';

/** Tasks, buyers, rule sets, samples over time, and the audit chain. */
export const work: Migration = {
  version: 4,
  name: 'work',
  sql: `
    CREATE TABLE tasks (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL,
      kind TEXT NOT NULL,
      severity TEXT NOT NULL,
      role TEXT NOT NULL,
      title TEXT NOT NULL,
      order_no TEXT,
      opened_at INTEGER NOT NULL,
      due_at INTEGER,
      state TEXT NOT NULL DEFAULT 'open',
      closed_at INTEGER,
      closed_by TEXT
    );
    CREATE UNIQUE INDEX tasks_open ON tasks (key) WHERE state = 'open';

    CREATE TABLE profiles (
      key TEXT PRIMARY KEY,
      channel TEXT NOT NULL,
      shop_id TEXT NOT NULL,
      orders INTEGER NOT NULL,
      paid_minor INTEGER NOT NULL,
      document TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE rule_sets (version INTEGER PRIMARY KEY, published_at INTEGER NOT NULL, fields TEXT NOT NULL, document TEXT NOT NULL);
    CREATE TRIGGER rule_sets_no_update BEFORE UPDATE ON rule_sets BEGIN SELECT RAISE(ABORT, 'published rule sets do not change'); END;
    CREATE TRIGGER rule_sets_no_delete BEFORE DELETE ON rule_sets BEGIN SELECT RAISE(ABORT, 'published rule sets do not change'); END;

    -- shop_id is empty for the whole workspace
    CREATE TABLE health_samples (at INTEGER NOT NULL, shop_id TEXT NOT NULL, channel TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (at, shop_id, channel)) WITHOUT ROWID;
    CREATE TABLE pulse_samples (at INTEGER PRIMARY KEY, document TEXT NOT NULL);
    CREATE TABLE marks (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL);
    CREATE INDEX marks_at ON marks (at);

    CREATE TABLE audit (
      seq INTEGER PRIMARY KEY,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT NOT NULL,
      detail TEXT NOT NULL,
      hash TEXT NOT NULL
    );
    CREATE INDEX audit_subject ON audit (subject, seq);
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  `,
};
