import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebhookDelivery } from '#main/gateway/link.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { readResources } from '#main/host/resources.ts';
import { configSchema } from '#main/hub/config.ts';
import type { RecordedWrite, Recorder } from '#main/storage/recording.ts';
import { BENCH_SHOP, benchStock, signedOrders } from './orders.ts';
import { median, timeRawWrites } from './raw-limit.ts';
import type { WriteGroup } from './raw-limit.ts';

/** Orders that arrive together: one alone, a busy minute, more than one transaction of the hub takes. */
const GROUP_SIZES = [1, 50, 500];
/** Under load the hub takes whatever waits, so the largest group is the headline. */
const MAIN_SIZE = 500;
const ROUNDS = 3;
/** A measurement ends at the first group after this, so that a slow disk makes it shorter in orders, not longer in time. */
const SECONDS_PER_MEASUREMENT = 1.2;
/** As many orders as the fastest machine could take in that time. */
const MOST_ORDERS = 12_000;
/** Orders sent before the clock starts, so that compiled code writes to a file with content. */
const WARM_UP_ORDERS = 2_000;
const WARM_UP_GROUP = 100;

/** What one measurement did. `before` holds the writes up to its start, `groups` its own, both empty without a recorder. */
interface Measurement {
  orders: number;
  seconds: number;
  before: WriteGroup[];
  groups: WriteGroup[];
}

/** Keeps writes by transaction. */
class GroupRecorder implements Recorder {
  #groups: WriteGroup[] = [];
  #open: RecordedWrite[] = [];

  write(write: RecordedWrite): void {
    this.#open.push(write);
  }

  committed(): void {
    this.#groups.push(this.#open);
    this.#open = [];
  }

  /** Hands over what was kept since the last time. */
  take(): WriteGroup[] {
    const taken = this.#groups;
    this.#groups = [];
    return taken;
  }
}

/** Sends one group at once and waits for the answers, as concurrent senders do. */
async function send(hub: LocalHub, deliveries: readonly WebhookDelivery[]): Promise<void> {
  const receipts = await Promise.all(deliveries.map((delivery) => hub.receive(delivery)));
  const refused = receipts.find(({ status }) => status !== 200);
  if (refused) throw new Error(`A webhook of the benchmark was refused with ${refused.status}: ${refused.body}`);
}

async function openBenchHub(folder: string, recorder: GroupRecorder | null): Promise<LocalHub> {
  const warehouses = readResources().warehouses.map(({ id }) => id);
  const config = configSchema.parse({ shops: [BENCH_SHOP], openingStock: benchStock(warehouses) });
  const logger = { info: () => undefined, warn: () => undefined, error: console.error };
  return openHub({ dataDirectory: folder, config, demo: false }, { logger, checkOutputs: false, ...(recorder && { recorder }) });
}

/**
 * Orders through the whole hub with its own settings: signed bytes in, verified, written to the inbox, acknowledged,
 * normalised, judged, reserved, routed and committed with `synchronous=FULL`; jobs running.
 */
async function measurePipeline(folder: string, size: number, seed: number, recorder: GroupRecorder | null): Promise<Measurement> {
  const hub = await openBenchHub(folder, recorder);
  try {
    const warmUp = signedOrders(WARM_UP_ORDERS, seed + 1_000, Date.now());
    for (let from = 0; from < warmUp.length; from += WARM_UP_GROUP) await send(hub, warmUp.slice(from, from + WARM_UP_GROUP));
    const deliveries = signedOrders(MOST_ORDERS, seed, Date.now());
    const before = recorder?.take() ?? [];
    const started = performance.now();
    let [orders, seconds] = [0, 0];
    while (orders < MOST_ORDERS && seconds < SECONDS_PER_MEASUREMENT) {
      const group = deliveries.slice(orders, orders + size);
      await send(hub, group);
      orders += group.length;
      seconds = (performance.now() - started) / 1_000;
    }
    const groups = recorder?.take() ?? [];
    const last = hub.store.orders.byPlatform(BENCH_SHOP.channel, BENCH_SHOP.shopId, `B${seed}-${orders - 1}`);
    if (!last) throw new Error('The last order was acknowledged but not decided.');
    return { orders, seconds, before, groups };
  } finally {
    await hub.close();
  }
}

async function inFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'orderpulse-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Orders per second through the pipeline against SQLite's own limit: the very rows the pipeline wrote, bare, in the same
 * groups with the same file settings. The two alternate, so that a busy machine slows both; medians are reported.
 */
export async function benchPipeline(): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const size of GROUP_SIZES) {
    const recorded = await inFolder((folder) => measurePipeline(folder, size, 1, new GroupRecorder()));
    const pipeline: number[] = [];
    const raw: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { orders, seconds } = await inFolder((folder) => measurePipeline(folder, size, 2 + round, null));
      pipeline.push(orders / seconds);
      raw.push(recorded.orders / (await inFolder((folder) => timeRawWrites(join(folder, 'raw.db'), recorded.before, recorded.groups))));
    }
    figures[`pipelineGroup${size}OrdersPerSecond`] = median(pipeline);
    figures[`rawLimitGroup${size}OrdersPerSecond`] = median(raw);
    figures[`pipelineToRawGroup${size}Ratio`] = median(pipeline) / median(raw);
  }
  return {
    pipelineOrdersPerSecond: figures[`pipelineGroup${MAIN_SIZE}OrdersPerSecond`] ?? Number.NaN,
    rawLimitOrdersPerSecond: figures[`rawLimitGroup${MAIN_SIZE}OrdersPerSecond`] ?? Number.NaN,
    pipelineToRawRatio: figures[`pipelineToRawGroup${MAIN_SIZE}Ratio`] ?? Number.NaN,
    ...figures,
  };
}
