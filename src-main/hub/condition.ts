import type { LocalisedText } from '#shared/text.ts';
import type { Clock, Logger } from './ports.ts';
import { StoreError } from './store-error.ts';

/** Whether the store can be written, and how busy it was. One trouble is logged once, and its end once. */
export class StoreCondition {
  problem: { text: LocalisedText; code: string; since: number } | null = null;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #onChange: (problem: LocalisedText | null) => void;
  #seconds = new Float64Array(60);
  #second = 0;

  constructor(clock: Clock, logger: Logger, onChange: (problem: LocalisedText | null) => void) {
    this.#clock = clock;
    this.#logger = logger;
    this.#onChange = onChange;
  }

  /** Notes a refusal of the store; anything else is not the store's trouble. True when it was one. */
  failed(error: unknown): error is StoreError {
    if (!(error instanceof StoreError)) return false;
    if (this.problem?.code !== error.code) {
      this.#logger.error({ code: error.code }, `the store cannot be written: ${error.message}`);
      this.problem = { text: error.text, code: error.code, since: this.#clock.now() };
      this.#onChange(error.text);
    }
    return true;
  }

  worked(): void {
    if (!this.problem) return;
    this.#logger.info({ code: this.problem.code, ms: this.#clock.now() - this.problem.since }, 'the store can be written again');
    this.problem = null;
    this.#onChange(null);
  }

  /** Counts time spent writing, in milliseconds. */
  busy(ms: number): void {
    this.#forward();
    const slot = this.#second % 60;
    this.#seconds[slot] = (this.#seconds[slot] ?? 0) + ms;
  }

  /** Share of the last minute spent writing, 0 to 1. */
  load(): number {
    this.#forward();
    return Math.min(1, this.#seconds.reduce((sum, ms) => sum + ms, 0) / 60_000);
  }

  #forward(): void {
    const now = Math.floor(this.#clock.now() / 1_000);
    if (now - this.#second >= 60) this.#seconds.fill(0);
    else for (let second = this.#second + 1; second <= now; second += 1) this.#seconds[second % 60] = 0;
    this.#second = Math.max(now, this.#second);
  }
}
