/**
 * Platforms of the arrivals benchmark, in a process of their own so that they never take time from the hub's. Started with
 * `fork`; told what to open and when to place orders, it answers when each was placed and what it cost.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { ChannelId } from '#shared/channels.ts';
import { SECOND } from '#shared/time.ts';
import { noFaults } from '#simulators/kit/faults.ts';
import { seeded } from '#simulators/kit/random.ts';
import type { PlatformSimulator } from '#simulators/kit/types.ts';
import { simulatorOf } from '../simulation/conformance/ways.ts';
import { paidOrder } from '../simulation/feeds/orders.ts';

/** One platform and how many orders a second its shop takes. */
export interface Load {
  channel: ChannelId;
  ordersPerSecond: number;
}
export type ToPlatforms = { kind: 'open'; hub: string; loads: readonly Load[] } | { kind: 'place'; seconds: number } | { kind: 'stop' };
export interface OpenPlatform {
  channel: ChannelId;
  endpoint: string;
  credentials: Record<string, string>;
}
/** What one process of platforms did. `placedAt`: epoch ms, the n-th order of the shop at place n. */
export interface Placed {
  shops: { channel: ChannelId; placedAt: number[]; violations: number; refusals: Readonly<Record<string, number>>; calls: number }[];
  cpuSeconds: number;
  /** How long a request had to wait for this process, ms. */
  loopDelayP99Ms: number;
}
export type FromPlatforms = { kind: 'opened'; platforms: OpenPlatform[] } | ({ kind: 'placed' } & Placed);

const TURN_MS = 10;
/** Pinduoduo does not tell that an order was placed; it tells that it was paid. */
const TOLD_WHEN_PAID: readonly ChannelId[] = ['pinduoduo'];

interface Shop extends Load {
  simulator: PlatformSimulator;
  placedAt: number[];
}

const shops: Shop[] = [];
const say = (message: FromPlatforms): void => void process.send?.(message);

async function open(hub: string, loads: readonly Load[]): Promise<void> {
  for (const load of loads) {
    const simulator = await (
      await simulatorOf(load.channel)
    )({
      now: () => Date.now(),
      after: (delayMs, task) => {
        const timer = setTimeout(task, delayMs).unref();
        return () => clearTimeout(timer);
      },
      chance: seeded(shops.length + 1),
      faults: noFaults(),
      shopId: load.channel,
      hub,
    });
    shops.push({ ...load, simulator, placedAt: [] });
  }
  say({
    kind: 'opened',
    platforms: shops.map(({ channel, simulator }) => ({ channel, endpoint: simulator.url, credentials: simulator.credentials() })),
  });
}

/** Places every shop's orders evenly, each shop at its own rate. */
async function place(seconds: number): Promise<void> {
  const cpu = process.cpuUsage();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const started = Date.now();
  for (let elapsed = 0; elapsed < seconds * SECOND;) {
    elapsed = Math.min(seconds * SECOND, Date.now() - started);
    for (const { channel, ordersPerSecond, simulator, placedAt } of shops) {
      const due = Math.floor((elapsed * ordersPerSecond) / SECOND);
      while (placedAt.length < due) {
        const now = Date.now();
        placedAt.push(now);
        simulator.apply(paidOrder(channel, placedAt.length, now), TOLD_WHEN_PAID.includes(channel) ? 'changed' : 'created');
      }
    }
    await wait(TURN_MS);
  }
  delay.disable();
  const { user, system } = process.cpuUsage(cpu);
  say({
    kind: 'placed',
    shops: shops.map(({ channel, placedAt, simulator: { violations, refusals, calls } }) => ({
      ...{ channel, placedAt, violations, refusals },
      calls: Object.values(calls).reduce((sum, count) => sum + count, 0),
    })),
    cpuSeconds: (user + system) / 1e6,
    loopDelayP99Ms: delay.percentile(99) / 1e6,
  });
}

async function stop(): Promise<void> {
  for (const { simulator } of shops) await simulator.stop();
  process.disconnect();
}

process.on('message', (message: ToPlatforms) => {
  if (message.kind === 'open') void open(message.hub, message.loads);
  else if (message.kind === 'place') void place(message.seconds);
  else void stop();
});
// Whoever started it is gone: nobody needs platforms any more.
process.on('disconnect', () => process.exit());
