import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import type { IPolicy } from 'cockatiel';
import type { StoreCondition } from '../condition.ts';
import type { Metrics } from '../metrics.ts';
import { DeliveryError } from '../ports.ts';
import type { Chance, Clock, Deliverer, DeliveryResult, InboxMessage, Logger, OutboxRow, Store, Timers } from '../ports.ts';
import type { HubSettings } from '../settings.ts';

export interface OutboxParts {
  store: Store;
  deliverers: readonly Deliverer[];
  settings: HubSettings;
  clock: Clock;
  timers: Timers;
  chance: Chance;
  condition: StoreCondition;
  metrics: Metrics;
  logger: Logger;
  /** Called when rows were given up. */
  onDead(): void;
  /** Works messages that deliveries brought back, just committed to the inbox. */
  work(messages: readonly InboxMessage[]): void;
}

interface Target {
  deliverer: Deliverer;
  policy: IPolicy;
  running: boolean;
}

interface Attempt {
  row: OutboxRow;
  error: unknown;
  messages: DeliveryResult['messages'];
}

/** Consecutive failures after which a target is left alone for a while, and for how long. */
const BREAK_AFTER = 5;
const BREAK_MS = 15_000;

/**
 * Delivers due outbox rows: each target on its own, several at once, in order within one order. A failure waits
 * exponentially longer (with jitter) until the row is given up; a target that keeps failing is left alone by its breaker,
 * which costs the rows no attempt, and neither does a target that asks to wait. Results are written together, with the
 * messages the targets answered; a row whose result could not be written goes out again with the same idempotency key.
 */
export class OutboxJob {
  readonly #parts: OutboxParts;
  readonly #targets = new Map<string, Target>();
  #underWay = new Set<Promise<void>>();
  #cancel: (() => void) | null = null;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    for (const deliverer of parts.deliverers) this.add(deliverer);
  }

  start(): void {
    this.#cancel = this.#parts.timers.every(this.#parts.settings.outboxPollMs, () => this.run());
  }

  /** A target to deliver to from now on; one of the same name is replaced. */
  add(deliverer: Deliverer): void {
    const trouble = handleWhen((error) => !(error instanceof DeliveryError && (error.permanent || error.retryAfterMs !== null)));
    const breaker = circuitBreaker(trouble, { halfOpenAfter: BREAK_MS, breaker: new ConsecutiveBreaker(BREAK_AFTER) });
    const limit = timeout(deliverer.timeoutMs ?? this.#parts.settings.outboxTimeoutMs, TimeoutStrategy.Aggressive);
    this.#targets.set(deliverer.target, { deliverer, policy: wrap(breaker, limit), running: false });
  }

  /** Nothing more goes to this target; what waits for it stays. */
  remove(target: string): void {
    this.#targets.delete(target);
  }

  /** Starts whatever is due now. */
  run(): void {
    for (const target of this.#targets.values()) {
      if (target.running) continue;
      target.running = true;
      const work = this.#drain(target).finally(() => {
        target.running = false;
        this.#underWay.delete(work);
      });
      this.#underWay.add(work);
    }
  }

  /** Resolves when no delivery is under way. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** Waits for deliveries under way. */
  async stop(): Promise<void> {
    this.#cancel?.();
    this.#cancel = null;
    await this.settled();
  }

  async #drain(target: Target): Promise<void> {
    const { store, settings, clock } = this.#parts;
    try {
      while (this.#targets.get(target.deliverer.target) === target) {
        const { target: name, parallel = settings.outboxParallel } = target.deliverer;
        const rows = store.outbox.due(name, clock.now(), Math.min(parallel, settings.outboxParallel));
        if (rows.length === 0) return;
        const attempts = await Promise.all(rows.map((row) => this.#attempt(target, row)));
        const tried = attempts.filter(({ error }) => !(error instanceof BrokenCircuitError));
        this.#settle(tried);
        if (tried.length < attempts.length) return;
      }
    } catch (error) {
      if (!this.#parts.condition.failed(error)) this.#parts.logger.error({ err: error }, 'the outbox could not be worked');
    }
  }

  async #attempt(target: Target, row: OutboxRow): Promise<Attempt> {
    try {
      const { topic, key, payload, createdAt, attempts } = row;
      const delivery = { topic, key, payload, createdAt, attempt: attempts + 1 };
      const result = await target.policy.execute(() => target.deliverer.deliver(delivery));
      return { row, error: null, messages: result?.messages ?? [] };
    } catch (error) {
      return { row, error: error ?? new DeliveryError('no reason was given'), messages: [] };
    }
  }

  #settle(attempts: readonly Attempt[]): void {
    const { store, metrics, logger } = this.#parts;
    if (attempts.length === 0) return;
    let dead = false;
    const brought: InboxMessage[] = [];
    store.transaction(() => {
      for (const { row, error, messages } of attempts) {
        if (error !== null) dead = !this.#planned(row, error) || dead;
        else {
          store.outbox.delivered(row.id);
          brought.push(...this.#keep(messages));
        }
      }
    });
    if (brought.length > 0) this.#parts.work(brought);
    for (const { row, error } of attempts) {
      const outcome = error === null ? 'delivered' : 'failed';
      metrics.outbox.inc({ target: row.target, outcome });
      if (outcome === 'failed')
        logger.warn({ outbox: row.id, target: row.target, topic: row.topic, attempt: row.attempts + 1 }, reasonOf(error));
    }
    if (dead) this.#parts.onDead();
  }

  /** Into the inbox, with what marks the delivery as done; those that are there already are left out. */
  #keep(messages: DeliveryResult['messages']): InboxMessage[] {
    const kept: InboxMessage[] = [];
    for (const message of messages) {
      const id = this.#parts.store.inbox.add(message);
      if (id !== null) kept.push({ ...message, id });
    }
    return kept;
  }

  /** Plans the next try of a row; false when it was given up. */
  #planned(row: OutboxRow, error: unknown): boolean {
    const { store, settings, clock } = this.#parts;
    const said = error instanceof DeliveryError ? error : null;
    const [reason, text] = [reasonOf(error), said?.text ?? null];
    const now = clock.now();
    if (said !== null && said.retryAfterMs !== null) {
      store.outbox.postpone(row.id, now + said.retryAfterMs, reason, text, false);
      return true;
    }
    if (said?.permanent || row.attempts + 1 >= settings.outboxAttempts) {
      store.outbox.giveUp(row.id, reason, text);
      return false;
    }
    store.outbox.postpone(row.id, now + this.#wait(row.attempts), reason, text);
    return true;
  }

  /** Doubles from the first wait up to the longest; the upper half of it is chance, so that rows do not come back as one. */
  #wait(attempts: number): number {
    const { outboxFirstWaitMs, outboxLongestWaitMs } = this.#parts.settings;
    const full = Math.min(outboxLongestWaitMs, outboxFirstWaitMs * 2 ** attempts);
    return Math.round(full * (0.5 + this.#parts.chance() * 0.5));
  }
}

/** Only what deliverers said for the log: their messages hold no secrets. */
function reasonOf(error: unknown): string {
  if (error instanceof DeliveryError) return error.message;
  return error instanceof TaskCancelledError ? 'The target did not answer in time.' : 'The delivery failed.';
}
