import type { ReadingTraits, Window } from './traits.ts';
import { halve } from './windows.ts';

export type PageMark = { page: number } | { cursor: string };
export type ReadingStep =
  | { kind: 'ask'; mark: PageMark | null }
  | { kind: 'split'; windows: [Window, Window] }
  /** `whole` false: the list kept growing or stayed short; the checkpoint must not pass this window. */
  | { kind: 'end'; whole: boolean };

/** What one page said, beside its entries. */
export interface PageAnswer {
  count: number;
  total: number | null;
  next: string | null;
}

const REPEATS = 3;

/**
 * Reads one closed window page by page; told each answer, it says what to ask next. No network, no clock.
 *
 * Numbered pages are read from the last one back: entries can only leave a window that lies in the past (a change moves them
 * out of it), and what stands behind a leaving entry moves towards the front, where it is still to be read. Reading forwards
 * would miss it. A page with fewer rows than its own total promises is asked for again.
 */
export class WindowReader {
  readonly #window: Window;
  readonly #traits: ReadingTraits;
  #step: ReadingStep;
  #total: number | null = null;
  #repeats = 0;
  #restarts = 0;

  constructor(window: Window, traits: ReadingTraits) {
    this.#window = window;
    this.#traits = traits;
    this.#step = this.#first();
  }

  get step(): ReadingStep {
    return this.#step;
  }

  answered(answer: PageAnswer): ReadingStep {
    if (this.#step.kind !== 'ask') throw new Error('Nothing was asked.');
    const { mark } = this.#step;
    this.#step = this.#traits.paging === 'cursor' ? this.#afterCursor(answer, mark) : this.#afterPage(answer, mark);
    return this.#step;
  }

  #first(): ReadingStep {
    return { kind: 'ask', mark: this.#traits.paging === 'cursor' ? null : { page: this.#traits.firstPage } };
  }

  #afterCursor({ count, next }: PageAnswer, mark: PageMark | null): ReadingStep {
    if (next === null) return { kind: 'end', whole: true };
    // A short page in the middle may be the platform's habit or half an answer: ask once more, then believe it.
    if (count < this.#traits.pageSize && this.#repeats === 0) {
      this.#repeats = 1;
      return { kind: 'ask', mark };
    }
    this.#repeats = 0;
    return { kind: 'ask', mark: { cursor: next } };
  }

  #afterPage({ count, total }: PageAnswer, mark: PageMark | null): ReadingStep {
    const { firstPage, pageSize, deepestPage } = this.#traits;
    const page = mark !== null && 'page' in mark ? mark.page : firstPage;
    const known = total ?? count;
    const expected = Math.min(pageSize, known - (page - firstPage) * pageSize);
    if (count < expected) {
      this.#repeats += 1;
      return this.#repeats > REPEATS ? { kind: 'end', whole: false } : { kind: 'ask', mark };
    }
    this.#repeats = 0;
    const last = Math.max(firstPage, Math.ceil(known / pageSize) - 1 + firstPage);
    const asked = this.#total;
    this.#total = known;
    if (deepestPage !== null && last > deepestPage) {
      const windows = halve(this.#window, this.#traits);
      return windows ? { kind: 'split', windows } : { kind: 'end', whole: false };
    }
    if (asked === null || known > asked) {
      if (asked !== null) this.#restarts += 1;
      if (this.#restarts > REPEATS) return { kind: 'end', whole: false };
      return last === page ? { kind: 'end', whole: true } : { kind: 'ask', mark: { page: last } };
    }
    return page === firstPage ? { kind: 'end', whole: true } : { kind: 'ask', mark: { page: Math.min(page - 1, last) } };
  }
}
