import { readdirSync, readFileSync } from 'node:fs';

/**
 * How long the threads of this process were ready to run and had to wait for a processor: on a busy machine the difference between the
 * clock and the processor time. Linux only, elsewhere 0. Source: Documentation/scheduler/sched-stats.rst of the kernel, "schedstat".
 */
export class ProcessorWait {
  readonly #before = new Map<string, number>();
  readonly #latest = new Map<string, number>();

  constructor() {
    this.#read(this.#before);
  }

  /** Threads that end take their figure with them: look often. */
  look(): void {
    this.#read(this.#latest);
  }

  get seconds(): number {
    let nanoseconds = 0;
    for (const [thread, waited] of this.#latest) nanoseconds += waited - (this.#before.get(thread) ?? 0);
    return nanoseconds / 1e9;
  }

  #read(into: Map<string, number>): void {
    try {
      for (const thread of readdirSync('/proc/self/task')) {
        into.set(thread, Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1]));
      }
    } catch {
      // Another system, or a thread that ended between the two reads: what was seen before stands.
    }
  }
}
