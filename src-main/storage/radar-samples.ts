import type { Database } from 'better-sqlite3';
import type { ChannelId } from '#shared/channels.ts';
import type { RadarLabel, RadarMapping } from '#shared/contract/radar.ts';
import type { RadarStore, StoredSamples } from '#main/hub/radar/radar-ports.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

type Samples = Pick<
  RadarStore,
  'addSamples' | 'saveSamples' | 'samples' | 'listSamples' | 'unfinished' | 'clearSamples' | 'addLabel' | 'labels'
>;

interface Row {
  id: number;
  name: string;
  source: 'file' | 'own';
  state: 'reading' | 'ready';
  created_at: number;
  made_by: string;
  rows: number;
  bad_rows: number;
  fine_every: number;
  channel: string | null;
  shop_id: string | null;
  mapping: string | null;
  import_id: number | null;
}

const KINDS_TOLD = 20;

/** Sets of labelled orders. */
export function createRadarSamples(database: Database, recorder: Recorder | null): Samples {
  const add = prepareWrite(
    database,
    `INSERT INTO radar_samples (name, source, state, created_at, made_by, rows, bad_rows, fine_every, channel, shop_id, mapping, import_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    recorder,
  );
  const save = prepareWrite(database, 'UPDATE radar_samples SET state = ?, rows = ?, bad_rows = ? WHERE id = ?', recorder);
  const dropLabels = prepareWrite(database, 'DELETE FROM radar_labels WHERE sample_id = ?', recorder);
  const dropFaults = prepareWrite(database, 'DELETE FROM radar_faults WHERE sample_id = ?', recorder);
  const drop = prepareWrite(database, 'DELETE FROM radar_samples WHERE id = ?', recorder);
  const addLabel = prepareWrite(
    database,
    'INSERT INTO radar_labels (sample_id, order_id, label, row, kind, said) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    recorder,
  );
  const rowOf = database.prepare<[number, number], number>('SELECT row FROM radar_labels WHERE sample_id = ? AND order_id = ?').pluck();
  const get = database.prepare<[number], Row>('SELECT * FROM radar_samples WHERE id = ?');
  const list = database.prepare<[number, number], Row>('SELECT * FROM radar_samples WHERE id < ? ORDER BY id DESC LIMIT ?');
  const unfinished = database.prepare<[], number>("SELECT id FROM radar_samples WHERE state = 'reading'").pluck();
  const counts = database.prepare<[number], { label: RadarLabel; orders: number }>(
    'SELECT label, count(*) AS orders FROM radar_labels WHERE sample_id = ? GROUP BY label',
  );
  const kinds = database.prepare<[number, number], { kind: string; orders: number }>(
    `SELECT kind, count(*) AS orders FROM radar_labels WHERE sample_id = ? AND label = 'disputed' AND kind IS NOT NULL
     GROUP BY kind ORDER BY orders DESC, kind LIMIT ?`,
  );
  const labels = database.prepare<[string], { orderId: number; label: RadarLabel; weight: number }>(
    `SELECT l.order_id AS orderId, l.label, CASE l.label WHEN 'fine' THEN s.fine_every ELSE 1 END AS weight
     FROM radar_samples AS s JOIN radar_labels AS l ON l.sample_id = s.id WHERE s.id IN (SELECT value FROM json_each(?))`,
  );

  function toSamples(row: Row): StoredSamples {
    const { id, name, source, state, rows, channel, shop_id: shopId, mapping, import_id: importId } = row;
    const counted = counts.all(id);
    const of = (label: RadarLabel) => counted.find((one) => one.label === label)?.orders ?? 0;
    return {
      ...{ id, name, source, state, rows, createdAt: row.created_at, by: row.made_by, badRows: row.bad_rows, fineEvery: row.fine_every },
      ...{ disputed: of('disputed'), fine: of('fine'), kinds: kinds.all(id, KINDS_TOLD) },
      file:
        channel === null || shopId === null || mapping === null || importId === null
          ? null
          : { channel: channel as ChannelId, shopId, mapping: JSON.parse(mapping) as RadarMapping, importId },
    };
  }

  return {
    addSamples({ name, source, state, createdAt, by, rows, badRows, fineEvery, file }) {
      const cells = file ? [file.channel, file.shopId, JSON.stringify(file.mapping), file.importId] : [null, null, null, null];
      return Number(add.run(name, source, state, createdAt, by, rows, badRows, fineEvery, ...cells).lastInsertRowid);
    },
    saveSamples: (id, { state, rows, badRows }) => void save.run(state, rows, badRows, id),
    samples(id) {
      const row = get.get(id);
      return row ? toSamples(row) : null;
    },
    listSamples({ after, limit }) {
      const before = Number(decodeCursor(after, 1)?.[0] ?? Number.MAX_SAFE_INTEGER);
      return pageOf(list.all(before, limit + 1), limit, toSamples, (row) => [row.id]);
    },
    unfinished: () => unfinished.all(),
    clearSamples(id, whole) {
      dropLabels.run(id);
      dropFaults.run(id);
      if (whole) drop.run(id);
      // Without its labels it is not what it was: whatever ends the program now, it is known to be unread.
      else save.run('reading', 0, 0, id);
    },
    addLabel(id, { orderId, label, row, kind, said }) {
      return addLabel.run(id, orderId, label, row, kind, said).changes > 0 ? null : (rowOf.get(id, orderId) ?? null);
    },
    labels: (ids) => labels.all(JSON.stringify(ids)),
  };
}
