import type { SourceId } from '#shared/channels.ts';
import { DAY, HOUR } from '#shared/time.ts';
import type { FeedHour, SampleStore } from './ports.ts';

type Figure = 'received' | 'polled' | 'failed' | 'refused' | 'orders';
export type FeedSum = Record<Figure, number> & { lastReceivedAt: number | null };

/** Messages, failures, refusals and new orders of each shop by hour, for the list of channels. Kept a day in memory. */
export class FeedFigures {
  readonly #hours = new Map<string, FeedHour>();
  readonly #changed = new Set<FeedHour>();

  load(rows: readonly FeedHour[]): void {
    this.#hours.clear();
    this.#changed.clear();
    for (const row of rows) this.#hours.set(keyOf(row.channel, row.shopId, row.hour), { ...row });
  }

  count(figure: Figure, channel: SourceId, shopId: string, at: number, by = 1): void {
    const hour = Math.floor(at / HOUR);
    const key = keyOf(channel, shopId, hour);
    let row = this.#hours.get(key);
    if (!row) {
      row = { channel, shopId, hour, received: 0, polled: 0, failed: 0, refused: 0, orders: 0, lastReceivedAt: null };
      this.#hours.set(key, row);
    }
    row[figure] += by;
    if (figure === 'received') row.lastReceivedAt = Math.max(row.lastReceivedAt ?? 0, at);
    this.#changed.add(row);
  }

  /** Sums of the last 24 hours. */
  lastDay(channel: SourceId, shopId: string, now: number): FeedSum {
    const sum: FeedSum = { received: 0, polled: 0, failed: 0, refused: 0, orders: 0, lastReceivedAt: null };
    const first = Math.floor((now - DAY) / HOUR) + 1;
    for (const row of this.#hours.values()) {
      if (row.channel !== channel || row.shopId !== shopId) continue;
      if (row.lastReceivedAt !== null) sum.lastReceivedAt = Math.max(sum.lastReceivedAt ?? 0, row.lastReceivedAt);
      if (row.hour < first) continue;
      for (const figure of ['received', 'polled', 'failed', 'refused', 'orders'] as const) sum[figure] += row[figure];
    }
    return sum;
  }

  /** Writes what changed since the last call, and forgets what is older than two days. */
  save(store: SampleStore, now: number): void {
    store.putFeed([...this.#changed]);
    this.#changed.clear();
    const oldest = Math.floor((now - 2 * DAY) / HOUR);
    for (const [key, row] of this.#hours) if (row.hour < oldest) this.#hours.delete(key);
  }
}

function keyOf(channel: string, shopId: string, hour: number): string {
  return `${hour}/${channel}/${shopId}`;
}
