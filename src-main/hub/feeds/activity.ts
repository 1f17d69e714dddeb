import type { Timers } from '../ports.ts';

/**
 * Counts what is on the wire or on its way to the disk, so that simulated time moves on only when everything that could happen
 * now has happened. Whatever runs between two such waits runs through in one turn and needs no counting.
 */
export class Activity {
  #busy = 0;
  #idle: (() => void)[] = [];
  readonly #defer: (task: () => void) => void;

  constructor(defer: (task: () => void) => void) {
    this.#defer = defer;
  }

  /** For work that ends by itself, not by a timer. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      if (this.#busy === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }

  /** Resolves when nothing is under way but waiting for a timer. */
  async settled(): Promise<void> {
    for (;;) {
      while (this.#busy > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
      // What just ended may have handed on to something that begins in the same turn.
      await new Promise<void>((resolve) => this.#defer(resolve));
      if (this.#busy === 0) return;
    }
  }
}

/** Lets one loop wait for a moment or for news, whichever comes first. */
export class Sleeper {
  readonly #timers: Timers;
  #wake: (() => void) | null = null;
  #woken = false;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** `Infinity` waits for `wake` alone. News that came since the last sleep ends it at once. */
  sleep(ms: number): Promise<void> {
    if (this.#woken) {
      this.#woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      let cancel = () => {};
      const done = () => {
        if (this.#wake !== done) return;
        this.#wake = null;
        cancel();
        resolve();
      };
      this.#wake = done;
      if (ms !== Infinity) cancel = this.#timers.after(Math.max(0, ms), done);
    });
  }

  wake(): void {
    if (this.#wake) this.#wake();
    else this.#woken = true;
  }
}
