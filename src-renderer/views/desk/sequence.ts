/**
 * The order in which rows stand on screen. It is not the order of the queue: once shown, a row keeps its place, because a
 * key pressed for one case must never meet another. New cases join at the end, behind the `settled` ones, until the person asks
 * for the whole to be put in order again or everything settled has been worked off.
 */
export interface Sequence {
  readonly order: readonly string[];
  /** The first `settled` rows stand in the order of the queue; the rest joined since. */
  readonly settled: number;
}

export const EMPTY_SEQUENCE: Sequence = { order: [], settled: 0 };

/** Everything in the order of the queue. */
export function settle(queue: readonly string[]): Sequence {
  return { order: queue, settled: queue.length };
}

/**
 * Follows the queue without moving anything that stays: what left is taken out, what is new joins at the end. `kept` stays
 * although it left. Answers the very same sequence when nothing changed.
 */
export function follow(sequence: Sequence, queue: readonly string[], kept: string | null): Sequence {
  const present = new Set(queue);
  if (kept !== null) present.add(kept);
  const known = new Set(sequence.order);
  const joining = queue.filter((orderNo) => !known.has(orderNo));
  const staying = sequence.order.filter((orderNo) => present.has(orderNo));
  if (joining.length === 0 && staying.length === sequence.order.length) return sequence;
  if (staying.every((orderNo) => orderNo === kept)) {
    const gone = staying.filter((orderNo) => !queue.includes(orderNo));
    return settle([...gone, ...queue]);
  }
  const settled = sequence.order.slice(0, sequence.settled).filter((orderNo) => present.has(orderNo)).length;
  return { order: [...staying, ...joining], settled: settled === 0 ? staying.length : settled };
}

/** Puts rows back where they stood. Indexes are those before all of them were taken out. */
export function putBack(sequence: Sequence, rows: readonly { orderNo: string; index: number }[]): Sequence {
  const order = [...sequence.order];
  let { settled } = sequence;
  for (const { orderNo, index } of [...rows].sort((one, other) => one.index - other.index)) {
    if (order.includes(orderNo)) continue;
    const place = Math.min(index, order.length);
    order.splice(place, 0, orderNo);
    if (place <= settled) settled += 1;
  }
  return { order, settled };
}
