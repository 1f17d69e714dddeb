import { fieldIdOf, type Rule, type RuleResult, type RuleSet, type WindowSpec } from '#shared/rule.ts';
import type { Clearance } from '#main/model/record.ts';
import type { FieldValue, Hit } from '#main/model/verdict.ts';
import { Candidates, type IndexedRule } from './candidates.ts';
import type { CompileContext } from './condition.ts';
import { FALSE } from './decided.ts';
import { weigh } from './evidence.ts';
import { explainRule, failedResult, hitSentence, type Words } from './explain-rule.ts';
import { createRunner, isInForce, run, type Outcome, type Runner } from './runner.ts';
import { SAID, traced, tracedDecision } from './trace.ts';
import { comparisons, vectorOf } from './vector.ts';

/** A rule set ready to judge. Everything it needs of an order is the vector of `fields`. */
export interface CompiledRuleSet {
  version: number;
  rules: readonly Rule[];
  lists: Readonly<Record<string, readonly string[]>>;
  /** What each place of the input vector holds; the first is always the currency. */
  fields: string[];
  /** Sliding windows behind the `window:…` fields; the hub counts exactly these. */
  windows: WindowSpec[];
  /**
   * The hot path: rules that hit, in the order of the set; the same empty array whenever nothing hits.
   * `values` follow `fields`; `at` is the moment of judgement (effective dates); cleared evidence does not hit (M6).
   */
  judge(values: readonly FieldValue[], at: number, clearances: readonly Clearance[]): readonly Hit[];
  /**
   * `judge`, and for every rule what it said and which comparison decided it, written into `trace` (one number a rule, in the
   * order of the set; see trace.ts). Why and why-not of any rule follow from it and the vector.
   */
  trace(values: readonly FieldValue[], at: number, clearances: readonly Clearance[], trace: Int32Array): readonly Hit[];
  /**
   * `judge` for those who count: the places of the rules that hit, nothing having been released, in the order of the set. They are
   * written over by the next call; `hitAt` says in full what one of them found.
   */
  places(values: readonly FieldValue[], at: number): readonly number[];
  /** The hit of a rule `places` named for this vector. */
  hitAt(place: number, values: readonly FieldValue[]): Hit;
  /** What every rule said and why, in the order of the set. Its `hit` results are exactly `judge`'s. */
  explain(values: readonly FieldValue[], at: number, clearances: readonly Clearance[]): RuleResult[];
}

const NO_HITS: readonly Hit[] = Object.freeze([]);

/**
 * Told each time a rule of a set throws while it judges: it decides nothing then, and the others are judged (M3). `at`: the moment
 * that was judged for.
 */
export type OnFailure = (rule: Rule, error: unknown, at: number) => void;

/** From this many rules on looking up which of them an order can concern costs less than running them all. */
const INDEXED_FROM = 32;

/** Places of the rules that hit, and the multiplier under which each does. */
interface Found {
  places: number[];
  factors: number[];
}

/** Runs a compiled set over vectors; nothing is allocated but what hits. */
class Sweep {
  readonly #runners: readonly (Runner | null)[];
  readonly #candidates: Candidates | null;
  /** Rules with dates: outside of them they are silent whatever was looked up. */
  readonly #dated: readonly number[];
  readonly #outcome: Outcome = { said: SAID.noHit, factor: 0, decided: 0 };
  readonly #found: Found = { places: [], factors: [] };
  readonly #onFailure: OnFailure;

  constructor(runners: readonly (Runner | null)[], lists: RuleSet['lists'], onFailure: OnFailure) {
    this.#runners = runners;
    this.#onFailure = onFailure;
    this.#candidates = runners.length < INDEXED_FROM ? null : candidatesAmong(runners, lists);
    this.#dated = runners.flatMap((runner, place) => (runner?.dated ? [place] : []));
  }

  /** What hits, nothing having been released; written over by the next call. */
  over(values: readonly FieldValue[], at: number, trace: Int32Array | null): Found {
    this.#found.places.length = 0;
    this.#found.factors.length = 0;
    if (this.#candidates) this.#runCandidates(this.#candidates, values, at, trace);
    else for (let place = 0; place < this.#runners.length; place++) this.#runOne(place, values, at, trace);
    return this.#found;
  }

  #runCandidates(candidates: Candidates, values: readonly FieldValue[], at: number, trace: Int32Array | null): void {
    const bits = candidates.of(values, trace);
    if (trace) for (const place of this.#dated) if (!isInForce((this.#runners[place] as Runner).rule, at)) trace[place] = SAID.silent;
    for (let word = 0; word < bits.length; word++) {
      // The lowest bit is the first rule: `hits` keep the order of the set.
      for (let left = bits[word] as number; left !== 0; left &= left - 1) {
        this.#runOne((word << 5) + 31 - Math.clz32(left & -left), values, at, trace);
      }
    }
  }

  #runOne(place: number, values: readonly FieldValue[], at: number, trace: Int32Array | null): void {
    const runner = this.#runners[place];
    if (!runner || (runner.dated && !isInForce(runner.rule, at))) {
      if (trace) trace[place] = SAID.silent;
      return;
    }
    const outcome = this.#outcome;
    try {
      run(runner, values, outcome);
    } catch (error) {
      this.#onFailure(runner.rule, error, at);
      if (trace) trace[place] = SAID.failed;
      return;
    }
    if (outcome.said === SAID.hit) {
      this.#found.places.push(place);
      this.#found.factors.push(outcome.factor);
    }
    if (trace) trace[place] = traced(outcome.decided, outcome.said);
  }
}

function candidatesAmong(runners: readonly (Runner | null)[], lists: RuleSet['lists']): Candidates {
  const indexed = runners.flatMap((runner, position) => (runner ? [indexedRule(runner, position)] : []));
  return new Candidates(indexed, runners.length, SAID.silent, lists);
}

function indexedRule({ rule, when, relax, narrowing }: Runner, position: number): IndexedRule {
  const settlement = when.settle(FALSE);
  // Where a relaxation may lower thresholds, only what no threshold moves is settled before it was looked at.
  const fixed = relax.length === 0 || narrowing || (settlement?.gates.every(({ scales }) => !scales) ?? false);
  const fields = new Set(Array.from(comparisons(rule.when), fieldIdOf));
  return {
    position,
    settlement: fixed ? settlement : null,
    settled: traced(settlement?.decided ?? 0, SAID.noHit),
    // Over a vector that knows nothing.
    unknown: fields.size === 1 ? traced(when.test([], 1), SAID.noHit) : null,
  };
}

/** Makes of what a sweep found what is kept and shown. */
class Judge {
  readonly #rules: readonly Rule[];
  readonly #runners: readonly (Runner | null)[];
  readonly #words: Words;
  readonly #sweep: Sweep;
  readonly #onFailure: OnFailure;

