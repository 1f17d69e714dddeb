import type { Effect } from '#shared/contract/reports.ts';
import type { Rule, RuleSet } from '#shared/rule.ts';
import type { FieldValue } from '#main/model/verdict.ts';
import { compileRuleSet } from '#main/rules/index.ts';
import type { CompiledRuleSet } from '#main/rules/index.ts';
import type { PlacedVector } from './learning-ports.ts';
import { withThreshold } from './thresholds.ts';
import type { Threshold } from './thresholds.ts';

/** A rule with one number changed. */
export interface Candidate {
  rule: Rule;
  threshold: Threshold;
  value: number;
}

interface Counts {
  hits: number;
  bad: number;
  good: number;
  returning: number;
}
/** Of a candidate: its own hits, what the set gains or loses by it, and returning customers' good orders it alone hits. */
interface Compared {
  rule: Counts;
  set: Counts;
  newReturning: number;
}
const none = (): Counts => ({ hits: 0, bad: 0, good: 0, returning: 0 });

function add(counts: Counts, { outcome, returning }: PlacedVector, by: 1 | -1): void {
  counts.hits += by;
  if (outcome === 'bad') counts.bad += by;
  if (outcome !== 'good') return;
  counts.good += by;
  if (returning) counts.returning += by;
}

/** Puts stored vectors in the order another compiled set reads them; what was not looked at then is unknown. */
export class VectorMap {
  readonly #places = new Map<number, Int32Array>();
  readonly #values: FieldValue[];

  constructor(compiled: CompiledRuleSet, stored: ReadonlyMap<number, readonly string[]>) {
    this.#values = new Array<FieldValue>(compiled.fields.length).fill(null);
    for (const [version, fields] of stored) {
      const places = new Map(fields.map((field, place) => [field, place]));
      this.#places.set(
        version,
        Int32Array.from(compiled.fields, (field) => places.get(field) ?? -1),
      );
    }
  }

  /** Filled again by the next call. */
  of({ ruleSetVersion, inputs }: Pick<PlacedVector, 'ruleSetVersion' | 'inputs'>): readonly FieldValue[] {
    const stored = JSON.parse(inputs) as FieldValue[];
    const places = this.#places.get(ruleSetVersion);
    for (let place = 0; place < this.#values.length; place += 1) this.#values[place] = stored[places?.[place] ?? -1] ?? null;
    return this.#values;
  }
}

/** What changed thresholds would have done, each alone against the set in force, judged by the code that judges live. */
export class Effects {
  readonly candidates: readonly Candidate[];
  readonly #compiled: CompiledRuleSet;
  readonly #vectors: VectorMap;
  /** Of candidates, by the id of their rule in the compiled set. */
  readonly #ofId = new Map<string, number>();
  readonly #ofRule = new Map<string, number[]>();
  readonly #rule = new Map<string, Counts>();
  readonly #set = none();
  readonly #after: Compared[];
  readonly #seen = none();
  #days = 1;

  constructor(ruleSet: RuleSet, candidates: readonly Candidate[], stored: ReadonlyMap<number, readonly string[]>) {
    this.candidates = candidates;
    const tried = candidates.map(({ rule, threshold, value }, index) => {
      // An id no published rule can have.
      const id = `${rule.id}#${index}`;
      this.#ofId.set(id, index);
      const siblings = this.#ofRule.get(rule.id);
      if (siblings) siblings.push(index);
      else this.#ofRule.set(rule.id, [index]);
      return { ...withThreshold(rule, threshold.place, value), id };
    });
    this.#compiled = compileRuleSet({ ...ruleSet, rules: [...ruleSet.rules, ...tried] });
    this.#vectors = new VectorMap(this.#compiled, stored);
    this.#after = candidates.map(() => ({ rule: none(), set: none(), newReturning: 0 }));
  }

  /** How long the orders told of were placed over; each stands for `every`. */
  over(days: number, every: number): void {
    this.#days = days / every;
  }

  /** Judges an order; answers the rules in force that hit it, and the candidates that would. */
  take(row: PlacedVector): { values: readonly FieldValue[]; hit: readonly string[]; tried: ReadonlySet<number> } {
    add(this.#seen, row, 1);
    const values = this.#vectors.of(row);
    const hit: string[] = [];
    const tried = new Set<number>();
    let stops = 0;
    for (const { ruleId, action } of this.#compiled.judge(values, row.judgedAt, [])) {
      const candidate = this.#ofId.get(ruleId);
      if (candidate !== undefined) {
        tried.add(candidate);
        continue;
      }
      hit.push(ruleId);
      if (action !== 'task') stops += 1;
      add(this.#countsOf(ruleId), row, 1);
    }
    if (stops > 0) add(this.#set, row, 1);
    this.#compare(row, hit, tried, stops);
    return { values, hit, tried };
  }

  /** Rules asked about each order: those in force, and one for each candidate. */
  get rules(): number {
    return Math.max(1, this.#compiled.rules.length);
  }

  /** Place of a field in the values told by `take`. */
  placeOf(field: string): number {
    return this.#compiled.fields.indexOf(field);
  }

  knownOf(ruleId: string): number {
    const { bad, good } = this.#countsOf(ruleId);
    return bad + good;
  }

  /** Would it hit good orders of returning customers that the rule lets through now? */
  newReturning(index: number): number {
    return this.#after[index]?.newReturning ?? 0;
  }

  /** Good orders the set would stop with it and lets through now, less those it would let through, as a share of all good ones. */
  moreFalseKills(index: number): number {
    return this.#seen.good === 0 ? 0 : (this.#after[index]?.set.good ?? 0) / this.#seen.good;
  }

  of(index: number): { rule: { before: Effect; after: Effect }; set: { before: Effect; after: Effect } } {
    const { rule } = this.candidates[index] as Candidate;
    const after = this.#after[index] as Compared;
    const sum = (a: Counts, b: Counts): Counts => ({
      hits: a.hits + b.hits,
      bad: a.bad + b.bad,
      good: a.good + b.good,
      returning: a.returning + b.returning,
    });
    return {
      rule: { before: this.#effect(this.#countsOf(rule.id)), after: this.#effect(after.rule) },
      set: { before: this.#effect(this.#set), after: this.#effect(sum(this.#set, after.set)) },
    };
  }

  #compare(row: PlacedVector, hit: readonly string[], tried: ReadonlySet<number>, stops: number): void {
    for (const index of tried) {
      const after = this.#after[index] as Compared;
      add(after.rule, row, 1);
      const { rule } = this.candidates[index] as Candidate;
      if (hit.includes(rule.id)) continue;
      if (row.outcome === 'good' && row.returning) after.newReturning += 1;
      if (rule.action !== 'task' && stops === 0) add(after.set, row, 1);
    }
    if (stops !== 1) return;
    // Only one rule stops it: where a candidate lets it go, it goes.
    for (const ruleId of hit) {
      for (const index of this.#ofRule.get(ruleId) ?? []) {
        const { rule } = this.candidates[index] as Candidate;
        if (rule.action !== 'task' && !tried.has(index)) add((this.#after[index] as Compared).set, row, -1);
      }
    }
  }

  #countsOf(ruleId: string): Counts {
    let counts = this.#rule.get(ruleId);
    if (!counts) this.#rule.set(ruleId, (counts = none()));
    return counts;
  }

  #effect({ hits, bad, good, returning }: Counts): Effect {
    const allBad = this.#seen.bad;
    const precision = bad + good > 0 ? bad / (bad + good) : null;
    return { hits, bad, good, returning, allBad, precision, recall: allBad > 0 ? bad / allBad : null, perDay: hits / this.#days };
  }
}
