import { HOUR } from '#shared/time.ts';
import type { Stage } from '#shared/pulse.ts';
import type { OrderRecord } from '#main/model/record.ts';
import type { StoreCondition } from '../condition.ts';
import type { HotState } from '../hot-state.ts';
import type { Clock, Logger, Store, Timers } from '../ports.ts';

export interface DwellLearningParts {
  store: Store;
  hot: Pick<HotState, 'open'>;
  condition: StoreCondition;
  clock: Clock;
  timers: Timers;
  logger: Logger;
}

const KEPT_AS = 'pulse.dwell';
const EVERY_MS = HOUR;
/** Stored orders a workspace without any memory begins with: the latest, in pieces. */
const PAST_ORDERS = 30_000;
const IN_ONE_TURN = 250;

/**
 * Learns how long orders normally stay in each stage of each channel (M11), every hour, and keeps what was counted over a restart. A
 * workspace that never learnt begins with what its stored orders tell.
 */
export class DwellLearning {
  readonly #parts: DwellLearningParts;
  #cancels: (() => void)[] = [];
  #stopped = false;

  constructor(parts: DwellLearningParts) {
    this.#parts = parts;
  }

  start(): void {
    const { store, hot, timers, clock } = this.#parts;
    // First of all: whatever breaks off below, it is learnt again in an hour.
    this.#cancels.push(timers.every(EVERY_MS, () => this.learn()));
    const kept = store.setting(KEPT_AS, () => '');
    if (kept === '') this.#readPast(clock.now(), null, 0);
    else hot.open.dwell.restore(parsed(kept));
    this.#learn();
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  /** Learns from what was counted so far, and keeps it. */
  learn(): void {
    const { store, hot, condition, logger } = this.#parts;
    this.#learn();
    try {
      store.transaction(() => store.putSetting(KEPT_AS, JSON.stringify(hot.open.dwell)));
    } catch (error) {
      if (!condition.failed(error))
        logger.error({ err: error }, 'what was learnt of dwell times could not be kept; it is tried again in an hour');
    }
  }

  #learn(): void {
    const { open } = this.#parts.hot;
    open.setLearnt(open.dwell.learn(open.limits));
  }

  /** Newest orders first, a few in each turn; what left its stage after `until` is counted as it happens. */
  #readPast(until: number, before: { createdAt: number; id: number } | null, read: number): void {
    const { store, hot, timers, condition, logger } = this.#parts;
    try {
      const page = store.orders.createdBefore(0, before, IN_ONE_TURN);
      for (const { record } of page) {
        for (const { stage, since, at } of staysOf(record)) if (at <= until) hot.open.dwell.of(record.channel, stage).observe(at - since);
      }
      const last = page.at(-1);
      if (!last || page.length < IN_ONE_TURN || read + page.length >= PAST_ORDERS) return this.learn();
      const next = { createdAt: last.record.createdAt, id: last.id };
      this.#cancels.push(timers.after(0, () => (this.#stopped ? undefined : this.#readPast(until, next, read + page.length))));
    } catch (error) {
      if (!condition.failed(error))
        logger.error({ err: error }, 'stored orders could not be read for dwell times; they are learnt from now on');
    }
  }
}

interface Stay {
  stage: Stage;
  since: number;
  at: number;
}

/** The stages an order is known to have left, as far as its record still tells when. */
function staysOf({ createdAt, paidAt, shipRequestedAt, shippedAt, arrivedAt }: OrderRecord): Stay[] {
  const stays: Stay[] = [];
  const stay = (stage: Stage, since: number | null | undefined, at: number | null | undefined): void => {
    if (since != null && at != null && at >= since) stays.push({ stage, since, at });
  };
  stay('pending_payment', createdAt, paidAt);
  stay('paid', paidAt, shipRequestedAt);
  stay('awaiting_shipment', shipRequestedAt ?? paidAt, shippedAt);
  stay('shipped', shippedAt, arrivedAt);
  return stays;
}

function parsed(kept: string): unknown {
  try {
    return JSON.parse(kept) as unknown;
  } catch {
    return null;
  }
}
