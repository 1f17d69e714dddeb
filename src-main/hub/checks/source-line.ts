import type { CheckSource } from '#shared/order.ts';
import type { BreakerState, CheckTrouble } from '../partner-ports.ts';
import { Latencies } from './latencies.ts';
import type { Interview, Told } from './questions.ts';

/** `queue`: it had no turn in time; `total`: the cut-off of all sources together came first; `gone`: the source was disconnected. */
export type Trouble = CheckTrouble | 'queue' | 'total' | 'gone';
/** `ms`: how long the call took; null where none was made. */
export type Reply = { told: Told; ms: number } | { trouble: Trouble; error: Error | null; ms: number | null };

export interface LineParts {
  source: CheckSource;
  /** Null while the source is not connected. */
  interview(): Interview | null;
  /** Questions under way at once, those that go on behind their cut-off included. */
  parallel: number;
  /** Ends every call. */
  signal: AbortSignal;
  /** Told when the breaker of the source moved. */
  moved(source: CheckSource, state: BreakerState): void;
}

/** A question under way. */
export interface Question {
  /** Never rejects. */
  reply: Promise<Reply>;
  /** Gives up waiting now; a call that was made goes on, and what it brings comes late. */
  cut(): void;
}

/** Questions to one source: so many at once, the others in the order they came. */
export class SourceLine {
  readonly latencies = new Latencies();
  readonly #parts: LineParts;
  readonly #waiting = new Set<() => void>();
  #running = 0;
  #breaker: BreakerState = 'closed';

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  /** Questions under way or waiting for their turn. */
  get busy(): number {
    return this.#running + this.#waiting.size;
  }
  get free(): number {
    return this.#waiting.size > 0 ? 0 : Math.max(0, this.#parts.parallel - this.#running);
  }
  get breaker(): BreakerState {
    return this.#breaker;
  }

  /** Asks in its turn; `late` gets an answer that came after the question was given up. */
  ask(about: string, late: (told: Told, ms: number) => void): Question {
    const { promise, resolve } = Promise.withResolvers<Reply>();
    let settled = false;
    const settle = (reply: Reply): void => {
      settled = true;
      resolve(reply);
    };
    let started = false;
    const begin = (): void => {
      started = true;
      this.#call(about, settle, (told, ms) => {
        if (settled) late(told, ms);
      });
    };
    if (this.#mayBegin) begin();
    else this.#waiting.add(begin);
    const cut = (): void => {
      this.#waiting.delete(begin);
      settle({ trouble: started ? 'total' : 'queue', error: null, ms: null });
    };
    return { reply: promise, cut };
  }

  /** A source that is left alone is not asked: nobody has to wait behind calls that hang to hear so. */
  get #mayBegin(): boolean {
    return this.#running < this.#parts.parallel || this.#parts.interview()?.state() === 'open';
  }

  #call(about: string, settle: (reply: Reply) => void, late: (told: Told, ms: number) => void): void {
    const interview = this.#parts.interview();
    if (!interview) return settle({ trouble: 'gone', error: null, ms: null });
    this.#running += 1;
    const started = performance.now();
    const elapsed = (): number => Math.max(0, Math.round(performance.now() - started));
    const over = (told: { value: Told } | null): void => {
      this.#running -= 1;
      if (told) {
        const ms = elapsed();
        this.latencies.add(ms);
        late(told.value, ms);
      }
      this.#next();
    };
    void interview.ask(about, over, this.#parts.signal).then((reply) => {
      if (reply.ok) settle({ told: reply.value, ms: elapsed() });
      else settle({ trouble: reply.why, error: reply.error, ms: reply.why === 'resting' ? null : elapsed() });
      this.#look(interview.state());
    });
  }

  #next(): void {
    for (const begin of this.#waiting) {
      if (!this.#mayBegin) return;
      this.#waiting.delete(begin);
      begin();
    }
  }

  #look(state: BreakerState): void {
    if (state === this.#breaker) return;
    this.#breaker = state;
    this.#next();
    this.#parts.moved(this.#parts.source, state);
  }
}
