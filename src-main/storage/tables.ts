import type { Database } from 'better-sqlite3';
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Compilable, Generated, InferResult } from 'kysely';

/** Columns of every table the list queries read; the migrations are the truth. */
export interface Tables {
  inbox: {
    id: number;
    channel: string;
    shop_id: string;
    delivery_id: string;
    topic: string;
    received_at: number;
    origin: string;
    observed_at: number | null;
    body: Uint8Array;
  };
  inbox_failures: { inbox_id: number; failed_at: number; attempts: number; reason: string };
  outbox: {
    id: number;
    key: string;
    target: string;
    topic: string;
    order_no: string | null;
    payload: string;
    created_at: number;
    next_at: number;
    attempts: number;
    state: number;
    error: string;
    reason: string | null;
  };
  orders: {
    id: number;
    order_no: string;
    channel: string;
    shop_id: string;
    channel_order_id: string;
    version: number;
    status: string;
    status_since: number;
    hold_kind: string | null;
    hold_severity: string | null;
    hold_opened_at: number | null;
    hold_rule: string | null;
    release_at: number | null;
    grade: string;
    buyer_key: string | null;
    warehouse: string | null;
    paid_minor: number;
    created_at: number;
    received_at: number;
    updated_at: number;
    short: Generated<number>;
    document: string;
  };
  verdicts: {
    id: number;
    order_id: number;
    order_version: number;
    at: number;
    rule_set_version: number;
    grade: string;
    health_score: number;
    hits: string;
    inputs: string;
  };
  timeline: { id: number; order_id: number; at: number; inbox_id: number | null; entries: string };
  rule_cases: {
    id: number;
    order_id: number;
    rule_id: string;
    rule_version: number;
    at: number;
    ended: string;
    ended_at: number | null;
    ended_by: string | null;
  };
  decisions: { id: number; order_id: number; at: number; actor: string; action: string; handling_ms: number | null };
  stock_levels: {
    id: number;
    sku: string;
    warehouse: string;
    name: string;
    spot: number;
    reserved: number;
    presale_quota: number;
    presale_reserved: number;
    safety: number;
  };
  movements: {
    id: number;
    level_id: number;
    at: number;
    kind: string;
    pool: string;
    quantity: number;
    order_no: string | null;
    note: string;
  };
  tasks: {
    id: number;
    key: string;
    kind: string;
    severity: string;
    role: string;
    title: string;
    order_no: string | null;
    opened_at: number;
    due_at: number | null;
    state: string;
    closed_at: number | null;
    closed_by: string | null;
  };
  imports: {
    id: number;
    name: string;
    channel: string;
    shop_id: string;
    state: string;
    bytes: number;
    received_bytes: number;
    read_bytes: number;
    done_row: number;
    rows: number;
    bad_rows: number;
    orders: number;
    created_at: number;
    started_at: number | null;
    ended_at: number | null;
    mapping: string | null;
    error: string | null;
  };
  rule_sets: { version: number; published_at: number; fields: string; document: string };
  audit: { seq: number; at: number; actor: string; action: string; subject: string; detail: string; hash: string };
}

/** Kysely builds and types the queries; better-sqlite3 runs them, synchronously, on the one connection. */
export const builder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** All rows of a built query. */
export function all<Q extends Compilable>(database: Database, query: Q): InferResult<Q> {
  const { sql, parameters } = query.compile();
  return database.prepare(sql).all(...parameters) as InferResult<Q>;
}

/** The plan SQLite chose, one line a step: for tests where an index matters. */
export function planOf(database: Database, query: Compilable): string[] {
  const { sql, parameters } = query.compile();
  return (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[]).map((row) => row.detail);
}
