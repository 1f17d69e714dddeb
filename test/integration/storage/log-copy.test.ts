import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LogThread } from '#main/host/log-thread.ts';
import { openHub } from '#main/host/open-hub.ts';
import { openSqliteStore } from '#main/storage/sqlite-store.ts';
import { signedOrders, BENCH_SHOP, benchStock } from '#test/bench/orders.ts';
import { testConfig } from '#test/support/hub.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'orderpulse-log-'));
  folders.push(made);
  return made;
}

const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };

describe('the log of a workspace', () => {
  it('is copied back into the database beside the hub while orders come in, and nothing is missing after', async () => {
    const dataDirectory = folder();
    const file = join(dataDirectory, 'orderpulse.db');
    const orders = 3_000;
    const hub = await openHub(
      { dataDirectory, config: testConfig({ shops: [BENCH_SHOP], openingStock: benchStock(['suzhou']) }), demo: false },
      { logger },
    );
    const before = statSync(file).size;
    const receipts = await Promise.all(signedOrders(orders, 5, Date.now()).map((delivery) => hub.receive(delivery)));
    expect(receipts.every(({ status }) => status === 200)).toBe(true);
    await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(before + 1_000_000), 10_000);
    await hub.close();
    expect(logger.warn).not.toHaveBeenCalled();
    const store = openSqliteStore(file);
    expect(store.orders.nextId()).toBe(orders + 1);
    store.close();
  });

  it('is left to the commits, with a line in the log, where it cannot be opened a second time', async () => {
    const thread = new LogThread(join(folder(), 'nowhere', 'orderpulse.db'), logger);
    thread.copy();
    await vi.waitFor(() => expect(logger.warn).toHaveBeenCalledWith(expect.anything(), expect.stringContaining('copied on commit')));
    thread.copy();
    await thread.stop();
    thread.copy();
  });
});
