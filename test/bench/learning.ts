/**
 * The learning loop over ninety days of stored orders, a workspace on disk whose every commit waits for it: how long outcomes take to be
 * followed from the beginning, how long thresholds take to be looked for, and for how long at most the hub's thread is kept from
 * everything else. `ORDERPULSE_BENCH_ORDERS` for another number of orders. The workspace is made for it and deleted.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { Adviser } from '#main/hub/learning/adviser.ts';
import { OutcomeKeeper } from '#main/hub/learning/outcome-keeper.ts';
import { openSqliteStore } from '#main/storage/sqlite-store.ts';
import { shippedPack, WORKSPACE_END } from './trial-workspace.ts';

const ORDERS = Number(process.env['ORDERPULSE_BENCH_ORDERS'] ?? 1_000_000);
const DAYS = 90;

/** The thread's turns: how many pieces the work was in and how long the longest took. */
class Turns {
  pieces = 0;
  longestMs = 0;
  #since = performance.now();

  readonly turn = async (): Promise<void> => {
    this.pieces += 1;
    this.longestMs = Math.max(this.longestMs, performance.now() - this.#since);
    await new Promise((resolve) => setImmediate(resolve));
    this.#since = performance.now();
  };
}

async function timed(
  work: (turn: () => Promise<void>) => Promise<unknown>,
): Promise<{ seconds: number; pieces: number; longestMs: number }> {
  const turns = new Turns();
  const started = performance.now();
  await work(turns.turn);
  return { seconds: (performance.now() - started) / 1_000, pieces: turns.pieces, longestMs: turns.longestMs };
}

/** What the hub would have written of each order: it came in, and it changed once. */
function addTimeline(path: string): void {
  const database = new Database(path);
  database.exec("INSERT INTO timeline (order_id, at, entries) SELECT id, created_at, '[]' FROM orders ORDER BY id");
  database.exec("INSERT INTO timeline (order_id, at, entries) SELECT id, created_at, '[]' FROM orders ORDER BY id");
  database.close();
}

export async function benchLearning(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'orderpulse-learning-'));
  try {
    const path = join(folder, 'orderpulse.db');
    const maker = fileURLToPath(new URL('./trial-workspace.ts', import.meta.url));
    execFileSync(process.execPath, [maker, path, String(ORDERS), String(DAYS)], { stdio: 'inherit' });
    addTimeline(path);
    const store = openSqliteStore(path, {});
    const before = process.memoryUsage().rss;
    const followed = await timed((turn) => new OutcomeKeeper({ store, turn, running: () => true }).catchUp());
    const { good, bad } = store.learning.counts();
    const looked = await timed((turn) => new Adviser({ store, turn, tell: () => undefined }).look(shippedPack(), 0.005, WORKSPACE_END));
    const memoryMb = (process.memoryUsage().rss - before) / 2 ** 20;
    store.close();
    return {
      learningOrders: ORDERS,
      learningKnownOutcomes: good + bad,
      learningCatchUpSeconds: followed.seconds,
      learningCatchUpPieces: followed.pieces,
      learningCatchUpLongestPieceMs: followed.longestMs,
      learningSuggestionsSeconds: looked.seconds,
      learningSuggestionsLongestPieceMs: looked.longestMs,
      learningMemoryMb: memoryMb,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
