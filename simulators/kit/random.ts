/** Chance that is the same in every run: uniform in [0, 1) (mulberry32, T. Ettinger, public domain). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number from `low` to `high`, both inclusive. */
export function between(chance: () => number, low: number, high: number): number {
  return low + Math.floor(chance() * (high - low + 1));
}

/** One of a list that is not empty. */
export function pick<T>(chance: () => number, list: readonly T[]): T {
  const item = list[Math.floor(chance() * list.length)];
  if (item === undefined) throw new RangeError('There is nothing to pick from.');
  return item;
}
