import { SECOND } from '#shared/time.ts';
import type { ReadingTraits, Window } from './traits.ts';

/** A list that has more entries than this in one reading is busy … */
const MANY_ENTRIES = 100;
/** … until so few are new between two readings. */
const FEW_ENTRIES = 15;
/** A busy list is read on from a little before the last reading, so that what appears a moment late comes with the next one. */
const BRIEF_MS = 5 * SECOND;
/** The clock is known to about a second or two; further back than this it was set back. */
const SET_BACK_MS = 10 * SECOND;

/**
 * `whole`: what may have appeared late, and all that is new. `new`: what is new alone. `late`: what lies so far back that
 * everything of it must have appeared by now. `beside`: the clock says a time long before what was read already, because it was
 * wrong then or is wrong now; what lies around that time is read, and the reading stays where it is.
 */
export interface LiveWindow extends Window {
  part: 'whole' | 'new' | 'late' | 'beside';
}

/**
 * Where the live reading of one list stands. A platform may show a change late, by its lag and at most the overlap, so every moment has
 * to be asked for at least once after its overlap has passed. A quiet list is read from there up to now each time, which costs
 * one call. For a busy one that would be the same entries again and again: there, what is new is read at once and read a second
 * time when its overlap has passed, each entry twice instead of once a reading. Times are the platform's, epoch ms.
 */
export class LiveReading {
  readonly #traits: ReadingTraits;
  /** Everything before was asked for once. */
  readonly #through: number;
  /** Everything before was asked for when it must have appeared. */
  readonly #certain: number;
  readonly #busy: boolean;

  /** `through`: the checkpoint it goes on from. The rest is this class's own. */
  constructor(through: number, traits: ReadingTraits, certain = through - traits.overlapMs, busy = false) {
    this.#traits = traits;
    this.#through = through;
    this.#certain = certain;
    this.#busy = busy;
  }

  get through(): number {
    return this.#through;
  }

  /** Before this nothing can be missing any more. */
  get certain(): number {
    return this.#certain;
  }

  /** From here another run may go on without a hole. */
  get checkpoint(): number {
    return Math.min(this.#through, this.#certain + this.#traits.overlapMs);
  }

  /** The next window, never longer than the platform allows; null when there is nothing to ask for yet. */
  next(platformNow: number): LiveWindow | null {
    const { lagMs, overlapMs, granularityMs } = this.#traits;
    const newest = platformNow - lagMs;
    if (this.#through - newest > SET_BACK_MS) return this.#window('beside', newest - overlapMs, newest);
    if (newest - this.#through >= granularityMs) {
      // After a long wait the overlap is the smaller part: to read what is new twice would be more.
      const twice = this.#busy && newest - this.#through + BRIEF_MS < overlapMs;
      if (!twice) return this.#window('whole', this.#certain, newest);
      return this.#window('new', Math.max(this.#certain, this.#through - BRIEF_MS), newest);
    }
    if (!this.#busy) return null;
    const late = newest - overlapMs;
    return late - this.#certain >= granularityMs ? this.#window('late', this.#certain, late) : null;
  }

  /** The reading after a window is in without a hole; it had so many entries. */
  after({ part, to }: LiveWindow, entries: number): LiveReading {
    if (part === 'beside') return this;
    const { overlapMs } = this.#traits;
    const through = part === 'late' ? this.#through : Math.max(this.#through, to);
    const certain = part === 'new' ? this.#certain : Math.max(this.#certain, part === 'late' ? to : to - overlapMs);
    const busy = part === 'whole' ? entries > MANY_ENTRIES : part === 'late' || entries >= FEW_ENTRIES;
    return new LiveReading(through, this.#traits, certain, busy);
  }

  #window(part: LiveWindow['part'], from: number, to: number): LiveWindow {
    return { part, from, to: Math.min(to, from + this.#traits.maxSpanMs) };
  }
}
