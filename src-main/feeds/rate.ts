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
  #seenAt = 0;

  /** `share`: how much of the published limit is used at most. */
  constructor(limit: CallLimit, share = 0.8) {
    this.#limit = limit;
    this.#most = share;
    this.#share = share;
  }

  get perSecond(): number {
    return (this.#limit.calls * this.#share * SECOND) / this.#limit.perMs;
  }

  /** No call for so many ms, because the platform asked for a pause; 0: none was asked for. */
  pauseLeft(now: number): number {
    this.#follow(now);
    return Math.max(0, this.#pausedUntil - now);
  }

  /** Books the next call and answers how long it has to wait, in ms. */
  book(now: number): number {
    this.#follow(now);
    const at = Math.max(now, this.#nextAt, this.#pausedUntil);
    this.#nextAt = at + this.#limit.perMs / (this.#limit.calls * this.#share);
    return Math.ceil(at - now);
  }

  /**
   * The platform refused a call for its rate; `retryAfterMs` as it said, null when it did not. Calls that were under way together
   * are refused together: whatever comes during the pause it caused is the same refusal.
   */
  slowed(now: number, retryAfterMs: number | null): void {
    if (this.pauseLeft(now) > 0) {
      this.#pausedUntil = Math.max(this.#pausedUntil, now + Math.min(LONGEST_PAUSE, retryAfterMs ?? 0));
      return;
    }
    this.#slowedInARow += 1;
    this.#share = Math.max(SMALLEST_SHARE, this.#share / 2);
    this.#pausedUntil = now + Math.min(LONGEST_PAUSE, retryAfterMs ?? 2 * SECOND * 2 ** (this.#slowedInARow - 1));
    this.#raisedAt = now;
  }

  worked(now: number): void {
    this.#follow(now);
    this.#slowedInARow = 0;
    if (now - this.#raisedAt < MINUTE || this.#share >= this.#most) return;
    this.#raisedAt = now;
    this.#share = Math.min(this.#most, this.#share + 0.05);
  }

  /** A clock that was set back takes what was booked with it: otherwise a call would wait as long as it was set back. */
  #follow(now: number): void {
    const back = Math.max(0, this.#seenAt - now);
    this.#nextAt -= back;
    this.#pausedUntil -= back;
    this.#raisedAt -= back;
    this.#seenAt = now;
  }
}
