import axios from 'axios';
import { Agent } from 'node:http';
import type { SimulatorOptions } from './types.ts';

/** One attempt, signed anew where the platform does so. `path` begins with `/hooks/`. */
export interface PushAttempt {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface CourierRules {
  /** Waits before each further attempt, ms; empty: a lost push stays lost. */
  retryAfterMs: readonly number[];
  /** What the platform takes for an acknowledgement. */
  accepted(status: number, body: string): boolean;
  /** Is told how every attempt ended, by its path and headers. */
  ended?(attempt: PushAttempt, taken: boolean): void;
}

const LATE_MS = 4_000;
const TIMEOUT_MS = 20_000;

/** Sends pushes to the hub the way a platform does: retried by its schedule, and with the faults of the script. */
export class Courier {
  readonly #options: SimulatorOptions;
  readonly #rules: CourierRules;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #underWay = new Set<Promise<void>>();
  #stopped = false;
  delivered = 0;
  refused = 0;
  /** Last refusal, for a person who wonders. */
  lastRefusal = '';
  calls = 0;

  constructor(options: SimulatorOptions, rules: CourierRules) {
    this.#options = options;
    this.#rules = rules;
  }

  /** `make` is asked for every attempt; it must carry the content of the moment the push was made. */
  push(make: () => PushAttempt): void {
    if (this.#options.hub === null || this.#stopped) return;
    const fault = this.#options.faults.next('push');
    this.calls += 1;
    if (fault === 'drop') return;
    if (fault === 'reorder') this.#options.after(LATE_MS, () => this.#start(make, 0));
    else this.#start(make, 0);
    if (fault === 'duplicate') this.#start(make, 0);
  }

  #start(make: () => PushAttempt, attempt: number): void {
    if (this.#stopped) return;
    const sending = this.#send(make, attempt).finally(() => this.#underWay.delete(sending));
    this.#underWay.add(sending);
  }

  async #send(make: () => PushAttempt, attempt: number): Promise<void> {
    const attempted = make();
    const { path, headers, body } = attempted;
    let taken = false;
    try {
      const answer = await axios.post<string>(`${this.#options.hub ?? ''}${path}`, body, {
        headers: { 'content-type': 'application/json', ...headers },
        httpAgent: this.#agent,
        proxy: false,
        maxRedirects: 0,
        timeout: TIMEOUT_MS,
        responseType: 'text',
        transformResponse: (text: string) => text,
        validateStatus: () => true,
      });
      taken = this.#rules.accepted(answer.status, answer.data);
      if (!taken) this.lastRefusal = `${answer.status} ${answer.data}`;
    } catch (error) {
      this.lastRefusal = (error as Error).message;
    }
    this.#rules.ended?.(attempted, taken);
    if (taken) this.delivered += 1;
    else {
      this.refused += 1;
      const wait = this.#rules.retryAfterMs[attempt];
      if (wait !== undefined && !this.#stopped) this.#options.after(wait, () => this.#start(make, attempt + 1));
    }
  }

  /** Until nothing is on the wire; what waits for its time stays waiting. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.settled();
    this.#agent.destroy();
  }
}
