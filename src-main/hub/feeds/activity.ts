import { AsyncLocalStorage } from 'node:async_hooks';
import type { Timers } from '../ports.ts';

/**
 * Counts what is under way, so that simulated time moves on only when everything that could happen now has happened. What runs
 * inside something that is counted already is a part of it: a wait deep down lets the whole of it rest.
 */
export class Activity {
  readonly #counted = new AsyncLocalStorage<true>();
  #busy = 0;
  #idle: (() => void)[] = [];
  readonly #defer: (task: () => void) => void;

  constructor(defer: (task: () => void) => void) {
    this.#defer = defer;
  }

  begin(): void {
    this.#busy += 1;
  }

  end(): void {
    this.#busy -= 1;
    if (this.#busy > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#counted.getStore()) return work();
    this.begin();
    try {
      return await this.#counted.run(true, work);
    } finally {
      this.end();
    }
  }

  /** Resolves when nothing is under way but waiting for a timer. */
  async settled(): Promise<void> {
    for (;;) {
      while (this.#busy > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
      // What just ended may have handed on to something that begins in the next turn.
      await new Promise<void>((resolve) => this.#defer(resolve));
      if (this.#busy === 0) return;
    }
  }
}

/** Lets one loop wait for a moment or for news, whichever comes first. Call `sleep` only inside an activity: it rests meanwhile. */
export class Sleeper {
  readonly #activity: Activity;
  readonly #timers: Timers;
  #wake: (() => void) | null = null;
  #woken = false;

  constructor(activity: Activity, timers: Timers) {
    this.#activity = activity;
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
        this.#activity.begin();
        resolve();
      };
      this.#wake = done;
      if (ms !== Infinity) cancel = this.#timers.after(Math.max(0, ms), done);
      this.#activity.end();
    });
  }

  wake(): void {
    if (this.#wake) this.#wake();
    else this.#woken = true;
  }
}
