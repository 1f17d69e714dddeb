import type { Database } from 'better-sqlite3';
import type { OpenOrderRow, OrderStore, StoredOrder } from '#main/hub/ports.ts';
import { missesStock } from '#main/hub/shortage.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { prepareRows, prepareWrite } from './recording.ts';
import type { Cell, Recorder } from './recording.ts';
import { decodeOrder, encodeOrder, ORDER_ROW } from './order-document.ts';
import type { OrderRow } from './order-document.ts';

/** The columns beside the document, in the order of the statements below. */
function cells(record: OrderRecord): Cell[] {
  const { hold } = record;
  return [
    record.version,
    record.status,
    record.statusSince,
    hold?.kind ?? null,
    hold?.severity ?? null,
    hold?.openedAt ?? null,
    hold?.openedBy === 'rule' ? (hold.reasons[0]?.ruleId ?? null) : null,
    hold?.releaseAt ?? null,
    record.grade,
    record.keys.buyer,
    record.route?.warehouse ?? null,
    record.paidMinor,
    record.createdAt,
    record.receivedAt,
    record.updatedAt,
    missesStock(record) ? 1 : 0,
    encodeOrder(record),
  ];
}

const COLUMNS = [
  ...['version', 'status', 'status_since', 'hold_kind', 'hold_severity', 'hold_opened_at', 'hold_rule', 'release_at', 'grade'],
  ...['buyer_key', 'warehouse', 'paid_minor', 'created_at', 'received_at', 'updated_at', 'short', 'document'],
];
const OPEN = "status IN ('pending_payment', 'paid', 'awaiting_shipment', 'shipped', 'delivered')";

/** The same rows for either half of the open set; both halves have a partial index of their own. */
export const OPEN_ORDERS_SQL = `
  SELECT id, order_no AS orderNo, channel, shop_id AS shopId, status, status_since AS statusSince, hold_kind AS holdKind,
    hold_opened_at AS holdOpenedAt, hold_rule AS holdRule, release_at AS releaseAt, warehouse, short FROM orders WHERE ${OPEN}
  UNION ALL
  SELECT id, order_no, channel, shop_id, status, status_since, hold_kind, hold_opened_at, hold_rule, release_at, warehouse, short
    FROM orders WHERE hold_kind IN ('held', 'frozen') AND NOT (${OPEN})`;

const ROW = ORDER_ROW.join(', ');

interface StoredRow extends OrderRow {
  id: number;
}
function stored(row: StoredRow | undefined): StoredOrder | null {
  return row ? { id: row.id, record: decodeOrder(row) } : null;
}

function* records(rows: Iterable<OrderRow>): Generator<OrderRecord> {
  for (const row of rows) yield decodeOrder(row);
}

