import type { PlacedVector } from './learning-ports.ts';

/** Orders of one outcome that the same rules and tried thresholds stop. */
interface Pattern {
  /** Rules in force that stop them, and candidates that would, by index. */
  rules: readonly number[];
  tried: readonly number[];
  orders: number;
  bad: number;
  good: number;
  /** Good orders of buyers who had ordered before. */
  returning: number;
}

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

/** What another threshold of one rule, the others staying, adds to the stopped orders: of candidates, and of rules as they are in force. */
export interface Gains {
  candidates: { bad: number; good: number }[];
  present: { bad: number; good: number }[];
}

/**
 * How the orders of a span are stopped, by the rules in force and by each candidate, so that any combination of candidates is counted
 * exactly: an order that two of them stop counts once. Orders that nothing stops and nothing would are only numbers.
 */
export class StopPatterns {
  /** Rules that stop orders, by index, and of each candidate the index of its rule; others never come up here. */
  readonly #rules: ReadonlyMap<string, number>;
  readonly #ruleOf: Int32Array;
  readonly #patterns = new Map<string, Pattern>();
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
    const key = `${rules.join()}|${stopping.join()}`;
    let pattern = this.#patterns.get(key);
    if (!pattern) this.#patterns.set(key, (pattern = { rules, tried: stopping, orders: 0, bad: 0, good: 0, returning: 0 }));
    pattern.orders += 1;
    if (outcome === 'bad') pattern.bad += 1;
    if (outcome !== 'good') return;
    pattern.good += 1;
    if (returning) pattern.returning += 1;
  }

  /** The set in force. */
  present(): ThresholdSet {
    return new Int32Array(this.#rules.size).fill(PRESENT);
  }

  /** Orders a set stops. */
  count(set: ThresholdSet): StopCounts {
    const counts: StopCounts = { orders: 0, bad: 0, good: 0, newReturning: 0 };
    for (const pattern of this.#patterns.values()) {
      if (!this.#stops(pattern, set)) continue;
      counts.orders += pattern.orders;
      counts.bad += pattern.bad;
      counts.good += pattern.good;
      if (pattern.rules.length === 0) counts.newReturning += pattern.returning;
    }
    return counts;
  }

  /** What each other threshold would add to the bad and good orders this set stops, below 0 where it lets orders go. */
  gains(set: ThresholdSet): Gains {
    const none = (): { bad: number; good: number } => ({ bad: 0, good: 0 });
    const candidates = Array.from(this.#ruleOf, none);
    const present = Array.from(set, none);
    const own = Array.from(set, none);
    const add = (to: { bad: number; good: number } | undefined, { bad, good }: Pattern): void => {
      if (!to) return;
      to.bad += bad;
      to.good += good;
    };
    for (const pattern of this.#patterns.values()) {
      const stopping = this.#stopping(pattern, set);
      // Two rules stop it: no single change lets it go.
      if (stopping.length > 1) continue;
      const [only] = stopping;
      const isMoved = (rule: number): boolean => only === undefined || only === rule;
      for (const index of pattern.tried) if (isMoved(this.#ruleOf[index] ?? PRESENT)) add(candidates[index], pattern);
      for (const rule of pattern.rules) if (isMoved(rule)) add(present[rule], pattern);
      if (only !== undefined) add(own[only], pattern);
    }
    const less = (counts: { bad: number; good: number }, rule: number): void => {
      counts.bad -= own[rule]?.bad ?? 0;
      counts.good -= own[rule]?.good ?? 0;
    };
    for (const [index, counts] of candidates.entries()) less(counts, this.#ruleOf[index] ?? PRESENT);
    for (const [rule, counts] of present.entries()) less(counts, rule);
    return { candidates, present };
  }

  ruleOf(candidate: number): number {
    return this.#ruleOf[candidate] ?? PRESENT;
  }

  #stops({ rules, tried }: Pattern, set: ThresholdSet): boolean {
    return rules.some((rule) => set[rule] === PRESENT) || tried.some((index) => set[this.#ruleOf[index] ?? PRESENT] === index);
  }

  #stopping({ rules, tried }: Pattern, set: ThresholdSet): number[] {
    const unmoved = rules.filter((rule) => set[rule] === PRESENT);
    const moved = tried.filter((index) => set[this.#ruleOf[index] ?? PRESENT] === index);
    return [...unmoved, ...moved.map((index) => this.#ruleOf[index] ?? PRESENT)];
  }
}
