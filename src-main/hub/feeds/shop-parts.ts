import type { SeenReads } from '#main/feeds/seen.ts';
import { PlatformClock } from '#main/feeds/clock.ts';
import type { Transport } from '#main/channels/transport.ts';
import type { StoreCondition } from '../condition.ts';
import type { Intake } from '../intake.ts';
import type { JobHealth } from '../jobs/job-health.ts';
import type { Monitor } from '../monitor.ts';
import type { Chance, Clock, Logger, Store, Timers } from '../ports.ts';
import type { Publisher } from '../publisher.ts';
import type { HubSettings } from '../settings.ts';
import type { Shop, Shops } from '../shops.ts';
import type { Vault } from '../vault.ts';
import type { Activity } from './activity.ts';
import { Lane } from './lane.ts';
import type { Priority } from './pacing.ts';
import { Pacing } from './pacing.ts';
import type { ShopCondition } from './shop-condition.ts';
import { TokenKeeper } from './token-keeper.ts';

/** What reading shops needs of the hub. */
export interface FeedParts {
  store: Store;
  intake: Pick<Intake, 'hand'>;
  shops: Shops;
  vault: Vault;
  settings: HubSettings;
  clock: Clock;
  timers: Timers;
  chance: Chance;
  publisher: Publisher;
  /** Is told which shops are heard of, and which cannot be read. */
  monitor: Pick<Monitor, 'feedTrouble' | 'polled'>;
  condition: StoreCondition;
  /** Told of what no loop expected. */
  jobs: Pick<JobHealth, 'failed'>;
  logger: Logger;
  defer(task: () => void): void;
  /** The network of one shop, of its own. */
  transportFor(shop: Shop): Transport;
}

/** One shop's connection: its network, its rate, its token and the platform's clock. */
export class Line {
  readonly shop: Shop;
  readonly platform = new PlatformClock();
  readonly pacing: Pacing;
  readonly keeper: TokenKeeper;
  readonly #parts: FeedParts;
  readonly #transport: Transport;
  readonly #activity: Activity;

  constructor(shop: Shop, parts: FeedParts, activity: Activity, onRenewed: () => void = () => {}) {
    this.shop = shop;
    this.#parts = parts;
    this.#activity = activity;
    this.#transport = parts.transportFor(shop);
    const { clock, timers, store, vault, logger } = parts;
    this.pacing = new Pacing({ manifest: shop.adapter.manifest, options: shop.options, clock, timers });
    let asking: Lane | null = null;
    const client = () => (asking ??= this.lane(0)).client;
    this.keeper = new TokenKeeper({ shop, store, vault, clock, logger, client, onRenewed });
  }

  /** A way of its own to the platform. */
  lane(priority: Priority): Lane {
    const { clock, timers, logger } = this.#parts;
    const { shop, pacing, keeper, platform } = this;
    const shared = { shop, pacing, keeper, platform, clock, timers, logger };
    return new Lane({ ...shared, transport: this.#transport, activity: this.#activity }, priority);
  }

  close(): void {
    this.pacing.close();
    this.#transport.close();
  }
}

/** What the loops of one shop share. */
export interface ShopParts extends FeedParts {
  shop: Shop;
  line: Line;
  activity: Activity;
  seen: SeenReads;
  shopCondition: ShopCondition;
  /** Resolves when it is known whose shop this is; false when the shop has ended meanwhile. */
  ready(): Promise<boolean>;
  readonly ended: boolean;
  /** Runs a loop that only the end of the shop ends: what it did not expect is told, and it begins again. */
  keep(loop: () => Promise<void>): void;
  /** The detail loop has something to fetch. */
  wished(): void;
  changed(): void;
}
