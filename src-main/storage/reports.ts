import type { Database } from 'better-sqlite3';
import type { Report, ReportSummary } from '#shared/contract/reports.ts';
import type { ReportStore } from '#main/hub/learning/learning-ports.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import { prepareRows, prepareWrite } from './recording.ts';
import type { Recorder } from './recording.ts';

interface ReportRow {
  id: number;
  kind: Report['kind'];
  from: number;
  to: number;
  madeAt: number;
  madeBy: string;
  document: string;
}

/** What the row holds beside its columns. */
type Document = Omit<Report, 'id' | 'kind' | 'from' | 'to' | 'madeAt' | 'madeBy'>;

function reportOf({ document, ...head }: ReportRow): Report {
  return { ...head, ...(JSON.parse(document) as Document) };
}

function summaryOf(row: ReportRow): ReportSummary {
  const { id, kind, from, to, madeAt, madeBy, figures, misses } = reportOf(row);
  const figure = (name: string) => figures.find((one) => one.id === name)?.value ?? null;
  return {
    ...{ id, kind, from, to, madeAt, madeBy },
    falseKillRate: figure('false-kill-rate'),
    missed: misses.missed,
    stopped: figure('stopped') ?? 0,
  };
}

/** Reports as they were made, with the orders behind their figures. Nothing here can change. */
export function createReports(database: Database, recorder: Recorder | null): ReportStore {
  const add = prepareWrite(
    database,
    'INSERT INTO reports (kind, from_at, to_at, made_at, made_by, document) VALUES (?, ?, ?, ?, ?, ?)',
    recorder,
  );
  const addOrders = prepareRows(database, 'report_orders', ['report_id', 'order_group', 'seq', 'order_id'], recorder);
  const columns = 'id, kind, from_at AS "from", to_at AS "to", made_at AS madeAt, made_by AS madeBy, document';
  const get = database.prepare<[number], ReportRow>(`SELECT ${columns} FROM reports WHERE id = ?`);
  const list = database.prepare<[number, number], ReportRow>(`SELECT ${columns} FROM reports WHERE id < ? ORDER BY id DESC LIMIT ?`);
  const closed = database
    .prepare<[string], number>("SELECT coalesce(max(to_at), 0) FROM reports WHERE kind = ? AND made_by = 'hub'")
    .pluck();
  const orders = database.prepare<[number, string, number, number], { seq: number; orderNo: string }>(
    `SELECT r.seq, o.order_no AS orderNo FROM report_orders AS r JOIN orders AS o ON o.id = r.order_id
     WHERE r.report_id = ? AND r.order_group = ? AND r.seq > ? ORDER BY r.seq LIMIT ?`,
  );
  return {
    add({ kind, from, to, madeAt, madeBy, ...document }, groups) {
      const id = Number(add.run(kind, from, to, madeAt, madeBy, JSON.stringify(document satisfies Document)).lastInsertRowid);
      for (const { group, orderIds } of groups) addOrders.add(orderIds.map((orderId, seq) => [id, group, seq, orderId]));
      return id;
    },
    get(id) {
      const row = get.get(id);
      return row ? reportOf(row) : null;
    },
    closedThrough: (kind) => closed.get(kind) as number,
    list({ limit, after }) {
      const [before] = (decodeCursor(after, 1) ?? [Number.MAX_SAFE_INTEGER]).map(Number) as [number];
      return pageOf(list.all(before, limit + 1), limit, summaryOf, ({ id }) => [id]);
    },
    orders(id, group, { limit, after }) {
      const [last] = (decodeCursor(after, 1) ?? [-1]).map(Number) as [number];
      return pageOf(
        orders.all(id, group, last, limit + 1),
        limit,
        ({ orderNo }) => ({ orderNo }),
        ({ seq }) => [seq],
      );
    },
  };
}
