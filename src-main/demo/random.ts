/** Chance with a seed: the same seed and the same questions give the same answers on every machine. */
export interface Random {
  /** 0 inclusive to 1 exclusive. */
  next(): number;
  /** Whole number, both ends included. */
  int(min: number, max: number): number;
  between(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Picks by weight; weights need not add up to one. */
  weighted<T>(list: readonly T[], weight: (item: T) => number): T;
  /** Waiting time until the next event of a steady stream with this mean. */
  exponential(mean: number): number;
  /** A stream of its own, so that one part asking more questions does not change the answers of another. */
  fork(name: string): Random;
}

/** Spreads a text over four 32-bit words (multiply-and-xor mixing; not for secrets). */
function words(text: string): [number, number, number, number] {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let d = 0xdeadbeef;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    a = Math.imul(a ^ code, 0x85ebca6b) + b;
    b = Math.imul(b ^ (a >>> 13), 0xc2b2ae35) + c;
    c = Math.imul(c ^ (b >>> 16), 0x27d4eb2f) + d;
    d = Math.imul(d ^ (c >>> 11), 0x165667b1) + a;
  }
  return [a >>> 0, b >>> 0, c >>> 0, d >>> 0];
}

/**
 * Small fast counting generator with 128 bits of state (sfc32). Source: C. Doty-Humphrey, PractRand, public domain.
 */
export function seededRandom(seed: string): Random {
  let [a, b, c, counter] = words(seed);
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  // The first numbers of close seeds resemble each other.
  for (let warmUp = 0; warmUp < 16; warmUp += 1) next();

  const random: Random = {
    next,
    int: (min, max) => min + Math.floor(next() * (max - min + 1)),
    between: (min, max) => min + next() * (max - min),
    chance: (probability) => next() < probability,
    pick(list) {
      const item = list[Math.floor(next() * list.length)];
      if (item === undefined) throw new RangeError('Nothing to pick from');
      return item;
    },
    weighted(list, weight) {
      let left = next() * list.reduce((sum, item) => sum + weight(item), 0);
      for (const item of list) {
        left -= weight(item);
        if (left < 0) return item;
      }
      return random.pick(list.slice(-1));
    },
    exponential: (mean) => -Math.log(1 - next()) * mean,
    fork: (name) => seededRandom(`${seed}/${name}`),
  };
  return random;
}
