import type { Clock, Timers } from './ports.ts';

export const systemClock: Clock = { now: () => Date.now() };

/**
 * Node counts a wait in 31 bits of milliseconds and ends a longer one at once. It is cut to that: whoever waits looks again after 24 days
 * instead of a thousand times a second.
 */
const LONGEST_WAIT = 2 ** 31 - 1;

/** Timers of the event loop; none of them keeps the process alive. */
export const systemTimers: Timers = {
  every(everyMs, task) {
    const timer = setInterval(task, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  },
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(delayMs, LONGEST_WAIT));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

interface Planned {
  at: number;
  order: number;
  everyMs: number | null;
  task: () => void;
}

/** The twin of clock and timers: time stands still until it is told to go on, and then everything due runs in order. */
export class ManualTime implements Clock, Timers {
  #now: number;
  #order = 0;
  readonly #planned = new Set<Planned>();

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  every(everyMs: number, task: () => void): () => void {
    return this.#plan({ at: this.#now + everyMs, order: (this.#order += 1), everyMs, task });
  }

  after(delayMs: number, task: () => void): () => void {
    return this.#plan({ at: this.#now + delayMs, order: (this.#order += 1), everyMs: null, task });
  }

  /** Moves time on to `at`, running each planned task at its own moment. Never goes back. */
  advanceTo(at: number): void {
    for (;;) {
      const next = this.#earliest();
      if (!next || next.at > at) break;
      this.#now = Math.max(this.#now, next.at);
      if (next.everyMs === null) this.#planned.delete(next);
      else next.at += next.everyMs;
      next.task();
    }
    this.#now = Math.max(this.#now, at);
  }

  /** When the next planned task is due; null when nothing is planned. */
  nextAt(): number | null {
    return this.#earliest()?.at ?? null;
  }

  advanceBy(ms: number): void {
    this.advanceTo(this.#now + ms);
  }

  #plan(planned: Planned): () => void {
    this.#planned.add(planned);
    return () => void this.#planned.delete(planned);
  }

  #earliest(): Planned | null {
    let earliest: Planned | null = null;
    for (const planned of this.#planned) {
      if (!earliest || planned.at < earliest.at || (planned.at === earliest.at && planned.order < earliest.order)) earliest = planned;
    }
    return earliest;
  }
}