/** Orders with their verdicts, timeline, cases and decisions. */
export function createOrders(database: Database, recorder: Recorder | null): OrderStore {
  const insert = prepareRows(database, 'orders', ['id', 'order_no', 'channel', 'shop_id', 'channel_order_id', ...COLUMNS], recorder);
  const assignments = COLUMNS.map((column) => `${column} = ?`).join(', ');
  const update = prepareWrite(database, `UPDATE orders SET ${assignments} WHERE id = ? AND version = ?`, recorder);
  const byNumber = database.prepare<[string], StoredRow>(`SELECT id, ${ROW} FROM orders WHERE order_no = ?`);
  const byPlatform = database.prepare<[string, string, string], StoredRow>(
    `SELECT id, ${ROW} FROM orders WHERE channel_order_id = ? AND shop_id = ? AND channel = ?`,
  );
  const byId = database.prepare<[number], StoredRow>(`SELECT id, ${ROW} FROM orders WHERE id = ?`);
  // The words stand in the document as `order-document.ts` writes them; which of them is meant, the reader of the order knows.
  const speaking = database.prepare<[number, number, string | null, string | null, string, number], StoredRow>(
    `SELECT id, ${ROW} FROM orders WHERE id > ? AND id <= ? AND (? IS NULL OR channel = ?)
       AND EXISTS (SELECT 1 FROM json_each(?) WHERE instr(document, value) > 0) ORDER BY id LIMIT ?`,
  );
  const open = database.prepare<[], Omit<OpenOrderRow, 'short'> & { short: number }>(OPEN_ORDERS_SQL);
  const nextId = database.prepare<[], number>('SELECT coalesce(max(id), 0) + 1 FROM orders').pluck();
  const hasNumber = database.prepare<[string], number>('SELECT 1 FROM orders WHERE order_no = ?').pluck();
  const newest = database.prepare<[], number | null>('SELECT max(received_at) FROM orders').pluck();
  const created = database.prepare<[number], OrderRow>(`SELECT ${ROW} FROM orders WHERE created_at >= ? ORDER BY created_at, id`);
  const createdBefore = database.prepare<[number, number, number, number], StoredRow>(
    `SELECT id, ${ROW} FROM orders WHERE created_at >= ? AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const received = database.prepare<[number, number], OrderRow>(
    `SELECT ${ROW} FROM orders WHERE received_at > ? AND received_at <= ? ORDER BY received_at, id`,
  );
  const deposits = database.prepare<[], OrderRow>(
    `SELECT ${ROW} FROM orders WHERE status = 'pending_payment' AND json_extract(document, '$.presale.depositMinor') IS NOT NULL`,
  );
  const routed = database.prepare<[number], { warehouse: string; at: number; orders: number }>(
    `SELECT warehouse, max(received_at) AS at, count(*) AS orders FROM orders
     WHERE received_at >= ? AND warehouse IS NOT NULL GROUP BY warehouse, received_at / 900000 ORDER BY 2`,
  );
  const short = database.prepare<[], StoredRow>(`SELECT id, ${ROW} FROM orders WHERE short = 1 ORDER BY id`);
  // States of checks stand in the document as `order-document.ts` writes them; a buyer's words are escaped there and cannot look like it.
  // Those nobody was told about yet come first: they wait for an answer, the others were decided without one.
  const unchecked = database.prepare<[number], StoredRow>(
    `SELECT id, ${ROW} FROM orders WHERE ${OPEN} AND status IN ('paid', 'awaiting_shipment')
       AND (instr(document, '"state":"asked"') > 0 OR instr(document, '"state":"unavailable"') > 0)
       ORDER BY instr(document, '"state":"asked"') = 0, id LIMIT ?`,
  );
  return {
    byNumber: (orderNo) => stored(byNumber.get(orderNo)),
    byPlatform: (channel, shopId, channelOrderId) => stored(byPlatform.get(channelOrderId, shopId, channel)),
    byId: (id) => stored(byId.get(id)),
    speaking(words, { channel, after, through, limit }) {
      const written = words.flatMap((word) => ['word', 'rawState'].map((field) => `"${field}":${JSON.stringify(word)}`));
      const rows = speaking.all(after, through, channel, channel, JSON.stringify(written), limit);
      return rows.map((row) => stored(row) as StoredOrder);
    },
    nextId: () => nextId.get() as number,
    insert: (fresh) =>
      insert.add(
        fresh.map(({ id, record }) => [id, record.orderNo, record.channel, record.shopId, record.channelOrderId, ...cells(record)]),
      ),
    update: (id, record, expected) => update.run(...cells(record), id, expected).changes === 1,
    open: () => open.all().map((row) => ({ ...row, short: row.short === 1 })),
    hasNumber: (orderNo) => hasNumber.get(orderNo) !== undefined,
    newestReceivedAt: () => newest.get() ?? null,
    createdSince: (since) => records(created.iterate(since)),
    createdBefore: (from, before, limit) => {
      const rows = createdBefore.all(from, before?.createdAt ?? Number.MAX_SAFE_INTEGER, before?.id ?? 0, limit);
      return rows.map((row) => stored(row) as StoredOrder);
    },
    receivedBetween: (from, to) => records(received.iterate(from, to)),
    openDeposits: () => records(deposits.iterate()),
    routedSince: (since) => routed.all(since),
    unchecked: (limit) => unchecked.all(limit).map((row) => stored(row) as StoredOrder),
    short: () => short.all().map((row) => stored(row) as StoredOrder),
    ...createHistory(database, recorder),
  };
}

type History = Pick<OrderStore, 'addVerdicts' | 'addTimeline' | 'openCase' | 'endCases' | 'endCase' | 'addDecision'>;

function createHistory(database: Database, recorder: Recorder | null): History {
  const addVerdicts = prepareRows(
    database,
    'verdicts',
    ['order_id', 'order_version', 'at', 'rule_set_version', 'grade', 'health_score', 'hits', 'inputs'],
    recorder,
  );
  const addTimeline = prepareRows(database, 'timeline', ['order_id', 'at', 'inbox_id', 'entries'], recorder);
  const openCase = prepareWrite(
    database,
    `INSERT INTO rule_cases (order_id, rule_id, rule_version, at, ended) VALUES (?, ?, ?, ?, 'open')
     ON CONFLICT (order_id, rule_id) DO UPDATE SET rule_version = excluded.rule_version, ended = 'open', ended_at = NULL, ended_by = NULL`,
    recorder,
  );
  const endCases = prepareWrite(
    database,
    `UPDATE rule_cases SET ended = ?, ended_at = ?, ended_by = ? WHERE order_id = ? AND ended <> 'cancelled'`,
    recorder,
  );
  const endCase = prepareWrite(
    database,
    `UPDATE rule_cases SET ended = ?, ended_at = ?, ended_by = ? WHERE order_id = ? AND rule_id = ?`,
    recorder,
  );
  const addDecision = prepareWrite(
    database,
    'INSERT INTO decisions (order_id, at, actor, action, handling_ms) VALUES (?, ?, ?, ?, ?)',
    recorder,
  );
  return {
    addVerdicts: (verdicts) =>
      addVerdicts.add(
        verdicts.map(({ orderId, verdict }) => [
          orderId,
          verdict.orderVersion,
          verdict.at,
          verdict.ruleSetVersion,
          verdict.grade,
          verdict.healthScore,
          verdict.hits.length === 0 ? '[]' : JSON.stringify(verdict.hits),
          JSON.stringify(verdict.inputs),
        ]),
      ),
    addTimeline: (rows, at) =>
      addTimeline.add(rows.map(({ orderId, inboxId, entries }) => [orderId, at, inboxId, JSON.stringify(entries)])),
    openCase: (orderId, ruleId, ruleVersion, at) => void openCase.run(orderId, ruleId, ruleVersion, at),
    endCases: (orderId, ended, at, by) => void endCases.run(ended, at, by, orderId),
    endCase: (orderId, ruleId, ended, at, by) => void endCase.run(ended, at, by, orderId, ruleId),
    addDecision: (orderId, at, actor, action, handlingMs) => void addDecision.run(orderId, at, actor, action, handlingMs),
  };
}
