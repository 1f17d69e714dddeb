import type { OrderStatus } from '#shared/order.ts';
import type { RefundEntry } from '#main/model/incoming.ts';

/** What became of an order, as far as it tells whether stopping it was right. */
export type OrderOutcome = 'good' | 'bad' | 'unknown';

/** What of an order decides its outcome. */
export interface Aftermath {
  status: OrderStatus;
  refunds: readonly Pick<RefundEntry, 'state' | 'complaint'>[];
  /** The last thing a person decided about it; null: nobody did. Holds that ended by themselves are nobody's decision. */
  decision: 'release' | 'freeze' | null;
  /** What a file of outcomes said of it (I1); absent or null: nothing. */
  reported?: 'good' | 'bad' | null;
}

/** `against`: it went wrong; `open`: not known yet how it ends; `nothing`: it says nothing about the order. */
function weigh({ state, complaint }: Aftermath['refunds'][number]): 'against' | 'open' | 'nothing' {
  if (state === 'withdrawn') return 'nothing';
  // A refund or a return was asked for. Exchanges and price protection are no fault of the order.
  if (complaint === 'A' || complaint === 'B') return 'against';
  if (complaint === 'C' || complaint === 'D') return 'nothing';
  return state === 'succeeded' ? 'against' : 'open';
}

/**
 * The outcome of an order, the one definition of trials, reports and suggestions. What was reported by hand is the last word; else
 *
 * - `bad`: money went back or a complaint of class A or B stands (not withdrawn), the platform calls it refunded, or a person
 *   froze it and left it so;
 * - `good`: it was received by the buyer, or a person released it, and nothing of the above followed;
 * - `unknown`: everything else, an after-sale under way and a cancellation among them.
 */
export function outcomeOf({ status, refunds, decision, reported }: Aftermath): OrderOutcome {
  if (reported) return reported;
  const weights = refunds.map(weigh);
  if (weights.includes('against') || status === 'refunded' || decision === 'freeze') return 'bad';
  if (weights.includes('open') || status === 'refunding') return 'unknown';
  if (status === 'delivered' || status === 'completed' || decision === 'release') return 'good';
  return 'unknown';
}
