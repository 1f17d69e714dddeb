import type { ChannelId } from '#shared/channels.ts';
import type { Beat, Lane } from '#shared/pulse.ts';
import type { LocalisedText } from '#shared/text.ts';
import { MINUTE } from '#shared/time.ts';
import { PercentileWindow, percentile, RateCounter } from './vitals.ts';

export interface LaneSettings {
  /** A feed is never called silent before this, however dense it usually is. */
  leastGapMs: number;
  /** Silent after this many times the usual gap between two messages; quiet at half. */
  gapFactor: number;
}

export const DEFAULT_LANE_SETTINGS: LaneSettings = { leastGapMs: 5 * MINUTE, gapFactor: 6 };

/** A shop whose feed has a lane of its own. */
export interface LaneShop {
  channel: ChannelId;
  shopId: string;
  name: string;
  /** False: neither push nor poll is configured, so silence says nothing. */
  feed: boolean;
}

/** Length of the trace, and of the window every figure of a lane is taken over. */
const TRACE = 5 * MINUTE;
/** Beats kept per lane: more than a screen has pixels. The figures count all of them. */
const TRACE_BEATS = 3_000;
const REMEMBERED_GAPS = 64;
/** With fewer gaps nothing is known of a feed's habits, and silence is no alarm yet. */
const LEAST_GAPS = 8;

/** The lanes of the monitor (G6): per shop its beat, rate, delay, held share and whether its feed is alive (G4). */
export class Lanes {
  readonly #settings: LaneSettings;
  #lanes = new Map<string, LaneState>();
  #rate = new RateCounter(TRACE);

  constructor(settings: Partial<LaneSettings> = {}) {
    this.#settings = { ...DEFAULT_LANE_SETTINGS, ...settings };
  }

  /** Opens a lane, or renames it. */
  open(shop: LaneShop): void {
    const lane = this.#lanes.get(keyOf(shop));
    if (lane) lane.shop = shop;
    else this.#lanes.set(keyOf(shop), new LaneState(shop));
  }

  /**
   * A first-seen order. `syncDelayMs` is the time from the change at the platform until it was on disk here; null where
   * the platform's time is unknown. Beats come in the order they happened.
   */
  beat(beat: Beat, syncDelayMs: number | null): void {
    this.#rate.add(beat.at);
    const lane = this.#laneOf(beat);
    lane.heard(beat.at);
    lane.beat(beat, syncDelayMs);
  }

  /** Any other message of a shop: it proves that the feed is alive. */
  heard(channel: ChannelId, shopId: string, at: number): void {
    this.#laneOf({ channel, shopId }).heard(at);
  }

  /** The platform answered, even if it had nothing to tell: it says that the feed is alive, nothing about its habits. */
  alive(channel: ChannelId, shopId: string, at: number): void {
    this.#laneOf({ channel, shopId }).alive(at);
  }

  /** Why a feed stands still; null: it goes on. It counts as silent at once. */
  trouble(channel: ChannelId, shopId: string, problem: LocalisedText | null): void {
    this.#laneOf({ channel, shopId }).problem = problem;
  }

  close({ channel, shopId }: { channel: ChannelId; shopId: string }): void {
    this.#lanes.delete(keyOf({ channel, shopId }));
  }

  /** Orders of all lanes a minute, over the same five minutes as each lane, so that the figures add up. */
  ordersPerMinute(now: number): number {
    return this.#rate.perMinute(now);
  }

  /** Every lane, in the order they were opened. */
  lanes(now: number): Lane[] {
    return [...this.#lanes.values()].map((lane) => lane.show(now, this.#settings));
  }

  /** The beats of the five minutes before `now`, oldest first. */
  beats(now: number): Beat[] {
    return [...this.#lanes.values()].flatMap((lane) => lane.trace(now)).sort((a, b) => a.at - b.at);
  }

  /** A shop that was never opened has a lane of its own all the same: its orders are seen, not dropped. */
  #laneOf({ channel, shopId }: { channel: ChannelId; shopId: string }): LaneState {
    const key = keyOf({ channel, shopId });
    let lane = this.#lanes.get(key);
    if (!lane) this.#lanes.set(key, (lane = new LaneState({ channel, shopId, name: shopId, feed: true })));
    return lane;
  }
}

class LaneState {
  shop: LaneShop;
  problem: LocalisedText | null = null;
  #beats: Beat[] = [];
  #lastBeatAt: number | null = null;
  #lastHeardAt: number | null = null;
  #aliveAt: number | null = null;
  #gaps: number[] = [];
  #nextGap = 0;
  #orders = new RateCounter(TRACE);
  #held = new RateCounter(TRACE);
  #delay = new PercentileWindow(TRACE);

  constructor(shop: LaneShop) {
    this.shop = shop;
  }

  heard(at: number): void {
    if (this.#lastHeardAt !== null && at > this.#lastHeardAt) {
      this.#gaps[this.#nextGap] = at - this.#lastHeardAt;
      this.#nextGap = (this.#nextGap + 1) % REMEMBERED_GAPS;
    }
    this.#lastHeardAt = Math.max(at, this.#lastHeardAt ?? at);
  }

  alive(at: number): void {
    this.#aliveAt = Math.max(at, this.#aliveAt ?? at);
  }

  beat(beat: Beat, syncDelayMs: number | null): void {
    this.#lastBeatAt = Math.max(beat.at, this.#lastBeatAt ?? beat.at);
    this.#orders.add(beat.at);
    if (beat.held !== 'none') this.#held.add(beat.at);
    if (syncDelayMs !== null) this.#delay.add(beat.at, Math.max(0, syncDelayMs));
    this.#beats.push(beat);
    // Trimmed by the block, so that keeping the trace short costs nothing per beat.
    if (this.#beats.length > 2 * TRACE_BEATS) this.#beats = this.#beats.slice(-TRACE_BEATS);
  }

  trace(now: number): Beat[] {
    return this.#beats.filter((beat) => beat.at > now - TRACE && beat.at <= now).slice(-TRACE_BEATS);
  }

  show(now: number, settings: LaneSettings): Lane {
    const orders = this.#orders.sum(now);
    return {
      channel: this.shop.channel,
      shopId: this.shop.shopId,
      name: this.shop.name,
      liveness: this.#liveness(now, settings),
      lastBeatAt: this.#lastBeatAt,
      ordersPerMinute: this.#orders.perMinute(now),
      syncDelayP95Ms: this.#delay.at(0.95, now),
      heldShare: orders > 0 ? this.#held.sum(now) / orders : 0,
      ...(this.problem && { problem: this.problem }),
    };
  }

  #liveness(now: number, { leastGapMs, gapFactor }: LaneSettings): Lane['liveness'] {
    if (!this.shop.feed) return 'off';
    if (this.problem) return 'silent';
    const lastAt = Math.max(this.#lastHeardAt ?? 0, this.#aliveAt ?? 0);
    if (lastAt === 0) return 'quiet';
    const usual = percentile(this.#gaps, 0.5) ?? 0;
    const limit = Math.max(leastGapMs, gapFactor * usual);
    const silence = now - lastAt;
    if (silence > limit) return this.#gaps.length < LEAST_GAPS ? 'quiet' : 'silent';
    return silence > limit / 2 ? 'quiet' : 'live';
  }
}

function keyOf({ channel, shopId }: { channel: ChannelId; shopId: string }): string {
  return `${channel}/${shopId}`;
}
