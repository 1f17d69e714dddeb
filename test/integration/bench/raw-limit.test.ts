import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '#main/hub/config.ts';
import { openHub } from '#main/host/open-hub.ts';
import { readResources } from '#main/host/resources.ts';
import { openDatabase } from '#main/storage/database.ts';
import type { RecordedWrite } from '#main/storage/recording.ts';
import { BENCH_SHOP, benchStock, signedOrders } from '#test/bench/orders.ts';
import { median, timeRawWrites } from '#test/bench/raw-limit.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderpulse-raw-limit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every table with what is in it, except the workspace's own key. */
function contentOf(path: string): Record<string, unknown[]> {
  const database = openDatabase(path);
  try {
    const tables = database
      .prepare<[], string>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'meta' ORDER BY name",
      )
      .pluck()
      .all() as string[];
    return Object.fromEntries(tables.map((table) => [table, database.prepare(`SELECT * FROM "${table}" ORDER BY 1, 2`).all()]));
  } finally {
    database.close();
  }
}

describe('the raw limit of the pipeline benchmark', () => {
  it('writes the very rows the hub wrote, in the same transactions', async () => {
    const groups: RecordedWrite[][] = [];
    let open: RecordedWrite[] = [];
    const recorder = {
      write: (write: RecordedWrite) => void open.push(write),
      committed: () => {
        groups.push(open);
        open = [];
      },
    };
    const config = configSchema.parse({ shops: [BENCH_SHOP], openingStock: benchStock(readResources().warehouses.map(({ id }) => id)) });
    const hub = await openHub({ dataDirectory: folder, config, demo: false }, { recorder, runJobs: false });
    const opened = groups.length;
    const deliveries = signedOrders(120, 1, Date.now());
    for (let from = 0; from < deliveries.length; from += 40) {
      const receipts = await Promise.all(deliveries.slice(from, from + 40).map((delivery) => hub.receive(delivery)));
      expect(new Set(receipts.map(({ status }) => status))).toEqual(new Set([200]));
    }
    // Each group: the messages, then the decisions.
    expect(groups.length - opened).toBe(6);
    await hub.close();
    if (open.length > 0) recorder.committed();

    const seconds = timeRawWrites(join(folder, 'raw.db'), groups.slice(0, opened), groups.slice(opened));
    expect(seconds).toBeGreaterThan(0);
    const ours = contentOf(join(folder, 'orderpulse.db'));
    expect(contentOf(join(folder, 'raw.db'))).toEqual(ours);
    expect(ours['orders']).toHaveLength(120);
    expect(ours['inbox']).toHaveLength(120);
    expect(ours['verdicts']).toHaveLength(120);
  });

  it('takes the middle of its rounds', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });
});
