import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MINUTE, SECOND } from '#shared/time.ts';
import { configSchema } from '#main/hub/config.ts';
import type { HubConfig } from '#main/hub/config.ts';
import { Courier } from './courier.ts';
import type { CourierCounts } from './courier.ts';
import { createHistory } from './history.ts';
import { createListing } from './listing.ts';
import { Market } from './market.ts';
import { demoConfig, newSecret, newShopSecrets } from './merchant.ts';
import { existingPieces } from './opening-stock.ts';
import type { Posting } from './order.ts';
import { openPartnerDesk } from './partner-desk.ts';
import type { PartnerRequest } from './partner-desk.ts';
import { startPast } from './past/past-thread.ts';
import type { PastThread } from './past/past-thread.ts';
import { createPeople } from './people.ts';
import { openPlatformShops } from './platform-shops.ts';
import { bridgeLetters } from './platforms/bridge.ts';
import { shopifyLetters } from './platforms/shopify.ts';
import { seededRandom } from './random.ts';
import { readState, writeState } from './state-file.ts';
import type { DemoState } from './state-file.ts';
import { World } from './world.ts';

export interface DemoOptions {
  /** The workspace's data folder; the simulators keep `demo-state.json` in it. */
  directory: string;
  /** The same seed invents the same people, goods and troubles. */
  seed?: string;
  /** 2 lets everything happen twice as fast and twice as often; timestamps stay true. */
  speed?: number;
  /** Orders of the days before the first start. */
  history?: number;
  /** Orders of the weeks before those, which a new workspace lives through first; none unless asked for. */
  past?: number;
  now?: () => number;
}

/** The simulators, ready: their warehouse already listens, so that the hub's configuration can name it. */
export interface PreparedDemo {
  /** For `openHub`; mark the workspace as demo. */
  readonly config: HubConfig;
  /**
   * A new workspace first lives through its past, in a thread beside: the hub is opened when this resolves. Null where there is nothing to wait
   * for. False: the demo was stopped before.
   */
  readonly past: Promise<boolean> | null;
  /** Begins to send, once the hub's doors listen at `baseUrl`, e.g. `http://127.0.0.1:8080`. Never waits for the history, but for the past. */
  start(baseUrl: string): Promise<RunningDemo>;
  /** Stops everything, started or not. May be called more than once. */
  stop(): Promise<void>;
}

export interface RunningDemo {
  counts(): CourierCounts & { openOrders: number };
  /** Resolves when the whole history has been delivered; not at all if the demo is stopped before. */
  historyDelivered(): Promise<void>;
  /** Stops the simulators, writes down what is open and closes every connection. */
  stop(): Promise<void>;
}

const HISTORY_ORDERS = 1_200;
/** The weeks a report looks back on, and the whole month before this one whatever the day. */
const PAST_DAYS = 63;
/** What a new demo has behind it: enough for every rule the past has a case for. */
export const PAST_ORDERS = 2_000;
const SAVE_EVERY = 20 * SECOND;
/** The world is looked at no more often than this; it is a demo, not a clock. */
const SHORTEST_NAP = 20;
const LONGEST_NAP = SECOND;
/** With this many letters waiting the hub is down or overwhelmed: nobody buys until it is back. */
const PAUSE_ABOVE = 1_500;

export async function prepareDemo(options: DemoOptions): Promise<PreparedDemo> {
  const now = options.now ?? Date.now;
  const path = join(options.directory, 'demo-state.json');
  const saved = await readState(path);
  const seed = saved?.seed ?? options.seed ?? 'fuzzbud';
  const secrets = newShopSecrets();
  const wmsSecret = newSecret();
  const buyerSecret = newSecret();
  let onRequest: (request: PartnerRequest) => void = () => undefined;
  const desk = await openPartnerDesk({ wmsSecret, buyerSecret, now, onRequest: (request) => onRequest(request) });
  const firstStartedAt = saved?.firstStartedAt ?? now();
  const platforms = await openPlatformShops({ seed, now, firstStartedAt });
  const merchant = demoConfig({
    seed,
    secrets,
    wms: { url: desk.wmsUrl, secret: wmsSecret },
    buyer: { url: desk.buyerUrl, secret: buyerSecret },
  });
  const config = configSchema.parse({ ...merchant, shops: [...(merchant.shops ?? []), ...platforms.shops] });
  const stopPlaces = async () => void (await Promise.all([platforms.stop(), desk.stop()]));
  let running: RunningDemo | null = null;
  let started = false;
  const database = join(options.directory, 'orderpulse.db');
  const wanted = saved || existsSync(database) ? 0 : (options.past ?? 0);
  const thread =
    wanted === 0
      ? null
      : startPast({
          ...{ seed, config, startedAt: firstStartedAt, days: PAST_DAYS, orders: wanted, databasePath: database },
          ...{ secrets, dataDirectory: options.directory },
        });
  const past = thread && pastOf(thread);

  return {
    config,
    past,
    async start(baseUrl) {
      if (started) throw new Error('The demo has already been started');
      started = true;
      if (past && !(await past)) throw new Error('The demo was stopped before it began');
      const parts = openWorld({ ...options, seed, saved, now, config });
      const courier = new Courier({ baseUrl, random: seededRandom(`${seed}/${parts.run}/courier`), now });
      onRequest = (request) => answer(parts.world, request, now());
      platforms.start(baseUrl);
      running = run({ courier, parts, secrets, now, path, stopPlaces });
      return running;
    },
    async stop() {
      await thread?.stop();
      if (running) await running.stop();
      else await stopPlaces();
    },
  };
}

