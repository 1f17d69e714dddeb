import { foldProfile, type Places } from '#main/engine/index.ts';
import type { CustomerProfile } from '#main/model/facts.ts';
import type { OrderRecord } from '#main/model/record.ts';
import { momentsOf } from './moments.ts';
import type { TrialSource } from './source.ts';

/** One thing the hub learnt of a buyer's order. */
interface Step {
  id: number;
  at: number;
  before: OrderRecord | null;
  after: OrderRecord;
}

/** A buyer's past, folded as far as it was asked for. */
interface Ledger {
  steps: Step[];
  next: number;
  profile: CustomerProfile | null;
}

/** Steps kept in memory over all buyers. */
const MOST_STEPS = 60_000;

/** Of an order only what a profile is folded from; the rest would weigh ten times as much. */
function slim(record: OrderRecord, paidMinor: number, refundedMinor: number): OrderRecord {
  const { keys, createdAt, buyer, receiver } = record;
  return { keys, createdAt, buyer, receiver, hold: null, paidMinor, refundedMinor } as OrderRecord;
}

function stepsOf(id: number, record: OrderRecord): Step[] {
  const { arrived, paid, refunded } = momentsOf(record, record.decidedAt);
  const at = (moment: number | null, when: number) => moment !== null && moment <= when;
  const states = [...new Set([arrived, paid, refunded].filter((moment) => moment !== null))].sort((a, b) => a - b);
  const steps: Step[] = [];
  for (const when of states) {
    const before = steps.at(-1)?.after ?? null;
    const after = slim(record, at(paid, when) ? record.paidMinor : 0, at(refunded, when) ? record.refundedMinor : 0);
    steps.push({ id, at: when, before, after });
  }
  return steps;
}

/**
 * Buyers' profiles as they were when an order came in, folded by the engine from all orders of the buyer, however old. What
 * an order became later (paid, refunded) counts from the moment it became it. Buyers are read when their first order of the
 * span comes up, and forgotten when others are asked for more.
 */
export class Buyers {
  readonly #source: Pick<TrialSource, 'ordersOf' | 'ordersCount'>;
  readonly #places: Places;
  readonly #ledgers = new Map<string, Ledger>();
  #steps = 0;

  constructor(source: Pick<TrialSource, 'ordersOf' | 'ordersCount'>, places: Places) {
    this.#source = source;
    this.#places = places;
  }

  /** The profile before the order of row `id`, which is decided at `at`. Rows of a buyer are asked for in their order. */
  profile(key: string | null, id: number, at: number): CustomerProfile | null {
    if (key === null) return null;
    const ledger = this.#ledgers.get(key) ?? this.#read(key);
    if (!ledger) return null;
    for (let step = ledger.steps[ledger.next]; step && step.at <= at; step = ledger.steps[ledger.next]) {
      // Of two orders decided in one moment the lower row came first.
      if (step.id >= id) break;
      ledger.profile = foldProfile(ledger.profile, step.before, step.after, this.#places);
      ledger.next += 1;
    }
    this.#ledgers.delete(key);
    this.#ledgers.set(key, ledger);
    return ledger.profile;
  }

  /** Null for a buyer with one order: there is nothing before it. */
  #read(key: string): Ledger | null {
    if (this.#source.ordersCount(key) < 2) return null;
    const steps: Step[] = [];
    for (const { id, record } of this.#source.ordersOf(key)) steps.push(...stepsOf(id, record));
    steps.sort((a, b) => a.at - b.at || a.id - b.id);
    const ledger: Ledger = { steps, next: 0, profile: null };
    this.#ledgers.set(key, ledger);
    this.#steps += steps.length;
    for (const [other, { steps: forgotten }] of this.#ledgers) {
      if (this.#steps <= MOST_STEPS || other === key) break;
      this.#ledgers.delete(other);
      this.#steps -= forgotten.length;
    }
    return ledger;
  }
}
