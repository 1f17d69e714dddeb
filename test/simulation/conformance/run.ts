import type { ChannelId } from '#shared/channels.ts';
import { businessDayStart, DAY, HOUR, MINUTE, SECOND } from '#shared/time.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { lives } from '#simulators/kit/life.ts';
import { seeded } from '#simulators/kit/random.ts';
import type { CallKind, Fault, TruthOrder } from '#simulators/kit/types.ts';
import { ask } from '#test/support/hub.ts';
import { differences } from './expected.ts';
import { SKUS, WAYS } from './ways.ts';
import { World } from './world.ts';

export interface ConformOptions {
  orders: number;
  seed: number;
  faults: boolean;
  /** Commits wait for the disk. Default false. */
  durable?: boolean;
}

/** What came of one run. `differences`: facts of orders here that are not as at the platform, in words. */
export interface Conformance {
  channel: ChannelId;
  orders: number;
  changes: number;
  refunds: number;
  differences: string[];
  missing: string[];
  doubled: string[];
  /** Pieces reserved on the shelves against pieces of the orders that hold them. */
  reserved: { shelves: number; orders: number };
  withoutRaw: number;
  /** Missing orders the first comparison of days found; open ones after the back-fill. */
  gaps: { found: number; left: number };
  violations: number;
  refusals: Readonly<Record<string, number>>;
  /** Messages the hub could not read. */
  failed: number;
  calls: Readonly<Record<CallKind, number>>;
  faults: Readonly<Record<Fault, number>>;
  simulatedMs: number;
  tookMs: number;
}

/** Thursday, 18 June 2026, 10:00 in Beijing. */
const START = Date.UTC(2026, 5, 18, 2);
const PLACED_OVER = 2 * HOUR;
const QUIET = 10 * MINUTE;
const LONGEST_REST = 6 * HOUR;

/** Lives of a channel's orders through its simulator, all faults together if asked; then quiet, comparison of days, back-fill, and again. */
export async function conform(channel: ChannelId, { orders, seed, faults, durable = false }: ConformOptions): Promise<Conformance> {
  const started = performance.now();
  const ways = WAYS[channel];
  const world = await new World({ channel, seed, faults, start: START, durable }).open();
  try {
    const steps = lives({ ...ways, chance: seeded(seed), from: START + 5 * SECOND, spanMs: PLACED_OVER, orders, skus: SKUS });
    const ids = new Set<string>();
    for (const { at, happened, order } of steps) {
      await world.until(at);
      ids.add(order.id);
      world.simulator.apply(order, happened);
    }
    world.faults.calm();
    await rest(world);
    const found = await compareDays(world);
    await rest(world);
    const left = await compareDays(world);
    const { orderNos, ...compared } = compareOrders(world, ids);
    return {
      channel,
      orders,
      changes: steps.length - orders,
      ...compared,
      withoutRaw: await withoutRaw(world, orderNos),
      gaps: { found, left },
      violations: world.simulator.violations,
      refusals: world.simulator.refusals,
      failed: world.hub.store.inbox.failedCount(),
      calls: world.simulator.calls,
      faults: world.faults.counts,
      simulatedMs: world.time.now() - START,
      tookMs: performance.now() - started,
    };
  } finally {
    await world.close();
  }
}

/** Quiet time, until every detail that was wished for is here; a hub that never gets there is found out by the comparison. */
async function rest(world: World): Promise<void> {
  const latest = world.time.now() + LONGEST_REST;
  do await world.until(world.time.now() + QUIET);
  while (wishesOf(world) > 0 && world.time.now() < latest);
}

function wishesOf(world: World): number {
  return world.hub.hub.feeds.states().reduce((sum, { wishes }) => sum + wishes, 0);
}

/** Ids there against ids here for the day of the run; what is missing is fetched. Answers how many were. */
async function compareDays(world: World): Promise<number> {
  const day = businessDayStart(START);
  const key = { channel: world.options.channel, shopId: 'main', day };
  const audit = await world.through(ask(world.hub, 'gaps.check', key));
  if (audit.error) throw new Error(`${world.options.channel}: ${audit.error.en}`);
  if (audit.missing > 0) await world.through(ask(world.hub, 'gaps.backfill', key));
  return audit.missing;
}

type Compared = Pick<Conformance, 'refunds' | 'differences' | 'missing' | 'doubled' | 'reserved'> & { orderNos: string[] };

function compareOrders(world: World, ids: ReadonlySet<string>): Compared {
  const { hub, simulator, options } = world;
  const ways = WAYS[options.channel];
  const here = new Map<string, OrderRecord[]>();
  for (const record of hub.store.orders.createdSince(START - DAY)) {
    const same = here.get(record.channelOrderId);
    if (same) same.push(record);
    else here.set(record.channelOrderId, [record]);
  }
  const truths = [...ids].map((id) => simulator.truth(id)).filter((order): order is TruthOrder => order !== null);
  const records = [...here.values()].flat();
  return {
    refunds: truths.reduce((sum, order) => sum + order.refunds.length, 0),
    differences: truths.flatMap((truth) => (here.get(truth.id) ?? []).flatMap((record) => differences(truth, record, ways))),
    missing: truths.filter(({ id }) => !here.has(id)).map(({ id }) => id),
    doubled: [...here].filter(([id, same]) => same.length > 1 || !ids.has(id)).map(([id]) => id),
    reserved: {
      shelves: hub.store.stock.levels().reduce((sum, { reserved, presaleReserved }) => sum + reserved + presaleReserved, 0),
      orders: records
        .filter(({ stock }) => stock === 'reserved')
        .reduce((sum, { allocations }) => sum + allocations.reduce((pieces, { quantity }) => pieces + quantity, 0), 0),
    },
    orderNos: records.map(({ orderNo }) => orderNo),
  };
}

/** Orders of which no payload is kept as it came. */
async function withoutRaw(world: World, orderNos: readonly string[]): Promise<number> {
  let without = 0;
  for (const orderNo of orderNos) {
    const { items } = await ask(world.hub, 'orders.raw', { orderNo });
    if (items.length === 0) without += 1;
  }
  return without;
}
