import { REPORT_KINDS } from '#shared/contract/reports.ts';
import { outcomeOf } from '#main/learning/outcome.ts';
import type { Store } from '../ports.ts';
import type { AftermathRow, OutcomeRow } from './learning-ports.ts';

/** Changes followed in one transaction: a few milliseconds, so that orders that come in do not wait. */
const TOGETHER = 100;

/**
 * When the outcome of an order became known. `openSince`: the end of the last week or month that was reported; what is heard of an earlier
 * moment after that belongs to the open period, so that no outcome is missing in every weekly, or in every monthly, report.
 */
function knownSince(row: AftermathRow, openSince: number): number {
  return Math.max(momentOf(row), openSince);
}

function momentOf({ status, statusSince, refunds, decision, reported }: AftermathRow): number {
  if (reported) return reported.at;
  // Each refund is weighed by the one definition of an outcome, on its own.
  const against = refunds.filter((refund) => outcomeOf({ status: 'paid', refunds: [refund], decision: null }) === 'bad');
  const moments = against.map(({ at }) => at);
  if (moments.length > 0) return Math.min(...moments);
  const settled = status === 'refunded' || status === 'delivered' || status === 'completed';
  if (decision?.action === 'freeze' || !settled) return decision?.at ?? statusSince;
  return decision ? Math.min(decision.at, statusSince) : statusSince;
}

/** What became of an order as it is kept; null: nothing is worth keeping. `before`: what was kept so far. */
export function outcomeRowOf(row: AftermathRow, before: OutcomeRow | null, openSince: number): OutcomeRow | null {
  const { orderId, stoppedAt, returning, status, refunds } = row;
  const said = outcomeOf({ status, refunds, decision: row.decision?.action ?? null, reported: row.reported?.outcome ?? null });
  // An after-sale that comes to nothing leaves a good order what it was: it is no news a second time.
  const goodSince = before?.outcome === 'bad' ? null : (before?.knownAt ?? null);
  if (said === 'unknown')
    return stoppedAt === null && goodSince === null ? null : { orderId, outcome: null, knownAt: goodSince, stoppedAt, returning };
  const since = said === 'good' ? goodSince : before?.outcome === 'bad' ? before.knownAt : null;
  const knownAt = since ?? knownSince(row, openSince);
  return { orderId, outcome: said, knownAt, stoppedAt, returning };
}

export interface OutcomeKeeperParts {
  store: Store;
  /** Lets the event loop read its sockets before the next piece. */
  turn(): Promise<void>;
  /** False ends a long run between two pieces. */
  running(): boolean;
}

/** Keeps the outcomes of orders up to date by following what changed of them (I1): refunds, completion, people's decisions. */
export class OutcomeKeeper {
  readonly #parts: OutcomeKeeperParts;

  constructor(parts: OutcomeKeeperParts) {
    this.#parts = parts;
  }

  /** Follows every change up to now; true when it came to the end. Throws StoreError; the next run goes on where it stood. */
  async catchUp(): Promise<boolean> {
    const { store, turn, running } = this.#parts;
    const { learning } = store;
    for (let { through } = learning.progress(); running();) {
      const piece = learning.changed(through, TOGETHER);
      if (piece.through === through) return true;
      store.transaction(() => {
        const openSince = this.#openSince();
        for (const orderId of piece.orderIds) this.#keep(orderId, openSince);
        learning.advance(piece.through);
      });
      through = piece.through;
      await turn();
    }
    return false;
  }

  /** Looks at these orders again; inside a transaction. */
  refresh(orderIds: readonly number[]): void {
    const openSince = this.#openSince();
    for (const orderId of orderIds) this.#keep(orderId, openSince);
  }

  #openSince(): number {
    const { reports } = this.#parts.store.learning;
    return Math.max(...REPORT_KINDS.map((kind) => reports.closedThrough(kind)));
  }

  #keep(orderId: number, openSince: number): void {
    const { learning } = this.#parts.store;
    const row = learning.aftermathOf(orderId);
    if (!row) return;
    const before = learning.outcomeOf(orderId);
    const kept = outcomeRowOf(row, before, openSince);
    if (kept) learning.putOutcome(kept);
    else if (before) learning.removeOutcome(orderId);
  }
}
