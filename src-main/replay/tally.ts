import type { Hit } from '#main/model/verdict.ts';
import type { RefusalReason } from './readers/row.ts';
import { DurationHistogram } from './statistics.ts';

/** A row that became nothing else, for the list a person reads. */
export interface Refusal {
  /** Line of the file, from 1. */
  line: number;
  reason: RefusalReason;
  detail: string;
}

/** What is kept of each order until its outcome is known; a few bytes, not the order. */
export interface OrderTrace {
  /** Gravest hold a rule ever put on it. */
  hold: 'none' | 'held' | 'frozen';
  /** Health score of the first verdict, 0 to 100. */
  healthScore: number;
  /** The same buyer had ordered within the ten minutes before. */
  repeat: boolean;
  /** Simulated time of the first verdict, epoch ms. */
  at: number;
  /** Rules that stopped it at its first verdict. */
  stoppedBy: readonly string[];
}

/** Where each row of a file ended; the five add up to the rows read. */
export interface RowCounts {
  orders: number;
  updates: number;
  refunds: number;
  stockMovements: number;
  refused: number;
}
export type RowEnd = Exclude<keyof RowCounts, 'refused'>;

const NOBODY: readonly string[] = [];

/** Counts what happened while a file is replayed. */
export class Tally {
  readonly counts: RowCounts = { orders: 0, updates: 0, refunds: 0, stockMovements: 0, refused: 0 };
  readonly refusedByReason: Partial<Record<RefusalReason, number>> = {};
  readonly rulesHit = new Map<string, number>();
  readonly traces = new Map<string, OrderTrace>();
  /** Microseconds from handing an order to the hub until the transaction with its verdict is committed. */
  readonly decisionMicros = new DurationHistogram();
  /** Lines of credit notes that no order could carry, in rows that were refunds otherwise. */
  unattributedLines = 0;
  firstAt: number | null = null;
  lastAt: number | null = null;
  readonly #onRefusal: (refusal: Refusal) => void;

  constructor(onRefusal: (refusal: Refusal) => void = () => undefined) {
    this.#onRefusal = onRefusal;
  }

  get rows(): number {
    const { orders, updates, refunds, stockMovements, refused } = this.counts;
    return orders + updates + refunds + stockMovements + refused;
  }

  ended(as: RowEnd): void {
    this.counts[as] += 1;
  }

  refused(refusal: Refusal): void {
    this.counts.refused += 1;
    this.refusedByReason[refusal.reason] = (this.refusedByReason[refusal.reason] ?? 0) + 1;
    this.#onRefusal(refusal);
  }

  seenAt(at: number): void {
    this.firstAt ??= at;
    this.lastAt = Math.max(this.lastAt ?? at, at);
  }

  judged(channelOrderId: string, first: Omit<OrderTrace, 'stoppedBy'> & { hits: readonly Hit[] }): void {
    const { hits, ...trace } = first;
    const stoppedBy = trace.hold === 'none' ? NOBODY : hits.flatMap(({ ruleId, action }) => (action === 'task' ? [] : [ruleId]));
    this.traces.set(channelOrderId, { ...trace, stoppedBy });
    for (const { ruleId } of hits) this.rulesHit.set(ruleId, (this.rulesHit.get(ruleId) ?? 0) + 1);
  }

  /** The hold an order has after it was judged again; the gravest it ever had counts. Orders of an earlier run are not ours. */
  onHold(channelOrderId: string, hold: OrderTrace['hold']): void {
    const trace = this.traces.get(channelOrderId);
    if (trace && (hold === 'frozen' || trace.hold === 'none')) trace.hold = hold;
  }
}

/** Remembers for ten minutes who ordered, to know a good customer who simply orders again. */
export class RecentBuyers {
  readonly #lastOrder = new Map<string, number>();
  readonly #windowMs: number;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** True when the buyer ordered before within the window; then remembers this order. A null buyer is nobody. */
  ordered(buyer: string | null, at: number): boolean {
    if (buyer === null) return false;
    const before = this.#lastOrder.get(buyer);
    this.#lastOrder.delete(buyer);
    this.#lastOrder.set(buyer, at);
    // Insertion order is the order of time, so the front holds what is too old.
    for (const [oldBuyer, oldAt] of this.#lastOrder) {
      if (at - oldAt <= this.#windowMs) break;
      this.#lastOrder.delete(oldBuyer);
    }
    return before !== undefined && at - before <= this.#windowMs;
  }
}
