import type { Migration } from '../migrate.ts';

/** Fitted forecasts with their figures; they never change. */
export const forecasts: Migration = {
  version: 13,
  name: 'forecasts',
  sql: `
    CREATE TABLE forecast_models (
      id INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      trained_at INTEGER NOT NULL,
      known INTEGER NOT NULL,
      samples INTEGER NOT NULL,
      outcomes INTEGER NOT NULL,
      evaluation TEXT,
      state TEXT NOT NULL,
      document TEXT NOT NULL
    );
    CREATE INDEX forecast_models_kind ON forecast_models (kind, state, id);
  `,
};
