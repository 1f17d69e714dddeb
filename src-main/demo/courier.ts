import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import axios from 'axios';
import type { AxiosInstance } from 'axios';
import { MINUTE, SECOND } from '#shared/time.ts';
import type { Letter } from './platforms/letter.ts';
import type { Random } from './random.ts';

/** Counts since the start; for tests and the log. */
export interface CourierCounts {
  delivered: number;
  /** Of them sent a second time on purpose. */
  duplicates: number;
  /** Held back on purpose, so that a newer message overtook them. */
  late: number;
  retried: number;
  /** Given up after all retries, or thrown away because too many waited. */
  lost: number;
  /** Answers of the hub other than 2xx, by status; 0 is no answer. */
  refusals: Record<number, number>;
}

/**
 * Retry pauses, pressed 60 times: Standard Webhooks' example schedule (5 s, 5 min, 30 min, 2 h, ...) and Shopify's
 * eight tries over four hours.
 */
const RETRY_PAUSES: Record<'bridge' | 'shopify', readonly number[]> = {
  bridge: [SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE],
  shopify: [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND, 32 * SECOND, 64 * SECOND, 2 * MINUTE],
};
/** Requests under way at once; a hub under normal load answers within milliseconds. */
const AT_ONCE = 6;
const TIMEOUT = 5 * SECOND;
/** Letters that may wait; beyond it the oldest are lost, history first. */
const MOST_WAITING = 5_000;
const DUPLICATE_SHARE = 0.015;
const DUPLICATE_AFTER = { min: 0.5 * SECOND, max: 6 * SECOND };
const LATE_SHARE = 0.01;
const LATE_BY = { min: SECOND, max: 5 * SECOND };

interface Parcel {
  letter: Letter;
  attempt: number;
}

export interface CourierOptions {
  /** Where the hub's doors listen, e.g. `http://127.0.0.1:8080`. */
  baseUrl: string;
  random: Random;
  now: () => number;
}

/** Brings letters to the hub's doors as the platforms do: several at once, again after a failure, now and then twice. */
export class Courier {
  readonly #random: Random;
  readonly #now: () => number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  /** The doors are this very process's own, whoever signed their certificate. */
  readonly #tlsAgent = new TlsAgent({ keepAlive: true, maxSockets: AT_ONCE, rejectUnauthorized: false });
  readonly #stopping = new AbortController();
  readonly #client: AxiosInstance;
  readonly #counts: CourierCounts = { delivered: 0, duplicates: 0, late: 0, retried: 0, lost: 0, refusals: {} };
  readonly #fresh: Parcel[] = [];
  readonly #history: Parcel[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #closedShops = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  #historyLeft = 0;
  #onHistoryDone: () => void = () => undefined;

  constructor({ baseUrl, random, now }: CourierOptions) {
    this.#random = random;
    this.#now = now;
    this.#client = axios.create({
      baseURL: `${baseUrl.replace(/\/$/, '')}/hooks/`,
      httpAgent: this.#agent,
      httpsAgent: this.#tlsAgent,
      proxy: false,
      timeout: TIMEOUT,
      maxRedirects: 0,
      responseType: 'text',
      validateStatus: () => true,
      signal: this.#stopping.signal,
    });
  }

  post(letters: readonly Letter[]): void {
    for (const letter of letters) {
      const parcel = { letter, attempt: 0 };
      if (letter.history) this.#historyLeft += 1;
      if (!letter.history && this.#random.chance(LATE_SHARE)) {
        this.#counts.late += 1;
        this.#later(this.#random.between(LATE_BY.min, LATE_BY.max), parcel);
      } else {
        this.#enqueue(parcel);
      }
    }
  }

  counts(): CourierCounts {
    return { ...this.#counts, refusals: { ...this.#counts.refusals } };
  }

  /** Letters under way or waiting. */
  get waiting(): number {
    return this.#underWay.size + this.#fresh.length + this.#history.length + this.#timers.size;
  }

  /** Calls back once when every letter of the history has been delivered or lost; call it after they were posted. */
  whenHistoryDone(callback: () => void): void {
    if (this.#historyLeft === 0) callback();
    else this.#onHistoryDone = callback;
  }

  /** Nothing is sent any more after this resolves. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#fresh.length = 0;
    this.#history.length = 0;
    await Promise.all(this.#underWay);
    this.#agent.destroy();
    this.#tlsAgent.destroy();
  }

  #later(ms: number, parcel: Parcel): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#enqueue(parcel);
    }, ms);
    this.#timers.add(timer);
  }

  #enqueue(parcel: Parcel): void {
    (parcel.letter.history ? this.#history : this.#fresh).push(parcel);
    if (this.#fresh.length + this.#history.length > MOST_WAITING) {
      const dropped = this.#history.shift() ?? this.#fresh.shift();
      if (dropped) this.#lose(dropped);
    }
    this.#work();
  }

  #work(): void {
    while (this.#underWay.size < AT_ONCE && !this.#stopping.signal.aborted) {
      const parcel = this.#fresh.shift() ?? this.#history.shift();
      if (!parcel) return;
      const sending = this.#send(parcel).finally(() => {
        this.#underWay.delete(sending);
        this.#work();
      });
      this.#underWay.add(sending);
    }
  }

  async #send(parcel: Parcel): Promise<void> {
    const { letter } = parcel;
    if (this.#closedShops.has(letter.shop)) return this.#lose(parcel);
    let status = 0;
    let retryAfter = 0;
    try {
      const answer = await this.#client.post<string>(letter.shop, letter.body, { headers: letter.headers(this.#now()) });
      status = answer.status;
      retryAfter = Number(answer.headers['retry-after'] ?? 0) * SECOND || 0;
    } catch (error) {
      // No answer: the hub is starting, stopping or gone. Anything else is a mistake of this program.
      if (!axios.isAxiosError(error)) throw error;
    }
    if (this.#stopping.signal.aborted) return;
    if (status >= 200 && status < 300) this.#delivered(parcel);
    else this.#refused(parcel, status, retryAfter);
  }

  #delivered(parcel: Parcel): void {
    this.#counts.delivered += 1;
    if (parcel.letter.history) return this.#historySettled();
    if (parcel.attempt > 0 || !this.#random.chance(DUPLICATE_SHARE)) return;
    this.#counts.duplicates += 1;
    this.#later(this.#random.between(DUPLICATE_AFTER.min, DUPLICATE_AFTER.max), { letter: parcel.letter, attempt: 1 });
  }

  #refused(parcel: Parcel, status: number, retryAfter: number): void {
    const { letter, attempt } = parcel;
    this.#counts.refusals[status] = (this.#counts.refusals[status] ?? 0) + 1;
    // 410 asks the sender to stop for good.
    if (status === 410) this.#closedShops.add(letter.shop);
    const pause = RETRY_PAUSES[letter.shop.startsWith('shopify/') ? 'shopify' : 'bridge'][attempt];
    if (pause === undefined || status === 410) return this.#lose(parcel);
    this.#counts.retried += 1;
    this.#later(Math.max(pause * this.#random.between(0.9, 1.1), retryAfter), { letter, attempt: attempt + 1 });
  }

  #lose(parcel: Parcel): void {
    this.#counts.lost += 1;
    if (parcel.letter.history) this.#historySettled();
  }

  #historySettled(): void {
    this.#historyLeft -= 1;
    if (this.#historyLeft === 0) this.#onHistoryDone();
  }
}
