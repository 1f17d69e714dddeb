/** A stream of numbers in [0, 1), the same for the same seed. Chance is a fact: the caller names the seed. */
export type Chance = () => number;

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, ample for choosing rows and columns. */
export function chanceOf(seed: number): Chance {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** `take` different numbers out of 0 … `from` - 1, ascending. All of them when `take` is not smaller. */
export function chooseSome(from: number, take: number, chance: Chance): Int32Array {
  const chosen = new Int32Array(Math.min(from, take));
  let filled = 0;
  for (let index = 0; index < from && filled < chosen.length; index += 1) {
    if (chance() * (from - index) < chosen.length - filled) {
      chosen[filled] = index;
      filled += 1;
    }
  }
  return chosen;
}
