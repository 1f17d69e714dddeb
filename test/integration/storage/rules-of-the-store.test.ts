import Database from 'better-sqlite3';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MethodParams } from '#shared/contract/index.ts';
import { verifyAuditChain } from '#main/storage/audit.ts';
import { createAudit } from '#main/storage/audit.ts';
import { downFrom } from '#main/storage/cursor.ts';
import { FILL_GAP } from '#main/storage/feeds.ts';
import { createInbox } from '#main/storage/inbox.ts';
import { migrate } from '#main/storage/migrate.ts';
import { heldQuery, ordersQuery } from '#main/storage/order-queries.ts';
import { OPEN_ORDERS_SQL } from '#main/storage/orders.ts';
import { createOutbox } from '#main/storage/outbox.ts';
import { createStock } from '#main/storage/stock.ts';
import { openTasks } from '#main/storage/queries.ts';
import { planOf } from '#main/storage/tables.ts';

let database: Database.Database;
beforeEach(() => {
  database = new Database(':memory:');
  migrate(database);
});

const ORDERS: MethodParams<'orders.list'> = { limit: 100, after: null };
const HOLDS: MethodParams<'holds.list'> = { limit: 100, after: null, snoozed: false };

function rawPlan(sql: string): string {
  return (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]).map(({ detail }) => detail).join('; ');
}

describe('plans: what people wait for uses an index and never sorts every order', () => {
  test.each([
    ['the list, newest first', ORDERS, 'USING INDEX orders_created'],
    ['a page further on', { ...ORDERS, after: Buffer.from('[5,9]').toString('base64url') }, 'USING INDEX orders_created'],
    ['a span of time', { ...ORDERS, from: 1, to: 2 }, 'USING INDEX orders_created (created_at>? AND created_at<?)'],
  ] as const)('%s', (_name, filter, index) => {
    const plan = planOf(database, ordersQuery({ ...filter })).join('; ');
    expect(plan).toContain(index);
    expect(plan).not.toContain('TEMP B-TREE');
  });

  test('a text is looked up in the three indexes of numbers', () => {
    const plan = planOf(database, ordersQuery({ ...ORDERS, text: 'A-1' })).join('; ');
    for (const index of ['orders_number (order_no=?)', 'orders_platform (channel_order_id=?)', 'orders_buyer (buyer_key=?)']) {
      expect(plan).toContain(index);
    }
  });

  test('the queue reads held orders only', () => {
    expect(planOf(database, heldQuery(HOLDS, 0).select('id')).join('; ')).toContain('orders_held');
  });

  test('open tasks are picked from all there ever were, on every page', () => {
    const after = Buffer.from('[9]').toString('base64url');
    for (const page of [{ after: null }, { after }]) {
      const plan = planOf(database, downFrom(openTasks({ role: 'operations' }), 'id', { ...page, limit: 50, few: true })).join('; ');
      expect(plan).toContain('USING INDEX tasks_open');
    }
  });

  test('a new order finds its gap by its number', () => {
    expect(rawPlan(FILL_GAP.replaceAll('?', "'1'"))).toContain('day_gaps_open (channel_order_id=? AND shop_id=? AND channel=?)');
  });

  test('the restart reads open orders only', () => {
    const plan = rawPlan(OPEN_ORDERS_SQL);
    expect(plan).toContain('orders_open');
    expect(plan).toContain('orders_held');
    expect(plan).not.toMatch(/SCAN orders(?! USING)/);
  });

  test('due outgoing messages are found by target and time, and their order by its own index', () => {
    const plan = rawPlan(
      `SELECT id FROM outbox o WHERE state = 0 AND target = 'wms' AND next_at <= 5 AND NOT EXISTS (
         SELECT 1 FROM outbox e WHERE e.state = 0 AND e.order_no = o.order_no AND e.target = o.target AND e.id < o.id) ORDER BY next_at LIMIT 5`,
    );
    expect(plan).toContain('outbox_due (target=? AND next_at<?)');
    expect(plan).toContain('outbox_order (order_no=? AND target=?');
    expect(plan).not.toContain('TEMP B-TREE');
  });
});

