import type { FeedState } from '#shared/contract/feeds.ts';
import { HOUR, MINUTE } from '#shared/time.ts';
import type { ChannelClient } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import { backOff } from '#main/feeds/back-off.ts';
import { SeenReads } from '#main/feeds/seen.ts';
import { missingForCalls } from '../shops.ts';
import type { Shop } from '../shops.ts';
import { Sleeper } from './activity.ts';
import type { Activity } from './activity.ts';
import { DetailLoop } from './detail-loop.ts';
import { troubleOf } from './failure.ts';
import { PRIORITY } from './pacing.ts';
import { PollLoop, PROBE_MS } from './poll-loop.ts';
import { PushWatch } from './push-watch.ts';
import { ShopCondition } from './shop-condition.ts';
import { Line } from './shop-parts.ts';
import type { FeedParts, ShopParts } from './shop-parts.ts';
import { StreamLoop } from './stream-loop.ts';

const IDENTIFY_EVERY_MS = 6 * HOUR;

/**
 * Reads one shop: lists, details, long connection and token, each in a loop of its own. Nothing here waits for another shop.
 * Everything begins after it is known whose credentials these are, so that orders of two shops are never mixed.
 */
export class ShopFeed {
  readonly shop: Shop;
  readonly #parts: FeedParts;
  readonly #activity: Activity;
  readonly #condition: ShopCondition;
  readonly #line: Line | null;
  readonly #changed: () => void;
  readonly #polls: PollLoop[] = [];
  readonly #identifying: Sleeper;
  #details: DetailLoop | null = null;
  #stream: StreamLoop | null = null;
  #pushWatch: PushWatch | null = null;
  #known = Promise.withResolvers<boolean>();
  #isKnown = false;
  #ended = false;

  constructor(shop: Shop, parts: FeedParts, activity: Activity, changed: () => void) {
    this.shop = shop;
    this.#parts = parts;
    this.#activity = activity;
    this.#changed = () => {
      parts.monitor.feedTrouble(shop.channel, shop.shopId, this.#condition.problem?.text ?? null);
      changed();
    };
    this.#identifying = new Sleeper(parts.timers);
    const { store, clock, publisher, condition } = parts;
    const told = { onRecovery: () => this.#recovered(), onChange: this.#changed };
    this.#condition = new ShopCondition(shop, { store, clock, publisher, condition, ...told });
    this.#line = this.#missing.length === 0 ? new Line(shop, parts, activity, () => this.#identifying.wake()) : null;
  }

  /** Credentials without which nothing can be fetched; a channel without calls has none to miss. */
  get #missing(): string[] {
    return missingForCalls(this.shop);
  }

