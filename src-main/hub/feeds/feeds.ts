import type { ChannelId } from '#shared/channels.ts';
import type { FeedState } from '#shared/contract/feeds.ts';
import { SECOND } from '#shared/time.ts';
import type { ChannelClient, TokenGrant } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import type { Wanted } from '#main/model/incoming.ts';
import type { Shop } from '../shops.ts';
import { Activity } from './activity.ts';
import { ShopFeed } from './shop-feed.ts';
import { Line } from './shop-parts.ts';
import type { FeedParts } from './shop-parts.ts';

export type { FeedParts } from './shop-parts.ts';

/** Consoles are told what moved this often at most. */
const TELL_MS = SECOND;

/** Credentials on trial: a connection nothing is read through. Close it. */
export interface Trial {
  readonly client: ChannelClient;
  /** The platform's clock minus ours, ms; known after the first answer. */
  readonly platformOffset: number;
  /** The token in force. Throws ChannelError. */
  token(): Promise<string>;
  close(): void;
}

/** Reads every shop that is connected, each on its own, from its start until its end. */
export class Feeds {
  readonly #parts: FeedParts;
  readonly #activity: Activity;
  readonly #feeds = new Map<string, ShopFeed>();
  readonly #moved = new Set<string>();
  #telling: (() => void) | null = null;
  #running = false;

  constructor(parts: FeedParts) {
    const activity = new Activity(parts.defer);
    const { intake } = parts;
    this.#activity = activity;
    this.#parts = { ...parts, intake: { hand: (messages, alongside) => activity.run(() => intake.hand(messages, alongside)) } };
    parts.shops.onChange((channel, shopId) => this.#changed(channel, shopId));
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    for (const shop of this.#parts.shops.all) this.#open(shop);
  }

  stop(): void {
    this.#running = false;
    this.#telling?.();
    this.#telling = null;
    for (const feed of this.#feeds.values()) feed.stop();
    this.#feeds.clear();
  }

  /** Resolves when nothing is under way but waiting for a timer; with simulated time, time may then move on. */
  settled(): Promise<void> {
    return this.#activity.settled();
  }

  states(): FeedState[] {
    return this.#parts.shops.all.map((shop) => this.stateOf(shop));
  }

  stateOf(shop: Shop): FeedState {
    const feed = this.#feeds.get(keyOf(shop.channel, shop.shopId));
    return feed?.state() ?? this.#offState(shop);
  }

  /** Polls a shop now instead of at its next time. */
  pollNow(channel: ChannelId, shopId: string): void {
    this.#feeds.get(keyOf(channel, shopId))?.pollNow();
  }

  /** Writes wishes; call inside a transaction, and `wished` after it. `at`: our clock. */
  wish(channel: ChannelId, shopId: string, wanted: readonly Wanted[], at: number): void {
    const { store } = this.#parts;
    for (const { kind, id, because, afterMs = 0 } of wanted) {
      store.wishes.put({ channel, shopId, kind, id, because, wantedAt: at, notBefore: at + afterMs });
    }
  }

  /** There are details to fetch for a shop: they are committed. */
  wished(channel: ChannelId, shopId: string): void {
    this.#feeds.get(keyOf(channel, shopId))?.wished();
  }

  /** A client whose calls wait for their turn and renew the token. Null: this shop cannot be called. */
  clientOf(channel: ChannelId, shopId: string, use: 'write' | 'audit' = 'write'): ChannelClient | null {
    return this.#feeds.get(keyOf(channel, shopId))?.clientOf(use) ?? null;
  }

  /** The platform's clock minus ours, ms. */
  platformOffsetOf(channel: ChannelId, shopId: string): number {
    return this.#feeds.get(keyOf(channel, shopId))?.platformOffset ?? 0;
  }

  /** Exchanges the code of an authorisation and keeps the token. Throws ChannelError. */
  async authorise(channel: ChannelId, shopId: string, code: string, query: string): Promise<TokenGrant> {
    const shop = this.#parts.shops.find(channel, shopId);
    if (!shop) throw new ChannelError('not-found');
    const line = new Line(shop, this.#parts, this.#activity);
    try {
      const { client } = line.lane(0);
      if (!client.exchange) throw new ChannelError('unsupported');
      const grant = await client.exchange(code, query);
      line.keeper.take(grant);
      this.#changed(channel, shopId);
      return grant;
    } finally {
      line.close();
    }
  }

  /** Keeps a token for a shop as it is about to be put; the feed that is opened for it begins with it. */
  adopt(shop: Shop, grant: TokenGrant): void {
    const line = new Line(shop, this.#parts, this.#activity);
    line.keeper.take(grant);
    line.close();
  }

  /** Tries credentials that need not belong to a connected shop. Throws ChannelError `unsupported` for a channel without calls. */
  trial(shop: Shop): Trial {
    const line = new Line(shop, this.#parts, new Activity(this.#parts.defer));
    const { client } = line.lane(0);
    return {
      client,
      get platformOffset() {
        return line.platform.offset;
      },
      token: () => line.keeper.token(),
      close: () => line.close(),
    };
  }

  #open(shop: Shop): void {
    if (!shop.on) return;
    const key = keyOf(shop.channel, shop.shopId);
    const feed = new ShopFeed(shop, this.#parts, this.#activity, () => this.#move(key));
    this.#feeds.set(key, feed);
    feed.start();
  }

  /** A shop was connected, changed, switched or removed: it is read as it is now. Checkpoints stay. */
  #changed(channel: ChannelId, shopId: string): void {
    if (!this.#running) return;
    const key = keyOf(channel, shopId);
    this.#feeds.get(key)?.stop();
    this.#feeds.delete(key);
    const shop = this.#parts.shops.find(channel, shopId);
    if (shop) this.#open(shop);
    this.#move(key);
  }

  #move(key: string): void {
    this.#moved.add(key);
    this.#telling ??= this.#parts.timers.after(TELL_MS, () => this.#tell());
  }

  #tell(): void {
    const { shops, publisher, logger } = this.#parts;
    this.#telling = null;
    const moved = shops.all.filter((shop) => this.#moved.has(keyOf(shop.channel, shop.shopId)));
    this.#moved.clear();
    try {
      if (moved.length > 0) publisher.send('feeds.changed', { feeds: moved.map((shop) => this.stateOf(shop)) });
    } catch (error) {
      logger.error({ err: error }, 'how the shops are read could not be told');
    }
  }

  #offState({ channel, shopId, name }: Shop): FeedState {
    return {
      ...{ channel, shopId, name, state: 'off', problem: null, stream: 'none', lastPollAt: null, through: null, backlog: null },
      wishes: this.#parts.store.wishes.count({ channel, shopId }),
      ...{ callsPerSecond: 0, limitPerSecond: 0, clockOffMs: null, tokenExpiresAt: null },
    };
  }
}

function keyOf(channel: string, shopId: string): string {
  return `${channel}/${shopId}`;
}
