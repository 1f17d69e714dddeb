import type { Database } from 'better-sqlite3';
import type { ChannelId } from '#shared/channels.ts';
import type { ImportMapping } from '#shared/contract/imports.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { ImportRecord, ImportStore } from '#main/hub/import-ports.ts';
import { decodeCursor, newestFirst, pageOf } from './cursor.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';
import { builder } from './tables.ts';
import type { Tables } from './tables.ts';

type Row = Tables['imports'];

function toRecord(row: Row): ImportRecord {
  return {
    id: row.id,
    name: row.name,
    channel: row.channel as ChannelId,
    shopId: row.shop_id,
    state: row.state as ImportRecord['state'],
    bytes: row.bytes,
    receivedBytes: row.received_bytes,
    readBytes: row.read_bytes,
    doneRow: row.done_row,
    rows: row.rows,
    badRows: row.bad_rows,
    orders: row.orders,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    mapping: row.mapping === null ? null : (JSON.parse(row.mapping) as ImportMapping),
    error: row.error === null ? null : (JSON.parse(row.error) as LocalisedText),
  };
}

/** File imports, their faults and saved column mappings. */
export function createImports(database: Database, recorder: Recorder | null): ImportStore {
  const begin = prepareWrite(
    database,
    "INSERT INTO imports (name, channel, shop_id, state, bytes, created_at) VALUES (?, ?, ?, 'uploading', ?, ?)",
    recorder,
  );
  const save = prepareWrite(
    database,
    `UPDATE imports SET state = ?, received_bytes = ?, read_bytes = ?, done_row = ?, rows = ?, bad_rows = ?, orders = ?,
       started_at = ?, ended_at = ?, mapping = ?, error = ? WHERE id = ?`,
    recorder,
  );
  const get = database.prepare<[number], Row>('SELECT * FROM imports WHERE id = ?');
  const open = database.prepare<[], Row>("SELECT * FROM imports WHERE state IN ('uploading', 'ready', 'running') ORDER BY id");
  return {
    begin: ({ name, channel, shopId, bytes }, at) => Number(begin.run(name, channel, shopId, bytes, at).lastInsertRowid),
    get: (id) => {
      const row = get.get(id);
      return row ? toRecord(row) : null;
    },
    save(record) {
      const { state, receivedBytes, readBytes, doneRow, rows, badRows, orders, startedAt, endedAt, mapping, error, id } = record;
      const text = (value: object | null) => (value === null ? null : JSON.stringify(value));
      save.run(state, receivedBytes, readBytes, doneRow, rows, badRows, orders, startedAt, endedAt, text(mapping), text(error), id);
    },
    open: () => open.all().map(toRecord),
    list: (page) =>
      newestFirst(database, builder.selectFrom('imports').selectAll(), page, { column: 'id', place: (row) => row.id, item: toRecord }),
    ...createFaults(database, recorder),
    ...createImportProfiles(database, recorder),
  };
}

interface FaultRow {
  id: number;
  row: number;
  column_name: string;
  reason: string;
  value: string;
}

function createFaults(database: Database, recorder: Recorder | null): Pick<ImportStore, 'addFaults' | 'faults'> {
  const add = prepareWrite(
    database,
    'INSERT INTO import_faults (import_id, row, column_name, reason, value) VALUES (?, ?, ?, ?, ?)',
    recorder,
  );
  const faults = database.prepare<[number, number, number, number], FaultRow>(
    'SELECT * FROM import_faults WHERE import_id = ? AND (row, id) > (?, ?) ORDER BY row, id LIMIT ?',
  );
  return {
    addFaults(id, found) {
      for (const { row, column, reason, value } of found) add.run(id, row, column, JSON.stringify(reason), value);
    },
    faults(id, { limit, after }) {
      const [row, last] = (decodeCursor(after, 2) ?? [-1, -1]).map(Number) as [number, number];
      return pageOf(
        faults.all(id, row, last, limit + 1),
        limit,
        (fault) => ({
          row: fault.row,
          column: fault.column_name,
          reason: JSON.parse(fault.reason) as LocalisedText,
          value: fault.value,
        }),
        (fault) => [fault.row, fault.id],
      );
    },
  };
}

function createImportProfiles(
  database: Database,
  recorder: Recorder | null,
): Pick<ImportStore, 'profiles' | 'saveProfile' | 'removeProfile'> {
  const put = prepareWrite(
    database,
    'INSERT INTO import_profiles (name, mapping) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET mapping = excluded.mapping',
    recorder,
  );
  const remove = prepareWrite(database, 'DELETE FROM import_profiles WHERE id = ?', recorder);
  const all = database.prepare<[], { id: number; name: string; mapping: string }>('SELECT * FROM import_profiles ORDER BY name');
  const idOf = database.prepare<[string], number>('SELECT id FROM import_profiles WHERE name = ?').pluck();
  return {
    profiles: () => all.all().map(({ id, name, mapping }) => ({ id, name, mapping: JSON.parse(mapping) as ImportMapping })),
    saveProfile(name, mapping) {
      put.run(name, JSON.stringify(mapping));
      return { id: idOf.get(name) as number, name, mapping };
    },
    removeProfile: (id) => remove.run(id).changes > 0,
  };
}
