import type { Database } from 'better-sqlite3';
import type { Origin, SourceId } from '#shared/channels.ts';
import type { InboxMessage, InboxStore } from '#main/hub/ports.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';
import type { Tables } from './tables.ts';

export type InboxRow = Tables['inbox'];

export function toMessage(row: InboxRow): InboxMessage {
  return {
    id: row.id,
    channel: row.channel as SourceId,
    shopId: row.shop_id,
    deliveryId: row.delivery_id,
    topic: row.topic,
    origin: row.origin as Origin,
    receivedAt: row.received_at,
    observedAt: row.observed_at,
    body: row.body,
  };
}

/** Raw messages, how far they are worked, and the list of those that could not be read. */
export function createInbox(database: Database, recorder: Recorder | null): InboxStore {
  const add = prepareWrite(
    database,
    `INSERT INTO inbox (channel, shop_id, delivery_id, topic, received_at, origin, observed_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
    recorder,
  );
  const through = prepareWrite(database, "UPDATE progress SET through = max(through, ?) WHERE name = 'inbox'", recorder);
  const fail = prepareWrite(
    database,
    `INSERT INTO inbox_failures (inbox_id, failed_at, attempts, reason) VALUES (?, ?, 1, ?)
     ON CONFLICT (inbox_id) DO UPDATE SET failed_at = excluded.failed_at, attempts = attempts + 1, reason = excluded.reason`,
    recorder,
  );
  const clear = prepareWrite(database, 'DELETE FROM inbox_failures WHERE inbox_id = ?', recorder);
  const get = database.prepare<[number], InboxRow>('SELECT * FROM inbox WHERE id = ?');
  const behind = database.prepare<[number, string, string], InboxRow>(
    `SELECT * FROM inbox WHERE id IN (SELECT inbox_id FROM timeline WHERE order_id = ?) AND channel = ? AND shop_id = ?`,
  );
  // Every text that begins with the prefix lies between it and it with the greatest character behind.
  const beginning = database.prepare<[string, string, string, string], InboxRow>(
    'SELECT * FROM inbox WHERE delivery_id >= ? AND delivery_id < ? AND shop_id = ? AND channel = ?',
  );
  const past = "(SELECT through FROM progress WHERE name = 'inbox')";
  const waiting = database.prepare<[number], InboxRow>(`SELECT * FROM inbox WHERE id > ${past} ORDER BY id LIMIT ?`);
  const waitingCount = database.prepare<[], number>(`SELECT count(*) FROM inbox WHERE id > ${past}`).pluck();
  const failureIds = database.prepare<[], number>('SELECT inbox_id FROM inbox_failures ORDER BY inbox_id').pluck();
  const failedCount = database.prepare<[], number>('SELECT count(*) FROM inbox_failures').pluck();
  return {
    add(message) {
      const { channel, shopId, deliveryId, topic, receivedAt, origin, observedAt, body } = message;
      const result = add.run(channel, shopId, deliveryId, topic, receivedAt, origin, observedAt, body);
      return result.changes === 0 ? null : Number(result.lastInsertRowid);
    },
    get: (id) => {
      const row = get.get(id);
      return row ? toMessage(row) : null;
    },
    about(orderId, { channel, shopId }, prefixes) {
      const rows = [
        ...behind.all(orderId, channel, shopId),
        ...prefixes.flatMap((prefix) => beginning.all(prefix, `${prefix}\u{10FFFF}`, shopId, channel)),
      ];
      const byId = new Map(rows.map((row) => [row.id, toMessage(row)]));
      return [...byId.values()].sort((one, other) => one.id - other.id);
    },
    waiting: (limit) => waiting.all(limit).map(toMessage),
    waitingCount: () => waitingCount.get() as number,
    workedThrough: (id) => void through.run(id),
    fail: (id, at, reason) => void fail.run(id, at, JSON.stringify(reason)),
    failureIds: () => failureIds.all() as number[],
    clearFailure: (id) => clear.run(id).changes > 0,
    failedCount: () => failedCount.get() as number,
  };
}
