import { MINUTE, SECOND } from '#shared/time.ts';

/** At most `calls` in any `perMs`. */
export interface CallLimit {
  calls: number;
  perMs: number;
}

const SMALLEST_SHARE = 0.05;
const LONGEST_PAUSE = 2 * MINUTE;

/**
 * Keeps calls under a limit and learns when the platform says "too fast": the rate halves at once and comes back a twentieth
 * of the limit per clean minute. Calls are spaced evenly, so that no window of the platform's ever sees more than its share.
 */
export class AdaptiveRate {
  readonly #limit: CallLimit;
  readonly #most: number;
  #share: number;
  #nextAt = 0;
  #pausedUntil = 0;
  #slowedInARow = 0;
  #raisedAt = 0;

  /** `share`: how much of the published limit is used at most. */
  constructor(limit: CallLimit, share = 0.8) {
    this.#limit = limit;
    this.#most = share;
    this.#share = share;
  }

  get perSecond(): number {
    return (this.#limit.calls * this.#share * SECOND) / this.#limit.perMs;
  }

  /** No call before this, because the platform asked for a pause. */
  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  /** Books the next call and answers how long it has to wait, in ms. */
  book(now: number): number {
    const at = Math.max(now, this.#nextAt, this.#pausedUntil);
    this.#nextAt = at + this.#limit.perMs / (this.#limit.calls * this.#share);
    return Math.ceil(at - now);
  }

  /** The platform refused a call for its rate; `retryAfterMs` as it said, null when it did not. */
  slowed(now: number, retryAfterMs: number | null): void {
    this.#slowedInARow += 1;
    this.#share = Math.max(SMALLEST_SHARE, this.#share / 2);
    this.#pausedUntil = now + Math.min(LONGEST_PAUSE, retryAfterMs ?? 2 * SECOND * 2 ** (this.#slowedInARow - 1));
    this.#raisedAt = now;
  }

  worked(now: number): void {
    this.#slowedInARow = 0;
    if (now - this.#raisedAt < MINUTE || this.#share >= this.#most) return;
    this.#raisedAt = now;
    this.#share = Math.min(this.#most, this.#share + 0.05);
  }
}
