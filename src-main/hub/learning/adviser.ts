import type { LookProgress, Suggestion, Suggestions, ThresholdChange } from '#shared/contract/reports.ts';
import type { Rule, RuleSet } from '#shared/rule.ts';
import { DAY } from '#shared/time.ts';
import { formatBoth } from '#main/rules/index.ts';
import type { Store } from '../ports.ts';
import { Effects } from './effects.ts';
import type { Candidate } from './effects.ts';
import { frontierOf, searchSets } from './frontier.ts';
import type { FoundPoint, Measurement, Part } from './frontier.ts';
import type { Place, Span } from './learning-ports.ts';
import { PRESENT, StopPatterns } from './stop-patterns.ts';
import type { ThresholdSet } from './stop-patterns.ts';
import { candidatesOf, thresholdsOf } from './thresholds.ts';
import type { Threshold } from './thresholds.ts';

export interface AdviserParts {
  store: Store;
  /** Lets other work come between two pieces; throws where it is not to be gone on with. */
  turn(): Promise<void>;
  /** Told after each piece. */
  tell(progress: LookProgress): void;
}

/** Orders of this long are looked at. */
const REACH = 90 * DAY;
/** Thresholds are found on this share of the decided cases, the older ones, and measured on the rest. */
const FOUND_ON = 0.6;
/** More orders than this are thinned evenly. */
const MOST_ORDERS = 100_000;
/** Orders judged in one turn at most, and times a rule is asked in it. */
const ROWS = 250;
const ASKED = 50_000;
/** Decided cases of its own a rule needs to be judged by: in the part where thresholds are found, and in the later part. */
const NEEDED = { found: 20, measured: 10 };
/** A bad order that gets through costs as much as so many good ones stopped. */
export const MISS_WEIGHT = 3;
/** Values kept of each threshold to find others among. */
const MOST_VALUES = 5_000;
const CURRENCY = 'CNY';

/** A suggestion before it has a number of its own and a draft. */
export type Advice = Suggestion extends infer S ? (S extends { id: string } ? Omit<S, 'id' | 'draft' | 'outdated'> : S) : never;
export type AdviceRun = Omit<Suggestions, 'items' | 'frontier' | 'state' | 'progress' | 'bound' | 'at'> & {
  items: Advice[];
  frontier: FoundPoint[];
};

interface Evidence {
  rule: Rule;
  threshold: Threshold;
  hit: number[];
  missed: number[];
}

/** The orders that are looked at. */
interface Survey {
  span: Span;
  orders: number;
  known: number;
  /** Parts the older decided cases from the later ones. */
  split: number;
  every: number;
}

/**
 * Looks for better thresholds (I3): tries numbers from each rule's own evidence on the older part of the decided cases, and measures
 * the best ones on the later part, which they have not seen. A threshold that would hit good orders of returning customers it now lets
 * through is never suggested, nor one that would stop more good orders than the bound allows, on either part. Beside single thresholds it
 * looks for whole sets of them, the choices between precision, recall and false kills. It changes nothing.
 */
export class Adviser {
  readonly #parts: AdviserParts;

  constructor(parts: AdviserParts) {
    this.#parts = parts;
  }

