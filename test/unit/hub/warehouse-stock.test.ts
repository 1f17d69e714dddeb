import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '#shared/time.ts';
import { WarehouseStockJob } from '#main/hub/jobs/warehouse-stock.ts';
import type { StockPage, StockSeen, WarehouseStock } from '#main/hub/partner-ports.ts';
import { ManualTime } from '#main/hub/time.ts';

const CUP = { sku: 'CUP', warehouse: 'suzhou', spot: 5 };

let time: ManualTime;
let job: WarehouseStockJob;
let troubles: unknown[];
let counted: number;
/** Readings of all pages that came to their end. */
let rounds: number;
/** What the line of the warehouse calls for each change it sends. */
let tell: (seen: StockSeen) => void;
let fault: Error | null;
beforeEach(() => {
  time = new ManualTime(Date.UTC(2026, 5, 18));
  [troubles, counted, rounds, fault, tell] = [[], 0, 0, null, () => undefined];
});
afterEach(() => job.stop());

function start(page: () => StockPage | Promise<StockPage>): void {
  const stock: WarehouseStock = {
    page: async () => page(),
    feed: (take, signal) => {
      tell = take;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  job = new WarehouseStockJob({
    ...{ stock, hasFeed: true, timers: time, chance: () => 0.5 },
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    book() {
      counted += 1;
      if (fault) throw fault;
    },
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    worked: () => void (rounds += 1),
    failed: (error) => troubles.push(error),
  });
  job.start();
}
/** Time goes on, and whatever waits for it. */
async function pass(ms: number): Promise<void> {
  time.advanceBy(ms);
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
const onePage = (): StockPage => ({ at: time.now(), seq: 1, items: [CUP], next: null });

describe('the stock of the warehouse', () => {
  test('is counted anew when a change cannot be booked, whatever the reason; the line it came over is not to blame', async () => {
    start(onePage);
    await pass(2 * SECOND);
    fault = new TypeError('the shelf moved meanwhile');
    expect(() => tell({ ...CUP, seq: 2, at: time.now() })).not.toThrow();
    await pass(0);
    expect(troubles).toEqual([fault]);
    fault = null;
    const before = counted;
    await pass(MINUTE);
    await pass(2 * SECOND);
    expect(counted).toBeGreaterThan(before);
  });

  test('is begun again where the pages have no end', async () => {
    let pages = 0;
    start(() => ({ at: time.now(), seq: 1, items: [], next: `more-${(pages += 1)}` }));
    await pass(2 * SECOND);
    await expect.poll(() => troubles).toMatchObject([{ message: expect.stringContaining('no end') as string }]);
    expect(pages).toBeLessThanOrEqual(10_001);
  });

  test('keeps a bounded number of changes while the pages are read, and reads anew when there were more', async () => {
    const pages = Promise.withResolvers<StockPage>();
    start(() => pages.promise);
    await pass(2 * SECOND);
    for (let seq = 2; seq < 150_002; seq += 1) tell({ ...CUP, seq, at: 0 });
    pages.resolve({ ...onePage(), items: [] });
    await pass(0);
    expect(counted).toBeLessThanOrEqual(100_000);
    await pass(2 * SECOND);
    expect(rounds).toBe(2);
  });
});
