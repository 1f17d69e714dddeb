import type { EventName, EventPayload, StreamEvent, StreamPosition } from '#shared/contract/index.ts';

/**
 * Numbered events to every subscriber, with a bounded memory so that a short gap is bridged without new snapshots.
 * While nobody has listened for a while nothing is built: only the number moves on, and whoever comes back resyncs.
 */
export class EventStream {
  readonly epoch: string;
  #seq = 0;
  #listeners = new Set<(event: StreamEvent) => void>();
  #held: StreamEvent[] = [];
  /** Positions before this can no longer be bridged. */
  #floor = 0;
  #idleSince: number | null;
  readonly #capacity: number;
  readonly #now: () => number;

  /** `capacity`: events kept for resuming. `now`: epoch ms. */
  constructor(epoch: string, capacity: number, now: () => number) {
    this.epoch = epoch;
    this.#capacity = capacity;
    this.#now = now;
    this.#idleSince = 0;
  }

  get seq(): number {
    return this.#seq;
  }

  /** True while events reach somebody, or somebody who just left may come back. */
  get wanted(): boolean {
    return this.#idleSince === null || this.#now() - this.#idleSince < 60_000;
  }

  publish<N extends EventName>(name: N, payload: EventPayload<N>): void {
    this.#seq += 1;
    const event = { epoch: this.epoch, seq: this.#seq, name, payload } as StreamEvent;
    this.#held.push(event);
    if (this.#held.length > this.#capacity * 2) this.#held.splice(0, this.#held.length - this.#capacity);
    for (const listener of this.#listeners) listener(event);
  }

  /** Notes that something happened which nobody was told. */
  skip(): void {
    this.#seq += 1;
    this.#floor = this.#seq;
    this.#held = [];
  }

  subscribe(listener: (event: StreamEvent) => void): () => void {
    this.#listeners.add(listener);
    this.#idleSince = null;
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#idleSince = this.#now();
    };
  }

  /** Events after a position; one `resync` when some of them are gone or belong to another run. */
  resume(position: StreamPosition): StreamEvent[] {
    if (position === null) return [];
    const oldest = (this.#held[0]?.seq ?? this.#seq + 1) - 1;
    if (position.epoch !== this.epoch || position.seq > this.#seq || position.seq < Math.max(oldest, this.#floor)) {
      return [{ epoch: this.epoch, seq: this.#seq, name: 'resync', payload: {} }];
    }
    return this.#held.filter((event) => event.seq > position.seq);
  }
}
