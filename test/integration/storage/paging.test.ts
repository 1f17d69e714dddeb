import Database from 'better-sqlite3';
import { beforeEach, expect, test } from 'vitest';
import { createAudit } from '#main/storage/audit.ts';
import { createInbox } from '#main/storage/inbox.ts';
import { migrate } from '#main/storage/migrate.ts';
import { createOutbox } from '#main/storage/outbox.ts';
import { createQueries } from '#main/storage/queries.ts';
import { createTasks } from '#main/storage/work.ts';

const ROWS = 5;
const LIMIT = 2;
const NUMBERS = [1, 2, 3, 4, 5];

let database: Database.Database;
beforeEach(() => {
  database = new Database(':memory:');
  migrate(database);
  const inbox = createInbox(database, null);
  const outbox = createOutbox(database, null);
  const audit = createAudit(database, null);
  const tasks = createTasks(database, null);
  database.exec("INSERT INTO stock_levels (id, sku, warehouse, name, spot) VALUES (1, 'A', 'suzhou', 'a', 9), (2, 'B', 'suzhou', 'b', 9)");
  const move = database.prepare("INSERT INTO movements (level_id, at, kind, pool, quantity) VALUES (?, ?, 'reserve', 'spot', 1)");
  for (const number of NUMBERS) {
    inbox.add({
      channel: 'shopify',
      shopId: 'a',
      deliveryId: `d${number}`,
      topic: 't',
      origin: 'push',
      receivedAt: number,
      observedAt: null,
      body: Buffer.from('{'),
    });
    inbox.fail(number, 9, { zh: '坏', en: 'bad' });
    outbox.add({ topic: 'wms.ship', key: `k${number}`, payload: {} }, 'wms', `O${number}`, number);
    outbox.giveUp(number, 'never');
    audit.append({ actor: 'a', action: 'x', subject: 's', detail: {} }, number);
    move.run(1, number);
    const title = { zh: '补货', en: 'replenish' };
    tasks.open({ key: `t${number}`, kind: 'replenish', severity: 'high', role: 'warehouse', title, dueAt: null }, null, number);
  }
  tasks.open({ key: 'done', kind: 'gap', severity: 'high', role: 'operations', title: { zh: '', en: '' }, dueAt: null }, null, 9);
  tasks.settle('done', 9, 'a');
  // Neighbours that belong to no list below.
  move.run(2, 9);
  audit.append({ actor: 'a', action: 'x', subject: 'another', detail: {} }, 9);
});

/** Every page of a list, each asked for with the cursor of the one before. */
function pages<T>(read: (after: string | null) => { items: T[]; next: string | null }): T[][] {
  const all: T[][] = [];
  let after: string | null = null;
  do {
    const page = read(after);
    all.push(page.items);
    after = page.next;
  } while (after !== null && all.length < ROWS);
  return all;
}

test.each([
  ['movements', (after: string | null) => createQueries(database).movements({ sku: 'A', after, limit: LIMIT })],
  ['failed messages', (after: string | null) => createQueries(database).failedMessages({ after, limit: LIMIT })],
  ['dead messages', (after: string | null) => createQueries(database).deadMessages({ after, limit: LIMIT })],
  ['open tasks', (after: string | null) => createQueries(database).tasks({ after, limit: LIMIT })],
])('%s come newest first, each once, over all pages', (_name, read) => {
  expect(pages<{ id: number | string }>(read).map((page) => page.map(({ id }) => Number(id)))).toEqual([[5, 4], [3, 2], [1]]);
});

test('the audit log of one subject comes newest first, each entry once, over all pages', () => {
  const read = (after: string | null) => createQueries(database).audit({ subject: 's', after, limit: LIMIT });
  expect(pages(read).map((page) => page.map(({ seq }) => seq))).toEqual([[5, 4], [3, 2], [1]]);
});

test('a last page that is just full has no next one, and a cursor of no list starts from the top', () => {
  const queries = createQueries(database);
  expect(queries.deadMessages({ after: null, limit: ROWS }).next).toBeNull();
  expect(queries.deadMessages({ after: 'nonsense', limit: 1 }).items.map(({ id }) => id)).toEqual([5]);
});
