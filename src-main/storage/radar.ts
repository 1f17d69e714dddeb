import type { Database } from 'better-sqlite3';
import type { RadarLabel, RadarMapping, RadarTraining } from '#shared/contract/radar.ts';
import type { LocalisedText } from '#shared/text.ts';
import type { FoundOrder, ModelFigures, ModelHead, RadarStore, ScoredOrder, TrainingTask } from '#main/hub/radar/radar-ports.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import { createRadarSamples } from './radar-samples.ts';
import { prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

/** An order without a verdict was never judged: it had left before it was first told of, and nothing would have held it. */
const JUDGED = 'EXISTS (SELECT 1 FROM verdicts WHERE order_id = o.id)';

/** The anomaly radar: samples, trainings, models. */
export function createRadar(database: Database, recorder: Recorder | null): RadarStore {
  return {
    ...createRadarSamples(database, recorder),
    ...createFaults(database, recorder),
    ...createOrders(database),
    ...createTrainings(database, recorder),
    ...createModels(database, recorder),
  };
}

function createFaults(
  database: Database,
  recorder: Recorder | null,
): Pick<RadarStore, 'addFaults' | 'faults' | 'mapping' | 'rememberMapping'> {
  const add = prepareWrite(
    database,
    'INSERT INTO radar_faults (sample_id, row, column_name, reason, value) VALUES (?, ?, ?, ?, ?)',
    recorder,
  );
  const faults = database.prepare<
    [number, number, number, number],
    { id: number; row: number; column_name: string; reason: string; value: string }
  >('SELECT * FROM radar_faults WHERE sample_id = ? AND (row, id) > (?, ?) ORDER BY row, id LIMIT ?');
  const mapping = database.prepare<[string], string>('SELECT mapping FROM radar_mappings WHERE headings = ?').pluck();
  const remember = prepareWrite(
    database,
    `INSERT INTO radar_mappings (headings, mapping, at) VALUES (?, ?, ?)
     ON CONFLICT (headings) DO UPDATE SET mapping = excluded.mapping, at = excluded.at`,
    recorder,
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
        ({ row: at, column_name: column, reason, value }) => ({ row: at, column, reason: JSON.parse(reason) as LocalisedText, value }),
        (fault) => [fault.row, fault.id],
      );
    },
    mapping(headings) {
      const stored = mapping.get(headings);
      return stored === undefined ? null : (JSON.parse(stored) as RadarMapping);
    },
    rememberMapping: (headings, chosen, at) => void remember.run(headings, JSON.stringify(chosen), at),
  };
}

function createOrders(database: Database): Pick<RadarStore, 'find' | 'outcomes' | 'fine' | 'recentCount' | 'recent'> {
  const named = 'SELECT o.id AS orderId, o.order_no AS orderNo FROM orders AS o WHERE';
  const byPlatform = database.prepare<[string, string, string], FoundOrder>(
    `${named} o.channel_order_id = ? AND o.shop_id = ? AND o.channel = ?`,
  );
  const byNumber = database.prepare<[string], FoundOrder>(`${named} o.order_no = ?`);
  const outcomes = database.prepare<[number, number, number, number], { orderId: number; outcome: 'good' | 'bad' }>(
    `SELECT x.order_id AS orderId, x.outcome FROM outcomes AS x JOIN orders AS o ON o.id = x.order_id
     WHERE x.order_id > ? AND x.outcome IS NOT NULL AND o.created_at >= ? AND o.created_at < ? ORDER BY x.order_id LIMIT ?`,
  );
  const fine = database
    .prepare<[number, number, number], number>(
      "SELECT order_id FROM outcomes WHERE order_id % ? = 0 AND order_id < ? AND outcome = 'good' ORDER BY order_id DESC LIMIT ?",
    )
    .pluck();
  const count = database.prepare<[number, number], number>('SELECT count(*) FROM orders WHERE created_at >= ? AND created_at < ?').pluck();
  const recent = database
    .prepare<[number, number, number], number>(
      `SELECT o.id FROM orders AS o WHERE o.created_at >= ? AND o.created_at < ? AND o.id % ? = 0 AND ${JUDGED} ORDER BY o.id`,
    )
    .pluck();
  return {
    find: (name, { channel, shopId }) => byPlatform.get(name, shopId, channel) ?? byNumber.get(name) ?? null,
    outcomes: ({ from, to }, after, limit) => outcomes.all(after, from, to, limit),
    fine: (every, before, limit) => fine.all(every, before, limit),
    recentCount: ({ from, to }) => count.get(from, to) as number,
    recent: ({ from, to }, every) => recent.all(from, to, every),
  };
}

