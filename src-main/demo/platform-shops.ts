import { createHash } from 'node:crypto';
import { HOUR, SECOND } from '#shared/time.ts';
import type { HubConfigInput } from '#main/hub/config.ts';
import { open as openDouyin } from '#simulators/douyin/open.ts';
import { open as openJd } from '#simulators/jd/open.ts';
import { noFaults } from '#simulators/kit/faults.ts';
import { lives } from '#simulators/kit/life.ts';
import type { LifeFeatures, LifeStep } from '#simulators/kit/life.ts';
import { seeded } from '#simulators/kit/random.ts';
import type { OpenSimulator, PlatformSimulator, SimulatorOptions } from '#simulators/kit/types.ts';
import { open as openTaobao } from '#simulators/taobao/open.ts';
import { CATALOGUE } from './catalogue.ts';

export interface PlatformShopsOptions {
  seed: string;
  now: () => number;
  /** The workspace's first start; the platforms lived on whenever the demo did not run. */
  firstStartedAt: number;
}

/** Shops that are really reached through their platforms: simulators of the platforms on loopback, read by the hub's own feeds. */
export interface PlatformShops {
  /** For the hub's configuration. */
  readonly shops: NonNullable<HubConfigInput['shops']>;
  /** Lets orders happen from now on, and pushes go to the hub's doors. */
  start(baseUrl: string): void;
  stop(): Promise<void>;
}

interface Place {
  channel: 'taobao' | 'jd' | 'douyin';
  shopId: string;
  name: string;
  open: OpenSimulator;
  ordersPerHour: number;
  features: LifeFeatures;
  /** The platform's own numbers of an hour's n-th order; `hour` counts from 1970 and has six digits. */
  orderId(hour: number, n: number): string;
  refundId(hour: number, n: number): string;
}

const EVERYTHING: LifeFeatures = {
  forming: true,
  review: true,
  deposit: true,
  partShipped: true,
  received: true,
  sellerMemo: true,
  partialRefunds: true,
  openRefunds: true,
  gifts: true,
};
const four = (n: number): string => String(n).padStart(4, '0');

const PLACES: readonly Place[] = [
  {
    channel: 'taobao',
    shopId: 'fuzzbud-taobao',
    name: '绒芽母婴淘宝店',
    open: openTaobao,
    ordersPerHour: 24,
    features: { ...EVERYTHING, forming: false, review: false, gifts: false },
    orderId: (hour, n) => `2${hour}${four(n)}31800012`,
    refundId: (hour, n) => `16${hour}${four(n)}`,
  },
  {
    channel: 'jd',
    shopId: 'fuzzbud-jd-pop',
    name: '绒芽母婴京东专营店',
    open: openJd,
    ordersPerHour: 18,
    features: { ...EVERYTHING, forming: false, deposit: false, partShipped: false, gifts: false },
    orderId: (hour, n) => `3${hour}${four(n)}0`,
    refundId: (hour, n) => `7${hour}${four(n)}`,
  },
  {
    channel: 'douyin',
    shopId: 'fuzzbud-douyin-pro',
    name: '绒芽母婴抖音专营店',
    open: openDouyin,
    ordersPerHour: 30,
    features: EVERYTHING,
    orderId: (hour, n) => `69${hour}${four(n)}0000001`,
    refundId: (hour, n) => `72${hour}${four(n)}0000001`,
  },
];

/** Reaches back so far: what is older has come to its end. */
const REMEMBERED_HOURS = 6;
/** Life before the first start, so that there is something to catch up. */
const HOURS_BEFORE = 2;
const LOOK_EVERY = SECOND / 2;
/** Often enough that an order is seen within seconds. */
const POLL_SECONDS = 5;

/** An hour of a shop is made from the seed and its number alone, so that it is the same after every start and nothing has to be saved. */
function hourOf(place: Place, hour: number, { seed }: PlatformShopsOptions): LifeStep[] {
  const digest = createHash('sha256').update(`${seed}/${place.channel}/${hour}`).digest();
  return lives({
    chance: seeded(digest.readUInt32BE()),
    from: hour * HOUR,
    spanMs: HOUR,
    orders: place.ordersPerHour,
    idOf: (n) => place.orderId(hour, n),
    refundIdOf: (n) => place.refundId(hour, n),
    currency: 'CNY',
    priceStep: 100,
    features: place.features,
    skus: CATALOGUE.everyday.map(({ sku, name, priceMinor }) => ({ sku, name, unitMinor: priceMinor })),
  });
}

/** One platform with its shop's life. */
class LivingShop {
  readonly place: Place;
  readonly #simulator: PlatformSimulator;
  readonly #platform: SimulatorOptions;
  readonly #options: PlatformShopsOptions;
  #steps: LifeStep[] = [];
  #nextHour: number;

  constructor(place: Place, simulator: PlatformSimulator, platform: SimulatorOptions, options: PlatformShopsOptions) {
    this.place = place;
    this.#simulator = simulator;
    this.#platform = platform;
    this.#options = options;
    const first = Math.floor(options.firstStartedAt / HOUR) - HOURS_BEFORE;
    this.#nextHour = Math.max(first, Math.floor(options.now() / HOUR) - REMEMBERED_HOURS);
  }

  get config(): PlatformShops['shops'][number] {
    const { channel, shopId, name } = this.place;
    const { url } = this.#simulator;
    return {
      channel,
      shopId,
      name,
      endpoint: url,
      credentials: this.#simulator.credentials(),
      push: true,
      poll: true,
      options: { pollSeconds: POLL_SECONDS },
    };
  }

  /** Everything that has happened by now. */
  live(): void {
    const now = this.#options.now();
    while (this.#nextHour * HOUR <= now) {
      this.#steps = [...this.#steps, ...hourOf(this.place, this.#nextHour, this.#options)].sort((a, b) => a.at - b.at);
      this.#nextHour += 1;
    }
    while (this.#steps[0] && this.#steps[0].at <= now) {
      const { order, happened } = this.#steps.shift() as LifeStep;
      this.#simulator.apply(order, happened);
    }
  }

  pushTo(baseUrl: string): void {
    this.#platform.hub = baseUrl;
  }

  stop(): Promise<void> {
    return this.#simulator.stop();
  }
}

async function openShop(place: Place, options: PlatformShopsOptions): Promise<LivingShop> {
  const platform: SimulatorOptions = {
    now: options.now,
    after(delayMs, task) {
      const timer = setTimeout(task, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
    chance: seeded(createHash('sha256').update(`${options.seed}/${place.channel}`).digest().readUInt32BE()),
    faults: noFaults(),
    shopId: place.shopId,
    hub: null,
  };
  const shop = new LivingShop(place, await place.open(platform), platform, options);
  shop.live();
  return shop;
}

export async function openPlatformShops(options: PlatformShopsOptions): Promise<PlatformShops> {
  const shops = await Promise.all(PLACES.map((place) => openShop(place, options)));
  let timer: NodeJS.Timeout | null = null;
  return {
    shops: shops.map(({ config }) => config),
    start(baseUrl) {
      for (const shop of shops) shop.pushTo(baseUrl);
      timer = setInterval(() => shops.forEach((shop) => shop.live()), LOOK_EVERY);
      timer.unref();
    },
    async stop() {
      if (timer) clearInterval(timer);
      timer = null;
      await Promise.all(shops.map((shop) => shop.stop()));
    },
  };
}
