import type { OrderRecord } from '#main/model/record.ts';

/** When the hub learnt what a stored order shows: never before the order itself. Null: it never happened. */
export interface Moments {
  arrived: number;
  paid: number | null;
  /** Its first succeeded refund. */
  refunded: number | null;
  /** It left the open orders or was taken out again. */
  cancelled: number | null;
}

/** @param arrived when the hub first decided the order */
export function momentsOf(record: OrderRecord, arrived: number): Moments {
  const since = (at: number | null) => (at === null ? null : Math.max(arrived, at));
  let refunded: number | null = null;
  for (const { state, at } of record.refunds) {
    if (state === 'succeeded' && (refunded === null || at < refunded)) refunded = at;
  }
  // A platform that calls an order refunded without naming refunds tells it with the state.
  if (refunded === null && record.refundedMinor > 0) refunded = record.statusSince;
  return {
    arrived,
    paid: record.paidMinor > 0 ? since(record.paidAt ?? arrived) : null,
    refunded: since(refunded),
    cancelled: record.status === 'cancelled' ? since(record.statusSince) : null,
  };
}
