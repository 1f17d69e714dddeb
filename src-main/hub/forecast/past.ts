import type { OrderRecord } from '#main/model/record.ts';
import type { Store } from '../ports.ts';

/** What happened to a stored order, as far as it can still be told. `now`: it stands as it is stored. */
export interface PastOrder {
  at: number;
  what: 'paid' | 'shipped' | 'arrived' | 'refunded' | 'now';
  record: OrderRecord;
}

export interface PastOptions {
  /** Orders read, the latest. */
  most: number;
  inOneTurn: number;
  /** Lets the hub do what waits. */
  turn(): Promise<void>;
  stopped(): boolean;
}

/** The stored past in the order of time, read in pieces. Throws StoreError. */
export async function readPast(store: Store, { most, inOneTurn, turn, stopped }: PastOptions): Promise<PastOrder[]> {
  const past: PastOrder[] = [];
  let before: { createdAt: number; id: number } | null = null;
  for (let read = 0; read < most && !stopped();) {
    const page = store.orders.createdBefore(0, before, inOneTurn);
    for (const { record } of page) past.push(...momentsOf(record));
    const last = page.at(-1);
    read += page.length;
    if (!last || page.length < inOneTurn) break;
    before = { createdAt: last.record.createdAt, id: last.id };
    await turn();
  }
  return past.sort((a, b) => a.at - b.at);
}

function momentsOf(record: OrderRecord): PastOrder[] {
  const { paidAt, shippedAt, arrivedAt, status } = record;
  const moments: PastOrder[] = [];
  if (paidAt !== null) moments.push({ at: paidAt, what: 'paid', record });
  if (shippedAt != null && status !== 'shipped') moments.push({ at: shippedAt, what: 'shipped', record });
  // Its buyer may have said so days later, when its promise had long passed.
  if (arrivedAt != null) moments.push({ at: arrivedAt, what: 'arrived', record });
  for (const refund of record.refunds) {
    const told = record.refunds.filter(({ at }) => at <= refund.at);
    if (refund.state === 'succeeded') moments.push({ at: refund.at, what: 'refunded', record: { ...record, refunds: told } });
  }
  moments.push({ at: Math.max(record.statusSince, paidAt ?? record.createdAt), what: 'now', record });
  return moments;
}
