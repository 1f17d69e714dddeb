import type { Database } from 'better-sqlite3';
import { sql } from 'kysely';
import type { MethodParams } from '#shared/contract/index.ts';
import type { TimelineEntry } from '#shared/contract/orders.ts';
import type { OrderGrade } from '#shared/order.ts';
import type { StoreQueries } from '#main/hub/queries.ts';
import type { CaseEnd } from '#main/hub/ports.ts';
import type { FieldValue, Hit } from '#main/model/verdict.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import { toMessage } from './inbox.ts';
import { decodeOrder, ORDER_ROW } from './order-document.ts';
import { all, builder } from './tables.ts';

/** Orders newest first. A text is looked up by the three numbers that have an index, never by reading every order. */
export function ordersQuery(filter: MethodParams<'orders.list'>) {
  let query = builder.selectFrom('orders').select(['id', ...ORDER_ROW]);
  if (filter.channel) query = query.where('channel', '=', filter.channel);
  if (filter.shopId) query = query.where('shop_id', '=', filter.shopId);
  if (filter.status) query = query.where('status', 'in', filter.status);
  if (filter.grade) query = query.where('grade', 'in', filter.grade);
  if (filter.warehouse) query = query.where('warehouse', '=', filter.warehouse);
  if (filter.held === 'none') query = query.where('hold_kind', 'is', null);
  if (filter.held === 'any') query = query.where('hold_kind', 'is not', null);
  if (filter.held === 'held' || filter.held === 'frozen') query = query.where('hold_kind', '=', filter.held);
  if (filter.from !== undefined) query = query.where('created_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('created_at', '<=', filter.to);
  if (filter.sku) {
    const holdsSku = sql<boolean>`exists (select 1 from json_each(document, '$.lines') where json_extract(value, '$.sku') = ${filter.sku})`;
    query = query.where(holdsSku);
  }
  if (filter.text) query = query.where('id', 'in', idsOfText(filter.text));
  const after = decodeCursor(filter.after, 2);
  if (after) query = query.where(sql<boolean>`(created_at, id) < (${after[0]}, ${after[1]})`);
  return query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1);
}

function idsOfText(text: string) {
  return builder
    .selectFrom('orders')
    .select('id')
    .where('order_no', '=', text)
    .unionAll(builder.selectFrom('orders').select('id').where('channel_order_id', '=', text))
    .unionAll(builder.selectFrom('orders').select('id').where('buyer_key', '=', text));
}

const RANK = sql<number>`case hold_severity when 'high' then 2 when 'medium' then 1 else 0 end`;
/** Frozen orders have no clock: they come after the held ones of the same severity, oldest first. */
const CLOCK = sql<number>`coalesce(release_at, 8640000000000000)`;

/** The queue (C3): gravest first, then by the clock that runs. */
export function heldQuery(filter: MethodParams<'holds.list'>, now: number) {
  let query = builder.selectFrom('orders').where('hold_kind', 'is not', null);
  if (filter.kind) query = query.where('hold_kind', '=', filter.kind);
  if (filter.severity) query = query.where('hold_severity', 'in', filter.severity);
  if (filter.channel) query = query.where('channel', 'in', filter.channel);
  if (filter.role) query = query.where(sql<boolean>`json_extract(document, '$.hold.role') = ${filter.role}`);
  if (filter.assignee) query = query.where(sql<boolean>`json_extract(document, '$.hold.assignee') = ${filter.assignee}`);
  if (filter.ruleId) {
    query = query.where(
      sql<boolean>`exists (select 1 from json_each(document, '$.hold.reasons') where json_extract(value, '$.ruleId') = ${filter.ruleId})`,
    );
  }
  if (filter.text) query = query.where('id', 'in', idsOfText(filter.text));
  if (!filter.snoozed) query = query.where(sql<boolean>`coalesce(json_extract(document, '$.hold.snoozedUntil'), 0) <= ${now}`);
  return query;
}

