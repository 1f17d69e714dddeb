import { HOUR, MINUTE } from '#shared/time.ts';
import type { PollTraits } from '#main/channels/manifest.ts';
import { backOff } from '#main/feeds/back-off.ts';
import { LiveReading } from '#main/feeds/live.ts';
import { WindowReader } from '#main/feeds/pages.ts';
import type { Window } from '#main/feeds/traits.ts';
import { backlogWindow, isBreak, isOutdated } from '#main/feeds/windows.ts';
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

/** What came of a window. `whole` false: it could not be read without a hole. */
interface WindowRead {
  whole: boolean;
  calls: number;
  entries: number;
}

/** Reads one list of a shop: what changes now, and beside it what was missed during a break. */
export class PollLoop {
  readonly #parts: ShopParts;
  readonly #traits: PollTraits;
  readonly #taking: Taking;
  readonly #live: Sleeper;
  readonly #later: Sleeper;
  /** Null before the first reading. */
  #reading: LiveReading | null;
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
    const checkpoint = store.checkpoints.all().find(own);
    this.#reading = checkpoint ? new LiveReading(checkpoint.through, traits) : null;
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
    if (!this.#reading) return null;
    return this.#backlogs.reduce((least, { through }) => Math.min(least, through), this.#reading.through);
  }

  get backlog(): Backlog | null {
    return this.#backlogs[0] ?? null;
  }

  /** Polls now instead of at its next time. */
  wake(): void {
    this.#live.wake();
    this.#later.wake();
  }

  /** Both loops, until the shop ends. */
  run(): void {
    const { keep } = this.#parts;
    keep(() => this.#loop(this.#live, this.scope, () => this.#readLive()));
    keep(() => this.#loop(this.#later, 'backlog', () => this.#readBacklog()));
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
    for (let reading = await this.#unbroken(now); ;) {
      // Up to the moment it began: what came while a call waited for its turn is the next reading's.
      const window = reading.next(now);
      if (!window || this.#parts.ended) break;
      // Its answers tell how late it is there, whichever of the clocks was set.
      if (window.part === 'beside') line.platform.forget();
      const { whole, entries } = await this.#readWindow(lane, window);
      if (!whole) throw new Error('The list could not be read whole.');
      if (window.part === 'beside') break;
      reading = await this.#save(reading.after(window, entries));
    }
    this.#lastPollAt = clock.now();
    this.#parts.monitor.polled(shop.channel, shop.shopId, this.#lastPollAt);
    this.#parts.changed();
    return this.#everyMs;
  }

  /** The reading to go on with. What a break left out becomes a backlog of its own, so that new orders never wait for old ones. */
  async #unbroken(platformNow: number): Promise<LiveReading> {
    const { shop, store, settings, intake } = this.#parts;
    const { furthestBackMs, lagMs, scope } = this.#traits;
    const before = this.#reading;
    if (before && !isBreak(before.through, platformNow, this.#traits)) return before;
    const to = platformNow - lagMs;
    const wanted = before ? before.certain : to - settings.firstReadHours * HOUR;
    const from = Math.max(wanted, to - furthestBackMs);
    const backlog = { channel: shop.channel, shopId: shop.shopId, scope, from, to, through: from };
    let id = 0;
    await intake.hand([], () => {
      if (from < to) id = store.checkpoints.openBacklog(backlog);
      store.checkpoints.save({ channel: shop.channel, shopId: shop.shopId, scope, through: to, goodAt: null });
    });
    if (from < to) this.#backlogs.push({ ...backlog, id });
    this.#reading = new LiveReading(to, this.#traits);
    this.#later.wake();
    this.#parts.changed();
    return this.#reading;
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
      if (!whole) throw new Error('The list could not be read whole.');
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

  /** Reads a closed window page by page, in halves where it is too deep. */
  async #readWindow(lane: Lane, first: Window): Promise<WindowRead> {
    const { clock, line } = this.#parts;
    const traits = this.#traits;
    const open = [first];
    const read: WindowRead = { whole: false, calls: 0, entries: 0 };
    for (let window = open.pop(); window; window = open.pop()) {
      const reader = new WindowReader(window, traits);
      while (reader.step.kind === 'ask') {
        if (this.#parts.ended) return read;
        lane.takeSentAt();
        const page = await lane.client.changed(this.scope, window, reader.step.mark);
        read.calls += 1;
        read.entries += page.entries.length;
        const observedAt = line.platform.at(lane.takeSentAt() ?? clock.now());
        const { answeredAt } = lane;
        await this.#taking.page(page.entries, { traits, to: window.to, observedAt, receivedAt: lane.receivedAt });
        // What was told counts, but another answer has to say that it is all.
        if (answeredAt !== null && isOutdated(answeredAt, window, traits)) return read;
        reader.answered({ count: page.entries.length, total: page.total, next: page.next });
      }
      if (reader.step.kind === 'split') open.push(reader.step.windows[1], reader.step.windows[0]);
      else if (!reader.step.whole) return read;
    }
    return { ...read, whole: true };
  }

  /** Moves on, with the checkpoint. */
  async #save(reading: LiveReading): Promise<LiveReading> {
    const { shop, store, clock, intake } = this.#parts;
    const { channel, shopId } = shop;
    const checkpoint = { channel, shopId, scope: this.scope, through: reading.checkpoint, goodAt: clock.now() };
    await intake.hand([], () => store.checkpoints.save(checkpoint));
    this.#reading = reading;
    return reading;
  }
}
