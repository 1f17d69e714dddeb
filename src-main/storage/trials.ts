import type { Database } from 'better-sqlite3';
import type { Trial } from '#shared/contract/rule-runs.ts';
import type { TrialStore } from '#main/hub/trial/trial-ports.ts';
import type { SampleOrder } from '#main/trial/tally.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

interface Row {
  id: number;
  document: string;
}

function trialOf(row: Row): Trial {
  return { ...(JSON.parse(row.document) as Trial), id: String(row.id) };
}

/** Trials of drafts. */
export function createTrials(database: Database, recorder: Recorder | null): TrialStore {
  const add = prepareWrite(database, 'INSERT INTO trials (draft_id, state, document) VALUES (?, ?, ?)', recorder);
  const save = prepareWrite(database, 'UPDATE trials SET state = ?, document = ? WHERE id = ?', recorder);
  const addOrder = prepareWrite(
    database,
    'INSERT INTO trial_orders (trial_id, seq, order_no, change, document) VALUES (?, ?, ?, ?, ?)',
    recorder,
  );
  const old = 'SELECT id FROM trials ORDER BY id DESC LIMIT -1 OFFSET ?';
  const dropOrders = prepareWrite(database, `DELETE FROM trial_orders WHERE trial_id IN (${old})`, recorder);
  const drop = prepareWrite(database, `DELETE FROM trials WHERE id IN (${old})`, recorder);
  const get = database.prepare<[number], Row>('SELECT id, document FROM trials WHERE id = ?');
  const last = database.prepare<[number], Row>('SELECT id, document FROM trials WHERE draft_id = ? ORDER BY id DESC LIMIT 1');
  const running = database.prepare<[], Row>("SELECT id, document FROM trials WHERE state = 'running' ORDER BY id");
  const orders = database.prepare<[Record<string, string | number | null>], Row>(
    `SELECT seq AS id, document FROM trial_orders WHERE trial_id = :trial AND seq > :from AND (:change IS NULL OR change = :change)
       AND (:rule IS NULL
         OR EXISTS (SELECT 1 FROM json_each(document, '$.rulesBefore') WHERE value = :rule)
         OR EXISTS (SELECT 1 FROM json_each(document, '$.rulesAfter') WHERE value = :rule))
     ORDER BY seq LIMIT :limit`,
  );
  return {
    add: (trial, draft) => Number(add.run(draft, trial.state, JSON.stringify(trial)).lastInsertRowid),
    save: (trial) => void save.run(trial.state, JSON.stringify(trial), Number(trial.id)),
    get(id) {
      const row = get.get(id);
      return row ? trialOf(row) : null;
    },
    last(draft) {
      const row = last.get(draft);
      return row ? trialOf(row) : null;
    },
    running: () => running.all().map(trialOf),
    addOrders(id, samples) {
      samples.forEach((sample, index) => addOrder.run(id, index + 1, sample.orderNo, sample.change, JSON.stringify(sample)));
    },
    orders(id, { change, ruleId, after, limit }) {
      const from = Number(decodeCursor(after, 1)?.[0] ?? 0);
      const rows = orders.all({ trial: id, from, change, rule: ruleId, limit: limit + 1 });
      return pageOf(
        rows,
        limit,
        (row) => JSON.parse(row.document) as SampleOrder,
        (row) => [row.id],
      );
    },
    keep(newest) {
      dropOrders.run(newest);
      drop.run(newest);
    },
  };
}