type OrderQueries = Pick<
  StoreQueries,
  'orders' | 'held' | 'ofBuyer' | 'timeline' | 'lastVerdict' | 'messagesOf' | 'similar' | 'ruleFigures' | 'shift'
>;

export function createOrderQueries(database: Database): OrderQueries {
  return {
    orders(filter) {
      return pageOf(all(database, ordersQuery(filter)), filter.limit, decodeOrder, (row) => [row.created_at, row.id]);
    },
    held(filter, now) {
      const base = heldQuery(filter, now);
      const [count] = all(
        database,
        base.select((eb) => eb.fn.countAll<number>().as('total')),
      );
      let query = base.select(['id', ...ORDER_ROW, RANK.as('rank'), CLOCK.as('clock')]);
      const after = decodeCursor(filter.after, 3);
      if (after) query = query.where(sql<boolean>`(-${RANK}, ${CLOCK}, id) > (${-Number(after[0])}, ${after[1]}, ${after[2]})`);
      const rows = all(
        database,
        query
          .orderBy('rank', 'desc')
          .orderBy('clock')
          .orderBy('id')
          .limit(filter.limit + 1),
      );
      return { ...pageOf(rows, filter.limit, decodeOrder, (row) => [row.rank, row.clock, row.id]), total: count?.total ?? 0 };
    },
    ofBuyer(buyerKey, limit) {
      const query = builder.selectFrom('orders').select(ORDER_ROW).where('buyer_key', '=', buyerKey);
      return all(database, query.orderBy('created_at', 'desc').limit(limit)).map(decodeOrder);
    },
    timeline(orderNo) {
      const rows = all(
        database,
        builder
          .selectFrom('timeline as t')
          .innerJoin('orders as o', 'o.id', 't.order_id')
          .select(['t.at', 't.entries'])
          .where('o.order_no', '=', orderNo)
          .orderBy('t.id'),
      );
      return rows.flatMap((row) => (JSON.parse(row.entries) as Omit<TimelineEntry, 'at'>[]).map((entry) => ({ ...entry, at: row.at })));
    },
    lastVerdict: (orderNo, before) => lastVerdict(database, orderNo, before),
    messagesOf(orderNo) {
      const ids = builder
        .selectFrom('timeline as t')
        .innerJoin('orders as o', 'o.id', 't.order_id')
        .select('t.inbox_id')
        .where('o.order_no', '=', orderNo)
        .where('t.inbox_id', 'is not', null);
      return all(database, builder.selectFrom('inbox').selectAll().where('id', 'in', ids).orderBy('id')).map(toMessage);
    },
    similar: (orderNo, limit) => similar(database, orderNo, limit),
    ruleFigures: (dayStarts, now) => ruleFigures(database, dayStarts, now),
    shift: (actor, since) => shift(database, actor, since),
  };
}

function lastVerdict(database: Database, orderNo: string, before = Number.MAX_SAFE_INTEGER): ReturnType<StoreQueries['lastVerdict']> {
  const [row] = all(
    database,
    builder
      .selectFrom('verdicts as v')
      .innerJoin('orders as o', 'o.id', 'v.order_id')
      .innerJoin('rule_sets as r', 'r.version', 'v.rule_set_version')
      .select(['v.order_version', 'v.at', 'v.rule_set_version', 'v.grade', 'v.health_score', 'v.hits', 'v.inputs', 'r.fields'])
      .where('o.order_no', '=', orderNo)
      .where('v.order_version', '<', before)
      .orderBy('v.id', 'desc')
      .limit(1),
  );
  if (!row) return null;
  return {
    orderNo,
    orderVersion: row.order_version,
    at: row.at,
    ruleSetVersion: row.rule_set_version,
    grade: row.grade as OrderGrade,
    healthScore: row.health_score,
    hits: JSON.parse(row.hits) as Hit[],
    fields: JSON.parse(row.fields) as string[],
    inputs: JSON.parse(row.inputs) as FieldValue[],
  };
}