  /**
   * @param mostFalseKills of the good orders, the share a suggestion may stop beyond what is stopped now, 0 … 1
   * @throws StoreError; and what `turn` throws, which ends it early. The outcomes must be up to date.
   */
  async look(ruleSet: RuleSet, mostFalseKills: number, now: number): Promise<AdviceRun> {
    const { store, turn, tell } = this.#parts;
    const { span, orders, known, split, every } = await this.#survey(now);
    const older = { from: span.from, to: split };
    const later = { from: split, to: span.to };
    const olderOrders = store.learning.placedCount(older).orders;
    // The older orders are gone through twice.
    const of = Math.ceil((orders + olderOrders) / every);
    let done = 0;
    const told = (rows: number): void => tell({ done: (done = Math.min(of, done + rows)), of });
    told(0);
    const stored = store.learning.fields();
    const evidence = evidenceOf(ruleSet);
    await this.#run(new Effects(ruleSet, [], stored), older, every, { evidence, told });
    const found = new Effects(ruleSet, evidence.flatMap(candidatesFrom), stored);
    const foundPart = partOf(ruleSet, found, older, every);
    await this.#run(found, older, every, { patterns: foundPart.patterns, told });
    const isHarmful: IsHarmful = (effects, index) => effects.newReturning(index) > 0 || effects.moreFalseKills(index) > mostFalseKills;
    const best = bestOf(found, isHarmful);
    const weighing = { mostFalseKills, missWeight: MISS_WEIGHT, turn };
    const isFree = (index: number): boolean => found.newReturning(index) === 0 && found.knownOf(ruleOf(found, index).id) >= NEEDED.found;
    const search = await searchSets({ patterns: foundPart.patterns, isFree, ...weighing });
    const kept = keptOf(found, best, search.sets);
    const candidates = [...kept.keys()].map((index) => found.candidates[index] as Candidate);
    const measured = new Effects(ruleSet, candidates, stored);
    const measuredPart = partOf(ruleSet, measured, later, every);
    await this.#run(measured, later, every, { patterns: measuredPart.patterns, told });
    const rules = [...new Map(evidence.map(({ rule }) => [rule.id, rule])).values()];
    const noneOf: Best = { candidate: null, tried: 0, leftOut: 0 };
    const sets = search.sets.map((set) => setOf(found, set, kept));
    return {
      ...{ ruleSetVersion: ruleSet.version, from: span.from, split, to: span.to, orders, known, every },
      ...{ missWeight: MISS_WEIGHT, computedWith: mostFalseKills },
      items: rules.map((rule) => adviceOf(rule, [found, measured], best.get(rule.id) ?? noneOf, isHarmful)),
      frontier: await frontierOf({ sets, best: search.best, found: foundPart, measured: measuredPart, ...weighing }),
    };
  }

  /** Orders of the span, a day at a time, and the moment that parts the older decided cases from the later ones. */
  async #survey(now: number): Promise<Survey> {
    const { store, turn } = this.#parts;
    // From the first order on: an empty time before it would make a day's figures smaller than a day was.
    const span = { from: Math.max(now - REACH, Math.min(now, store.learning.firstPlacedAt() ?? now)), to: now };
    const days: { day: Span; orders: number; known: number }[] = [];
    for (let from = span.from; from < span.to; from += DAY) {
      const day = { from, to: Math.min(from + DAY, span.to) };
      days.push({ day, ...store.learning.placedCount(day) });
      await turn();
    }
    const orders = days.reduce((sum, day) => sum + day.orders, 0);
    const known = days.reduce((sum, day) => sum + day.known, 0);
    const every = Math.max(1, Math.ceil(orders / MOST_ORDERS));
    let before = Math.floor(known * FOUND_ON);
    for (const { day, known: ofDay } of days) {
      if (before < ofDay) return { span, orders, known, every, split: store.learning.knownPlacedAt(day, before) ?? day.to };
      before -= ofDay;
    }
    return { span, orders, known, every, split: span.to };
  }

  async #run(effects: Effects, span: Span, every: number, { evidence = [], patterns, told }: Looked): Promise<void> {
    const { store, turn } = this.#parts;
    effects.over(daysOf(span), every);
    // Its rules have just been compiled, hundreds of them.
    await turn();
    const places = evidence.map(({ threshold }) => effects.placeOf(threshold.field.id));
    const together = Math.max(1, Math.min(ROWS, Math.floor(ASKED / effects.rules)));
    for (let after: Place | null = null; ;) {
      const rows = store.learning.placedVectors(span, after, every, together);
      for (const row of rows) {
        const { values, hit, tried } = effects.take(row);
        patterns?.add(row, hit, tried);
        for (const [index, { rule, hit: hits, missed }] of evidence.entries()) {
          const value = values[places[index] as number];
          if (typeof value !== 'number') continue;
          const into = hit.includes(rule.id) ? hits : row.outcome === 'bad' ? missed : null;
          if (into && into.length < MOST_VALUES) into.push(value);
        }
      }
      told(rows.length);
      after = rows.at(-1) ?? null;
      if (rows.length < together) return;
      await turn();
    }
  }
}

/** What is noted down while orders are gone through. */
interface Looked {
  evidence?: readonly Evidence[];
  patterns?: StopPatterns;
  told(rows: number): void;
}

const daysOf = ({ from, to }: Span): number => Math.max(1, (to - from) / DAY);

/** How orders of a part are stopped by rules that stop orders, and by candidates of those. */
function partOf(ruleSet: RuleSet, { candidates }: Effects, span: Span, every: number): Part {
  const rules = ruleSet.rules.filter(({ enabled, action }) => enabled && action !== 'task').map(({ id }) => id);
  const patterns = new StopPatterns(
    rules,
    candidates.map(({ rule }) => rule.id),
  );
  return { patterns, days: daysOf(span) / every };
}

