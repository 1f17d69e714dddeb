import { HOUR, MINUTE } from '#shared/time.ts';
import type { PollTraits } from '#main/channels/manifest.ts';
import { backOff } from '#main/feeds/back-off.ts';
import { WindowReader } from '#main/feeds/pages.ts';
import type { Window } from '#main/feeds/traits.ts';
import { backlogWindow, isBreak, liveWindow } from '#main/feeds/windows.ts';
import type { Backlog } from '../feed-ports.ts';
import { Sleeper } from './activity.ts';
import { troubleOf } from './failure.ts';
import type { Lane } from './lane.ts';
import { PRIORITY } from './pacing.ts';
import type { ShopParts } from './shop-parts.ts';
import { Taking } from './taking.ts';

/** A shop that needs an administrator is tried this often, in case it was repaired elsewhere. */
export const PROBE_MS = 5 * MINUTE;
/** Calls for one piece of a backlog: more, and the pieces get shorter. */
const MANY_CALLS = 20;

/** Reads one list of a shop: what changes now, and beside it what was missed during a break. */
export class PollLoop {
  readonly #parts: ShopParts;
  readonly #traits: PollTraits;
  readonly #taking: Taking;
  readonly #live: Sleeper;
  readonly #later: Sleeper;
  #through: number | null;
  #backlogs: Backlog[];
  #spanMs: number;
  #lastPollAt: number | null = null;

  constructor(parts: ShopParts, traits: PollTraits) {
    this.#parts = parts;
    this.#traits = traits;
    this.#taking = new Taking(parts);
    this.#live = new Sleeper(parts.timers);
    this.#later = new Sleeper(parts.timers);
    const { shop, store } = parts;
    const own = (row: { channel: string; shopId: string; scope: string }) =>
      row.channel === shop.channel && row.shopId === shop.shopId && row.scope === traits.scope;
    this.#through = store.checkpoints.all().find(own)?.through ?? null;
    this.#backlogs = store.checkpoints.backlogs().filter(own);
    this.#spanMs = Math.max(HOUR, 3 * traits.overlapMs);
  }

  get scope(): PollTraits['scope'] {
    return this.#traits.scope;
  }

  get lastPollAt(): number | null {
    return this.#lastPollAt;
  }

  /** Every change before this is here or wished for; null before the first reading. */
  get through(): number | null {
    return this.#backlogs.reduce((least, { through }) => (least === null ? through : Math.min(least, through)), this.#through);
  }

  get backlog(): Backlog | null {
    return this.#backlogs[0] ?? null;
  }

  /** Polls now instead of at its next time. */
  wake(): void {
    this.#live.wake();
    this.#later.wake();
  }

  /** Both loops, until the shop ends. Never rejects. */
  run(): void {
    void this.#loop(this.#live, this.scope, () => this.#readLive());
    void this.#loop(this.#later, 'backlog', () => this.#readBacklog());
  }

