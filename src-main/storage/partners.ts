import type { Database } from 'better-sqlite3';
import type { CarrierId } from '#shared/carriers.ts';
import type { PartnerId } from '#shared/contract/partners.ts';
import type { PartnerConnectionStore, WaybillStore } from '#main/hub/partner-ports.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

/** Partners connected on screen. Nothing here can be read without the vault's key. */
export function createPartnerConnections(database: Database, recorder: Recorder | null): PartnerConnectionStore {
  const all = database.prepare<[], { id: string; sealed: Uint8Array; active: number }>(
    'SELECT id, sealed, active FROM partner_connections',
  );
  const put = prepareWrite(
    database,
    `INSERT INTO partner_connections (id, sealed, active, changed_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed, active = excluded.active, changed_at = excluded.changed_at`,
    recorder,
  );
  const remove = prepareWrite(database, 'DELETE FROM partner_connections WHERE id = ?', recorder);
  return {
    all: () => all.all().map(({ id, sealed, active }) => ({ id: id as PartnerId, sealed, active: active === 1 })),
    put: ({ id, sealed, active }, at) => void put.run(id, sealed, active ? 1 : 0, at),
    remove: (id) => void remove.run(id),
  };
}

interface WaybillRow {
  carrier: string;
  number: string;
  requested_at: number;
  requested_by: string;
}

/** Electronic waybills by order: one at a time. */
export function createWaybills(database: Database, recorder: Recorder | null): WaybillStore {
  const of = database.prepare<[string], WaybillRow>('SELECT carrier, number, requested_at, requested_by FROM waybills WHERE order_no = ?');
  const put = prepareWrite(
    database,
    `INSERT INTO waybills (order_no, carrier, number, requested_at, requested_by) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (order_no) DO UPDATE SET carrier = excluded.carrier, number = excluded.number,
       requested_at = excluded.requested_at, requested_by = excluded.requested_by`,
    recorder,
  );
  const remove = prepareWrite(database, 'DELETE FROM waybills WHERE order_no = ?', recorder);
  return {
    of(orderNo) {
      const row = of.get(orderNo);
      if (!row) return null;
      return { orderNo, carrier: row.carrier as CarrierId, number: row.number, requestedAt: row.requested_at, by: row.requested_by };
    },
    put: ({ orderNo, carrier, number, requestedAt, by }) => void put.run(orderNo, carrier, number, requestedAt, by),
    remove: (orderNo) => void remove.run(orderNo),
  };
}
