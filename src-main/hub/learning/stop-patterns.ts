import type { PlacedVector } from './learning-ports.ts';

/** Orders a set of thresholds stops. `newReturning`: good ones of returning customers that pass now. */
export interface StopCounts {
  orders: number;
  bad: number;
  good: number;
  newReturning: number;
}

/** Of a rule, the candidate in its place; `PRESENT`: the rule as it is in force. Index: the rule. */
export type ThresholdSet = Int32Array;
export const PRESENT = -1;

/** In place of a rule: none stops an order, or more than one does. */
const NOTHING = -1;
const SEVERAL = -2;

/** What another threshold of one rule, the others staying, adds to the stopped orders: of candidates, and of rules as they are in force. */
export interface Gains {
  candidates: { bad: number; good: number }[];
  present: { bad: number; good: number }[];
}

/**
 * How the orders of a span are stopped, by the rules in force and by each candidate, so that any combination of candidates is counted
 * exactly: an order that two of them stop counts once. Orders that nothing stops and nothing would are only numbers. The others are kept by
 * pattern, those together that the same rules and candidates stop, in flat lists: a search goes through all of them many times.
 */
export class StopPatterns {
  /** Rules that stop orders, by index, and of each candidate the index of its rule; others never come up here. */
  readonly #rules: ReadonlyMap<string, number>;
  readonly #ruleOf: Int32Array;
  readonly #places = new Map<string, number>();
  /** Of pattern n: rules from `#hitEnds[n]` to before `#hitEnds[n + 1]`, and candidates likewise. */
  readonly #hit: number[] = [];
  readonly #hitEnds = [0];
  readonly #tried: number[] = [];
  readonly #triedEnds = [0];
  /** Orders of each pattern; good ones of buyers who had ordered before. */
  readonly #orders: number[] = [];
  readonly #badOnes: number[] = [];
  readonly #goodOnes: number[] = [];
  readonly #returning: number[] = [];
  #bad = 0;
  #good = 0;

  constructor(rules: readonly string[], ruleOf: readonly string[]) {
    this.#rules = new Map(rules.map((id, index) => [id, index]));
    this.#ruleOf = Int32Array.from(ruleOf, (id) => this.#rules.get(id) ?? PRESENT);
  }

  /** All bad and all good orders told of, stopped or not. */
  get bad(): number {
    return this.#bad;
  }
  get good(): number {
    return this.#good;
  }

  add({ outcome, returning }: Pick<PlacedVector, 'outcome' | 'returning'>, hit: readonly string[], tried: ReadonlySet<number>): void {
    if (outcome === 'bad') this.#bad += 1;
    if (outcome === 'good') this.#good += 1;
    const rules = hit.flatMap((id) => this.#rules.get(id) ?? []);
    const stopping = [...tried].filter((index) => this.#ruleOf[index] !== PRESENT);
    if (rules.length === 0 && stopping.length === 0) return;
    const place = this.#placeOf(rules, stopping);
    const count = (counts: number[]): void => void (counts[place] = (counts[place] ?? 0) + 1);
    count(this.#orders);
    if (outcome === 'bad') count(this.#badOnes);
    if (outcome !== 'good') return;
    count(this.#goodOnes);
    if (returning) count(this.#returning);
  }

  /** The set in force. */
  present(): ThresholdSet {
    return new Int32Array(this.#rules.size).fill(PRESENT);
  }

  /** Orders a set stops. */
  count(set: ThresholdSet): StopCounts {
    const counts: StopCounts = { orders: 0, bad: 0, good: 0, newReturning: 0 };
    for (let place = 0; place < this.#orders.length; place += 1) {
      if (this.#stoppedBy(place, set) === NOTHING) continue;
      counts.orders += this.#orders[place] as number;
      counts.bad += this.#badOnes[place] as number;
      counts.good += this.#goodOnes[place] as number;
      if (this.#hitEnds[place] === this.#hitEnds[place + 1]) counts.newReturning += this.#returning[place] as number;
    }
    return counts;
  }

  /** What each other threshold would add to the bad and good orders this set stops, below 0 where it lets orders go. */
  gains(set: ThresholdSet): Gains {
    const none = (): { bad: number; good: number } => ({ bad: 0, good: 0 });
    const candidates = Array.from(this.#ruleOf, none);
    const present = Array.from(set, none);
    const own = Array.from(set, none);
    for (let place = 0; place < this.#orders.length; place += 1) {
      const only = this.#stoppedBy(place, set);
      // Two rules stop it: no single change lets it go.
      if (only === SEVERAL) continue;
      const bad = this.#badOnes[place] as number;
      const good = this.#goodOnes[place] as number;
      const add = (to: { bad: number; good: number } | undefined): void => {
        if (!to) return;
        to.bad += bad;
        to.good += good;
      };
      for (let at = this.#triedEnds[place] as number; at < (this.#triedEnds[place + 1] as number); at += 1) {
        const index = this.#tried[at] as number;
        if (only === NOTHING || only === this.#ruleOf[index]) add(candidates[index]);
      }
      for (let at = this.#hitEnds[place] as number; at < (this.#hitEnds[place + 1] as number); at += 1) {
        const rule = this.#hit[at] as number;
        if (only === NOTHING || only === rule) add(present[rule]);
      }
      if (only !== NOTHING) add(own[only]);
    }
    const less = (counts: { bad: number; good: number }, rule: number): void => {
      counts.bad -= own[rule]?.bad ?? 0;
      counts.good -= own[rule]?.good ?? 0;
    };
    for (const [index, counts] of candidates.entries()) less(counts, this.ruleOf(index));
    for (const [rule, counts] of present.entries()) less(counts, rule);
    return { candidates, present };
  }

  /** Index of the rule of a candidate; `PRESENT` where it stops no orders. */
  ruleOf(candidate: number): number {
    return this.#ruleOf[candidate] ?? PRESENT;
  }

  /** The one rule that stops the orders of a pattern, as it is or with its candidate; `NOTHING`, or `SEVERAL`. */
  #stoppedBy(place: number, set: ThresholdSet): number {
    let by = NOTHING;
    for (let at = this.#hitEnds[place] as number; at < (this.#hitEnds[place + 1] as number); at += 1) {
      const rule = this.#hit[at] as number;
      if (set[rule] !== PRESENT) continue;
      if (by !== NOTHING) return SEVERAL;
      by = rule;
    }
    for (let at = this.#triedEnds[place] as number; at < (this.#triedEnds[place + 1] as number); at += 1) {
      const index = this.#tried[at] as number;
      const rule = this.#ruleOf[index] as number;
      if (set[rule] !== index) continue;
      if (by !== NOTHING) return SEVERAL;
      by = rule;
    }
    return by;
  }

  #placeOf(rules: readonly number[], tried: readonly number[]): number {
    const key = `${rules.join()}|${tried.join()}`;
    let place = this.#places.get(key);
    if (place !== undefined) return place;
    place = this.#places.size;
    this.#places.set(key, place);
    this.#hit.push(...rules);
    this.#tried.push(...tried);
    this.#hitEnds.push(this.#hit.length);
    this.#triedEnds.push(this.#tried.length);
    for (const counts of [this.#orders, this.#badOnes, this.#goodOnes, this.#returning]) counts.push(0);
    return place;
  }
}