/** A demo without its past is still a demo: what failed is said, and the hub opens on an empty workspace. */
async function pastOf({ made }: PastThread): Promise<boolean> {
  const counts = await made.catch((error: unknown) => {
    console.error('Demo: its past could not be made.', error);
    return undefined;
  });
  return counts !== null;
}

interface OpenedWorld {
  run: number;
  world: World;
  history: Posting[];
  state(historyDelivered: boolean): DemoState;
  historyAlreadyDelivered: boolean;
}

interface WorldOptions extends DemoOptions {
  seed: string;
  saved: DemoState | null;
  now: () => number;
  config: HubConfig;
}

/**
 * People and history are made from the seed and the first start, so a later run finds the same customers without
 * sending their orders again; a history that was cut short is sent again whole, under the same delivery ids.
 */
function openWorld(options: WorldOptions): OpenedWorld {
  const { seed, saved, config } = options;
  const startedAt = options.now();
  const firstStartedAt = saved?.firstStartedAt ?? startedAt;
  const pieces = existingPieces(config.openingStock);
  const firstRun = Math.floor(firstStartedAt / SECOND);
  const people = createPeople(seededRandom(seed).fork('people'));
  const past = seededRandom(seed).fork('history');
  const pastMarket = new Market({ random: past.fork('market'), people, listing: createListing(pieces, {}), run: firstRun - 1 });
  const history = createHistory(pastMarket, past, firstStartedAt, options.history ?? HISTORY_ORDERS);

  // Two starts within one second, or a clock set back, must not give the same order numbers.
  const run = Math.max(Math.floor(startedAt / SECOND), saved ? saved.run + 1 : firstRun);
  const present = seededRandom(`${seed}/${saved ? run : 'first run'}`);
  people.goOn(saved?.lastPerson ?? 0, present.fork('people'));
  const listing = createListing(pieces, saved?.sold ?? {});
  const market = new Market({ random: present.fork('market'), people, listing, run });
  const world = new World({
    random: present.fork('world'),
    market,
    now: startedAt,
    speed: options.speed ?? 1,
    state: saved?.world ?? history,
  });
  return {
    run,
    world,
    history: saved?.historyDelivered ? [] : history.postings,
    historyAlreadyDelivered: saved?.historyDelivered ?? false,
    state: (historyDelivered) => ({
      seed,
      firstStartedAt,
      run,
      historyDelivered,
      lastPerson: people.lastNumber,
      sold: listing.sold(),
      world: world.state(),
    }),
  };
}

function answer(world: World, request: PartnerRequest, now: number): void {
  const key = `${request.channel}/${request.shopId}/${request.channelOrderId}`;
  if (request.type === 'wms.ship') world.shipmentAccepted(key, now);
  else if (request.type === 'buyer.message') world.buyerAsked(key, now);
  else world.shipmentStopped(key);
}

interface RunParts {
  courier: Courier;
  parts: OpenedWorld;
  secrets: ReadonlyMap<string, string>;
  now: () => number;
  path: string;
  stopPlaces: () => Promise<void>;
}

function run({ courier, parts, secrets, now, path, stopPlaces }: RunParts): RunningDemo {
  const { world } = parts;
  let historyDone = parts.historyAlreadyDelivered;
  let timer: NodeJS.Timeout | null = null;
  let saveAt = now() + SAVE_EVERY;
  let saving = Promise.resolve();
  let stopped: Promise<void> | null = null;

  function post(postings: readonly Posting[]): void {
    for (const posting of postings) {
      const secret = secrets.get(posting.order.shop) ?? '';
      courier.post(posting.order.shop.startsWith('shopify/') ? shopifyLetters(posting, secret) : bridgeLetters(posting, secret));
    }
  }
  function save(): Promise<void> {
    const state = parts.state(historyDone);
    saving = saving.then(
      () => writeState(path, state),
      // The last attempt failed and said so; this one is on its own.
      () => writeState(path, state),
    );
    saving.catch((error: unknown) => console.error('Demo: its state could not be written.', error));
    return saving;
  }
  function beat(): void {
    const moment = now();
    if (courier.waiting < PAUSE_ABOVE || !historyDone) post(world.advance(moment));
    if (moment >= saveAt) {
      saveAt = moment + SAVE_EVERY;
      void save().catch(() => undefined);
    }
    const nap = Math.max(SHORTEST_NAP, Math.min(LONGEST_NAP, (world.nextAt() ?? moment + MINUTE) - moment));
    timer = setTimeout(beat, nap);
  }

  beat();
  post(parts.history);
  const historyDelivered = new Promise<void>((resolve) => {
    courier.whenHistoryDone(() => {
      historyDone = true;
      resolve();
    });
  });
  async function stop(): Promise<void> {
    if (timer) clearTimeout(timer);
    await courier.stop();
    await stopPlaces();
    await save();
  }
  return {
    counts: () => ({ ...courier.counts(), openOrders: world.openOrders }),
    historyDelivered: () => historyDelivered,
    stop: () => (stopped ??= stop()),
  };
}
