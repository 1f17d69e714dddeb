import type { Database } from 'better-sqlite3';
import type { OrderRecord } from '#main/model/record.ts';
import type { JudgedRow, LaterVector, StoredRefund, TrialSource } from '#main/trial/source.ts';
import { asStoreError, openReader } from './database.ts';
import { decodeOrder, ORDER_ROW } from './order-document.ts';
import type { OrderRow } from './order-document.ts';

/** The first judgement of an order. `hits` is never read. */
const JUDGEMENT = `
  v.at AS judgedAt, v.rule_set_version AS ruleSetVersion, v.inputs,
  v.id < (SELECT max(id) FROM verdicts WHERE order_id = o.id) AS judgedAgain`;
/**
 * The columns of a `JudgedRow`. The document is searched for refunds before it is parsed: few orders have any, and inside a JSON
 * text the name cannot stand with its quotes unescaped.
 */
const JUDGED = `
  o.id, o.order_no AS orderNo, o.status, o.paid_minor AS paidMinor, o.created_at AS createdAt,
  CASE WHEN instr(o.document, '"refunds":[{') > 0 THEN json_extract(o.document, '$.refunds') END AS refunds, ${JUDGEMENT}`;
const FROM = 'FROM orders AS o LEFT JOIN verdicts AS v ON v.id = (SELECT min(id) FROM verdicts WHERE order_id = o.id)';
const ROW = ORDER_ROW.map((column) => `o.${column}`).join(', ');

// The plus keeps SQLite on the order of the rows: by the index of the times every piece would sort the whole span.
const PIECE = `${FROM} WHERE o.id > ? AND +o.created_at >= ? AND +o.created_at < ? ORDER BY o.id LIMIT ?`;
const ROWS = `SELECT ${JUDGED} ${PIECE}`;
const RECORDS = `SELECT o.id, ${JUDGEMENT}, ${ROW} ${PIECE}`;
const RECORDS_AT = `SELECT o.id, ${JUDGEMENT}, ${ROW} ${FROM} WHERE o.id IN (SELECT value FROM json_each(?)) ORDER BY o.id`;
/** The statements a trial spends its time in, for a test of how SQLite runs them. */
export const TRIAL_READS = [ROWS, RECORDS] as const;

type Judgement = Pick<JudgedRow, 'id' | 'judgedAt' | 'ruleSetVersion' | 'inputs' | 'judgedAgain'>;
type StoredRow = Omit<JudgedRow, 'refunds'> & { refunds: string | null };
type RecordRow = Judgement & OrderRow;

const NO_REFUNDS: readonly never[] = [];

function rowOf(row: StoredRow): JudgedRow {
  return Object.assign(row, { refunds: row.refunds === null ? NO_REFUNDS : (JSON.parse(row.refunds) as StoredRefund[]) });
}

/** The whole order holds what its row would tell. */
function opened(stored: RecordRow): { row: JudgedRow; record: OrderRecord } {
  const record = decodeOrder(stored);
  const { id, judgedAt, ruleSetVersion, inputs, judgedAgain } = stored;
  const { orderNo, status, paidMinor, createdAt, refunds } = record;
  return { row: { id, orderNo, status, paidMinor, createdAt, judgedAt, ruleSetVersion, inputs, judgedAgain, refunds }, record };
}

/** Opens the history of a workspace beside its hub. What the disk refuses surfaces as StoreError. */
export function openTrialSource(place: Parameters<typeof openReader>[0]): { source: TrialSource; close(): void } {
  const database = openReader(place);
  try {
    return { source: createTrialSource(database), close: () => void database.close() };
  } catch (error) {
    database.close();
    throw asStoreError(error);
  }
}

/** Each read is short and leaves no transaction open behind it. */
export function createTrialSource(database: Database): TrialSource {
  const rows = database.prepare<[number, number, number, number], StoredRow>(ROWS);
  const records = database.prepare<[number, number, number, number], RecordRow>(RECORDS);
  const recordsAt = database.prepare<[string], RecordRow>(RECORDS_AT);
  const count = database.prepare<[number, number], number>('SELECT count(*) FROM orders WHERE created_at >= ? AND created_at < ?').pluck();
  const firstRow = database.prepare<[number], number | null>('SELECT min(id) FROM orders WHERE created_at >= ?').pluck();
  const sets = database.prepare<[], { version: number; publishedAt: number; fields: string }>(
    'SELECT version, published_at AS publishedAt, fields FROM rule_sets ORDER BY version',
  );
  const later = database.prepare<[number], LaterVector>(
    'SELECT rule_set_version AS ruleSetVersion, inputs FROM verdicts WHERE order_id = ? ORDER BY id LIMIT 20 OFFSET 1',
  );
  const ofBuyer = database.prepare<[string], OrderRow & { id: number }>(
    `SELECT o.id, ${ROW} FROM orders AS o WHERE o.buyer_key = ? ORDER BY o.id`,
  );
  const countOfBuyer = database.prepare<[string], number>('SELECT count(*) FROM orders WHERE buyer_key = ?').pluck();
  const decided = database.prepare<[number], { id: number; action: string }>(
    "SELECT order_id AS id, action FROM decisions WHERE at >= ? AND actor <> 'hub' ORDER BY id",
  );
  const reported = database.prepare<[number], { id: number; outcome: 'good' | 'bad' }>(
    'SELECT r.order_id AS id, r.outcome FROM reported_outcomes AS r JOIN orders AS o ON o.id = r.order_id WHERE o.created_at >= ?',
  );
  const within = (span: { from: number; to: number } | null): [number, number] =>
    span === null ? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] : [span.from, span.to];
  return {
    ruleSets: () => sets.all().map((set) => ({ ...set, fields: JSON.parse(set.fields) as string[] })),
    count: (from, to) => count.get(from, to) as number,
    firstRow: (from) => firstRow.get(from) ?? null,
    rows: (after, limit, span) => rows.all(after, ...within(span), limit).map(rowOf),
    records: (after, limit, span) => records.all(after, ...within(span), limit).map(opened),
    recordsAt: (ids) => recordsAt.all(JSON.stringify(ids)).map(opened),
    laterVectors: (id) => later.all(id),
    *ordersOf(buyerKey) {
      for (const row of ofBuyer.iterate(buyerKey)) yield { id: row.id, record: decodeOrder(row) };
    },
    ordersCount: (buyerKey) => countOfBuyer.get(buyerKey) as number,
    reported: (since) => new Map(reported.all(since).map(({ id, outcome }) => [id, outcome])),
    decisions(since) {
      const last = new Map<number, 'release' | 'freeze'>();
      for (const { id, action } of decided.iterate(since)) {
        if (action === 'release' || action === 'freeze') last.set(id, action);
        // What was taken back is as if it had not been: the order waits again.
        else if (action === 'undo') last.delete(id);
      }
      return last;
    },
  };
}