function ruleOf({ candidates }: Effects, index: number): Rule {
  return (candidates[index] as Candidate).rule;
}

/** A set of thresholds as it was found, as it is measured, and in words. */
function setOf(found: Effects, set: ThresholdSet, kept: ReadonlyMap<number, number>): Measurement['sets'][number] {
  const moved = [...set].filter((index) => index !== PRESENT);
  return {
    found: set,
    measured: set.map((index) => kept.get(index) ?? PRESENT),
    changes: moved.map((index) => changeOf(found.candidates[index] as Candidate)),
  };
}

/** Candidates that are measured, by their index, with the one they have there. */
function keptOf(found: Effects, best: ReadonlyMap<string, Best>, sets: readonly ThresholdSet[]): Map<number, number> {
  const kept = new Map<number, number>();
  const keep = (index: number): void => {
    if (index !== PRESENT && !kept.has(index)) kept.set(index, kept.size);
  };
  for (const { candidate } of best.values()) if (candidate) keep(found.candidates.indexOf(candidate));
  for (const set of sets) for (const index of set) keep(index);
  return kept;
}

function evidenceOf(ruleSet: RuleSet): Evidence[] {
  return ruleSet.rules
    .filter(({ enabled }) => enabled)
    .flatMap((rule) => thresholdsOf(rule).map((threshold) => ({ rule, threshold, hit: [], missed: [] })));
}

function candidatesFrom({ rule, threshold, hit, missed }: Evidence): Candidate[] {
  return candidatesOf(threshold, hit, missed).map((value) => ({ rule, threshold, value }));
}

/** Whether a threshold stops good orders it must not. */
type IsHarmful = (effects: Effects, index: number) => boolean;

interface Best {
  candidate: Candidate | null;
  tried: number;
  leftOut: number;
}

/** What a change is worth, in false kills saved. */
function gainOf(effects: Effects, index: number): number {
  const { rule } = effects.candidates[index] as Candidate;
  const { rule: own, set } = effects.of(index);
  // A rule that only opens tasks stops nothing: it is measured by its own hits.
  const { before, after } = rule.action === 'task' ? own : set;
  return MISS_WEIGHT * (after.bad - before.bad) - (after.good - before.good);
}

function bestOf(effects: Effects, isHarmful: IsHarmful): Map<string, Best> {
  const best = new Map<string, Best & { gain: number }>();
  for (const [index, candidate] of effects.candidates.entries()) {
    const known = best.get(candidate.rule.id) ?? { candidate: null, tried: 0, leftOut: 0, gain: 0 };
    known.tried += 1;
    const gain = gainOf(effects, index);
    if (isHarmful(effects, index)) known.leftOut += 1;
    else if (gain > known.gain) Object.assign(known, { candidate, gain });
    best.set(candidate.rule.id, known);
  }
  return best;
}

function adviceOf(rule: Rule, [found, measured]: [Effects, Effects], { candidate, tried, leftOut }: Best, isHarmful: IsHarmful): Advice {
  const about = { ruleId: rule.id, ruleVersion: rule.version, name: rule.name, severity: rule.severity };
  const [older, later] = [found.knownOf(rule.id), measured.knownOf(rule.id)];
  const missing = Math.max(0, NEEDED.found - older) + Math.max(0, NEEDED.measured - later);
  if (missing > 0) return { ...about, kind: 'too-little', known: older + later, missing };
  if (!candidate) return { ...about, kind: 'keep', tried, leftOut };
  const index = measured.candidates.indexOf(candidate);
  if (isHarmful(measured, index)) return { ...about, kind: 'keep', tried, leftOut: leftOut + 1 };
  if (gainOf(measured, index) <= 0) return { ...about, kind: 'keep', tried, leftOut };
  return { ...changeOf(candidate), kind: 'suggestion', tried, leftOut, ...measured.of(index) };
}

function changeOf({ rule, threshold: { field, op, value, place }, value: to }: Candidate): ThresholdChange {
  const text = (number: number) => formatBoth(number, field.unit, CURRENCY);
  return {
    ...{ ruleId: rule.id, ruleVersion: rule.version, name: rule.name, severity: rule.severity },
    ...{ field: field.id, label: field.label, op, place, from: value, to, fromText: text(value), toText: text(to) },
  };
}
