import type { Database } from 'better-sqlite3';
import type { ForecastStore, StoredModel } from '#main/hub/forecast/forecast-ports.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

type ListedRow = Omit<StoredModel, 'document' | 'evaluation'> & { evaluation: string | null };

function listed({ evaluation, ...row }: ListedRow): Omit<StoredModel, 'document'> {
  return { ...row, evaluation: evaluation === null ? null : (JSON.parse(evaluation) as StoredModel['evaluation']) };
}

/** Fitted forecasts. */
export function createForecasts(database: Database, recorder: Recorder | null): ForecastStore {
  const add = prepareWrite(
    database,
    'INSERT INTO forecast_models (kind, trained_at, known, samples, outcomes, evaluation, state, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    recorder,
  );
  const about = 'SELECT kind, trained_at AS trainedAt, known, samples, outcomes, evaluation, state';
  const current = database.prepare<[string], ListedRow & { document: string }>(
    `${about}, document FROM forecast_models WHERE kind = ? AND state = 'in-service' ORDER BY id DESC LIMIT 1`,
  );
  const list = database.prepare<[string, number], ListedRow>(`${about} FROM forecast_models WHERE kind = ? ORDER BY id DESC LIMIT ?`);
  return {
    add({ kind, trainedAt, known, samples, outcomes, evaluation, state, document }) {
      const figures = evaluation === null ? null : JSON.stringify(evaluation);
      add.run(kind, trainedAt, known, samples, outcomes, figures, state, JSON.stringify(document));
    },
    current(kind) {
      const row = current.get(kind);
      if (!row) return null;
      const { document, ...rest } = row;
      return { ...listed(rest), document: JSON.parse(document) as unknown };
    },
    list: (kind, limit) => list.all(kind, limit).map(listed),
  };
}
