import { SECOND } from '#shared/time.ts';
import type { StoreCondition } from '../condition.ts';
import type { HotState } from '../hot-state.ts';
import type { Clock, Logger, Store } from '../ports.ts';
import type { RuleBook } from './rule-book.ts';

export interface WindowHistoryParts {
  store: Store;
  hot: HotState;
  book: RuleBook;
  clock: Clock;
  condition: StoreCondition;
  logger: Logger;
  /** Runs a task in a later turn of the event loop. */
  defer(task: () => void): void;
  /** Calls `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): () => void;
}

/** Orders read in one turn of the event loop. */
const TOGETHER = 200;
/** Until the store is tried again. */
const PAUSE_MS = SECOND;

/**
 * Gives windows of a newly published set their past: what is shorter than what is counted already is known at once, the rest is
 * read from the stored orders, newest first, a few at a time beside the live messages. Until a window has all it spans its field
 * is unknown, never a count that is too small.
 */
export class WindowHistory {
  readonly #parts: WindowHistoryParts;
  #scheduled = false;
  #stopped = false;
  #place: { createdAt: number; id: number } | null = null;
  #idle: (() => void)[] = [];

  constructor(parts: WindowHistoryParts) {
    this.#parts = parts;
    parts.book.onChange(() => this.#changed());
  }

  /** Resolves when every window is known. */
  settled(): Promise<void> {
    return this.#scheduled ? new Promise((resolve) => this.#idle.push(resolve)) : Promise.resolve();
  }

  stop(): void {
    this.#stopped = true;
    this.#rest();
  }

  #changed(): void {
    const { hot, book, clock } = this.#parts;
    hot.windows.use(book.current.windows, clock.now());
    this.#place = null;
    this.#plan();
  }

  #plan(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    this.#parts.defer(() => this.#turn());
  }

  #rest(): void {
    this.#scheduled = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #turn(): void {
    if (this.#stopped) return;
    try {
      if (this.#read()) return this.#rest();
    } catch (error) {
      if (!this.#parts.condition.failed(error))
        this.#parts.logger.error({ err: error }, 'the past of a window could not be read; tried again');
      this.#parts.after(PAUSE_MS, () => this.#turn());
      return;
    }
    this.#parts.defer(() => this.#turn());
  }

  /** The next orders; true when nothing is missing any more. */
  #read(): boolean {
    const { store, hot, clock } = this.#parts;
    const now = clock.now();
    const { windows } = hot;
    const missing = windows.missing(now);
    if (!missing) return true;
    if (this.#place === null && missing.until !== Infinity) this.#place = { createdAt: missing.until + 1, id: 0 };
    const orders = store.orders.createdBefore(missing.from, this.#place, TOGETHER);
    for (const { record } of orders) windows.add(record, now);
    const last = orders.at(-1);
    if (orders.length < TOGETHER || !last) windows.filled(missing.from);
    else {
      this.#place = { createdAt: last.record.createdAt, id: last.id };
      windows.filled(last.record.createdAt + 1);
    }
    return false;
  }
}
