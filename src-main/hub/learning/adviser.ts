import type { Suggestion, Suggestions } from '#shared/contract/reports.ts';
import type { Rule, RuleSet } from '#shared/rule.ts';
import { DAY } from '#shared/time.ts';
import { formatBoth } from '#main/rules/index.ts';
import type { Store } from '../ports.ts';
import { Effects } from './effects.ts';
import type { Candidate } from './effects.ts';
import type { Place, Span } from './learning-ports.ts';
import { candidatesOf, thresholdsOf } from './thresholds.ts';
import type { Threshold } from './thresholds.ts';

export interface AdviserParts {
  store: Store;
  turn(): Promise<void>;
  /** Of the good orders, the share a suggestion may stop beyond what is stopped now, 0 … 1. */
  mostFalseKills: number;
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
export type AdviceRun = Omit<Suggestions, 'items' | 'state' | 'at'> & { items: Advice[] };

interface Evidence {
  rule: Rule;
  threshold: Threshold;
  hit: number[];
  missed: number[];
}

/**
 * Looks for better thresholds (I3): tries numbers from each rule's own evidence on the older part of the decided cases, and measures
 * the best one on the later part, which it has not seen. A threshold that would hit good orders of returning customers it now lets
 * through is never suggested, nor one that would stop more good orders than the bound allows, on either part. It changes nothing.
 */
export class Adviser {
  readonly #parts: AdviserParts;

  constructor(parts: AdviserParts) {
    this.#parts = parts;
  }

  /** Throws StoreError. The outcomes must be up to date. */
  async look(ruleSet: RuleSet, now: number): Promise<AdviceRun> {
    const { learning } = this.#parts.store;
    const span = { from: now - REACH, to: now };
    const { orders, known, split } = await this.#survey(span);
    const every = Math.max(1, Math.ceil(orders / MOST_ORDERS));
    const [older, later] = [
      { from: span.from, to: split },
      { from: split, to: span.to },
    ];
    const stored = learning.fields();
    const evidence = evidenceOf(ruleSet);
    const first = new Effects(ruleSet, [], stored);
    await this.#run(first, older, every, evidence);
    const found = new Effects(ruleSet, evidence.flatMap(candidatesFrom), stored);
    await this.#run(found, older, every, []);
    const isHarmful = (effects: Effects, index: number): boolean =>
      effects.newReturning(index) > 0 || effects.moreFalseKills(index) > this.#parts.mostFalseKills;
    const best = bestOf(found, isHarmful);
    const measured = new Effects(
      ruleSet,
      [...best.values()].flatMap(({ candidate }) => (candidate ? [candidate] : [])),
      stored,
    );
    await this.#run(measured, later, every, []);
    const rules = [...new Map(evidence.map(({ rule }) => [rule.id, rule])).values()];
    return {
      ...{ ruleSetVersion: ruleSet.version, from: span.from, split, to: span.to, orders, known, every, missWeight: MISS_WEIGHT },
      items: rules.map((rule) =>
        adviceOf(rule, [found, measured], best.get(rule.id) ?? { candidate: null, tried: 0, leftOut: 0 }, isHarmful),
      ),
    };
  }

  /** Orders of the span, a day at a time, and the moment that parts the older decided cases from the later ones. */
  async #survey(span: Span): Promise<{ orders: number; known: number; split: number }> {
    const { store, turn } = this.#parts;
    const days: { day: Span; orders: number; known: number }[] = [];
    for (let from = span.from; from < span.to; from += DAY) {
      const day = { from, to: Math.min(from + DAY, span.to) };
      days.push({ day, ...store.learning.placedCount(day) });
      await turn();
    }
    const orders = days.reduce((sum, day) => sum + day.orders, 0);
    const known = days.reduce((sum, day) => sum + day.known, 0);
    let before = Math.floor(known * FOUND_ON);
    for (const { day, known: ofDay } of days) {
      if (before < ofDay) return { orders, known, split: store.learning.knownPlacedAt(day, before) ?? day.to };
      before -= ofDay;
    }
    return { orders, known, split: span.to };
  }

  async #run(effects: Effects, span: Span, every: number, evidence: readonly Evidence[]): Promise<void> {
    const { store, turn } = this.#parts;
    effects.over(Math.max(1, (span.to - span.from) / DAY), every);
    const places = evidence.map(({ threshold }) => effects.placeOf(threshold.field.id));
    const together = Math.max(1, Math.min(ROWS, Math.floor(ASKED / effects.rules)));
    for (let after: Place | null = null; ;) {
      const rows = store.learning.placedVectors(span, after, every, together);
      for (const row of rows) {
        const { values, hit } = effects.take(row);
        for (const [index, { rule, hit: hits, missed }] of evidence.entries()) {
          const value = values[places[index] as number];
          if (typeof value !== 'number') continue;
          const into = hit.includes(rule.id) ? hits : row.outcome === 'bad' ? missed : null;
          if (into && into.length < MOST_VALUES) into.push(value);
        }
      }
      after = rows.at(-1) ?? null;
      if (rows.length < together) return;
      await turn();
    }
  }
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
  const { field, op, value } = candidate.threshold;
  const text = (number: number) => formatBoth(number, field.unit, CURRENCY);
  return {
    ...about,
    ...{ kind: 'suggestion', field: field.id, label: field.label, op, from: value, to: candidate.value, tried, leftOut },
    ...{ fromText: text(value), toText: text(candidate.value), place: candidate.threshold.place },
    ...measured.of(index),
  };
}