  /** Begins to read. A shop without the credentials for it only says so when there is something to fetch. */
  start(): void {
    const line = this.#line;
    if (!line) return this.wished();
    const shared = this.#shared(line);
    this.#details = new DetailLoop(shared);
    this.#details.run();
    shared.keep(() => this.#identify(line));
    if (this.shop.push && this.shop.choice.door?.id === this.shop.channel) {
      this.#pushWatch = new PushWatch(shared);
      this.#pushWatch.run();
    }
    if (!this.shop.poll) return;
    for (const traits of this.shop.adapter.manifest.polls) this.#polls.push(new PollLoop(shared, traits));
    for (const poll of this.#polls) poll.run();
    const { push } = this.shop.adapter.manifest.capabilities;
    if (push === 'socket' || push === 'messages') {
      this.#stream = new StreamLoop(shared);
      this.#stream.run();
    }
  }

  stop(): void {
    this.#ended = true;
    this.#known.resolve(false);
    this.#stream?.stop();
    this.#pushWatch?.wake();
    this.#details?.wake();
    for (const poll of this.#polls) poll.wake();
    this.#identifying.wake();
    this.#line?.close();
  }

  pollNow(): void {
    for (const poll of this.#polls) poll.wake();
    this.#details?.wake();
    if (this.#condition.stopped) this.#identifying.wake();
  }

  /** There is a detail to fetch. */
  wished(): void {
    if (this.#details) return this.#details.wake();
    if (this.#parts.store.wishes.count(this.shop) === 0) return;
    const fields = this.#missing.filter((name) => name !== '-').join(', ');
    this.#condition.failed('details', new ChannelError('not-connected', { fields }));
  }

  /** One use's own: for a write, or the comparison of a day; null where this shop cannot be called, or it is not known that it is this shop. Throws ChannelError. */
  clientOf(use: 'write' | 'audit'): ChannelClient | null {
    if (!this.#isKnown) {
      // A write waits; whoever compares days is told why he cannot.
      const { fatal } = this.#condition;
      if (use === 'audit' && fatal) throw fatal;
      return null;
    }
    return this.#line?.lane(use === 'write' ? PRIORITY.live : PRIORITY.backlog).client ?? null;
  }

  get line(): Line | null {
    return this.#line;
  }

  /** Our clock plus this is the platform's. */
  get platformOffset(): number {
    return this.#line?.platform.offset ?? 0;
  }

  state(): FeedState {
    const { shop } = this;
    const backlog = this.#polls.map((poll) => poll.backlog).find((one) => one !== null) ?? null;
    const through = this.#polls.map((poll) => poll.through);
    const polled = this.#polls.map(({ lastPollAt }) => lastPollAt).filter((at) => at !== null);
    const { line } = this;
    return {
      channel: shop.channel,
      shopId: shop.shopId,
      name: shop.name,
      state: this.#stateWord(polled.length > 0, backlog !== null),
      problem: this.#condition.problem,
      stream: this.#stream ? (this.#stream.open ? 'open' : 'closed') : 'none',
      lastPollAt: polled.length === 0 ? null : Math.max(...polled),
      through: through.length === 0 || through.includes(null) ? null : Math.min(...(through as number[])),
      backlog: backlog && { from: Math.round(backlog.from), to: Math.round(backlog.to), through: Math.round(backlog.through) },
      wishes: this.#parts.store.wishes.count(shop),
      callsPerSecond: line?.pacing.callsPerSecond ?? 0,
      limitPerSecond: line?.pacing.limitPerSecond ?? 0,
      clockOffMs: line ? -line.platform.offset : null,
      tokenExpiresAt: line?.keeper.expiresAt ?? null,
    };
  }

  #stateWord(polled: boolean, behind: boolean): FeedState['state'] {
    const trouble = this.#condition.state;
    if (trouble) return trouble;
    if (!this.shop.on || this.#polls.length === 0) return 'off';
    if (!polled) return 'starting';
    return behind ? 'catching-up' : 'live';
  }

  #shared(line: Line): ShopParts {
    const ended = () => this.#ended;
    return {
      ...this.#parts,
      shop: this.shop,
      line,
      activity: this.#activity,
      seen: new SeenReads(),
      shopCondition: this.#condition,
      ready: () => this.#ready(),
      get ended() {
        return ended();
      },
      keep: (loop) => void this.#keep(loop),
      wished: () => this.#details?.wake(),
      changed: this.#changed,
    };
  }

  async #keep(loop: () => Promise<void>): Promise<void> {
    const { jobs, timers } = this.#parts;
    while (!this.#ended) {
      try {
        return await loop();
      } catch (error) {
        jobs.failed('feeds', error);
        await new Promise<void>((resolve) => timers.after(MINUTE, resolve));
      }
    }
  }

  async #ready(): Promise<boolean> {
    if (this.#ended) return false;
    return this.#known.promise;
  }

  /** Whose credentials these are: at the start, every few hours, and with each new token. */
  async #identify(line: Line): Promise<void> {
    const { chance, clock } = this.#parts;
    const lane = line.lane(PRIORITY.live);
    let failures = 0;
    while (!this.#ended) {
      let wait = IDENTIFY_EVERY_MS;
      try {
        await this.#compare(() => lane.client.identify());
        failures = 0;
        this.#isKnown = true;
        this.#known.resolve(!this.#ended);
        this.#condition.worked('identity');
        wait = Math.min(wait, this.#untilRefresh(line, clock.now()));
        await line.keeper.token();
      } catch (error) {
        if (this.#ended) return;
        failures += 1;
        const trouble = troubleOf(error, this.#parts, this.shop);
        if (trouble) this.#condition.failed('identity', trouble);
        if (trouble?.code === 'shop-changed') this.#hold();
        wait = trouble?.fatal ? PROBE_MS : backOff(failures, chance());
      }
      if (this.#ended) return;
      await this.#identifying.sleep(wait);
    }
  }

  /** A token is renewed in time even when nothing else is asked for. */
  #untilRefresh({ keeper }: Line, now: number): number {
    const { kind, refreshEarlyMs } = this.shop.adapter.manifest.token;
    if (kind === 'static' || keeper.expiresAt === null) return Infinity;
    return Math.max(HOUR / 60, keeper.expiresAt - refreshEarlyMs - now);
  }

  async #compare(identify: () => Promise<{ identity: string }>): Promise<void> {
    const { store, clock } = this.#parts;
    let found: string;
    try {
      found = (await identify()).identity;
    } catch (error) {
      // A platform that does not tell whose token it is leaves nothing to compare.
      if (error instanceof ChannelError && error.code === 'unsupported') return;
      throw error;
    }
    // Some platforms tell it with the first order alone.
    if (found === '') return;
    const expected = store.connections.identity(this.shop);
    if (expected === null) store.transaction(() => store.connections.putIdentity(this.shop, found, clock.now()));
    else if (expected !== found) throw new ChannelError('shop-changed', { expected, found });
  }

  /** Nothing more is read or written until the credentials are those of this shop again. */
  #hold(): void {
    if (!this.#isKnown) return;
    this.#isKnown = false;
    this.#known = Promise.withResolvers<boolean>();
  }

  #recovered(): void {
    const { store, clock, condition } = this.#parts;
    try {
      store.transaction(() => store.wishes.wake(this.shop, clock.now()));
    } catch (error) {
      if (!condition.failed(error)) throw error;
    }
    this.pollNow();
  }
}
