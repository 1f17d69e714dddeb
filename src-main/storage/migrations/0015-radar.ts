import type { Migration } from '../migrate.ts';

/** The anomaly radar (B8): labelled orders, trainings, and models that never change. */
export const radar: Migration = {
  version: 15,
  name: 'radar',
  sql: `
    -- a set of labelled orders; fine_every: one in so many fine orders was taken; mapping and import_id only of files, whose bytes lie in the import folder
    CREATE TABLE radar_samples (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      source TEXT NOT NULL,
      state TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      made_by TEXT NOT NULL,
      rows INTEGER NOT NULL,
      bad_rows INTEGER NOT NULL,
      fine_every INTEGER NOT NULL,
      channel TEXT,
      shop_id TEXT,
      mapping TEXT,
      import_id INTEGER
    );
    CREATE TABLE radar_labels (
      sample_id INTEGER NOT NULL REFERENCES radar_samples (id),
      order_id INTEGER NOT NULL REFERENCES orders (id),
      label TEXT NOT NULL,
      row INTEGER NOT NULL,
      kind TEXT,
      said TEXT,
      PRIMARY KEY (sample_id, order_id)
    ) WITHOUT ROWID;
    CREATE TABLE radar_faults (
      id INTEGER PRIMARY KEY,
      sample_id INTEGER NOT NULL REFERENCES radar_samples (id),
      row INTEGER NOT NULL,
      column_name TEXT NOT NULL,
      reason TEXT NOT NULL,
      value TEXT NOT NULL
    );
    CREATE INDEX radar_faults_place ON radar_faults (sample_id, row, id);
    -- the mapping used last for files with these headings
    CREATE TABLE radar_mappings (headings TEXT PRIMARY KEY, mapping TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;

    CREATE TABLE radar_trainings (id INTEGER PRIMARY KEY, state TEXT NOT NULL, document TEXT NOT NULL, task TEXT NOT NULL);
    -- head: what lists show; figures: the rest of it; document: the weights
    CREATE TABLE radar_models (
      id INTEGER PRIMARY KEY,
      trained_at INTEGER NOT NULL,
      head TEXT NOT NULL,
      figures TEXT NOT NULL,
      document TEXT NOT NULL
    );
    CREATE TRIGGER radar_models_no_update BEFORE UPDATE ON radar_models BEGIN SELECT RAISE(ABORT, 'models do not change'); END;
    CREATE TRIGGER radar_models_no_delete BEFORE DELETE ON radar_models BEGIN SELECT RAISE(ABORT, 'models do not change'); END;
    -- the orders with the highest scores as a model was made, highest first
    CREATE TABLE radar_orders (
      model_id INTEGER NOT NULL REFERENCES radar_models (id),
      seq INTEGER NOT NULL,
      order_id INTEGER NOT NULL REFERENCES orders (id),
      score REAL NOT NULL,
      label TEXT,
      unseen INTEGER NOT NULL,
      reasons TEXT NOT NULL,
      PRIMARY KEY (model_id, seq)
    ) WITHOUT ROWID;
  `,
};
