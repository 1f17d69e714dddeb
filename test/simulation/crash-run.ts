import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { HubConfigInput } from '#main/hub/config.ts';
import { decodeOrder } from '#main/storage/order-document.ts';
import type { OrderRow } from '#main/storage/order-document.ts';
import { seededChance } from '#test/support/chance.ts';
import { SHOP } from '#test/support/hub.ts';
import { ShopLoad } from './shop-load.ts';
import type { LoadBook } from './shop-load.ts';
import { openCopy, violations } from './store-proof.ts';
import { WAREHOUSE_SECRET, WarehouseDouble } from './warehouse-double.ts';

export interface CrashOptions {
  kills: number;
  seed: number;
  /** Told after every kill. */
  log?: (line: string) => void;
}

/** What a run came to. `violations` is empty when everything held. */
export interface CrashReport {
  kills: number;
  killedInsideWrites: number;
  acknowledged: number;
  orders: number;
  effects: number;
  repeatedDeliveries: number;
  violations: string[];
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TOKEN = 'crash-run-token-0123456789';
const LINES = 12;
const START_LIMIT_MS = 30_000;
const DRAIN_LIMIT_MS = 60_000;

/** Kills the server host again and again under load; compares what is left with what was acknowledged. */
export async function runCrashes({ kills, seed, log = () => {} }: CrashOptions): Promise<CrashReport> {
  const directory = mkdtempSync(join(tmpdir(), 'orderpulse-crash-'));
  // The same seed kills at the same moments.
  const chance = seededChance(seed);
  const warehouse = new WarehouseDouble(seededChance(seed + 1));
  const load = new ShopLoad(seededChance(seed + 2));
  const run = new Run(directory, await warehouse.listen());
  const report: CrashReport = {
    kills: 0,
    killedInsideWrites: 0,
    acknowledged: 0,
    orders: 0,
    effects: 0,
    repeatedDeliveries: 0,
    violations: [],
  };
  try {
    load.start(LINES);
    while (report.kills < kills && report.violations.length === 0) {
      const inside = chance() < 0.5;
      await run.killOnce(
        load,
        inside ? { write: 1 + Math.floor(chance() * 600), after: chance() < 0.5 } : { afterMs: 20 + chance() * 500 },
      );
      report.kills += 1;
      if (inside) report.killedInsideWrites += 1;
      report.violations.push(...run.look(load.book.acknowledged, report.kills));
      log(`kill ${report.kills}/${kills}: ${load.book.acknowledged.size} acknowledged, ${report.violations.length} violations`);
    }
    warehouse.troubled = false;
    if (report.violations.length === 0) report.violations.push(...(await run.finish(load, warehouse)));
    report.acknowledged = load.book.acknowledged.size;
    report.orders = load.book.orders.length;
    report.effects = warehouse.effects.size;
    report.repeatedDeliveries = [...warehouse.effects.values()].filter(({ asked }) => asked > 1).length;
    return report;
  } finally {
    await run.stop();
    await warehouse.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

type Moment = { write: number; after: boolean } | { afterMs: number };

class Run {
  readonly #directory: string;
  #child: ChildProcess | null = null;

  constructor(directory: string, warehouseUrl: string) {
    this.#directory = directory;
    mkdirSync(join(directory, 'data'));
    writeFileSync(join(directory, 'config.json'), JSON.stringify(configOf(warehouseUrl)));
  }

  /** Starts the host, lets the platform send, and ends when the process is dead. */
  async killOnce(load: ShopLoad, moment: Moment): Promise<void> {
    const environment: Record<string, string> =
      'write' in moment ? { KILL_AT_WRITE: String(moment.write), KILL_AFTER: moment.after ? '1' : '0' } : {};
    const child = this.#spawn(environment);
    const dead = once(child, 'exit');
    const address = await Promise.race([addressOf(child), dead.then(() => null)]);
    if (address !== null) {
      load.address = address;
      // Inside a write the process kills itself; the limit is for a shop that fell quiet.
      await Promise.race([dead, wait('afterMs' in moment ? moment.afterMs : 5_000)]);
    }
    child.kill('SIGKILL');
    await dead;
    load.address = null;
    this.#child = null;
  }

  look(acknowledged: ReadonlySet<string>, round: number): string[] {
    const copy = join(this.#directory, `copy-${round}`);
    const database = openCopy(join(this.#directory, 'data'), copy);
    if (!database) return acknowledged.size === 0 ? [] : ['the database is gone'];
    try {
      return violations(database, acknowledged);
    } finally {
      database.close();
      rmSync(copy, { recursive: true });
    }
  }

  /** A last start without a kill: everything sent is acknowledged, worked and delivered, and then compared. */
  async finish(load: ShopLoad, warehouse: WarehouseDouble): Promise<string[]> {
    const child = this.#spawn({});
    const address = await addressOf(child);
    if (address === null) return ['the host did not start any more'];
    load.address = address;
    await load.end();
    await drained(address);
    child.kill('SIGTERM');
    await once(child, 'exit');
    this.#child = null;
    const copy = join(this.#directory, 'copy-last');
    const database = openCopy(join(this.#directory, 'data'), copy);
    if (!database) return ['the database is gone'];
    try {
      return [...violations(database, load.book.acknowledged), ...differences(database, load.book, warehouse)];
    } finally {
      database.close();
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  #spawn(environment: Record<string, string>): ChildProcess {
    const args = ['--import', './test/simulation/kill-switch.ts', 'src-main/server/main.ts'];
    args.push('--data', join(this.#directory, 'data'), '--port', '0', '--token', TOKEN, '--config', join(this.#directory, 'config.json'));
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, VITEST: undefined, NODE_OPTIONS: undefined, ORDERPULSE_LOG: 'error', ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#child = child;
    return child;
  }
}

function configOf(warehouseUrl: string): HubConfigInput {
  return {
    shops: [{ ...SHOP, credentials: { ...SHOP.credentials } }],
    openingStock: Array.from({ length: 12 }, (_, index) => ({
      sku: `SKU-${index}`,
      warehouse: 'suzhou',
      spot: 400 + index * 100,
      safety: 50,
    })),
    partners: { wms: { url: warehouseUrl, secret: WAREHOUSE_SECRET } },
    settings: { outboxFirstWaitMs: 50, outboxLongestWaitMs: 500, outboxAttempts: 1_000, outboxPollMs: 50 },
  };
}

/** The address the host prints when it is ready; null when it ended before. */
async function addressOf(child: ChildProcess): Promise<string | null> {
  if (!child.stdout) return null;
  const lines = createInterface({ input: child.stdout });
  const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS);
  try {
    for await (const line of lines) {
      const match = /^listening (http:\/\/\S+)$/.exec(line);
      if (match?.[1]) return match[1];
    }
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Waits until nothing is left to work and nothing left to deliver. */
async function drained(address: string): Promise<void> {
  for (const limit = Date.now() + DRAIN_LIMIT_MS; Date.now() < limit; await wait(100)) {
    const response = await fetch(`${address}/rpc/pulse.snapshot`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: '{}',
    });
    const answer = (await response.json()) as { ok: boolean; value: { vitals: { outboxPending: number } } };
    if (answer.ok && answer.value.vitals.outboxPending === 0) return;
  }
}

/** The end of the run against what the platform sent and the warehouse did. */
function differences(database: NonNullable<ReturnType<typeof openCopy>>, book: LoadBook, warehouse: WarehouseDouble): string[] {
  const found: string[] = warehouse.wrong.map((what) => `the warehouse got a wrong ${what}`);
  const rows = (database.prepare('SELECT * FROM orders').all() as OrderRow[]).map(decodeOrder);
  const stored = new Map(rows.map((row) => [row.channelOrderId, row]));
  if (stored.size !== book.orders.length) found.push(`${book.orders.length} orders were sent, ${stored.size} are stored`);
  for (const planned of book.orders) {
    const row = stored.get(planned.id);
    if (!row) found.push(`order ${planned.id} is missing`);
    else if (!planned.status.includes(row.status)) found.push(`order ${planned.id} is ${row.status}, not ${planned.status.join(' or ')}`);
    else if (row.refundedMinor !== planned.refundedMinor) {
      found.push(`order ${planned.id} has a wrong refunded sum`);
    }
  }
  const outbox = database.prepare('SELECT key, state FROM outbox').all() as { key: string; state: number }[];
  for (const { key, state } of outbox) {
    if (state !== 1) found.push(`outgoing message ${key} is not delivered`);
    if (!warehouse.effects.has(key)) found.push(`outgoing message ${key} never reached the warehouse`);
  }
  if (warehouse.effects.size !== outbox.length)
    found.push(`${outbox.length} effects were decided, the warehouse did ${warehouse.effects.size}`);
  const waiting = database
    .prepare("SELECT count(*) FROM inbox WHERE id > (SELECT through FROM progress WHERE name = 'inbox')")
    .pluck()
    .get();
  const failed = database.prepare('SELECT count(*) FROM inbox_failures').pluck().get();
  if (waiting !== 0 || failed !== 0) found.push(`${String(waiting)} messages wait and ${String(failed)} failed`);
  return found;
}