describe('what happened is only ever added to', () => {
  test.each(['verdicts', 'timeline', 'decisions', 'movements', 'audit', 'rule_sets'])('%s', (table) => {
    const columns = (database.pragma(`table_info(${table})`) as { name: string; type: string; pk: number }[]).filter(({ pk }) => pk === 0);
    const values = columns.map(({ type }) => (type === 'TEXT' ? "'x'" : '1')).join(', ');
    database.pragma('foreign_keys = OFF');
    database.exec(`INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')}) VALUES (${values})`);
    expect(() => database.exec(`UPDATE ${table} SET ${columns[0]?.name ?? ''} = 2`)).toThrow(/append-only|do not change/);
    expect(() => database.exec(`DELETE FROM ${table}`)).toThrow(/append-only|do not change/);
    expect(database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(1);
  });

  test('the audit chain shows which entry was tampered with', () => {
    const audit = createAudit(database, null);
    for (let index = 0; index < 5; index += 1) audit.append({ actor: 'a', action: 'x', subject: `s${index}`, detail: { index } }, index);
    expect(verifyAuditChain(database)).toMatchObject({ entries: 5, intact: true, firstBroken: null, done: true });
    const first = verifyAuditChain(database, null, 3);
    expect(first).toMatchObject({ entries: 3, intact: true, done: false });
    expect(verifyAuditChain(database, first, 3)).toEqual(verifyAuditChain(database));
    database.exec("DROP TRIGGER audit_no_update; UPDATE audit SET detail = '{}' WHERE seq = 3");
    expect(verifyAuditChain(database)).toMatchObject({ intact: false, firstBroken: 3, done: true });
    expect(verifyAuditChain(database, verifyAuditChain(database, null, 2), 2)).toEqual(verifyAuditChain(database));
  });
});

describe('stock', () => {
  const change = fc.record({
    kind: fc.constantFrom('reserve' as const, 'release' as const, 'ship' as const, 'return' as const),
    pool: fc.constantFrom('spot' as const, 'presale' as const),
    quantity: fc.integer({ min: 1, max: 8 }),
  });
  const booking = fc.record({ kind: fc.constantFrom('adjust' as const, 'replenish' as const), quantity: fc.integer({ min: -6, max: 6 }) });

  test('no sequence of changes takes anything below zero, and levels stay the sum of their ledger', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.array(change, { minLength: 1, maxLength: 4 }), booking), { maxLength: 60 }), (steps) => {
        const memory = new Database(':memory:');
        migrate(memory);
        const stock = createStock(memory, null);
        stock.open({ sku: 'A', warehouse: 'w', name: '', spot: 10, presaleQuota: 5, safety: 0 }, 0);
        for (const step of steps) {
          if (Array.isArray(step)) {
            memory.exec('SAVEPOINT step');
            const bookings = step.map((one) => ({ change: { ...one, sku: 'A', warehouse: 'w' }, orderNo: 'O' }));
            memory.exec(stock.apply(bookings, 1) ? 'RELEASE step' : 'ROLLBACK TO step');
          } else stock.adjust('A', 'w', step.kind, step.quantity, 1, '');
        }
        const [level] = stock.levels();
        const sum = (kinds: string, pool: string) =>
          memory.prepare(`SELECT coalesce(sum(quantity), 0) FROM movements WHERE kind IN (${kinds}) AND pool = '${pool}'`).pluck().get();
        const shelf = "'opening', 'ship', 'return', 'adjust', 'replenish'";
        expect(level).toMatchObject({
          spot: sum(shelf, 'spot'),
          reserved: sum("'reserve', 'release', 'ship'", 'spot'),
          presaleQuota: sum(shelf, 'presale'),
          presaleReserved: sum("'reserve', 'release', 'ship'", 'presale'),
        });
        memory.close();
      }),
      { numRuns: 150 },
    );
  });

  test('a reservation that is not covered writes nothing', () => {
    const stock = createStock(database, null);
    stock.open({ sku: 'A', warehouse: 'w', name: '', spot: 3, presaleQuota: 0, safety: 0 }, 0);
    const reserve = { kind: 'reserve', pool: 'spot', sku: 'A', warehouse: 'w' } as const;
    const book = (orderNo: string, quantity: number, sku = 'A') => ({ change: { ...reserve, sku, quantity }, orderNo });
    expect(stock.apply([book('O1', 2)], 1)).toBe(true);
    expect(stock.apply([book('O2', 2)], 1)).toBe(false);
    expect(stock.apply([book('O3', 1), book('O4', 1)], 1)).toBe(false);
    expect(stock.apply([book('O5', 1, 'unknown')], 1)).toBe(false);
    expect(database.prepare("SELECT count(*) FROM movements WHERE kind = 'reserve'").pluck().get()).toBe(1);
  });
});

describe('messages', () => {
  test('a delivery id counts once per shop; work goes on where it stopped', () => {
    const inbox = createInbox(database, null);
    const message = {
      channel: 'shopify',
      shopId: 'a',
      deliveryId: 'd',
      topic: 't',
      origin: 'push',
      receivedAt: 1,
      observedAt: null,
      body: Buffer.from('{}'),
    } as const;
    expect(inbox.add(message)).toBe(1);
    expect(inbox.add(message)).toBeNull();
    expect(inbox.add({ ...message, shopId: 'b' })).toBe(2);
    inbox.workedThrough(1);
    expect(inbox.waiting(10).map(({ id }) => id)).toEqual([2]);
    inbox.fail(2, 5, { zh: '坏', en: 'bad' });
    inbox.workedThrough(2);
    inbox.workedThrough(1);
    expect([inbox.waitingCount(), inbox.failureIds()]).toEqual([0, [2]]);
    expect([inbox.clearFailure(2), inbox.clearFailure(2), inbox.failedCount()]).toEqual([true, false, 0]);
  });

  test('outgoing messages of one order keep their order; others overtake', () => {
    const outbox = createOutbox(database, null);
    const add = (key: string, orderNo: string) => outbox.add({ topic: 'wms.ship', key, payload: { key } }, 'wms', orderNo, 1);
    for (const [key, orderNo] of [
      ['a1', 'A'],
      ['a2', 'A'],
      ['b1', 'B'],
      ['a1', 'A'],
    ] as const)
      add(key, orderNo);
    const due = () => outbox.due('wms', 10, 10).map(({ key }) => key);
    expect(due()).toEqual(['a1', 'b1']);
    outbox.postpone(1, 50, 'no');
    expect(due()).toEqual(['b1']);
    outbox.giveUp(1, 'never');
    expect(due()).toEqual(['a2', 'b1']);
    outbox.delivered(2);
    expect([outbox.counts(), outbox.revive(null, 5), outbox.counts()]).toEqual([{ pending: 1, dead: 1 }, 1, { pending: 2, dead: 0 }]);
  });
});