  async #loop(sleeper: Sleeper, source: 'orders' | 'refunds' | 'backlog', read: () => Promise<number>): Promise<void> {
    const { shopCondition, chance } = this.#parts;
    let failures = 0;
    while (await this.#parts.ready()) {
      let wait: number;
      try {
        wait = await read();
        failures = 0;
        shopCondition.worked(source);
      } catch (error) {
        if (this.#parts.ended) return;
        failures += 1;
        const trouble = troubleOf(error, this.#parts, this.#parts.shop);
        if (trouble) shopCondition.failed(source, trouble);
        wait = trouble?.fatal ? PROBE_MS : Math.min(backOff(failures, chance()), this.#everyMs);
      }
      if (this.#parts.ended) return;
      await sleeper.sleep(wait);
    }
  }

  get #everyMs(): number {
    const { shop, settings } = this.#parts;
    const seconds = shop.options['pollSeconds'];
    return typeof seconds === 'number' && seconds >= 1 && seconds <= 60 ? seconds * 1_000 : settings.pollEveryMs;
  }

  /** Everything new up to now. Answers the wait until the next time. */
  async #readLive(): Promise<number> {
    const { clock, line, shop } = this.#parts;
    const lane = (this.#lanes.live ??= line.lane(PRIORITY.live));
    const now = line.platform.at(clock.now());
    if (this.#through === null || isBreak(this.#through, now, this.#traits)) await this.#catchUpLater(now);
    for (;;) {
      // Up to the moment it began: what came while a call waited for its turn is the next reading's.
      const window = liveWindow(this.#through as number, now, this.#traits);
      if (!window || this.#parts.ended) break;
      const { whole } = await this.#readWindow(lane, window);
      if (!whole) throw new Error('The list kept growing.');
      await this.#save(window.to);
    }
    this.#lastPollAt = clock.now();
    this.#parts.monitor.polled(shop.channel, shop.shopId, this.#lastPollAt);
    this.#parts.changed();
    return this.#everyMs;
  }

  /** What lies between the last checkpoint and now becomes a backlog of its own, so that new orders never wait for old ones. */
  async #catchUpLater(platformNow: number): Promise<void> {
    const { shop, store, settings, intake } = this.#parts;
    const { overlapMs, furthestBackMs, lagMs, scope } = this.#traits;
    const to = platformNow - lagMs;
    const wanted = this.#through === null ? to - settings.firstReadHours * HOUR : this.#through - overlapMs;
    const from = Math.max(wanted, to - furthestBackMs);
    const backlog = { channel: shop.channel, shopId: shop.shopId, scope, from, to, through: from };
    let id = 0;
    await intake.hand([], () => {
      if (from < to) id = store.checkpoints.openBacklog(backlog);
      store.checkpoints.save({ channel: shop.channel, shopId: shop.shopId, scope, through: to, goodAt: null });
    });
    if (from < to) this.#backlogs.push({ ...backlog, id });
    this.#through = to;
    this.#later.wake();
    this.#parts.changed();
  }

  /** One piece of the oldest backlog; with none left it rests until there is one. */
  async #readBacklog(): Promise<number> {
    const { line, store, intake } = this.#parts;
    const [backlog] = this.#backlogs;
    if (!backlog) return Infinity;
    const window = backlogWindow(backlog, this.#spanMs, this.#traits);
    if (window) {
      const lane = (this.#lanes.backlog ??= line.lane(PRIORITY.backlog));
      const { whole, calls } = await this.#readWindow(lane, window);
      if (!whole) throw new Error('The list kept growing.');
      this.#fitSpan(calls);
    }
    const through = window?.to ?? backlog.to;
    await intake.hand([], () => store.checkpoints.moveBacklog(backlog.id, through));
    backlog.through = through;
    if (through >= backlog.to) this.#backlogs = this.#backlogs.filter((other) => other !== backlog);
    this.#parts.changed();
    return 0;
  }

  #fitSpan(calls: number): void {
    const { maxSpanMs, overlapMs } = this.#traits;
    const least = Math.min(maxSpanMs, 3 * overlapMs);
    const next = calls > MANY_CALLS ? this.#spanMs / 2 : this.#spanMs * 2;
    this.#spanMs = Math.round(Math.min(maxSpanMs, Math.max(least, next)));
  }

  readonly #lanes: { live?: Lane; backlog?: Lane } = {};

  /** Reads a closed window page by page, in halves where it is too deep. `whole` false: it could not be read without a hole. */
  async #readWindow(lane: Lane, first: Window): Promise<{ whole: boolean; calls: number }> {
    const { clock, line } = this.#parts;
    const open = [first];
    let calls = 0;
    for (let window = open.pop(); window; window = open.pop()) {
      const reader = new WindowReader(window, this.#traits);
      while (reader.step.kind === 'ask') {
        if (this.#parts.ended) return { whole: false, calls };
        lane.takeSentAt();
        const page = await lane.client.changed(this.scope, window, reader.step.mark);
        calls += 1;
        await this.#taking.page(page.entries, line.platform.at(lane.takeSentAt() ?? clock.now()));
        reader.answered({ count: page.entries.length, total: page.total, next: page.next });
      }
      if (reader.step.kind === 'split') open.push(reader.step.windows[1], reader.step.windows[0]);
      else if (!reader.step.whole) return { whole: false, calls };
    }
    return { whole: true, calls };
  }

  async #save(through: number): Promise<void> {
    const { shop, store, clock, intake } = this.#parts;
    const checkpoint = { channel: shop.channel, shopId: shop.shopId, scope: this.scope, through, goodAt: clock.now() };
    await intake.hand([], () => store.checkpoints.save(checkpoint));
    this.#through = Math.max(this.#through ?? 0, through);
  }
}
