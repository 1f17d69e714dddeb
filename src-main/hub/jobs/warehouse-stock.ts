import { MINUTE, SECOND } from '#shared/time.ts';
import { backOff } from '#main/feeds/back-off.ts';
import type { StockPage, StockSeen, WarehouseStock } from '../partner-ports.ts';
import type { Chance, Logger, Timers } from '../ports.ts';

/** Pieces on the shelf as the warehouse counts them. */
export type Counted = StockPage['items'][number];

export interface WarehouseStockParts {
  stock: WarehouseStock;
  /** False: the warehouse tells its stock by pages only. */
  hasFeed: boolean;
  timers: Timers;
  chance: Chance;
  logger: Logger;
  /** Books what a shelf holds now. Throws StoreError when the store cannot. */
  book(counted: Counted): void;
  /** Lets the event loop read its sockets. */
  turn(): Promise<void>;
  worked(): void;
  failed(error: unknown): void;
}

/** Everything is counted anew this often, whatever the feed said. */
const RECOUNT_MS = 15 * MINUTE;
/** The feed is open by then; what came over it meanwhile waits for the pages. */
const SETTLE_MS = SECOND;
const SHELVES_AT_ONCE = 50;
/** A warehouse whose pages lead on further, or that says more while they are read, is not being understood. */
const MOST_PAGES = 10_000;
const MOST_WAITING = 100_000;

/**
 * Keeps the shelves as the warehouse counts them (D7): the feed is opened first, then all pages are read, then the feed's changes
 * after the pages are booked one by one. A hole in their numbers, a broken line or a quarter of an hour begins it again.
 */
export class WarehouseStockJob {
  readonly #parts: WarehouseStockParts;
  readonly #stopped = new AbortController();
  #wake: (() => void) | null = null;
  #work: Promise<void> = Promise.resolve();
  #failures = 0;

  constructor(parts: WarehouseStockParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#work = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake?.();
    await this.#work;
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#round();
        this.#failures = 0;
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        this.#failures += 1;
        this.#parts.failed(error);
        const message = error instanceof Error ? error.message : 'no reason was given';
        this.#parts.logger.warn({ attempt: this.#failures }, `the stock of the warehouse is read again: ${message}`);
        await this.#pause(backOff(this.#failures, this.#parts.chance()));
      }
    }
  }

  /** One round ends by itself after a while, and by throwing when something broke. */
  async #round(): Promise<void> {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, this.#stopped.signal]);
    const changes = new Changes((counted) => this.#parts.book(counted));
    let broken: unknown = null;
    const listening = this.#parts.hasFeed
      ? this.#parts.stock
          .feed((seen) => changes.take(seen), signal)
          .catch((error: unknown) => {
            broken = error;
            this.#wake?.();
          })
      : Promise.resolve();
    changes.onHole = () => this.#wake?.();
    try {
      if (this.#parts.hasFeed) await this.#pause(SETTLE_MS);
      if (broken === null) changes.after(await this.#pages());
      this.#parts.worked();
      if (broken === null && !changes.hole) await this.#pause(RECOUNT_MS);
    } finally {
      end.abort();
      await listening;
    }
    if (broken !== null) throw broken;
    if (changes.failure !== null) throw changes.failure;
  }

  /** Books every page; answers where the feed goes on. */
  async #pages(): Promise<number> {
    const first = await this.#parts.stock.page(null);
    let read = 1;
    for (let page: StockPage | null = first; page !== null && !this.#stopped.signal.aborted; read += 1) {
      if (read > MOST_PAGES) throw new Error('The pages of the stock have no end.');
      for (const [index, counted] of page.items.entries()) {
        this.#parts.book(counted);
        if (index % SHELVES_AT_ONCE === SHELVES_AT_ONCE - 1) await this.#parts.turn();
      }
      page = page.next === null ? null : await this.#parts.stock.page(page.next);
    }
    return first.seq;
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopped.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#parts.timers.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** Changes of the feed in their order. Until the pages are in they wait; after them each number follows the one before. */
class Changes {
  readonly #book: (counted: Counted) => void;
  #waiting: StockSeen[] | null = [];
  #seq = 0;
  hole = false;
  failure: unknown = null;
  onHole: () => void = () => undefined;

  constructor(book: (counted: Counted) => void) {
    this.#book = book;
  }

  /** The pages hold everything up to this number. */
  after(seq: number): void {
    this.#seq = seq;
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const seen of waiting) this.take(seen);
  }

  take(seen: StockSeen): void {
    if (this.#waiting) {
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push(seen);
      else this.#broken(null);
      return;
    }
    if (this.hole || seen.seq <= this.#seq) return;
    if (seen.seq !== this.#seq + 1) return this.#broken(null);
    this.#seq = seen.seq;
    // This is called by the line's own socket, which could do nothing with an error: the round ends by it.
    try {
      this.#book(seen);
    } catch (error) {
      this.#broken(error);
    }
  }

  #broken(failure: unknown): void {
    this.hole = true;
    this.failure = failure;
    this.onHole();
  }
}