/** Cases of the rule that stopped this order last, other orders only, newest first. */
function similar(database: Database, orderNo: string, limit: number): ReturnType<StoreQueries['similar']> {
  const counts = { released: 0, frozen: 0, expired: 0, cancelled: 0 };
  const [own] = all(
    database,
    builder
      .selectFrom('rule_cases as c')
      .innerJoin('orders as o', 'o.id', 'c.order_id')
      .select(['c.rule_id', 'c.order_id'])
      .where('o.order_no', '=', orderNo)
      .orderBy('c.id', 'desc')
      .limit(1),
  );
  if (!own) return { ruleId: null, counts, cases: [] };
  const others = builder.selectFrom('rule_cases as c').where('c.rule_id', '=', own.rule_id).where('c.order_id', '<>', own.order_id);
  const totals = all(database, others.select((eb) => ['c.ended', eb.fn.countAll<number>().as('count')]).groupBy('c.ended'));
  for (const { ended, count } of totals) if (ended in counts) counts[ended as keyof typeof counts] = count;
  const rows = all(
    database,
    others
      .innerJoin('orders as o', 'o.id', 'c.order_id')
      .select([...ORDER_ROW.map((column) => `o.${column}` as const), 'c.ended'])
      .orderBy('c.at', 'desc')
      .limit(limit),
  );
  return { ruleId: own.rule_id, counts, cases: rows.map((row) => ({ record: decodeOrder(row), ended: row.ended as CaseEnd })) };
}

/** Hits per rule and day, and how people decided them; the release timer (`hub`) is not a person. */
function ruleFigures(database: Database, dayStarts: number[], now: number): ReturnType<StoreQueries['ruleFigures']> {
  const since = dayStarts[0] ?? now;
  const rows = all(
    database,
    builder.selectFrom('rule_cases').select(['rule_id', 'at', 'ended', 'ended_by']).where('at', '>=', since).where('at', '<=', now),
  );
  const figures = new Map<string, ReturnType<StoreQueries['ruleFigures']>[number]>();
  for (const row of rows) {
    let figure = figures.get(row.rule_id);
    if (!figure) {
      const perDay = (): number[] => dayStarts.map(() => 0);
      const days = { hitsPerDay: perDay(), releasedPerDay: perDay(), decidedPerDay: perDay() };
      figure = { ruleId: row.rule_id, hits: 0, released: 0, decided: 0, ...days };
      figures.set(row.rule_id, figure);
    }
    const day = dayStarts.findLastIndex((start) => start <= row.at);
    const byPerson = row.ended_by !== null && row.ended_by !== 'hub';
    const released = Number(byPerson && row.ended === 'released');
    const decided = Number(byPerson && (row.ended === 'released' || row.ended === 'frozen'));
    figure.hits += 1;
    figure.released += released;
    figure.decided += decided;
    add(figure.hitsPerDay, day, 1);
    add(figure.releasedPerDay, day, released);
    add(figure.decidedPerDay, day, decided);
  }
  return [...figures.values()];
}

function add(counts: number[], day: number, count: number): void {
  counts[day] = (counts[day] ?? 0) + count;
}

function shift(database: Database, actor: string, since: number): ReturnType<StoreQueries['shift']> {
  const rows = all(
    database,
    builder
      .selectFrom('decisions')
      .select(['action', 'handling_ms'])
      .where('at', '>=', since)
      .where((eb) => eb.or([eb('actor', '=', actor), eb('action', '=', 'expire')])),
  );
  const count = (action: string) => rows.filter((row) => row.action === action).length;
  const handling = rows
    .flatMap((row) => (row.action !== 'expire' && row.handling_ms !== null ? [row.handling_ms] : []))
    .sort((a, b) => a - b);
  return {
    released: count('release'),
    frozen: count('freeze'),
    expired: count('expire'),
    medianHandlingMs: handling.length === 0 ? null : (handling[Math.floor((handling.length - 1) / 2)] ?? null),
  };
}
