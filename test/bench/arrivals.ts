import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CHANNEL_IDS } from '#shared/channels.ts';
import type { ChannelId } from '#shared/channels.ts';
import type { EventPayload } from '#shared/contract/index.ts';
import { SECOND } from '#shared/time.ts';
import { ADAPTERS } from '#main/channels/registry.ts';
import { startHubThread } from '#main/host/thread.ts';
import type { HubThread } from '#main/host/thread.ts';
import { configSchema } from '#main/hub/config.ts';
import { openHttp } from '#simulators/kit/http.ts';
import type { HttpPlace } from '#simulators/kit/http.ts';
import { WAYS } from '../simulation/conformance/ways.ts';
import type { FromPlatforms, Load, OpenPlatform, Placed, ToPlatforms } from './arrival-platforms.ts';
import type { Figures } from './main.ts';

const ORDERS_PER_SECOND = 400;
/**
 * These name an order and have its detail asked for. They allow ten detail calls a second, of which the hub takes eight; an order
 * is asked for twice (its first reading is within the second of its change), in two calls each on Lazada. So this is near the
 * most one shop of theirs can sell; the other channels, which hand over whole orders, share the rest evenly.
 */
const BY_DETAIL: readonly ChannelId[] = ['taobao', 'pinduoduo', 'douyin', 'wechat-store', 'xiaohongshu', 'lazada'];
const BY_DETAIL_PER_SECOND = 1.5;
/** Not counted: compiled code, and the first reading of every list. */
const WARM_UP_SECONDS = 10;
const SECONDS = Number(process.env['ORDERPULSE_BENCH_SECONDS'] ?? 60);
/** The last orders of lists come with the next readings: interval, lag, and details at the platform's rate. */
const LONGEST_TAIL_SECONDS = 90;
/** Events wait this long for company; the default of a console's comfort would be most of what is measured. */
const EVENT_COLLECT_MS = 5;
const PROCESSES = 2;

/** One order as it was seen. Epoch ms; `arrivedAt`: its bytes, pushed or read, were in the hub's hands. */
interface Seen {
  arrivedAt: number;
  decidedAt: number;
}

/**
 * Twelve shops of twelve channels at 400 orders a second, over loopback, the platforms in other processes: each pushed where its
 * platform pushes, polled everywhere, at the hub's default settings and the platforms' rates. The hub is in its own thread, as in
 * both hosts. Counted for every single order: from the arrival of its bytes (webhook, stream, page or detail that holds it), and
 * from the moment it was placed, until the event of its durable decision reached the host.
 */
