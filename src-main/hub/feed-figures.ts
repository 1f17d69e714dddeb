import type { SourceId } from '#shared/channels.ts';
import { DAY, HOUR } from '#shared/time.ts';
import type { FeedHour, SampleStore } from './ports.ts';

type Figure = 'received' | 'polled' | 'failed' | 'refused' | 'orders';
export type FeedSum = Record<Figure, number> & { lastReceivedAt: number | null };

const FIGURES: readonly Figure[] = ['received', 'polled', 'failed', 'refused', 'orders'];

/**
 * Messages, failures, refusals and new orders of each shop by hour, for the list of channels. Kept two days in memory and written
 * every minute; what came after that and before a crash is counted from the messages and orders themselves. Only refusals, which
 * leave nothing behind, can be lost by one.
 */
export class FeedFigures {
  readonly #hours = new Map<string, FeedHour>();
  #changed = new Set<FeedHour>();
  #written = new Set<FeedHour>();

  /** `kept`: as they were written last; `since`: what came after that. */
  load(kept: readonly FeedHour[], since: readonly FeedHour[]): void {
    this.#hours.clear();
    this.#changed.clear();
    this.#written.clear();
    for (const row of kept) this.#hours.set(keyOf(row.channel, row.shopId, row.hour), { ...row });
    for (const more of since) {
      const row = this.#row(more.channel, more.shopId, more.hour);
      for (const figure of FIGURES) row[figure] += more[figure];
      if (more.lastReceivedAt !== null) row.lastReceivedAt = Math.max(row.lastReceivedAt ?? 0, more.lastReceivedAt);
      this.#changed.add(row);
    }
  }

  count(figure: Figure, channel: SourceId, shopId: string, at: number, by = 1): void {
    const row = this.#row(channel, shopId, Math.floor(at / HOUR));
    row[figure] += by;
    if (figure === 'received') row.lastReceivedAt = Math.max(row.lastReceivedAt ?? 0, at);
    this.#changed.add(row);
  }

  #row(channel: SourceId, shopId: string, hour: number): FeedHour {
    const key = keyOf(channel, shopId, hour);
    let row = this.#hours.get(key);
    if (!row) {
      row = { channel, shopId, hour, received: 0, polled: 0, failed: 0, refused: 0, orders: 0, lastReceivedAt: null };
      this.#hours.set(key, row);
    }
    return row;
  }

  /** Sums of the last 24 hours. */
  lastDay(channel: SourceId, shopId: string, now: number): FeedSum {
    const sum: FeedSum = { received: 0, polled: 0, failed: 0, refused: 0, orders: 0, lastReceivedAt: null };
    const first = Math.floor((now - DAY) / HOUR) + 1;
    for (const row of this.#hours.values()) {
      if (row.channel !== channel || row.shopId !== shopId) continue;
      if (row.lastReceivedAt !== null) sum.lastReceivedAt = Math.max(sum.lastReceivedAt ?? 0, row.lastReceivedAt);
      if (row.hour < first) continue;
      for (const figure of FIGURES) sum[figure] += row[figure];
    }
    return sum;
  }

  /**
   * Writes what changed and forgets what is older than two days; call inside a transaction. Whether it commits is known to the
   * caller alone, so what one call wrote the next writes again.
   */
  save(store: SampleStore, now: number): void {
    store.putFeed([...new Set([...this.#written, ...this.#changed])]);
    this.#written = this.#changed;
    this.#changed = new Set();
    const oldest = Math.floor((now - 2 * DAY) / HOUR);
    for (const [key, row] of this.#hours) if (row.hour < oldest) this.#hours.delete(key);
  }
}

function keyOf(channel: string, shopId: string, hour: number): string {
  return `${hour}/${channel}/${shopId}`;
}
