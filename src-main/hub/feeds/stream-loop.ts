import { SECOND } from '#shared/time.ts';
import type { PushMessage } from '#main/channels/channel.ts';
import { backOff } from '#main/feeds/back-off.ts';
import type { NewMessage } from '../ports.ts';
import { Sleeper } from './activity.ts';
import { troubleOf } from './failure.ts';
import { PRIORITY } from './pacing.ts';
import { PROBE_MS } from './poll-loop.ts';
import type { ShopParts } from './shop-parts.ts';

/** An empty message queue is asked again after this. */
const PAUSE_MS = 2 * SECOND;

/** Keeps a shop's long connection or message queue open and takes in what comes; confirmed only after it is on disk. */
export class StreamLoop {
  readonly #parts: ShopParts;
  readonly #sleeper: Sleeper;
  readonly #end = new AbortController();
  #open = false;

  constructor(parts: ShopParts) {
    this.#parts = parts;
    this.#sleeper = new Sleeper(parts.timers);
  }

  get open(): boolean {
    return this.#open;
  }

  run(): void {
    this.#parts.keep(() => this.#loop());
  }

  stop(): void {
    this.#end.abort();
    this.#sleeper.wake();
  }

  async #loop(): Promise<void> {
    const { line, shopCondition, chance } = this.#parts;
    const lane = line.lane(PRIORITY.live);
    let failures = 0;
    while (await this.#parts.ready()) {
      let wait = PAUSE_MS;
      try {
        this.#show(true);
        await lane.client.stream?.((messages) => this.#take(messages), this.#end.signal);
        failures = 0;
        shopCondition.worked('stream');
      } catch (error) {
        if (this.#parts.ended) return;
        this.#show(false);
        failures += 1;
        const trouble = troubleOf(error, this.#parts, this.#parts.shop);
        if (trouble?.code === 'token-expired') await line.keeper.renew(null).catch(() => undefined);
        else if (trouble) shopCondition.failed('stream', trouble);
        wait = trouble?.fatal ? PROBE_MS : backOff(failures, chance());
      }
      if (this.#parts.ended) return;
      await this.#sleeper.sleep(wait);
    }
  }

  async #take(messages: readonly PushMessage[]): Promise<void> {
    const { shop, clock, intake, shopCondition } = this.#parts;
    const receivedAt = clock.now();
    await intake.hand(
      messages.map(({ deliveryId, topic, body }): NewMessage => ({
        channel: shop.channel,
        shopId: shop.shopId,
        deliveryId,
        topic,
        origin: 'stream',
        receivedAt,
        observedAt: null,
        body,
      })),
    );
    shopCondition.worked('stream');
  }

  #show(open: boolean): void {
    if (open === this.#open) return;
    this.#open = open;
    this.#parts.changed();
  }
}
