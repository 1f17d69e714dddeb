import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ChannelId } from '#shared/channels.ts';
import { SECOND } from '#shared/time.ts';
import { openHub } from '#main/host/open-hub.ts';
import type { LocalHub } from '#main/host/open-hub.ts';
import { configSchema } from '#main/hub/config.ts';
import { noFaults } from '#simulators/kit/faults.ts';
import { openHttp } from '#simulators/kit/http.ts';
import type { HttpPlace } from '#simulators/kit/http.ts';
import { seeded } from '#simulators/kit/random.ts';
import type { PlatformSimulator } from '#simulators/kit/types.ts';
import { simulatorOf } from '../simulation/conformance/ways.ts';
import { paidOrder } from '../simulation/feeds/orders.ts';

/** Four channels that push whole orders or list them whole, three shops each: what arrives is bounded by the hub, not by a platform's limit. */
const CHANNELS: readonly ChannelId[] = ['shopify', 'standard-webhooks', 'jd', 'kuaishou'];
const SHOPS_EACH = 3;
const ORDERS_PER_SECOND = 400;
const SECONDS = 60;
const TURN_MS = 50;
const LONGEST_TAIL_SECONDS = 90;

interface OpenShop {
  channel: ChannelId;
  shopId: string;
  simulator: PlatformSimulator;
}

/**
 * Twelve shops at once, pushed and polled in real time over loopback, the platforms' stand-ins in the same process: how long an
 * order waits from its arrival until it is durably decided.
 */
export async function benchArrivals(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'orderpulse-bench-'));
  let hub: LocalHub | null = null;
  const door = await openDoor(() => hub);
  const shops = await openShops(door.url);
  try {
    hub = await openBenchHub(folder, shops);
    await wait(3 * SECOND);
    const sent = await load(shops);
    await allDecided(hub, shops, sent);
    const { metrics } = await hub.health();
    return {
      arrivalsOrdersPerSecond: sent / SECONDS,
      arrivalsDecidedP50AtMostMs: quantile(metrics, 0.5),
      arrivalsDecidedP99AtMostMs: quantile(metrics, 0.99),
      arrivalsRateViolations: shops.reduce((sum, { simulator }) => sum + simulator.violations, 0),
    };
  } finally {
    await hub?.close();
    for (const { simulator } of shops) await simulator.stop();
    await door.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function openDoor(hub: () => LocalHub | null): Promise<HttpPlace> {
  return openHttp(async ({ method, path, query, headers, body }) => {
    const [, , channel = '', shopId = ''] = path.split('/');
    const address = { channel, shopId: decodeURIComponent(shopId), method: method === 'GET' ? 'GET' : 'POST' } as const;
    const receipt = await hub()?.receive({ ...address, query: Object.fromEntries(query), headers, body, receivedAt: Date.now() });
    return { status: receipt?.status ?? 503, headers: { 'content-type': 'application/json' }, body: receipt?.body ?? '' };
  });
}

async function openShops(hub: string): Promise<OpenShop[]> {
  const shops: OpenShop[] = [];
  for (const channel of CHANNELS) {
    const open = await simulatorOf(channel);
    for (let number = 1; number <= SHOPS_EACH; number += 1) {
      const shopId = `${channel}-${number}`;
      const after = (delayMs: number, task: () => void) => {
        const timer = setTimeout(task, delayMs).unref();
        return () => clearTimeout(timer);
      };
      const chance = seeded(shops.length + 1);
      shops.push({ channel, shopId, simulator: await open({ now: () => Date.now(), after, chance, faults: noFaults(), shopId, hub }) });
    }
  }
  return shops;
}

function openBenchHub(folder: string, shops: readonly OpenShop[]): Promise<LocalHub> {
  const config = configSchema.parse({
    shops: shops.map(({ channel, shopId, simulator }) => ({
      channel,
      shopId,
      credentials: simulator.credentials(),
      endpoint: simulator.url,
      push: true,
      poll: true,
    })),
    openingStock: [{ sku: 'SHIRT-W', warehouse: 'suzhou', spot: 10_000_000 }],
    settings: { firstReadHours: 0 },
  });
  const logger = { info: () => undefined, warn: () => undefined, error: console.error };
  return openHub({ dataDirectory: folder, config, demo: false }, { logger, checkOutputs: false });
}

/** Places orders evenly; answers how many. */
async function load(shops: readonly OpenShop[]): Promise<number> {
  const started = Date.now();
  let sent = 0;
  while (sent < ORDERS_PER_SECOND * SECONDS) {
    const due = Math.min(ORDERS_PER_SECOND * SECONDS, ((Date.now() - started) * ORDERS_PER_SECOND) / SECOND);
    for (; sent < due; sent += 1) {
      const { channel, simulator } = shops[sent % shops.length] as OpenShop;
      simulator.apply(paidOrder(channel, Math.floor(sent / shops.length) + 1, Date.now()), 'created');
    }
    await wait(TURN_MS);
  }
  return sent;
}

/** A list is read with its overlap and under the platform's limit: the last orders come with the next readings. */
async function allDecided(hub: LocalHub, shops: readonly OpenShop[], sent: number): Promise<void> {
  let decided = 0;
  for (let second = 0; second < LONGEST_TAIL_SECONDS; second += 1) {
    const until = Date.now() + SECOND;
    decided = shops.reduce((sum, shop) => sum + hub.store.dayAudits.idsHere(shop, 'created', 0, until).length, 0);
    if (decided >= sent) return;
    await wait(SECOND);
  }
  throw new Error(`${sent} orders were placed and ${decided} decided.`);
}

/** The upper edge of the histogram's bucket that holds the quantile, in ms. */
function quantile(metrics: string, share: number): number {
  const buckets = [...metrics.matchAll(/^orderpulse_decide_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm)].map((match) => ({
    edge: match[1] === '+Inf' ? Infinity : Number(match[1]) * 1_000,
    below: Number(match[2]),
  }));
  const all = buckets.at(-1)?.below ?? 0;
  return buckets.find(({ below }) => below >= share * all)?.edge ?? Number.NaN;
}