function createTrainings(database: Database, recorder: Recorder | null): Pick<RadarStore, 'addTraining' | 'saveTraining' | 'training'> {
  const add = prepareWrite(database, 'INSERT INTO radar_trainings (state, document, task) VALUES (?, ?, ?)', recorder);
  const save = prepareWrite(database, 'UPDATE radar_trainings SET state = ?, document = ? WHERE id = ?', recorder);
  const newest = database.prepare<[], { id: number; document: string; task: string }>(
    'SELECT id, document, task FROM radar_trainings ORDER BY id DESC LIMIT 1',
  );
  return {
    addTraining: (training, task) => Number(add.run(training.state, JSON.stringify(training), JSON.stringify(task)).lastInsertRowid),
    saveTraining: (id, training) => void save.run(training.state, JSON.stringify(training), id),
    training() {
      const row = newest.get();
      if (!row) return null;
      return { id: row.id, training: JSON.parse(row.document) as RadarTraining, task: JSON.parse(row.task) as TrainingTask };
    },
  };
}

type Models = Pick<RadarStore, 'addModel' | 'model' | 'document' | 'newestModel' | 'listModels' | 'modelOrders'>;

function createModels(database: Database, recorder: Recorder | null): Models {
  const add = prepareWrite(database, 'INSERT INTO radar_models (trained_at, head, figures, document) VALUES (?, ?, ?, ?)', recorder);
  const addOrder = prepareWrite(
    database,
    'INSERT INTO radar_orders (model_id, seq, order_id, score, label, unseen, reasons) VALUES (?, ?, ?, ?, ?, ?, ?)',
    recorder,
  );
  const get = database.prepare<[number], { head: string; figures: string }>('SELECT head, figures FROM radar_models WHERE id = ?');
  const document = database.prepare<[number], string>('SELECT document FROM radar_models WHERE id = ?').pluck();
  const newest = database.prepare<[], number | null>('SELECT max(id) FROM radar_models').pluck();
  const list = database.prepare<[number, number], { id: number; head: string }>(
    'SELECT id, head FROM radar_models WHERE id < ? ORDER BY id DESC LIMIT ?',
  );
  type OrderRow = Omit<ScoredOrder, 'unseen' | 'reasons' | 'label'> & {
    seq: number;
    orderNo: string;
    label: RadarLabel | null;
    unseen: number;
    reasons: string;
  };
  const orders = database.prepare<[number, number, number, number], OrderRow>(
    `SELECT r.seq, r.order_id AS orderId, o.order_no AS orderNo, r.score, r.label, r.unseen, r.reasons
     FROM radar_orders AS r JOIN orders AS o ON o.id = r.order_id WHERE r.model_id = ? AND r.seq > ? AND r.score >= ? ORDER BY r.seq LIMIT ?`,
  );
  return {
    addModel({ head, figures, document: weights, orders: scored }) {
      const id = Number(add.run(head.trainedAt, JSON.stringify(head), JSON.stringify(figures), JSON.stringify(weights)).lastInsertRowid);
      scored.forEach(({ orderId, score, label, unseen, reasons }, index) =>
        addOrder.run(id, index + 1, orderId, score, label, unseen ? 1 : 0, JSON.stringify(reasons)),
      );
      return id;
    },
    model(id) {
      const row = get.get(id);
      return row ? { head: JSON.parse(row.head) as ModelHead, figures: JSON.parse(row.figures) as ModelFigures } : null;
    },
    document(id) {
      const stored = document.get(id);
      return stored === undefined ? null : (JSON.parse(stored) as unknown);
    },
    newestModel: () => newest.get() ?? null,
    listModels(page) {
      const before = Number(decodeCursor(page.after, 1)?.[0] ?? Number.MAX_SAFE_INTEGER);
      return pageOf(
        list.all(before, page.limit + 1),
        page.limit,
        ({ id, head }) => ({ id, head: JSON.parse(head) as ModelHead }),
        (row) => [row.id],
      );
    },
    modelOrders(id, threshold, { after, limit }) {
      const from = Number(decodeCursor(after, 1)?.[0] ?? 0);
      return pageOf(
        orders.all(id, from, threshold, limit + 1),
        limit,
        ({ seq: _, unseen, reasons, ...row }) => ({ ...row, unseen: unseen === 1, reasons: JSON.parse(reasons) as string[] }),
        (row) => [row.seq],
      );
    },
  };
}
