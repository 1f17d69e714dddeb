import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplaySummary } from '#main/replay/summary.ts';
import { openSqliteStore } from '#main/storage/sqlite-store.ts';

const FIXTURES = 'test/fixtures/replay';
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-replay-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  code: number | null;
  out: string;
  err: string;
}

/** The command as a person runs it; its temporary files go where the test can see them. */
function run(...args: string[]): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['src-main/replay/main.ts', ...args], { env: { ...process.env, TMPDIR: folder } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

async function summaryOf(...args: string[]): Promise<ReplaySummary> {
  const { code, out, err } = await run(...args, '--json');
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as ReplaySummary;
}

function accounted({ rows, orders, updates, refunds, stockMovements, refused, refusedByReason }: ReplaySummary): void {
  expect(orders + updates + refunds + stockMovements + refused).toBe(rows);
  expect(Object.values(refusedByReason).reduce((sum, count) => sum + count, 0)).toBe(refused);
}

function fileOf(name: string, lines: readonly unknown[]): string {
  const path = join(folder, name);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

describe('npm run replay', () => {
  it('accounts for every event of a shop with returns, stock and ledger entries', async () => {
    const orders = `${FIXTURES}/online-retail-events.jsonl.gz`;
    const refusals = join(folder, 'refusals.jsonl');
    const summary = await summaryOf('--orders', orders, '--outcomes', `${FIXTURES}/online-retail-outcomes.csv.gz`, '--refusals', refusals);
    accounted(summary);
    expect(summary).toMatchObject({
      format: 'online-retail-events',
      rows: 60,
      orders: 27,
      updates: 0,
      refunds: 13,
      stockMovements: 10,
      refused: 10,
      refusedByReason: { 'refund-without-order': 7, 'ledger-entry': 3 },
      lateAuc: null,
      assessment: { outcomeRows: 27, unmatchedOutcomes: 0, ordersWithoutOutcome: 0, mainLabel: 'any-return' },
    });
    const listed = readFileSync(refusals, 'utf8').trimEnd().split('\n');
    expect(listed.map((line) => (JSON.parse(line) as { reason: string }).reason).sort()).toEqual([
      ...Array.from({ length: 3 }, () => 'ledger-entry'),
      ...Array.from({ length: 7 }, () => 'refund-without-order'),
    ]);
  });

  it.each([
    ['dataco-orders.jsonl.gz', 'dataco-outcomes.csv.gz', 'dataco-orders'],
    ['scms-shipments.jsonl.gz', 'scms-outcomes.csv.gz', 'scms-shipments'],
  ])('takes every row of %s for an order', async (orders, outcomes, format) => {
    const summary = await summaryOf('--orders', `${FIXTURES}/${orders}`, '--outcomes', `${FIXTURES}/${outcomes}`);
    accounted(summary);
    expect(summary).toMatchObject({
      format,
      rows: 60,
      orders: 60,
      refused: 0,
      assessment: { unmatchedOutcomes: 0, ordersWithoutOutcome: 0 },
    });
  });

  it('decides the same every time, whatever the outcomes say', async () => {
    const orders = ['--orders', `${FIXTURES}/online-retail-events.jsonl.gz`];
    const [blind, seeing] = await Promise.all([
      summaryOf(...orders),
      summaryOf(...orders, '--outcomes', `${FIXTURES}/online-retail-outcomes.csv.gz`),
    ]);
    for (const key of ['held', 'frozen', 'rulesHit', 'tasksByKind', 'releasedByTimer'] as const) expect(seeing[key]).toEqual(blind[key]);
    expect(blind).toMatchObject({ precision: null, recall: null, falseKillRate: null, assessment: null });
  });

  it('prints one JSON object and nothing else', async () => {
    const { out, err, code } = await run('--orders', `${FIXTURES}/dataco-orders.jsonl.gz`, '--json');
    expect([code, err]).toEqual([0, '']);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(out)).toMatchObject({ rows: 60 });
  });

  it('learns from a history and measures what follows it', async () => {
    const lines = gunzipSync(readFileSync(`${FIXTURES}/online-retail-events.jsonl.gz`))
      .toString()
      .trimEnd()
      .split('\n');
    const history = fileOf('earlier.jsonl', lines.slice(0, 30));
    const orders = fileOf('later.jsonl', lines.slice(30));
    const outcomes = `${FIXTURES}/online-retail-outcomes.csv.gz`;
    const [whole, later] = await Promise.all([
      summaryOf('--orders', `${FIXTURES}/online-retail-events.jsonl.gz`),
      summaryOf('--orders', orders, '--outcomes', outcomes, '--history', history, '--history-outcomes', outcomes),
    ]);
    accounted(later);
    const before = await summaryOf('--orders', history);
    expect(later.rows).toBe(lines.length - 30);
    // Credit notes find the orders of the history: nothing is refused that the whole file does not refuse.
    for (const key of ['orders', 'refunds', 'stockMovements', 'refused'] as const) expect(later[key]).toBe(whole[key] - before[key]);
    expect(later.assessment?.unmatchedOutcomes).toBe(before.orders);
  });

  it.each([
    ['no such outcome file', [`--outcomes`, 'nowhere.csv'], /nowhere\.csv cannot be opened/],
    ['an outcome file of unknown columns', ['--outcomes', 'package.json'], /package\.json is no outcome file known here/],
    ['a history of another kind', ['--history', `${FIXTURES}/scms-shipments.jsonl.gz`], /a history is of the same kind/],
  ])('says of %s what is wrong, before anything is replayed', async (_, args, message) => {
    const { code, out, err } = await run('--orders', `${FIXTURES}/dataco-orders.jsonl.gz`, '--json', ...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
  });

  it('tells rows it cannot use, of orders and of outcomes, and outcomes of another set', async () => {
    const orders = gunzipSync(readFileSync(`${FIXTURES}/dataco-orders.jsonl.gz`))
      .toString()
      .trimEnd()
      .split('\n');
    const outcomes = gunzipSync(readFileSync(`${FIXTURES}/dataco-outcomes.csv.gz`))
      .toString()
      .trimEnd()
      .split('\n');
    const summary = await summaryOf(
      ...['--orders', fileOf('bad.jsonl', ['{"broken":', '[]', ...orders]), '--outcomes', fileOf('bad.csv', [...outcomes, '1,2,3'])],
    );
    accounted(summary);
    expect(summary).toMatchObject({ rows: 62, orders: 60, refusedByReason: { 'not-json': 1, 'wrong-shape': 1 } });
    expect(summary.assessment).toMatchObject({ outcomeRows: 60, refusedOutcomes: 1, firstRefusedOutcomes: [{ line: 62 }] });
    expect(summary.notes.join()).toContain('1 rows of the outcome file could not be used');
    const other = await summaryOf('--orders', `${FIXTURES}/dataco-orders.jsonl.gz`, '--outcomes', `${FIXTURES}/scms-outcomes.csv.gz`);
    expect(other.notes.join()).toContain('No row of the outcome file is of an order of this file');
  });

  it('leaves no temporary workspace behind', () => {
    expect(readdirSync(folder).filter((name) => name.startsWith('orderpulse-replay-'))).toEqual([]);
  });
});

describe('own orders', () => {
  const order = (id: number, minute: number, more: object = {}): object => ({
    type: 'order.paid',
    timestamp: `2026-03-01T10:${String(minute).padStart(2, '0')}:00+08:00`,
    data: {
      channelOrderId: `M-${id}`,
      currency: 'CNY',
      buyer: { key: `buyer-${id}`, name: '测试' },
      receiver: {
        name: '测试',
        phone: `1380000${1_000 + id}`,
        province: '江苏省',
        city: '苏州市',
        district: '姑苏区',
        address: `示例路${id}号`,
      },
      lines: [{ sku: 'A', name: '奶瓶', quantity: 1, unitPriceMinor: 8_800 }],
      ...more,
    },
  });
  const refund = (id: number, minute: number): object => ({
    type: 'refund.succeeded',
    timestamp: `2026-03-01T10:${minute}:00+08:00`,
    data: { channelOrderId: `M-${id}`, refund: { id: `R-${id}`, amountMinor: 100 } },
  });

  it('end as orders, updates, refunds and refusals, and a held one is released after two simulated hours', async () => {
    const burst = Array.from({ length: 6 }, (_, index) => order(50 + index, 20 + index, { buyer: { key: 'burst' } }));
    const path = fileOf('own.jsonl.gz', [
      order(1, 1),
      order(1, 1),
      { ...order(1, 2), type: 'order.shipped' },
      refund(1, 15),
      refund(9, 16),
      '{"broken":',
      ...burst,
      { ...order(99, 40), timestamp: '2026-03-01T18:00:00+08:00' },
    ]);
    const summary = await summaryOf('--orders', path);
    accounted(summary);
    expect(summary).toMatchObject({
      rows: 13,
      orders: 8,
      updates: 1,
      refunds: 2,
      refused: 2,
      refusedByReason: { 'already-known': 1, 'not-json': 1 },
    });
    expect(summary.held + summary.frozen).toBeGreaterThan(0);
    expect(summary.rulesHit).toHaveProperty('same-buyer-burst');
    expect(summary.releasedByTimer).toBe(summary.held);
  });

  it('stop at --until', async () => {
    const path = fileOf('until.jsonl', [order(1, 1), order(2, 2), order(3, 30)]);
    const summary = await summaryOf('--orders', path, '--until', '2026-03-01 10:10:00');
    expect(summary).toMatchObject({ rows: 2, orders: 2, simulatedTo: '2026-03-01T02:02:00.000Z' });
  });
});

describe('a kept workspace', () => {
  it('holds the orders, and a ledger that explains every shelf', async () => {
    const data = join(folder, 'kept');
    const summary = await summaryOf('--orders', `${FIXTURES}/online-retail-events.jsonl.gz`, '--data', data);
    const store = openSqliteStore(join(data, 'orderpulse.db'));
    try {
      expect(store.queries.orders({ limit: 100, after: null }).items).toHaveLength(summary.orders);
      const levels = store.stock.levels();
      expect(levels.length).toBeGreaterThan(0);
      for (const { sku, warehouse, spot, reserved } of levels) {
        const moves = store.queries.movements({ sku, warehouse, limit: 500, after: null }).items;
        const sum = (kinds: string[]): number =>
          moves.reduce((total, { kind, quantity }) => total + (kinds.includes(kind) ? quantity : 0), 0);
        expect([sum(['opening', 'adjust', 'ship', 'return']), sum(['reserve', 'release'])], sku).toEqual([spot, reserved]);
        expect(reserved).toBeLessThanOrEqual(spot);
      }
      expect(store.queries.verifyAudit().intact).toBe(true);
    } finally {
      store.close();
    }
    const again = await run('--orders', `${FIXTURES}/dataco-orders.jsonl.gz`, '--data', data);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('holds a workspace already') as string });
  });
});

describe('what cannot be replayed', () => {
  it('says what is wrong in one sentence', async () => {
    const whole = readFileSync(`${FIXTURES}/dataco-orders.jsonl.gz`);
    const broken = join(folder, 'broken.jsonl.gz');
    writeFileSync(broken, whole.subarray(0, whole.length - 2_000));
    const cases: [string[], number, RegExp][] = [
      [[], 2, /--orders FILE is needed/],
      [['--orders', join(folder, 'none.gz')], 1, /none\.gz cannot be opened/],
      [['--orders', fileOf('other.jsonl', ['{"a":1}'])], 1, /no order file known here/],
      [['--orders', broken], 1, /broken\.jsonl\.gz breaks off after line \d+/],
      [
        ['--orders', `${FIXTURES}/dataco-orders.jsonl.gz`, '--outcomes', fileOf('other.csv', ['a,b', '1,2'])],
        1,
        /no outcome file known here/,
      ],
    ];
    for (const [args, code, message] of cases) {
      const result = await run(...args);
      expect(result, args.join(' ')).toMatchObject({ code, err: expect.stringMatching(message) as string });
      expect(result.err).not.toMatch(/\n\s+at /);
    }
  });
});
