import type { Database } from 'better-sqlite3';
import type { Parcel, ParcelStore } from '#main/hub/import-ports.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

interface Row {
  carrier: string;
  number: string;
  order_no: string;
  state: string;
  event_at: number;
  trace: string;
}

/** Parcels by carrier and number. */
export function createParcels(database: Database, recorder: Recorder | null): ParcelStore {
  const put = prepareWrite(
    database,
    `INSERT INTO parcels (carrier, number, order_no, state, event_at, trace) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (carrier, number) DO UPDATE
     SET order_no = excluded.order_no, state = excluded.state, event_at = excluded.event_at, trace = excluded.trace`,
    recorder,
  );
  const get = database.prepare<[string, string], Row>('SELECT * FROM parcels WHERE carrier = ? AND number = ?');
  return {
    get(carrier, number) {
      const row = get.get(carrier, number);
      if (!row) return null;
      return {
        carrier,
        number,
        orderNo: row.order_no,
        state: row.state as Parcel['state'],
        eventAt: row.event_at,
        trace: JSON.parse(row.trace) as Parcel['trace'],
      };
    },
    put: ({ carrier, number, orderNo, state, eventAt, trace }) =>
      void put.run(carrier, number, orderNo, state, eventAt, JSON.stringify(trace)),
  };
}
