import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SECOND } from '#shared/time.ts';
import { noFaults } from '#simulators/kit/faults.ts';
import { seeded } from '#simulators/kit/random.ts';
import { simulatorOf } from '../conformance/ways.ts';
import { openCopy, violations } from '../store-proof.ts';
import { paidOrder } from './orders.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const KILLS = 5;
const ORDER_EVERY_MS = 100;

test(`${KILLS} kills while a shop is polled: every order is there once, and stock adds up`, { timeout: 150_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'orderpulse-poll-crash-'));
  const open = await simulatorOf('jd');
  const after = (delayMs: number, task: () => void) => {
    const timer = setTimeout(task, delayMs).unref();
    return () => clearTimeout(timer);
  };
  const platform = await open({ now: () => Date.now(), after, chance: seeded(5), faults: noFaults(), shopId: 'main', hub: null });
  const shop = { channel: 'jd', shopId: 'main', credentials: platform.credentials(), endpoint: platform.url };
  const stock = { sku: 'SHIRT-W', warehouse: 'suzhou', spot: 1_000_000 };
  mkdirSync(join(directory, 'data'));
  const config = { shops: [{ ...shop, poll: true, options: { pollSeconds: 1 } }], openingStock: [stock] };
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  const ids: string[] = [];
  const placing = setInterval(() => {
    const order = paidOrder('jd', ids.length + 1, Date.now());
    ids.push(order.id);
    platform.apply(order, 'created');
  }, ORDER_EVERY_MS);
  let hub: ChildProcess | null = null;
  try {
    const chance = seeded(6);
    let polled = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      hub = startHub(directory);
      const before = platform.calls.list;
      // Somewhere within its readings, never before the first of them.
      for (const limit = Date.now() + 20 * SECOND; platform.calls.list < before + 2 && Date.now() < limit;) await wait(20);
      await wait(chance() * 2 * SECOND);
      polled += platform.calls.list - before;
      await end(hub, 'SIGKILL');
    }
    expect(polled).toBeGreaterThanOrEqual(2 * KILLS);
    clearInterval(placing);
    hub = startHub(directory);
    const calls = platform.calls.list;
    // The list lags five seconds: readings that begin after that bring the rest.
    await wait(8 * SECOND);
    for (const limit = Date.now() + 20 * SECOND; platform.calls.list < calls + 10 && Date.now() < limit;) await wait(100);
    await wait(2 * SECOND);
    await end(hub, 'SIGTERM');
    const database = openCopy(join(directory, 'data'), join(directory, 'copy'));
    if (!database) throw new Error('The database is gone.');
    try {
      const stored = database.prepare('SELECT channel_order_id FROM orders ORDER BY 1').pluck().all() as string[];
      expect(stored).toEqual([...ids].sort());
      expect(violations(database, new Set())).toEqual([]);
      const reserved = database.prepare("SELECT reserved FROM stock_levels WHERE sku = 'SHIRT-W'").pluck().get();
      expect(reserved).toBe(ids.length);
    } finally {
      database.close();
    }
  } finally {
    clearInterval(placing);
    if (hub) await end(hub, 'SIGKILL');
    await platform.stop();
    rmSync(directory, { recursive: true, force: true });
  }
});

function startHub(directory: string): ChildProcess {
  const options = [
    '--data',
    join(directory, 'data'),
    '--port',
    '0',
    '--token',
    'poll-crash-token-0123',
    '--config',
    join(directory, 'config.json'),
  ];
  return spawn(process.execPath, ['src-main/server/main.ts', ...options], {
    cwd: ROOT,
    env: { ...process.env, VITEST: undefined, NODE_OPTIONS: undefined, ORDERPULSE_LOG: 'error' },
    stdio: 'ignore',
  });
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