export async function benchArrivals(): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'orderpulse-bench-'));
  const loads = CHANNEL_IDS.map((channel) => ({ channel, ordersPerSecond: rateOf(channel) }));
  let hub: HubThread | null = null;
  const door = await openDoor(() => hub);
  const platforms = Array.from({ length: PROCESSES }, () => new Platforms());
  try {
    const open = await Promise.all(
      platforms.map((group, place) => group.open(door.url, loads.filter((_load, index) => index % PROCESSES === place))), // prettier-ignore
    );
    hub = await startHubThread({ dataDirectory: folder, config: configOf(open.flat()), demo: false });
    const seen = watch(hub);
    await wait(3 * SECOND);
    const load = loadavg()[0] ?? 0;
    const cpu = process.cpuUsage();
    const placed = await Promise.all(platforms.map((group) => group.place(WARM_UP_SECONDS + SECONDS)));
    await allDecided(placed, seen);
    const { user, system } = process.cpuUsage(cpu);
    return figuresOf(placed, seen, (user + system) / 1e6, load);
  } finally {
    await hub?.close();
    await Promise.all(platforms.map((group) => group.stop()));
    await door.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function rateOf(channel: ChannelId): number {
  if (BY_DETAIL.includes(channel)) return BY_DETAIL_PER_SECOND;
  return (ORDERS_PER_SECOND - BY_DETAIL.length * BY_DETAIL_PER_SECOND) / (CHANNEL_IDS.length - BY_DETAIL.length);
}

/** A process of platforms. */
class Platforms {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  constructor() {
    this.#child = fork(new URL('./arrival-platforms.ts', import.meta.url), { execArgv: [] });
    this.#ended = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  async open(hub: string, loads: readonly Load[]): Promise<OpenPlatform[]> {
    return (await this.#ask({ kind: 'open', hub, loads }, 'opened')).platforms;
  }

  place(seconds: number): Promise<Placed> {
    return this.#ask({ kind: 'place', seconds }, 'placed');
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.send({ kind: 'stop' } satisfies ToPlatforms);
    await this.#ended;
  }

  async #ask<K extends FromPlatforms['kind']>(message: ToPlatforms, kind: K): Promise<Extract<FromPlatforms, { kind: K }>> {
    const answer = new Promise<FromPlatforms>((resolve) => this.#child.once('message', (said) => resolve(said as FromPlatforms)));
    this.#child.send(message);
    const said = await Promise.race([answer, this.#ended]);
    if (said?.kind !== kind) throw new Error('A process of platforms ended early.');
    return said as Extract<FromPlatforms, { kind: K }>;
  }
}

/** The hub's door as the server host has it: bytes are taken in the host's thread and handed to the hub's. */
function openDoor(hub: () => HubThread | null): Promise<HttpPlace> {
  return openHttp(async ({ method, path, query, headers, body }) => {
    const receivedAt = Date.now();
    const [, , channel = '', shopId = ''] = path.split('/');
    const address = { channel, shopId: decodeURIComponent(shopId), method: method === 'GET' ? 'GET' : 'POST' } as const;
    const receipt = await hub()?.receive({ ...address, query: Object.fromEntries(query), headers, body, receivedAt });
    return { status: receipt?.status ?? 503, headers: { 'content-type': receipt?.contentType ?? 'text/plain' }, body: receipt?.body ?? '' };
  });
}

function configOf(platforms: readonly OpenPlatform[]) {
  return configSchema.parse({
    shops: platforms.map((platform) => ({ ...platform, shopId: platform.channel, push: true, poll: true })),
    openingStock: [{ sku: 'SHIRT-W', warehouse: 'suzhou', spot: 10_000_000 }],
    settings: { firstReadHours: 0, eventCollectMs: EVENT_COLLECT_MS },
  });
}

/** The first event of each order says that it is decided and durable. */
function watch(hub: HubThread): ReadonlyMap<string, Seen> {
  const seen = new Map<string, Seen>();
  hub.subscribe(({ name, payload }) => {
    if (name !== 'orders.changed') return;
    const decidedAt = Date.now();
    for (const { channel, channelOrderId, receivedAt } of (payload as EventPayload<'orders.changed'>).orders) {
      const key = `${channel}/${channelOrderId}`;
      if (!seen.has(key)) seen.set(key, { arrivedAt: receivedAt, decidedAt });
    }
  });
  return seen;
}

async function allDecided(placed: readonly Placed[], seen: ReadonlyMap<string, Seen>): Promise<void> {
  const sent = placed.flatMap(({ shops }) => shops).reduce((sum, { placedAt }) => sum + placedAt.length, 0);
  for (let second = 0; second < LONGEST_TAIL_SECONDS && seen.size < sent; second += 1) await wait(SECOND);
}

interface Waits {
  arrival: number[];
  event: number[];
  undecided: number;
}

/** Waits of the orders placed after the warm-up. */
function waitsOf(channel: ChannelId, placedAt: readonly number[], seen: ReadonlyMap<string, Seen>): Waits {
  const counted = (placedAt[0] ?? 0) + WARM_UP_SECONDS * SECOND;
  const waits: Waits = { arrival: [], event: [], undecided: 0 };
  for (const [place, at] of placedAt.entries()) {
    const order = seen.get(`${channel}/${WAYS[channel].idOf(place + 1)}`);
    if (!order) waits.undecided += 1;
    else if (at >= counted) {
      waits.arrival.push(order.decidedAt - order.arrivedAt);
      waits.event.push(order.decidedAt - at);
    }
  }
  return waits;
}

function figuresOf(placed: readonly Placed[], seen: ReadonlyMap<string, Seen>, hubCpuSeconds: number, load: number): Figures {
  const shops = placed.flatMap((group) => group.shops);
  const rows = shops.map((shop) => ({ ...shop, ...waitsOf(shop.channel, shop.placedAt, seen) }));
  const worst = Math.max(...rows.map(({ arrival }) => quantile(arrival, 0.99)));
  print(rows);
  const all = rows.flatMap(({ arrival }) => arrival);
  const pushed = rows.filter(({ channel }) => ADAPTERS.get(channel)?.manifest.capabilities.push !== 'none');
  const polled = rows.filter((row) => !pushed.includes(row));
  const events = (some: typeof rows, share: number) => quantile(some.flatMap(({ event }) => event), share); // prettier-ignore
  const seconds = WARM_UP_SECONDS + SECONDS;
  const orders = rows.reduce((sum, { placedAt }) => sum + placedAt.length, 0);
  return {
    arrivalsOrdersPerSecond: orders / seconds,
    arrivalsShops: rows.length,
    arrivalsUndecided: rows.reduce((sum, { undecided }) => sum + undecided, 0),
    arrivalToDecisionP50Ms: quantile(all, 0.5),
    arrivalToDecisionP99Ms: quantile(all, 0.99),
    arrivalToDecisionMaxMs: quantile(all, 1),
    arrivalToDecisionWorstShopP99Ms: worst,
    pushedEventToDecisionP50Ms: events(pushed, 0.5),
    pushedEventToDecisionP99Ms: events(pushed, 0.99),
    polledEventToDecisionP50Ms: events(polled, 0.5),
    polledEventToDecisionP99Ms: events(polled, 0.99),
    arrivalsRateViolations: rows.reduce((sum, { violations }) => sum + violations, 0),
    // Does not depend on what else the machine does: at 2.5 ms an order one core is full at 400 a second.
    arrivalsHubCpuMsPerOrder: (hubCpuSeconds * SECOND) / orders,
    arrivalsPlatformsCpuCores: placed.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / seconds,
    arrivalsPlatformsLoopDelayP99Ms: Math.max(...placed.map(({ loopDelayP99Ms }) => loopDelayP99Ms)),
    // Above the number of cores the waits are those of the machine, not of the hub.
    arrivalsMachineLoadBefore: load,
  };
}

function print(rows: readonly (Waits & Placed['shops'][number])[]): void {
  const line = (cells: readonly (string | number)[]) => console.log(`  ${cells.map((cell, place) => (place === 0 ? String(cell).padEnd(18) : String(cell).padStart(9))).join('')}`); // prettier-ignore
  line(['ms', 'orders', 'calls', 'arrival', 'p99', 'placed', 'p99', 'max']);
  for (const { channel, placedAt, calls, arrival, event } of rows) {
    const arrivals = [quantile(arrival, 0.5), quantile(arrival, 0.99)];
    line([channel, placedAt.length, calls, ...arrivals, quantile(event, 0.5), quantile(event, 0.99), quantile(event, 1)]);
  }
}

/** The exact one: the smallest wait that this share of all waits does not exceed. */
function quantile(waits: readonly number[], share: number): number {
  const sorted = waits.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
