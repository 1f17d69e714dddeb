import type { Migration } from '../migrate.ts';

/** Who published a rule set and why; drafts; and runs over open orders with what their undo needs. */
export const ruleWork: Migration = {
  version: 11,
  name: 'rule-work',
  sql: `
    ALTER TABLE rule_sets ADD COLUMN published_by TEXT NOT NULL DEFAULT 'hub';
    ALTER TABLE rule_sets ADD COLUMN approved_by TEXT;
    ALTER TABLE rule_sets ADD COLUMN note TEXT NOT NULL DEFAULT '';
    ALTER TABLE rule_sets ADD COLUMN origin TEXT NOT NULL DEFAULT 'shipped';
    CREATE TABLE rule_versions (rule_id TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO rule_versions (rule_id, version)
      SELECT rule.value ->> 'id', max(rule.value ->> 'version') FROM rule_sets, json_each(rule_sets.document, '$.rules') AS rule GROUP BY 1;
    CREATE TABLE rule_drafts (
      id INTEGER PRIMARY KEY,
      title TEXT NOT NULL,
      author TEXT NOT NULL,
      writers TEXT NOT NULL,
      state TEXT NOT NULL,
      revision INTEGER NOT NULL,
      based_on INTEGER NOT NULL,
      origin TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      submitted_at INTEGER,
      note TEXT NOT NULL,
      decided_by TEXT,
      reason TEXT,
      changes TEXT NOT NULL,
      body TEXT NOT NULL,
      left_out TEXT NOT NULL
    );
    CREATE INDEX rule_drafts_state ON rule_drafts (state, updated_at);
    CREATE TABLE rule_runs (
      id INTEGER PRIMARY KEY,
      rule_set_version INTEGER NOT NULL,
      at INTEGER NOT NULL,
      by TEXT NOT NULL,
      state TEXT NOT NULL,
      undo_until INTEGER
    );
    CREATE TABLE rule_run_orders (
      run_id INTEGER NOT NULL REFERENCES rule_runs (id),
      seq INTEGER NOT NULL,
      order_no TEXT NOT NULL,
      version INTEGER NOT NULL,
      change TEXT NOT NULL,
      sentence TEXT NOT NULL,
      counts TEXT NOT NULL,
      state TEXT NOT NULL,
      made_version INTEGER,
      before TEXT,
      PRIMARY KEY (run_id, seq)
    ) WITHOUT ROWID;
  `,
};