  constructor({ rules, lists }: RuleSet, context: CompileContext, onFailure: OnFailure) {
    this.#rules = rules;
    this.#runners = rules.map((rule) => (rule.enabled ? createRunner(rule, context) : null));
    this.#words = { index: context.index, leaves: context.leaves };
    this.#sweep = new Sweep(this.#runners, lists, onFailure);
    this.#onFailure = onFailure;
  }

  judge(values: readonly FieldValue[], at: number, clearances: readonly Clearance[], trace: Int32Array | null): readonly Hit[] {
    const { places, factors } = this.#sweep.over(values, at, trace);
    if (places.length === 0) return NO_HITS;
    let hits: Hit[] | null = null;
    for (let one = 0; one < places.length; one++) {
      const place = places[one] as number;
      try {
        const hit = this.#hitOf(place, values, factors[one] as number, clearances);
        if (hit) (hits ??= []).push(hit);
        else if (trace) trace[place] = traced(tracedDecision(trace[place] as number), SAID.cleared);
      } catch (error) {
        this.#onFailure(this.#rules[place] as Rule, error, at);
        if (trace) trace[place] = SAID.failed;
      }
    }
    return hits ?? NO_HITS;
  }

  places(values: readonly FieldValue[], at: number): readonly number[] {
    return this.#sweep.over(values, at, null).places;
  }

  hitAt(place: number, values: readonly FieldValue[]): Hit {
    const outcome: Outcome = { said: SAID.noHit, factor: 0, decided: 0 };
    run(this.#runners[place] as Runner, values, outcome);
    const hit = outcome.said === SAID.hit ? this.#hitOf(place, values, outcome.factor, []) : null;
    if (!hit) throw new RangeError(`Rule ${this.#rules[place]?.id ?? place} does not hit these values.`);
    return hit;
  }

  explain(values: readonly FieldValue[], at: number, clearances: readonly Clearance[]): RuleResult[] {
    return this.#rules.map((rule, place) => {
      try {
        return explainRule({ rule, runner: this.#runners[place] ?? null, values, at, clearances, words: this.#words });
      } catch {
        return failedResult(rule);
      }
    });
  }

  /** Null: a person released this very evidence. */
  #hitOf(place: number, values: readonly FieldValue[], factor: number, clearances: readonly Clearance[]): Hit | null {
    const { rule, when, sentence } = this.#runners[place] as Runner;
    const tree = when.describe(values, factor);
    const { evidence, cleared, news } = weigh(rule.id, tree, clearances, String(values[0] ?? ''));
    if (cleared) return null;
    const { id: ruleId, version: ruleVersion, severity, action, role, stock, hold } = rule;
    return {
      ruleId,
      ruleVersion,
      severity,
      action,
      role,
      stock,
      ...(hold && { hold }),
      sentence: hitSentence(sentence, tree, values, this.#words, news),
      evidence,
    };
  }
}

/**
 * Compiles a parsed rule set once; judging afterwards only runs closures over the vector.
 * @param onFailure told each time a rule throws while it judges
 */
export function compileRuleSet(ruleSet: RuleSet, onFailure: OnFailure = () => undefined): CompiledRuleSet {
  const { version, rules, lists } = ruleSet;
  const { fields, windows } = vectorOf(rules);
  const context: CompileContext = { index: new Map(fields.map((id, at) => [id, at])), lists, leaves: [] };
  const judge = new Judge(ruleSet, context, onFailure);
  return {
    ...{ version, rules, lists, fields, windows },
    judge: (values, at, clearances) => judge.judge(values, at, clearances, null),
    trace: (values, at, clearances, trace) => judge.judge(values, at, clearances, trace),
    places: (values, at) => judge.places(values, at),
    hitAt: (place, values) => judge.hitAt(place, values),
    explain: (values, at, clearances) => judge.explain(values, at, clearances),
  };
}
