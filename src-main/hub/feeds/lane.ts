import type { ChannelAccess, ChannelClient } from '#main/channels/client.ts';
import { ChannelError } from '#main/channels/errors.ts';
import type { CallGroup } from '#main/channels/manifest.ts';
import type { Transport } from '#main/channels/transport.ts';
import type { PlatformClock } from '#main/feeds/clock.ts';
import type { Clock, Logger, Timers } from '../ports.ts';
import type { Shop } from '../shops.ts';
import { StoreError } from '../store-error.ts';
import type { Activity } from './activity.ts';
import { concealed, secretsOf } from './conceal.ts';
import type { Pacing, Priority } from './pacing.ts';
import type { TokenKeeper } from './token-keeper.ts';

export interface LaneParts {
  shop: Shop;
  transport: Transport;
  pacing: Pacing;
  keeper: TokenKeeper;
  platform: PlatformClock;
  activity: Activity;
  clock: Clock;
  timers: Timers;
  logger: Logger;
}

/** These manage the token or the connection themselves. */
const UNGUARDED = new Set<PropertyKey>(['refresh', 'exchange', 'stream']);

/** Between messages of a queue or connection nothing is under way: time may go on meanwhile. */
function waited(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timers.after(ms, done);
    signal.addEventListener('abort', done);
  });
}

/**
 * One user's way to a platform. Every call of its client waits for its turn by the lane's priority, teaches the platform's clock
 * and the rate, and, when the token ran out under it, is made once more with a new one.
 */
export class Lane {
  readonly client: ChannelClient;
  readonly #parts: LaneParts;
  #group: CallGroup = 'list';
  #token: string | null = null;
  #sentAt: number | null = null;
  #receivedAt: number | null = null;
  #answeredAt: number | null = null;

  /** Call only for a shop whose adapter has a client. */
  constructor(parts: LaneParts, priority: Priority) {
    this.#parts = parts;
    const { connect } = parts.shop.adapter;
    if (!connect) throw new ChannelError('unsupported');
    this.client = this.#guarded(connect(this.#access(priority)));
  }

  /** When the first request since the last call of this was sent; our clock. Null when none was. */
  takeSentAt(): number | null {
    const at = this.#sentAt;
    this.#sentAt = null;
    return at;
  }

  /** When the last answer was given, by the platform's own word; null: it does not say. */
  get answeredAt(): number | null {
    return this.#answeredAt;
  }

  /** When the last answer had come; our clock. Before the first it is now. */
  get receivedAt(): number {
    return this.#receivedAt ?? this.#parts.clock.now();
  }

  #access(priority: Priority): ChannelAccess {
    const { shop, keeper, pacing, transport, platform, activity, clock, timers } = this.#parts;
    return {
      shopId: shop.shopId,
      keys: shop.keys,
      options: shop.options,
      endpoint: shop.endpoint,
      token: async () => (this.#token = await keeper.token()),
      transport: {
        send: (request) =>
          activity.run(async () => {
            this.#sentAt ??= clock.now();
            const response = await transport.send(request);
            this.#receivedAt = response.receivedAt;
            this.#answeredAt = response.date;
            if (response.date !== null) platform.seen(response.date, response.sentAt, response.receivedAt);
            return response;
          }),
        close: () => transport.close(),
      },
      now: () => clock.now(),
      pace: (group) => {
        this.#group = group;
        return pacing.pace(group, priority);
      },
      wait: (ms, signal) => waited(timers, ms, signal),
    };
  }

  #guarded(inner: ChannelClient): ChannelClient {
    return new Proxy(inner, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        const called = (...args: unknown[]) => Reflect.apply(member, target, args) as Promise<unknown>;
        return (...args: unknown[]) =>
          this.#discreet(UNGUARDED.has(name) ? () => called(...args) : () => this.#call(() => called(...args)));
      },
    });
  }

  /** Nobody outside is told a secret of the shop, whatever the platform says. */
  async #discreet<T>(work: () => Promise<T>): Promise<T> {
    const { shop, keeper } = this.#parts;
    const before = keeper.tokens;
    try {
      return await work();
    } catch (error) {
      // The token may have been renewed meanwhile: either may have been sent.
      throw error instanceof ChannelError ? concealed(error, [...secretsOf(shop), ...before, ...keeper.tokens]) : error;
    }
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    const { keeper } = this.#parts;
    try {
      return await this.#once(work);
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'token-expired') throw error;
      await keeper.renew(this.#token);
      return this.#once(work);
    }
  }

  async #once<T>(work: () => Promise<T>): Promise<T> {
    const { pacing } = this.#parts;
    try {
      const value = await work();
      pacing.worked(this.#group);
      return value;
    } catch (error) {
      const known = this.#explained(error);
      if (known instanceof ChannelError && known.code === 'rate-limited') pacing.slowed(this.#group, known.details.retryAfterMs ?? null);
      throw known;
    }
  }

  /** Whatever an adapter throws is a ChannelError to everybody else. */
  #explained(error: unknown): unknown {
    const { shop, platform, logger } = this.#parts;
    if (error instanceof StoreError) return error;
    if (!(error instanceof ChannelError)) {
      logger.error({ err: error, channel: shop.channel, shop: shop.shopId }, 'an adapter threw');
      return new ChannelError('bad-answer');
    }
    if (error.code !== 'clock-skew' || error.details.clockOffMs !== undefined) return error;
    return new ChannelError('clock-skew', { ...error.details, clockOffMs: -platform.offset });
  }
}
