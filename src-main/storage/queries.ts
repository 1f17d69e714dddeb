import type { Database } from 'better-sqlite3';
import { sql } from 'kysely';
import type { CaseRole } from '#shared/order.ts';
import type { StockMovement } from '#shared/stock.ts';
import type { LocalisedText, Severity } from '#shared/text.ts';
import type { MethodParams } from '#shared/contract/index.ts';
import type { Task } from '#shared/contract/operations.ts';
import type { StoreQueries } from '#main/hub/queries.ts';
import { verifyAuditChain } from './audit.ts';
import { newestFirst } from './cursor.ts';
import { asStoreError } from './database.ts';
import { toMessage } from './inbox.ts';
import { createOrderQueries } from './order-queries.ts';
import { all, builder } from './tables.ts';

/** Every read for screens. What the disk refuses surfaces as StoreError. */
export function createQueries(database: Database): StoreQueries {
  return guarded({
    ...createOrderQueries(database),
    ...createStockQueries(database),
    ...createWorkQueries(database),
    ...createMessageQueries(database),
  });
}

function guarded<T extends object>(queries: T): T {
  return new Proxy(queries, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        try {
          return Reflect.apply(member, target, args);
        } catch (error) {
          throw asStoreError(error);
        }
      };
    },
  });
}

function createStockQueries(database: Database): Pick<StoreQueries, 'movements'> {
  return {
    movements(filter) {
      let query = builder
        .selectFrom('stock_levels as l')
        .innerJoin('movements as m', 'm.level_id', 'l.id')
        .select(['m.id', 'm.at', 'l.sku', 'l.warehouse', 'm.kind', 'm.pool', 'm.quantity', 'm.order_no', 'm.note'])
        .where('l.sku', '=', filter.sku);
      if (filter.warehouse) query = query.where('l.warehouse', '=', filter.warehouse);
      return newestFirst(database, query, filter, {
        column: 'm.id',
        place: (row) => row.id,
        item: (row): StockMovement => ({
          id: row.id,
          at: row.at,
          sku: row.sku,
          warehouse: row.warehouse,
          kind: row.kind as StockMovement['kind'],
          pool: row.pool as StockMovement['pool'],
          quantity: row.quantity,
          orderNo: row.order_no,
          note: row.note,
        }),
      });
    },
  };
}

/** Open tasks; those done stay for ever and are many. */
export function openTasks({ role }: Pick<MethodParams<'tasks.list'>, 'role'>) {
  // The literal, not a parameter: only then SQLite knows that the index of open tasks holds them all.
  const query = builder
    .selectFrom('tasks')
    .selectAll()
    .where(sql<boolean>`state = 'open'`);
  return role ? query.where('role', '=', role) : query;
}

function createWorkQueries(database: Database): Pick<StoreQueries, 'audit' | 'verifyAudit' | 'tasks' | 'openTaskKey' | 'taskCounts'> {
  return {
    audit(filter) {
      let query = builder.selectFrom('audit').selectAll();
      if (filter.subject) query = query.where('subject', '=', filter.subject);
      return newestFirst(database, query, filter, { column: 'seq', place: (row) => row.seq, item: (row) => row });
    },
    verifyAudit: (from, limit) => verifyAuditChain(database, from, limit),
    tasks(filter) {
      return newestFirst(database, openTasks(filter), filter, {
        column: 'id',
        few: true,
        place: (row) => row.id,
        item: (row): Task => ({
          id: String(row.id),
          kind: row.kind as Task['kind'],
          severity: row.severity as Severity,
          role: row.role as CaseRole,
          title: JSON.parse(row.title) as LocalisedText,
          orderNo: row.order_no,
          openedAt: row.opened_at,
          dueAt: row.due_at,
          state: row.state as Task['state'],
        }),
      });
    },
    openTaskKey(id) {
      const query = builder.selectFrom('tasks').select('key').where('id', '=', Number(id)).where('state', '=', 'open');
      return all(database, query)[0]?.key ?? null;
    },
    taskCounts() {
      const query = builder
        .selectFrom('tasks')
        .select((row) => ['kind', row.fn.countAll<number>().as('opened')])
        .groupBy('kind')
        .orderBy('kind');
      return all(database, query).map(({ kind, opened }) => ({ kind: kind as Task['kind'], opened }));
    },
  };
}

function createMessageQueries(database: Database): Pick<StoreQueries, 'failedMessages' | 'deadMessages'> {
  return {
    failedMessages(filter) {
      const query = builder
        .selectFrom('inbox_failures as f')
        .innerJoin('inbox as i', 'i.id', 'f.inbox_id')
        .selectAll('i')
        .select(['f.attempts', 'f.reason']);
      return newestFirst(database, query, filter, {
        column: 'f.inbox_id',
        place: (row) => row.id,
        item: (row) => ({ ...toMessage(row), attempts: row.attempts, reason: JSON.parse(row.reason) as LocalisedText }),
      });
    },
    deadMessages(filter) {
      const query = builder
        .selectFrom('outbox')
        .select(['id', 'topic', 'target', 'order_no as orderNo', 'created_at as createdAt', 'attempts', 'error', 'reason'])
        .where('state', '=', 2);
      return newestFirst(database, query, filter, {
        column: 'id',
        place: (row) => row.id,
        item: (row) => ({ ...row, reason: row.reason === null ? null : (JSON.parse(row.reason) as LocalisedText) }),
      });
    },
  };
}
