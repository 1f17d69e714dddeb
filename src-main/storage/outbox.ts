import type { Database } from 'better-sqlite3';
import type { OutboxRow, OutboxStore } from '#main/hub/ports.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

/** Outgoing messages: each (key, target) once, tried until delivered or given up. */
export function createOutbox(database: Database, recorder: Recorder | null): OutboxStore {
  const add = prepareWrite(
    database,
    `INSERT INTO outbox (key, target, topic, order_no, payload, created_at, next_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    recorder,
  );
  const due = database.prepare<[string, number, number], Omit<OutboxRow, 'payload'> & { payload: string }>(
    `SELECT id, key, target, topic, order_no AS orderNo, payload, created_at AS createdAt, attempts FROM outbox o
     WHERE state = 0 AND target = ? AND next_at <= ? AND NOT EXISTS (
       SELECT 1 FROM outbox e WHERE e.state = 0 AND e.order_no = o.order_no AND e.target = o.target AND e.id < o.id
     ) ORDER BY next_at LIMIT ?`,
  );
  const delivered = prepareWrite(database, "UPDATE outbox SET state = 1, attempts = attempts + 1, error = '' WHERE id = ?", recorder);
  const postpone = prepareWrite(
    database,
    'UPDATE outbox SET attempts = attempts + ?, next_at = ?, error = ?, reason = ? WHERE id = ?',
    recorder,
  );
  const giveUp = prepareWrite(
    database,
    'UPDATE outbox SET state = 2, attempts = attempts + 1, error = ?, reason = ? WHERE id = ?',
    recorder,
  );
  const revive = prepareWrite(
    database,
    // One attempt is remembered: the target may have taken the message although its answer was lost.
    'UPDATE outbox SET state = 0, attempts = min(attempts, 1), next_at = ? WHERE state = 2 AND id = coalesce(?, id)',
    recorder,
  );
  const pending = database.prepare<[], number>('SELECT count(*) FROM outbox WHERE state = 0').pluck();
  const dead = database.prepare<[], number>('SELECT count(*) FROM outbox WHERE state = 2').pluck();
  return {
    add: (effect, target, orderNo, at) => void add.run(effect.key, target, effect.topic, orderNo, JSON.stringify(effect.payload), at, at),
    due: (target, now, limit) =>
      due.all(target, now, limit).map((row) => ({ ...row, payload: JSON.parse(row.payload) as Record<string, unknown> })),
    delivered: (id) => void delivered.run(id),
    postpone: (id, nextAt, error, reason = null, counted = true) =>
      void postpone.run(counted ? 1 : 0, nextAt, error, reason && JSON.stringify(reason), id),
    giveUp: (id, error, reason = null) => void giveUp.run(error, reason && JSON.stringify(reason), id),
    revive: (id, now) => revive.run(now, id).changes,
    counts: () => ({ pending: pending.get() as number, dead: dead.get() as number }),
  };
}
