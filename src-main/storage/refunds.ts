import type { Database } from 'better-sqlite3';
import type { RefundStore } from '#main/hub/ports.ts';
import type { IncomingRefund } from '#main/model/incoming.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

/** Refunds that arrived before their order and wait for it. */
export function createRefunds(database: Database, recorder: Recorder | null): RefundStore {
  const add = prepareWrite(
    database,
    'INSERT INTO pending_refunds (channel, shop_id, channel_order_id, received_at, inbox_id, refund) VALUES (?, ?, ?, ?, ?, ?)',
    recorder,
  );
  const remove = prepareWrite(database, 'DELETE FROM pending_refunds WHERE id = ?', recorder);
  const of = database.prepare<[string, string, string], { id: number; received_at: number; inbox_id: number | null; refund: string }>(
    'SELECT id, received_at, inbox_id, refund FROM pending_refunds WHERE channel_order_id = ? AND shop_id = ? AND channel = ? ORDER BY id',
  );
  const count = database.prepare<[], number>('SELECT count(*) FROM pending_refunds').pluck();
  return {
    add: (refund, receivedAt, inboxId) =>
      void add.run(refund.channel, refund.shopId, refund.channelOrderId, receivedAt, inboxId, JSON.stringify(refund)),
    of: (channel, shopId, channelOrderId) =>
      of.all(channelOrderId, shopId, channel).map((row) => ({
        id: row.id,
        receivedAt: row.received_at,
        inboxId: row.inbox_id,
        refund: JSON.parse(row.refund) as IncomingRefund,
      })),
    remove: (id) => void remove.run(id),
    count: () => count.get() as number,
  };
}
